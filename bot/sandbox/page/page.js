// The little that must happen in the browser: tell the server what was operated, and keep the focus where it was.
(() => {
  const selector = "[data-do]";
  const key = (el) => (el?.dataset?.do ? JSON.stringify(el.dataset) : null);
  const told = (el, more) => {
    const ts = el.closest("[data-ts]")?.dataset.ts ?? "";
    return { ...el.dataset, ts, ...more };
  };
  // Who one is and where one looks stand in the address, at once, so that even a hasty reload keeps them.
  const remember = (el) => {
    const name = { as: "as_", channel: "in_" }[el.dataset.do];
    if (!name) return;
    const address = new URL(location.href);
    address.searchParams.set(name, el.dataset.value);
    history.replaceState({}, "", address);
  };
  window.sandbox = {
    click(event) {
      const el = event.target.closest(selector + ",[data-fill]");
      if (!el || el.matches("form,select,input,textarea")) return null;
      if (el.dataset.fill) {
        const input = document.getElementById("composer");
        if (input) {
          input.value = el.dataset.fill;
          input.focus();
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }
        return null;
      }
      remember(el);
      return told(el, {});
    },
    change(event) {
      const el = event.target.closest('[data-do="change"]');
      if (!el || el.closest("form")) return null;
      return told(el, { value: el.value });
    },
    submit(event) {
      event.preventDefault();
      const form = event.target;
      const values = Object.fromEntries(new FormData(form));
      if (form.dataset.do === "send") form.reset();
      return { do: form.dataset.do, values };
    },
  };
  // The views of a narrow screen.
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-view]");
    const chosen = tab?.dataset.view ?? (event.target.closest(".place, .role, .coach [data-do=situation]") ? "chat" : null);
    if (!chosen) return;
    document.body.dataset.shows = chosen;
    document.querySelectorAll("[data-view]").forEach((el) => {
      el.setAttribute("aria-pressed", String(el.dataset.view === chosen));
    });
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
