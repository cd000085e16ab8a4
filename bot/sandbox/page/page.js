// The little that must happen in the browser: tell the server what was operated, offer commands, and keep the focus.
(() => {
  const selector = "[data-do]";
  const key = (el) => (el?.dataset?.do ? JSON.stringify(el.dataset) : null);
  const told = (el, more) => {
    const ts = el.closest("[data-ts]")?.dataset.ts ?? "";
    return { ...el.dataset, ts, ...more };
  };
  const composer = () => document.getElementById("composer");

  // Who one is and where one looks stand in the address, at once, so that even a hasty reload keeps them, and Back works.
  const visit = (where) => {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(where)) address.searchParams.set(name, value);
    if (address.href !== location.href) history.pushState({}, "", address);
  };
  window.addEventListener("popstate", () => {
    const where = new URL(location.href).searchParams;
    const detail = { as: where.get("as_") ?? "", in: where.get("in_") ?? "" };
    document.querySelector(".frame")?.dispatchEvent(new CustomEvent("wander", { detail }));
  });

  // The commands that what is typed may become: a listbox that the composer controls.
  const options = () => [...document.querySelectorAll("#hints [role=option]")];
  const shown = () => options().filter((one) => !one.hidden);
  const choose = (chosen) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === chosen));
    if (chosen) composer().setAttribute("aria-activedescendant", chosen.id);
    else composer()?.removeAttribute("aria-activedescendant");
  };
  const offer = (typed) => {
    for (const one of options()) {
      const fill = one.dataset.fill;
      one.hidden = !typed.startsWith("/") || fill === typed || !fill.startsWith(typed.toLowerCase());
    }
    const open = shown().length > 0;
    document.querySelector(".hints").hidden = !open;
    composer()?.setAttribute("aria-expanded", String(open));
    choose(null);
  };
  const fill = (text) => {
    const input = composer();
    if (!input || input.readOnly) return;
    input.value = text;
    input.focus();
    offer(text);
  };
  const step = (by) => {
    const all = shown();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  };
  document.addEventListener("input", (event) => event.target.id === "composer" && offer(event.target.value));
  document.addEventListener("focusout", (event) => event.target.id === "composer" && offer(""));
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "composer" || event.isComposing || !shown().length) return;
    const chosen = options().find((one) => one.getAttribute("aria-selected") === "true");
    const deed = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Escape: () => offer(""),
      Enter: chosen && (() => fill(chosen.dataset.fill)),
      Tab: chosen && (() => fill(chosen.dataset.fill)),
    }[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
  // A tap on an option leaves the focus where one writes.
  document.addEventListener("pointerdown", (event) => event.target.closest("#hints") && event.preventDefault());
  document.addEventListener("mousedown", (event) => event.target.closest("#hints") && event.preventDefault());

  window.sandbox = {
    visit,
    click(event) {
      const el = event.target.closest(selector + ",[data-fill]");
      if (!el || el.matches("form,select,input,textarea")) return null;
      if (el.dataset.fill) {
        fill(el.dataset.fill);
        return null;
      }
      if (el.dataset.do === "as") visit({ as_: el.dataset.value });
      if (el.dataset.do === "channel") visit({ in_: el.dataset.value });
      return told(el, {});
    },
    change(event) {
      const el = event.target.closest('[data-do="change"]');
      const form = el?.closest("form");
      // What is chosen in a modal is told when it is submitted, unless its block tells at once.
      if (!el || (form && !el.closest("[data-dispatch]"))) return null;
      return told(el, { value: el.value, values: form ? Object.fromEntries(new FormData(form)) : {} });
    },
    submit(event) {
      event.preventDefault();
      const form = event.target;
      const values = Object.fromEntries(new FormData(form));
      if (form.dataset.do === "reply") form.reset();
      if (form.dataset.do !== "send") return told(form, { values });
      // What was written stays until the server has it: the line may be down, or the stage not set.
      if (composer().readOnly || form.closest("[aria-busy=true]") || !values.text.trim()) return null;
      composer().readOnly = true;
      offer("");
      return { do: "send", values };
    },
    sent() {
      composer().readOnly = false;
      composer().form.reset();
    },
    refused(text) {
      composer().readOnly = false;
      composer().value ||= text;
    },
  };
  // The views of a narrow screen.
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-view]");
    const chosen = tab?.dataset.view ?? (event.target.closest(".place, .role, [data-do=situation]") ? "chat" : null);
    if (!chosen) return;
    document.body.dataset.shows = chosen;
    document.querySelectorAll(".tabs [data-view]").forEach((el) => {
      el.setAttribute("aria-pressed", String(el.dataset.view === chosen));
    });
  });
  // A table shows a page of its rows, in the order that was asked for.
  const rowsOf = (table) => [...table.tBodies[0].rows];
  const turn = (table, to) => {
    const size = Number(table.tBodies[0].dataset.pageSize);
    rowsOf(table).forEach((row, at) => { row.hidden = Math.floor(at / size) !== to; });
    table.dataset.page = to;
    const bar = table.closest(".bk-table").nextElementSibling;
    if (!bar?.matches(".bk-pages")) return;
    const last = Math.ceil(rowsOf(table).length / size) - 1;
    bar.querySelector("b").textContent = to + 1;
    for (const one of bar.querySelectorAll("[data-turn]")) one.disabled = one.dataset.turn < 0 ? to === 0 : to === last;
  };
  const sort = (table, heading, column) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const one of table.tHead.rows[0].cells) one.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = rowsOf(table);
    const cells = rows.map((row) => row.cells[column]);
    const numbers = cells.every((cell) => cell.dataset.value !== undefined);  // as Slack: else by their letters
    const rank = (row) => (numbers ? Number(row.cells[column].dataset.value) : row.cells[column].textContent);
    const order = (a, b) => (numbers ? rank(a) - rank(b) : rank(a).localeCompare(rank(b)));
    rows.sort((a, b) => (down ? -order(a, b) : order(a, b)));
    table.tBodies[0].append(...rows);
    turn(table, 0);
  };
  document.addEventListener("click", (event) => {
    const named = event.target.closest("[data-sort]");
    if (named) sort(named.closest("table"), named.closest("th"), Number(named.dataset.sort));
    const turned = event.target.closest("[data-turn]");
    if (!turned) return;
    const table = turned.closest(".bk-pages").previousElementSibling.querySelector("table");
    turn(table, Number(table.dataset.page ?? 0) + Number(turned.dataset.turn));
  });
  // When what had the focus is redrawn, its twin gets it; when it is gone, the part of the page it stood in does.
  let last = null;
  let home = null;
  document.addEventListener("focusin", (event) => {
    last = key(event.target);
    home = event.target.closest("[data-home]");
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("button,a,input,select,textarea,summary")) last = null;
  });
  new MutationObserver(() => {
    if (document.activeElement !== document.body || !last || !home?.isConnected) return;
    const twin = [...home.querySelectorAll(selector)].find((el) => key(el) === last);
    (twin ?? home).focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
