// Runs before the page's own scripts. It tells the shell when the page shows its first screen (then the window
// is opened) and when that screen was drawn.
(() => {
  const tell = (command) => window.__TAURI_INTERNALS__.invoke(command);
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const shows = () => document.querySelector("#app [data-testid]") !== null;

  const begin = async () => {
    await tell("ready");
    await frame();
    await frame();
    await tell("painted");
  };

  const watch = new MutationObserver(() => {
    if (!shows()) return;
    watch.disconnect();
    void begin();
  });
  watch.observe(document, { childList: true, subtree: true });
})();
