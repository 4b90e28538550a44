/* One survey, or telling, on one page: a screen at a time. The page is complete without this file.
   Answers live in the form and nowhere else; they leave the tablet only when the child taps Send. */
"use strict";
(() => {
  const form = document.querySelector("form.screens");
  if (!form || !AbortSignal.timeout) return;
  const one = (name, from = document) => from.querySelector(`[data-${name}]`);
  const control = (act, from = document) => from.querySelector(`[data-go="${act}"]`);
  const asked = [...form.querySelectorAll("[data-question]")];
  const assents = [...form.querySelectorAll("[data-assent]")];
  const end = one("end", form);
  const front = document.body.dataset.front;
  let now = null, stopped = null, from = null, sending = false, seen = false, leaving = null, mending = false;
  let after = [...form.querySelectorAll("[data-after]")];   // screens that follow sending

  /* ---- Which questions are asked ---- */
  const boxes = (section) => [...section.querySelectorAll("input, textarea, select")];
  function given(section) {
    return boxes(section).filter((box) => (/radio|checkbox/.test(box.type) ? box.checked : box.value.trim())).map((box) => box.value);
  }
  function holds(condition, answers) {
    const [how, ...rest] = condition;
    if (how === "all") return rest.flat(nested(rest)).every((each) => holds(each, answers));
    if (how === "either") return rest.flat(nested(rest)).some((each) => holds(each, answers));
    const is = (answers.get(rest[0]) ?? []).includes(rest[1]);
    return how === "is_not" ? !is : is;
  }
  // ["all", [a, b]] and ["all", a, b] mean the same.
  const nested = (rest) => (rest.length === 1 && Array.isArray(rest[0]?.[0]) ? 1 : 0);
  /** The questions whose conditions hold, in order. An answer to a question that is not asked does not count. */
  function current() {
    const answers = new Map();
    return asked.filter((section) => {
      if (section.dataset.when && !holds(JSON.parse(section.dataset.when), answers)) return false;
      answers.set(section.dataset.question, given(section));
      return true;
    });
  }

  /* ---- One screen at a time ---- */
  function show(section) {
    if (seen) guard();
    if (!assents.includes(section)) fetchLater();
    now?.classList.remove("now");
    now = section;
    now.classList.add("now");
    for (const line of now.querySelectorAll("[data-letter]")) {   // her own words, as they go
      line.hidden = !(line.querySelector("bdi").textContent = form.elements[line.dataset.letter].value.trim());
    }
    dispatchEvent(new Event("turned"));
    progress();
    scrollTo(0, 0);
    if (seen) now.querySelector(".ask :is(h1, h2)").focus({ preventScroll: true });
    seen = true;
    keep();
  }
  /** What only questions need: it does not make the first page heavier, and comes to everybody at the same place. */
  function fetchLater() {
    for (const address of JSON.parse(form.dataset.later ?? "[]")) {
      const part = document.createElement(address.endsWith("css") ? "link" : "script");
      document.head.append(Object.assign(part, { rel: "stylesheet", href: address, src: address, async: false }));
    }
    for (const face of form.querySelectorAll("[loading]")) face.loading = "eager";
    delete form.dataset.later;
  }
  /* ---- What she gave and where she is outlives a reload (draft.js) ---- */
  const label = (section) => section?.getAttribute("aria-labelledby");
  const labelled = (name) => name && form.querySelector(`.screen[aria-labelledby="${CSS.escape(name)}"]`);
  let sent = form.dataset.sent ?? "";   // what follows sending, until she says that she has it
  function keep() {
    if (!globalThis.draft) return;
    const given = isGiven();
    if (after.length ? sent : given) draft.keep(form, { at: label(now), stopped: label(stopped), sent });
    else draft.forget();
  }
  /** After a reload: where she was, with everything; her pictures, as long as she did not say that she has them. */
  function again() {
    const kept = globalThis.draft?.restore(form);
    if (!kept) return null;
    if (kept.sent && !parsed(kept.sent).querySelector(FOREIGN)) {
      sent = kept.sent;
      append(sent);
      for (const part of form.querySelectorAll("[data-again]")) part.hidden = false;
      const pictures = after.some((one) => "pictures" in one.dataset);
      return pictures ? after.find((one) => label(one) === kept.at) ?? after[0] : after.at(-1);
    }
    stopped = labelled(kept.stopped);
    const at = labelled(kept.at);
    return way().includes(at) ? at : end;
  }
  function progress() {
    const questions = current(), at = questions.indexOf(now), last = now === end;
    for (const section of asked) {
      section.classList.toggle("unasked", !questions.includes(section));
      section.classList.toggle("given", given(section).length > 0);   // what was given is not skipped
    }
    for (const only of form.querySelectorAll("[data-go=only]")) only.hidden = isGiven();
    const beads = one("beads"), words = one("at"), counted = at >= 0 || last;
    beads.hidden = !counted;
    words.textContent = at < 0 ? "" : words.dataset.words.replace("{at}", at + 1).replace("{total}", questions.length);
    beads.replaceChildren(...questions.map((_, nth) => {
      const bead = document.createElement("li");
      bead.className = "bead" + (last || nth < at ? " done" : nth === at ? " here" : "");
      return bead;
    }));
    control("stop").hidden = !(at >= 0 || assents.includes(now));
    control("back").hidden = after.length ? after.indexOf(now) < 1 : now === assents[0] || (!assents.length && at === 0) || !(counted || assents.includes(now));
  }
  const way = () => (after.length ? after : [...assents, ...current(), end]);
  function go(step) {
    // From the end back to where the child stopped, not to a question she has not seen.
    const next = from ?? ((now === end && stopped) || way()[way().indexOf(now) + step]);
    if (!from) stopped = null;
    from = null;
    if (next) show(next);
  }
  /** To who reads it, from wherever that is shown, or to where she speaks; and back to there. */
  function visit(name) {
    if (sending) return;
    from ??= now;
    show(asked.find((section) => section.dataset.question === name));
  }
  const isGiven = () => asked.some((section) => given(section).length);
  function stop() {
    from = null;
    // Before anything is answered there is nothing to send or to throw away.
    if (!isGiven()) { discard(); return; }
    stopped = now;
    show(end);
  }
  function discard() {
    document.documentElement.classList.add("blank");
    globalThis.draft?.forget();
    form.reset();
    leave(front);
  }
  function leave(address) {
    leaving = () => goTo(address);
    leaving();
  }

  /* ---- The tablet's own Back ---- */
  // One entry of the history lies under this page, so that Back asks the page instead of leaving it. It bears the address
  // of the first screen and nothing of the child; whatever ends the survey takes the place of the entry above it.
  const ANSWERING = "answering";
  let pressed = false;
  function guard() {
    if (history.state === ANSWERING) return;
    const here = location.href;
    history.replaceState(null, "", inHistory(front));
    // During a tap: a browser passes over entries that nobody tapped for.
    history.pushState(ANSWERING, "", here);
  }
  addEventListener("popstate", () => {
    if (leaving) leaving();   // Back stopped the way out
    else if (history.state !== ANSWERING) {
      pressed = true;
      history.forward();
    } else if (pressed) {
      pressed = false;
      back();
    }
  });
  /** What Back on the screen does; on a screen without one, what Stop does. */
  function back() {
    const question = document.querySelector(".over:not([hidden]) :is([data-here], [data-quiet], [data-shut])");
    if (question) question.click();
    else if (sending) return;
    else if (after.length) go(-1);   // what was sent is not sent again
    else if (now === one("late") || now === one("nobody")) discard();
    // It could not be sent: everything is still here.
    else if (!way().includes(now)) show(end);
    else if (control("back").hidden) stop();
    else go(-1);
  }

  /* ---- Sending ---- */
  function sheet() {
    const kept = new Set(current()), data = form.enctype === "multipart/form-data" ? new FormData() : new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const section = form.elements[name] instanceof RadioNodeList ? form.elements[name][0] : form.elements[name];
      const question = section.closest("[data-question]");
      if (!question || kept.has(question)) data.append(name, value);
    }
    return data;
  }
  /** A voice over a slow line takes a minute; nothing is given up while it may still arrive. */
  function patience(body) {
    const bytes = [...body.values()].reduce((sum, value) => sum + (value.size ?? 0), 0);
    return AbortSignal.timeout(30000 + bytes / 4);
  }
  /** Whether something that goes along stands on another screen: then the last one shows it first. */
  const isElsewhere = () => asked.includes(now) && current().some((section) => section !== now &&
    boxes(section).some((box) => !/radio|checkbox/.test(box.type) && box.value.trim()));
  async function send() {
    if (sending || bare()) return;
    if (isElsewhere()) { show(end); return; }
    sending = true;
    number(form);
    keep();
    form.setAttribute("aria-busy", "true");
    const status = one("sending");
    status.textContent = status.dataset.words;
    dispatchEvent(new Event("busy"));
    try {
      if (globalThis.signedIn && !await signedIn()) { signInFirst(); return; }
      const body = await (globalThis.filled ?? ((data) => data))(sheet());   // tell.js
      const answer = await fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, body, redirect: "error", signal: patience(body),
      });
      take(answer.status, await answer.json());
    } catch {
      show(one("waiting"));
    } finally {
      sending = false;
      form.removeAttribute("aria-busy");
      status.textContent = "";
    }
  }
  /** At a helper's desk: her sign-in is over, and everything stays on the page. */
  function signInFirst() {
    const screen = one("signed-out");
    one("not-yet", screen).hidden = screen !== now;
    show(screen);
  }
  /** Only the house itself can know the number of this sheet: a network that answers "fine" to everything does not. */
  function take(status, said) {
    if (status === 201 && said.sheet === form.elements.sheet.value) {
      form.reset();
      globalThis.draft?.forget();
      mending = false;
      if (said.screens) follow(said.screens);
      else if (said.late) show(one("late"));
      else leave((said.thanks ?? form.dataset.thanks) + (form.dataset.part ?? "") + (document.documentElement.dataset.aloud ?? ""));
    } else if (status < 500 && said.refused?.length) {
      mending = true;
      said.refused.forEach(complain);
      show(asked.find((section) => section.dataset.question === said.refused[0].name) ?? end);
    } else if ([403, 410, 413, 429].includes(status) && said.title) {
      const told = one("told");
      told.querySelector("h2").textContent = said.title;
      one("told-words", told).textContent = said.words ?? "";
      control("send", told).hidden = status === 410 || status === 403;
      show(told);
    } else {
      show(one("waiting"));
    }
  }
  /** What the house's own template shows once: it has no address, and nothing that a child typed is in it. */
  function follow(screens) {
    sent = screens;
    append(screens);
    show(after[0]);
  }
  const parsed = (screens) => new DOMParser().parseFromString(screens, "text/html").body;
  /* What no template of the house makes: a form, or a way to anywhere but a telephone. What else none makes, the policy of this page forbids. */
  const FOREIGN = "form,input,meta,svg a,[src],[formaction],[*|href]:not([href^='#'],[href^='/static/'],[href^='tel:'])";
  function append(screens) {
    form.append(...parsed(screens).children);
    after = [...form.querySelectorAll("[data-after]")];
  }
  /** She has her pictures: a reload shows that it was sent, and no picture any more. */
  function have() {
    sent = new XMLSerializer().serializeToString(after.at(-1));
    go(1);
  }
  async function done() {
    leaving = () => {};
    await globalThis.signedIn?.().catch(() => {});
    const body = new URLSearchParams(["sheet", "csrf_token"].filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]));
    await fetch(form.dataset.done, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(3000) }).catch(() => {});
    discard();
  }
  function complain({ name, why }) {
    const section = asked.find((each) => each.dataset.question === name);
    if (!section) return;
    one("why", section).textContent = why;
    one("why", section).hidden = false;
  }
  function excuse(section) {
    const why = one("why", section);
    if (why) why.hidden = true;
  }

  const lacks = (section) => one("why", section)?.dataset.must && !given(section).length;
  const holdsBack = (section) => one("why", section)?.hidden === false && "holds" in one("why", section).dataset;
  /** The house's own questions, which nobody asks without a network: whether a screen is empty that must not be, or too few read it. */
  function bare() {
    const first = current().find((section) => lacks(section) || holdsBack(section));
    if (first) { show(first); next(); }
    return first;
  }
  /** Next; but not past what has to be put right first. After a refusal the way leads over what was refused alone. */
  function next() {
    const why = one("why", now), empty = lacks(now);
    if (empty) {
      why.textContent = why.dataset.must;
      why.hidden = false;
    }
    if (why && !why.hidden && (empty || "holds" in why.dataset)) why.focus();
    else if (mending) {
      const all = current();
      show(all.slice(all.indexOf(now) + 1).find((each) => one("why", each)?.hidden === false) ?? end);
    } else go(1);
  }

  /* ---- A trial of the seven pictures: nothing is sent, nothing is kept ---- */
  function tried(tile) {
    const tiles = [...now.querySelectorAll("[data-try]")], right = tiles.filter((one) => one.matches(".tried"));
    if (tile.matches(".tried")) return;
    const said = one("tried", now);
    if (Number(tile.dataset.try) !== right.length + 1) {   // look at them again, kindly
      forget(now);
      go(-1);
      one("look").hidden = false;
      return;
    }
    one("look").hidden = true;
    tile.classList.add("tried");
    said.hidden = right.length + 1 < tiles.length;
    if (!said.hidden) said.textContent = said.dataset.words;
  }
  function forget(trial) {
    one("tried", trial).hidden = true;
    for (const tile of trial.querySelectorAll(".tried")) tile.classList.remove("tried");
  }

  /** Another answer to the question that led here: then this one is not asked. */
  function instead({ name, value }) {
    const next = way()[way().indexOf(now) + 1], box = form.querySelector(`input[name="${name}"][value="${value}"]`);
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    stopped = null;
    show(next);
  }

  const acts = {
    nobody: () => show(now === one("nobody") ? assents[0] : one("nobody")), next, instead, back: () => go(-1), skip: () => go(1), have, only: () => show(end), readers: () => visit("readers"), speak: () => visit("tell"), stop, no: stop, send, throw: discard, done, print: () => print(),
  };
  document.addEventListener("click", (event) => {
    const tile = event.target instanceof Element && event.target.closest("[data-try]");
    if (tile) { tried(tile); return; }
    const control = event.target instanceof Element && event.target.closest("[data-go]");
    if (!control || !Object.hasOwn(acts, control.dataset.go)) return;
    event.preventDefault();
    // The key Enter presses the form's hidden Send: only what is on the screen may act.
    const screen = control.closest(".screen");
    if (!screen || screen === now) acts[control.dataset.go](control);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  function answered({ target }) {
    const section = target.closest("[data-question]");
    if (!section) return;
    excuse(section);
    progress();
    keep();
  }
  for (const sign of ["change", "input"]) form.addEventListener(sign, answered);

  /* ---- A second tap takes an answer back; two in a hurry are one ---- */
  const HURRY = 600;   // milliseconds
  let before = null, tapped = 0;
  for (const sign of ["pointerdown", "keydown"]) {
    form.addEventListener(sign, ({ target }) => { before = target.closest(".tile")?.querySelector("[type=radio]:checked"); });
  }
  form.addEventListener("click", (event) => {
    const box = event.target;
    if (box.type !== "radio") return;
    if (box === before && event.timeStamp - tapped > HURRY) {
      box.checked = Boolean(box.closest(".nine"));   // of her slip no picture may be missing: she says it again
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    tapped = event.timeStamp;
  });
  addEventListener("discard", () => { leaving = () => {}; form.reset(); });

  // A browser may have kept what was chosen before.
  form.reset();
  show(again() ?? form.querySelector("[data-why]:not([hidden])")?.closest("[data-question]") ?? after[0] ?? assents[0] ?? current()[0] ?? end);
})();
