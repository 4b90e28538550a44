"""A child who cannot read: she hears one sound after the other, sees what is lit meanwhile, and taps there.

Nothing of the page's text is read to find a way. What is shown and never heard is noted beside it.
"""

from typing import Any

from playwright.sync_api import Page

from tests.journeys.support.by_ear import SHOWN
from tests.journeys.support.navigators import comes_true
from youthvoice.web.i18n.languages import TRANSLATED

_TONGUES = [code.replace("_", "-") for code in TRANSLATED]
EAR = f"""
    window.ear = {{ now: null, end: null }};
    const sounds = (sound, end) => {{
        const lit = document.querySelector(".said")?.getBoundingClientRect();
        ear.now = {{ sound, x: lit ? lit.x + lit.width / 2 : 0, y: lit ? lit.y + lit.height / 2 : 0 }};
        ear.end = () => {{ ear.now = ear.end = null; end(); }};
    }};
    const voices = {_TONGUES}.map((lang) => ({{ name: lang, lang, localService: true }}));
    speechSynthesis.getVoices = () => voices;
    speechSynthesis.cancel = () => {{ ear.now = ear.end = null; }};
    speechSynthesis.speak = (one) => sounds(one.text, () => one.onend?.());
    Object.defineProperty(SpeechSynthesisUtterance.prototype, "voice", {{
        set(one) {{ this.chosen = one; }}, get() {{ return this.chosen ?? null; }},
    }});
    window.Audio = function (address) {{
        this.pause = () => {{ ear.now = ear.end = null; this.onpause?.(); }};
        this.play = async () => sounds(address, () => this.onended?.());
    }};
"""
"""A tablet that says everything; each sound lasts until she wants the next one."""
_SPEAKER = """() => {
    if (document.querySelector("form[aria-busy]") || document.documentElement.matches(".blank")) return null;
    const shown = [...document.querySelectorAll(".listen")].filter((one) => one.checkVisibility());
    const over = shown.find((one) => one.closest(".over"));
    (over ?? shown[0])?.scrollIntoView({ block: "nearest" });
    const box = (over ?? shown[0])?.getBoundingClientRect();
    return box && [box.x + box.width / 2, box.y + box.height / 2];
}"""
"""Where the picture of a speaker is: in the same corner of every screen, perhaps above what is shown now."""
_REST = """async wanted => {
    const sounds = [];
    for (let turn = 0; turn < 3 || ear.now; turn += 1) {
        if (ear.now) {
            if (ear.now.sound === wanted) return { sounds, now: ear.now, waits: false };
            sounds.push(ear.now.sound);
            ear.end();
            turn = 0;
        }
        const next = new MessageChannel();
        await new Promise((comes) => { next.port1.onmessage = comes; next.port2.postMessage(0); });
    }
    return { sounds, now: null, waits: Boolean(document.querySelector(".speaking")) };
}"""
"""From sound to sound, without a way to the browser for each; until the wanted one, or until one keeps waiting."""
_SETTLES = 150  # milliseconds after a tap
_MOST_SCREENS = 40
WAYS_ON = ("Next", "I understand", "Start", "Skip")
"""What leads on, the first that is heard."""


class Ear:
    """Her ear, her eye for what is lit, and her finger."""

    def __init__(self, page: Page) -> None:
        page.add_init_script(EAR)
        self.page = page
        self.unheard: dict[str, list[str]] = {}

    def hears(self) -> list[str]:
        """All sounds of this screen, in order; what is shown there and has none is noted."""
        self._listens()
        sounds = self.rest()
        self._compares(sounds)
        return sounds

    def rest(self) -> list[str]:
        """What is being said, to its end."""
        return self._until(None)[0]

    def taps(self, wanted: str) -> None:
        """Listen to all, once more until that sound, and tap what is lit then."""
        sounds = self.hears()
        assert wanted in sounds, (wanted, sounds)
        self._taps(wanted)

    def _taps(self, wanted: str) -> None:
        self._listens()
        _sounds, now = self._until(wanted)
        assert now, wanted
        self.page.mouse.click(now["x"], now["y"])
        self.page.wait_for_timeout(_SETTLES)

    def walks(self, to: str, *answers: str) -> list[str]:
        """From screen to screen until some sound is there: answers are tapped where they are heard, else the way on."""
        for _screen in range(_MOST_SCREENS):
            sounds = self.hears()
            if to in sounds:
                return sounds
            for answer in answers:
                if answer in sounds:
                    self._taps(answer)
                    sounds = self.hears()
            ways = [way for way in WAYS_ON if way in sounds]
            assert ways, sounds
            self._taps(ways[0])
        raise AssertionError(f"{to} was never heard")

    def _until(self, wanted: str | None) -> tuple[list[str], dict[str, Any] | None]:
        """Every sound from that of this moment to the end of all, or to the wanted one, which is given and lasts."""
        sounds: list[str] = []

        def listens() -> dict[str, Any] | None:
            part: dict[str, Any] = self.page.evaluate(_REST, wanted)
            sounds.extend(part["sounds"])
            return None if part["waits"] else part

        return sounds, comes_true(self.page, listens, "a sound, or the end of all")["now"]  # type: ignore[index]

    def _listens(self) -> None:
        """Tap the speaker. The first time it says how to hear, and she lets it."""
        where = comes_true(self.page, lambda: self.page.evaluate(_SPEAKER), "a speaker, and nothing under way")
        if self.page.evaluate("Boolean(document.querySelector('.listen.speaking'))"):
            self.page.mouse.click(*where)
        self.page.mouse.click(*where)
        if self.page.locator("[data-hear]").is_visible():
            self._lets_it()

    def _lets_it(self) -> None:
        sounds, now = self._until("Read aloud")
        assert now, f"nothing said how to hear: {sounds}"
        self._compares([*sounds, "Read aloud"], "[data-hear]")
        self.page.mouse.click(now["x"], now["y"])

    def _compares(self, sounds: list[str], place: str = "") -> None:
        said = " \n ".join(sounds)
        shown = self.page.evaluate(SHOWN, place or False)
        lost = [words for words, clip in shown if words not in said and (not clip or clip not in said)]
        if lost:
            at = self.page.evaluate("document.querySelector('.screen.now')?.getAttribute('aria-labelledby') ?? ''")
            path = self.page.evaluate("document.body.dataset.page")
            self.unheard.setdefault(f"{path} {at} {place}".strip(), []).extend(lost)
