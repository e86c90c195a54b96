// The tally itself: what passed and what failed, the last exchanges as a picture, and the areas' counts.

import { arrange, byId, count, counted, fill, h } from "./dom.js";
import { model, on } from "./live.js";
import { route, to } from "./route.js";

const BARS = 60;

/** Keeps the counts, the picture and the areas up to date. */
export function startTally() {
  on("journal", renderCounts);
  on("jobs", renderCounts);
  on("state", renderAreas);
  on("route", renderAreas);
}

/** What became of the records that the journal and the jobs report. */
function totals() {
  let passed = 0,
    failed = 0,
    refused = 0;
  for (const entry of model.journal) {
    if (entry.status >= 400) refused += 1;
    // The records of an acknowledged request are its job's.
    if (entry.acknowledged) continue;
    passed += entry.passed;
    failed += entry.failed;
  }
  for (const job of model.jobs) {
    passed += job.passed;
    failed += job.failed;
  }
  return { passed, failed, refused };
}

function renderCounts() {
  const { passed, failed, refused } = totals();
  byId("passed").textContent = count(passed);
  byId("failed").textContent = count(failed);
  byId("failed-box").classList.toggle("nothing", failed === 0);
  const all = passed + failed;
  const share = byId("share");
  share.hidden = all === 0;
  // A single failure in a million still shows as a hair's breadth.
  share.firstElementChild.style.width = `${all ? Math.min((100 * passed) / all, failed ? 99.6 : 100) : 0}%`;
  const parts = [];
  if (all) parts.push(`${(Math.floor((1000 * passed) / all) / 10).toFixed(1)}% passed`);
  parts.push(counted(model.journal.length, "exchange"));
  if (model.jobs.length) parts.push(counted(model.jobs.length, "job"));
  if (refused) parts.push(`${counted(refused, "request")} rejected`);
  if (model.missed) parts.push(`${counted(model.missed, "exchange")} went by too fast to show`);
  byId("counted").textContent = parts.join(" · ");
  renderChart();
  document.title = failed ? `${count(failed)} failed · Tally` : "Tally";
}

// One bar an exchange: up for what passed, down for what failed, by their logarithms so that one failure among
// two thousand records can still be seen.
function renderChart() {
  const figure = byId("chart");
  const shown = model.journal.slice(0, BARS).reverse();
  figure.hidden = shown.length === 0;
  if (!shown.length) return fill(figure);
  const width = 480,
    up = 56,
    down = 30,
    step = width / BARS;
  const scaled = (value) => Math.log1p(value);
  const most = Math.max(1, ...shown.map((entry) => scaled(Math.max(entry.passed, entry.failed))));
  const first = BARS - shown.length;
  const bars = shown.map((entry, index) => {
    const x = (first + index) * step + 0.75,
      wide = step - 1.5;
    const high = (value, room) => (value ? Math.max(2, (scaled(value) / most) * room) : 0);
    const passed = high(entry.passed, up - 2),
      failed = high(entry.failed, down - 2);
    return [
      passed > 0 && h("rect", { class: "up", x, y: up - passed, width: wide, height: passed, rx: 1 }),
      failed > 0 && h("rect", { class: "down", x, y: up + 1, width: wide, height: failed, rx: 1 }),
      entry.status >= 400 &&
        h("path", { class: "cross", d: `M${x} ${up + 3}l${wide} ${wide}m0 ${-wide}l${-wide} ${wide}` }),
      entry.acknowledged && h("rect", { class: "job", x: x + 0.5, y: up - 9, width: wide - 1, height: 8, rx: 1 }),
    ];
  });
  const failing = shown.filter((entry) => entry.failed > 0).length;
  const what = `The last ${counted(shown.length, "exchange")}, the newest at the right`;
  const label = `${what}: ${count(failing)} with failed records`;
  fill(
    figure,
    h(
      "svg",
      { viewBox: `0 0 ${width} ${up + down}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
      h("title", null, `${what}. Up: passed, down: failed, on a logarithmic scale`),
      h("line", { class: "axis", x1: 0, y1: up + 0.5, x2: width, y2: up + 0.5 }),
      bars,
    ),
  );
}

const items = new Map();

function renderAreas() {
  if (!model.state) return;
  const { areas } = model.state;
  const records = areas.reduce((sum, area) => sum + area.records, 0);
  byId("areas-sum").textContent = `${counted(records, "record")} in ${counted(areas.length, "area")}`;
  arrange(
    byId("areas-list"),
    areas.map((area) => {
      let item = items.get(area.name);
      if (!item) {
        const number = h("span", { class: "number" });
        const link = h(
          "a",
          { href: to("records", [area.name]) },
          h(
            "span",
            { class: "area-line" },
            h("span", null, area.title),
            h("span", null, number, h("span", { class: "unseen" }, " records")),
          ),
          h(
            "span",
            { class: "area-line area-more" },
            h(
              "span",
              { class: "area-path mono", title: area.path },
              area.path.replace(model.state.contract.basePath, ""),
            ),
            h("span", { class: "area-limit" }, `limit ${count(area.limit)}`),
          ),
        );
        item = h("li", null, link);
        items.set(area.name, item);
      }
      const link = item.firstElementChild;
      link.querySelector(".number").textContent = count(area.records);
      const here = route().view === "records" && route().parts[0] === area.name;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      return item;
    }),
  );
}
