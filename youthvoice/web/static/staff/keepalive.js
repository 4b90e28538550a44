/* While somebody writes, speaks or taps on a page that belongs to a sign-in, the house hears of it now and then: else it
   would sign her out while she writes. At most once in three minutes, only after a sign of life, and nothing is told.
   `signedIn()` asks whether the person whose page this is is signed in, perhaps anew, and gives its forms a fresh token. */
"use strict";
(() => {
  const EVERY = 180000, SOON = 30000;   // milliseconds
  const whose = document.querySelector("[data-person]")?.dataset.person;
  const fields = [...document.querySelectorAll("[name=csrf_token]")];
  if (!whose || !fields.length) return;
  const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("awake") : null;
  const patience = () => ({ headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(10000) });
  let heard = Date.now();   // when the house last heard of her, or was asked in vain

  function hears() {
    heard = Date.now();
    dispatchEvent(new Event("awake"));
  }
  function itHeard() {
    hears();
    tabs?.postMessage("");   // a session has one clock, and all tabs go by it
  }
  globalThis.signedIn = async () => {
    const answer = await fetch(`/staff/awake/${whose}`, patience());
    if (answer.status >= 500) throw new Error("the house does not answer");
    if (!answer.ok) return false;   // 401: nobody is signed in; 404: somebody else is
    const { csrf } = await answer.json();
    for (const field of fields) field.value = csrf;
    itHeard();
    return true;
  };
  async function touched() {
    if (Date.now() - heard < EVERY) return;
    heard = Date.now();
    try {
      const body = new URLSearchParams({ csrf_token: fields[0].value });
      const answer = await fetch("/staff/awake", { method: "POST", body, ...patience() });
      if (answer.ok) itHeard();
      else if (answer.status < 500 && !await signedIn()) dispatchEvent(new Event("signed-out"));
    } catch {
      heard = Date.now() - EVERY + SOON;
    }
  }
  for (const sign of ["pointerdown", "keydown", "input", "busy"]) addEventListener(sign, touched, { capture: true, passive: true });
  tabs?.addEventListener("message", hears);
  tabs?.postMessage("");   // opening this page was heard, too
})();
