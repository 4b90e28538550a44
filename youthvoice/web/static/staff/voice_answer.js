/* An answer by voice is sent from its page, which stays until the house has taken it: where something is refused, no house
   can put a recording back into a box. Without this script the page says that it must be recorded or brought again. */
"use strict";
(() => {
  let sending = false;
  const box = (form) => form.querySelector("input[type=file]");

  function complain(form, words) {
    const sorry = form.querySelector("[data-sorry]");
    sorry.textContent = words ?? sorry.dataset.words;
    sorry.hidden = false;
    sorry.scrollIntoView({ block: "center" });
    delete form.dataset.sent;   // staff.js
    form.removeAttribute("aria-busy");
  }
  /** What the house answered takes the place of this page; the recording goes along unless it is what was refused. */
  function turn(page, form, address) {
    const lost = page.querySelector("[data-lost]");
    if (lost) {
      box(lost.closest("form")).files = box(form).files;
      lost.remove();
    }
    document.title = page.title;
    for (const part of ["main", "svg.sprite"]) {   // its drawings lie at its end
      document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
    }
    history.replaceState(null, "", address);
    dispatchEvent(new Event("arrived"));
    (document.querySelector("[data-focus]") ?? document.querySelector("main")).focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  async function send(form) {
    const file = box(form).files[0];
    form.querySelector("[data-sorry]").hidden = true;
    if (file.size > Number(box(form).dataset.most)) { complain(form, box(form).dataset.large); return; }
    sending = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: AbortSignal.timeout(300000) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const here = new URL(answer.url).pathname, home = form.dataset.answer;
      const came = here === home || (here === new URL(form.action).pathname && page.querySelector("form[data-answer]"));
      if (came) turn(page, form, home);
      else complain(form);
    } catch {
      complain(form);
    } finally {
      sending = false;
    }
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-answer]") || event.defaultPrevented || !box(form).files.length) return;
    event.preventDefault();
    if (!sending) send(form);
  });
})();
