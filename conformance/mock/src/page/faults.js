// The fault switches: what the mock can do wrong, one at a time.

import { add, byId, count, counted, fill, h, problem } from "./dom.js";
import { ask, faultIs, model, on, put } from "./live.js";
import { go, route, to } from "./route.js";

let search, found, trouble, presets, groups;
const switches = [];
let built = null;

/** Builds the view. */
export function startFaults(section) {
  search = h("input", {
    id: "faults-search",
    type: "search",
    autocomplete: "off",
    placeholder: "name, what it does, statement",
    input: () => {
      go(to("faults", [], { q: search.value }), { replace: true });
    },
  });
  found = h("p", { class: "soft small grow", role: "status" });
  trouble = h("div");
  presets = h("section", { "aria-labelledby": "presets-title" });
  groups = h("div", { class: "stack" });
  fill(
    section,
    h("h2", { class: "unseen" }, "Faults"),
    h("div", { class: "bar" }, h("label", { for: "faults-search" }, "Search"), search, found),
    trouble,
    presets,
    groups,
  );
  on("fault", () => {
    build();
    renderActive();
  });
  on("route", arrive);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !search.value) return;
    event.stopPropagation();
    search.value = "";
    search.dispatchEvent(new Event("input"));
  });
}

/** Shows what the hash asks for. */
export function arrive() {
  const { view, query } = route();
  if (view !== "faults") return;
  if (document.activeElement !== search) search.value = query.get("q") ?? "";
  renderFound();
}

/** Switches a fault on; what the mock says against it is shown next to the button. */
async function switchOn(fault, near) {
  fill(trouble);
  near?.querySelector(".problem")?.remove();
  try {
    faultIs(await put("fault", { fault }));
  } catch (error) {
    add(near ?? trouble, [problem(error)]);
  }
}

async function switchOff(near) {
  try {
    faultIs(await ask("fault", { method: "DELETE" }));
  } catch (error) {
    add(near ?? trouble, [problem(error)]);
  }
}

function build() {
  const { faults, presets: ready } = model.fault;
  const wanted = JSON.stringify([faults.map((fault) => fault.name), ready.map((preset) => preset.name)]);
  if (wanted === built) return;
  built = wanted;
  switches.length = 0;
  fill(
    presets,
    ready.length > 0 && [
      h("h3", { id: "presets-title" }, "Presets"),
      h(
        "ul",
        { class: "presets" },
        ready.map((preset) => one({ ...preset, argument: null, hidden: null, statements: [] }, preset.fault)),
      ),
    ],
  );
  const byGroup = Map.groupBy ? Map.groupBy(faults, (fault) => fault.group) : grouped(faults);
  fill(
    groups,
    h("h3", null, "All faults"),
    [...byGroup].map(([group, members]) => {
      const matching = h("span", { class: "soft number" }, count(members.length));
      const details = h(
        "details",
        { class: "group" },
        h("summary", null, h("span", { class: "group-name" }, group), " ", matching),
        h(
          "ul",
          { class: "faults" },
          members.map((fault) => one(fault, null)),
        ),
      );
      for (const entry of switches)
        if (members.some((fault) => fault.name === entry.name) && !entry.preset) entry.details = details;
      return details;
    }),
  );
  renderFound();
}

function grouped(faults) {
  const map = new Map();
  for (const fault of faults) map.set(fault.group, [...(map.get(fault.group) ?? []), fault]);
  return map;
}

function one(fault, stands) {
  const id = `argument-${switches.length}`;
  const argument =
    fault.argument &&
    h("input", {
      id,
      class: "argument",
      inputmode: "numeric",
      autocomplete: "off",
      value: fault.argument.default,
      size: "6",
    });
  const button = h("button", { type: "button", click: () => toggle() });
  const state = h("span", { class: "on-state" });
  const element = h(
    "li",
    null,
    h(
      "div",
      { class: "fault-words" },
      h("p", { class: "fault-name" }, h("code", null, fault.name), " ", state),
      h("p", null, fault.summary),
      stands && stands !== fault.name && h("p", { class: "soft small" }, "is ", h("code", null, stands)),
      fault.statements.length > 0 &&
        h(
          "p",
          { class: "soft small" },
          "breaks ",
          fault.statements.map((statement, at) => [at > 0 && " ", h("b", { class: "statement" }, statement)]),
        ),
      fault.hidden && h("p", { class: "soft small" }, "not detected by the runner: ", fault.hidden),
    ),
    argument && h("p", { class: "fault-argument" }, h("label", { for: id }, fault.argument.what), argument),
    button,
  );
  const entry = {
    name: fault.name,
    preset: stands,
    element,
    button,
    state,
    argument,
    details: null,
    words: `${fault.name} ${fault.summary} ${fault.group ?? ""} ${fault.statements.join(" ")}`.toLowerCase(),
  };
  const toggle = async () => {
    button.disabled = true;
    if (isOn(entry)) await switchOff(element);
    else
      await switchOn(
        argument && argument.value.trim() !== "" ? `${fault.name}=${argument.value.trim()}` : fault.name,
        element,
      );
    button.disabled = false;
    button.focus();
  };
  argument?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") toggle();
  });
  switches.push(entry);
  return element;
}

// A preset is on if the active fault was set by the preset's name, or is the fault that the preset stands for.
function isOn(entry) {
  const { active, faults } = model.fault;
  if (!active) return false;
  if (entry.preset && active.preset) return active.preset === entry.name;
  if (!entry.preset) return active.name === entry.name;
  const [name, given] = entry.preset.split("=", 2);
  const usual = faults.find((fault) => fault.name === name)?.argument?.default;
  return active.name === name && String(active.argument ?? "") === String(given ?? usual ?? "");
}

function renderActive() {
  const { active } = model.fault;
  for (const entry of switches) {
    const is = isOn(entry);
    entry.element.classList.toggle("on", is);
    entry.state.textContent = is ? "● on" : "";
    entry.button.textContent = is ? "Switch off" : "Switch on";
    entry.button.setAttribute("aria-label", `Switch ${is ? "off" : "on"}: ${entry.name}`);
    if (is && entry.details) entry.details.open = true;
    if (
      is &&
      entry.argument &&
      active.argument !== null &&
      active.argument !== undefined &&
      document.activeElement !== entry.argument
    )
      entry.argument.value = active.argument;
  }
  const badge = byId("tab-faults").querySelector(".badge");
  badge.hidden = !active;
  badge.textContent = "1 on";
  const strip = byId("fault");
  strip.hidden = !active;
  const held = strip.contains(document.activeElement);
  fill(
    strip,
    active && [
      h(
        "p",
        { role: "status" },
        h("b", null, "⚠ Fault on: "),
        active.preset !== null && active.preset !== active.fault && [h("code", null, active.preset), ", which is "],
        h("code", null, active.fault),
        ": ",
        h("span", null, active.summary),
      ),
      h("button", { type: "button", click: () => switchOff(strip) }, "Off"),
    ],
  );
  if (held && !active) byId("tab-faults").focus();
}

function renderFound() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let hits = 0;
  const perGroup = new Map();
  for (const entry of switches) {
    const shown = words.every((word) => entry.words.includes(word));
    entry.element.hidden = !shown;
    if (shown) hits += 1;
    if (entry.details) perGroup.set(entry.details, (perGroup.get(entry.details) ?? 0) + (shown ? 1 : 0));
  }
  for (const [details, shown] of perGroup) {
    details.hidden = shown === 0;
    details.querySelector("summary .number").textContent = count(shown);
    if (words.length) details.open = true;
  }
  presets.hidden = switches.filter((entry) => entry.preset).every((entry) => entry.element.hidden);
  found.textContent = words.length
    ? hits
      ? `${counted(hits, "fault")} found`
      : "No fault found. Try fewer words."
    : `${counted(model.fault.faults.length, "fault")}; one can be on at a time`;
}
