/* Leaves at once: hides the page, asks the server to forget, replaces this page. Without it the link does the same. */
"use strict";
(() => {
  const link = document.querySelector(".leave a");
  const note = document.querySelector(".leave p");
  if (!link) return;
  const root = document.documentElement;
  const said = note.textContent;
  const within = 5000; // milliseconds from one press to the next
  let presses = 0;
  let modified = false; // this Shift was held to type or to mark something: it does not count
  let timer = 0;
  root.classList.add("js");

  const leave = () => {
    root.classList.add("left");
    try {
      sessionStorage.clear();
    } catch { /* a browser that keeps nothing has nothing to clear */ }
    try {
      fetch(link.href, { keepalive: true, redirect: "manual", cache: "no-store" }).catch(() => {});
    } finally {
      window.location.replace(link.dataset.to);
    }
  };

  const count = (number) => {
    presses = number;
    clearTimeout(timer);
    if (number) timer = setTimeout(count, within, 0);
    note.textContent = [said, note.dataset.two, note.dataset.one][number];
  };

  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") modified = true;
    else if (!event.repeat) modified = event.ctrlKey || event.altKey || event.metaKey;
    if (modified && presses) count(0);
  }, true);

  document.addEventListener("pointerdown", () => { modified = true; }, true);

  document.addEventListener("keyup", (event) => {
    // with both Shift keys down, only letting go of the last is a press
    if (event.key !== "Shift" || event.shiftKey || modified) return;
    if (presses === 2) leave();
    else count(presses + 1);
  }, true);

  // Going back after leaving must not bring back what was typed; going back before that must not lose it.
  // The mark says which: it goes with leaving, and with the tab.
  const left = () => {
    try {
      const marked = sessionStorage.getItem("here");
      sessionStorage.setItem("here", "1");
      return !marked;
    } catch {
      return true;
    }
  };

  window.addEventListener("pageshow", (event) => {
    const [arrival] = performance.getEntriesByType("navigation");
    const fresh = left();
    if (event.persisted && fresh) {
      root.classList.add("left");
      window.location.replace(window.location.href);
    } else if (fresh && (!arrival || arrival.type !== "navigate")) {
      for (const form of document.forms) form.reset();
    }
  });
})();
