// Runs before the first paint, so that a dark window never flashes white.
(function () {
  var wish = "system";
  try {
    wish = localStorage.getItem("foundational.theme") || "system";
  } catch {
    // Storage can be switched off; the system's theme is then the answer.
  }
  var dark = wish === "dark" || (wish === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  try {
    if (localStorage.getItem("foundational.density") === "compact")
      document.documentElement.dataset.density = "compact";
  } catch {
    // As above: rows and controls then stand at their usual distance.
  }
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
