
(function () {
  var box = document.querySelector(".search"), input = document.getElementById("search"), hits = document.getElementById("hits");
  var items = Array.prototype.slice.call(document.querySelectorAll("[data-find]"));
  if (!items.length) return;
  box.hidden = false;
  function filter() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean), found = 0;
    items.forEach(function (item) {
      var text = item.textContent.toLowerCase();
      var shown = words.every(function (word) { return text.indexOf(word) >= 0; });
      item.hidden = !shown;
      if (shown) found += 1;
    });
    // While there are words, a block or a heading without a hit below it steps aside.
    var below = false;
    Array.prototype.slice.call(document.getElementById("main").children).reverse().forEach(function (block) {
      if (block.hasAttribute("data-find")) { below = below || !block.hidden; return; }
      var level = /^H[1-6]$/.test(block.tagName) && block.tagName;
      var hit = level ? below : block.querySelector("[data-find]:not([hidden])") !== null;
      block.hidden = words.length > 0 && !hit && level !== "H1";
      below = level === "H2" ? false : below || hit;
    });
    hits.textContent = words.length ? found + " of " + items.length : "";
  }
  input.addEventListener("input", filter);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); input.focus(); }
    if (event.key === "Escape" && document.activeElement === input) { input.value = ""; filter(); }
  });
})();
