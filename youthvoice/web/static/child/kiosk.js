/* A shared tablet: the way out, what happens when nobody taps, and reading aloud. On every page a child sees.
   Nothing is stored, nothing is sent. */
"use strict";
(() => {
  const root = document.documentElement;
  // The scripts of these pages need it: an older browser shows every page as it is without any.
  if (AbortSignal.timeout) root.classList.add("js");
  // If another script of the page does not arrive, the page is shown as it is without any.
  addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement && !event.target.onerror) root.classList.remove("js");
  }, true);

  /* ---- Where a page lies: on a tablet all of them lie under one address, and the worker knows which one is shown ---- */
  const ONE = "/", PATIENCE = 4000;
  const one = (part) => document.querySelector(part);
  const path = () => document.body.dataset.page ?? location.pathname;
  /** What the worker says; nothing where there is none, or where it says nothing in time. */
  const asks = (question) => new Promise((done) => {
    const ways = new MessageChannel();
    ways.port1.onmessage = (event) => done(event.data);
    setTimeout(done, PATIENCE, {});
    navigator.serviceWorker.controller.postMessage(question, [ways.port2]);
  });
  const isKept = () => navigator.serviceWorker?.controller;
  /** To another page, in the place of this one: Back finds nothing. `sent`: what a form sends there; `plainly`: how, without a worker;
      `under`: how with one. */
  globalThis.goTo = (address, sent = {}, plainly = () => location.replace(address), under = () => location.replace(ONE)) => {
    if (!isKept()) { plainly(); return; }
    asks({ show: new URL(address, location.href).href, ...sent }).then(({ shows }) => (shows ? under() : plainly()));
  };
  /** What the history may hold in place of an address. */
  globalThis.inHistory = (address) => (location.pathname === ONE && path() !== ONE ? ONE : address);
  /** The number of what a form sends, drawn when she taps Send: nobody who had the tablet before her knows it. Once: what goes
      again has the same, so that it counts once. */
  globalThis.number = (form) => {
    const box = form.elements.sheet;
    if (!box || "numbered" in form.dataset) return;
    box.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    form.dataset.numbered = "";
  };
  let sends = false;
  addEventListener("pageshow", () => { sends = false; });
  /** A form that no script of its own sends. */
  addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post") return;
    number(form);
    if (form.elements.aloud) form.elements.aloud.value = root.dataset.aloud ?? "";   // an answer that names a part of its page drops the #
    const to = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action);
    if (allowed) to.hash += ALOUD;   // the same sitting: where it leads is heard, too
    if (button) button.formAction = to;
    else form.action = to;
    if (!isKept() || form.plainly) return;
    event.preventDefault();
    if (sends) return;
    sends = true;
    const given = new FormData(form, button?.name ? button : undefined);
    const sent = new Response(form.enctype === "multipart/form-data" ? given : new URLSearchParams(given));
    goTo(to, { type: sent.headers.get("Content-Type"), body: await sent.arrayBuffer() }, () => {
      form.plainly = true;
      form.requestSubmit(button);
    });
  });

  /* ---- Nothing stays ---- */
  function empty() {
    for (const form of document.forms) form.reset();
    for (const box of document.querySelectorAll("textarea, input[type=text], input[type=number]")) box.value = "";
  }
  function leave(address, name = "") {
    root.classList.add("blank");
    hush();
    dispatchEvent(new Event("discard"));
    window.name = name;   // in place of what draft.js keeps there
    empty();
    const go = () => goTo(address);
    if (history.state !== "answering") { go(); return; }
    // A survey keeps one entry of the history under it (screens.js): that one becomes the same harmless page.
    const late = setTimeout(go, 150);
    addEventListener("popstate", () => { clearTimeout(late); go(); });
    history.replaceState(null, "", inHistory(address));
    history.back();
  }
  // A page that the browser brings back from memory would show typed words to the next child.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    root.classList.add("blank");
    empty();
    location.reload();
  });
  addEventListener("pagehide", () => { hush(); root.classList.add("blank"); });

  /* ---- The dark corner, and Shift three times ---- */
  const away = () => {
    const link = one("[data-exit]");
    leave(link?.dataset.fast ?? link?.href ?? "about:blank");
  };
  let shifts = [];
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && one("[data-helps]:not([hidden])")) help(false);
    if (event.key !== "Shift") { shifts = []; return; }
    if (event.repeat) return;
    shifts = [...shifts.filter((time) => event.timeStamp - time < 2000), event.timeStamp];
    if (shifts.length >= 3) away();
  }, true);
  addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || event.defaultPrevented) return;
    if (link.matches("[data-exit]")) { event.preventDefault(); away(); return; }
    if (link.matches("[data-help]") && one("[data-helps]")) { event.preventDefault(); help(true); return; }
    const inside = new URL(link.href);
    if (inside.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    if (inside.pathname === location.pathname && inside.hash) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    hush();
    // Whoever is there next begins on the first page; other pages lead back to hers (resume.js).
    if (["/", document.body.dataset.front].includes(inside.pathname)) window.name = "";
    else globalThis.draft?.leave();
    // The same sitting, so nobody is asked again; whoever comes next begins at the front, where it is forgotten.
    if (allowed && !inside.hash && inside.pathname !== document.body.dataset.front) inside.hash = ALOUD;
    goTo(inside.href);
  });

  /* ---- Nobody taps ---- */
  const GRACE = 30000;
  let waiting = 0, ending = 0, hides = 0;
  const idle = () => 1000 * document.body.dataset.idle;
  const still = () => one("[data-still]");
  function cover(box, shown) {
    if (!box) return;
    box.hidden = !shown;
    const under = one(".over:not([hidden])");
    for (const part of document.querySelectorAll("body > main, body > .moves, body > .bar > :not(.exit)")) part.inert = under;
    if (shown) {
      cover.from = document.activeElement;
      box.querySelector("h2").focus();
    } else if (cover.from?.isConnected) {
      cover.from.focus({ preventScroll: true });
    }
  }
  /** The hand in the bar: who helps, over the page. What was answered so far waits under it. */
  function help(shown) {
    hush();
    cover(one("[data-helps]"), shown);
  }
  function touched() {
    clearTimeout(waiting);
    if (!still() || !still().hidden) return;
    waiting = setTimeout(() => {
      if (!still().hidden) return;
      if (!one("[data-hear]")?.hidden) answer(false);
      cover(still(), true);
      if (allowed && !isCovered()) read(still().querySelector("h2"));
      ending = setTimeout(forsake, GRACE);
    }, idle());
  }
  /** The first page says that nobody was here: the same after every page, and until somebody taps there. */
  function forsake() {
    const { front } = document.body.dataset, line = one("[data-away]");
    leave(front, (line ? line.hidden : front.startsWith("/staff")) ? "" : "away");
  }
  // A tablet that slept, and whose time is over: nobody sees what was on it.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hides = Date.now();
    else if (hides && Math.abs(Date.now() - hides) > idle() + GRACE) forsake();
  });
  function here() {
    clearTimeout(ending);
    hush();
    cover(still(), false);
    touched();
  }
  // Recording and other long work say `busy` so that nobody is thrown out while speaking.
  for (const sign of ["pointerdown", "keydown", "input", "scroll", "busy", "turned"]) {
    addEventListener(sign, touched, { capture: true, passive: true });
  }

  /** By ear alone (covered.js): there the zones say what a page says. */
  const isCovered = () => root.matches(".js.covered");
  /** Again until it comes: without it her page would lie open on the glass. */
  const zones = () => document.head.append(Object.assign(document.createElement("script"), { src: one("[data-zones]").dataset.zones, onerror: () => setTimeout(zones, 1000) }));

  /* ---- Reading aloud: silent until the child taps the speaker and says that it may be heard ---- */
  const MUTE = ".listen, .unsaid, .hidden, [aria-hidden=true], [data-alone], .past, datalist, option, script, template";
  const ALOUD = "#aloud";
  let allowed = false, turn = 0, sound = null, afterwards = null, voices = [];
  // Words in another language than their page lie in one element that says so.
  function tongue(node) {
    const inner = node.childElementCount === 1 ? node.firstElementChild : null;
    return inner?.lang && inner.textContent.trim() === node.textContent.trim() ? inner.lang : node.closest("[lang]").lang;
  }
  // Only a voice of the tablet itself, in a language somebody has checked on it: no words leave for a remote voice.
  function voice(lang) {
    const base = (name) => name.toLowerCase().replace("_", "-").split("-")[0];
    const checked = document.body.dataset.voices.split(" ");
    if (!checked.includes(lang) && !checked.includes(base(lang))) return null;
    return voices.find((one) => one.localService && base(one.lang) === base(lang)) ?? null;
  }
  /** A comma between two answers is none: each of them is said by its own voice. */
  const words = (node) => [...node.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && /[\p{L}\p{N}]/u.test(part.data));
  /** Every text that is shown there, in the order of the page. What is recorded is one piece, and whatever holds words itself. */
  function textsOf(node) {
    if (node.matches("[data-alone][data-clip]:not([hidden])")) return [...node.children].flatMap(textsOf);   // what it does; its sound is for a tap
    if (node.matches(MUTE) || !(node.getClientRects().length || node.matches(".ask > div"))) return [];
    if (node.dataset.clip || node.placeholder || node.matches("a[data-words]") || words(node)) return spoken(node) ? [node] : [];
    return [...node.children].flatMap(textsOf);
  }
  function spoken(node) {
    if (node.placeholder) return node.value ? "" : node.placeholder;
    if (node.dataset.words && !node.matches("[role], [aria-live]")) return node.dataset.words;   // there scripts put what is so now
    const copy = node.cloneNode(true);
    for (const part of copy.querySelectorAll("svg, [aria-hidden=true], [hidden]")) part.remove();
    for (const part of copy.querySelectorAll("br, small")) part.before(" ");
    return copy.textContent.replace(/\s+/g, " ").trim();
  }
  /** What belongs to a speaker: its screen, then the buttons beside it. */
  function pieces(button) {
    if (button.matches("[data-alone], [role=alert]")) return [button];
    const place = button.closest(".screen, main, .over") ?? document.body;
    const beside = place.matches(".over") ? [] : [...document.querySelectorAll("body > footer, body > .moves, .bar")].filter((part) => !place.contains(part));
    return [place, ...beside].flatMap(textsOf);
  }
  /** What a script puts there later has its recording beside it: `later_said` in macros.html. */
  const clip = (piece) => piece.dataset.clip ?? [...document.querySelectorAll("i[data-clip]")].find((one) => one.textContent === spoken(piece))?.dataset.clip;
  const heard = (piece) => Boolean(clip(piece) || voice(tongue(piece)));
  // All answers or none: whatever alone is said aloud seems to be the right one.
  function said(button) {
    const all = pieces(button), tiles = all.filter((piece) => piece.closest(".tile")), every = tiles.every(heard);
    return all.filter((piece) => heard(piece) && (every || !piece.closest(".tile")));
  }
  function hush() {
    turn += 1;
    sound?.pause();
    sound = null;
    globalThis.speechSynthesis?.cancel();
    for (const node of document.querySelectorAll(".said, .speaking")) node.classList.remove("said", "speaking");
  }
  function play(address) {
    return new Promise((done) => {
      sound = new Audio(address);
      sound.onended = sound.onpause = () => done(true);
      sound.onerror = () => done(false);
      sound.ontimeupdate = touched;
      sound.play().catch(() => done(false));
    });
  }
  function say(words, lang, mine) {
    return new Promise((done) => {
      const chosen = voice(lang);
      if (!chosen || mine !== turn) { done(); return; }
      const spoken = new SpeechSynthesisUtterance(words);
      spoken.voice = chosen;
      spoken.lang = chosen.lang;
      spoken.rate = 0.9;
      spoken.onend = spoken.onerror = done;
      spoken.onboundary = touched;
      speechSynthesis.speak(spoken);
    });
  }
  async function read(button, texts = said(button)) {
    hush();
    const mine = turn;
    button.classList.add("speaking");
    for (const piece of texts) {
      if (mine !== turn) return;
      touched();
      const tile = piece.closest(".tile, .say") ?? piece;
      tile.classList.add("said");
      tile.scrollIntoView?.({ block: "nearest" });
      const address = clip(piece);
      if (!address || !await play(address)) {
        piece.parentElement.querySelector("[data-broken]")?.toggleAttribute("hidden", voice(tongue(piece)));
        await say(spoken(piece), tongue(piece), mine);
      }
      tile.classList.remove("said");
    }
    if (mine === turn) hush();
  }
  // All sounds of the page, and not only those of this screen: whoever watches the network shall not see where a child is.
  async function fetchAll() {
    for (const address of new Set([...document.querySelectorAll("[data-clip]")].map((piece) => piece.dataset.clip))) {
      await fetch(address, { priority: "low" }).then((answer) => answer.blob()).catch(() => {});
    }
  }
  function allow(yes) {
    if (yes && !allowed) fetchAll();
    allowed = yes;
    root.dataset.aloud = yes ? ALOUD : "";   // for other scripts that lead to the next page of this sitting
  }
  function answer(yes) {
    hush();
    cover(one("[data-hear]"), false);
    allow(allowed || yes);
    if (yes) afterwards?.();
    afterwards = null;
  }
  function listen(button) {
    if (button.classList.contains("speaking")) { hush(); return; }
    if (allowed) { read(button); return; }
    afterwards = () => read(button);
    const asked = one("[data-hear]");
    cover(asked, true);
    read(asked.querySelector("h2"));   // the first thing that is heard is how to hear: the same words on every page
  }
  /** What a child did not ask for is said at once, where she listens: what is wrong, and that it waits. */
  function refuses(why) {
    if (allowed && why && !isCovered()) read(why);
  }
  function offer() {
    voices = globalThis.speechSynthesis?.getVoices() ?? [];
    for (const button of document.querySelectorAll(".listen, [data-alone]")) {
      button.hidden = !heard(button.closest(".ask")?.querySelector("h1, h2") ?? button);
    }
    const ear = one("[data-ear]");   // only where she would hear all of the doors
    if (ear) ear.hidden = ![ear, one("h1"), ...document.querySelectorAll("main .tile > span")].every(heard);
  }

  globalThis.aloud = { allow, allowed: () => allowed, heard, hush, pieces, read, said, spoken, texts: textsOf };
  addEventListener("DOMContentLoaded", () => {
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("button");
      if (!button) return;
      if (button.matches(".listen, [data-alone]")) listen(button);
      else if (button.matches("[data-shut]")) help(false);
      else if (button.matches("[data-here]")) here();
      else if (button.matches("[data-loud]")) answer(true);
      else if (button.matches("[data-quiet]")) answer(false);
    });
    addEventListener("turned", () => {   // another screen of the same page, perhaps a new one
      hush();
      offer();
      refuses(one(".screen.now [role=alert]:not([hidden]), .screen.now:is([data-waiting], [data-told], [data-late]) .listen"));
    });
    addEventListener("focusin", ({ target }) => refuses(target.closest?.("[role=alert]")));
    for (const form of document.forms) form.autocomplete = "off";
    if (window.name === "away") {
      window.name = "";
      for (const line of document.querySelectorAll("[data-away]")) line.hidden = false;
    }
    // All pages of a tablet have one address, and a page that takes another's place there takes over what it said of itself.
    if (history.state && !one("form.screens")) history.replaceState(null, "");
    /** What an address says behind its #: to go on reading aloud, and a part to go to, or to show where it is of her alone. */
    const arrives = (hash) => {
      const part = document.getElementById(hash.replace(ALOUD, "").slice(1));
      if (hash.endsWith(ALOUD)) allow(path() !== document.body.dataset.front);
      part?.scrollIntoView();   // before it is shown: what is of her alone is no place to go to
      if (!part) return;
      part.hidden = false;
      part.dataset.led = "";
    };
    arrives(location.hash);
    if (location.hash) history.replaceState(history.state, "", location.href.split("#")[0]);
    if (isKept() && location.pathname === ONE) asks({ arrived: true }).then(({ hash }) => arrives(hash));
    offer();
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", offer);
    if (isCovered()) zones();
    touched();
  });
})();
