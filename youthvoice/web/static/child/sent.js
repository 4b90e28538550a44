/* A page that says that something was sent. Typed by hand, where nothing was sent from this window, it says nothing: the first page comes.
   Whatever sends writes it into the name of its window (kiosk.js, screens.js), which ends with the way to the first page. */
"use strict";
if (!window.name) {
  document.documentElement.classList.add("blank");
  goTo(document.body.dataset.front);
}
