/* On the first page of a connected tablet: lets it keep working without a network, and says what waits on it. */
"use strict";
(() => {
  const box = document.querySelector("[data-waiting]");
  if (!navigator.serviceWorker || !box) return;
  const say = ({ since, room }) => {
    box.hidden = !since && room;
    for (const line of box.querySelectorAll("[data-since], [data-full]")) line.hidden = true;
    const line = box.querySelector(room ? "[data-since]" : "[data-full]");
    line.hidden = false;
    const day = line.querySelector("time");
    if (day && since) day.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long" }).format(new Date(since));
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
