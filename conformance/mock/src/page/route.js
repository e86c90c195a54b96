// The reader's place, kept in the URL's hash: `#/view/part/part?name=value`. A reload, a bookmark and
// the browser's back button keep it. The slash keeps it from naming an element, which browsers would scroll to.

import { notify } from "./live.js";

export const VIEWS = ["journal", "records", "try", "jobs", "faults", "organisation"];

/** The view, its parts and its parameters, read from the hash. */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...parts] = path.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { view: VIEWS.includes(view) ? view : VIEWS[0], parts, query: new URLSearchParams(query ?? "") };
}

/** The number that a part of the hash is; null if it is not a number. */
export const numberOf = (part) => (/^\d{1,15}$/.test(part ?? "") ? Number(part) : null);

/** The hash of a view. Parameters without a value are left out. */
export function to(view, parts = [], query = {}) {
  const given = new URLSearchParams();
  for (const [name, value] of query instanceof URLSearchParams ? query : Object.entries(query))
    if (value) given.append(name, value);
  const path = [view, ...parts].map((part) => encodeURIComponent(part)).join("/");
  return `#/${path}${given.size ? `?${given}` : ""}`;
}

/** Goes there; with `replace`, without a step for the back button. */
export function go(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", hash);
  notify("route");
}

/** Tells of every change of the hash, by links and by the back button too. */
export function startRoute() {
  addEventListener("hashchange", () => notify("route"));
}
