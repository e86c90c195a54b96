// Failed records with their violations, and bodies in which these can be found.

import { capped, clipped, count, fill, h, prose, size } from "./dom.js";
import { layout, placeOf } from "./json.js";

const GROUPS = 50;
const LONGEST = 600;

/**
 * A list of failed records, each with its violations.
 *
 * `find`, if given, is called with the pointer that the reader wants to see in the body.
 */
export function failureList(failures, find = null) {
  const groups = [];
  for (const failure of failures) {
    const last = groups.at(-1);
    if (last && last.record === failure.record) last.violations.push(failure);
    else groups.push({ record: failure.record, violations: [failure] });
  }
  return capped(groups, GROUPS, (group) => failedRecord(group, find), h("ul", { class: "failures" }));
}

function failedRecord({ record, violations }, find) {
  const whole = record === null || record === undefined;
  return h(
    "li",
    null,
    h("p", { class: "of", title: whole ? null : "counted from 0" }, whole ? "Request" : `Record ${count(record)}`),
    h(
      "ul",
      null,
      violations.map((violation) =>
        h(
          "li",
          null,
          h("p", { class: "message" }, prose(clipped(violation.message, LONGEST))),
          h(
            "dl",
            { class: "inline" },
            h("div", null, h("dt", null, "pointer"), h("dd", null, pointerShown(violation.pointer, find))),
            h("div", null, h("dt", null, "keyword"), h("dd", null, h("code", null, violation.keyword))),
            violation.statement &&
              h(
                "div",
                null,
                h("dt", null, "statement"),
                h("dd", null, h("b", { class: "statement" }, violation.statement)),
              ),
          ),
        ),
      ),
    ),
  );
}

function pointerShown(pointer, find) {
  const shown = h("code", null, pointer === "" ? "the whole body" : clipped(pointer, LONGEST));
  if (!find) return shown;
  return h(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-label": `Show ${pointer || "the whole body"} in the body`,
      click: () => find(pointer),
    },
    shown,
  );
}

let bodies = 0;

/**
 * A body as text, pretty-printed if it is JSON, with the places of failures marked.
 *
 * Returns the element and `find`, which scrolls to the place of a pointer and says whether there is one.
 */
export function bodyView({ body, truncated }, label, failures = [], bytes = null) {
  bodies += 1;
  const id = `body-${bodies}`;
  const box = h("pre", { class: "body", tabindex: "0", role: "region", "aria-label": label, id });
  const laidOut = truncated ? null : layout(body);
  const asSent = truncated ? null : layout(body, false);
  let marks = new Map();
  const render = (formatted) => {
    marks = marked(box, formatted && laidOut ? laidOut : (asSent ?? { text: body, places: null }), failures);
  };
  const toggle =
    laidOut &&
    laidOut.text !== body &&
    h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        checked: true,
        "aria-controls": id,
        change: (event) => render(event.target.checked),
      }),
      " Pretty-print",
    );
  if (body === "") fill(box, h("span", { class: "soft" }, "(empty)"));
  else render(true);
  const note =
    truncated && h("p", { class: "soft small" }, `Only the beginning is kept${bytes ? ` of ${size(bytes)}` : ""}.`);
  const find = (pointer) => {
    const mark = marks.get(pointer);
    if (!mark) return false;
    mark.scrollIntoView({ block: "center", inline: "nearest" });
    box.querySelector(".found")?.classList.remove("found");
    mark.classList.add("found");
    box.focus({ preventScroll: true });
    return true;
  };
  return { element: h("div", { class: "body-view" }, toggle, box, note), find };
}

// An object or a list is marked at its opening bracket only, so that marks never overlap.
function marked(box, { text, places }, failures) {
  const at = new Map();
  if (places) {
    for (const { pointer, message } of failures) {
      const place = placeOf(places, pointer);
      if (!place) continue;
      const [begin, end] = place;
      const held = at.get(begin) ?? { end: "{[".includes(text[begin]) ? begin + 1 : end, messages: [], pointers: [] };
      held.messages.push(message);
      held.pointers.push(pointer);
      at.set(begin, held);
    }
  }
  const marks = new Map(),
    pieces = [];
  let done = 0;
  for (const [begin, { end, messages, pointers }] of [...at].sort(([a], [b]) => a - b)) {
    const mark = h("mark", { title: clipped(messages.join("\n"), LONGEST) }, text.slice(begin, end));
    pieces.push(text.slice(done, begin), mark);
    for (const pointer of pointers) marks.set(pointer, mark);
    done = end;
  }
  pieces.push(text.slice(done));
  fill(box, h("code", null, pieces));
  return marks;
}
