/* Who sits beside a small child: said on the next screen, and kept nowhere. */
"use strict";
document.addEventListener("click", ({ target }) => {
  const face = target instanceof Element && target.closest("[data-face]");
  if (face) document.querySelector("[data-beside]").replaceChildren(...[...face.children].map((part) => part.cloneNode(true)));
}, true);
