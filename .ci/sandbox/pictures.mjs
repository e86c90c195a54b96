// The README's pictures of the mock's page, light and dark. Arguments: the checkout; `--check` writes nothing, and
// says whether the page's files are those that the pictures were made of.
// Environment: MOCK, the binary; CHROMIUM, the browser.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const [checkout, mode] = process.argv.slice(2);
const folder = path.join(checkout, "conformance/pictures");
const page = path.join(checkout, "conformance/mock/src/page");
const hash = createHash("sha256");
for (const file of fs.readdirSync(page).sort()) hash.update(`${file}\n`).update(fs.readFileSync(path.join(page, file)));
const made = `${hash.digest("hex")}  conformance/mock/src/page\n`;
const note = path.join(folder, "mock.sha256");

if (mode === "--check") {
  if (fs.existsSync(note) && fs.readFileSync(note, "utf8") === made) process.exit(0);
  console.error("conformance/pictures/mock-*.png show an older page: run .ci/sandbox/run pictures");
  process.exit(1);
}

const { closeBrowser, goTo, newPage } = await import("./browser.mjs");
const { speaking, startMock } = await import("./mock.mjs");

const mock = await startMock(process.env.MOCK);
const { send, ask } = speaking(mock);
const { areas, contract } = await ask("state");
const below = ({ path: whole }) => (whole.startsWith(contract.basePath) ? whole.slice(contract.basePath.length) : whole);
/** Sends an area's own example, changed. */
const example = async (area, change = () => {}) => {
  const body = JSON.parse(area.example);
  change(body);
  await send(below(area), body);
};
/** Where the list of records is in a body. */
const holder = (body, area) => (area.list in body ? body : Object.values(body).find((part) => part && typeof part === "object" && area.list in part));

for (const area of areas) await example(area);
// The area with the smallest limit gets more, some of it bad: a record without values, and one over the limit.
const area = [...areas].sort((a, b) => a.limit - b.limit)[0];
const times = (count) => (body) => {
  const at = holder(body, area);
  at[area.list] = Array.from({ length: count }, () => structuredClone(at[area.list][0]));
};
for (const count of [1, 3, 8, 20, area.limit]) await example(area, times(count));
await example(area, (body) => {
  times(5)(body);
  const records = holder(body, area)[area.list];
  for (const name of Object.keys(records[1])) records[1][name] = "";
  const numeric = Object.keys(records[3]).find((name) => /^\d+$/.test(String(records[3][name])));
  if (numeric) records[3][numeric] = 1_000_000;
});
await example(area, times(2 * area.limit));
await ask("drain", "POST");
await send(below(area), "{", "");
// A good record and one without a value in each area but that one.
for (const other of areas.filter((one) => one !== area)) {
  await example(other, (body) => {
    const at = holder(body, other);
    const [good] = at[other.list];
    at[other.list] = [good, Object.fromEntries(Object.keys(good).map((name) => [name, ""]))];
  });
}

for (const colorScheme of ["light", "dark"]) {
  const tab = await newPage(mock.origin, { colorScheme, viewport: { width: 1280, height: 720 }, deviceScaleFactor: 1.5 });
  await goTo(tab, mock.origin, "#/journal");
  await tab.locator("table.journal tbody tr").nth(6).waitFor();
  await tab.screenshot({ path: path.join(folder, `mock-${colorScheme}.png`) });
  await tab.context().close();
}
fs.writeFileSync(note, made);
await closeBrowser();
await mock.stop();
