// The journal: exchanges as they happen, and one of them with its request and response side by side.

import { add, arrange, clipped, copyable, count, counted, duration, fill, h, problem, prose, time } from "./dom.js";
import { compact, curlOf } from "./curl.js";
import { areaOf, ask, model, on, Refused } from "./live.js";
import { exchangeShown } from "./exchange.js";
import { go, numberOf, route, to } from "./route.js";

const ROWS = 100;

let panel, areaFilter, failedOnly, search, shownOf, list, rows, pages, empty, detail;
let page = 0;
const made = new Map();

/** Builds the view. */
export function startJournal(section) {
  panel = section;
  areaFilter = h("select", { id: "journal-area", change: filter });
  failedOnly = h("input", { type: "checkbox", id: "journal-failed", change: filter });
  search = h("input", {
    type: "search",
    id: "journal-search",
    placeholder: "Search",
    "aria-label": "Search the journal: number, area, path, status or what failed",
    autocomplete: "off",
    input: filter,
  });
  shownOf = h("p", { class: "soft small grow" });
  rows = h("tbody", { role: "rowgroup" });
  const head = (label, attributes) => h("th", { scope: "col", role: "columnheader", ...attributes }, label);
  const table = h(
    "table",
    { class: "journal", role: "table", "aria-label": "Exchanges, the newest first" },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        head("No.", { class: "number" }),
        head("Time"),
        head("Area"),
        head("Status"),
        head("Passed", { class: "number" }),
        head("Failed", { class: "number" }),
        head("Took", { class: "number" }),
        head("What failed"),
      ),
    ),
    rows,
  );
  list = h("div", { class: "list" }, table);
  pages = h("p", { class: "actions" });
  empty = h("div", { class: "empty", hidden: true });
  detail = h("section", { class: "detail", "aria-label": "Exchange", hidden: true });
  fill(
    section,
    h("h2", { class: "unseen" }, "Journal"),
    h(
      "div",
      { class: "bar" },
      h("label", { for: "journal-area" }, "Area"),
      areaFilter,
      h("label", { class: "check" }, failedOnly, " Failed only"),
      search,
      shownOf,
    ),
    empty,
    list,
    pages,
    detail,
  );
  on("journal", ({ anew }) => {
    if (anew) made.clear();
    render();
  });
  on("jobs", render);
  on("state", arrive);
  on("route", arrive);
}

/** Shows what the hash asks for. */
export function arrive() {
  const { view, parts, query } = route();
  if (view !== "journal" || !model.state) return;
  failedOnly.checked = query.has("failed");
  if (document.activeElement !== search) search.value = query.get("q") ?? "";
  renderFilter();
  render();
  const wanted = numberOf(parts[0]);
  if (wanted !== open) show(wanted);
}

function filter() {
  page = 0;
  const query = { area: areaFilter.value, failed: failedOnly.checked ? "1" : "", q: search.value.trim() };
  go(to("journal", route().parts, query), { replace: true });
}

function renderFilter() {
  if (!model.state) return;
  const wanted = route().view === "journal" ? (route().query.get("area") ?? "") : areaFilter.value;
  if (areaFilter.options.length !== model.state.areas.length + 1) {
    fill(
      areaFilter,
      h("option", { value: "" }, "All areas"),
      model.state.areas.map((area) => h("option", { value: area.name }, area.title)),
    );
  }
  areaFilter.value = wanted;
}

const isFailed = (entry) => entry.failed > 0 || entry.status >= 400 || (jobOf(entry)?.failed ?? 0) > 0;
const jobOf = (entry) => (entry.job ? model.jobs.find((job) => job.id === entry.job) : null);

/** The exchanges that the filters let through. */
function wantedEntries() {
  const area = areaFilter.value;
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return model.journal.filter((entry) => {
    if ((area && entry.area !== area) || (failedOnly.checked && !isFailed(entry))) return false;
    const text = words.length ? searchedIn(entry) : "";
    return words.every((word) => text.includes(word));
  });
}

// What an exchange is found by: what its row says, its path and the pointers of what failed.
function searchedIn(entry) {
  const failures = entry.failures.flatMap(({ pointer, message }) => [pointer, message]);
  const job = entry.job ? `job ${entry.job}` : "";
  return [entry.number, areaOf(entry.area)?.title, entry.method, entry.path, entry.status, job, ...failures]
    .join(" ")
    .toLowerCase();
}

function render() {
  if (panel.hidden || !model.state) return;
  const entries = wantedEntries();
  const last = Math.max(0, Math.ceil(entries.length / ROWS) - 1);
  page = Math.min(page, last);
  const shown = entries.slice(page * ROWS, (page + 1) * ROWS);
  arrange(
    rows,
    shown.map((entry) => {
      if (!made.has(entry.number)) made.set(entry.number, row(entry));
      return made.get(entry.number);
    }),
  );
  if (made.size > 4 * ROWS) for (const number of made.keys()) if (!made.get(number).isConnected) made.delete(number);
  for (const [number, element] of made) element.classList.toggle("chosen", number === open);
  if (open !== null && sought !== open) seek();
  renderSteps();
  list.hidden = shown.length === 0;
  const filtered = entries.length !== model.journal.length;
  shownOf.textContent = model.journal.length
    ? `${filtered ? `${count(entries.length)} of ` : ""}${counted(model.journal.length, "exchange")}`
    : "";
  pages.hidden = last === 0;
  const turn = (label, by) =>
    h(
      "button",
      {
        type: "button",
        disabled: page + by < 0 || page + by > last,
        click: () => {
          page += by;
          render();
          list.scrollTop = 0;
        },
      },
      label,
    );
  if (last > 0) {
    const held = pages.contains(document.activeElement) ? document.activeElement.textContent : null;
    fill(
      pages,
      turn("Newer", -1),
      turn("Older", 1),
      h(
        "span",
        { class: "soft small" },
        `${count(page * ROWS + 1)}–${count(page * ROWS + shown.length)} of ${count(entries.length)}`,
      ),
    );
    if (held) [...pages.querySelectorAll("button")].find((button) => button.textContent === held)?.focus();
  }
  renderEmpty(shown.length === 0);
}

function renderEmpty(isEmpty) {
  if (empty.hidden !== isEmpty && empty.dataset.kind === kindOfEmpty()) return;
  empty.hidden = !isEmpty;
  if (!isEmpty) return;
  empty.dataset.kind = kindOfEmpty();
  if (model.journal.length) {
    fill(
      empty,
      h("h3", null, "No matching exchange"),
      h("p", null, "The journal has others. ", h("button", { type: "button", click: everything }, "Show all")),
    );
    return;
  }
  renderFirst();
}

// The first request that a reader may send is one that passes whole.
async function renderFirst() {
  const area = await plainSuccess();
  if (empty.dataset.kind !== "first") return;
  fill(
    empty,
    h("h3", null, "No requests yet"),
    h("p", null, `Send a first request (${area.title}) from a shell; it appears here at once:`),
    copyable(curlOf(area, compact(area.example ?? "")), "A first request, for a shell"),
    h(
      "p",
      null,
      "Or ",
      h("a", { href: to("try", [area.name]) }, "try a body"),
      " on this page: paste one, or take an area's example.",
    ),
  );
}

/** The first area, in the contract's order, whose example passes whole now; the first area if none does. */
async function plainSuccess() {
  const { areas } = model.state;
  for (const area of areas) {
    if (!area.example) continue;
    try {
      const body = compact(area.example);
      const { verdict, passed, failed } = await ask(`judge/${encodeURIComponent(area.name)}`, { method: "POST", body });
      if (verdict === "accepted" && passed > 0 && failed === 0) return area;
    } catch {
      // The mock can't be reached now: an example is better than none.
      break;
    }
  }
  return areas[0];
}

const kindOfEmpty = () => (model.journal.length ? "filtered" : "first");

function everything() {
  areaFilter.value = "";
  failedOnly.checked = false;
  search.value = "";
  filter();
  areaFilter.focus();
}

function row(entry) {
  const area = areaOf(entry.area);
  const cell = (attributes, ...children) => h("td", { role: "cell", ...attributes }, ...children);
  const number = (value, kind, sign) =>
    cell(
      { class: `number ${value ? kind : "soft"}` },
      value ? [h("span", { "aria-hidden": "true" }, sign), count(value)] : "0",
    );
  const none = () => cell({ class: "number soft" }, "–");
  const failure = entry.failures[0];
  const more = Math.max(entry.failures.length - 1, 0);
  return h(
    "tr",
    { role: "row", "data-number": entry.number, click: choose },
    h(
      "th",
      { scope: "row", role: "rowheader", class: "number" },
      h("a", { href: hashOf(entry.number), "aria-label": `Exchange ${entry.number}` }, String(entry.number)),
    ),
    cell({ class: "when" }, time(entry.at)),
    cell(
      { class: "what" },
      area ? area.title : h("span", { class: "mono" }, clipped(`${entry.method} ${entry.path}`, 60)),
    ),
    cell(
      { class: entry.status >= 400 ? "bad" : "" },
      h("span", { class: "status" }, entry.status >= 400 ? `✕ ${entry.status}` : String(entry.status)),
    ),
    entry.acknowledged ? none() : number(entry.passed, "good", "✓ "),
    entry.acknowledged ? none() : number(entry.failed, "bad", "✕ "),
    cell({ class: "number soft took" }, duration(entry.micros)),
    cell(
      { class: "why" },
      entry.job
        ? ["acknowledged: ", h("a", { href: to("jobs") }, `job ${entry.job}`)]
        : failure
          ? [why(failure), more > 0 && h("span", { class: "soft" }, ` and ${more >= 19 ? "more" : `${more} more`}`)]
          : entry.status >= 400
            ? h("span", { class: "soft" }, "the request was rejected")
            : null,
    ),
  );
}

// The last part of a pointer says what a row needs if the message doesn't; the exchange shows all of it.
function why({ pointer, message }) {
  const tail = pointer.slice(pointer.lastIndexOf("/") + 1) || "body";
  return [!message.includes(tail) && [h("code", null, clipped(tail, 40)), " "], prose(clipped(message, 240))];
}

const hashOf = (number) => to("journal", [number], route().view === "journal" ? route().query : {});

// Anywhere in a row is as good as its link, for a mouse.
function choose(event) {
  if (event.target.closest("a") || getSelection().type === "Range") return;
  go(to("journal", [event.currentTarget.dataset.number], route().query));
}

let open = null;
let asked = null;
let steps = null;
// The exchange that the list was scrolled to: once for each that is opened.
let sought = null;

function seek() {
  const element = made.get(open);
  if (!element?.isConnected || list.clientHeight === list.scrollHeight) return;
  sought = open;
  const above = element.offsetTop < list.scrollTop + 40;
  const below = element.offsetTop + element.offsetHeight > list.scrollTop + list.clientHeight;
  if (above || below) list.scrollTop = element.offsetTop - list.clientHeight / 2;
}

async function show(number) {
  open = number;
  sought = null;
  asked?.abort();
  panel.toggleAttribute("data-open", number !== null);
  render();
  if (number === null) {
    const had = detail.dataset.number;
    detail.hidden = true;
    if (had && detail.dataset.entered) made.get(Number(had))?.querySelector("a")?.focus();
    fill(detail);
    return;
  }
  const entered = document.activeElement && list.contains(document.activeElement);
  asked = new AbortController();
  detail.dataset.number = number;
  detail.hidden = false;
  const heading = h("h3", { tabindex: "-1" }, `Exchange ${count(number)}`);
  const close = h("button", { type: "button", click: closeDetail }, "Close");
  fill(detail, h("header", { class: "bar" }, heading, h("span", { class: "grow" }), close));
  try {
    const entry = await ask(`journal/${encodeURIComponent(number)}`, { signal: asked.signal });
    renderDetail(entry, heading, close);
  } catch (error) {
    if (error.name === "AbortError") return;
    const gone = error instanceof Refused && error.status === 404;
    add(detail, [
      gone
        ? h(
            "p",
            { class: "empty" },
            `The journal no longer holds exchange ${count(number)}: it keeps the last 1,000, and a reset empties it.`,
          )
        : [problem(error), h("button", { type: "button", click: () => show(number) }, "Try again")],
    ]);
  }
  if (entered) {
    detail.dataset.entered = "1";
    heading.focus();
  }
}

/** Closes the exchange that is open, and goes back to the list. */
export function closeDetail() {
  detail.dataset.entered = "1";
  go(to("journal", [], route().query));
}

function renderDetail(entry, heading, close) {
  const step = (label, by) =>
    h("button", { type: "button", click: () => go(to("journal", [neighbour(by).number], route().query)) }, label);
  steps = [step("Newer", -1), step("Older", 1)];
  fill(detail, exchangeShown(entry, heading, [...steps, close]));
  renderSteps();
}

/** The exchange before or after the one that is open, of those that the filters let through. */
function neighbour(by) {
  const all = wantedEntries();
  const at = all.findIndex((entry) => entry.number === open);
  return at < 0 ? null : all[at + by];
}

function renderSteps() {
  steps?.forEach((button, at) => {
    button.disabled = !neighbour(at ? 1 : -1);
  });
}
