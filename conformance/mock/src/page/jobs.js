// Background jobs: what requests over the limit became, with progress.

import { arrange, byId, count, counted, fill, h, problem } from "./dom.js";
import { areaOf, ask, model, on, refreshState } from "./live.js";
import { failureList } from "./failures.js";
import { route, to } from "./route.js";

const SHOWN = 100;

let panel, list, more, empty, said, drainButton;
const made = new Map();

/** Builds the view. */
export function startJobs(section) {
  panel = section;
  list = h("ol", { class: "jobs" });
  more = h("p", { class: "soft small", hidden: true });
  empty = h("div", { class: "empty" });
  said = h("div", { class: "grow", role: "status" });
  drainButton = h("button", { type: "button", click: drain }, "Wait for all jobs");
  fill(section, h("h2", { class: "unseen" }, "Jobs"), h("div", { class: "bar" }, drainButton, said), empty, list, more);
  on("jobs", render);
  on("state", render);
  on("route", render);
}

function render() {
  const open = model.jobs.filter((job) => job.state !== "done").length;
  const badge = byId("tab-jobs").querySelector(".badge");
  badge.hidden = open === 0;
  badge.textContent = `${count(open)} open`;
  if (route().view !== "jobs" || panel.hidden || !model.state) return;
  drainButton.disabled = open === 0;
  empty.hidden = model.jobs.length > 0;
  if (!empty.hidden && !empty.firstChild) {
    fill(
      empty,
      h("h3", null, "No jobs yet"),
      h(
        "p",
        null,
        "A request with more records than its area's limit is acknowledged at once and processed here in pieces. ",
      ),
      h(
        "p",
        null,
        "Limits: ",
        model.state.areas.map((area, at) => [at > 0 && ", ", `${area.title} ${count(area.limit)}`]),
        ".",
      ),
    );
  }
  for (const id of made.keys()) if (!model.jobs.some((job) => job.id === id)) made.delete(id);
  arrange(
    list,
    model.jobs.slice(0, SHOWN).map((job) => {
      if (!made.has(job.id)) made.set(job.id, item(job));
      made.get(job.id).update(job);
      return made.get(job.id).element;
    }),
  );
  more.hidden = model.jobs.length <= SHOWN;
  more.textContent = `The newest ${SHOWN} of ${counted(model.jobs.length, "job")}.`;
}

const STATES = { queued: "◌ queued", running: "◐ running", done: "● done", setAside: "⊘ set aside" };

function item({ id, area, exchange }) {
  const state = h("span", { class: "status" });
  const bar = h("progress", { "aria-label": `Progress of job ${id}` });
  const counts = h("p", { class: "numbers" });
  const failures = h("div");
  const details = h(
    "details",
    {
      hidden: true,
      toggle: () => {
        if (details.open) renderFailures();
      },
    },
    h("summary"),
    failures,
  );
  let shown = null,
    drawn = null;
  const renderFailures = () => {
    if (drawn === shown.failures.length) return;
    drawn = shown.failures.length;
    fill(
      failures,
      failureList(shown.failures),
      shown.failed > shown.failures.length && h("p", { class: "soft small" }, "The first violations only."),
    );
  };
  const element = h(
    "li",
    null,
    h(
      "header",
      { class: "bar" },
      h("h3", null, `Job ${count(id)}`),
      h(
        "span",
        { class: "grow" },
        areaOf(area)?.title ?? area,
        " · ",
        h("a", { href: to("journal", [exchange]) }, `exchange ${count(exchange)}`),
      ),
      state,
    ),
    bar,
    counts,
    details,
  );
  const update = (job) => {
    shown = job;
    state.textContent = STATES[job.state] ?? job.state;
    bar.max = Math.max(1, job.records);
    bar.value = job.processed;
    fill(
      counts,
      `${count(job.processed)} of ${counted(job.records, "record")} · `,
      h("span", { class: "good" }, `✓ ${count(job.passed)}`),
      " · ",
      h("span", { class: job.failed ? "bad" : "soft" }, `✕ ${count(job.failed)}`),
    );
    details.hidden = job.failures.length === 0;
    details.firstElementChild.textContent = `What failed: ${counted(job.failed, "record")}`;
    if (details.open) renderFailures();
  };
  return { element, update };
}

async function drain() {
  drainButton.disabled = true;
  said.textContent = "Waiting until no job is queued or running…";
  try {
    const { drained } = await ask("drain", { method: "POST" });
    said.textContent = drained ? `Done: ${counted(drained, "job")} finished.` : "No job was queued or running.";
  } catch (error) {
    fill(said, problem(error));
  } finally {
    refreshState();
    render();
  }
}
