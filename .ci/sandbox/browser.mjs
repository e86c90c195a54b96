// A browser in which nothing of what the page must never do goes unseen.
import fs from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { PATIENCE } from "./checks.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What happened on any page that must not happen. */
export const offences = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Ends it. */
export const closeBrowser = () => browser.close();

// The browser reports each refused call; those that a check provokes are no offence.
let refusalsExpected = false;

/** Runs `work`, in which calls are refused or not answered. */
export async function provoking(work) {
  refusalsExpected = true;
  try {
    return await work();
  } finally {
    refusalsExpected = false;
  }
}

/** A tab of its own, watched. It may ask nobody but `origin`. */
export async function newPage(origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  // Ways from text to elements: none may be used.
  await context.addInitScript(() => {
    const tell = (name) => console.error(`the page used ${name}`);
    for (const [owner, name] of [[Element.prototype, "innerHTML"], [Element.prototype, "outerHTML"]]) {
      Object.defineProperty(owner, name, { set() { tell(name); } });
    }
    const makers = [[Element.prototype, "insertAdjacentHTML"], [Document.prototype, "write"], [Range.prototype, "createContextualFragment"], [DOMParser.prototype, "parseFromString"]];
    for (const [owner, name] of makers) {
      owner[name] = () => tell(name);
    }
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("console", (message) => {
    const refused = /^Failed to load resource/.test(message.text());
    if (!(refused && refusalsExpected)) offences.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => offences.push(`error: ${error.stack}`));
  page.on("dialog", (dialog) => { offences.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) offences.push(`asks ${request.url()}`); });
  return page;
}

/** Loads the page at a hash, anew, and waits until it is connected and knows the areas. */
export async function goTo(page, origin, hash) {
  await page.goto("about:blank");
  await page.goto(`${origin}/${hash}`);
  await page.waitForSelector("#connection[data-state=live]");
  await page.waitForFunction(() => document.querySelectorAll("#areas-list li").length > 0);
}

/** What axe finds on a page, a line each. */
export async function judgedByAxe(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { preload: false }));
  return violations.map(({ id, impact, nodes }) => `${where}: ${impact} ${id} ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}
