/* A page prints without this, from the browser's own menu: it shows the button that opens that menu. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
