/* A voice message plays on its page. Without this script its button leads to the sound itself. */
"use strict";
(() => {
  let playing = null, form = null;
  function hush() {
    playing?.pause();
    if (playing) URL.revokeObjectURL(playing.src);
    playing = null;
  }
  async function play(which) {
    const sent = await fetch(which.action, { method: "POST", body: new FormData(which), credentials: "same-origin" });
    if (sent.status === 401) { dispatchEvent(new Event("signed-out")); return; }   // what is being written stays
    if (!sent.ok) { location.reload(); return; }
    hush();
    playing = new Audio(URL.createObjectURL(await sent.blob()));
    playing.play();
  }
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-voice]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (playing && form === event.target && !playing.ended) { hush(); return; }
    form = event.target;
    play(form);
  }, true);
  addEventListener("pagehide", hush);
})();
