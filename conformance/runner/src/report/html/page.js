"use strict";
// Brings the report's controls to life: filters, copying, the vendor's view. Without it the page is whole, all the same.
// No character of this file may begin a tag: it stands within the page.
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const isVendor = new URLSearchParams(location.search).has("vendor");

  // --- the vendor's view
  const root = document.documentElement;
  if (isVendor) {
    root.classList.add("vendor");
    document.title = document.querySelector(".vendor-only h1").textContent;
    for (const details of all(".finding.for-vendor:not(.brief) > details")) details.open = true;
  }
  for (const link of all("a[data-view]")) link.hidden = false;

  // --- filters
  const findings = all("#list > .finding").map((element) => ({
    element,
    details: element.querySelector("details"),
    areas: element.dataset.areas.split("\n"),
    text: null,
  }));
  // What is searched: the line and what is said of it, not the bodies.
  const textOf = (finding) => {
    finding.text ??= all(":scope > details > summary, :scope > details > .full-only", finding.element)
      .map((part) => part.textContent).join(" ").toLowerCase();
    return finding.text;
  };
  const form = byId("filters");
  const count = (number) => number.toLocaleString("en");
  const apply = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [area, statement, severity] = ["area", "statement", "severity"].map((id) => byId(id).value);
    let shown = 0;
    for (const finding of findings) {
      const { areas, element } = finding;
      const fits = (!area || areas.includes(area))
        && (!statement || element.dataset.statement === statement)
        && (!severity || element.dataset.severity === severity)
        && words.every((word) => textOf(finding).includes(word));
      element.hidden = !fits;
      shown += fits;
    }
    byId("shown").textContent = shown === findings.length
      ? `${count(shown)} findings`
      : shown ? `${count(shown)} of ${count(findings.length)} findings` : "No finding fits: clear the search or a filter.";
  };
  if (form && !isVendor) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    const toggle = (open) => () => {
      for (const { element, details } of findings) if (!element.hidden) details.open = open;
    };
    byId("open-all").addEventListener("click", toggle(true));
    byId("close-all").addEventListener("click", toggle(false));
    apply();
  }

  // --- a link to a finding opens it
  const openLinked = () => {
    const details = location.hash.startsWith("#finding-") && byId(location.hash.slice(1))?.querySelector("details");
    if (details) {
      details.open = true;
      details.scrollIntoView();
    }
  };
  addEventListener("hashchange", openLinked);
  openLinked();

  // --- copying
  const say = (button, text) => {
    const before = button.dataset.text;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 1500);
  };
  const copy = async (button, text, element) => {
    try {
      await navigator.clipboard.writeText(text);
      say(button, "Copied");
    } catch {
      // A page opened from a file may not be let to: what is selected can be copied by hand.
      getSelection().selectAllChildren(element);
      say(button, "Selected: press Ctrl+C");
    }
  };
  const button = (text, work) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "copy-button";
    made.textContent = made.dataset.text = text;
    made.addEventListener("click", () => work(made));
    return made;
  };
  // A finding as text to paste into a ticket.
  const plain = (element) => {
    const part = (selector) => element.querySelector(selector)?.innerText.trim() ?? "";
    return [part("h3"), part(":scope > details > .full-only p"), part(".diff"), part(".command pre")].filter(Boolean).join("\n\n");
  };
  // Each is made when it is opened, so that a page of hundreds opens at once.
  const equip = (details) => {
    if (!details.open || details.dataset.equipped) return;
    details.dataset.equipped = "yes";
    for (const pre of all("pre.copy", details)) pre.before(button("Copy", (made) => copy(made, pre.textContent, pre)));
    const element = details.closest(".finding");
    const whole = button("Copy finding", (made) => copy(made, plain(element), details));
    const link = document.createElement("a");
    link.href = `#${element.id}`;
    link.textContent = "Link";
    const row = document.createElement("p");
    row.className = "actions full-only small";
    row.append(whole, " ", link);
    details.querySelector("summary").after(row);
  };
  for (const { details } of findings) {
    details.addEventListener("toggle", () => equip(details));
    equip(details);
  }
  for (const pre of all("#run pre.copy")) pre.before(button("Copy", (made) => copy(made, pre.textContent, pre)));
})();
