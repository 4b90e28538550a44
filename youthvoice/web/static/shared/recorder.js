/* The one recorder. What is recorded goes into a form's own box for a file and nowhere else; how that looks is up to the
   page: `recorder(box, most, shows)` tells it by `shows(state, seconds)`. The states are recording (each second of at most
   `most`), done, full, none (given up), refused (no microphone) and unchanged (it cannot be disguised here). It is null where
   a browser cannot record. `changes()`, asked once the microphone is given, gives the address of disguise.js where the voice
   is to be disguised: then the microphone leads into that alone, and what it heard is kept nowhere; where that fails, or does
   not begin, nothing is recorded. `isChanged` is how the last recording was made. It is full, too, before it has `room` bytes. */
"use strict";
(() => {
  const kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
  const speaks = new Map();   // form -> how its recording ends

  const RATE = 24000, DRAWS = 256;   // Hz, of which a voice needs no more; numbers from 0 to 1
  const PATIENCE = 4000, LEAST = 160;   // milliseconds until the disguise begins; bytes of a file with any sound in it
  const tooLate = () => new Promise((_, reject) => { setTimeout(reject, PATIENCE); });

  /** The same microphone behind a disguise drawn by chance. Rejects where this browser cannot. `stops` where it stands still. */
  async function disguise(stream, address, breaks, stops) {
    const chain = new AudioContext({ sampleRate: RATE });
    try {
      await Promise.race([chain.audioWorklet.addModule(address), tooLate()]);
      const draws = Array.from(crypto.getRandomValues(new Uint32Array(DRAWS)), (one) => one / 2 ** 32);
      const changer = new AudioWorkletNode(chain, "disguise", { outputChannelCount: [1], channelCount: 1, channelCountMode: "explicit", processorOptions: { draws } });
      const out = chain.createMediaStreamDestination();
      changer.onprocessorerror = breaks;
      chain.createMediaStreamSource(stream).connect(changer).connect(out);
      await Promise.race([chain.resume(), tooLate()]);
      chain.onstatechange = () => { if (chain.state === "suspended") stops(); };
      return { heard: out.stream, close: () => chain.close() };
    } catch (error) {
      chain.close();
      throw error;
    }
  }

  globalThis.recorder = (box, most, shows, changes = () => "", room = 0) => {
    if (!kind || !navigator.mediaDevices?.getUserMedia) return null;
    let running = null, asking = false, dropped = false, broken = false, isChanged = false, sound = null;

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
      const stream = await microphone(), shut = () => { for (const track of stream?.getTracks() ?? []) track.stop(); };
      const address = changes();
      isChanged = Boolean(address);
      if (!stream || !address) return stream && { heard: stream, close: shut };
      for (const track of stream.getTracks()) track.onended = halt;   // a disguise would go on in silence
      try {
        const chain = await disguise(stream, address, () => { broken = dropped = true; halt(); }, halt);
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
      let seconds = 0, size = 0, full = false;
      running = new MediaRecorder(source.heard, { mimeType: kind, audioBitsPerSecond: 24000 });
      const ticking = setInterval(() => {
        seconds += 1;
        shows("recording", seconds);
        if (seconds >= most) halt();
      }, 1000);
      running.ondataavailable = ({ data }) => {
        pieces.push(data);
        size += data.size;
        full ||= room > 0 && size + 2 * data.size > room;   // a browser that takes no bit rate, or another second
        if (full) halt();
      };
      running.addEventListener("stop", () => {
        clearInterval(ticking);
        source.close();
        running = null;
        speaks.delete(box.form);
        dropped ||= size < LEAST;
        if (!dropped) keep(pieces);
        shows(broken ? "unchanged" : dropped ? "none" : full || seconds >= most ? "full" : "done");
      });
      running.start(room ? 1000 : undefined);
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
    return { record, halt, listen, hush, forget, get runs() { return Boolean(running); }, get isChanged() { return isChanged; } };
  };
  /** Whoever sends while she speaks has said what she wanted to say. */
  globalThis.recorder.finish = async (form) => { await speaks.get(form)?.(); };
})();
