/* A box for a picture works without this: a name can be written into it. Here a button beside it opens the shelf, whose page
   comes a group at a time, with its pictures in files that the browser keeps. */
"use strict";
(() => {
  const dialog = document.querySelector("[data-shelf]");
  if (!dialog?.showModal) return;
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  const found = part("found"), silent = part("silent"), wanted = dialog.querySelector("input"), pages = new Map();
  let pick, asked = "", soon = 0;

  /* ---- What is on the shelf ---- */
  async function show(address, focus) {
    asked = address;
    silent.hidden = true;
    try {
      if (!pages.has(address)) pages.set(address, await load(address));
      if (asked !== address) return;   // something else was asked for meanwhile
      found.replaceChildren(pages.get(address).cloneNode(true));
      mark();
      if (focus) found.querySelector("[aria-current]")?.focus();
    } catch { silent.hidden = false; }
  }
  async function load(address) {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-shelf-page]");
    if (!page) throw new Error(answer.status);   // signed out, perhaps
    for (const one of page.querySelectorAll("[data-name]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...one.childNodes);
      one.append(button);
    }
    return page;
  }
  function mark() {
    const now = pick?.querySelector("input").value ?? "";
    for (const one of found.querySelectorAll("[data-name]")) {
      one.firstChild.setAttribute("aria-pressed", String(one.dataset.name === now));
    }
  }
  found.addEventListener("click", (event) => {
    const link = event.target.closest("a"), chosen = event.target.closest("[data-name]");
    if (link) { event.preventDefault(); wanted.value = ""; show(link.href, true); }
    if (chosen) take(chosen.dataset.name, chosen.querySelector("svg"));
  });
  wanted.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => show(wanted.value.trim() ? `${dialog.dataset.shelf}?q=${encodeURIComponent(wanted.value.trim())}` : dialog.dataset.shelf), 250);
  });
  // Arrows go from picture to picture, as the eye does.
  found.addEventListener("keydown", (event) => {
    const all = [...found.querySelectorAll("[data-name] > button")], here = all.indexOf(document.activeElement);
    if (here < 0) return;
    const row = all.filter((one) => one.offsetTop === all[0].offsetTop).length;
    const forth = getComputedStyle(dialog).direction === "rtl" ? -1 : 1;
    const by = { ArrowRight: forth, ArrowLeft: -forth, ArrowDown: row, ArrowUp: -row, Home: -here, End: all.length - 1 - here }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, here + by))].focus();
  });

  /* ---- The box ---- */
  function take(name, drawn) {
    const box = pick.querySelector("input");
    box.value = name;
    pick.querySelector("[data-shown]").replaceChildren(...(drawn ? [drawn.cloneNode(true)] : []));
    dialog.close();
    box.focus();   // whoever hears the page hears the name that stands there now
  }
  part("none").addEventListener("click", () => take(""));
  part("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  for (const one of document.querySelectorAll("[data-pick]")) {
    const open = one.querySelector("[data-choose]"), box = one.querySelector("input");
    open.hidden = false;
    open.addEventListener("click", () => {
      pick = one;
      dialog.showModal();
      if (asked) mark(); else show(dialog.dataset.shelf);
      wanted.focus();
    });
    // What is typed is drawn once it is kept; until then no other picture stands beside it.
    box.addEventListener("input", () => { one.querySelector("[data-shown]").replaceChildren(); });
  }
})();
