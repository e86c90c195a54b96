// What the page knows of the mock, kept up to date by server-sent events.
//
// Events come as fast as requests do; they are gathered, and the views are notified a few times a second.

/** How many exchanges are kept here: as many as the mock keeps. */
const MOST = 1000;
const FLUSH = 200;

/** What is known. `journal` has the newest first; `jobs` too. */
export const model = {
  state: null,
  journal: [],
  jobs: [],
  fault: { active: null, faults: [], presets: [] },
  /** "connecting", "live" or "lost", and when the next attempt is. */
  connection: { state: "connecting", retryAt: null },
  /** Exchanges that the mock sent no event for, since the journal was last read whole. */
  missed: 0,
};

const listeners = new Map();

/** Calls `listener` when a topic changes: state, journal, jobs, fault, connection, trouble, route. */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

/** Notifies the listeners of a topic. */
export function notify(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** An answer of the mock that says what was wrong. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks the mock's own API, and returns the JSON of its answer.
 *
 * Throws a `Refused` with the mock's words, or an `Error` that says the mock can't be reached.
 */
export async function ask(path, { method = "GET", body, signal } = {}) {
  let response;
  try {
    response = await fetch(`/_tally/${path}`, { method, body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The mock can't be reached. Is it still running?", { cause: error });
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
  }
  if (!response.ok) throw new Refused(response.status, answer?.error ?? `The mock answered ${response.status}.`);
  return answer;
}

/** Sends JSON to the mock's own API. */
export const put = (path, value) => ask(path, { method: "PUT", body: JSON.stringify(value) });

/** An area by its name. */
export const areaOf = (name) => model.state?.areas.find((area) => area.name === name) ?? null;

/** An area's URL at this mock. */
export function endpointOf(area) {
  const { basePath } = model.state.contract;
  return location.origin + (area.path.startsWith(basePath) ? area.path : basePath + area.path);
}

/** Takes the answer to GET, PUT or DELETE fault. */
export function faultIs(answer) {
  model.fault = answer;
  notify("fault");
}

/** Runs `work`; if it fails, says so at the top of the page, with a button that tries again. */
async function guarded(what, work) {
  try {
    await work();
    notify("trouble", { what, error: null });
  } catch (error) {
    notify("trouble", { what, error, again: () => guarded(what, work) });
  }
}

/** At most one at a time, at most one each `pause` milliseconds, and always one after the last call. */
export function throttled(pause, work) {
  let timer = null,
    running = false,
    again = false;
  const run = async () => {
    timer = null;
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        call();
      }
    }
  };
  const call = () => {
    if (running) again = true;
    else timer ??= setTimeout(run, pause);
  };
  return call;
}

/** Reads the counts again, soon. */
export const refreshState = throttled(400, () => guarded("state", readState));

async function readState() {
  model.state = await ask("state");
  notify("state");
}

async function readJournal() {
  const entries = [];
  let before = "";
  // Pages of 200, so that no single answer grows with the failures that the summaries carry.
  for (;;) {
    const page = await ask(`journal?limit=200${before}`);
    entries.push(...page.entries);
    if (page.entries.length < 200 || entries.length >= MOST || page.entries.at(-1).number <= page.oldest) break;
    before = `&before=${page.entries.at(-1).number}`;
  }
  model.journal = entries;
  model.missed = 0;
  notify("journal", { anew: true, added: [] });
}

async function readJobs() {
  model.jobs = (await ask("jobs")).jobs;
  notify("jobs");
}

/** Reads everything: at the start, after a reset, and when a connection was lost in between. */
const readAll = () => {
  waiting.exchanges.clear();
  waiting.jobs.clear();
  return reading(() => Promise.all([readState(), readJournal(), readJobs(), ask("fault").then(faultIs)]));
};

// What comes in while the journal is read waits, or the answer would write over it.
const waiting = { exchanges: new Map(), jobs: new Map(), timer: null, readers: 0 };

const reading = (work) =>
  guarded("state", async () => {
    waiting.readers += 1;
    try {
      await work();
    } finally {
      waiting.readers -= 1;
    }
  });

function gather() {
  waiting.timer ??= setTimeout(flush, FLUSH);
}

function flush() {
  waiting.timer = null;
  if (waiting.readers) return gather();
  if (waiting.exchanges.size) {
    const known = new Set(model.journal.map((entry) => entry.number));
    const added = [...waiting.exchanges.values()].filter((entry) => !known.has(entry.number));
    waiting.exchanges.clear();
    model.journal = [...added, ...model.journal].sort((a, b) => b.number - a.number).slice(0, MOST);
    notify("journal", { anew: false, added });
  }
  if (waiting.jobs.size) {
    const known = new Map(model.jobs.map((job) => [job.id, job]));
    for (const [id, job] of waiting.jobs) known.set(id, job);
    waiting.jobs.clear();
    model.jobs = [...known.values()].sort((a, b) => b.id - a.id);
    notify("jobs");
  }
  refreshState();
}

function connectionIs(state, retryAt = null) {
  model.connection = { state, retryAt };
  notify("connection");
}

let attempt = 0;

/** Opens the stream of events; when it is lost, tries again after 1, 2, 4 … 15 seconds. */
export function connect() {
  connectionIs("connecting");
  const source = new EventSource("/_tally/events");
  const hear = (name, use) => source.addEventListener(name, (event) => use(JSON.parse(event.data)));
  source.addEventListener("open", async () => {
    attempt = 0;
    connectionIs("live");
    await readAll();
  });
  source.addEventListener("error", () => {
    source.close();
    const pause = Math.min(15, 2 ** attempt) * 1000;
    attempt += 1;
    connectionIs("lost", Date.now() + pause);
    retry = setTimeout(connect, pause);
  });
  hear("exchange", (entry) => {
    waiting.exchanges.set(entry.number, entry);
    gather();
  });
  hear("job", (job) => {
    waiting.jobs.set(job.id, job);
    gather();
  });
  hear("fault", (active) => {
    model.fault = { ...model.fault, active };
    notify("fault");
  });
  hear("clock", () => refreshState());
  hear("reset", () => readAll());
  hear("lagged", ({ missed }) => {
    model.missed += missed;
    reread();
  });
}

// What was missed is read from the journal, once the flood is over.
const reread = throttled(1500, () => reading(readJournal));

let retry = null;

/** Tries to connect at once. */
export function connectNow() {
  clearTimeout(retry);
  connect();
}
