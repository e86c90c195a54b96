// The organisation that the mock plays: its day, its things, and the way back to the beginning.

import { confirmed, count, counted, fill, h, problem } from "./dom.js";
import { ask, model, on, put, refreshState } from "./live.js";

/** How many names of things are shown, the newest ones. */
const NAMES = 20;

let panel, today, day, clockSaid, resetSaid, things, facts, realButton;

/** Builds the view. */
export function startOrganisation(section) {
  panel = section;
  today = h("p", { class: "today" });
  day = h("input", { id: "clock-day", type: "date", required: true });
  clockSaid = h("div", { role: "status" });
  resetSaid = h("div", { role: "status" });
  things = h("div");
  facts = h("dl", { class: "facts" });
  realButton = h(
    "button",
    { type: "button", click: () => setClock(() => ask("clock", { method: "DELETE" })) },
    "Use the real clock",
  );
  fill(
    section,
    h("h2", { class: "unseen" }, "Organisation"),
    h(
      "div",
      { class: "cards" },
      h(
        "section",
        { "aria-labelledby": "clock-title" },
        h("h3", { id: "clock-title" }, "Clock"),
        today,
        h(
          "form",
          { class: "bar", submit: setDay },
          h("label", { for: "clock-day" }, "Today is"),
          day,
          h("button", null, "Set"),
          realButton,
        ),
        clockSaid,
      ),
      h(
        "section",
        { "aria-labelledby": "reset-title" },
        h("h3", { id: "reset-title" }, "Start over"),
        h(
          "p",
          null,
          "Deletes all records, exchanges and jobs, returns to the fixtures and to the real clock. An active fault stays on.",
        ),
        h("p", { class: "actions" }, h("button", { type: "button", class: "danger", click: reset }, "Reset…")),
        resetSaid,
      ),
    ),
    h("h3", null, "Organisation data"),
    facts,
    things,
  );
  on("state", render);
  on("route", render);
}

function render() {
  if (panel.hidden || !model.state) return;
  const { state } = model;
  fill(
    today,
    h("strong", null, state.today),
    " ",
    h(
      "span",
      { class: "soft" },
      state.clockIsSet ? "set by hand" : "today",
      state.timeZone && `, ${state.timeZone}`,
    ),
  );
  if (document.activeElement !== day && !day.value) day.value = state.today;
  realButton.hidden = !state.clockIsSet;
  const fact = (label, ...value) => h("div", null, h("dt", null, label), h("dd", null, ...value));
  const switches = Object.entries(state.switches ?? {});
  fill(
    facts,
    fact("time zone", state.timeZone ?? "UTC"),
    fact("session user", state.sessionUser ? h("code", null, state.sessionUser) : "none"),
    fact("store", state.store),
    switches.map(([name, is]) => fact(name, is ? "✓ on" : "off")),
  );
  fill(
    things,
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Entities" },
      h(
        "table",
        { class: "things" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", { scope: "col" }, "Kind"),
            h("th", { scope: "col", class: "number" }, "Count"),
            h("th", { scope: "col" }, "Created by requests"),
          ),
        ),
        h(
          "tbody",
          null,
          state.things.map((thing) =>
            h(
              "tr",
              null,
              h("th", { scope: "row" }, thing.title),
              h("td", { class: "number" }, count(thing.count)),
              h(
                "td",
                null,
                thing.created.length
                  ? [
                      thing.created.slice(0, NAMES).map((name, at) => [at > 0 && ", ", h("code", null, name)]),
                      thing.createdCount > NAMES && ` and ${count(thing.createdCount - NAMES)} before`,
                    ]
                  : h("span", { class: "soft" }, "none"),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function setDay(event) {
  event.preventDefault();
  setClock(() => put("clock", { today: day.value }));
}

async function setClock(change) {
  fill(clockSaid);
  try {
    const { today: now, isSet } = await change();
    day.value = now;
    clockSaid.textContent = isSet ? `Today is ${now} until you change it.` : `The real clock: today is ${now}.`;
    refreshState();
  } catch (error) {
    fill(clockSaid, problem(error));
  }
}

async function reset() {
  fill(resetSaid);
  try {
    if (await startOver()) resetSaid.textContent = "Reset to the fixtures.";
  } catch (error) {
    fill(resetSaid, problem(error));
  }
}

/** Empties the mock, if the reader agrees; returns whether it did. */
export async function startOver() {
  const records = model.state.areas.reduce((sum, area) => sum + area.records, 0);
  const sure = await confirmed({
    title: "Start over?",
    words: `${counted(records, "record")}, ${counted(model.journal.length, "exchange")} and ${counted(model.jobs.length, "job")} will be deleted. This cannot be undone.`,
    action: "Reset",
  });
  if (sure) await ask("reset", { method: "POST" });
  return sure;
}
