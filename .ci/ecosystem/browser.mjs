// The site in headless Chromium: every link resolves, no message on the console, works without script.
// Arguments: the published folder, the results, a folder for screenshots.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { chromium } from "playwright-core";

const [dist, results, shots] = process.argv.slice(2);
const types = { ".html": "text/html", ".json": "application/json" };
const server = http.createServer((request, response) => {
  const file = path.join(dist, decodeURIComponent(new URL(request.url, "http://x").pathname));
  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": types[path.extname(file)] ?? "text/plain" }).end(fs.readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const root = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
fs.mkdirSync(shots, { recursive: true });
const areas = JSON.parse(fs.readFileSync(`${dist}/index.json`, "utf8")).areas;
const failures = new Map(areas.map((area) => [area.name, []]));
const everywhere = [];
const targets = new Map();

async function resolves(url) {
  const [file, anchor] = url.split("#");
  if (!targets.has(file)) {
    const answer = await fetch(file);
    targets.set(file, answer.ok ? await answer.text() : null);
  }
  const text = targets.get(file);
  return text !== null && (!anchor || text.includes(` id="${decodeURIComponent(anchor)}"`));
}

for (const page of ["index", ...areas.map((area) => area.name)]) {
  const list = failures.get(page) ?? everywhere;
  for (const scheme of ["light", "dark"]) {
    for (const width of [360, 1280]) {
      const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
      // A busy machine is slow, not wrong.
      context.setDefaultTimeout(120_000);
      const tab = await context.newPage();
      tab.on("console", (message) => list.push(`console: ${message.text()}`));
      tab.on("pageerror", (error) => list.push(`error: ${error}`));
      tab.on("request", (request) => { if (!request.url().startsWith(root) && !request.url().startsWith("data:")) list.push(`asks ${request.url()}`); });
      await tab.goto(`${root}/${page}.html`, { waitUntil: "load" });
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) list.push(`${width}: ${wide} px too wide`);
      await tab.screenshot({ path: `${shots}/${page}-${width}-${scheme}.png`, fullPage: true });
      if (scheme === "light" && width === 1280) {
        const links = await tab.evaluate(() => [...document.links].map((link) => link.href));
        for (const link of new Set(links)) if (!(await resolves(link))) list.push(`no ${link}`);
        const before = await tab.locator("[data-find]:visible").count();
        await tab.fill("#search", "zzz-nothing-has-this");
        if ((await tab.locator("[data-find]:visible").count()) !== 0) list.push("the search hides nothing");
        const wanted = (await tab.locator("[data-find] code").first().textContent()).trim();
        await tab.fill("#search", wanted);
        const found = await tab.locator("[data-find]:visible").allTextContents();
        if (!found.length || found.length === before || !found.every((text) => text.toLowerCase().includes(wanted.toLowerCase()))) {
          list.push(`a search for ${wanted} leaves ${found.length} of ${before}`);
        }
        await tab.screenshot({ path: `${shots}/${page}-search.png` });
        await tab.press("#search", "Escape");
        if ((await tab.locator("[data-find]:visible").count()) !== before) list.push("Escape does not end the search");
        const hidden = await tab.locator("main > [hidden]").count();
        if (hidden) list.push(`Escape leaves ${hidden} blocks hidden`);
      }
      await context.close();
    }
  }
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const tab = await plain.newPage();
  await tab.goto(`${root}/${page}.html`);
  if (!(await tab.locator("h1").isVisible())) list.push("nothing to read without script");
  await plain.close();
}
await browser.close();
server.close();
for (const [area, list] of failures) {
  const all = [...list, ...everywhere];
  for (const line of all) console.error(`site ${area}: ${line}`);
  fs.appendFileSync(results, `Chromium\t${area}\t${all.length ? `FAIL ${all.length}` : "links resolve, console silent"}\n`);
}
process.exit([...failures.values()].some((list) => list.length) || everywhere.length ? 1 : 0);
