/* Recording: what is recorded goes into the form's own box for a file. Without a microphone that box is left. */
"use strict";
(() => {
  const kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
  if (!kind || !navigator.mediaDevices?.getUserMedia) return;

  function runs(form) {
    const part = (name) => form.querySelector(`[data-${name}]`);
    const most = Number(form.dataset.record), box = form.querySelector("input[type=file]"), said = part("said");
    const start = part("start"), stop = part("stop"), hear = part("listen"), drop = part("drop"), time = part("time");
    const usual = said.textContent;
    let recorder = null, asking = false, sending = false, left = false, sound = null;

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
    function hush() {
      sound?.pause();
      if (sound) URL.revokeObjectURL(sound.src);
      sound = null;
    }
    async function record() {
      if (asking || recorder) return;
      hush();
      asking = true;
      let stream;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
      } catch {
        show("refused");
        return;
      } finally {
        asking = false;
      }
      const pieces = [];
      let full = false, seconds = 0;
      const mine = recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 24000 });
      const tell = () => { time.textContent = `${seconds} / ${most}`; };
      const ticking = setInterval(() => {
        seconds += 1;
        tell();
        full = seconds >= most;
        if (full) halt();
      }, 1000);
      mine.ondataavailable = (event) => pieces.push(event.data);
      mine.onstop = () => {
        clearInterval(ticking);
        for (const track of stream.getTracks()) track.stop();
        recorder = null;
        if (left) return;
        keep(pieces);
        show(full ? "full" : "done");
        hear.focus();
        if (sending) form.requestSubmit();
        sending = false;
      };
      mine.start();
      tell();
      show("recording");
      stop.focus();
    }
    function halt() {
      if (recorder?.state === "recording") recorder.stop();
    }
    function keep(pieces) {
      const type = kind.split(";")[0], given = new DataTransfer();
      given.items.add(new File(pieces, type === "audio/ogg" ? "voice.ogg" : "voice.webm", { type }));
      box.files = given.files;
    }
    function listen() {
      hush();
      sound = new Audio(URL.createObjectURL(box.files[0]));
      sound.play().catch(() => {});   // a file may be no sound: the house says so
    }

    start.addEventListener("click", record);
    stop.addEventListener("click", halt);
    hear.addEventListener("click", listen);
    drop?.addEventListener("click", () => { hush(); box.value = ""; show("none"); start.focus(); });
    box.addEventListener("change", () => { hush(); show(""); });
    // Whoever sends while she speaks has said what she wanted to say.
    form.addEventListener("submit", (event) => {
      hush();
      if (!recorder) return;
      event.preventDefault();
      event.stopPropagation();
      sending = true;
      halt();
    });
    addEventListener("pagehide", () => { hush(); left = true; halt(); });
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
