// One record: its fields, the instants of its dates, what was attached to it and sent for it, and who wrote it.

import { clipped, count, h, text } from "./dom.js";
import { to } from "./route.js";

/** A record as the state has it: its fields, and what else is known of it. */
export function recordShown(area, entry) {
  const exchange = (number) => h("a", { href: to("journal", [number]) }, `exchange ${count(number)}`);
  const names = [
    ...new Set([...area.key.map((part) => part.split("/")[0]), ...area.fields, ...Object.keys(entry.record)]),
  ].filter((name) => name in entry.record);
  const absent = area.fields.filter((name) => !(name in entry.record));
  const instants = Object.entries(entry.instants ?? {});
  const section = (title, ...content) => h("section", null, h("h4", null, title), ...content);
  return [
    h(
      "p",
      { class: "soft small" },
      "created by ",
      exchange(entry.created),
      entry.updated !== entry.created && [", last written by ", exchange(entry.updated)],
      entry.key.length > 0 && [
        " · key ",
        entry.key.map((value, at) => [at > 0 && " + ", h("code", null, text(value ?? "none"))]),
      ],
    ),
    h(
      "div",
      { class: "sides" },
      section(
        "Fields",
        h(
          "dl",
          { class: "pairs mono wide" },
          names.map((name) => [h("dt", null, name), h("dd", null, clipped(text(entry.record[name]), 20_000))]),
        ),
        absent.length > 0 && h("p", { class: "soft small" }, "not set: ", absent.join(", ")),
      ),
      h(
        "div",
        { class: "stack" },
        section(
          "Instants",
          instants.length
            ? h(
                "dl",
                { class: "pairs mono wide" },
                instants.map(([name, millis]) => [
                  h("dt", null, name),
                  h("dd", null, `${millis} · ${instantShown(millis)}`),
                ]),
              )
            : h("p", { class: "soft small" }, "No date."),
        ),
        entry.attached?.length > 0 &&
          section(
            "Attached",
            h(
              "ul",
              null,
              entry.attached.map((one) =>
                h(
                  "li",
                  null,
                  one.what,
                  " · ",
                  h("code", null, text(one.to)),
                  h("span", { class: "soft" }, ` by ${one.field}`),
                ),
              ),
            ),
          ),
        entry.sent?.length > 0 &&
          section(
            "Sent",
            h(
              "ul",
              null,
              entry.sent
                .slice(0, 300)
                .map((one) =>
                  h(
                    "li",
                    null,
                    one.what,
                    " · ",
                    h("code", null, text(one.to)),
                    h("span", { class: "soft" }, ` ${count(one.times)} ×`),
                  ),
                ),
            ),
          ),
      ),
    ),
  ];
}

function instantShown(millis) {
  const at = new Date(millis);
  return Number.isNaN(at.getTime()) ? "no instant" : at.toISOString();
}
