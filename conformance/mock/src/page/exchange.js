// One exchange: its counts, what failed in it, and its request and response side by side.

import { clipped, copyButton, count, counted, duration, fill, h, size, time } from "./dom.js";
import { curlOf } from "./curl.js";
import { areaOf } from "./live.js";
import { bodyView, failureList } from "./failures.js";
import { to } from "./route.js";
import { offer } from "./try.js";

/**
 * An exchange, whole.
 *
 * @param entry the journal's answer for its number
 * @param heading the element that gets the focus
 * @param buttons what stands at the right of the heading
 */
export function exchangeShown(entry, heading, buttons) {
  const area = areaOf(entry.area);
  const body = bodyView(entry.request, "Request body", entry.failures, entry.requestBytes);
  const answer = bodyView(entry.response, "Response body", [], entry.responseBytes);
  const fact = (label, ...value) => h("div", null, h("dt", null, label), h("dd", null, ...value));
  const counts = entry.acknowledged
    ? fact(
        "records",
        `${count(entry.records)}, acknowledged`,
        entry.job && [" · ", h("a", { href: to("jobs") }, `job ${entry.job}`)],
      )
    : fact(
        "records",
        count(entry.records),
        " · ",
        h("span", { class: "good" }, `✓ ${count(entry.passed)}`),
        " · ",
        h("span", { class: entry.failed ? "bad" : "soft" }, `✕ ${count(entry.failed)}`),
      );
  const command = () => curlOf(area, entry.request.body);
  const commandBox = h("div");
  // Shown only where it can't be copied for the reader.
  const shownCommand = () => {
    fill(commandBox, h("pre", { class: "copy", tabindex: "0", "aria-label": "curl" }, h("code", null, command())));
    return commandBox;
  };
  const find = (pointer) => {
    if (!body.find(pointer)) body.element.scrollIntoView({ block: "nearest" });
  };
  return [
    h(
      "header",
      { class: "bar" },
      heading,
      h("span", { class: "mono grow call" }, `${entry.method} ${clipped(entry.path, 200)}`),
      buttons,
    ),
    h(
      "dl",
      { class: "facts" },
      fact("status", h("b", { class: entry.status >= 400 ? "bad" : "good" }, String(entry.status))),
      counts,
      fact("at", time(entry.at)),
      fact("took", duration(entry.micros)),
      fact("sizes", `${size(entry.requestBytes)} in, ${size(entry.responseBytes)} out`),
      area && fact("area", h("a", { href: to("records", [area.name]) }, area.title)),
    ),
    entry.failures.length > 0 && [h("h4", null, "What failed"), failureList(entry.failures, find)],
    h(
      "div",
      { class: "sides" },
      h(
        "section",
        { "aria-label": "Request" },
        h("h4", null, "Request"),
        headers(entry.request.headers),
        body.element,
        area &&
          !entry.request.truncated &&
          h(
            "p",
            { class: "actions" },
            h("button", { type: "button", click: () => offer(area.name, entry.request.body) }, "Open in “Try a body”"),
            copyButton("Copy as curl", command, shownCommand),
          ),
        commandBox,
      ),
      h(
        "section",
        { "aria-label": "Response" },
        h("h4", null, "Response"),
        headers(entry.response.headers),
        answer.element,
      ),
    ),
  ];
}

function headers(list) {
  return h(
    "details",
    { class: "headers" },
    h("summary", null, counted(list.length, "header")),
    h(
      "dl",
      { class: "pairs mono" },
      list.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    ),
  );
}
