(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");

  // A page opened from a file may have no storage for the choice.
  const keep = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {}
  };
  const kept = () => {
    try {
      return localStorage.getItem("theme") ?? "";
    } catch {
      return "";
    }
  };
  const paint = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  // Before the first paint.
  paint(kept());

  addEventListener("DOMContentLoaded", () => {
    const theme = document.querySelector("#theme");
    theme.value = root.dataset.theme ?? "";
    theme.addEventListener("change", () => {
      paint(theme.value);
      keep(theme.value);
    });
  });
})();
