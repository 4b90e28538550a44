/* What stands between a tablet and its network. Online it lets everything pass. Offline it shows the pages that lie here,
   and what a child sends is sealed and kept until the house says that it has it.

   Nothing that a child typed is ever written unsealed. Which of the pages she opened this worker knows as long as it lives and
   writes nowhere; what the browser writes of them by itself: docs/threat-register.md, "What does a tablet's browser keep?". */
"use strict";
const FORMS = /^\/(?:(?:survey|vote)\/[A-Za-z0-9_-]+|tell|talk|good|agenda\/suggest|agenda\/me-too|we-did)$/;
/* `.signs`, `.large`, `.covered`: with films of an adult who signs, with larger text, by ear alone (`languages.SIGNED` and below). */
const LANGUAGE = /^\/language(?:\/([A-Za-z_]+(?:\.signs)?(?:\.large)?(?:\.covered)?))?$/;
const KEPT = /^\/(static|clips|exit)\//;
const NOT_OURS = /^\/(staff|views|outside|health|calendar|offline\/(manifest|deliver|status)$)/;
const PAGE_SECONDS = 4, FORM_SECONDS = 12;
const HTML = "text/html; charset=utf-8";
const PASSED = [404, 410];   // such as a round that ended in this minute
const NUMBER = /^[0-9a-f]{32}$/, NO_SHEET = "0".repeat(32), SHEET = /(name="sheet" value=")[0-9a-f]{32}"/g, OFFLINE = / data-offline hidden(?: data-when='[^']*')?/g;

const within = (seconds) => AbortSignal.timeout(1000 * seconds);
/** An answer whose head comes in time; the rest of it may take as long as it takes on a slow line. */
async function begun(seconds, ask) {
  const late = new AbortController(), over = setTimeout(() => late.abort(), 1000 * seconds);
  try {
    return await ask(late.signal);
  } finally {
    clearTimeout(over);
  }
}
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const bytes = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
const hashOf = async (data) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
/** What stands outside of an envelope: nobody who reads it here learns the number of the sheet inside (`outer_number`). */
const outerOf = async (sheet) => (await hashOf(sealing.utf8(`youthvoice/1|sheet|${sheet}`))).slice(0, 32);
const numbered = (page, sheet) => page.replaceAll(SHEET, (_whole, before) => `${before}${sheet}"`);
const newSheet = () => hex(crypto.getRandomValues(new Uint8Array(16)));
/** An answer of our own house: another network's page does not forbid what ours does. */
const ours = (answer) => answer.headers.get("Content-Security-Policy")?.includes("frame-ancestors 'none'") ?? false;
/** It is ours, and no failure of the house. A 200 of anybody else decides nothing. */
const decides = (answer) => ours(answer) && answer.status < 500;

/* ---- Pages that lie here ---- */
const shelfName = (version) => `pages-${version}`;
const placeOf = (language, path) => `/offline/pages/${language}${path}`;

/* What a child waits for right now. What is fetched beforehand waits for it: one slow line carries both. */
let going = Promise.resolve();
function first(answer) {
  going = Promise.allSettled([going, answer]);
  return answer;
}
const beforehand = async (address, seconds, headers = {}, cache = "default") => {
  await going;
  return fetch(address, { headers, cache, redirect: "manual", priority: "low", signal: within(seconds) });
};
/* Whoever has a console here for a moment may replace anything that lies here. So nothing of it counts for what was written beside
   it: a page is asked for by the hash of what it is now, zeros in place of its number (`unchanged_pages.mark_of`), a file must be
   what its address says. */
/** "This lies here": the house sends it again only if it is another one. */
const unless = async (words) => ({ "If-None-Match": `"${(await hashOf(sealing.utf8(numbered(words, NO_SHEET)))).slice(0, 20)}"` });
const unlessKept = async (kept) => (kept ? unless(await kept.clone().text()) : {});
/* The harmless page has no hash in its address: it stands in history as it is. So the house says it with this script (`EXITS`). */
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const STRICT = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const asOurs = (body, type) => new Response(body, { headers: { "Content-Type": type, "Content-Security-Policy": STRICT } });
/** A file that lies here, if it is still what came from the house; its heads are made here. */
async function genuine(address) {
  const [, named, ending] = /[./-]([0-9a-f]{8,})(?:\.(\w+))?$/.exec(address) ?? [], digits = EXITS[address] ?? named;
  const found = digits && await caches.match(address), body = found && await found.arrayBuffer();
  if (!found || !(await hashOf(body)).startsWith(digits)) return undefined;
  return asOurs(body, EXITS[address] ? HTML : TYPES[ending] ?? found.headers.get("Content-Type") ?? "");
}

/** Fetch everything that can be done here anew, where it has changed; only a shelf that is full takes the other's place. */
async function stock() {
  const known = await shelf.read("manifest"), has = known && await caches.has(shelfName(known.version));
  const answer = await beforehand("/offline/manifest", 30, has && known.told ? await unless(known.told) : {});
  if (ours(answer) && answer.status === 403) await leave(known);
  if (!ours(answer) || !(answer.ok || answer.status === 304)) return;
  const now = Date.parse(answer.headers.get("Date")) || Date.now(), clock = { now, ahead: Date.now() - now };
  let former = known?.former;
  if (former && !(await shelf.sheets()).length && await tell(EMPTY, { ...known, pass: former }, true)) former = undefined;
  /* Of what is kept the house has seen `told` alone: the key that is sealed to, too, is always what stands there. */
  const told = answer.ok ? await answer.text() : known.told, manifest = { ...JSON.parse(told), told, ...clock, former };
  if (known && (known.name ?? known.pass) !== (known.name ? manifest.name : manifest.pass)) {
    /* It was connected anew: nothing is sealed with its former pass from now on, however long the pages take. */
    manifest.former = known.pass;
    await shelf.write("manifest", { ...known, pass: manifest.pass, name: manifest.name, former: known.pass });
  }
  await keepOnly(known?.version, manifest.version);
  Object.assign(manifest, has && known.version === manifest.version ? { clips: known.clips, signed: known.signed } : await fill(manifest));
  await shelf.write("manifest", manifest);
  await keepOnly(manifest.version);
}
async function keepOnly(...versions) {
  const wanted = versions.length ? [FILMS, ...versions.map(shelfName)] : [];
  for (const name of await caches.keys()) if (!wanted.includes(name)) await caches.delete(name);
}
/** An adult has let this tablet go: nothing is begun on it any more. What waits is still delivered; then nothing of ours is left. */
async function leave(known) {
  if (await isInUse()) return;
  await keepOnly();
  if ((await shelf.sheets()).length) return;
  for (const name of ["manifest", "language", "reserve"]) await shelf.forget(name);
  /* A child whose page was open perhaps sent in this moment. */
  if ((await shelf.sheets()).length) return;
  if (known) await tell(EMPTY, known, true);
  await registration.unregister();
}
/** Whether a child may be answering: what she sends is sealed with what lies here. */
async function isInUse() {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.length > 1 || windows.some(({ id, url }) => FORMS.test((shows.get(id)?.url ?? new URL(url)).pathname));
}
const EMPTY = { since: "", room: true };
/** What coordinators see of this tablet, from its next daily hour on; gives whether the house heard it. `closed`: nothing can be
    sealed with this pass any more, so that the house need take nothing more with it. */
async function tell({ since, room }, { version, clips = [], pass }, closed = false) {
  const report = { waiting: Boolean(since), since, room, version, clock: Date.now(), clips, refused, closed };
  const asked = { method: "POST", body: JSON.stringify({ report, pass }), redirect: "error", signal: within(30) };
  return (await fetch("/offline/status", asked).catch(() => EMPTY)).ok;
}
/** Fill a shelf. Gives the languages in which recorded voices lie on it, and which films its pages show. */
async function fill(manifest) {
  const cache = await caches.open(shelfName(manifest.version)), files = new Set([...manifest.files, ...Object.values(manifest.exits)]), films = new Set(), heard = new Set();
  try {
    for (const language of manifest.languages) {
      for (const path of manifest.pages) {
        const place = placeOf(language, path), kept = await cache.match(place) ?? await caches.match(place);
        const answer = await beforehand(path, 30, { "Youth-Voice-Language": language, ...await unlessKept(kept) }, "no-cache");
        if (answer.type === "opaqueredirect" || (ours(answer) && PASSED.includes(answer.status))) continue;
        if (!ours(answer) || !(answer.ok || answer.status === 304)) throw new Error(path);
        const page = await plain(answer, answer.ok ? answer : kept);
        for (const [, file] of (await page.clone().text()).matchAll(/"(\/(?:static|clips)\/[^"#\\]+)/g)) {
          (FILM.test(file) ? films : files).add(file);
          if (/^\/clips\/(?!greetings|signs)/.test(file)) heard.add(language);
        }
        await cache.put(place, page);
      }
    }
    for (const file of files) {   // their addresses change with what they hold
      const answer = await genuine(file) ?? await beforehand(file, 60, {}, EXITS[file] ? "no-cache" : "default");
      if (!ours(answer) || !answer.ok) throw new Error(file);
      await cache.put(file, answer);
    }
    return { clips: [...heard], signed: [...new Set([...films, ...manifest.films ?? []])] };
  } catch (error) {
    /* Half a shelf is none: the other one stays, and next time this one goes on from here. */
    if (error.name === "QuotaExceededError") await caches.delete(shelfName(manifest.version));
    throw error;
  }
}
/** Films lie apart: no page waits for them, and no day lays them by anew. Most of the room stays for what children say. */
const FILMS = "films", FILM = /^\/clips\/signs\//;
async function layFilms() {
  const { signed = [] } = await shelf.read("manifest") ?? {};
  if (!signed.length) return caches.delete(FILMS);
  const cache = await caches.open(FILMS), lies = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  for (const film of lies) if (!signed.includes(film)) await cache.delete(film);
  for (const film of signed.filter((one) => !lies.includes(one))) {
    const { usage, quota } = await navigator.storage.estimate();
    if (usage > quota / 3) return;
    const answer = await beforehand(film, 60, {}, "no-store");   /* it lies here once, and in no other cache of the browser */
    if (!ours(answer) || !answer.ok) return;   /* a box has none of pages that it does not show: they come last, and one is asked for */
    await cache.put(film, answer);
  }
}
/** The same page as it is shown later, when nobody came by the way on which this one came. `page`: what lies here, where the house
    answered that it is the same; its heads are the house's all the same, which says of a 304 no type: then it is a page. */
async function plain(answer, page) {
  const headers = new Headers(answer.headers);
  if (!answer.ok) headers.set("Content-Type", HTML);
  for (const name of ["Content-Encoding", "Content-Length", "Set-Cookie", "Vary"]) headers.delete(name);
  return new Response(await page.text(), { headers });
}

/** What a window shows at an address. `way`: how it gets to another one. */
async function page(event, request, url, way = PLAIN) {
  const tapped = LANGUAGE.exec(url.pathname);
  if (tapped) await (tapped[1] ? shelf.write("language", tapped[1]) : shelf.forget("language")).catch(() => {});
  const kept = url.search || request.method !== "GET" ? undefined : await onShelf(url.pathname).catch(() => undefined);
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(await unlessKept(kept))) headers.set(name, value);
  try {
    const answer = await begun(kept ? PAGE_SECONDS : FORM_SECONDS, (signal) => fetch(request, { headers, signal }));
    if (answer.type === "opaqueredirect" || decides(answer)) {
      event.waitUntil(answer.status === 403 ? settle() : performance.now() > rests && flush());
      /* A tablet that was let go says of what was sealed on it that it is. */
      if (answer.status === 403 && url.pathname === (await shelf.read("manifest"))?.saved) return fromShelf(url, way);
      return answer.status === 304 ? shown(await plain(answer, kept)) : way.arrives(answer);
    }
  } catch { /* no network */ }
  return fromShelf(url, way);
}
async function chosenLanguage({ languages }) {
  const [chosen] = (await shelf.read("language") ?? "").split(".");
  return languages.includes(chosen) ? chosen : languages[0];
}
/** What a child chose before this worker stood between her and the network; it knows better what was tapped since. */
const believe = async (chosen) => chosen && !await shelf.read("language") && shelf.write("language", chosen);
async function fromShelf(url, way) {
  const manifest = await shelf.read("manifest"), tapped = LANGUAGE.exec(url.pathname);
  if (!manifest) return Response.error();
  const { languages } = manifest, chooses = languages.length > 1 || manifest.choice;
  if (tapped && (tapped[1] || !chooses)) return way.to("/");
  const language = await chosenLanguage(manifest);
  if (url.pathname === "/" && !await shelf.read("language") && chooses) return way.to("/language");
  const isOver = houseTime(manifest) >= manifest.ends?.[url.pathname];
  const found = await onShelf(isOver ? manifest.over : url.pathname) ?? await onShelf(manifest.cannot);
  if (!found) return Response.error();
  return shown(found, (page) => page.replaceAll(OFFLINE, "").replaceAll("<time data-day></time>", manifest.days[language]));
}
async function onShelf(path) {
  const manifest = await shelf.read("manifest");
  if (!manifest) return undefined;
  const cache = await caches.open(shelfName(manifest.version));
  return cache.match(placeOf(await chosenLanguage(manifest), path));
}
/** A page that lies here, for one child: each has a sheet of her own. */
async function shown(found, change = (page) => page) {
  const words = await found.text(), [, ...classes] = (await shelf.read("language").catch(() => ""))?.split(".") ?? [];
  const sized = classes.length ? words.replace(/^<!doctype html>\n<html /, (head) => `${head}class="${classes.join(" ")}" `) : words;
  return new Response(numbered(change(sized), newSheet()), { headers: found.headers });
}
/** What the house's clock says by now. This tablet's was `ahead` of it when they met, or was set right since: the earlier of the two
    that is not before that day, so that nothing is called over too soon. */
function houseTime({ now = 0, ahead = 0 }) {
  const since = [Date.now(), Date.now() - ahead].filter((time) => time >= now);
  return since.length ? Math.min(...since) : now;
}
/** A file that lies here; of a sound a browser asks for a part. As a new answer: of one from a shelf Chromium keeps what it
    translated of a script in a file, whose time says when the page of that script was opened. */
async function fromAnyShelf(request) {
  const { pathname } = new URL(request.url), found = await genuine(pathname).catch(() => undefined), part = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range"));
  if (!found && FILM.test(pathname) && request.destination === "video") return Response.error();   // it was replaced: nobody hears that a child taps it
  if (!found) return pathname.startsWith("/exit") ? harmless(request) : fetch(request);
  if (!part) return new Response(found.body, { headers: found.headers });
  const whole = await found.blob(), from = Number(part[1]), to = Math.min(Number(part[2] || Infinity), whole.size - 1);
  const headers = new Headers(found.headers);
  headers.set("Content-Range", `bytes ${from > to ? "*" : `${from}-${to}`}/${whole.size}`);
  headers.delete("Content-Length");
  return from > to ? new Response(null, { status: 416, headers }) : new Response(whole.slice(from, to + 1, whole.type), { status: 206, headers });
}

/** The harmless page from the house; where it does not come, a blank one: of what lies here and is another one nobody is shown anything. */
async function harmless(request) {
  const answer = await begun(PAGE_SECONDS, (signal) => fetch(request, { signal })).catch(() => undefined);
  return answer?.ok && ours(answer) ? answer : asOurs("<!doctype html><html lang=zxx><title>-</title>", HTML);
}

/* ---- One address for all pages of a child: no history of this device tells which of them she opened ---- */
const ONE = "/", SOON = 10000, MOST_WINDOWS = 8;
/* `next`: what the page that asked last is about to show. `shows`: what each window shows under the one address. */
const shows = new Map();
let next;
/** A way that everybody sees: another address. */
const PLAIN = {
  to: (path) => Response.redirect(path, 303),
  arrives: (answer) => (answer.redirected ? Response.redirect(answer.url, 303) : answer),
};
/** A way that only this worker knows. */
const under = (event) => ({
  to(path) {
    remember(event.resultingClientId, new URL(path, location.origin));
    return fromShelf(new URL(path, location.origin), this);
  },
  arrives(answer) {
    if (answer.redirected) remember(event.resultingClientId, new URL(answer.url));
    const headers = new Headers(answer.headers);
    headers.delete("Content-Encoding");
    return new Response(answer.body, { status: answer.status, headers });
  },
});
function remember(window, url) {
  const { hash } = shows.get(window)?.url ?? {};
  if (hash) url.hash = hash;
  shows.set(window, { url, until: performance.now() + SOON });
  if (shows.size > MOST_WINDOWS) shows.delete(shows.keys().next().value);
}
/** A page says what it shows next; the answer: whether it may go there under the one address. */
function prepare({ show, body, type }) {
  const url = new URL(show);
  if (url.origin !== location.origin || NOT_OURS.test(url.pathname)) return false;
  next = { url, body, type, until: performance.now() + SOON };
  return true;
}
/** Once, to the page that arrived: where on it she is led to. */
function arrived(window) {
  const shown = shows.get(window), hash = shown?.url.hash ?? "";
  if (shown) {
    shown.url.hash = "";
    shown.until = 0;
  }
  return hash;
}
/** What windows showed that are gone; not of one that is still on its way. */
async function forgetGone() {
  const here = (await clients.matchAll({ type: "window", includeUncontrolled: true })).map(({ id }) => id);
  for (const [window, { until }] of shows) if (!here.includes(window) && until < performance.now()) shows.delete(window);
}
/** What is to be shown under the one address: what was asked for, or once more what stands there; else the front page. */
async function wanted({ request }) {
  const asked = next;
  next = undefined;
  if (asked?.until > performance.now()) return asked;
  if (request.isReloadNavigation || request.isHistoryNavigation || request.cache === "no-cache") {
    const here = (await clients.matchAll({ type: "window" })).find((one) => one.visibilityState === "visible" && shows.has(one.id));
    if (here) return shows.get(here.id);
  }
  return { url: new URL(ONE, location.origin) };
}
async function neutral(event) {
  const { url, body, type } = await wanted(event), way = under(event), { headers } = event.request;
  remember(event.resultingClientId, new URL(body ? ONE + url.hash : url, location.origin));
  if (KEPT.test(url.pathname)) return way.arrives(await fromAnyShelf(new Request(url)));
  if (!body) return page(event, new Request(url, { headers }), url, way);
  const request = new Request(url, { method: "POST", body, headers: { Accept: headers.get("Accept"), "Content-Type": type } });
  return FORMS.test(url.pathname) ? send(event, request, url, way) : page(event, request, url, way);
}

/* ---- The pictures of a child who tells: drawn here, shown, sealed along with what she told, and forgotten ---- */
/* Of 256 numbers so many are whole nines: none comes more often than another. */
const PICTURES = 7, OF = 9, EVEN = 252;
/* By sheet, as long as this worker lives: who sends once more gets the same. */
const drawnFor = new Map();
/** Whether anything was told: else there is nothing that pictures could lead to (`ReportSubmission.is_empty`). */
const isTold = (given) => [...given].some(([name, value]) =>
  (/^(come|danger)$/.test(name) ? value !== "no" : /^(topic|whom|by_whom|words|voice)$/.test(name) && (value.size ?? value.trim())));
function drawCode(sheet) {
  if (drawnFor.has(sheet)) return drawnFor.get(sheet);
  const drawn = [];
  while (drawn.length < PICTURES) {
    const [one] = crypto.getRandomValues(new Uint8Array(1));
    if (one < EVEN) drawn.push(one % OF);
  }
  drawnFor.set(sheet, drawn);
  return drawn;
}
async function codeScreens(code) {
  const { code: place } = await shelf.read("manifest"), { screens, lists, codes, trial } = await (await onShelf(place)).json();
  const name = (nth) => codes[nth][code[nth]];
  /* As `pictures.number_code`. */
  const mixed = [...code.keys()].sort((one, other) => (name(one) < name(other) ? -1 : 1));
  return screens.replace(/\[\[(\d)\/(\d)\]\]/g, (_hole, list, nth) => {
    const whose = Number(list) === trial ? mixed[nth] : Number(nth);
    return lists[list][whose][code[whose]];
  });
}

/* ---- What a child sends ---- */
async function send(event, request, url, way = PLAIN) {
  const given = await request.clone().formData(), sheet = given.get("sheet") ?? "";
  /* It begins something, and gives nothing yet: there is nothing to seal. */
  if (!NUMBER.test(sheet) || given.has("begin")) return page(event, request, url, way);
  const body = new Uint8Array(await request.clone().arrayBuffer());
  const isPage = way !== PLAIN || request.mode === "navigate", code = url.pathname === "/tell" && !isPage && isTold(given) ? drawCode(sheet) : [];
  const headers = new Headers(request.headers), language = await shelf.read("language").catch(() => undefined);
  /* Chosen without a network perhaps: no cookie says so. */
  if (language) headers.set("Youth-Voice-Language", language);
  if (code.length) headers.set("Youth-Voice-Code", code.join(""));
  let refusal;
  try {
    /* Of a form without a script it is looked where it leads, too: another network leads to its own page. */
    const seconds = FORM_SECONDS + body.length / 16384;
    const answer = await (isPage ? begun(seconds, (signal) => fetch(request.url, { method: "POST", body, headers, signal }))
      : fetch(request, { headers, signal: within(seconds) }));
    if (await isTaken(answer, sheet)) {
      if (answer.status === 201) drawnFor.delete(sheet);
      return isPage ? way.arrives(answer) : answer;
    }
    if (isOfTablet(answer)) refusal = answer;
  } catch { /* no network, or it broke on the way: the house knows the sheet by its number if it came after all */ }
  try {
    /* What she is shown is made first: nothing is kept of which she then hears that it was not. */
    const { saved } = await shelf.read("manifest");
    const said = code.length ? { sheet, screens: await codeScreens(code) } : { sheet, thanks: saved, go: saved };
    await put({ path: url.pathname, type: request.headers.get("Content-Type"), code: code.join("") }, body, sheet);
    drawnFor.delete(sheet);
    event.waitUntil(flush());
    registration.sync?.register("queue").catch(() => {});
    return isPage ? way.to(saved) : Response.json(said, { status: 201 });
  } catch {
    /* The page says that it waits; everything is still on it. */
    if (refusal) return isPage ? way.arrives(refusal) : refusal;
    return Response.error();
  }
}
/** Of what she sent it says nothing. Too many at once, perhaps of somebody else who copied this tablet's cookie; or an adult let this
    tablet go while she was answering: an envelope is still taken from it. */
const isOfTablet = (answer) => ours(answer) && (answer.status === 403 || (answer.status === 429 && answer.headers.has("Retry-After")));
async function isTaken(answer, sheet) {
  if (!decides(answer) || isOfTablet(answer)) return false;
  if (answer.status !== 201 || !answer.headers.get("Content-Type")?.startsWith("application/json")) return true;
  return (await answer.clone().json()).sheet === sheet;
}
async function put(request, body, sheet) {
  const manifest = await shelf.read("manifest"), language = await chosenLanguage(manifest), outer = await outerOf(sheet);
  const { utf8, join, pad, seal } = sealing;
  const letter = join(utf8(`${JSON.stringify({ ...request, sheet, language, pass: manifest.pass })}\n`), body);
  const { words, voice } = manifest.steps;
  /* Without a voice each is as long as any other; on this tablet it takes the room of one with a voice. */
  let padded = pad(letter, words);
  if (padded.length > words) padded = pad(letter, voice);
  const sealed = await seal(padded, bytes(manifest.key.public), utf8(`youthvoice/1|offline|${outer}`));
  const envelope = join(utf8(`${manifest.key.name}\n${outer}\n`), sealed);
  const day = new Date(houseTime(manifest) + (manifest.zone ?? 0)).toISOString().slice(0, 10);   // of the house, whatever this clock says
  await shelf.keep(outer, envelope, day, envelope.length - padded.length + words, padded.length > words ? 0 : voice - words);
  const now = await shelf.read("manifest");
  if (now?.pass === manifest.pass) return;
  await shelf.remove([outer]);
  /* A newer pass came meanwhile: what waits with an older one is not believed for long. */
  if (now?.name && now.name === manifest.name) return put(request, body, sheet);
  /* An adult let this tablet go in this moment: she hears that it is not kept, and taps once more. */
  throw new Error("let go");
}

/* ---- Until the house has it ---- */
const AT_ONCE = 4, AT_A_TIME = 16, MOST_STUCK = 20, MOST_WAIT = 10 * 60, REST = 60000, NEVER_OPENS = 410;
/* `rests`: until when what the house refused does not go along with every page that is opened, at 32 KiB each.
   `refused`: whether something never opens in the house, as far as all of it was tried last. */
let failures = 0, again = 0, stuck = 0, rests = 0, unopened = false, refused = false;
function flush() {
  return navigator.locks.request("queue", { ifAvailable: true }, async (mine) => {
    if (!mine) return;
    clearTimeout(again);
    unopened = false;
    stuck = 0;
    try {
      /* From anywhere, and then from the beginning: none stands behind the same one for ever. */
      for (let last of [newSheet(), ""]) {
        for (let some; (some = await shelf.envelopes(last, AT_A_TIME)).length; last = some.at(-1).sheet) await carry([...some]);
      }
      refused = unopened;
      if (stuck) throw new Error("some stay");
      failures = 0;
    } catch {
      refused ||= unopened;
      failures += 1;
      const wait = Math.min(MOST_WAIT, 2 ** failures * 5) * (0.5 + Math.random());
      /* As long as this worker lives; else a page or the browser wakes it. */
      again = setTimeout(flush, 1000 * wait);
    }
  });
}
/** Whoever delivers already is waited for. */
async function flushed() {
  await flush();
  await navigator.locks.request("queue", () => {});
}
/** Some envelopes go, a few at once. One that finds no house stops all behind it, one that the house cannot take now none. */
async function carry(some) {
  const gone = [], one = async () => {
    for (let next; (next = some.pop());) if (await deliver(next)) gone.push(next.sheet);
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, one));
  if (gone.length) await shelf.remove(gone);
  for (const { reason } of ends) if (reason) throw reason;
}
/** An envelope goes; it leaves this tablet only after the house has said its outer number. */
async function deliver({ sheet, blob }) {
  const answer = await fetch("/offline/deliver", {
    method: "POST", body: blob, headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
    redirect: "error", signal: within(60 + blob.length / 4096),
  });
  if (answer.status === 201 && (await answer.json()).sheet === sheet) return true;
  if (!ours(answer)) throw new Error(String(answer.status));
  if (decides(answer) && answer.status !== 429) rests = performance.now() + REST;
  else if (++stuck > MOST_STUCK) throw new Error(String(answer.status));
  unopened ||= answer.status === NEVER_OPENS;
  return false;
}
/** Everything that is to be done when a network may be there. What is said first is known without one. */
async function settle(say = () => {}) {
  const standing = async () => ({ since: await shelf.read("since") ?? "", room: await shelf.hasRoom() });
  say(await standing());
  await flushed();
  /* In this order: what is sealed with an older pass than this one is seen to wait. */
  const manifest = await shelf.read("manifest"), left = await standing();
  say(left);
  if (manifest && await tell(left, manifest)) say({ ...left, met: true });
  await navigator.locks.request("stock", { ifAvailable: true }, (mine) => mine && stock()).catch(() => {});
  await navigator.locks.request("films", { ifAvailable: true }, (mine) => mine && layFilms()).catch(() => {});
}

/* ---- Events ---- */
addEventListener("install", (event) => {
  /* Else Chromium asks the network for a page while this worker wakes, without the mark of the one that lies here. */
  event.addRoutes?.({ condition: { requestMode: "navigate" }, source: "fetch-event" })?.catch(() => {});
  skipWaiting();
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
/* A browser tries again later if it hears that something stays. */
addEventListener("sync", (event) => event.waitUntil(flushed().then(async () => (await shelf.sheets()).length && Promise.reject())));
addEventListener("message", (event) => {
  const { data, ports: [port], source } = event;
  if (data.show) port.postMessage({ shows: prepare(data) });
  else if (data.arrived) {
    port.postMessage({ hash: arrived(source.id) });
    event.waitUntil(forgetGone());
  }
  else event.waitUntil(believe(data.chosen).catch(() => {}).then(() => settle((standing) => port?.postMessage(standing))));
});
/** Not a form on another site: sent from here it would bear the tablet's cookie, and the house would take it for a child's. */
const isOurs = ({ mode, referrer }) => mode !== "navigate" || referrer.startsWith(`${location.origin}/`);
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin || NOT_OURS.test(url.pathname)) return;
  if (request.method === "POST" && FORMS.test(url.pathname) && isOurs(request)) event.respondWith(first(send(event, request, url)));
  else if (request.method !== "GET") return;
  else if (KEPT.test(url.pathname)) event.respondWith(first(fromAnyShelf(request)));
  else if (request.mode === "navigate") event.respondWith(first(url.pathname === ONE && !url.search ? neutral(event) : page(event, request, url)));
});
