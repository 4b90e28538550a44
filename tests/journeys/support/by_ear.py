"""What a child hears of a page, beside what it shows: a checked voice of the tablet, and the texts that stay mute."""

import json

from playwright.sync_api import Page

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet
from youthvoice import db
from youthvoice.sites.tablets.store import list_tablets, set_tablet_voices
from youthvoice.web.i18n.languages import TRANSLATED

_LOOK = 10  # milliseconds between two looks
_TONGUES = [code.replace("_", "-") for code in TRANSLATED]
VOICES = f"""
    window.spoken = [];
    const voices = {_TONGUES}.map((lang) => ({{ name: lang, lang, localService: true }}));
    speechSynthesis.getVoices = () => voices;
    speechSynthesis.cancel = () => {{}};
    speechSynthesis.speak = (one) => {{ spoken.push(one.text); queueMicrotask(() => one.onend?.()); }};
    Object.defineProperty(SpeechSynthesisUtterance.prototype, "voice", {{
        set(one) {{ this.chosen = one; }}, get() {{ return this.chosen ?? null; }},
    }});
    window.Audio = function (address) {{
        this.pause = () => {{}};
        this.play = async () => {{ spoken.push(address); queueMicrotask(() => this.onended()); }};
    }};
"""
"""A tablet with a voice of its own for each language; it says everything, and plays every recording, at once."""


def has_voices(tablet: ChildTablet) -> None:
    """An adult found a voice of this site's tablets right in each language."""
    place = tablet.place
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        for one in list_tablets(session, [place.site_id]):
            set_tablet_voices(session, one.id, TRANSLATED)


def with_voices(tablet: ChildTablet) -> ChildTablet:
    """A tablet that says everything in each language: beside every heading the speaker takes its room.

    What holds there holds where less can be heard, too: on a tablet without a voice, in a house without recordings.
    """
    has_voices(tablet)
    tablet.page.add_init_script(VOICES)
    return tablet


SHOWN = """every => {
    const over = typeof every === "string" && document.querySelector(every);
    const screen = document.querySelector(".screen.now") ?? document.querySelector("main");
    const place = over || (every ? document.body : screen);
    const feet = [...document.querySelectorAll("body > footer, body > .moves, .bar")];
    const beside = over ? [] : feet.filter(one => !place.contains(one));
    const texts = [];
    for (const part of [place, ...beside]) {
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, words = node.data.replace(/\\s+/g, " ").trim();
            const hidden = node.parentElement.closest(
                `.hidden, [aria-hidden=true], option, script, template, ${over ? "" : ".over, "}.past`);
            const clip = node.parentElement.closest("[data-clip]")?.dataset.clip ?? "";
            const painted = (every && !over) || node.parentElement.checkVisibility();
            if (words && !hidden && painted) texts.push([words, clip]);
        }
    }
    const empty = [...place.querySelectorAll("[placeholder]")].filter(one => !one.value && one.checkVisibility());
    return [...texts, ...empty.map(one => [one.placeholder, one.dataset.clip ?? ""])];
}"""
"""Every text that is painted, with its recording: of the open screen and its bars, of the whole page, or of a part."""
_SPEAKER = ".screen.now .listen:not([hidden]), main:not(:has(.screen.now)) .listen:not([hidden])"
_HEAR = f"""async () => {{
    const shown = ({SHOWN})(false), speaker = document.querySelector({json.dumps(_SPEAKER)});
    if (!speaker?.checkVisibility({{ visibilityProperty: true }})) return [shown, null];
    const tap = (button) => {{
        button.scrollIntoView({{ block: "nearest" }});
        const box = button.getBoundingClientRect();
        const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (!button.contains(there)) throw new Error(`${{there?.outerHTML.slice(0, 90)}} lies over a speaker`);
        button.click();
    }};
    spoken.length = 0;
    tap(speaker);
    const asks = document.querySelector("[data-hear]");
    if (asks?.checkVisibility({{ visibilityProperty: true }})) tap(asks.querySelector("[data-loud]"));
    for (let look = 0; !spoken.length || document.querySelector(".speaking"); look += 1) {{
        if (look > {browsers.PATIENCE // _LOOK}) throw new Error("it is never read");
        await new Promise((later) => setTimeout(later, {_LOOK}));
    }}
    return [shown, spoken];
}}"""
"""What is shown, and what was heard after a tap on the speaker; in one step, for a run takes some hundred of them."""


def mute(page: Page) -> list[str]:
    """The texts of the screen that is open which its speaker does not say: every word, option, button and error counts.

    They are found by another way than the page's own: text by text as it is painted.
    """
    shown, spoken = page.evaluate(_HEAR)
    if spoken is None:
        return ["no speaker", *(words for words, _clip in shown)]
    said = " \n ".join(spoken)
    return [words for words, clip in shown if words not in said and (not clip or clip not in said)]


def not_recorded(page: Page) -> list[str]:
    """The texts of every screen of the page that is open, hidden ones too, of which there is no recording."""
    return [words for words, clip in page.evaluate(SHOWN, True) if not clip]
