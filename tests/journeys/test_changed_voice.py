"""A child's recording does not sound like her, unless she chooses so."""

import base64
import math
import random
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.journeys.test_telling import found_by, opens_tell, speaks
from tests.journeys.test_what_a_screen_holds import HELD, Tablets, held, hidden
from tests.support.long_tests import breadth
from tests.support.voices import RATE, Sound, formants_of, pitch_of, syllables
from youthvoice.web.i18n.languages import TRANSLATED

pytestmark = pytest.mark.journey
_ALL_ON_A_PHONE = [(browsers.PHONE, language) for language in sorted(set(TRANSLATED) - {"ar", "en", "hi"})]
PITCH = 220.0
"""Hz; what the microphone of these journeys hears."""

_PACKED = """async (sound) => await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",")[1]);
    reader.readAsDataURL(new Blob([sound.getChannelData(0)]));
})"""
"""A sound as one text: Playwright carries a hundred thousand numbers one by one."""
THROUGH = """async ({ address, sound, rate, drawn }) => {
    const samples = new Float32Array(Uint8Array.from(atob(sound), (one) => one.charCodeAt(0)).buffer);
    const offline = new OfflineAudioContext(1, samples.length, rate);
    await offline.audioWorklet.addModule(address);
    const draws = drawn ?? Array.from(crypto.getRandomValues(new Uint32Array(256)), (one) => one / 2 ** 32);
    const heard = offline.createBuffer(1, samples.length, rate), source = offline.createBufferSource();
    heard.copyToChannel(samples, 0);
    source.buffer = heard;
    source.connect(new AudioWorkletNode(offline, "disguise", { outputChannelCount: [1], processorOptions: { draws } }))
        .connect(offline.destination);
    source.start();
    return await (PACKED)(await offline.startRendering());
}""".replace("PACKED", _PACKED)
"""The real file in the browser's real audio graph, as recorder.js runs it."""

DECODE = """async (bytes) => {
    const raw = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
    return await (PACKED)(await new OfflineAudioContext(1, 24000, 24000).decodeAudioData(raw.buffer));
}""".replace("PACKED", _PACKED)

SPY = """
    if (navigator.mediaDevices) {
    window.heard = [];
    const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => (window.microphone = await asked(wish));
    window.MediaRecorder = class extends MediaRecorder {
        constructor(stream, ...more) { super(stream, ...more); window.heard.push(stream); }
    };
    }
"""
"""Which stream is recorded: the microphone's, or another."""


GONE = "if (window.AudioWorklet) AudioWorklet.prototype.addModule = () => Promise.reject(new Error('gone'));"

RECORDED = """() => [heard.length,
    heard.some((one) => one.getTracks().some((track) => microphone.getTracks().includes(track))),
    microphone.getTracks().some((one) => one.readyState === "live"),
    [...document.forms].flatMap((form) => [...new FormData(form).values()]).filter((one) => one.size).length]"""
"""Recordings, whether one is of the microphone, whether that is still on, and files in forms."""


@pytest.fixture(scope="module")
def speaking(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears somebody speak at `PITCH`."""
    path = tmp_path_factory.mktemp("voice") / "child.wav"
    _write(path, syllables(PITCH, seconds=8.0))
    with browsers.chromium(playwright, whole=False, hears=path) as browser:
        yield browser


@pytest.fixture
def spoken(speaking: Browser, place: Place) -> Iterator[ChildTablet]:
    """A tablet with that microphone."""
    context = speaking.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    context.set_default_timeout(browsers.PATIENCE)
    context.add_init_script(SPY)
    watch = Watch(context)
    yield ChildTablet(context.new_page(), place, watch).is_connected()
    browsers.close(context)
    watch.check()


def _write(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", (int(30_000 * one) for one in sound)).tobytes())


def sent_sound(tablet: ChildTablet, place: Place) -> Sound:
    """What a reader hears, decoded."""
    tablet.stops()
    tablet.sends()
    expect(tablet.screen.locator(".code > li").first).to_be_visible()
    (_words, voice) = found_by(place, "asha")
    return _unpacked(tablet.page.evaluate(DECODE, base64.b64encode(voice.sound).decode()))


def _unpacked(sound: str) -> Sound:
    return np.frombuffer(base64.b64decode(sound), np.float32).astype(np.float64)


def through(tablet: ChildTablet, address: str | None, sound: Sound, drawn: list[float] | None = None) -> Sound:
    """What comes out of the real file; with other numbers each time, where none are given."""
    packed = base64.b64encode(sound.astype(np.float32).tobytes()).decode()
    return _unpacked(tablet.page.evaluate(THROUGH, {"address": address, "sound": packed, "rate": RATE, "drawn": drawn}))


def has_click(sound: Sound) -> bool:
    """Whether it jumps from one sample to the next as no voice does."""
    return bool(np.abs(np.diff(sound)).max() >= 40 * np.sqrt((sound**2).mean()))


def test_pitch_and_formants_move_differently_each_time_and_silence_stays_silence(spoken: ChildTablet) -> None:
    spoken.opens("/tell")
    address = spoken.page.locator("[data-disguise]").get_attribute("data-disguise")
    still = np.zeros(RATE)
    said = np.concatenate([syllables(PITCH, seconds=4.0), still])
    first, second = (through(spoken, address, said) for _ in range(2))
    for changed in (first, second):
        assert len(changed) == len(said)
        assert np.isfinite(changed).all()
        assert 0.05 < np.abs(changed).max() <= 1.0
        assert np.abs(changed[-RATE // 2 :]).max() < 1e-4, "silence stays silence"
        assert not has_click(changed)
        assert abs(math.log2(pitch_of(changed) / PITCH)) > math.log2(1.08)
        assert np.abs(np.log2(formants_of(changed) / formants_of(said))).max() > math.log2(1.03)
    for seed in (82, 88, 131):  # of 200, these burst out near full scale at the end of a syllable
        drawn = random.Random(seed)  # noqa: S311 - the same in each run
        assert not has_click(through(spoken, address, said, [drawn.random() for _ in range(256)])), seed
    assert np.corrcoef(first, said)[0, 1] ** 2 < 0.05, "nothing of the real sound is mixed in"
    assert abs(math.log2(pitch_of(first) / pitch_of(second))) > 0.003
    assert np.abs(through(spoken, address, still)).max() < 1e-6


def test_what_she_says_arrives_in_another_voice_and_the_real_one_is_recorded_nowhere(
    spoken: ChildTablet, place: Place
) -> None:
    opens_tell(spoken).skips_to("tell")
    spoken.reads("Your voice sounds different. Someone may still guess, by voice or words.")
    expect(spoken.screen.get_by_role("button", name="Changed voice")).to_have_attribute("aria-pressed", "true")
    speaks(spoken, 3500)
    assert spoken.page.evaluate(RECORDED) == [1, False, False, 1]
    assert abs(math.log2(pitch_of(sent_sound(spoken, place)) / PITCH)) > math.log2(1.08)


def test_her_own_voice_by_her_own_tap_arrives_as_it_is(spoken: ChildTablet, place: Place) -> None:
    opens_tell(spoken).skips_to("tell")
    spoken.screen.get_by_role("button", name="My own voice").click()
    spoken.reads("People here may know your voice.")
    speaks(spoken, 3500)
    assert spoken.page.evaluate("heard.every((one) => one === microphone)")
    assert abs(math.log2(pitch_of(sent_sound(spoken, place)) / PITCH)) < math.log2(1.03)


def test_a_recording_stays_what_it_is_when_she_chooses_the_other_way(tablet: ChildTablet) -> None:
    opens_tell(tablet).skips_to("tell")
    speaks(tablet, 500)
    sizes = "[...document.querySelectorAll('[name=voice]')].map(box => box.files[0].size)"
    before = tablet.page.evaluate(sizes)
    tablet.screen.get_by_role("button", name="My own voice").click()
    tablet.reads("What you said stays as it was. To change how it sounds, say it again.")
    assert tablet.page.evaluate(sizes) == before
    tablet.page.wait_for_function("window.name.includes('base64')")
    tablet.page.reload()
    expect(tablet.screen.get_by_role("button", name="Changed voice")).to_have_attribute("aria-pressed", "true")
    tablet.reads("What you said stays as it was. To change how it sounds, say it again.")
    assert tablet.page.evaluate(sizes) == before
    expect(tablet.screen.locator(".way.coming")).to_have_text("My own voice")
    tablet.screen.locator("[data-start]").click()
    expect(tablet.screen.locator("[data-halt]")).to_be_visible()
    tablet.reads("People here may know your voice.")
    tablet.page.wait_for_timeout(500)
    tablet.screen.locator("[data-halt]").click()
    tablet.reads("People here may know your voice.")
    expect(tablet.screen.locator(".way.coming")).to_have_count(0)
    expect(tablet.screen.get_by_role("button", name="My own voice")).to_have_attribute("aria-pressed", "true")
    tablet.stops()
    expect(tablet.screen.locator("[data-went]:visible")).to_have_text("My own voice")


def test_what_is_recorded_is_what_the_tile_says_whatever_she_taps_meanwhile(spoken: ChildTablet) -> None:
    """A microphone takes a while to be given; her real voice was kept as a changed one."""
    opens_tell(spoken).skips_to("tell")
    spoken.page.evaluate(
        "() => { const media = navigator.mediaDevices, asks = media.getUserMedia;"
        " media.getUserMedia = async (what) => { const stream = await asks(what);"
        " await new Promise((done) => setTimeout(done, 800)); return stream; }; }"
    )
    for first, then in (("own", "changed"), ("changed", "own")):
        spoken.screen.locator(f"[data-way={first}]").click()
        spoken.screen.locator("[data-start]").click()
        spoken.screen.locator(f"[data-way={then}]").dispatch_event("click")
        expect(spoken.screen.locator("[data-halt]")).to_be_visible()
        spoken.page.wait_for_timeout(800)
        spoken.screen.locator("[data-halt]").click()
        expect(spoken.screen.locator("[data-replay]")).to_be_visible()
        is_raw = spoken.page.evaluate("heard.at(-1).getTracks().some((one) => microphone.getTracks().includes(one))")
        pressed = spoken.screen.locator("[data-way][aria-pressed=true]").get_attribute("data-way")
        assert pressed == ("own" if is_raw else "changed")


def test_a_lost_microphone_ends_a_changed_recording(spoken: ChildTablet) -> None:
    opens_tell(spoken).skips_to("tell")
    spoken.screen.locator("[data-start]").click()
    expect(spoken.screen.locator("[data-halt]")).to_be_visible()
    spoken.page.wait_for_timeout(1200)
    spoken.page.evaluate(
        "microphone.getTracks().forEach((one) => { one.stop(); one.dispatchEvent(new Event('ended')); })"
    )
    expect(spoken.screen.locator("[data-replay]")).to_be_visible()


@pytest.mark.parametrize("breaks", breadth(["old"], ["gone"]))
def test_where_a_voice_cannot_be_changed_nothing_is_recorded_until_she_chooses_her_own(
    tablet: ChildTablet, breaks: str
) -> None:
    if breaks == "old":
        tablet.page.add_init_script("delete window.AudioWorkletNode")
    else:
        tablet.page.add_init_script(GONE)
    opens_tell(tablet).skips_to("tell")
    start = tablet.screen.locator("[data-start]")
    if breaks == "gone":
        start.click()
    tablet.reads("Your voice cannot be changed here. Choose your own voice, or write.")
    expect(start).to_be_disabled()
    assert not tablet.page.evaluate("document.querySelector('[name=voice]').files.length")
    tablet.screen.get_by_role("button", name="My own voice").click()
    tablet.reads("People here may know your voice.")
    speaks(tablet, 500)


@pytest.mark.parametrize(("size", "language"), [*HELD, *breadth([], _ALL_ON_A_PHONE)], ids=str)
def test_both_ways_and_what_was_recorded_leave_room_for_each_other(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    tablet = held(tablets, size, place, language)
    tablet.opens("/tell")
    tablet.skips_to("tell")
    own = tablet.screen.locator("[data-way=own]")
    found = hidden(tablet)
    own.click()
    found += hidden(tablet)
    tablet.screen.locator("[data-way=changed]").click()
    speaks(tablet, 300)
    found += hidden(tablet)
    own.click()
    found += hidden(tablet)
    tablet.screen.locator("textarea").click()
    assert found + hidden(tablet) == []
