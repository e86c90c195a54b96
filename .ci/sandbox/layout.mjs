// The page's layout of JSON text, held against the language's own parser on generated texts.
import { equal, holds } from "./checks.mjs";

const LEAVES = [1, -2.5e3, "a\"b/~c\\", true, false, null, "", 1e21, "<script>", "\u2028 ü", 0];

/** Lays out texts made from a seed, and finds each value by its pointer. */
export function provesLayout({ layout, placeOf }) {
  let state = 1;
  const below = (most) => { state = (state * 48271) % 2147483647; return state % most; };
  const value = (depth) => {
    const kind = depth > 4 ? 0 : below(10);
    if (kind < 4) return LEAVES[below(LEAVES.length)];
    if (kind < 7) return Array.from({ length: below(4) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: below(4) }, (_, at) => [`k/~"${at}`, value(depth + 1)]));
  };
  const walk = (one, pointer, see) => {
    see(pointer, one);
    if (one && typeof one === "object") for (const [name, inner] of Object.entries(one)) walk(inner, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, see);
  };
  for (let round = 0; round < 2000; round += 1) {
    const one = value(0);
    for (const text of [JSON.stringify(one), `\n${JSON.stringify(one, null, 3)} \t`]) {
      for (const indent of [true, false]) {
        const laidOut = layout(text, indent);
        equal(laidOut.text, indent ? JSON.stringify(one, null, 2) : text, "layout");
        walk(one, "", (pointer, inner) => {
          const [begin, end] = laidOut.places.get(pointer);
          equal(JSON.parse(laidOut.text.slice(begin, end)), inner, `the value at ${pointer}`);
        });
      }
    }
  }
  equal(layout("{\"a\": 1.0, \"a\": 1e0}").text, "{\n  \"a\": 1.0,\n  \"a\": 1e0\n}", "tokens as written");
  const { text, places } = layout("{\"a\":[{\"b\":1}]}");
  equal(text.slice(...placeOf(places, "/a/0/missing")), text.slice(...places.get("/a/0")), "what is missing is found at what lacks it");
  for (const none of ["", "{", "nonsense", "[1,]", "{\"a\":1}}"]) equal(layout(none), null, `layout of ${none}`);
  holds(layout("[".repeat(50_000) + "]".repeat(50_000)) === null, "a nest too deep is left alone");
}
