// A small, safe rendering of a model's text: paragraphs, lists, headings, code, bold. Only text nodes, never HTML.

export class RichText {
  #open = ""; // text whose block may still grow
  #openNodes = [];

  constructor(element) {
    this.element = element;
    this.text = "";
  }

  append(piece) {
    this.text += piece;
    this.#open += piece;
    this.#openNodes.forEach((node) => node.remove());
    // What a blank line has ended is rendered for good, so that a long answer costs no more per piece than a short one.
    const end = endOfClosedBlocks(this.#open);
    this.element.append(...blocks(this.#open.slice(0, end)));
    this.#open = this.#open.slice(end);
    this.#openNodes = blocks(this.#open);
    this.element.append(...this.#openNodes);
  }
}

function endOfClosedBlocks(text) {
  const fences = [...text.matchAll(/^```/gm)];
  const limit = fences.length % 2 ? fences.at(-1).index : text.length;
  const end = text.lastIndexOf("\n\n", limit - 1);
  if (end < 0) return 0;
  const inside = fences.filter((fence) => fence.index < end).length % 2;
  return inside ? 0 : end + 2;
}

function blocks(text) {
  const found = [];
  let block = null; // {kind, lines}
  let inCode = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) {
      inCode = !inCode;
      block = inCode ? { kind: "pre", lines: [] } : null;
      if (block) found.push(block);
      continue;
    }
    const [kind, content, start] = inCode ? ["pre", line] : kindOf(line);
    if (!kind) {
      block = null;
      continue;
    }
    if (block?.kind !== kind || kind === "h3") found.push((block = { kind, start, lines: [] }));
    block.lines.push(content);
  }
  return found.map(rendered);
}

function kindOf(line) {
  if (!line.trim()) return [null, ""];
  const item = /^\s*(?:([-*•])|(\d+)[.)])\s+(.*)$/.exec(line);
  if (item) return [item[1] ? "ul" : "ol", item[3], item[2]];
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  return heading ? ["h3", heading[1]] : ["p", line];
}

function rendered({ kind, start, lines }) {
  const element = document.createElement(kind);
  if (start) element.start = Number(start);
  if (kind === "ul" || kind === "ol") {
    for (const line of lines) element.append(inline(document.createElement("li"), line));
    return element;
  }
  if (kind === "pre") {
    const code = document.createElement("code");
    code.textContent = lines.join("\n");
    element.append(code);
    return element;
  }
  return inline(element, lines.join("\n"));
}

const MARKS = { "`": "code", "**": "strong", "*": "em" };

function inline(element, text) {
  for (const part of text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/)) {
    const mark = /^(`|\*\*|\*)([^]+)\1$/.exec(part);
    if (!mark) {
      element.append(part);
      continue;
    }
    const marked = document.createElement(MARKS[mark[1]]);
    marked.textContent = mark[2];
    element.append(marked);
  }
  return element;
}
