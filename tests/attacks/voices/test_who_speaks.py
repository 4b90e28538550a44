"""Who speaks is hard to tell from a disguised recording, and what is said is not: figures, on machine voices.

The attacker has trained on disguised recordings of the very speakers; one who has not would overstate the protection.
Not measured: recordings of children, who differ less from each other than these voices, and more from one day to the
next; dialects and ways to speak, which no disguise changes; the noise of a house.

The words are counted by pocketsphinx, where that is installed (`pip install pocketsphinx`).
"""

import base64
import io
import random
import subprocess
import wave
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.journeys.support import browsers
from tests.support.attacks.voice_recogniser import describe, equal_error
from tests.support.long_tests import long_test
from tests.support.voices import RATE, Sound
from youthvoice.web.assets import load_assets

pytestmark = long_test()
SPEAKERS = ("en-us", "en-gb+f1", "en-us+f2", "en-gb+f4", "en-us+m2", "en-gb+m7", "en-us+Annie", "en-gb-scotland")
TRAINS_ON, TRIED_ON = 16, 8
"""Sentences of each speaker."""

PARTS = (
    ("the teacher", "my brother", "the cook", "the old man", "our guard", "the big boy", "my friend", "nobody here"),
    ("took", "broke", "found", "wanted", "lost", "sold", "hid", "kept", "washed", "carried"),
    (
        "my shoes",
        "the blue bag",
        "our dinner",
        "a letter from home",
        "the small radio",
        "all the money",
        "her new coat",
    ),
    ("in the morning", "before the meal", "when it was dark", "last week", "near the river", "after the game"),
)
PAGE = "http://127.0.0.1:8123/"
"""Answered by this test alone; a browser has worklets for its own machine and for https."""

THROUGH = """async ([script, bytes, rate]) => {
    const given = new Int16Array(Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0)).buffer);
    const offline = new OfflineAudioContext(1, given.length + 2048, rate);
    await offline.audioWorklet.addModule(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    const draws = Array.from(crypto.getRandomValues(new Uint32Array(256)), (one) => one / 2 ** 32);
    const heard = offline.createBuffer(1, given.length, rate), source = offline.createBufferSource();
    heard.copyToChannel(Float32Array.from(given, (one) => one / 32768), 0);
    source.buffer = heard;
    source.connect(new AudioWorkletNode(offline, "disguise", { outputChannelCount: [1], processorOptions: { draws } }))
        .connect(offline.destination);
    source.start();
    const made = (await offline.startRendering()).getChannelData(0);
    const out = new Uint8Array(Int16Array.from(made, (one) => 32767 * one).buffer);
    let text = "";
    for (let at = 0; at < out.length; at += 8192) text += String.fromCharCode(...out.subarray(at, at + 8192));
    return btoa(text);
}"""


def sentences() -> list[str]:
    """Two statements each; none of those that the attacker is tried on is among those he trained on."""
    drawn = random.Random(5)  # noqa: S311 - the same for each speaker and run
    wanted: dict[str, None] = {}
    while len(wanted) < TRAINS_ON + TRIED_ON:
        wanted[". ".join(" ".join(drawn.choice(part) for part in PARTS) for _ in range(2))] = None
    return list(wanted)


def speak(voice: str, words: str) -> Sound:
    """A machine's voice, as loud as others."""
    spoken = subprocess.run(["espeak-ng", "-v", voice, "--stdout", words], capture_output=True, check=True, timeout=60)
    with wave.open(io.BytesIO(spoken.stdout)) as file:
        rate = file.getframerate()
        sound = np.frombuffer(spoken.stdout[44:], "<i2") / 32768  # the length in the head of a stream is not its own
    places = np.arange(0, len(sound) - 1, rate / RATE)
    even = np.interp(places, np.arange(len(sound)), sound)
    return np.asarray(np.clip(even * 0.07 / np.sqrt((even**2).mean()), -1, 1))


def _bytes(sound: Sound) -> bytes:
    return (32767 * sound).astype("<i2").tobytes()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    arguments = [one for one in browsers.ARGUMENTS if not one.startswith("--js-flags")]  # here it is worth optimising
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.CHROMIUM, args=arguments)
        opened = browser.new_page()
        opened.route(f"{PAGE}**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        opened.goto(PAGE)
        yield opened
        browser.close()


@pytest.fixture(scope="module")
def own() -> list[list[Sound]]:
    """What each speaker says, undisguised."""
    return [[speak(voice, words) for words in sentences()] for voice in SPEAKERS]


@pytest.fixture(scope="module")
def changed(page: Page, own: list[list[Sound]]) -> list[list[Sound]]:
    """The same, each disguised by itself."""
    return [[disguise(page, sound) for sound in sounds] for sounds in own]


def disguise(page: Page, sound: Sound) -> Sound:
    script = load_assets()["shared/disguise.js"].plain.decode()
    made = page.evaluate(THROUGH, [script, base64.b64encode(_bytes(sound)).decode(), RATE])
    return np.asarray(np.frombuffer(base64.b64decode(made), "<i2") / 32768)


def errs(sounds: list[list[Sound]]) -> float:
    """How often the attacker errs."""
    described = np.array([describe(sound) for said in sounds for sound in said])
    speakers = np.repeat(np.arange(len(sounds)), len(sounds[0]))
    return equal_error(described, speakers, np.tile(np.arange(len(sounds[0])) < TRAINS_ON, len(sounds)))


def test_who_trained_on_disguised_voices_errs_in_three_of_ten(
    own: list[list[Sound]], changed: list[list[Sound]]
) -> None:
    plain, disguised = errs(own), errs(changed)
    print(f"equal error rate: {plain:.3f} undisguised, {disguised:.3f} disguised")  # noqa: T201 - a figure
    assert plain < 0.15, "he is one who can tell them apart"
    assert disguised >= 0.3


def test_seven_of_ten_words_are_understood_disguised(own: list[list[Sound]], changed: list[list[Sound]]) -> None:
    """Nine of ten are the goal; the bound only rises.

    Each run draws another disguise: in ten, 72 to 83 of 100 words were understood, 79 in the mean. Of three sentences
    a speaker it was 53 to 83, which is too few to tell.
    Of these eight voices as they are this recogniser hears 39 of 100 words, so a share of that would say nothing. The
    threat model has other voices, which it hears well.
    """
    heard = pytest.importorskip("pocketsphinx", reason="NOT HEARD: pocketsphinx is missing")
    plain, disguised = understood(heard, own), understood(heard, changed)
    print(f"words understood: {plain:.3f} undisguised, {disguised:.3f} disguised")  # noqa: T201 - a figure
    assert disguised >= 0.7


def understood(heard: Any, sounds: list[list[Sound]]) -> float:
    """The share of words, of each sentence that the attacker is tried on."""
    decoder = heard.Decoder(lm=None, loglevel="FATAL", beam=1e-40, wbeam=1e-20, pbeam=1e-40, maxhmmpf=800)
    choices = ["(" + " | ".join(part) + ")" for part in PARTS]
    decoder.add_jsgf_string("said", f"#JSGF V1.0; grammar said; public <all> = {' '.join(choices * 2)};")
    decoder.activate_search("said")
    right = count = 0
    for said in sounds:
        for words, sound in list(zip(sentences(), said, strict=True))[TRAINS_ON:]:
            even = np.interp(np.arange(0, len(sound) - 1, RATE / 16_000), np.arange(len(sound)), sound)
            decoder.start_utt()
            decoder.process_raw(_bytes(0.5 * even / np.abs(even).max()), full_utt=True)
            decoder.end_utt()
            wanted = words.replace(".", "").split()
            right += in_common(wanted, decoder.hyp().hypstr.split() if decoder.hyp() else [])
            count += len(wanted)
    return right / count


def in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest sequence of words that both hold."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, heard in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if word == heard else max(row[at], row[at - 1])
    return row[-1]
