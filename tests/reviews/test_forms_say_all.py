"""A form that is sent back says all that is wrong, once, keeps what was typed, and speaks the reader's language."""

import re
from datetime import timedelta

import pytest

from tests.conftest import StillClock
from tests.support.ready_site import set_person
from tests.support.reviews import WORDS, Panel, make_review, say, today
from youthvoice.reviews.statements.statement import Statement


def faults(page: str) -> list[str]:
    """What the summary says; there is one, and one "Error:" in the title."""
    assert page.count('class="summary"') == 1
    title = re.search(r"<title>(.*?)</title>", page)
    assert title
    assert title[1].count("Error:") == 1
    summary = re.search(r'class="summary".*?</section>', page, re.DOTALL)
    assert summary
    return re.findall(r"<li>(?:<a [^>]*>)?(.*?)(?:</a>)?</li>", summary[0])


def test_opening_says_at_once_all_that_is_wrong(panel: Panel) -> None:
    carol, address = panel.at(panel.carol), "/staff/reviews/new/example-house"
    carol.open(address)
    sent: dict[str, object] = {
        "case_number": "Priya Sharma",
        "day": (today() - timedelta(days=1)).isoformat(),
        "kind": "first",
    }
    page = carol.send(address, sent, status=422).text
    assert faults(page) == [
        "A case number has a digit, and only letters, digits and . / - in it.",
        "Choose the step of care.",
        "This day is over. Choose a day that is still to come.",
        "Choose an advocate.",
    ]
    assert 'value="Priya Sharma"' in page
    assert f'value="{sent["day"]}"' in page


def test_a_promise_without_sentence_owner_and_day_says_all_three(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    say(review, Statement(words=WORDS, change=("school",), readers=frozenset([panel.rosa.id])))
    clock.move(days=1)
    rosa, page = panel.at(panel.rosa), f"/staff/reviews/{review.key}"
    rosa.open(page)
    rosa.send(f"{page}/open", {})
    version = re.search(r'name="version"[^>]*value="([0-9a-f]+)"', rosa.open(f"{page}/decide/school").text)
    assert version
    sent = {"version": version[1], "kind": "yes", "carried_by": 0}
    assert faults(rosa.send(f"{page}/decide/school", sent, status=422).text) == [
        "Choose who does it.",
        "Say by which day it is done: the child reads it.",
        "Write a sentence.",
    ]
    assert faults(rosa.send(f"{page}/decide/school", {"version": version[1]}, status=422).text) == [
        "Choose what is decided. A wish cannot be left out."
    ]


@pytest.mark.parametrize("path", ["asked", "there", "day", "advocate", "report/"])
def test_an_empty_form_is_sent_back_with_one_summary(panel: Panel, clock: StillClock, path: str) -> None:
    review = make_review(panel, days=1)
    say(review, Statement(words=WORDS))
    clock.move(days=1 if path == "there" else 0)
    who = {"there": panel.rosa, "day": panel.carol}.get(path, panel.asha)
    reader, page = panel.at(who), f"/staff/reviews/{review.key}"
    reader.open(page)
    if path == "report/":
        reader.send(f"{page}/open", {})
    reader.open(f"{page}/{path}")
    sent = {"day": "", "advocate": 0}
    found = faults(reader.send(f"{page}/{path}", sent, status=422).text)
    assert len(found) == {"asked": 2, "there": 2, "report/": 4}.get(path, 1), found


def test_names_and_roles_are_joined_as_their_language_joins_them(panel: Panel) -> None:
    set_person(panel.asha, language="ar")
    review = make_review(panel, days=2, outside=True)
    say(review, Statement(words=WORDS, there=(panel.carol.id, panel.lata.id)))
    asha, page = panel.at(panel.asha), f"/staff/reviews/{review.key}"
    asha.open(page)
    seen = asha.send(f"{page}/open", {}).text
    assert "<bdi>Carol Example</bdi> و<bdi>Lata Example</bdi>" in seen
    report = asha.open(f"{page}/report/").text
    assert "\N{FIRST STRONG ISOLATE}Asha Example\N{POP DIRECTIONAL ISOLATE}، " in report
    assert "Example, " not in report
