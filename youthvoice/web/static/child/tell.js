/* Telling: a voice of the child's own, and who is left to read it. The voice goes into the form's box for a file and
   nowhere else; nothing is heard before somebody taps. Without a microphone the words are left. */
"use strict";
(() => {
  const form = document.querySelector("form.screens"), voice = form?.querySelector("[data-voice]");
  if (!form) return;
  const now = () => form.querySelector(".now"), box = form.elements.voice;

  /* ---- Who reads it ---- */
  const readers = form.querySelector("[data-readers]"), section = readers?.closest(".screen"), why = section?.querySelector("[data-why]");
  const boxes = readers ? [...readers.querySelectorAll("input")] : [], strip = document.querySelector("[data-strip]");
  /** Of telling everybody reads it but whom she left out; of a review nobody but whom she let. */
  const leaves = (box) => box.name === "left_out", isOut = (box) => box.checked === leaves(box);
  const outside = (box) => box.dataset.role === "outside_recipient";
  const picked = (name) => [...form.querySelectorAll(`[data-question]:not(.unasked) [name=${name}]:checked`)].map((box) => box.value);
  /** As the house decides it: then its safeguarding lead reads it too. */
  function isHarm() {
    const calm = readers.dataset.calm.split(" "), topics = picked("topic"), who = picked("by_whom")[0] ?? "";
    return picked("danger").some((one) => one !== "no") || (topics.length ? topics : [""]).some((one) => !calm.includes(`${one}/${who}`));
  }
  /** Why so many cannot be left out, in the house's words; the house has the last word when it is sent. */
  function tooFew() {
    const harm = "calm" in readers.dataset && isHarm(), reads = boxes.filter((box) => !box.checked && (harm || box.dataset.role !== "safeguarding_lead"));
    if (!reads.length) return readers.dataset.nobody;
    return boxes.some(outside) && !reads.some(outside) && reads.length < readers.dataset.enough ? readers.dataset.outside : "";
  }
  /** Everywhere the same, on each screen that shows them: who reads it, and who cannot see it. */
  function name() {
    const out = boxes.filter(isOut), first = (box) => box.dataset.role === readers.dataset.first && !isOut(box);
    const alone = !boxes.some(first), so = now(), changed = boxes.some((box) => box.checked);
    const helper = form.dataset.person ?? picked("helper")[0];   // at her desk, or picked by the child
    const [chosen] = picked("adult");   // who learns it in any case, or did not come
    for (const one of document.querySelectorAll("[data-reader]")) {
      one.classList.toggle("out", out.some((box) => box.value === one.dataset.reader));
      one.classList.toggle("helps", one.dataset.reader === helper);
      one.classList.toggle("chosen", one.dataset.reader === chosen);
    }
    document.body.classList.toggle("alone", alone);
    if (strip) {
      const said = strip.dataset, list = new Intl.ListFormat(document.documentElement.lang), sentences = [];
      const names = (some) => list.format(some.map((one) => `\u2068${one}\u2069`)), of = (some) => some.map((box) => box.dataset.name);
      const named = boxes.filter((box) => !isOut(box) && box.value !== chosen && (!("calm" in readers.dataset) || first(box) || (outside(box) ? alone : isHarm())));
      const reads = [...said.always?.split("\n") ?? [], ...of(named)];
      const beside = said.beside && out.find((box) => box.value === helper);   // she hears it, and is left out
      const hidden = leaves(boxes[0]) ? of(out.filter((box) => box !== beside)) : [];
      // Pictures and crosses show everybody; a long list of names would push the question off a small screen.
      const few = hidden.length < 3, told = reads.length && (!(hidden.length || beside) || alone || (!few && reads.length < 4));
      if (told) sentences.push(reads.length > 3 ? said.all : said[reads.length > 1 ? "many" : "one"].replace("{names}", names(reads)));
      if (hidden.length && (few || !told)) sentences.push(few ? said.out.replace("{names}", names(hidden)) : said.crossed);
      if (beside) sentences.push(said.beside.replace("{names}", names(of([beside]))));
      strip.querySelector("b").textContent = sentences.join(" ");
      // As many faces as names.
      for (const box of boxes) strip.querySelector(`[data-reader="${box.value}"]`)?.toggleAttribute("hidden", ![...out, ...named].includes(box));
      strip.hidden = !so || boxes.every((box) => box.value === chosen) || so === section || so.matches("[data-after]") ||
        !(changed || section.compareDocumentPosition(so) & Node.DOCUMENT_POSITION_FOLLOWING);
    }
    if (!("nobody" in readers.dataset)) return;
    const words = changed && tooFew();
    if (!words && !("holds" in why.dataset)) return;   // what the house said stays
    why.hidden = !words;
    why.textContent = words || "";
    if (words) why.dataset.holds = "";
    else delete why.dataset.holds;
  }
  if (readers) {
    form.addEventListener("change", name);
    form.addEventListener("reset", () => setTimeout(name));
    addEventListener("turned", name);
    name();   // what came back after a reload is there already
  }

  /* ---- What cannot be chosen together: a sentence says what became of her tap ---- */
  /** Before screens.js takes it for an answer. */
  form.addEventListener("change", ({ target: box }) => {
    const line = now()?.querySelector(".tapped");
    if (!line) return;
    const { most, against, words } = line.dataset, other = against && form.querySelector(`[name=${against}][value="${box.value}"]:checked`);
    line.hidden = !box.checked || !(other || now().querySelectorAll(":checked").length > most);
    if (line.hidden) return;
    ((!("stays" in line.dataset) && other) || box).checked = false;   // of too many the last one; of two that say the opposite the first one, unless it stays
    if (other) line.textContent = words.replaceAll("{name}", `\u2068${box.dataset.name}\u2069`);
  }, true);
  addEventListener("turned", () => { for (const line of form.querySelectorAll(".tapped")) line.hidden = true; });

  /* ---- One thing at least ---- */
  const some = [...form.querySelectorAll("[data-some]")], silent = form.querySelector("[data-nothing]");
  const says = (part) => [...part.querySelectorAll("input, textarea")].some((box) =>
    (/radio|checkbox/.test(box.type) ? box.checked && (part.dataset.some === "any" || part.dataset.some.split(" ").includes(box.value)) : box.value.trim()));
  /** Before screens.js looks whether something has to be put right: the house says the same, where there is a network. */
  addEventListener("click", (event) => {
    if (!silent || !event.target.closest?.("[data-go=send]")) return;
    silent.dataset.must = some.some((part) => !part.closest(".unasked") && says(part)) ? "" : silent.dataset.nothing;
  }, true);

  /* ---- An adult who helps reads it back ---- */
  /* And everybody sees it once more on the last screen: that, and nothing else, goes. On any other screen, such as her seven
     pictures, nothing of it lies underneath. */
  function readBack() {
    for (const back of form.querySelectorAll("[data-readback]")) list(back);
  }
  function list(back, set = back.dataset) {
    back.parentElement.open = false;   // what a survey folds away is seen only after a tap
    const comma = document.documentElement.lang.startsWith("ar") ? "\u060C " : ", ";
    const named = (tile) => [...tile.querySelectorAll("bdi, .cannot")].map((one) => one.textContent).join(comma);
    // Two questions on one screen are two lines.
    const lines = [...form.querySelectorAll(`[data-question]:not(.unasked, :has(.step), ${set.without}), .step`)].flatMap((section) => {
      const chosen = [...section.querySelectorAll(".tile:has(:checked) > :is(b, span:not(.tick))")].map((one) => [named(one) || one.textContent.trim(), one]);
      const typed = [...section.querySelectorAll("textarea, input[type=text]")].map((one) => [one.value.trim()]).filter(([words]) => words);
      if (set.voiceWords && section.querySelector("input[type=file]")?.files.length) typed.push([set.voiceWords]);
      return chosen.length + typed.length ? [[section.querySelector("h2, .lead"), [...chosen, ...typed]]] : [];
    });
    /** Words as they stand on the page, with the voice that says them there. */
    const piece = (name, kind, words, from) => {
      const one = document.createElement(name);
      one.textContent = words;
      one.className = kind;
      if (from?.dataset.clip) one.dataset.clip = from.dataset.clip;
      const seen = "pictures" in set && from?.closest(".tile")?.querySelector(".picture");   // not every child reads
      if (seen) one.prepend(seen.cloneNode(true));
      return one;
    };
    back.replaceChildren(...(back.closest(".now") ? lines : []).map(([asked, said]) => {
      const [line, strong] = ["li", "b"].map((name) => document.createElement(name));
      strong.append(...said.flatMap(([words, from], nth) => [...(nth ? [from ? comma : "\n"] : []), piece("bdi", from || set.hush === undefined ? "heard" : "", words, from)]));
      line.append(piece("span", "soft", asked.dataset.back ?? asked.textContent, asked.dataset.back ? null : asked), strong);
      return line;
    }));
    const screen = back.closest(".screen"), at = (name) => screen.querySelector(`[data-${name}]`), spoken = box?.files.length;
    if (!at("mine")) return;
    if (at("nothing")) at("nothing").hidden = lines.length;
    at("mine").hidden = !spoken;
    for (const one of at("mine").querySelectorAll("[data-went]")) one.hidden = one.dataset.went !== form.dataset.says;
    if (at("kept")) at("kept").hidden = spoken || !form.elements.keep_voice.checked;
  }
  addEventListener("turned", readBack);
  if (now()) readBack();

  /* ---- Filled up: whoever counts bytes on the line shall not know who spoke ---- */
  globalThis.filled = async (data) => {
    const { bytes } = form.dataset;
    if (bytes) data.append("filler", new Blob([new Uint8Array(bytes - (await new Response(data).blob()).size % bytes)]));
    return data;
  };

  /* ---- A voice ---- */
  if (!voice) return;
  const part = (one) => voice.querySelector(`[data-${one}]`);
  const start = part("start"), halt = part("halt"), replay = part("replay"), drop = part("drop"), said = part("state");
  const most = Number(voice.dataset.voice);
  const busy = () => dispatchEvent(new Event("busy"));
  /* Changed or her own: `as` is what she chose for what she says next; `says` is how what lies in the box was recorded. What
     lies there never changes by a tap: a sentence says so. Both outlive a reload (draft.js). */
  const ways = [...voice.querySelectorAll("[data-way]")], lines = [...voice.parentElement.querySelectorAll("[data-tells]")], { disguise } = voice.dataset;
  const choice = form.dataset;
  choice.as ??= "changed";
  let isUnchangeable = !globalThis.AudioWorkletNode;
  const spoken = globalThis.recorder?.(box, most, shows, () => (choice.as === "own" ? "" : disguise), Number(voice.dataset.room));
  if (!spoken) return;
  fetch(disguise, { priority: "low" }).catch(() => {});   // on every page with a recorder: to fetch it at a tap would say that she speaks

  /** Which way is chosen, or lies in the box, and the one sentence about it. */
  function tell(recording = false) {
    const has = Boolean(box.files.length), own = choice.as === "own", ticked = (has && choice.says) || choice.as;
    const stays = has && !recording && (choice.says || choice.as) !== choice.as, line = isUnchangeable && !own ? "unchanged" : stays ? "stays" : choice.as;
    for (const way of ways) {
      way.setAttribute("aria-pressed", String(way.dataset.way === ticked && (has || !isUnchangeable || own)));
      way.classList.toggle("coming", stays && way.dataset.way === choice.as);
      way.disabled = !globalThis.AudioWorkletNode && way.dataset.way === "changed";
    }
    for (const one of lines) one.hidden = one.dataset.tells !== line;
    start.disabled = isUnchangeable && !own;
  }

  function show(state) {
    const has = Boolean(box.files.length), recording = state === "recording";
    start.hidden = recording;
    halt.hidden = !recording;
    replay.hidden = drop.hidden = recording || !has;
    for (const way of ways) way.parentElement.hidden = recording;
    voice.classList.toggle("has", has && !recording);
    const [first, again] = start.querySelectorAll("span");
    first.hidden = has;
    again.hidden = !has;
    said.textContent = said.dataset[state] ?? "";
    said.classList.toggle("hidden", state !== "refused" && state !== "full");
    if (state === "unchanged") isUnchangeable = true;
    const named = form.querySelector("[name=contact][value=said]");
    if (named && !has) named.checked = false;   // nobody hears her name any more
    tell(recording);
  }
  function count(seconds) {
    const beads = [...part("time").children], so = Math.floor(seconds / most * beads.length);
    beads.forEach((bead, nth) => { bead.className = "bead" + (nth < so ? " done" : nth === so ? " here" : ""); });
    if (seconds) busy();
  }
  function shows(state, seconds) {
    const kept = state === "done" || state === "full";
    if (state === "recording") count(seconds);
    if (kept) {
      choice.says = spoken.isChanged ? "changed" : "own";
      if (form.elements.keep_voice) form.elements.keep_voice.checked = false;   // the new one stands in its place
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (!seconds) show(state);
    if (state === "recording" && !seconds) halt.focus({ preventScroll: true });
    if (state === "unchanged") ways.at(-1).focus({ preventScroll: true });
    if (kept && form.contains(document.activeElement)) replay.focus({ preventScroll: true });
  }
  function forget() {
    spoken.forget();
    box.value = "";
    show("none");
  }
  const settle = () => { spoken.hush(); if (!spoken.runs) show("none"); };

  for (const way of ways) {
    way.addEventListener("click", () => {
      choice.as = way.dataset.way;
      isUnchangeable = !globalThis.AudioWorkletNode;   // what failed once is tried again
      tell();
      if (box.files.length) box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  start.addEventListener("click", () => {
    for (const way of ways) way.disabled = true;   // until it records, or says why not
    spoken.record();
  });
  halt.addEventListener("click", spoken.halt);
  for (const one of [replay, ...form.querySelectorAll("[data-mine]")]) one.addEventListener("click", () => spoken.listen(busy));
  drop.addEventListener("click", () => { forget(); box.dispatchEvent(new Event("change", { bubbles: true })); start.focus({ preventScroll: true }); });
  addEventListener("turned", () => { spoken.halt(); settle(); });
  addEventListener("discard", forget);
  addEventListener("pagehide", forget);
  form.addEventListener("reset", () => setTimeout(() => { choice.as = "changed"; settle(); }));
  voice.hidden = false;
  show("none");
})();
