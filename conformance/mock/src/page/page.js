// The page of the mock: its data, the requests that it received, and its fault.

import { byId, count, counted, fill, h } from "./dom.js";
import { areaOf, connect, connectNow, model, on } from "./live.js";
import { startTally } from "./tally.js";
import { go, route, startRoute, to, VIEWS } from "./route.js";
import * as journal from "./journal.js";
import * as records from "./records.js";
import { startFaults, arrive as arriveAtFaults } from "./faults.js";
import { startJobs } from "./jobs.js";
import { startOrganisation, startOver } from "./organisation.js";
import { startTry, arrive as arriveAtTry } from "./try.js";

const tabs = VIEWS.map((view) => byId(`tab-${view}`));

function start() {
  // The tabs turn first: the other views draw only if they are shown.
  on("route", turnTabs);
  on("state", renderHeader);
  on("connection", renderConnection);
  on("trouble", renderTrouble);
  on("journal", announce);
  on("jobs", announceJobs);
  startTally();
  journal.startJournal(byId("journal"));
  records.startRecords(byId("records"));
  startTry(byId("try"));
  startJobs(byId("jobs"));
  startFaults(byId("faults"));
  startOrganisation(byId("organisation"));
  byId("reset").addEventListener("click", resetAll);
  startTabs();
  startRoute();
  turnTabs();
  for (const arrive of [journal.arrive, records.arrive, arriveAtTry, arriveAtFaults]) arrive();
  foldAreas();
  setInterval(renderConnection, 1000);
  connect();
}

// --- tabs, by the ARIA practice: one stop for the tab key, arrows move and choose.

// The last hash of each view, so that a tab returns to it.
const left = new Map();

function startTabs() {
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => goTo(VIEWS[index]));
    tab.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 };
      if (!(event.key in steps)) return;
      event.preventDefault();
      const next = (steps[event.key] + tabs.length) % tabs.length;
      goTo(VIEWS[next]);
      tabs[next].focus();
    });
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    tabs.find((tab) => tab.getAttribute("aria-selected") === "true").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const { view, parts } = route();
    if (view === "journal" && parts[0]) journal.closeDetail();
    if (view === "records" && parts[1]) records.closeDetail();
  });
}

function goTo(view) {
  if (route().view !== view) go(left.get(view) ?? to(view));
}

function turnTabs() {
  const { view } = route();
  left.set(view, location.hash || to(view));
  VIEWS.forEach((name, index) => {
    const here = name === view;
    tabs[index].setAttribute("aria-selected", String(here));
    tabs[index].tabIndex = here ? 0 : -1;
    byId(name).hidden = !here;
  });
}

// --- the header

async function resetAll() {
  if (!model.state) return;
  try {
    if (await startOver()) say("Reset to the fixtures");
    renderTrouble({ what: "reset" });
  } catch (error) {
    renderTrouble({ what: "reset", error, again: resetAll });
  }
}

function renderHeader() {
  const { contract, today, clockIsSet } = model.state;
  byId("title").textContent = contract.title;
  byId("root").textContent = `${contract.verb} ${location.origin}${contract.basePath}`;
  fill(
    byId("clock"),
    clockIsSet && h("a", { href: to("organisation"), class: "clock-set" }, `◷ clock set to ${today}`),
  );
}

function renderConnection() {
  const { state, retryAt } = model.connection;
  const signal = byId("connection");
  if (signal.dataset.state === state && state !== "lost") return;
  const anew = signal.dataset.state !== state;
  signal.dataset.state = state;
  if (state === "live") fill(signal, "Live");
  else if (state === "connecting") fill(signal, "Connecting");
  else {
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    if (anew)
      fill(
        signal,
        h("span", { class: "wait" }),
        " ",
        h("button", { type: "button", class: "plain", click: connectNow }, "Try now"),
      );
    signal.querySelector(".wait").textContent = `Disconnected; retrying in ${seconds} s`;
  }
  if (anew && state !== "connecting")
    say(state === "live" ? "Connected to the mock" : "Disconnected from the mock");
}

const troubles = new Map();

// What can't be read stays on the page as it was; this says so, and offers to try again.
function renderTrouble({ what, error, again }) {
  if (error) troubles.set(what, { error, again });
  else if (!troubles.delete(what)) return;
  const strip = byId("trouble");
  const [first] = troubles.values();
  strip.hidden = !first;
  fill(
    strip,
    first && [
      h("p", null, h("b", null, "✕ "), first.error.message, " What you see may be out of date."),
      h("button", { type: "button", click: first.again }, "Try again"),
    ],
  );
}

// --- announcements to screen readers, at most every four seconds

const news = { failed: 0, exchanges: 0, areas: new Set(), ended: [], timer: null };

function announce({ added }) {
  const bad = added.filter((entry) => entry.failed > 0);
  if (!bad.length) return;
  news.exchanges += bad.length;
  for (const entry of bad) {
    news.failed += entry.failed;
    news.areas.add(areaOf(entry.area)?.title ?? entry.path);
  }
  tellSoon();
}

// The jobs that were done when the page last looked; what was done before it came is no news.
let done = null;

function announceJobs() {
  const now = new Set(model.jobs.filter((job) => job.state === "done").map((job) => job.id));
  const ended = done ? model.jobs.filter((job) => now.has(job.id) && !done.has(job.id)) : [];
  done = now;
  if (!ended.length) return;
  news.ended.push(...ended);
  tellSoon();
}

function tellSoon() {
  news.timer ??= setTimeout(() => {
    const { failed, exchanges, areas, ended } = news;
    const words = [];
    if (exchanges)
      words.push(`${counted(failed, "record")} failed in ${counted(exchanges, "exchange")}: ${[...areas].join(", ")}`);
    if (ended.length) words.push(endedShown(ended));
    say(words.join(". "));
    Object.assign(news, { failed: 0, exchanges: 0, areas: new Set(), ended: [], timer: null });
  }, 4000);
}

function endedShown(ended) {
  const failed = ended.reduce((sum, job) => sum + job.failed, 0);
  const which = ended.length === 1 ? `Job ${count(ended[0].id)} ended` : `${counted(ended.length, "job")} ended`;
  return `${which}: ${failed ? `${counted(failed, "record")} failed` : "no record failed"}`;
}

function say(words) {
  byId("announced").textContent = words;
}

// On a small screen the areas are folded away, so that the tally comes first.
function foldAreas() {
  const small = matchMedia("(max-width: 60rem)");
  const fold = () => {
    byId("areas").open = !small.matches;
  };
  small.addEventListener("change", fold);
  fold();
}

start();
