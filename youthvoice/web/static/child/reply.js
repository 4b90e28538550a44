/* A child comes back: her pictures one screen at a time, and every form of these pages sent without a trace in the history.
   Pages are complete without this file. Nothing is stored but, for two hours, that a visit is over; nothing is chosen or
   sent before she taps. */
"use strict";
(() => {
  const aloud = () => document.documentElement.dataset.aloud ?? "";
  const bye = document.currentScript.dataset.bye ?? "/reply/bye";
  let sending = false;

  /* ---- The visit ends when the child goes, whichever way ---- */
  addEventListener("discard", () => {
    // The word to the house may be late or lost, and no script can reach the visit's cookie: a mark beside it ends the
    // visit at once, for as long as one lasts at most (`web/locked_cookie.py`).
    document.cookie = `left=1; path=/${bye.split("/")[1]}; max-age=7200; samesite=strict`;
    navigator.sendBeacon?.(bye);
  });

  /* ---- Sending ---- */
  function complain(form, words) {
    const why = form.querySelector(".screen.now [data-why]") ?? form.querySelector("[data-why]");
    why.textContent = words;
    why.hidden = false;
    why.scrollIntoView({ block: "center" });
  }
  function excuse(form) {
    for (const why of form.querySelectorAll("[data-why]")) why.hidden = true;
  }
  function isTaken(form, address) {
    if ("draft" in form.dataset) globalThis.draft?.forget();
    form.reset();
    goTo(address + aloud());
  }
  /** Whether she chose an answer to another question of this page, which she did not send yet: then the page stays as it is. */
  const isOneOfSeveral = (form) => [...document.querySelectorAll("form[data-sends]")].some((one) => one !== form && one.querySelector(":checked"));
  function settle(form, late = false) {
    if ("draft" in form.dataset) globalThis.draft?.forget();
    const done = form.parentElement.querySelector(late ? "[data-late]" : "[data-sent]");
    form.reset();
    form.hidden = true;
    done.hidden = false;
    done.focus();
  }
  /** A redirect or a `go` is the house's yes: anything else says why not, and everything stays on the page. */
  async function send(form, button) {
    if (sending) return;
    sending = true;
    form.setAttribute("aria-busy", "true");
    await globalThis.recorder?.finish(form);
    dispatchEvent(new Event("busy"));
    excuse(form);
    number(form);
    if (form.elements.sheet && "draft" in form.dataset) draft.keep(form);
    const given = new FormData(form, button?.name ? button : undefined);
    const body = form.enctype === "multipart/form-data" ? given : new URLSearchParams(given);
    if (form.elements.ticket) {   // how an answer was: one length, whatever she taps; and a skip takes nothing along
      if (button?.name === "skip") for (const name of [...body.keys()].filter((one) => one.startsWith("a-"))) body.delete(name);
      body.set("filler", "-".repeat(Math.max(0, 400 - String(body).length)));
    }
    try {
      const answer = await fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, body, redirect: "manual", signal: AbortSignal.timeout(120000),
      });
      if (answer.type === "opaqueredirect" && isOneOfSeveral(form)) { settle(form); return; }
      if (answer.type === "opaqueredirect") { isTaken(form, form.querySelector("[data-next]:checked")?.dataset.next ?? form.dataset.then); return; }
      const leadsNowhere = answer.status === 201 && form.parentElement.querySelector("[data-sent]");
      const said = await answer.json();
      if (leadsNowhere) { settle(form, said.late); return; }   // what goes to no reader, and waits on a tablet without a network
      if (said.go) isTaken(form, said.go);
      else complain(form, said.words ?? form.dataset.sorry);
    } catch {
      complain(form, form.dataset.sorry);
    } finally {
      sending = false;
      form.removeAttribute("aria-busy");
    }
  }

  /* ---- What she writes or says outlives a reload, until it is sent (draft.js) ---- */
  function keeps(form) {
    const isGiven = () => form.querySelector(":checked") || form.elements.words?.value.trim() || form.elements.voice?.files.length;
    draft.restore(form);
    for (const sign of ["input", "change"]) form.addEventListener(sign, () => (isGiven() ? draft.keep(form) : draft.forget()));
  }

  /* ---- Seven screens ---- */
  function runs(form) {
    const screens = [...form.querySelectorAll(".screen")], pictures = screens.filter((one) => "picture" in one.dataset);
    const slots = document.querySelector("[data-slots]"), beads = document.querySelector("[data-beads]");
    const words = document.querySelector("[data-at]");
    let now = null;

    const chosen = (screen) => screen.querySelector("input:checked");
    const given = (screen) => ("place" in screen.dataset ? screen.querySelector("input").value.trim() : chosen(screen));
    function fill() {
      const at = pictures.indexOf(now);
      [...slots.children].forEach((slot, nth) => {
        const tile = chosen(pictures[nth])?.closest(".tile");
        slot.className = nth === at ? "here" : tile ? "filled" : "";
        slot.replaceChildren(...(tile ? [tile.querySelector(".picture").cloneNode(true)] : []));
      });
      [...beads.children].forEach((bead, nth) => {
        bead.className = "bead" + (nth < at ? " done" : nth === at ? " here" : "");
      });
      beads.hidden = slots.hidden = at < 0;
      words.textContent = at < 0 ? "" : words.dataset.words.replace("{at}", at + 1).replace("{total}", pictures.length);
    }
    function show(screen, moved = true) {
      now?.classList.remove("now");
      now = screen;
      now.classList.add("now");
      now.querySelector(".ask").after(slots);
      fill();
      dispatchEvent(new Event("turned"));
      scrollTo(0, 0);
      if (moved) now.querySelector("h2").focus({ preventScroll: true });
    }
    function go(step) {
      if (sending) return;
      const why = now.querySelector("[data-why]");
      if (step > 0 && !given(now)) {
        complain(form, why.dataset.words);
        return;
      }
      why.hidden = true;
      const next = screens[screens.indexOf(now) + step];
      if (next) show(next);
      else if (step > 0) send(form);
    }
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go]");
      if (!button) return;
      event.preventDefault();
      // The key Enter presses the form's own Open, on whichever screen.
      if (button.closest(".screen") === now) go(button.dataset.go === "back" ? -1 : 1);
      else if (button.type === "submit") go(1);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    const isSlip = "slip" in form.dataset;   // what she put in outlives a reload
    form.addEventListener("change", () => { excuse(form); fill(); if (isSlip) draft.keep(form); });
    addEventListener("discard", () => { form.reset(); fill(); });
    form.reset();   // a browser may have kept what was chosen before
    if ("draft" in form.dataset) window.name = "";   // nor does whoever puts in her pictures find what another child wrote
    const again = isSlip && draft.restore(form);
    show(again ? screens.find((one) => !given(one)) ?? screens.at(-1) : screens[0], false);
  }

  /* ---- A small form that leads back with what stands in a large one ---- */
  addEventListener("submit", ({ target }) => {
    if (!target.dataset.takes) return;
    const given = new FormData(document.querySelector(target.dataset.takes));
    for (const box of target.elements) if (given.has(box.name)) box.value = given.get(box.name);
  }, true);

  if (!AbortSignal.timeout) return;
  for (const form of document.querySelectorAll("form[data-sends]")) {
    if (form.querySelector("[data-picture]")) { runs(form); continue; }
    if ("draft" in form.dataset) keeps(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, event.submitter);
    });
  }
})();
