/* HPKE (RFC 9180), base mode, one message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, with WebCrypto alone.
   What is sealed here only the house opens: the private key lies in its key folder. */
"use strict";
globalThis.sealing = (() => {
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const utf8 = (words) => new TextEncoder().encode(words);
  const NOTHING = new Uint8Array(0), LABEL = utf8("HPKE-v1"), HASH_BYTES = 32;

  function join(...parts) {
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => { joined.set(part, at); return at + part.length; }, 0);
    return joined;
  }
  const KEM = join(utf8("KEM"), [0, 0x10]), SUITE = join(utf8("HPKE"), [0, 0x10, 0, 1, 0, 1]);

  async function hmac(key, data) {
    const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
  }
  // RFC 5869. Everything that is derived here is at most one hash long, so that one block is enough. WebCrypto takes no
  // empty key; HMAC fills up with zeros, so that a hash of zeros is the same.
  const extract = (salt, label, input, suite) =>
    hmac(salt.length ? salt : new Uint8Array(HASH_BYTES), join(LABEL, suite, utf8(label), input));
  const expand = async (key, label, info, length, suite) =>
    (await hmac(key, join([0, length], LABEL, suite, utf8(label), info, [1]))).slice(0, length);

  /** 4.1: a secret that the holder of the other key finds with what is sent along. `own`: for test vectors only. */
  async function encapsulate(to, own) {
    const pair = own ?? await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const theirs = await crypto.subtle.importKey("raw", to, CURVE, true, []);
    const dh = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, pair.privateKey, 256));
    const sent = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const key = await extract(NOTHING, "eae_prk", dh, KEM);
    return { sent, secret: await expand(key, "shared_secret", join(sent, to), HASH_BYTES, KEM) };
  }
  /** 5.1: key and nonce of the first message. */
  async function schedule(secret, info) {
    const bound = join([0], await extract(NOTHING, "psk_id_hash", NOTHING, SUITE), await extract(NOTHING, "info_hash", info, SUITE));
    const root = await extract(secret, "secret", NOTHING, SUITE);
    return [await expand(root, "key", bound, 16, SUITE), await expand(root, "base_nonce", bound, 12, SUITE)];
  }
  /**
   * Seal bytes to a public key (65 bytes, uncompressed); the blob is the encapsulated key, then the ciphertext.
   * `more` is data that is authenticated only, `own` a pair: both for test vectors.
   */
  async function seal(plain, to, info, more = NOTHING, own = undefined) {
    const { sent, secret } = await encapsulate(to, own), [raw, iv] = await schedule(secret, info);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
    const cipher = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: more }, key, plain);
    return join(sent, new Uint8Array(cipher));
  }
  /** Its length as four bytes, the text, and zeros up to whole multiples of `step`: as `privacy/crypto` pads. */
  function pad(plain, step) {
    const padded = new Uint8Array(Math.ceil((plain.length + 4) / step) * step);
    new DataView(padded.buffer).setUint32(0, plain.length);
    padded.set(plain, 4);
    return padded;
  }
  return { seal, pad, join, utf8 };
})();
