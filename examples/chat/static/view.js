// The conversation on the page. Everything that a model or a person wrote becomes a text node.

import { RichText } from "./text.js";

const STATES = {
  started: "working",
  progress: "working",
  waiting: "waits for you",
  finished: "done",
  failed: "failed",
  stopped: "stopped",
};

export function create(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export function button(label, className, onClick) {
  const element = create("button", className, label);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

// What a person said.
export function question(text) {
  const element = create("article", "turn user");
  element.setAttribute("aria-label", "You");
  element.append(text);
  return element;
}

// An answer that grows: text by its cycle, tool calls, notes and questions to the person.
export class Answer {
  #cycles = new Map();
  #tools = new Map();
  #working = create("div", "working");

  constructor() {
    this.element = create("article", "turn answer");
    this.element.setAttribute("aria-label", "Assistant");
    this.#working.setAttribute("aria-hidden", "true");
    this.#working.append(create("i"), create("i"), create("i"));
  }

  // What the person should take away: not the words beside tool calls.
  get plainText() {
    return [...this.element.querySelectorAll(".text:not(.aside, .withdrawn)")].map((each) => each.innerText).join("\n");
  }

  set working(on) {
    if (on) this.element.append(this.#working);
    else this.#working.remove();
  }

  add(element) {
    if (this.#working.isConnected) this.#working.before(element);
    else this.element.append(element);
    return element;
  }

  text(cycle, piece) {
    if (!this.#cycles.has(cycle)) this.#cycles.set(cycle, new RichText(this.add(create("div", "text"))));
    this.#cycles.get(cycle).append(piece);
  }

  takeBack(cycle) {
    const withdrawn = this.#cycles.get(cycle)?.element;
    this.#cycles.delete(cycle);
    if (!withdrawn) return;
    withdrawn.classList.add("withdrawn");
    withdrawn.setAttribute("aria-hidden", "true");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) withdrawn.remove();
    else withdrawn.addEventListener("animationend", () => withdrawn.remove());
  }

  // `progress` is what the tool itself says of how far it is.
  tool(id, name, state, progress) {
    const known = this.#tools.get(id) ?? this.#newTool(id, name ?? "tool");
    known.dataset.state = state;
    known.querySelector(".state").textContent = STATES[state];
    if (progress) known.querySelector(".progress").textContent = progress;
  }

  // Nothing works on this answer any more.
  stopTools() {
    for (const [id, { dataset }] of this.#tools) {
      if (dataset.state === "started" || dataset.state === "progress") this.tool(id, "", "stopped");
    }
  }

  note(text, { trouble = false, action = null } = {}) {
    const element = create("div", trouble ? "note trouble" : "note");
    element.append(create("p", "", text));
    if (action) element.append(action);
    return this.add(element);
  }

  #newTool(id, name) {
    const last = [...this.element.children].filter((each) => each !== this.#working).at(-1);
    if (last?.matches(".text:not(.withdrawn)")) last.classList.add("aside"); // it led up to this call
    const list = last?.matches(".tools") ? last : this.add(create("ul", "tools"));
    list.setAttribute("aria-label", "Tools");
    const item = create("li");
    item.append(create("span", "name", name.replaceAll("_", " ")), create("span", "progress"), create("span", "state"));
    list.append(item);
    this.#tools.set(id, item);
    return item;
  }
}

// Return the answer that a list of parts describes, as the server keeps it.
export function pastAnswer(parts, { asides }) {
  const answer = new Answer();
  for (const [at, part] of parts.entries()) {
    if (part.kind === "tool") answer.tool(part.id, part.name, part.state);
    else if (part.kind === "stopped") answer.note("Stopped.");
    else if (asides || !part.aside) answer.text(`past-${at}`, part.text);
  }
  return answer;
}

let asked = 0;

// A form that asks the person; `onAnswers` gets the answers by the questions' ids once there is one for each.
export function askForm(questions, onAnswers) {
  const form = create("div", "ask");
  form.setAttribute("role", "group");
  form.setAttribute("aria-label", "The assistant asks for your approval");
  form.tabIndex = -1;
  const answers = {};
  for (const { id, reason, name } of questions) {
    const choices = create("div", "choices");
    const choose = (value, chosen) => {
      answers[id] = value;
      for (const each of choices.children) each.setAttribute("aria-pressed", String(each === chosen));
      if (Object.keys(answers).length === questions.length) onAnswers(answers);
    };
    const approve = button("Approve", "primary", () => choose("approve", approve));
    const decline = button("Decline", "plain", () => choose("decline", decline));
    choices.append(approve, decline);
    const words = create("p", "", wordsOf(reason) || name);
    words.id = `question-${++asked}`;
    choices.setAttribute("role", "group");
    choices.setAttribute("aria-labelledby", words.id);
    form.append(create("h3", "", "Your approval is needed"), words, choices);
  }
  return form;
}

function wordsOf(reason) {
  if (typeof reason === "string") return reason;
  return reason?.question ?? (reason ? JSON.stringify(reason) : "");
}
