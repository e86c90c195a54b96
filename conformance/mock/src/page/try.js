// A box for a body: judged without writing anything, or sent to the API itself.

import { clipped, count, counted, duration, fill, h, problem, size } from "./dom.js";
import { areaOf, ask, endpointOf, model, on } from "./live.js";
import { bodyView, failureList } from "./failures.js";
import { layout, placeOf } from "./json.js";
import { go, route, to } from "./route.js";

// A draft outlives a reload, in this tab alone.
const DRAFT = "tally-draft";
const LONGEST_DRAFT = 500_000;
const LONGEST_ANSWER = 64 * 1024;

let areaChoice, box, about, token, result, judgeButton, sendButton;

/** Builds the view. */
export function startTry(section) {
  areaChoice = h("select", {
    id: "try-area",
    change: () => {
      go(to("try", [areaChoice.value]), { replace: true });
      describe();
    },
  });
  box = h("textarea", {
    id: "try-body",
    rows: "22",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    wrap: "off",
    "aria-describedby": "try-about",
    input: () => {
      keep();
      describe();
    },
    keydown: shortcut,
  });
  about = h("p", { id: "try-about", class: "soft small" });
  token = h("input", {
    id: "try-token",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "try-token-about",
  });
  judgeButton = h("button", { type: "button", class: "primary", click: judge }, "Validate");
  sendButton = h("button", null, "Send");
  result = h("section", { class: "result", "aria-label": "Verdict", tabindex: "-1" }, waitingText());
  fill(
    section,
    h("h2", { class: "unseen" }, "Try a body"),
    h(
      "div",
      { class: "try" },
      h(
        "div",
        { class: "stack" },
        h(
          "div",
          { class: "bar" },
          h("label", { for: "try-area" }, "Area"),
          areaChoice,
          h("button", { type: "button", click: example }, "Example body"),
          h("button", { type: "button", click: tidy }, "Pretty-print"),
        ),
        h("label", { for: "try-body" }, "Request body"),
        box,
        about,
        h("div", { class: "bar" }, judgeButton, h("span", { class: "soft small" }, "writes nothing · Ctrl+Enter")),
        h(
          "form",
          {
            class: "bar ruled",
            autocomplete: "off",
            submit: (event) => {
              event.preventDefault();
              send();
            },
          },
          h("label", { for: "try-token" }, "Token"),
          token,
          sendButton,
          h(
            "p",
            { id: "try-token-about", class: "soft small" },
            "Send writes data and needs a token: the mock's TALLY_TOKEN, or any text if it has none. ",
            "It stays in this page's memory until you reload.",
          ),
        ),
      ),
      result,
    ),
  );
  try {
    box.value = sessionStorage.getItem(DRAFT) ?? "";
  } catch {
    // A browser that keeps nothing for this page: the draft is for this visit only.
  }
  on("state", () => {
    renderAreas();
    describe();
  });
  on("route", arrive);
}

/** Shows what the hash asks for. */
export function arrive() {
  const { view, parts } = route();
  if (view !== "try" || !model.state) return;
  renderAreas();
  if (parts[0] && areaOf(parts[0])) areaChoice.value = parts[0];
  describe();
}

/** Puts a body into the box, and goes there. */
export function offer(area, body) {
  box.value = body;
  keep();
  go(to("try", [area]));
  renderAreas();
  areaChoice.value = area;
  fill(result, waitingText());
  tidy();
  box.focus();
}

const waitingText = () =>
  h(
    "div",
    { class: "empty" },
    h("h3", null, "No verdict yet"),
    h(
      "p",
      null,
      "Paste a body, or take the area's example, and press Validate: each violation is shown with its pointer, ",
      "keyword and statement. Nothing is written until you press Send.",
    ),
  );

function renderAreas() {
  if (!model.state || areaChoice.options.length === model.state.areas.length) return;
  fill(
    areaChoice,
    model.state.areas.map((area) => h("option", { value: area.name }, area.title)),
  );
  const wanted = route().view === "try" ? route().parts[0] : null;
  if (wanted && areaOf(wanted)) areaChoice.value = wanted;
}

function describe() {
  const area = areaOf(areaChoice.value);
  if (!area) return;
  const { verb } = model.state.contract;
  const bytes = size(new Blob([box.value]).size);
  about.textContent = `${verb} ${area.path} · records in “${area.list}” · limit ${count(area.limit)} · ${bytes}`;
}

function keep() {
  try {
    if (box.value.length <= LONGEST_DRAFT) sessionStorage.setItem(DRAFT, box.value);
  } catch {
    // As above.
  }
}

function example() {
  const area = areaOf(areaChoice.value);
  if (!area) return;
  // Through the editor's own history, so that the reader's key for undo brings back what stood here.
  replace(area.example.trim());
  fill(result, waitingText());
}

function tidy() {
  const laidOut = layout(box.value);
  if (laidOut && laidOut.text !== box.value) replace(laidOut.text);
}

function replace(text) {
  box.focus();
  box.select();
  // Deprecated, and the only way that keeps undo; if it is gone, the text is set.
  if (text.length > LONGEST_DRAFT || !document.execCommand?.("insertText", false, text)) box.value = text;
  box.setSelectionRange(0, 0);
  box.scrollTop = 0;
  keep();
  describe();
}

function shortcut(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    judge();
  }
}

// What is under way, and can be cancelled: a fault may hold an answer for ever.
let underWay = null;

async function busy(button, work) {
  if (underWay) return underWay.abort();
  underWay = new AbortController();
  const label = button.textContent;
  const other = button === judgeButton ? sendButton : judgeButton;
  other.disabled = true;
  button.textContent = "Cancel";
  try {
    await work(underWay.signal);
  } catch (error) {
    fill(
      result,
      problem(
        error.name === "AbortError" ? "Cancelled. Your body is still here." : error,
      ),
    );
  } finally {
    underWay = null;
    button.textContent = label;
    other.disabled = false;
    // On small screens the verdict stands below the box.
    if (result.getBoundingClientRect().top > innerHeight - 80) result.scrollIntoView({ block: "start" });
    result.focus({ preventScroll: true });
  }
}

const judge = () =>
  busy(judgeButton, async (signal) => {
    const area = areaChoice.value,
      body = box.value;
    const verdict = await ask(`judge/${encodeURIComponent(area)}`, { method: "POST", body, signal });
    fill(result, verdictShown(verdict), answerShown(verdict.status, JSON.stringify(verdict.answer)));
  });

const WORDS = {
  accepted: ["good", "✓ Accepted"],
  partly: ["warn", "◐ Accepted in part"],
  failed: ["bad", "✕ Every record fails"],
  refused: ["bad", "✕ Rejected"],
  acknowledged: ["good", "↻ Acknowledged: a job would process it"],
};

function verdictShown(verdict) {
  const kind =
    verdict.verdict !== "accepted" || !verdict.failed ? verdict.verdict : verdict.passed ? "partly" : "failed";
  const would = verdict.verdict === "acknowledged" ? "would " : "";
  const [tone, words] = WORDS[kind] ?? ["none", verdict.verdict];
  return [
    h(
      "div",
      { class: `verdict ${tone}` },
      h("strong", null, words),
      h(
        "p",
        null,
        `${counted(verdict.records, "record")}: ${count(verdict.passed)} ${would}pass, ${count(verdict.failed)} ${would}fail. `,
        "Nothing was written.",
      ),
    ),
    verdict.failures.length > 0 && [h("h3", null, `What fails`), failureList(verdict.failures, select)],
  ];
}

function answerShown(status, body) {
  const shown = { body: clipped(body ?? "", LONGEST_ANSWER), truncated: (body ?? "").length > LONGEST_ANSWER };
  return [
    h("h3", null, "The answer ", h("span", { class: status >= 400 ? "bad" : "soft" }, `HTTP ${status}`)),
    bodyView(shown, "Answer", [], body?.length).element,
  ];
}

/** Selects the value that a pointer leads to, in the box. */
function select(pointer) {
  const laidOut = layout(box.value, false);
  const place = laidOut && placeOf(laidOut.places, pointer);
  if (!place) return box.focus();
  const lineHeight = Number.parseFloat(getComputedStyle(box).lineHeight);
  box.focus();
  box.setSelectionRange(...place);
  const line = box.value.slice(0, place[0]).split("\n").length;
  box.scrollTop = Math.max(0, (line - 5) * lineHeight);
  box.scrollLeft = 0;
}

const send = () =>
  busy(sendButton, async (signal) => {
    const area = areaOf(areaChoice.value);
    if (!area) throw new Error("Choose an area.");
    const { verb, mediaType, authentication } = model.state.contract;
    const headers = { "Content-Type": mediaType };
    if (token.value) headers[authentication.header] = `${authentication.scheme} ${token.value}`;
    const began = performance.now();
    let response, body;
    try {
      response = await fetch(endpointOf(area), { method: verb, headers, body: box.value, credentials: "omit", signal });
      body = await response.text();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Error(
        `No answer came: ${error.message}. A fault may have cut or held it. Your body is still here.`,
        { cause: error },
      );
    }
    const micros = Math.round((performance.now() - began) * 1000);
    const fine = response.ok;
    fill(
      result,
      h(
        "div",
        { class: `verdict ${fine ? "good" : "bad"}` },
        h("strong", null, fine ? `✓ Answered ${response.status}` : `✕ Rejected with ${response.status}`),
        h(
          "p",
          null,
          `in ${duration(micros)}. `,
          response.status === 401 && !token.value
            ? "A token is required: fill in the box next to Send."
            : h("a", { href: to("journal") }, "See it in the journal"),
        ),
      ),
      answerShown(response.status, body),
    );
  });
