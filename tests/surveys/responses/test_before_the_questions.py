"""Three screens before the first question: whole sentences, and no duty lost (S1, S2, S7, S10; CHILD-UX.md)."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from tests.support.people import house, make_person, on_tablet
from tests.support.ready_site import put_on_call
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db

MOST = {"en": 187, "ar": 178, "hi": 224}
"""Words on the three screens together, with those on their buttons and the two words of each name."""

DUTIES = {
    "why": {
        "purpose": "what is good and bad here",
        "who sees what": "Facilitator Example sees about how many, advocates exactly",
        "by which day adults answer": "An answer must come by 12 December",
        "possible effect": r"may change\. If not, we say why",
        "no": r"say no\. Nothing bad happens",
        "skip, stop": r"Skip any question\. Stop any time",
        "sit privately": "Sit where nobody can see or hear",
        "the corner": "dark corner up here hides the screen fast",
    },
    "who-sees": {
        "no name": "do not ask your name",
        "waits for nine others": "wait, locked, with at least nine others",
        "only totals, answers deleted": r"keep only totals\. Your taps are deleted",
        "nothing is kept until Send": "Nothing is kept until you tap Send",
        "cannot be found afterwards": "we cannot find yours",
        "harm": "helpers learn it, but not who",
        "may still be guessed": "Someone may still guess",
        "comfort": r"You can stop\. Nothing bad happens",
    },
    "help": {
        "answers bring nobody": "nobody can come because of them",
        "the hand": "Tap the hand",
        "who must tell others": r"in danger\? Advocate Example and Ravi Example must tell others\. Even if you say no",
        "danger now": r"In danger now\? .*call 112",
    },
}


@pytest.fixture
def page(app: Flask, visitor: Callable[[], Visitor]) -> Callable[[str], str]:
    """The page of a round at a site with two advocates, in a language."""
    site_id, people = house(["advocate", "facilitator"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    put_on_call(site_id, people["advocate"])
    path = f"/survey/{open_round([site_id], people['facilitator'].id).slug}"

    def in_language(code: str) -> str:
        tablet = on_tablet(visitor(), site_id)
        tablet.open(f"/language/{code}", follow=False, status=302)
        return tablet.open(path).text

    return in_language


def screens(page: str) -> dict[str, str]:
    """The words of each of the three, buttons and all."""
    found = re.findall(
        r'<section class="screen" data-assent aria-labelledby="([a-z-]+)">(.*?)</section>', page, re.DOTALL
    )
    apart = ((name, re.sub(r"</(p|h2|span|div|button|a)>", " ", inside)) for name, inside in found)
    return {name: " ".join(unescape(re.sub(r"<[^>]+>", "", words)).split()) for name, words in apart}


@pytest.mark.parametrize("language", MOST)
def test_the_screens_before_the_first_question_are_short(page: Callable[[str], str], language: str) -> None:
    found = screens(page(language).replace("the person at the gate", "Fatima Example"))
    assert len(found) == 3
    assert sum(len(words.split()) for words in found.values()) <= MOST[language], found


@pytest.mark.parametrize(("screen", "duty"), [(screen, duty) for screen, all_ in DUTIES.items() for duty in all_])
def test_every_duty_is_said_before_the_first_question(page: Callable[[str], str], screen: str, duty: str) -> None:
    """S1, S2, S7, S10."""
    assert re.search(DUTIES[screen][duty], screens(page("en"))[screen])


@pytest.mark.parametrize("language", MOST)
def test_every_sentence_before_the_first_question_is_short(page: Callable[[str], str], language: str) -> None:
    """CHILD-UX: one thought each; cut to telegrams they were read, and not understood. A heading has no full stop."""
    most = {"en": 12, "ar": 12, "hi": 16}[language]
    for name, words in screens(page(language).replace("</h2>", ".</h2>")).items():
        for sentence in re.split(r"(?<=[.?!؟।])\s", words):
            plain = re.sub(
                r"(Advocate|Ravi|Facilitator|Lata) Example", "Asha", sentence.replace("the person at the gate", "Asha")
            )
            assert len(plain.split()) <= most + 3 * ("Asha" in plain), (name, sentence)


@pytest.mark.parametrize("language", MOST)
def test_the_box_for_letters_says_little_before_the_field(page: Callable[[str], str], language: str) -> None:
    """PRIVACY.md A10: who reads it, when, that words tell, that they must act, no answer, others only with a yes."""
    box = re.search(r'<div class="says letter-readers">(.*?)</section>', page(language), re.DOTALL)
    assert box
    before = unescape(re.sub(r"<[^>]+>", " ", box[1].partition('<div class="moves')[0]))
    assert len(before.split()) <= {"en": 68, "ar": 64, "hi": 80}[language]
    for name in ("Advocate Example", "Ravi Example"):
        assert name in before
    if language == "en":
        for said in (
            "within one day",
            "later without a network",
            "only if your words or voice show it",
            "hear your voice only if adults must act",
            "must act",
            "Nobody can answer you here",
            "leave it empty",
        ):
            assert said in before
