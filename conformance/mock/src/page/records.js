// The records of an area, as the mock keeps them: a table with search and paging, and one record whole.

import { add, clipped, count, counted, fill, h, problem, text } from "./dom.js";
import { areaOf, ask, model, on, throttled } from "./live.js";
import { recordShown } from "./record.js";
import { go, numberOf, route, to } from "./route.js";

const ROWS = 50;
const LONGEST = 80;

let panel, areaChoice, search, whereField, whereValue, chips, about, trouble, table, list, pages, empty, detail;
let loaded = null;
let open = null;
let asked = null;

/** Builds the view. */
export function startRecords(section) {
  panel = section;
  areaChoice = h("select", { id: "records-area", change: () => go(to("records", [areaChoice.value])) });
  search = h("input", {
    id: "records-search",
    type: "search",
    autocomplete: "off",
    placeholder: "in any field",
    input: () => typed(),
  });
  whereField = h("select", { id: "records-field", "aria-label": "Field" });
  whereValue = h("input", { id: "records-value", autocomplete: "off", "aria-label": "Value", placeholder: "value" });
  chips = h("ul", { class: "chips", "aria-label": "Filters" });
  about = h("p", { class: "soft small" });
  trouble = h("div");
  table = h("table", { class: "records", role: "table" });
  list = h("div", { class: "list scroll", tabindex: "0", role: "region", "aria-label": "Records" }, table);
  pages = h("p", { class: "actions" });
  empty = h("div", { class: "empty", hidden: true });
  detail = h("section", { class: "detail", "aria-label": "Record", hidden: true });
  fill(
    section,
    h("h2", { class: "unseen" }, "Records"),
    h(
      "div",
      { class: "bar" },
      h("label", { for: "records-area" }, "Area"),
      areaChoice,
      h("label", { for: "records-search" }, "Search"),
      search,
      h(
        "form",
        { class: "bar", "aria-label": "Filter by a field", submit: addFilter },
        whereField,
        h("span", { class: "soft" }, "is"),
        whereValue,
        h("button", null, "Filter"),
      ),
    ),
    chips,
    about,
    trouble,
    empty,
    list,
    pages,
    detail,
  );
  const again = throttled(700, () => {
    if (!panel.hidden) return load();
  });
  on("journal", ({ anew, added }) => {
    if (anew || added.some((entry) => entry.area === loaded?.area)) again();
  });
  on("jobs", () => {
    if (model.jobs.some((job) => job.area === loaded?.area && job.state !== "queued")) again();
  });
  on("state", () => {
    if (!panel.hidden) arrive();
  });
  on("route", arrive);
}

/** Shows what the hash asks for. */
export function arrive() {
  const { view, parts, query } = route();
  if (view !== "records" || !model.state) return;
  if (areaChoice.options.length !== model.state.areas.length)
    fill(
      areaChoice,
      model.state.areas.map((area) => h("option", { value: area.name }, area.title)),
    );
  const name = parts[0] ?? model.state.areas.find((area) => area.records)?.name ?? model.state.areas[0]?.name;
  if (!parts[0] && name) return go(to("records", [name]), { replace: true });
  areaChoice.value = name;
  if (document.activeElement !== search) search.value = query.get("q") ?? "";
  const wanted = `${location.hash}`;
  if (wanted !== loaded?.hash) load();
}

/** What is asked for, with the search as it stands in its box, from the first page on. */
function askedFor() {
  const { query } = route();
  query.set("q", search.value.trim());
  query.delete("offset");
  return query;
}

const typed = throttled(250, () => {
  const { view, parts } = route();
  if (view === "records") go(to("records", [parts[0]], askedFor()), { replace: true });
});

function addFilter(event) {
  event.preventDefault();
  const { parts } = route();
  const query = askedFor();
  query.append("where", `${whereField.value}:${whereValue.value}`);
  whereValue.value = "";
  go(to("records", [parts[0]], query));
}

async function load() {
  const { parts, query } = route();
  const hash = location.hash,
    name = parts[0],
    area = areaOf(name);
  const wantedRecord = numberOf(parts[1]);
  asked?.abort();
  if (!area) {
    fill(trouble, problem(`There is no area “${name}”. Choose one from the list.`));
    list.hidden = pages.hidden = empty.hidden = detail.hidden = true;
    about.textContent = "";
    loaded = { hash, area: null };
    return;
  }
  asked = new AbortController();
  const { signal } = asked;
  const asking = new URLSearchParams({ offset: query.get("offset") ?? "0", limit: String(ROWS) });
  if (query.get("q")) asking.set("q", query.get("q"));
  for (const where of query.getAll("where")) asking.append("where", where);
  try {
    const page = await ask(`state/${encodeURIComponent(name)}?${asking}`, { signal });
    fill(trouble);
    const anew = loaded?.area !== name;
    loaded = { hash, area: name };
    render(area, page, query, anew);
    await show(area, page, wantedRecord, signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    loaded = { hash, area: name };
    renderFilters(area, query);
    fill(
      trouble,
      problem(error),
      h("p", { class: "actions" }, h("button", { type: "button", click: load }, "Try again")),
    );
  }
}

function renderFilters(area, query) {
  const names = [...area.key, ...area.fields.filter((field) => !area.key.includes(field))];
  if (whereField.dataset.area !== area.name) {
    whereField.dataset.area = area.name;
    fill(
      whereField,
      names.map((name) => h("option", null, name)),
    );
  }
  const wheres = query.getAll("where");
  chips.hidden = wheres.length === 0;
  fill(
    chips,
    wheres.map((where, index) => {
      const colon = where.indexOf(":");
      const [field, value] = [where.slice(0, colon), where.slice(colon + 1)];
      const without = () => {
        const query = askedFor();
        query.delete("where");
        wheres.forEach((one, at) => {
          if (at !== index) query.append("where", one);
        });
        go(to("records", [area.name], query));
        search.focus();
      };
      return h(
        "li",
        null,
        h("code", null, field),
        " is ",
        h("b", null, value || "empty"),
        h(
          "button",
          { type: "button", class: "plain", "aria-label": `Remove the filter ${field} is ${value}`, click: without },
          "✕",
        ),
      );
    }),
  );
}

function render(area, page, query, anew) {
  renderFilters(area, query);
  const filtered = query.get("q") || query.has("where");
  const keyed = area.key.length ? `one record for each ${area.key.join(" + ")}` : "each record is a new one";
  about.textContent = `${counted(page.total, "record")}${filtered ? " found" : ""} · ${keyed} · limit ${count(area.limit)} a request`;
  list.hidden = page.records.length === 0;
  renderTable(area, page, anew);
  const { offset } = page;
  const turn = (label, to_, able) =>
    h("button", { type: "button", disabled: !able, click: () => turnTo(area, query, to_) }, label);
  pages.hidden = page.total <= ROWS && offset === 0;
  const held = pages.contains(document.activeElement) ? document.activeElement.textContent : null;
  const end = offset + page.records.length;
  fill(
    pages,
    turn("Previous", Math.max(0, offset - ROWS), offset > 0),
    turn("Next", offset + ROWS, end < page.total),
    h(
      "span",
      { class: "soft small" },
      page.records.length
        ? `${count(offset + 1)}–${count(end)} of ${count(page.total)}`
        : `none of ${count(page.total)} here`,
    ),
  );
  if (held)
    [...pages.querySelectorAll("button")].find((button) => button.textContent === held && !button.disabled)?.focus();
  empty.hidden = page.records.length > 0;
  if (empty.hidden) return;
  if (page.total) fill(empty, h("p", null, "This page is past the last record."));
  else if (filtered)
    fill(
      empty,
      h("h3", null, "No matching record"),
      h(
        "p",
        null,
        "Search matches any part of a record, ignoring case; a filter matches a field's whole value. ",
        h("a", { href: to("records", [area.name]) }, "Show all"),
      ),
    );
  else
    fill(
      empty,
      h("h3", null, "No records yet"),
      h(
        "p",
        null,
        "A request to ",
        h("code", null, area.path),
        " writes the first. ",
        h("a", { href: to("try", [area.name]) }, "Try a body"),
        " to see what it accepts.",
      ),
    );
}

function turnTo(area, query, offset) {
  query.set("offset", offset ? String(offset) : "");
  go(to("records", [area.name], query));
}

function renderTable(area, page, anew) {
  const had = new Set();
  for (const { record } of page.records) for (const name of Object.keys(record)) had.add(name);
  const key = area.key.filter((part) => !part.includes("/") || had.has(part.split("/")[0]));
  const columns = [
    ...key,
    ...[...area.fields, ...had].filter(
      (name, at, all) => had.has(name) && !key.includes(name) && all.indexOf(name) === at,
    ),
  ];
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.number : null;
  // On a small screen a row is a card of its key and a little more; the record itself has the rest.
  const little = new Set(columns.slice(0, key.length + 2));
  fill(
    table,
    h("caption", { class: "unseen" }, `Records of ${area.title}`),
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        h("th", { scope: "col", role: "columnheader", class: "number" }, "No."),
        columns.map((name) =>
          h(
            "th",
            { scope: "col", role: "columnheader", class: key.includes(name) ? "key" : null },
            name,
            key.includes(name) && h("span", { class: "soft" }, " key"),
          ),
        ),
        h("th", { scope: "col", role: "columnheader", class: "number" }, "Written by"),
      ),
    ),
    h(
      "tbody",
      { role: "rowgroup" },
      page.records.map((entry) =>
        h(
          "tr",
          { role: "row", "data-number": entry.number, class: entry.number === open ? "chosen" : null, click: choose },
          h(
            "th",
            { scope: "row", role: "rowheader", class: "number" },
            h("a", { href: hashOf(area, entry.number), "aria-label": `Record ${entry.number}` }, String(entry.number)),
          ),
          columns.map((name) => cell(name, valueAt(entry.record, name), little.has(name))),
          h(
            "td",
            { role: "cell", class: "number rest" },
            h(
              "a",
              { href: to("journal", [entry.updated]), "aria-label": `Exchange ${entry.updated}` },
              `#${entry.updated}`,
            ),
          ),
        ),
      ),
    ),
  );
  if (anew) list.scrollLeft = 0;
  if (focused) table.querySelector(`tr[data-number="${Number(focused)}"] a`)?.focus();
}

const valueAt = (record, name) =>
  name in record ? record[name] : name.split("/").reduce((value, part) => value?.[part], record);

function cell(name, value, isLittle) {
  if (value === undefined)
    return h(
      "td",
      { role: "cell", class: "soft rest" },
      h("span", { "aria-hidden": "true" }, "·"),
      h("span", { class: "unseen" }, "absent"),
    );
  const shown = text(value);
  const kinds = [typeof value === "number" && "number", !isLittle && "rest"].filter(Boolean).join(" ");
  return h(
    "td",
    { role: "cell", class: kinds || null, "data-label": name, title: shown.length > 30 ? clipped(shown, 500) : null },
    h("span", { class: "cut" }, clipped(shown, LONGEST)),
  );
}

const hashOf = (area, number) => to("records", number ? [area.name, number] : [area.name], route().query);

function choose(event) {
  if (event.target.closest("a") || getSelection().type === "Range") return;
  go(hashOf(areaOf(loaded.area), event.currentTarget.dataset.number));
}

async function show(area, page, number, signal) {
  const before = open;
  open = number;
  panel.toggleAttribute("data-open", number !== null);
  for (const row of table.querySelectorAll("tbody tr"))
    row.classList.toggle("chosen", Number(row.dataset.number) === number);
  if (number === null) {
    if (before && detail.contains(document.activeElement))
      table.querySelector(`tr[data-number="${before}"] a`)?.focus();
    detail.hidden = true;
    return;
  }
  // Records are numbered in their order, so one that is not on this page is found by its number.
  const entry =
    page.records.find((one) => one.number === number) ??
    (await ask(`state/${encodeURIComponent(area.name)}?offset=${number - 1}&limit=1`, { signal })).records.find(
      (one) => one.number === number,
    );
  const entered = before !== number && list.contains(document.activeElement);
  const held = detail.contains(document.activeElement);
  detail.hidden = false;
  const heading = h("h3", { tabindex: "-1" }, `Record ${count(number)}`);
  const close = h("button", { type: "button", click: closeDetail }, "Close");
  fill(detail, h("header", { class: "bar" }, heading, h("span", { class: "grow soft" }, area.title), close));
  if (entry) add(detail, recordShown(area, entry));
  else add(detail, [h("p", { class: "empty" }, `Record ${count(number)} no longer exists.`)]);
  if (entered) {
    heading.focus({ preventScroll: true });
    detail.scrollIntoView({ block: "nearest" });
  } else if (held) close.focus();
}

/** Closes the record that is open. */
export function closeDetail() {
  go(hashOf(areaOf(loaded.area), null));
}
