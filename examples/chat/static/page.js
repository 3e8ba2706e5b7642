// The page around the conversation: modes, status, the message field, and keeping the end in view.

const HINTS = {
  every: "All that the model says appears at once, also what it says before it calls a tool.",
  final: "Only the answer appears. Until it is certain, you see the tools at work.",
  "take-back": "Text appears at once and is withdrawn when its turn calls a tool.",
};
const NEAR_PX = 80; // so close to the end, the person reads along

const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

const $ = (id) => document.getElementById(id);
const [scroller, status, composer] = ["scroller", "status", "composer"].map($);
export const [log, message] = ["log", "message"].map($);

let pinned = true; // whether the page follows the end of the conversation

export function mode() {
  return document.querySelector("[name=mode]:checked").value;
}

// Show a word on how things stand; screen readers say it when they have a moment.
export function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

// Have a whole answer read out.
export function readOut(text) {
  $("announcer").textContent = text;
}

// Show what can be done now: stop what is running, or send a message unless something is in the way.
export function reflect({ running, loading, waiting }) {
  log.setAttribute("aria-busy", String(running));
  $("stop").hidden = !running;
  $("send").hidden = running;
  $("send").disabled = running || loading || waiting || !message.value.trim();
  $("welcome").hidden = loading || log.childElementCount > 0;
  if (!GROWS_BY_ITSELF) grow();
}

function grow() {
  message.style.height = "auto";
  message.style.height = `${message.scrollHeight}px`;
}

// Keep the end in view, unless the person has scrolled away from it.
export function follow() {
  if (pinned) scroller.scrollTop = scroller.scrollHeight;
  $("latest").hidden = pinned;
}

export function goToEnd() {
  pinned = true;
  follow();
}

// Call back for what the person does: `send(text)`, `stop()`, `type()`, and `back()` from another page.
export function listen({ send, stop, type, back }) {
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!$("send").disabled) send(message.value.trim());
  });
  message.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  message.addEventListener("input", type);
  $("suggestions").addEventListener("click", ({ target }) => {
    if (target.matches("button")) send(target.textContent);
  });
  $("stop").addEventListener("click", stop);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  $("latest").addEventListener("click", goToEnd);
  scroller.addEventListener("scroll", () => {
    pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    $("latest").hidden = pinned;
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) back();
  });
}

function showMode() {
  $("mode-hint").textContent = HINTS[mode()];
  sessionStorage.setItem("mode", mode());
}

const remembered = document.querySelector(`[name=mode][value="${sessionStorage.getItem("mode")}"]`);
if (remembered) remembered.checked = true;
$("modes").addEventListener("change", showMode);
showMode();
message.focus({ preventScroll: true });
