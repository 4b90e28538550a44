/* Where a page of hers waits that this one is not: after a reload or sleep. Once; a link that she tapped herself leads away.
   There by a reload, too, so that her page knows that no tap led to it. After draft.js. */
"use strict";
(async () => {
  const FORMS = /^\/(tell|survey|choose|agenda|plan|reply)\b/;   // which keep drafts
  const { read, write, forget } = draft, kept = read();
  if (!kept || document.querySelector("form.screens")?.action === kept.action) return;
  const { origin, pathname } = new URL(kept.action, location.href);
  if (kept.left || origin !== location.origin || !FORMS.test(pathname)) { forget(); return; }
  write({ ...kept, left: true });
  document.documentElement.classList.add("blank");
  const slip = { method: "POST", body: new URLSearchParams(kept.slip), redirect: "manual" };
  if (kept.slip.length) await fetch("/plan", slip).catch(() => {});
  const again = (address) => { history.replaceState(history.state, "", address); location.reload(); };
  goTo(kept.action, {}, () => again(kept.action), () => again("/"));
})();
