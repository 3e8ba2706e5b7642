// The conversation's course: what the person does, what the server sends, and what happens when either goes away.

import * as api from "./api.js";
import { follow, goToEnd, listen, log, message, mode, readOut, reflect, say } from "./page.js";
import { Answer, askForm, button, pastAnswer, question } from "./view.js";

const WAITING_FOR = {
  running: "This conversation is being answered in another tab…",
  lost: "The connection was lost. Reconnecting…",
};
const MAX_LOSSES = 4; // in a row, without a single event in between

let controller = null; // of the answer under way, null between answers
let loading = true; // what the server keeps
let waiting = false; // for the person's answer to a question
let stopping = null; // the request to do so, which the next message waits for
let answer = null; // the latest one

function update() {
  reflect({ running: controller !== null, loading, waiting });
  if (answer) answer.working = controller !== null;
}

function tell(what) {
  say(WAITING_FOR[what]);
}

// ---- Showing what the server keeps ----

function show({ turns, questions, standing, message: complaint }) {
  loading = standing === "running" || standing === "broken";
  say(complaint ?? "");
  if (complaint) return update();
  log.replaceChildren();
  answer = null;
  for (const { role, parts } of turns) {
    answer = role === "user" ? null : pastAnswer(parts, { asides: mode() === "every" });
    log.append(answer?.element ?? question(parts[0].text));
  }
  waiting = standing === "waiting";
  if (waiting) ask(questions);
  update();
  follow();
}

function latestAnswer() {
  if (!answer) {
    answer = new Answer();
    log.append(answer.element);
  }
  return answer;
}

function offerToContinue(text, options) {
  const action = button(options?.label ?? "Continue", "plain", () => {
    note.remove();
    goOn();
  });
  const note = latestAnswer().note(text, { ...options, action });
  follow();
}

function ask(questions) {
  waiting = true;
  const form = askForm(questions, (answers) => {
    form.remove();
    waiting = false;
    message.focus();
    respond("answers", { answers });
  });
  latestAnswer().add(form);
  say("The assistant asks for your approval.");
  follow();
  // Not the button: a key that was meant for the message must not approve anything.
  if (!message.value) form.focus();
}

// ---- Answers ----

async function send(text) {
  log.append(question(text));
  answer = null;
  message.value = "";
  message.focus();
  goToEnd();
  await respond("messages", { text });
}

async function goOn() {
  message.focus();
  say("");
  const now = await api.settledState({ tell });
  show(now); // text of the attempt that failed goes away
  if (now.standing === "unfinished") await respond("continue", {});
}

// Have something answered, through lost connections, until it ends in one way or another.
async function respond(action, body) {
  const asked = log.querySelectorAll(".user").length;
  let losses = 0;
  for (;;) {
    const outcome = await attempt(action, body);
    if (outcome.ending !== "lost") return finish(outcome, action, body);
    losses = outcome.progressed ? 1 : losses + 1;
    if (losses > MAX_LOSSES) return offerToContinue("The connection keeps breaking.", { trouble: true, label: "Try again" });
    const now = await reconnected();
    if (now === null) return finish({ ending: "stopped" });
    show(now);
    if (now.standing === "unfinished") [action, body] = ["continue", {}];
    else if (action === "messages" && log.querySelectorAll(".user").length < asked) log.append(question(body.text));
    else return now.standing === "idle" ? announce() : undefined;
  }
}

async function attempt(action, body) {
  controller = new AbortController();
  const mine = controller;
  let progressed = false;
  let ending = null;
  latestAnswer();
  update();
  follow();
  say("Answering…");
  try {
    await stopping;
    for await (const events of api.answer(action, { ...body, mode: mode() }, controller)) {
      progressed = true;
      for (const event of events) ending = take(event) ?? ending;
      follow();
    }
    return { ending: "done", ...ending };
  } catch (error) {
    if (mine.stopped) return { ending: "stopped" };
    if (error instanceof api.Refused) return { ending: "refused", error };
    if (error instanceof api.Lost) return { ending: "lost", progressed };
    throw error;
  } finally {
    controller = null;
    update();
  }
}

// Show one event; return what it means for the run if it is the last one.
function take(event) {
  switch (event.kind) {
    case "text":
      answer.text(event.cycle, event.text);
      return null;
    case "take_back":
      answer.takeBack(event.cycle);
      return null;
    case "tool":
      answer.tool(event.id, event.name, event.state, event.text);
      if (event.state === "started") say(`Using ${event.name.replaceAll("_", " ")}…`);
      return null;
    case "interrupt":
      return { questions: [event] };
    case "error":
      return { failure: event };
    default:
      return null;
  }
}

async function reconnected() {
  tell("lost");
  controller = new AbortController();
  update();
  try {
    return await api.settledState({ signal: controller.signal });
  } finally {
    controller = null;
    update();
  }
}

async function finish({ ending, error, failure, questions }, action, body) {
  say("");
  answer?.stopTools();
  if (ending === "stopped") answer.note("Stopped.");
  else if (ending === "refused") await refused(error, action, body);
  else if (failure) await failed(failure);
  else if (questions) await askWhatTheServerWaitsFor();
  else announce();
  update();
  follow();
}

function announce() {
  if (!answer) return;
  readOut(answer.plainText);
  say("");
}

// The server's list is complete, and the one that counts.
async function askWhatTheServerWaitsFor() {
  const now = await api.settledState();
  if (now.standing === "waiting") ask(now.questions);
}

// Whether there is something to try again, the server knows.
async function failed({ message: text }) {
  const now = await api.settledState();
  if (now.standing === "unfinished") offerToContinue(text, { trouble: true, label: "Try again" });
  else answer.note(text, { trouble: true });
  say("The answer failed.");
}

// Nothing was accepted: the words go back where they came from, and the page shows how things stand.
async function refused(error, action, body) {
  if (action === "messages") message.value ||= body.text;
  await watch();
  if (error.kind !== "busy") say(error.message);
}

// Show the conversation once nobody else has an answer under way.
async function watch() {
  loading = true;
  update();
  const now = await api.settledState({
    tell: (what, soFar) => {
      if (soFar) show(soFar);
      tell(what);
    },
  });
  show(now);
  if (now.standing === "unfinished") offerToContinue("This answer was cut off.");
  update();
}

async function stopAnswer() {
  if (!controller) return;
  controller.stopped = true;
  controller.abort(); // this alone ends the run, unless a proxy keeps it from the server
  message.focus();
  stopping = api.stop().catch(() => {}); // if the server cannot be reached, there is nothing to stop
  await stopping;
}

listen({ send, stop: stopAnswer, type: update, back: watch });
watch();
