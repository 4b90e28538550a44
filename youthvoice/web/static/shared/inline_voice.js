/* A voice that came with its page plays there: it has no address of its own. */
"use strict";
for (const box of document.querySelectorAll("[data-sound]")) {
  const bytes = Uint8Array.from(atob(box.dataset.sound), (one) => one.charCodeAt(0));
  const player = document.createElement("audio");
  player.controls = true;
  player.src = URL.createObjectURL(new Blob([bytes], { type: box.dataset.kind }));
  box.removeAttribute("data-sound");
  box.replaceChildren(player);
  addEventListener("pagehide", () => { player.pause(); URL.revokeObjectURL(player.src); });
}
