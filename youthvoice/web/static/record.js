/* Recording one text: what is recorded goes into the form's own box for a file. Without a microphone that box is left. */
"use strict";
(() => {
  const form = document.querySelector("[data-record]");
  const part = (name) => form.querySelector(`[data-${name}]`);
  if (!form || !navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) return;
  const kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].find((one) => MediaRecorder.isTypeSupported(one));
  if (!kind) return;

  const most = Number(form.dataset.record), box = form.querySelector("input[type=file]"), said = part("said");
  const start = part("start"), stop = part("stop"), hear = part("listen"), time = part("time");
  let recorder = null, ticking = 0, sound = null;

  function show(state) {
    start.hidden = state === "recording";
    stop.hidden = state !== "recording";
    hear.hidden = state !== "done" && state !== "full";
    time.hidden = state !== "recording";
    const [first, again] = start.querySelectorAll("span");
    first.hidden = !hear.hidden;
    again.hidden = hear.hidden;
    said.textContent = said.dataset[state];
  }
  function hush() {
    sound?.pause();
    sound = null;
  }
  async function record() {
    hush();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
    } catch {
      show("refused");
      return;
    }
    const pieces = [];
    let full = false, seconds = 0;
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 24000 });
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      clearInterval(ticking);
      for (const track of stream.getTracks()) track.stop();
      const type = kind.split(";")[0], given = new DataTransfer();
      given.items.add(new File(pieces, type === "audio/ogg" ? "voice.ogg" : "voice.webm", { type }));
      box.files = given.files;
      show(full ? "full" : "done");
      hear.focus();
    };
    recorder.start();
    show("recording");
    stop.focus();
    const tell = () => { time.textContent = `${seconds} / ${most}`; };
    tell();
    ticking = setInterval(() => {
      seconds += 1;
      tell();
      if (seconds < most) return;
      full = true;
      if (recorder.state === "recording") recorder.stop();
    }, 1000);
  }
  function listen() {
    hush();
    sound = new Audio(URL.createObjectURL(box.files[0]));
    sound.play();
  }

  start.addEventListener("click", record);
  stop.addEventListener("click", () => recorder.state === "recording" && recorder.stop());
  hear.addEventListener("click", listen);
  part("recorder").hidden = false;
  part("file").open = Boolean(form.querySelector(".error"));
})();
