/* Pictures that come with a page which cannot be asked for again: her slip is used up, her code works once. From then on they
   wait at an address of their own (`child/kept.html`), where resume.js brings them after a reload. Before screens.js. */
"use strict";
(() => {
  const form = document.querySelector("form[data-kept]"), shown = () => [...form.querySelectorAll("[data-after]")];
  const text = (node) => new XMLSerializer().serializeToString(node);
  if (shown().length) form.dataset.sent = [...shown(), document.querySelector("svg.sprite")].map(text).join("");
  addEventListener("turned", () => {
    if (!shown().length) return;
    form.action = form.dataset.kept;
    for (const box of form.querySelectorAll("[name^='slip/']")) box.remove();
  });
})();
