/* On the first page: lets it keep working without a network, and says what waits on it. What a child chose for her eyes stays. */
"use strict";
(() => {
  const waits = document.querySelector("[data-waiting]"), full = document.querySelector("[data-full]");
  const CHOICES = ["signs", "large", "covered"], chosen = CHOICES.filter((one) => document.documentElement.classList.contains(one));
  /* Signs, larger text and by ear alone are turned one by one. */
  for (const link of document.querySelectorAll("[data-turns]")) {
    const { turns } = link.dataset, ends = CHOICES.filter((one) => chosen.includes(one) !== (one === turns));
    link.href = [link.pathname.split(".")[0], ...ends].join(".");
  }
  /* What the worker needs. An older browser goes on without it, as long as there is a network. */
  if (!navigator.serviceWorker || !navigator.locks || !AbortSignal.timeout || !Response.json) return;
  const day = new Intl.DateTimeFormat(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long", timeZone: "UTC", numberingSystem: "latn" });
  let again = 0, pause = 5000;
  /* Met: the house answered in this moment, so there is a network, whatever the page said when it was opened. */
  const say = ({ since, room, met }) => {
    if (!waits) return;
    waits.hidden = !since;
    full.hidden = room;
    const offline = document.querySelector("[data-offline]");
    if (met && offline) offline.hidden = true;
    clearTimeout(again);
    /* What waits may go while the page stands here: it says so without being opened anew. */
    if (since || (offline && !offline.hidden)) again = setTimeout(wake, pause);
    if (since) waits.querySelector("time").textContent = day.format(new Date(since));
  };
  async function wake(first = {}) {
    pause = Math.min(2 * pause, 600000);
    const { active } = await navigator.serviceWorker.ready, ways = new MessageChannel();
    ways.port1.onmessage = (event) => say(event.data);
    active.postMessage(first, [ways.port2]);
  }
  /* Once the page stands: on a slow line nothing comes before it. */
  function begin() {
    /* A device that is no tablet of ours gets nothing; one that was let go sends what it has. */
    const known = waits ? navigator.serviceWorker.register("/worker.js") : navigator.serviceWorker.getRegistration();
    /* Of a child who chose before there was a worker here, only the page knows what she chose. */
    const all = [document.documentElement.lang.replace("-", "_"), ...chosen].join(".");
    known.then((found) => found && wake(waits ? { chosen: all } : {})).catch(() => {});
    if (!waits) return;
    navigator.storage?.persist?.().catch(() => {});
    /* Else Chromium writes, in the second in which the first child speaks, what it calls the microphone by. */
    navigator.mediaDevices?.enumerateDevices().catch(() => {});
  }
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") wake(); });
})();
