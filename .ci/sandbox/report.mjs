// Checks report.html, without findings, with three and with three hundred, as the tests of reports leave them.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { closeBrowser, judgedByAxe, newPage, offences } from "./browser.mjs";
import { check, closing, equal, holds } from "./checks.mjs";

const [pages, shots] = process.argv.slice(2);
fs.mkdirSync(shots, { recursive: true });

const fileOf = (count) => pathToFileURL(path.join(pages, `report-${count}.html`)).href;
const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The report with so many findings, opened. */
async function report(count, { query = "", ...options } = {}) {
  const page = await newPage(fileOf(count), options);
  await page.goto(fileOf(count) + query);
  return page;
}

for (const count of [0, 3, 300]) {
  for (const query of ["", "?vendor"]) {
    const name = `report-${count}${query.replace("?", "-")}`;
    await check(`${name} at 1280 and 360 px in both schemes: no sideways scroll, nothing for axe`, async () => {
      const problems = [];
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [1280, 360]) {
          const page = await report(count, { query, colorScheme, viewport: { width, height: 900 } });
          const where = `${name}-${width}-${colorScheme}`;
          holds((await page.title()).length > 0, "the page has a title");
          if (count && !query) await page.locator("#finding-1 > details > summary").click();
          const wide = await tooWide(page);
          if (wide > 0) problems.push(`${where}: ${wide} px too wide`);
          // What axe looks at differs by scheme alone, and a page of three hundred findings takes it long.
          if (width > 1000) problems.push(...(await judgedByAxe(page, where)));
          await page.screenshot({ path: `${shots}/${where}.png`, clip: { x: 0, y: 0, width, height: 1800 }, fullPage: true });
          await page.context().close();
        }
      }
      equal(problems, [], "problems");
    });
  }
}

await check("report: three hundred findings open within a second", async () => {
  const times = [];
  for (let round = 0; round < 3; round += 1) {
    const page = await newPage(fileOf(300));
    const begin = Date.now();
    await page.goto(fileOf(300));
    await page.locator("#shown", { hasText: "300 findings" }).waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    times.push(Date.now() - begin);
    await page.context().close();
  }
  console.log(`      ${times.join(", ")} ms from the address to the second frame`);
  holds(Math.min(...times) < 1000, `${times} ms`);
});

await check("report: findings are filtered by area, statement and severity, and searched", async () => {
  const page = await report(300);
  const shown = () => page.locator("#list > .finding:visible").count();
  equal(await shown(), 300, "at first");
  await page.selectOption("#severity", "warning");
  equal(await shown(), 99, "warnings, of which one is known");
  await page.selectOption("#area", { index: 1 });
  const area = await page.inputValue("#area");
  for (const text of await page.locator("#list > .finding:visible .areas").allTextContents()) equal(text, area, "area");
  await page.selectOption("#severity", "");
  await page.selectOption("#area", "");
  await page.selectOption("#statement", "S7");
  equal(await shown(), 1, "one statement");
  await page.selectOption("#statement", "");
  await page.fill("#search", "counts_add_up s7 ");
  holds((await shown()) > 0 && (await shown()) < 20, "searched by check and statement");
  await page.fill("#search", "no such text");
  equal(await page.textContent("#shown"), "No finding fits: clear the search or a filter.", "what is said of nothing");
  await page.fill("#search", "");
  await page.click("#open-all");
  equal(await page.locator("#list > .finding > details[open]").count(), 300, "all are open");
  await page.click("#close-all");
  equal(await page.locator("#list > .finding > details[open]").count(), 0, "none is open");
  await page.context().close();
});

await check("report: a finding's parts are copied, and a link opens it", async () => {
  const page = await report(300, { query: "#finding-9", permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator("#finding-9 .command .copy-button").waitFor();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.locator("#finding-9 .command .copy-button").click();
  await page.locator("#finding-9 .command", { hasText: "Copied" }).waitFor();
  equal(await copied(), await page.textContent("#finding-9 .command pre"), "the command");
  await page.locator("#finding-9").getByRole("button", { name: "Copy finding" }).click();
  await page.locator("#finding-9 .actions", { hasText: "Copied" }).waitFor();
  const text = await copied();
  for (const part of ["h3", ".command pre"]) holds(text.includes(await page.textContent(`#finding-9 ${part}`)), `${part} in ${text}`);
  await page.context().close();
});

await check("report: request, response and difference stand side by side", async () => {
  const page = await report(3);
  await page.locator("#finding-2 > details > summary").click();
  const tops = await page.locator("#finding-2 .sides > section").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  equal([tops.length, new Set(tops).size], [3, 1], "three in one row");
  await page.context().close();
});

for (const count of [1, 3, 300]) {
  await check(`report: what the vendor prints of ${count} findings takes two pages at most`, async () => {
    const page = await report(count, { query: "?vendor" });
    const said = (await page.innerText("body")).toLowerCase();
    for (const word of ["tally conform", "seed", "depends on", "counts_add_up", "violations", "matrix"]) holds(!said.includes(word), `${word} is not the vendor's`);
    holds((await page.locator(".finding.warn:visible").count()) === 0, "no warning is shown");
    const pdf = await page.pdf({ format: "A4", path: `${shots}/vendor-${count}.pdf` });
    const leaves = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    console.log(`      ${leaves} pages`);
    holds(leaves <= 2, `${leaves} pages`);
    await page.context().close();
  });
}

await check("report: without its script it can be read all the same", async () => {
  const page = await report(3, { javaScriptEnabled: false });
  equal(await page.locator(".finding:visible").count(), 3, "findings");
  holds(await page.locator("#filters").isHidden(), "no control without a use");
  await page.locator("#finding-1 > details > summary").click();
  holds(await page.locator("#finding-1 .command").isVisible(), "a finding opens");
  await page.context().close();
});

await check("report: it asks nobody, and writes no text as elements", async () => equal(offences, [], "offences"));
await closeBrowser();
process.exit(closing());
