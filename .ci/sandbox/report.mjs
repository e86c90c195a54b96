// Proves report.html, without findings, with three and with three hundred, as the tests of reports leave them.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { closeBrowser, judgedByAxe, newPage, offences } from "./browser.mjs";
import { check, closing, equal, holds } from "./checks.mjs";

const [pages, shots] = process.argv.slice(2);
fs.mkdirSync(shots, { recursive: true });

for (const count of [0, 3, 300]) {
  await check(`report: ${count} findings at 1280 and 360 px in both schemes: no sideways scroll, nothing for axe`, async () => {
    const file = pathToFileURL(path.join(pages, `report-${count}.html`)).href;
    const problems = [];
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 360]) {
        const page = await newPage(file, { colorScheme, viewport: { width, height: 900 } });
        await page.goto(file);
        const where = `report-${count}-${width}-${colorScheme}`;
        holds((await page.title()).length > 0, "the page has a title");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) problems.push(`${where}: ${wide} px too wide`);
        // What axe looks at differs by scheme alone, and a page of three hundred findings takes it long.
        if (width > 1000) problems.push(...(await judgedByAxe(page, where)));
        await page.screenshot({ path: `${shots}/${where}.png`, clip: { x: 0, y: 0, width, height: 3000 }, fullPage: true });
        await page.context().close();
      }
    }
    equal(problems, [], "problems");
  });
}
await check("report: it asks nobody, and writes no text as elements", async () => equal(offences, [], "offences"));
await closeBrowser();
process.exit(closing());
