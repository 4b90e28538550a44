/* Staff pages work without this: it stops a second tap from sending twice, says when the page is about to lock, and keeps
   what somebody wrote when she is signed out all the same. */
"use strict";
(() => {
  const { body } = document, seconds = Number(body.dataset.lock);
  let heard = Date.now(), covered = false;

  /* ---- Sending ---- */
  function busy(form, is) {
    if (is) form.dataset.sent = "yes"; else delete form.dataset.sent;
    if (is) form.setAttribute("aria-busy", "true"); else form.removeAttribute("aria-busy");
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.dataset.sent) { event.preventDefault(); return; }
    busy(form, true);
    setTimeout(() => busy(form, false), 8000);
    // What comes after a while is sent only to somebody who is still signed in, with a token that is hers.
    if (!globalThis.signedIn || form.method !== "post" || form.closest(".side") || Date.now() - heard < 60000) return;
    event.preventDefault();
    const still = await signedIn().catch(() => true);
    heard = Date.now();
    const send = () => { busy(form, false); form.requestSubmit(button); };
    if (still) send(); else cover(send);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.querySelector("[data-focus]")?.focus();
  // A site whose time zone nobody has chosen yet: the one of this browser stands there, and says so.
  const zone = document.querySelector("[data-of-this-browser=yes]"), { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (zone && timeZone !== zone.value && [...zone.options].some((one) => one.value === timeZone)) {
    zone.value = timeZone;
    document.querySelector("[data-zone-chosen]").hidden = false;
  }
  document.querySelector(".side nav [aria-current]")?.scrollIntoView({ block: "nearest" });

  /* ---- Signed out: the page goes; what was written waits for the same person, under a cover that shows none of it ---- */
  const FORGOTTEN = 3600000;   // milliseconds
  function written() {
    return [...document.querySelectorAll("main :is(input, textarea, select)")].some((box) => {
      if (/^(hidden|password)$/.test(box.type)) return false;
      if (/^(radio|checkbox)$/.test(box.type)) return box.checked !== box.defaultChecked;
      if (box.type === "file") return box.files.length > 0;
      if (box.options) return box.selectedIndex !== Math.max(0, [...box.options].findIndex((one) => one.defaultSelected));
      return box.value !== box.defaultValue;
    });
  }
  // Back, a reload or a way to another page would take it, and no page is kept: the browser asks whoever leaves.
  addEventListener("beforeunload", (event) => {
    if (!covered && !document.querySelector("form[data-sent]") && written()) event.preventDefault();
  });
  function lock() {
    if (covered) return;
    if (globalThis.signedIn && written()) cover(); else location.reload();   // the server has locked by now and says so
  }
  function cover(then) {
    for (const box of document.querySelectorAll("input[type=password]")) box.value = "";
    const page = [...body.childNodes], { title } = document, { scrollY } = globalThis, { activeElement: focused } = document;
    const sheet = document.querySelector("[data-signed-out]").content.cloneNode(true);
    const [heading, said] = [sheet.querySelector("h1"), sheet.querySelector("[data-said]")];
    const forgotten = setTimeout(() => location.reload(), FORGOTTEN);
    sheet.querySelector("button").addEventListener("click", async () => {
      said.textContent = "";
      const still = await signedIn().catch(() => null);
      if (!still) { said.textContent = still === null ? said.dataset.silent : said.dataset.not; return; }
      clearTimeout(forgotten);
      covered = false;
      document.title = title;
      body.classList.remove("plain");
      body.replaceChildren(...page);
      scrollTo(0, scrollY);
      focused?.focus?.({ preventScroll: true });
      then?.();
    });
    covered = true;
    document.title = heading.textContent;
    body.classList.add("plain");
    body.replaceChildren(sheet);
    heading.focus();
  }
  addEventListener("signed-out", lock);

  /* ---- Nobody there ---- */
  const words = document.querySelector("[data-lock-words]");
  if (!seconds || !words) return;
  let notice = 0, locking = 0;
  function isHeard() {
    heard = Date.now();
    clearTimeout(notice);
    clearTimeout(locking);
    words.hidden = true;
    notice = setTimeout(() => { words.hidden = false; }, 1000 * (seconds - 60));
    locking = setTimeout(lock, 1000 * (seconds + 1));
  }
  addEventListener("awake", isHeard);
  isHeard();
})();
