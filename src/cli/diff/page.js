(() => {
  "use strict";
  addEventListener("DOMContentLoaded", () => {
    const one = (selector) => document.querySelector(selector);
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const found = one("#found");
    const restartOnly = one("#restart-only");
    const unfold = one("#unfold");
    const groups = all(".group").map((element) => ({
      element,
      text: all(":scope > summary, :scope > .others", element).map((part) => part.textContent).join("\n").toLowerCase(),
      rows: all("tbody tr", element).map((row) => ({ row, text: row.textContent.toLowerCase() })),
    }));
    const fold = (open) => {
      for (const { element } of groups) element.open = open;
      if (!unfold) return;
      unfold.textContent = open ? "Fold all" : "Unfold all";
      unfold.ariaExpanded = open;
    };

    // A group whose nodes match keeps all of its rows.
    const filter = (terms) => {
      let shown = 0;
      let total = 0;
      for (const { element, text, rows } of groups) {
        let any = false;
        for (const { row, text: own } of rows) {
          const matches = terms.every((term) => text.includes(term) || own.includes(term));
          row.hidden = !matches || (restartOnly?.checked && row.dataset.effect !== "restart");
          total += 1;
          if (!row.hidden) shown += 1;
          any ||= !row.hidden;
        }
        element.hidden = !any;
      }
      if (terms.length) fold(true);
      if (found) found.textContent = shown === total ? found.dataset.total : `${shown} of ${found.dataset.total}`;
    };
    const search = searching(filter);
    restartOnly?.addEventListener("change", () => filter(search.words()));
    unfold?.addEventListener("click", () => fold(unfold.ariaExpanded !== "true"));
    // Paper shows everything.
    let folded = [];
    addEventListener("beforeprint", () => {
      folded = all("details:not([open])");
      for (const element of folded) element.open = true;
    });
    addEventListener("afterprint", () => {
      for (const element of folded) element.open = false;
    });
  });
})();
