/* A passkey or security key: the browser's own dialogue, and what the key answers, in a hidden field of its form. */
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const withBytes = (listed) => (listed || []).map((one) => ({ ...one, id: toBytes(one.id) }));
  function ask({ publicKey: asked }) {
    const options = { ...asked, challenge: toBytes(asked.challenge) };
    if (!asked.user) return navigator.credentials.get({ publicKey: { ...options, allowCredentials: withBytes(asked.allowCredentials) } });
    const user = { ...asked.user, id: toBytes(asked.user.id) };
    return navigator.credentials.create({ publicKey: { ...options, user, excludeCredentials: withBytes(asked.excludeCredentials) } });
  }
  function written({ id, rawId, type, response }) {
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) parts[name] = toText(response[name]);
    }
    return JSON.stringify({ id, rawId: toText(rawId), type, response: parts });
  }
  if (!globalThis.PublicKeyCredential || !navigator.credentials) return;
  for (const box of document.querySelectorAll("[data-key]")) {
    const [button, said] = [box.querySelector("[data-touch]"), box.querySelector("[data-said]")];
    box.querySelector("[data-unable]").hidden = true;
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = "";
      button.disabled = true;
      try {
        box.querySelector("[name=key_answer]").value = written(await ask(JSON.parse(box.dataset.key)));
        said.textContent = box.dataset.answered;
        if ("sends" in box.dataset) box.closest("form").requestSubmit();
      } catch (error) {
        said.textContent = error.name === "InvalidStateError" ? box.dataset.same : box.dataset.nothing;
      } finally {
        button.disabled = false;
      }
    });
    if ("sends" in box.dataset) button.focus();
  }
})();
