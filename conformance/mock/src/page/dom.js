// Elements and words. Text is only ever set as text: nothing here, or anywhere on this page, parses HTML.

const SVG = new Set(["svg", "g", "rect", "line", "path", "title"]);

/** An element with attributes, listeners (a function is one) and children; what is null or false is left out. */
export function h(tag, attributes, ...children) {
  const element = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  add(element, children);
  return element;
}

/** Appends children; numbers and strings become text. */
export function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Makes `element` hold just these children. */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

/** Makes the children of `parent` be `wanted`, and moves only those out of place: focus and selection stay. */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of wanted) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}

export const byId = (id) => document.getElementById(id);

const whole = new Intl.NumberFormat("en");

/** A count with its thousands apart. */
export const count = (number) => whole.format(number ?? 0);

/** A count and what is counted: `1 record`, `2 records`. */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** A duration from microseconds, in the form that reports have: `0.7 ms`, `212 ms`, `8.1 s`. */
export function duration(micros) {
  const millis = micros / 1000;
  return millis < 999.5 ? `${millis.toFixed(millis < 9.95 ? 1 : 0)} ms` : `${(millis / 1000).toFixed(1)} s`;
}

/** A size from bytes. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** The time of day of an instant, in the reader's zone. */
export function time(instant) {
  const at = new Date(instant);
  const two = (number) => String(number).padStart(2, "0");
  const shown = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return h("time", { datetime: instant, title: instant }, shown);
}

/** A value as text: a string as it is, anything else as JSON. */
export const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** The beginning of a text that would be too long for its place. */
export const clipped = (value, most) => (value.length > most ? `${value.slice(0, most)}…` : value);

/** A message's words, with what stands between backticks as code. */
export const prose = (words) =>
  words
    .split("`")
    .map((piece, at, all) => (at % 2 && at < all.length - 1 ? h("code", null, piece) : at % 2 ? `\`${piece}` : piece));

/** A message of what went wrong, announced to screen readers as it appears. */
export const problem = (error) =>
  h("p", { class: "problem", role: "alert" }, error instanceof Error ? error.message : String(error));

/** A text in a box, with a button that copies it. */
export function copyable(value, label) {
  const box = h("pre", { class: "copy", tabindex: "0", "aria-label": label }, h("code", null, value));
  return h(
    "div",
    { class: "copyable" },
    box,
    h("p", { class: "actions" }, copyButton("Copy", () => value, () => box)),
  );
}

/** A button that copies a text, and says so. `fallback` is selected if there is no clipboard. */
export function copyButton(label, textOf, fallback) {
  const said = h("span", { class: "soft small", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(textOf());
      said.textContent = "Copied";
    } catch {
      // No clipboard here: the text is selected, so that the reader's own key copies it.
      getSelection().selectAllChildren(fallback());
      said.textContent = "Selected: press Ctrl+C";
    }
  };
  return [h("button", { type: "button", click: copy }, label), " ", said];
}

/** A list of which only the beginning is shown, with a button for more. */
export function capped(items, most, show, container = h("div", { class: "stack" })) {
  let shown = 0;
  const more = h("button", { type: "button", click: () => grow() });
  const box = h("div", { class: "stack" }, container, more);
  const grow = () => {
    add(container, items.slice(shown, shown + most).map(show));
    shown = Math.min(items.length, shown + most);
    more.hidden = shown === items.length;
    more.textContent = `Show ${count(Math.min(most, items.length - shown))} more of ${count(items.length - shown)}`;
  };
  grow();
  return box;
}

/** Asks in a dialog before something that can't be undone; resolves to whether the reader agreed. */
export function confirmed({ title, words, action }) {
  return new Promise((resolve) => {
    const answer = (agreed) => {
      dialog.close();
      dialog.remove();
      resolve(agreed);
    };
    const dialog = h(
      "dialog",
      { "aria-labelledby": "asks", cancel: () => answer(false) },
      h("h2", { id: "asks" }, title),
      h("p", null, words),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "danger", click: () => answer(true) }, action),
        h("button", { type: "button", autofocus: true, click: () => answer(false) }, "Cancel"),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
