/* What waits on this tablet, sealed. Three stores: `queue` holds the outer numbers of envelopes (`sheet`), `pieces`
   the envelopes, `state` what anybody may see: which pages lie here, since when something waits, and room that is kept free for the
   child in between. */
"use strict";
globalThis.shelf = (() => {
  const NAME = "youthvoice", VERSION = 2, RESERVE_BYTES = 4 * 1024 * 1024;

  let database;   // as long as this worker lives, or until the browser takes it
  const opened = () => database ??= new Promise((found, failed) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "sheet" });
      asked.result.createObjectStore("state");
      asked.result.createObjectStore("pieces");
    };
    asked.onsuccess = () => {
      asked.result.onclose = asked.result.onversionchange = () => { asked.result.close(); database = undefined; };
      found(asked.result);
    };
    asked.onerror = () => { database = undefined; failed(asked.error); };
  });
  /** Do something in one transaction; what is written strictly is on the disk when the promise is kept. */
  async function within(mode, work, durability = "strict") {
    const going = (await opened()).transaction(["queue", "state", "pieces"], mode, { durability });
    const asked = work(...["queue", "state", "pieces"].map((name) => going.objectStore(name)));
    await new Promise((done, failed) => {
      going.oncomplete = done;
      going.onabort = going.onerror = () => failed(going.error);
    });
    return asked?.result;
  }

  const read = (name) => within("readonly", (_queue, state) => state.get(name));
  const forget = (name) => within("readwrite", (_queue, state) => { state.delete(name); });
  const sheets = () => within("readonly", (queue) => queue.getAllKeys());
  /* Of an envelope from 0 on; below are those of chance, which never leave this tablet. */
  const piecesOf = (sheet, from = -Infinity) => IDBKeyRange.bound([sheet, from], [sheet, []]);
  /** Some envelopes behind one of them, by their numbers. */
  const envelopes = (after, most) => within("readonly", (queue, _state, pieces) => {
    const asked = queue.getAll(IDBKeyRange.lowerBound(after, true), most);
    asked.onsuccess = () => {
      for (const one of asked.result) {
        const parts = pieces.getAll(piecesOf(one.sheet, 0));
        parts.onsuccess = () => { one.blob = sealing.join(...parts.result); };
      }
    };
    return asked;
  });

  /** `piece`: bytes, under 64 KiB: of a larger value Chromium makes a file, whose time is the second in which a child sent.
      `more`: so many bytes of chance, by which a short envelope takes the room of a long one, in pieces of the same lengths. */
  const put = (sheet, blob, day, piece, more) => within("readwrite", (queue, state, pieces) => {
    queue.put({ sheet });
    for (let at = 0; at < blob.length; at += piece) pieces.put(blob.slice(at, at + piece), [sheet, at]);
    for (let at = 0; at < more; at += piece) pieces.put(incompressible(Math.min(piece, more - at)), [sheet, -1 - at]);
    const since = state.get("since");
    since.onsuccess = () => { if (!since.result) state.put(day, "since"); };
  });
  /** A disk that is full gives up the room that was kept free: the child in between is not sent away. */
  async function surely(work) {
    try {
      await work();
    } catch {
      await forget("reserve");
      await work();
    }
  }
  const set = (name, value) => within("readwrite", (_queue, state) => { state.put(value, name); });
  const write = (name, value) => surely(() => set(name, value));
  const keep = (...sheet) => surely(() => put(...sheet));
  /** The house has them. If the battery is pulled out now they go once more, and the house knows their numbers. */
  const remove = (gone) => within("readwrite", (queue, state, pieces) => {
    for (const sheet of gone) {
      queue.delete(sheet);
      pieces.delete(piecesOf(sheet));
    }
    const left = queue.getAllKeys(null, 1);
    left.onsuccess = () => { if (!left.result.length) state.delete("since"); };
  }, "relaxed");
  /** Chromium compresses what it stores: of zeros it would keep a twentieth of the room free. */
  function incompressible(length) {
    const whole = new Uint8Array(length), part = 65536;   // as many as a browser draws at once
    for (let at = 0; at < length; at += part) crypto.getRandomValues(whole.subarray(at, at + part));
    return whole;
  }
  /** Whether the next child finds room; asked before she begins. */
  async function hasRoom() {
    if (await read("reserve")) return true;
    try {
      await set("reserve", incompressible(RESERVE_BYTES));
      return true;
    } catch {
      return false;
    }
  }
  return { read, write, forget, sheets, envelopes, keep, remove, hasRoom };
})();
