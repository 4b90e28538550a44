/* By ear alone: no word of a page is on the glass, and four zones, each always in its place, walk what it says. They press what the page
   itself has there, so that every rule of a page holds. Nothing is stored, nothing is sent. */
"use strict";
(() => {
  const root = document.documentElement, zones = document.querySelector("[data-zones]"), { aloud } = globalThis;
  if (!root.matches(".js")) return;
  const one = (part, from = document) => from.querySelector(part), all = (part, from) => [...from.querySelectorAll(part)];
  const TAKES = "a[href], button, label, summary", TOLD = "[role=alert], [role=status], [aria-live]";
  /* What sounds by itself, or listens: nothing is said into it. */
  const SOUNDS = "[data-start], [data-halt], [data-replay], [data-mine], [data-alone]";
  const word = (name) => one(`[data-${name}]`, zones);
  const halts = () => all("[data-halt]", document).find((button) => button.getClientRects().length);
  let place, host, at = 0, lit, told = "", later, turned = false, taken = false;
  const been = new WeakMap();   // where she was on what a question lies over
  const here = () => one(".over:not([hidden])") ?? one(".screen.now") ?? one("main");

  /** One after the other: what is taken by one tap is one stop, and so is a question with its line. A box to write in is passed: where
      she may speak instead, that says how. What nobody recorded and no voice says is one stop, too, however much of it there is:
      it says that something is there, and is not taken. */
  function stops() {
    const list = [], said = new Set(aloud.said(place));
    for (const piece of aloud.pieces(place)) {
      const whose = piece.closest(`${TAKES}, .ask, .say, .rows > li, .readback > li`) ?? piece.closest(".over > div") ?? piece, last = list.at(-1);
      if (piece.placeholder) continue;
      if (last?.host === whose) last.pieces.push(piece);
      else list.push({ host: whose, pieces: whose.matches("[data-start]") ? [piece, word("instead")] : [piece] });
    }
    const strip = place.matches(".screen") && one("[data-strip]:not([hidden])");   // who reads it, after the question
    if (strip && aloud.texts(strip).length) list.splice(1, 0, { host: strip, pieces: aloud.texts(strip) });
    for (const stop of list) stop.mute = !stop.pieces.some((piece) => said.has(piece) || (stop.host === strip && aloud.heard(piece)));
    return list.filter((stop, nth) => !(stop.mute && list[nth - 1]?.mute)).map((stop) => (stop.mute ? { ...stop, pieces: [word("unread")] } : stop));
  }
  const isChosen = (part) => (part.matches(".tile:has(input):not(.reader)") ? one("input", part).checked : part.matches(".tried, [aria-pressed=true]"));
  /** A short tone: something is there that nobody recorded and no voice says. */
  function hum(button) {
    const sound = new AudioContext(), tone = sound.createOscillator(), soft = sound.createGain();
    tone.connect(soft).connect(sound.destination);
    soft.gain.value = 0.2;
    button?.classList.add("speaking");
    tone.onended = () => {
      button?.classList.remove("speaking");
      sound.close();
    };
    tone.start();
    tone.stop(0.3);
  }
  function say(pieces) {
    const button = lit ?? one("button", zones), unread = word("unread"), heard = pieces.filter(aloud.heard);
    const lacks = pieces.some((piece) => !aloud.heard(piece) && (piece === unread || !zones.contains(piece)));
    if (lacks && aloud.heard(unread)) heard.push(unread);
    aloud.read(button, heard);
    if (lacks && !aloud.heard(unread)) hum(heard.length ? null : button);
  }
  /** The stop where she is; of a tile whether it is chosen, and after a tap that it is not any more. */
  function repeat(first = []) {
    const list = stops();
    if (!list.length) { say(first); return; }
    const found = list.findIndex((stop) => stop.host === host);
    at = found < 0 ? Math.min(at, list.length - 1) : found;
    host = list[at].host;
    been.set(place, host);
    const now = list[at].mute ? "" : isChosen(host) ? "chosen" : taken && host.matches(".tile:has(input):not(.reader)") ? "unchosen" : "";
    say([...first, ...list[at].pieces, ...now ? [word(now)] : []]);
  }
  /** Another screen, from its beginning; all of one that says why nothing was sent, and first what is wrong, or what became of her tap. */
  function begin(first = []) {
    turned = taken = false;
    const became = all("[role=alert], .done-now[role=status]", place).flatMap(aloud.texts), list = stops(), led = one("[data-led]", place);
    at = Math.max(0, list.findIndex(({ host: part }) => led?.contains(part) && part.matches(TAKES)));   // what she tapped before this page
    host = list[at]?.host;
    if (at) first = [...first, ...aloud.texts(led).filter((piece) => !list[at].pieces.includes(piece))];
    told = news();
    if (!place.matches("[data-waiting], [data-told], [data-late]")) { repeat([...first, ...became]); return; }
    say([...first, ...list.filter((stop) => !stop.host.matches(TAKES)).flatMap(({ pieces }) => pieces)]);
  }
  const live = () => [...all(TOLD, place), one("[data-sending]")].filter((part) => part?.getClientRects().length && aloud.spoken(part));
  const news = () => live().map(aloud.spoken).join("\n");
  /** After whatever changed: another screen, what a page says by itself, or what became of her tap. */
  function look() {
    if (halts()) return;
    const now = here(), before = told;
    if (turned || now !== place) {
      place = now;
      host = been.get(now);
      if (turned || !host) begin();
      else repeat();
    } else {
      told = news();
      /* News; and what a way on refuses, as often as it does. */
      const first = live().filter((part) => !before.split("\n").includes(aloud.spoken(part)) || (taken && host.matches("[data-go]") && part.matches("[role=alert]"))).flatMap((part) => (aloud.texts(part).length ? aloud.texts(part) : [part]));
      if (taken && !host.matches(SOUNDS) && !one("[aria-busy]")) repeat(first);
      else if (first.length) say(first);
    }
    turned = taken = false;
  }
  const soon = () => {
    clearTimeout(later);
    if (aloud.allowed()) later = setTimeout(look, 30);
  };
  function take() {
    if (!host?.matches(TAKES) || stops().find((stop) => stop.host === host)?.mute) { repeat(); return; }
    aloud.hush();
    taken = !host.matches("a[href]:not([data-go], [data-help])");
    host.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));   // as of a finger: a second tap takes an answer back
    host.click();
    soon();
  }
  function step(by) {
    const list = stops(), found = list.findIndex((stop) => stop.host === host);
    if (!list.length) return;
    at = ((found < 0 ? Math.min(at, list.length) - (by > 0) : found) + by + list.length) % list.length;
    host = list[at].host;
    repeat();
  }
  const acts = { again: () => repeat(), before: () => step(-1), next: () => step(1), take };
  function press(act) {
    lit = one(`[data-zone=${act}]`, zones);
    const button = halts(), still = one("[data-still]:not([hidden]) [data-here]");
    if (button) { if (act === "take") button.click(); return; }   // she speaks: the other zones are silent
    if (still) still.click();
    if (aloud.allowed() && !still) { acts[act](); return; }
    place = here();
    host = been.get(place);
    told = news();
    if (aloud.allowed()) { repeat(); return; }
    aloud.allow(true);
    begin([one("[data-hear] .soft")]);
  }
  zones.addEventListener("mousedown", (event) => event.preventDefault());   // the keys stay with what is said
  zones.addEventListener("click", ({ target }) => {
    const zone = target.closest("[data-zone]");
    if (zone) press(zone.dataset.zone);
  });
  const sides = root.dir === "rtl" ? ["next", "before"] : ["before", "next"];
  const KEYS = { ArrowUp: "again", ArrowLeft: sides[0], ArrowRight: sides[1], ArrowDown: "take", Enter: "take" };
  addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey || (event.key === "Enter" && event.target.closest?.("[data-zone], .exit"))) return;
    event.preventDefault();
    if (!event.repeat) press(KEYS[event.key]);
  });
  addEventListener("turned", () => { turned = true; soon(); });
  const watch = new MutationObserver(soon);
  watch.observe(root, { attributeFilter: ["data-aloud"] });   // that she listens already, says the worker, perhaps late
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"] });
  place = here();
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => { turned ||= !told && !host; soon(); });
  turned = true;
  soon();
})();
