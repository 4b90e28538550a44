/* What a child has not sent yet, and her pictures until she has them. It lies in the name of its window: memory of this tab
   alone, which outlives a reload and is on no disk. It ends with the time after which nobody is there, with Send, Throw away
   and the dark corner (kiosk.js). Whoever stood there before may have written one, too: so it is believed only where this page
   comes once more by itself, by a reload, Back or sleep, and never where a tap led to it; but within a visit with her pictures (`data-visit`), which begins with an empty name. */
"use strict";
globalThis.draft = (() => {
  const MARK = "draft:", DIGITS = 13, GRACE = 30, LONGEST = 300, PAUSE = 2000;   // seconds; milliseconds
  const { resumes, visit } = document.currentScript.dataset;
  let voice = null, sound = "", touched = 0;
  const now = () => String(Date.now()).padStart(DIGITS, "0");
  const forget = () => { if (window.name.startsWith(MARK)) window.name = ""; };   // beside a form of staff it is their frame's
  const write = (kept) => { window.name = MARK + now() + JSON.stringify(kept); };
  function read() {
    if (!window.name.startsWith(MARK)) return null;
    try {
      const kept = JSON.parse(window.name.slice(MARK.length + DIGITS));
      const age = Date.now() - Number(window.name.slice(MARK.length, MARK.length + DIGITS));
      const idle = Math.min(kept.idle, resumes ? LONGEST : document.body.dataset.idle);
      if (Math.abs(age) <= 1000 * (idle + GRACE)) return kept;
    } catch { /* not ours */ }
    forget();
    return null;
  }
  const boxes = (form) => [...form.elements].filter((box) => box.name && /radio|checkbox|text|number/.test(box.type));
  /** Where a form is asked for again: of most its own address. */
  const page = (form) => new URL(form.dataset.draft ?? form.action, location.href).href;
  const picks = (box) => /radio|checkbox/.test(box.type);
  const isFilled = (form) => boxes(form).some((box) => (picks(box) ? box.defaultChecked : box.defaultValue.trim()));
  /** What is on the page. `more`: where on it she is. At the desk of an adult nothing is kept: others sit there next. */
  function keep(form, more) {
    if (form.dataset.person || parent !== window) return;
    const file = form.elements.voice?.files[0];
    if (file !== voice) {
      voice = file;
      sound = "";
      if (file) {
        const reader = new FileReader();
        reader.onload = () => { if (file === voice && window.name) { sound = reader.result; keep(form, more); } };
        reader.readAsDataURL(file);
      }
    }
    const given = boxes(form).filter((box) => (picks(box) ? box.checked : box.value)).map((box) => [box.name, box.value]);
    const slip = [...form.querySelectorAll("[name^='slip/'][type=hidden]")].map((box) => [box.name, box.value]);
    write({ action: page(form), idle: Number(document.body.dataset.idle), sheet: "numbered" in form.dataset && form.elements.sheet.value, filled: isFilled(form), as: form.dataset.as, says: form.dataset.says, given, slip, sound, ...more });
  }
  /** The same page again: everything as it was. Gives where she was. */
  function restore(form) {
    const kept = read();
    if (!kept || form.dataset.person || kept.action !== page(form) || (isFilled(form) && !kept.filled)) return null;
    if (kept.sheet) {   // what was perhaps sent before goes again by its number (kiosk.js)
      form.elements.sheet.value = kept.sheet;
      form.dataset.numbered = "";
    }
    for (const name of ["as", "says"]) if (kept[name]) form.dataset[name] = kept[name];   // how her voice sounds (tell.js)
    for (const box of boxes(form)) {
      const given = kept.given.filter(([name]) => name === box.name).map(([, value]) => value);
      if (picks(box)) box.checked = given.includes(box.value);
      else box.value = given[0] ?? "";
    }
    if (kept.sound && form.elements.voice) {
      const [head, tail] = kept.sound.split(","), type = /^data:([^;,]*)/.exec(head)[1], given = new DataTransfer();
      voice = new File([Uint8Array.from(atob(tail), (one) => one.charCodeAt(0))], type === "audio/ogg" ? "voice.ogg" : "voice.webm", { type });
      sound = kept.sound;
      given.items.add(voice);
      form.elements.voice.files = given.files;
      voice = form.elements.voice.files[0];
    }
    return kept;
  }
  function touch() {
    if (!window.name.startsWith(MARK) || Date.now() - touched < PAUSE || !read()) return;
    touched = Date.now();
    window.name = MARK + now() + window.name.slice(MARK.length + DIGITS);
  }
  if (!visit && !document.wasDiscarded && !/reload|back/.test(performance.getEntriesByType("navigation")[0]?.type)) forget();
  if (!resumes) for (const sign of ["pointerdown", "keydown", "busy", "scroll"]) addEventListener(sign, touch, { capture: true, passive: true });
  return { keep, restore, read, write, forget, leave: () => { const kept = read(); if (kept) write({ ...kept, left: true }); } };
})();
