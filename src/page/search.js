// The search field of a page: calls `filter` with the words that are typed, in lower case.
const searching = (filter) => {
  "use strict";
  const search = document.querySelector("#search");
  const words = () => search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const empty = () => {
    search.value = "";
    filter([]);
  };
  search.addEventListener("input", () => filter(words()));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (search.value) empty();
    else search.blur();
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
  // Browsers restore the content of a field when the page is reloaded.
  if (search.value) filter(words());
  return { words, empty };
};
