(() => {
  "use strict";
  addEventListener("DOMContentLoaded", () => {
    const one = (selector) => document.querySelector(selector);
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];

    const found = one("#found");
    const nothing = one("#nothing");
    const intro = one(".intro");
    const differing = one("#differing");
    const main = one("main");
    const total = found.textContent;
    // The search covers the name, description, variables, values and marks of an entry.
    const entries = all("[data-entry]").map((element) => {
      const parts = element.matches("tr") ? [element] : all("h3, .about, code, .mark", element);
      const text = parts.map((part) => part.textContent).join("\n").toLowerCase();
      return { element, parts, text, option: element.matches("article") && !element.closest("#rules") };
    });
    const sections = all("main > section").map((element) => ({
      element,
      entries: entries.filter((entry) => element.contains(entry.element)),
      link: one(`nav a[href="#${CSS.escape(element.id)}"]`) ?? all("nav a").find((a) => a.hash.slice(1) === element.id),
    }));

    const highlight = (terms) => {
      if (!CSS.highlights) return;
      CSS.highlights.delete("found");
      if (!terms.length) return;
      const ranges = [];
      for (const { element, parts } of entries) {
        if (element.hidden) continue;
        for (const part of parts) {
          const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const text = node.data.toLowerCase();
            for (const term of terms) {
              for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
                const range = new Range();
                range.setStart(node, at);
                range.setEnd(node, at + term.length);
                ranges.push(range);
              }
            }
          }
        }
      }
      CSS.highlights.set("found", new Highlight(...ranges));
    };

    const filter = (terms) => {
      let options = 0;
      const some = differing?.checked ?? false;
      for (const entry of entries) {
        const differs = entry.element.dataset.differs !== undefined;
        const shown = (differs || !some) && terms.every((term) => entry.text.includes(term));
        entry.element.hidden = !shown;
        if (shown && entry.option) options += 1;
      }
      for (const section of sections) {
        section.element.hidden = (some || terms.length > 0) && section.entries.every((entry) => entry.element.hidden);
        if (section.link) section.link.parentElement.hidden = section.element.hidden;
      }
      intro.hidden = terms.length > 0;
      nothing.hidden = sections.some((section) => !section.element.hidden);
      found.textContent = some || terms.length ? `${options} of ${total}` : total;
      highlight(terms);
      // Scroll to the first result.
      if (terms.length) scrollTo(0, 0);
    };

    const search = searching(filter);
    differing?.addEventListener("change", () => filter(search.words()));
    // Browsers restore a checked box when the page is reloaded.
    if (differing?.checked) filter(search.words());

    // The target of a link is visible even if the search does not match it.
    const arrive = () => {
      const id = decodeURIComponent(location.hash.slice(1));
      const target = id && document.getElementById(id);
      if (target && target.closest("[hidden]")) {
        if (differing) differing.checked = false;
        search.empty();
        target.scrollIntoView();
      }
    };
    addEventListener("hashchange", arrive);
    arrive();

    const columns = all(".compare input");
    const compare = () => {
      for (const row of all(".side-by-side tr")) {
        const cells = [...row.cells].slice(1);
        cells.forEach((cell, place) => (cell.hidden = !columns[place].checked));
        if (row.parentElement.tagName !== "TBODY") continue;
        const values = cells.filter((cell) => !cell.hidden).map((cell) => cell.textContent);
        row.classList.toggle("same", new Set(values).size < 2);
      }
    };
    for (const column of columns) column.addEventListener("change", compare);

    const contents = one("nav details");
    const narrow = matchMedia("(max-width: 56rem)");
    const unfold = () => (contents.open = !narrow.matches);
    narrow.addEventListener("change", unfold);
    unfold();
    contents.addEventListener("click", (event) => {
      if (narrow.matches && event.target.closest("a")) contents.open = false;
    });

    const watcher = new IntersectionObserver(
      (seen) => {
        for (const { target, isIntersecting } of seen) {
          const { link } = sections.find((section) => section.element === target);
          if (isIntersecting) link?.setAttribute("aria-current", "true");
          else link?.removeAttribute("aria-current");
        }
      },
      // A line below the bar lies in exactly one section.
      { rootMargin: "-80px 0px -90% 0px" },
    );
    sections.forEach((section) => watcher.observe(section.element));
  });
})();
