/* Films of an adult who signs the texts, where a child chose them: hands beside each text. They are silent, and come from what this
   tablet laid by: no film is asked for because one child wants to see it. Nothing is stored, nothing is sent. */
"use strict";
(() => {
  const root = document.documentElement, all = (part, place = document) => [...place.querySelectorAll(part)];
  /* Buttons that are the same on every page, and pictures that say what they are. */
  const NONE = ".bar *, .moves *, .move, .nine *, .code *, .hidden, [aria-hidden=true] *, i";
  /** By their hands: the films of one text, what the hands do, where the text stands, and where its films are shown. */
  const films = new Map();
  let stock, film, button;
  const seen = (pieces) => pieces.filter((piece) => piece.getClientRects().length);
  const lies = (address) => !stock || stock.has(address);
  /** The films that this tablet laid by (`layFilms`); nothing where it lays by nothing: there all films of a page are asked for. */
  async function takeStock() {
    if (!navigator.serviceWorker?.controller) return;
    const laid = await caches.has("films") ? await (await caches.open("films")).keys() : [];
    stock = new Set(laid.map(({ url }) => new URL(url).pathname));
  }
  function close() {
    film?.remove();
    film?.removeAttribute("src");
    film?.load();
    films.get(button)?.host.classList.remove("said");
    film = button = undefined;
  }
  function show(hands) {
    close();
    const { pieces, host, stage } = films.get(hands), left = seen(pieces).map((piece) => piece.dataset.film), mine = document.createElement("video");
    /* Chromium writes after every two seconds of a film when that was and how many pictures it had: so none plays that long at a stretch. */
    let since;
    const play = () => {
      since = performance.now();
      mine.play().catch(() => {});
    };
    const next = () => {
      if (!left.length) return;   // its last picture stays until the next tap
      mine.src = left.shift();
      play();
    };
    mine.muted = mine.playsInline = mine.disablePictureInPicture = mine.disableRemotePlayback = true;
    mine.ariaLabel = hands.ariaLabel;
    mine.onended = next;
    mine.onerror = () => (mine === film) && close();
    mine.ontimeupdate = () => {
      dispatchEvent(new Event("busy"));   // nobody is asked whether she is still here
      if (mine.ended || performance.now() - since < 1000) return;
      mine.pause();
      play();
    };
    [film, button] = [mine, hands];
    host.classList.add("said");
    /* On a low tablet it stays where it is while it plays; scrolled away, it comes below the bar. */
    stage.style.setProperty("--top", `${Math.max(stage.getBoundingClientRect().top, document.querySelector(".bar").offsetHeight)}px`);
    stage.append(mine);
    next();
  }
  /** Where a text has a film, hands stand beside it; of answers beside all or none: whatever alone is signed seems to be the right one. A link
      is no answer: a small choice that nobody filmed takes no hands from a survey above it. */
  function dress(place) {
    const ask = place?.querySelector(".ask"), found = all("[data-film]", place ?? root).filter((piece) => lies(piece.dataset.film) && !piece.matches(NONE));
    const every = all(".tile:not(a)", place ?? root).every((tile) => found.some((piece) => tile.contains(piece))), hosts = new Map();
    for (const piece of found) {
      const host = piece.closest(".tile, .say, .call, .rows > li") ?? piece;
      if (every || !host.matches(".tile:not(a)")) hosts.set(host, [...hosts.get(host) ?? [], piece]);
    }
    if (!ask || !hosts.size || ask.querySelector(".stage")) return;
    const stage = document.createElement("div");
    stage.className = "stage";
    ask.querySelector(".listen")?.remove();   // one voice at a time
    ask.prepend(stage);
    for (const [host, pieces] of hosts) {
      const hands = document.querySelector("[data-hands]").content.firstElementChild.cloneNode(true);
      films.set(hands, { pieces, does: hands.ariaLabel, host, stage });
      (host.matches(".ask h1, .ask h2") ? stage : host).append(hands);
    }
  }
  /** A tap on an adult changes which of her sentences is true. */
  function label() {
    for (const [hands, { pieces, does }] of films) hands.ariaLabel = `${does}: ${(seen(pieces).length ? seen(pieces) : pieces).map((piece) => piece.textContent.trim()).join(" ")}`;
  }
  function turn() {
    close();
    const screens = all(".screen");
    for (const place of [...screens, ...all(".over"), ...screens.length ? [] : all("main")]) dress(place);
    label();
  }
  addEventListener("click", (event) => {
    const hands = event.target.closest?.(".hands") ?? (event.target === film && button);
    if (!hands) { close(); return; }
    event.preventDefault();   // it is no answer, and leads nowhere
    event.stopPropagation();
    show(hands);
  }, true);
  addEventListener("keydown", ({ key }) => key === "Escape" && close());
  for (const end of ["pagehide", "discard"]) addEventListener(end, close);
  /* Chromium begins a file when a film is first played, whose time would say when: so it begins it with the first page. */
  navigator.mediaCapabilities?.decodingInfo({ type: "file", video: { contentType: 'video/webm; codecs="vp8"', width: 320, height: 320, bitrate: 90000, framerate: 15 } }).catch(() => {});
  addEventListener("DOMContentLoaded", async () => {
    const chosen = root.matches(".signs:not(.covered)"), offers = all("[data-films]");
    if (!chosen && !offers.length) return;
    await takeStock();
    for (const offer of offers) offer.hidden = stock?.size === 0;
    if (chosen) turn();
    root.classList.add("dressed");
    if (!chosen) return;
    addEventListener("turned", turn);
    addEventListener("change", () => requestAnimationFrame(label));
    if (!stock) for (const { dataset } of all("[data-film]")) await fetch(dataset.film, { priority: "low" }).then((answer) => answer.blob()).catch(() => {});
  });
})();
