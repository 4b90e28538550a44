/* The one recorder. What is recorded goes into a form's own box for a file and nowhere else; how that looks is up to the
   page: `recorder(box, most, shows)` tells it by `shows(state, seconds)`. The states are recording (each second of at most
   `most`), done, full, none (given up), refused (no microphone) and unchanged (it cannot be disguised here). It is null where
   a browser cannot record. `changes()` gives the address of disguise.js where the voice is to be disguised: then the
   microphone leads into that alone, and what it heard is kept nowhere; where that fails, nothing is recorded. */
"use strict";
(() => {
  const kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
  const speaks = new Map();   // form -> how its recording ends

  const RATE = 24000, DRAWS = 256;   // Hz, of which a voice needs no more; numbers from 0 to 1

  /** The same microphone behind a disguise drawn by chance. Rejects where this browser cannot. */
  async function disguise(stream, address, breaks) {
    const chain = new AudioContext({ sampleRate: RATE });
    try {
      await chain.audioWorklet.addModule(address);
      const draws = Array.from(crypto.getRandomValues(new Uint32Array(DRAWS)), (one) => one / 2 ** 32);
      const changer = new AudioWorkletNode(chain, "disguise", { outputChannelCount: [1], channelCount: 1, channelCountMode: "explicit", processorOptions: { draws } });
      const out = chain.createMediaStreamDestination();
      changer.onprocessorerror = breaks;
      chain.createMediaStreamSource(stream).connect(changer).connect(out);
      await chain.resume();
      return { heard: out.stream, close: () => chain.close() };
    } catch (error) {
      chain.close();
      throw error;
    }
  }

  globalThis.recorder = (box, most, shows, changes = () => "") => {
    if (!kind || !navigator.mediaDevices?.getUserMedia) return null;
    let running = null, asking = false, dropped = false, broken = false, sound = null;

    function hush() {
      sound?.pause();
      if (sound) URL.revokeObjectURL(sound.src);
      sound = null;
    }
    async function microphone() {
      try {
        return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
      } catch {
        shows("refused");
        return null;
      }
    }
    /** What is recorded: the microphone, or the same disguised; null, and she is told, where that fails. */
    async function listening() {
      const address = changes(), stream = await microphone(), shut = () => { for (const track of stream?.getTracks() ?? []) track.stop(); };
      if (!stream || !address) return stream && { heard: stream, close: shut };
      try {
        const chain = await disguise(stream, address, () => { broken = dropped = true; halt(); });
        return { heard: chain.heard, close: () => { shut(); chain.close(); } };
      } catch {
        shut();
        shows("unchanged");
        return null;
      }
    }
    async function record() {
      if (asking || running) return;
      hush();
      asking = true;
      dropped = broken = false;
      const source = await listening();
      asking = false;
      if (!source) return;
      if (dropped) {   // she left while the microphone was asked for
        source.close();
        if (broken) shows("unchanged");
        return;
      }
      const pieces = [];
      let seconds = 0;
      running = new MediaRecorder(source.heard, { mimeType: kind, audioBitsPerSecond: 24000 });
      const ticking = setInterval(() => {
        seconds += 1;
        shows("recording", seconds);
        if (seconds >= most) halt();
      }, 1000);
      running.ondataavailable = (event) => pieces.push(event.data);
      running.addEventListener("stop", () => {
        clearInterval(ticking);
        source.close();
        running = null;
        speaks.delete(box.form);
        if (!dropped) keep(pieces);
        shows(broken ? "unchanged" : dropped ? "none" : seconds >= most ? "full" : "done");
      });
      running.start();
      speaks.set(box.form, halt);
      shows("recording", seconds);
    }
    /** Ends when what was said lies in the box. */
    function halt() {
      const was = running;
      if (!was) {
        dropped = asking;
        return Promise.resolve();
      }
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
