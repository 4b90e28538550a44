/* A voice on staff pages: the buttons around the recorder. Without a microphone the form's own box for a file is left. */
"use strict";
(() => {
  function runs(form) {
    const part = (name) => form.querySelector(`[data-${name}]`);
    const most = Number(form.dataset.record), box = form.querySelector("input[type=file]"), said = part("said");
    const start = part("start"), stop = part("stop"), hear = part("listen"), drop = part("drop"), time = part("time");
    const usual = said.textContent, voice = globalThis.recorder?.(box, most, shows);
    if (!voice) return;

    function show(state) {
      const recording = state === "recording", has = Boolean(box.files.length);
      start.hidden = recording;
      stop.hidden = time.hidden = !recording;
      hear.hidden = recording || !has;
      if (drop) drop.hidden = hear.hidden;
      const [first, again] = start.querySelectorAll("span");
      first.hidden = has;
      again.hidden = !has;
      said.textContent = said.dataset[state] ?? usual;
    }
    function shows(state, seconds) {
      if (state === "recording") time.textContent = `${seconds} / ${most}`;
      if (!seconds) show(state);
      if (state === "recording" && !seconds) stop.focus();
      if (state === "done" || state === "full") hear.focus();
    }

    start.addEventListener("click", voice.record);
    stop.addEventListener("click", voice.halt);
    hear.addEventListener("click", () => voice.listen());
    drop?.addEventListener("click", () => { voice.hush(); box.value = ""; show("none"); start.focus(); });
    box.addEventListener("change", () => { voice.hush(); show(""); });
    form.addEventListener("submit", async (event) => {
      voice.hush();
      if (!voice.runs) return;
      event.preventDefault();
      event.stopPropagation();
      await globalThis.recorder.finish(form);
      form.requestSubmit();
    });
    addEventListener("pagehide", voice.forget);
    part("recorder").hidden = false;
    part("file").open = Boolean(part("file").querySelector(".error"));
    show(box.files.length ? "done" : "");
  }

  function begin() {
    const form = document.querySelector("[data-record]");
    if (form) runs(form);
  }
  addEventListener("arrived", begin);   // the form came once more, with what is wrong in it
  begin();
})();
