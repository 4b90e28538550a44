"""The four screens before the first question: few words, and no duty lost (S1, S2, S7, S10; CHILD-UX.md)."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from tests.support.people import house, make_person, on_tablet
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db

MOST = {"en": 120, "ar": 120, "hi": 155}
"""Words on the four screens together, with those on their buttons and the two words of each name."""

DUTIES = {
    "why": {
        "purpose": "what is good and bad here",
        "who decides, and by which day": r"Facilitator Example answers here by 12 December",
        "possible effect": "may change, or we say why",
    },
    "you-choose": {
        "no, skip, stop": "no, skip or stop: nothing bad happens",
        "nothing is kept until Send": "Kept only after Send",
        "cannot be found afterwards": "we cannot find yours",
        "the corner": "hides the screen fast",
    },
    "who-sees": {
        "no name": "No name",
        "waits for nine others": "sheet waits with nine others",
        "only totals, sheets deleted": "keep totals, delete sheets",
        "who sees what": "Advocates see totals, others rough numbers",
        "harm": "learn if anyone is hurt, not who",
        "may still be guessed": "Someone may guess",
        "sit privately": "Sit where nobody sees",
    },
    "help": {
        "answers bring nobody": "Answers call nobody",
        "the hand": r"Need help\? Tap the hand",
        "who must tell others": r"child in danger\? Advocate Example and Ravi Example must tell others",
        "danger now": r"In danger now\? .*call 112",
    },
}


@pytest.fixture
def page(app: Flask, visitor: Callable[[], Visitor]) -> Callable[[str], str]:
    """The page of a round at a site with two advocates, in a language."""
    site_id, people = house(["advocate", "facilitator"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    path = f"/survey/{open_round([site_id], people['facilitator'].id).slug}"

    def in_language(code: str) -> str:
        tablet = on_tablet(visitor(), site_id)
        tablet.open(f"/language/{code}", follow=False, status=302)
        return tablet.open(path).text

    return in_language


def screens(page: str) -> dict[str, str]:
    """The words of each of the four, buttons and all."""
    found = re.findall(
        r'<section class="screen" data-assent aria-labelledby="([a-z-]+)">(.*?)</section>', page, re.DOTALL
    )
    apart = ((name, re.sub(r"</(p|h2|span|div|button|a)>", " ", inside)) for name, inside in found)
    return {name: " ".join(unescape(re.sub(r"<[^>]+>", "", words)).split()) for name, words in apart}


@pytest.mark.parametrize("language", MOST)
def test_the_screens_before_the_first_question_are_short(page: Callable[[str], str], language: str) -> None:
    found = screens(page(language).replace("the person at the gate", "Fatima Example"))
    assert len(found) == 4
    assert sum(len(words.split()) for words in found.values()) <= MOST[language], found


@pytest.mark.parametrize(("screen", "duty"), [(screen, duty) for screen, all_ in DUTIES.items() for duty in all_])
def test_every_duty_is_said_before_the_first_question(page: Callable[[str], str], screen: str, duty: str) -> None:
    """S1, S2, S7, S10."""
    assert re.search(DUTIES[screen][duty], screens(page("en"))[screen])


@pytest.mark.parametrize("language", MOST)
def test_the_box_for_letters_says_little_before_the_field(page: Callable[[str], str], language: str) -> None:
    """PRIVACY.md A10: who reads it, when, that words tell, that they must act, no answer, others only with a yes."""
    box = re.search(r'<div class="letter-box">(.*?)</div>\n', page(language), re.DOTALL)
    assert box
    before = unescape(re.sub(r"<[^>]+>", " ", box[1].partition("<textarea")[0]))
    assert len(before.split()) <= {"en": 60, "ar": 50, "hi": 72}[language]
    for name in ("Advocate Example", "Ravi Example"):
        assert name in before
    if language == "en":
        for said in (
            "within a day",
            "offline",
            "may show who you are",
            "must act",
            "Nobody answers here",
            "leave it empty",
        ):
            assert said in before
