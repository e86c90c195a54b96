// JSON text, pretty-printed with its tokens as they were sent, and the place of each JSON Pointer's value in it.

const TOKEN = /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?[0-9][0-9.eE+-]*|true|false|null))/y;

// Deeper than any body of a contract; indentation and pointers grow with the square of the depth.
const DEEPEST = 100;

const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/**
 * Lays a text out with two spaces a level, or leaves it as it is. Numbers, strings and repeated names stay as
 * written, which a parser and a printer would not promise.
 *
 * @param {string} source JSON text
 * @param {boolean} indent whether to lay it out anew
 * @returns {{text: string, places: Map<string, [number, number]>} | null} null if it isn't JSON or is nested too
 *   deep; `places` has the beginning and the end of each value, by its pointer
 */
export function layout(source, indent = true) {
  try {
    JSON.parse(source);
  } catch {
    return null;
  }
  const places = new Map();
  const open = [];
  let out = "",
    length = 0,
    last = 0,
    named = null,
    fresh = false;
  const write = (piece) => {
    out += piece;
    length += piece.length;
  };
  const line = () => {
    if (indent) write(`\n${"  ".repeat(open.length)}`);
  };
  const pointer = () => {
    const inside = open.at(-1);
    if (!inside) return "";
    return `${inside.pointer}/${inside.list ? inside.index : escaped(named)}`;
  };
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(source); found; found = TOKEN.exec(source)) {
    const [whole, mark, string, other] = found;
    const token = mark ?? string ?? other;
    if (!indent) {
      write(source.slice(last, last + whole.length - token.length));
      last += whole.length;
    }
    const closes = token === "}" || token === "]";
    if (fresh && !closes) line();
    fresh = false;
    if (token === "{" || token === "[") {
      if (open.length === DEEPEST) return null;
      const at = pointer();
      if (open.length) open.at(-1).empty = false;
      open.push({ pointer: at, list: token === "[", index: 0, wantsName: token === "{", begin: length, empty: true });
      write(token);
      fresh = true;
    } else if (closes) {
      const inside = open.pop();
      if (!inside.empty) line();
      write(token);
      places.set(inside.pointer, [inside.begin, length]);
    } else if (token === ",") {
      const inside = open.at(-1);
      write(",");
      if (inside.list) inside.index += 1;
      else inside.wantsName = true;
      line();
    } else if (token === ":") {
      write(indent ? ": " : ":");
    } else {
      const inside = open.at(-1);
      if (inside) inside.empty = false;
      if (inside?.wantsName) {
        named = JSON.parse(string);
        inside.wantsName = false;
        write(token);
      } else {
        const at = pointer();
        write(token);
        places.set(at, [length - token.length, length]);
      }
    }
  }
  if (!indent) write(source.slice(last));
  return { text: out, places };
}

/** The place of a pointer's value, or of the nearest value around it: what is missing has none of its own. */
export function placeOf(places, pointer) {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = places.get(at);
    if (place || at === "") return place ?? null;
  }
}
