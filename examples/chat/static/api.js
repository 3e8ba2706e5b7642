// What the page asks of the server.

import { eventsOf } from "./events.js";

const SILENCE_MS = 40_000; // the server sends a sign of life every 15 seconds
const RETRY_MS = [250, 500, 1000, 2000, 4000];

const conversation = "/api" + location.pathname;

// The server understood and said no.
export class Refused extends Error {
  constructor(status, { kind = "error", message = `The server answered with status ${status}.` }) {
    super(message);
    this.kind = kind;
  }
}

// The connection is gone, or was never there.
export class Lost extends Error {}

async function request(path, options) {
  let response;
  try {
    response = await fetch(conversation + path, options);
  } catch (error) {
    throw new Lost(error.message);
  }
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
  return response;
}

function post(path, body, signal) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
}

async function state() {
  return (await request("", { cache: "no-store" })).json();
}

export async function stop() {
  await post("/stop", {});
}

// Yield lists of events, the last one with a result or an error. Throws Refused, or Lost if the stream breaks off.
export async function* answer(action, body, controller) {
  const response = await post(`/${action}`, body, controller.signal);
  let ended = false;
  try {
    for await (const events of eventsOf(response, { silenceMs: SILENCE_MS, abort: () => controller.abort() })) {
      ended ||= events.some(({ event }) => event === "result" || event === "error");
      yield events.map(({ event, data }) => ({ kind: event, ...JSON.parse(data) }));
    }
  } catch (error) {
    throw new Lost(error.message);
  }
  if (!ended) throw new Lost("the stream broke off");
}

// Return the state, or what is wrong with the conversation, once the server can be reached and no answer is under way; null when the person gives up.
// `tell` hears what there is to wait for, "running" or "lost", and the state so far if there is one.
export async function settledState({ signal, tell = () => {} } = {}) {
  for (let attempt = 0; !signal?.aborted; attempt++) {
    try {
      const now = await state();
      if (now.standing !== "running") return now;
      tell("running", now);
    } catch (error) {
      if (error instanceof Refused) return { standing: "broken", message: error.message };
      if (!(error instanceof Lost)) throw error;
      tell("lost");
    }
    await wait(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)], signal);
  }
  return null;
}

// Wait, but no longer when the network comes back or the person gives up.
function wait(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal?.addEventListener("abort", done);
  });
}
