/* The one recorder. What is recorded goes into a form's own box for a file and nowhere else; how that looks is up to the
   page: `recorder(box, most, shows)` tells it by `shows(state, seconds)`. The states are recording (each second of at most
   `most`), done, full, none (given up) and refused (no microphone). It is null where a browser cannot record. */
"use strict";
(() => {
  const kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
  const speaks = new Map();   // form -> how its recording ends

  globalThis.recorder = (box, most, shows) => {
    if (!kind || !navigator.mediaDevices?.getUserMedia) return null;
    let running = null, asking = false, dropped = false, sound = null;

    function hush() {
      sound?.pause();
      if (sound) URL.revokeObjectURL(sound.src);
      sound = null;
    }
    async function microphone() {
      asking = true;
      try {
        return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
      } catch {
        shows("refused");
        return null;
      } finally {
        asking = false;
      }
    }
    async function record() {
      if (asking || running) return;
      hush();
      const stream = await microphone();
      if (!stream) return;
      const pieces = [];
      let seconds = 0;
      dropped = false;
      running = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 24000 });
      const ticking = setInterval(() => {
        seconds += 1;
        shows("recording", seconds);
        if (seconds >= most) halt();
      }, 1000);
      running.ondataavailable = (event) => pieces.push(event.data);
      running.addEventListener("stop", () => {
        clearInterval(ticking);
        for (const track of stream.getTracks()) track.stop();
        running = null;
        speaks.delete(box.form);
        if (!dropped) keep(pieces);
        shows(dropped ? "none" : seconds >= most ? "full" : "done");
      });
      running.start();
      speaks.set(box.form, halt);
      shows("recording", seconds);
    }
    /** Ends when what was said lies in the box. */
    function halt() {
      const was = running;
      if (!was) return Promise.resolve();
      const ended = new Promise((done) => { was.addEventListener("stop", done, { once: true }); });
      if (was.state === "recording") was.stop();
      return ended;
    }
    function keep(pieces) {
      const type = kind.split(";")[0], given = new DataTransfer();
      given.items.add(new File(pieces, type === "audio/ogg" ? "voice.ogg" : "voice.webm", { type }));
      box.files = given.files;
    }
    function listen(heard) {
      hush();
      sound = new Audio(URL.createObjectURL(box.files[0]));
      sound.ontimeupdate = heard;
      sound.play().catch(() => {});   // a file may be no sound: the house says so
    }
    function forget() {
      hush();
      dropped = true;
      halt();
    }
    return { record, halt, listen, hush, forget, get runs() { return Boolean(running); } };
  };
  /** Whoever sends while she speaks has said what she wanted to say. */
  globalThis.recorder.finish = async (form) => { await speaks.get(form)?.(); };
})();
