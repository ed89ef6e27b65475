(() => {
  "use strict";
  addEventListener("DOMContentLoaded", () => {
    const one = (selector, within = document) => within.querySelector(selector);
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const live = one("#live");
    const states = new Set();
    let oddOnly = matchMedia("(max-width: 40rem)").matches;
    let facts = { columns: [], places: [] };

    // Rows that match the search and the chosen states.
    const filter = (terms) => {
      const rows = all("#nodes tbody tr");
      let shown = 0;
      for (const row of rows) {
        row.text ??= row.textContent.toLowerCase();
        row.hidden = (states.size > 0 && !states.has(row.dataset.state)) || !terms.every((term) => row.text.includes(term));
        if (!row.hidden) shown += 1;
      }
      const found = one("#found");
      if (found) found.textContent = shown === rows.length ? found.dataset.total : `${shown} of ${found.dataset.total}`;
    };

    // The cell of a node and a column, of which one is in the order of the keyboard.
    const cells = (row) => [...row.cells].filter((cell) => cell.dataset.at !== undefined && cell.checkVisibility());
    const enter = (cell) => {
      for (const other of all("#nodes [tabindex='0'][data-at]")) other.tabIndex = -1;
      cell.tabIndex = 0;
    };

    const read = () => {
      const data = one("#facts");
      facts = data ? JSON.parse(data.textContent) : { columns: [], places: [] };
      one("#nodes table")?.classList.toggle("odd-only", oddOnly);
      const odd = one("#odd-only");
      if (odd) odd.checked = oddOnly;
      for (const button of all(".states button")) button.ariaPressed = states.has(button.dataset.state);
      const first = one("#nodes [data-at]");
      if (first) enter(first);
      filter(search.words());
    };

    const detail = one("#detail");
    const line = (term, ...words) => {
      const row = document.createElement("div");
      const name = document.createElement("dt");
      const text = document.createElement("dd");
      name.textContent = term;
      text.append(...words);
      row.append(name, text);
      return row;
    };
    const code = (text) => {
      const element = document.createElement("code");
      element.textContent = text;
      return element;
    };
    const values = (column) => column.values.map(([value, count]) => line(`${count} ${count === 1 ? "node" : "nodes"}`, value === null ? "absent" : code(value)));

    // Shows the value of a cell with its origin, and the values of other nodes.
    const open = (cell) => {
      const row = cell.closest("tr");
      const node = row.dataset.node;
      const at = cell.dataset.at;
      const list = document.createElement("dl");
      list.className = "facts";
      if (at === "state") {
        one("#detail-title").textContent = node;
        list.append(...all("[data-fact]", row).map((fact) => line(fact.dataset.fact, fact.title || fact.textContent)));
      } else {
        const column = facts.columns[at];
        one("#detail-title").textContent = node ? `${column.field} on ${node}` : column.field;
        if (node) {
          const place = cell.dataset.place;
          list.append(line("value", cell.classList.contains("empty") ? "absent" : code(cell.title || cell.textContent)));
          list.append(line("set at", place === undefined ? "nowhere: a default of the schema" : code(facts.places[place])));
        }
        list.append(...values(column));
        if (column.others) list.append(line(`${column.others} nodes`, "further values"));
      }
      one("#detail-text").replaceChildren(list);
      detail.showModal();
    };

    live.addEventListener("click", (event) => {
      const button = event.target.closest(".states button");
      if (button) {
        const { state } = button.dataset;
        if (!states.delete(state)) states.add(state);
        button.ariaPressed = states.has(state);
        filter(search.words());
        return;
      }
      const cell = event.target.closest("[data-at]");
      if (cell) {
        enter(cell);
        open(cell);
      }
    });
    detail.addEventListener("click", (event) => {
      // The backdrop is a part of the dialog.
      if (event.target === detail) detail.close();
    });
    live.addEventListener("change", (event) => {
      if (event.target.id !== "odd-only") return;
      oddOnly = event.target.checked;
      one("#nodes table").classList.toggle("odd-only", oddOnly);
    });
    live.addEventListener("keydown", (event) => {
      const cell = event.target.closest("[data-at]");
      if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
      const rows = all("#nodes tr").filter((row) => row.checkVisibility());
      const row = rows.indexOf(cell.closest("tr"));
      const within = cells(rows[row]);
      const column = within.indexOf(cell);
      const beside = (other) => other && (cells(other).find((next) => next.dataset.at === cell.dataset.at) ?? cells(other)[0]);
      const moves = {
        ArrowLeft: () => within[column - 1],
        ArrowRight: () => within[column + 1],
        ArrowUp: () => beside(rows[row - 1]),
        ArrowDown: () => beside(rows[row + 1]),
        Home: () => within[0],
        End: () => within.at(-1),
        PageUp: () => beside(rows[Math.max(0, row - 20)]),
        PageDown: () => beside(rows[Math.min(rows.length - 1, row + 20)]),
      };
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open(cell);
      } else if (moves[event.key]) {
        event.preventDefault();
        const next = moves[event.key]();
        if (next) {
          enter(next);
          next.focus();
        }
      }
    });

    const search = searching(filter);
    read();

    // Live: the rollout comes with each event, the rest of the page is fetched.
    const connection = one("#connection");
    if (document.body.dataset.live === undefined) return;
    const say = (words, isLost) => {
      connection.textContent = words;
      document.body.toggleAttribute("data-lost", isLost);
    };
    const replace = (html) => {
      const focused = document.activeElement?.closest?.("[data-at]");
      const place = focused && [focused.closest("tr").dataset.node, focused.dataset.at];
      const left = one(".scroll")?.scrollLeft ?? 0;
      live.innerHTML = html;
      read();
      const scroll = one(".scroll");
      if (scroll) scroll.scrollLeft = left;
      if (!place || detail.open) return;
      const row = all("#nodes tr").find((row) => row.dataset.node === place[0]);
      const cell = row && cells(row).find((cell) => cell.dataset.at === place[1]);
      if (cell) {
        enter(cell);
        cell.focus();
      }
    };
    let fetching = false;
    let again = false;
    const refresh = async () => {
      if (fetching) {
        again = true;
        return;
      }
      fetching = true;
      try {
        const answer = await fetch("live", { cache: "no-store" });
        if (answer.ok) replace(await answer.text());
      } catch {
        // The events say that the server is away.
      }
      // One change in a second is enough for a reader.
      setTimeout(() => {
        fetching = false;
        if (!again) return;
        again = false;
        refresh();
      }, 1000);
    };
    const listen = () => {
      const events = new EventSource("events");
      let shown = Number(document.body.dataset.live);
      events.addEventListener("fleet", (event) => {
        const { version, connection, rollout, lost } = JSON.parse(event.data);
        say(connection, lost);
        const section = one("#rollout");
        if (section) section.outerHTML = rollout;
        if (shown !== version) refresh();
        shown = version;
      });
      events.addEventListener("error", () => {
        say("not connected; trying again", true);
        if (events.readyState !== EventSource.CLOSED) return;
        events.close();
        setTimeout(listen, 5000);
      });
    };
    listen();
  });
})();
