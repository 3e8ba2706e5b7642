// Server-sent events from a fetch response. EventSource cannot send a body, so the page reads the stream itself.

// Turn pieces of a stream into events; a piece may end anywhere, also within a line.
export class EventParser {
  #rest = "";
  #fields = {};

  // Return the events that are complete now, each {id, event, data}.
  parse(piece) {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop();
    const events = [];
    for (const line of lines) {
      const field = line.replace(/\r$/, "");
      if (field === "") {
        if (this.#fields.data !== undefined) events.push(this.#fields);
        this.#fields = {};
      } else {
        this.#note(field);
      }
    }
    return events;
  }

  #note(line) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name === "data" && this.#fields.data !== undefined) this.#fields.data += "\n" + value;
    else if (name) this.#fields[name] = value; // a line without a name is a comment: a sign of life
  }
}

// Yield lists of events as they arrive together. Throws if nothing, not even a comment, comes for so long.
export async function* eventsOf(response, { silenceMs, abort }) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  let timer = 0;
  try {
    for (;;) {
      timer = setTimeout(abort, silenceMs);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) return;
      const events = parser.parse(value);
      if (events.length) yield events;
    }
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {});
  }
}
