// The mock's page in headless Chromium. Arguments: the checkout, a folder for screenshots, words that choose checks.
// Environment: MOCK, the binary; CHROMIUM, the browser.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { closeBrowser, goTo as load, judgedByAxe, newPage as openPage, offences, provoking } from "./browser.mjs";
import { check, closing, equal, holds, until } from "./checks.mjs";
import { provesLayout } from "./layout.mjs";
import { speaking, startMock } from "./mock.mjs";

const [checkout, shots] = process.argv.slice(2);
const run = promisify(execFile);
const example = (name) => JSON.parse(fs.readFileSync(path.join(checkout, "spec/gsapi-v1/examples", `${name}.json`), "utf8"));
fs.mkdirSync(shots, { recursive: true });

let mock = await startMock(process.env.MOCK);
const { send, ask } = speaking(mock);
const newPage = (options) => openPage(mock.origin, options);
const goTo = (page, hash) => load(page, mock.origin, hash);
const row = (page, number) => page.locator(`table.journal tr[data-number="${number}"]`);
const newest = async () => (await ask("journal?limit=1")).newest;
const panel = (page) => page.locator("[role=tabpanel]:visible");
const records = async (area) => (await ask("state")).areas.find((one) => one.name === area).records;

// --- what is sent

const SCRIPT = example("nps.partial-success").errLog[0].npscomment;
const MARKUP = "\"><img src=x onerror=\"document.title='run'\"><script>alert(1)</script>";
const response = (at, more = {}) => ({ ...example("nps.request").data.npsResponses[0], useremail: `a${at}@acme.example`, npsscore: at % 11, ...more });
const responses = (...list) => ({ data: { npsResponses: list } });
const NPS = "/npsResponse/upsert";

/** Sends more than the limit, one of them bad; how many were sent. */
async function overLimit() {
  const { limit } = (await ask("state")).areas.find((area) => area.name === "nps");
  const many = Array.from({ length: 2 * limit + 50 }, (_, at) => response(1000 + at, at === 7 ? { npsscore: 11 } : {}));
  equal((await send(NPS, responses(...many))).status, 200, "acknowledged");
  return many.length;
}

const page = await newPage();

await check("layout: JSON as its tokens stand, each value by its pointer", async () => {
  provesLayout(await import(pathToFileURL(path.join(checkout, "conformance/mock/src/page/json.js"))));
});

await check("words: the page's files name no area of the contract, and no field that is not plain English", async () => {
  const folder = path.join(checkout, "conformance/mock/src/page");
  const { areas, contract } = await ask("state");
  // Fields of the contract that are words of every page.
  const plain = new Set(["comment", "enabled", "feature", "name", "priority", "reason", "source", "stage", "status", "type", "user", "users"]);
  const words = new Set(areas.flatMap((area) => [area.name, area.title, area.path, area.list, ...area.fields.filter((field) => !plain.has(field))]));
  words.add(contract.basePath).add(contract.name).add(contract.title);
  const named = [];
  for (const file of fs.readdirSync(folder)) {
    const text = fs.readFileSync(path.join(folder, file), "utf8");
    for (const word of words) {
      const bounded = new RegExp(`(?<![\\w-])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`);
      if (bounded.test(text)) named.push(`${file}: ${word}`);
    }
  }
  holds(words.size > 40, "words to look for");
  equal(named, [], "named");
});

await check("start: the page comes with its policy, and asks nobody else", async () => {
  const answer = await page.goto(`${mock.origin}/`);
  const policy = answer.headers()["content-security-policy"] ?? "";
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) holds(policy.includes(part), part);
  holds(!policy.includes("unsafe"), "nothing unsafe is allowed");
  await page.waitForSelector("#connection[data-state=live]");
  equal(await page.textContent(".wordmark"), "Tally", "wordmark");
  equal(await page.locator("#areas-list li").count(), (await ask("state")).areas.length, "areas shown");
  equal(await page.locator("h1").count(), 1, "first headings");
});

await check("start: with nothing sent, the line for a shell works, and its exchange appears live", async () => {
  const line = await page.textContent("#journal .copy");
  // A plain success, by what the mock itself answers.
  const { stdout } = await run("bash", ["-c", line]);
  holds(/"status": ?"SUCCESS"/.test(stdout), `a plain success: ${stdout}`);
  await row(page, 1).waitFor();
  holds(await page.locator("#journal .empty").isHidden(), "the empty state is gone");
  await until(async () => (await page.textContent("#passed")) !== "0", "records passed");
  equal(await page.textContent("#failed"), "0", "records failed");
});

await check("text: the document's script comment is text, wherever it is shown", async () => {
  holds(SCRIPT.startsWith("<script>"), "the example holds the tag");
  await goTo(page, "#/journal");
  const scripts = await page.evaluate(() => document.scripts.length);
  const body = responses(response(1), response(2), response(3, { npscomment: SCRIPT, username: MARKUP }), response(4, { account: "", npscomment: SCRIPT }));
  const { status, body: answer } = await send(NPS, body);
  equal([status, JSON.parse(answer).failCount], [200, 1], "answer");
  const number = await newest();
  await row(page, number).locator("a").first().click();
  const detail = page.locator("#journal .detail");
  const [request, reply] = [detail.getByRole("region", { name: "Request body" }), detail.getByRole("region", { name: "Response body" })];
  await request.waitFor();
  holds((await request.textContent()).includes(SCRIPT), "the request shows it");
  holds((await reply.textContent()).includes(SCRIPT), "the response shows it");
  const failure = await detail.locator(".failures").textContent();
  for (const part of ["Record 3", "/data/npsResponses/3/account", "NP2"]) holds(failure.includes(part), `the violation names ${part}`);
  await page.screenshot({ path: `${shots}/script-as-text.png`, fullPage: true, caret: "initial" });
  await detail.getByRole("button", { name: /Try a body/ }).click();
  holds((await page.inputValue("#try-body")).includes(SCRIPT), "the box holds it");
  await goTo(page, "#/records/nps?q=%3Cscript");
  await page.locator("table.records td", { hasText: "<script>alert(" }).first().waitFor();
  await page.locator("table.records tbody a").first().click();
  await page.locator("#records .detail dd", { hasText: SCRIPT }).waitFor();
  equal(await page.evaluate(() => [document.scripts.length, document.images.length]), [scripts, 0], "scripts and images");
  holds((await page.title()) !== "run", "nothing ran");
});

await check("try: a bad body is validated, with pointer, keyword and statement, and nothing is written", async () => {
  const before = [await records("nps"), await newest()];
  await goTo(page, "#/try/nps");
  await page.fill("#try-body", JSON.stringify(responses(response(1), response(2, { npsscore: 11, respondeddate: undefined }))));
  await page.press("#try-body", "Control+Enter");
  const result = page.locator(".result");
  await result.locator(".failures").waitFor();
  const text = await result.textContent();
  for (const part of ["1 pass, 1 fail", "Record 1", "/data/npsResponses/1/npsscore", "maximum", "NP3.1", "must be at most 10", "required", "NP2", "HTTP 200"]) holds(text.includes(part), `the verdict names ${part}`);
  await result.getByRole("button", { name: "Show /data/npsResponses/1/npsscore in the body" }).click();
  equal(await page.$eval("#try-body", (box) => box.value.slice(box.selectionStart, box.selectionEnd)), "11", "what the pointer selects");
  equal([await records("nps"), await newest()], before, "records and exchanges");
  await page.fill("#try-body", "{\"data\": nonsense");
  await page.click("#try .primary");
  await result.locator(".verdict.bad").waitFor();
  holds((await result.textContent()).includes("HTTP 400"), "no JSON is answered 400");
});

await check("try: each area's example is accepted whole", async () => {
  for (const { name, title } of (await ask("state")).areas) {
    await goTo(page, `#/try/${name}`);
    await page.getByRole("button", { name: "Example body" }).click();
    await page.click("#try .primary");
    await page.locator(".result .verdict").waitFor();
    holds((await page.textContent(".result .verdict")).includes("Accepted"), `${title}: ${await page.textContent(".result")}`);
  }
});

await check("try: an answer that never comes is cancelled by the same button, and the body stays", async () => {
  await ask("fault", "PUT", { fault: "read-timeout" });
  await goTo(page, "#/try/nps");
  await page.fill("#try-body", JSON.stringify(responses(response(30))));
  await page.fill("#try-token", "any");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".result .problem", { hasText: "Cancelled." }).waitFor();
  holds((await page.inputValue("#try-body")).includes("a30@"), "the body is there");
  await ask("fault", "DELETE");
});

await check("try: sending needs a token, writes, and keeps the token to itself", async () => {
  const token = "sesame-5f2c91";
  await goTo(page, "#/try/nps");
  await page.fill("#try-body", JSON.stringify(responses(response(31))));
  await provoking(async () => {
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator(".result", { hasText: "Rejected with 401" }).waitFor();
  });
  const before = await records("nps");
  await page.fill("#try-token", token);
  await page.press("#try-token", "Enter");
  await page.locator(".result", { hasText: "Answered 200" }).waitFor();
  equal(await records("nps"), before + 1, "records");
  await page.locator(".result a", { hasText: "journal" }).click();
  await row(page, await newest()).locator("a").first().click();
  await page.locator("#journal .detail summary").first().click();
  await page.locator("#journal .detail dd", { hasText: "(removed)" }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify([location.href, { ...sessionStorage }, { ...localStorage }, document.cookie, document.body.innerText]));
  holds(!kept.includes(token), "the token is nowhere");
  holds(!(await (await fetch(`${mock.origin}/_tally/journal/${await newest()}`)).text()).includes(token), "nor in the journal");
});

await check("faults: a preset and a fault with an argument are switched on and off, and the exchanges change", async () => {
  await goTo(page, "#/faults");
  await page.getByRole("button", { name: "Switch on: expired-session" }).click();
  await page.locator("#fault", { hasText: "Fault on" }).waitFor();
  await page.locator("#fault", { hasText: "expired-session, which is session-expired" }).waitFor();
  await page.locator(".presets .on", { hasText: "expired-session" }).waitFor();
  await page.screenshot({ path: `${shots}/fault-on.png`, caret: "initial" });
  equal((await send(NPS, responses(response(5)))).status, 401, "while it is on");
  await page.click("#tab-journal");
  await row(page, await newest()).locator("td", { hasText: "401" }).waitFor();
  await page.locator("#fault").getByRole("button", { name: "Off" }).click();
  await page.locator("#fault").waitFor({ state: "hidden" });
  equal((await send(NPS, responses(response(5)))).status, 200, "when it is off");
  await row(page, await newest()).locator("td", { hasText: "200" }).waitFor();

  const { faults } = await ask("fault");
  const { name, argument } = faults.find((fault) => fault.argument);
  await page.click("#tab-faults");
  await page.fill("#faults-search", name);
  const item = page.locator(".faults > li", { has: page.getByText(name, { exact: true }) });
  await item.locator("input").fill("nonsense");
  await provoking(async () => {
    await item.getByRole("button").click();
    await item.locator("[role=alert]").waitFor();
  });
  const value = 2 * argument.default;
  await item.locator("input").fill(String(value));
  await item.getByRole("button").click();
  await page.locator("#fault", { hasText: `${name}=${value}` }).waitFor();
  // Switched elsewhere, the page hears of it.
  await ask("fault", "DELETE");
  await page.locator("#fault").waitFor({ state: "hidden" });
  await page.fill("#faults-search", "zzz no such fault");
  equal(await page.locator("#faults li:visible").count(), 0, "found by nonsense");
});
await ask("fault", "DELETE");

await check("jobs: over the limit, the job is seen until it is done, with what failed in it", async () => {
  await goTo(page, "#/jobs");
  const sent = await overLimit();
  const job = page.locator("ol.jobs > li").first();
  await job.locator("progress").waitFor();
  await ask("drain", "POST");
  await job.locator(".status", { hasText: "done" }).waitFor();
  equal(await job.locator("progress").evaluate((bar) => [bar.value, bar.max]), [sent, sent], "progress");
  await page.locator("#announced[role=status]", { hasText: /Job \d+ ended: 1 record failed/ }).waitFor();
  await job.locator("summary").click();
  holds((await job.locator(".failures").textContent()).includes("/data/npsResponses/7/npsscore"), "its failure is shown");
  await job.getByRole("link").click();
  await page.locator("#journal .detail", { hasText: "acknowledged" }).waitFor();
});

await check("records: paging, search and filters, kept by the URL over a reload", async () => {
  for (const first of [1000, 1100]) await send(NPS, responses(...Array.from({ length: 100 }, (_, at) => response(first + at))));
  const total = await records("nps");
  await goTo(page, "#/records/nps");
  const about = page.locator("#records > p.small");
  await page.locator("#records .actions", { hasText: `1–50 of ${total}` }).waitFor();
  equal(await page.locator("table.records thead th.key").allTextContents(), (await ask("state")).areas.find((area) => area.name === "nps").key.map((name) => `${name} key`), "key columns");
  equal(await page.locator("table.records th:not([scope])").count(), 0, "headers without scope");
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator("#records .actions", { hasText: `51–100 of ${total}` }).waitFor();
  await page.reload();
  await page.locator("#records .actions", { hasText: `51–100 of ${total}` }).waitFor();
  await page.fill("#records-search", "A1003@ACME");
  await page.locator("table.records tbody tr", { hasText: "a1003@acme.example" }).waitFor();
  await until(async () => (await page.locator("table.records tbody tr").count()) === 1, "one record found");
  await page.fill("#records-search", "");
  await page.selectOption("#records-field", "useremail");
  await page.fill("#records-value", "a1004@acme.example");
  await page.press("#records-value", "Enter");
  await about.filter({ hasText: "1 record found" }).waitFor();
  await page.reload();
  await about.filter({ hasText: "1 record found" }).waitFor();
  await page.getByRole("button", { name: /Remove the filter/ }).click();
  await page.locator("#records .actions", { hasText: `of ${total}` }).waitFor();
  // What is written while the table is shown appears in it.
  await page.fill("#records-search", "live@acme.example");
  await page.locator("#records .empty").waitFor();
  await send(NPS, responses(response(1, { useremail: "live@acme.example" })));
  await page.locator("table.records td", { hasText: "live@acme.example" }).waitFor();
});

await check("journal: filters by area and by failure", async () => {
  await send("/customers/upsert", example("customers.request"));
  await send(NPS, responses(response(1, { npsscore: 11 })));
  await goTo(page, "#/journal");
  await page.selectOption("#journal-area", "customers");
  const { title } = (await ask("state")).areas.find((area) => area.name === "customers");
  const ofArea = async () => {
    const named = await page.locator("table.journal tbody .what").allTextContents();
    return named.length > 0 && named.every((name) => name === title);
  };
  await until(ofArea, "exchanges of the area alone");
  await page.reload();
  // The areas come with the state, a moment after the page.
  await until(async () => (await page.inputValue("#journal-area")) === "customers" || null, "the area after a reload");
  await page.selectOption("#journal-area", "");
  await page.check("#journal-failed");
  const rows = page.locator("table.journal tbody tr");
  await until(async () => (await rows.count()) > 0 && !(await rows.allTextContents()).some((text) => !/✕|job/.test(text)), "failed ones only");
});

await check("journal: searched by what failed, by path and by number, and an exchange copied as curl", async () => {
  await send(NPS, responses(response(1, { npsscore: 11 })));
  const number = await newest();
  await goTo(page, "#/journal");
  const shown = page.locator("table.journal tbody tr");
  await page.fill("#journal-search", "npsscore NPSRESPONSE");
  await row(page, number).waitFor();
  await page.reload();
  await until(async () => (await page.inputValue("#journal-search")) === "npsscore NPSRESPONSE", "the search after a reload");
  await page.fill("#journal-search", "no such thing");
  await page.locator("#journal .empty", { hasText: "No matching exchange" }).waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await until(async () => (await shown.count()) > 1, "all are back");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await row(page, number).locator("a").first().click();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.locator("#journal .detail", { hasText: "Copied" }).waitFor();
  const line = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await run("bash", ["-c", line]);
  equal(JSON.parse(stdout).failCount, 1, "sent again by the command");
  await page.keyboard.press("Escape");
});

await check("room: what failed has the widest column, the tally is one slim line, and at 360 px the tabs are seen at once", async () => {
  await goTo(page, "#/journal");
  const width = (selector) => page.locator(selector).first().evaluate((one) => one.getBoundingClientRect().width);
  const [why, table] = [await width("table.journal thead th:last-child"), await width("table.journal")];
  console.log(`      "What failed" has ${Math.round(why)} of ${Math.round(table)} px`);
  holds(why > table / 3, `${why} of ${table} px`);
  const tall = await page.locator(".hero").evaluate((one) => one.getBoundingClientRect().height);
  holds(tall <= 60, `the tally is ${tall} px tall`);
  const cut = await page.locator("#areas-list span").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflow === "hidden" && !one.classList.contains("unseen")).length);
  equal(cut, 0, "areas that are cut");
  await page.setViewportSize({ width: 360, height: 640 });
  const end = await page.locator(".tabs").evaluate((one) => one.getBoundingClientRect().bottom);
  await page.setViewportSize({ width: 1280, height: 900 });
  holds(end < 640, `the tabs end at ${end} px`);
});

await check("keyboard: skip link, tabs by arrows, an exchange opened and closed", async () => {
  await goTo(page, "#/journal");
  await page.keyboard.press("Tab");
  equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop");
  await page.keyboard.press("Enter");
  const focus = () => page.evaluate(() => document.activeElement.id);
  equal(await focus(), "tab-journal", "where the skip link leads");
  const tabs = await page.locator("[role=tab]").evaluateAll((all) => all.map((tab) => tab.id));
  for (const key of ["ArrowRight", "ArrowLeft"]) {
    const order = key === "ArrowRight" ? [...tabs.slice(1), tabs[0]] : [...tabs].reverse();
    for (const tab of order) {
      await page.keyboard.press(key);
      equal(await focus(), tab, `after ${key}`);
      equal(await page.locator("[role=tab][aria-selected=true]").evaluateAll((all) => all.map((one) => one.id)), [tab], "selected");
      equal(await page.locator("[role=tab][tabindex='0']").evaluateAll((all) => all.map((one) => one.id)), [tab], "in the tab order");
      equal(await panel(page).evaluateAll((all) => all.map((one) => one.getAttribute("aria-labelledby"))), [tab], "panel");
    }
  }
  await page.keyboard.press("End");
  equal(await focus(), tabs.at(-1), "End");
  await page.keyboard.press("Home");
  equal(await focus(), tabs[0], "Home");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  equal(outline, "solid", "the focus is to be seen");
  const link = page.locator("table.journal tbody a").first();
  await until(async () => { await page.keyboard.press("Tab"); return link.evaluate((one) => one === document.activeElement); }, "the first exchange by the tab key");
  await page.keyboard.press("Enter");
  await until(() => page.evaluate(() => document.activeElement.matches("#journal .detail h3")), "focus on the exchange's heading");
  await page.keyboard.press("Escape");
  await until(() => link.evaluate((one) => one === document.activeElement), "focus back on its row");
});

await check("screen readers: new failures are announced in a polite region", async () => {
  await goTo(page, "#/journal");
  await send(NPS, responses(response(1, { npsscore: 11 }), response(2, { npsscore: 12 })));
  await page.locator("#announced[role=status]", { hasText: "2 records failed in 1 exchange" }).waitFor();
});

await check("clock: set, shown, and real again", async () => {
  await goTo(page, "#/organisation");
  await page.fill("#clock-day", "2015-02-01");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.locator(".top", { hasText: "clock set to 2015-02-01" }).waitFor();
  equal(await ask("clock"), { today: "2015-02-01", isSet: true }, "the mock's clock");
  await page.getByRole("button", { name: "Use the real clock" }).click();
  await page.locator(".clock-set").waitFor({ state: "detached" });
  equal((await ask("clock")).isSet, false, "the clock is set");
});

await check("looks: every view at 1280 and 360 px in both schemes: no sideways scroll, nothing for axe", async () => {
  await overLimit();
  await ask("drain", "POST");
  await send(NPS, responses(response(50), response(51, { npsscore: 11, npscomment: SCRIPT })));
  const exchange = await newest();
  await ask("fault", "PUT", { fault: (await ask("fault")).presets[0].name });
  await ask("clock", "PUT", { today: "2015-02-01" });
  const views = { journal: "#/journal", exchange: `#/journal/${exchange}`, records: "#/records/nps", record: "#/records/nps/2", try: "#/try/nps", jobs: "#/jobs", faults: "#/faults?q=limit", organisation: "#/organisation" };
  const problems = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 360]) {
      const one = await newPage({ colorScheme, viewport: { width, height: 900 } });
      for (const [view, hash] of Object.entries(views)) {
        await goTo(one, hash);
        if (hash.includes("/2") || view === "exchange") await one.locator(".detail:visible dl").first().waitFor();
        if (view === "try") {
          await one.fill("#try-body", JSON.stringify(responses(response(1), response(2, { npsscore: 11 })), null, 2));
          await one.click("#try .primary");
          await one.locator(".result .failures").waitFor();
        }
        if (view === "jobs") await one.locator("ol.jobs summary").first().click();
        const where = `${view} ${width} ${colorScheme}`;
        const wide = await one.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) problems.push(`${where}: ${wide} px too wide`);
        problems.push(...(await judgedByAxe(one, where)));
        await one.screenshot({ path: `${shots}/${view}-${width}-${colorScheme}.png`, fullPage: true, caret: "initial" });
      }
      await one.context().close();
    }
  }
  equal(problems, [], "problems");
});
await ask("fault", "DELETE");
await ask("clock", "DELETE");

await check("load: a thousand exchanges and 2,000 records leave the page small and quick", async () => {
  await goTo(page, "#/journal");
  const many = Array.from({ length: 2000 }, (_, at) => ({ account: "001F000001NH5isIAD", milestone: "", milestoneDate: "2015-02-01", comment: `${at}` }));
  await send("/milestones/upsert", { data: { milestones: many } });
  const big = await newest();
  await page.evaluate((to) => { location.hash = to; }, `#/journal/${big}`);
  await page.locator("#journal .detail .failures").waitFor();
  holds((await page.locator("#journal .detail .failures > li").count()) <= 50, "a beginning of what failed");
  await page.locator("#journal .detail").getByRole("button", { name: /^Show 50 more/ }).click();
  equal(await page.locator("#journal .detail .failures > li").count(), 100, "failures after one more step");
  await page.keyboard.press("Escape");
  let left = 1200;
  const sender = async () => { while (left > 0) { left -= 1; await send(NPS, responses(response(left))); } };
  await Promise.all(Array.from({ length: 8 }, sender));
  const last = await newest();
  await row(page, last).waitFor();
  holds((await page.locator("table.journal tbody tr").count()) <= 100, "rows shown");
  holds((await page.evaluate(() => document.querySelectorAll("*").length)) < 6000, "elements on the page");
  await page.locator("#journal", { hasText: "1,000 exchanges" }).waitFor();
  await page.locator("#journal").getByRole("button", { name: "Older" }).click();
  await row(page, last - 100).waitFor();
});

await check("reset: asks first, and empties everything", async () => {
  await goTo(page, "#/organisation");
  await page.getByRole("button", { name: "Reset…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  equal(await judgedByAxe(page, "dialog"), [], "problems");
  await page.screenshot({ path: `${shots}/reset-asks.png`, caret: "initial" });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  holds((await records("nps")) > 0, "nothing was reset");
  await page.getByRole("button", { name: "Reset…" }).click();
  await dialog.getByRole("button", { name: "Reset" }).click();
  await page.locator("#organisation", { hasText: "Reset to the fixtures" }).waitFor();
  await until(async () => (await page.textContent("#passed")) === "0", "no record passed");
  equal(await records("nps"), 0, "records");
  await page.click("#tab-journal");
  await send(NPS, responses(response(1)));
  await until(async () => (await page.textContent("#passed")) === "1", "one record passed");
  await page.getByRole("button", { name: "Reset all" }).click();
  await dialog.getByRole("button", { name: "Reset" }).click();
  await until(async () => (await page.textContent("#passed")) === "0", "reset from the header");
  await page.locator("#journal .empty .copy").waitFor();
  for (const [width, name] of [[1280, "empty"], [360, "empty-360"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `${shots}/${name}.png`, caret: "initial" });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
});

await check("connection: lost when the mock stops, live again when it is back, and nothing shown is lost meanwhile", async () => {
  await goTo(page, "#/journal");
  await send(NPS, responses(response(1)));
  const number = await newest();
  await row(page, number).waitFor();
  await provoking(async () => {
    const { address } = mock;
    await mock.stop();
    await page.locator("#connection[data-state=lost]").waitFor();
    holds(await row(page, number).isVisible(), "the row is still there");
    await page.click("#tab-try");
    await page.fill("#try-body", "{}");
    await page.click("#try .primary");
    await page.locator(".result .problem", { hasText: "can't be reached" }).waitFor();
    equal(await page.inputValue("#try-body"), "{}", "the body after the error");
    await page.screenshot({ path: `${shots}/lost.png`, caret: "initial" });
    mock = await startMock(process.env.MOCK, address);
    await page.locator("#connection[data-state=live]").waitFor();
  });
  await page.click("#tab-journal");
  await send(NPS, responses(response(1), response(2)));
  await until(async () => (await page.textContent("#passed")) === "2", "the new mock's two records");
  holds(await page.locator("#trouble").isHidden(), "no trouble is left on the page");
});

await check("always: no message on the console, no policy breached, no dialog, no other host, no HTML from text", async () => {
  equal(offences, [], "offences");
});

await closeBrowser();
await mock.stop();
process.exit(closing());
