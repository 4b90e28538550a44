/* On the first page of a connected tablet: lets it keep working without a network, and says what waits on it. */
"use strict";
(() => {
  const waits = document.querySelector("[data-waiting]"), full = document.querySelector("[data-full]");
  if (!navigator.serviceWorker || !waits) return;
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC", numberingSystem: "latn" });
  const say = ({ since, room }) => {
    waits.hidden = !since;
    full.hidden = room;
    if (since) waits.querySelector("time").textContent = day.format(new Date(since));
  };
  async function wake() {
    const { active } = await navigator.serviceWorker.ready, ways = new MessageChannel();
    ways.port1.onmessage = (event) => say(event.data);
    active.postMessage("flush", [ways.port2]);
  }
  /* Once the page stands: on a slow line nothing comes before it. */
  function begin() {
    navigator.serviceWorker.register("/worker.js").then(wake).catch(() => {});
    navigator.storage?.persist?.().catch(() => {});
  }
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") wake(); });
})();
