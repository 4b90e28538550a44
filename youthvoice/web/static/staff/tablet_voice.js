/* A tablet's own voices, for an adult who listens before a child does. The same voice is chosen as in kiosk.js. */
"use strict";
(() => {
  const rows = [...document.querySelectorAll("[data-voice]")];
  const base = (name) => name.toLowerCase().replace("_", "-").split("-")[0];
  // Never a remote voice: words would leave the tablet.
  const voice = (lang) => speechSynthesis.getVoices().find((one) => one.localService && base(one.lang) === base(lang));

  function offer() {
    for (const row of rows) {
      const found = globalThis.speechSynthesis && voice(row.dataset.voice);
      row.querySelector("[data-hear-it]").hidden = !found;
      row.querySelector("[data-none]").hidden = Boolean(found);
      const box = row.querySelector("input");
      box.disabled = !found;
      if (!found) box.checked = false;
    }
  }
  function say(row) {
    speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(row.querySelector("[data-sample]").textContent);
    spoken.voice = voice(row.dataset.voice);
    spoken.lang = spoken.voice.lang;
    spoken.rate = 0.9;
    speechSynthesis.speak(spoken);
  }

  const kept = rows.filter((row) => row.querySelector("input").checked);
  function again() {
    offer();
    for (const row of kept) if (!row.querySelector("input").disabled) row.querySelector("input").checked = true;
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-hear-it]");
    if (button) say(button.closest("[data-voice]"));
  });
  offer();
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", again, { once: true });
})();
