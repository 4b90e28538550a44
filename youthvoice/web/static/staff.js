/* Staff pages work without this: it stops a second tap from sending twice and says when the page is about to lock. */
"use strict";
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 8000);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.querySelector("[data-focus]")?.focus();
  document.querySelector(".side nav [aria-current]")?.scrollIntoView({ block: "nearest" });

  const seconds = Number(document.body.dataset.lock);
  const words = document.querySelector("[data-lock-words]");
  if (!seconds || !words) return;
  let notice = 0, lock = 0;
  function touched() {
    clearTimeout(notice);
    clearTimeout(lock);
    words.hidden = true;
    notice = setTimeout(() => { words.hidden = false; }, 1000 * (seconds - 60));
    lock = setTimeout(() => location.reload(), 1000 * (seconds + 1));   // the server has locked by now and says so
  }
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, touched, { capture: true, passive: true });
  touched();
})();
