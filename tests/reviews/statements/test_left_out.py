"""Whoever was left out of a statement learns nothing of it: neither that there is more of it, nor who reads it (S14).

A review is known to who works at it. What a child says to it is alike for everybody whom she did not choose, whether
she tells her advocate one thing or tells others everything, by voice, to a team outside and to the next time.
"""

from collections.abc import Iterable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.reviews.outside.test_outside_pack import another, link_of, opened_by, tries
from tests.support.attacks.crawler import look
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Child, Panel, make_review, say, today
from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import decisions, store
from youthvoice.reviews.child_review import add_for_next_review
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import PackHandover, Review
from youthvoice.reviews.job import process_due_reviews
from youthvoice.reviews.outside.pack_file import hand_over_pack
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.threads.store import ReaderKey

_VALUES = {"part": ("plan", "own", "family"), "language": ("en",), "nth": ("0",)}
_LISTS = ("/staff/", "/staff/reviews/", "/staff/answers/", "/staff/handed/", "/staff/reports/", "/staff/care-steps/")
BOTH_SIDES = ("rosa", "ravi", "lata", "lee")
"""Whom she never chooses: who decides, another advocate, an invited facilitator, the safeguarding lead."""


def addresses(app: Flask, review: Review) -> list[str]:
    """Every page that an address of this review can be: also those that nobody is led to."""
    found = set(_LISTS)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.rule.startswith("/staff/reviews/<key>"):
            filled = [rule.rule.replace("<key>", review.key)]
            for name in rule.arguments - {"key"}:
                values = _VALUES.get(name, ("0" * 32,))
                filled = [
                    one.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
                    for one in filled
                    for value in values
                ]
            found |= set(filled)
    return sorted(found)


def pages(app: Flask, panel: Panel, review: Review, who: Somebody) -> dict[str, str]:
    client = panel.at(who).client
    return {address: look(client, address)[0] for address in addresses(app, review)}


def everybody(app: Flask, panel: Panel, review: Review, names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: pages(app, panel, review, getattr(panel, name)) for name in names}


def differing(one: dict[str, dict[str, str]], other: dict[str, dict[str, str]]) -> list[str]:
    return [f"{who} {at}" for who in one for at in one[who] if one[who][at] != other[who][at]]


@pytest.fixture
def rich(panel: Panel) -> Statement:
    return Statement(
        good=("friends", "food"), good_words="My room", change=("family",), afraid=("adults",), words=WORDS,
        voice=b"\x1aE\xdf\xa3 a voice", voice_kind="audio/webm", there=(panel.carol.id,),
        not_there=(panel.lata.id, panel.ravi.id, panel.rosa.id), comes="yes", readers=frozenset({panel.carol.id}),
        outside=True,
    )  # fmt: skip


def test_before_the_day_nobody_but_her_advocate_sees_what_she_says_or_to_whom(
    app: Flask, panel: Panel, rich: Statement
) -> None:
    review = make_review(panel, days=2, invited=["coordinator", "facilitator"], outside=True)
    child = say(review, Statement(words="Only for you"))
    first = everybody(app, panel, review, (*BOTH_SIDES, "carol"))
    assert sum(len(each) for each in first.values()) > 80, "the addresses are found"
    child.says_anew(rich)
    assert differing(first, everybody(app, panel, review, (*BOTH_SIDES, "carol"))) == []


def test_from_the_day_on_whoever_was_left_out_sees_nothing_of_what_others_do_with_it(
    app: Flask, panel: Panel, clock: StillClock, rich: Statement
) -> None:
    review = make_review(panel, days=1, invited=["coordinator", "facilitator"], outside=True)
    child = say(review, rich)
    clock.move(days=1)
    process_due_reviews()
    before, hers = everybody(app, panel, review, BOTH_SIDES), pages(app, panel, review, panel.asha)
    others_work_with_it(panel, child)
    after = everybody(app, panel, review, BOTH_SIDES)
    assert differing(before, after) == []
    assert hers != pages(app, panel, review, panel.asha), "her advocate sees it: the eyes are open"
    assert "The team opened her words" in opened_by(panel, panel.asha, review).open(f"/staff/reviews/{review.key}").text


def others_work_with_it(panel: Panel, child: Child) -> None:
    """It is opened, read outside, given on, decided in part, and goes on to the next time.

    Where she disagrees somebody above is asked, whom she perhaps left out: that is what she asked for (S30).
    """
    review = child.review
    opened_by(panel, panel.carol, review)
    address, number = link_of(opened_by(panel, panel.asha, review), review)
    assert WORDS in tries(panel.visitor(), address, number)
    tries(panel.visitor(), address, another(number), 422)
    asha, log = panel.asha, Log(today(), "asha")
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        handover = PackHandover(today(), asha.id, "River House", today(), "spoken")
        reader_key = ReaderKey(asha.id, asha.public_key, asha.site_ids)
        hand_over_pack(session, held, handover, new_pair().public, reader_key, asha.private_key, log, "en")
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        no = Decision("own", "no_because", {"en": "It is too far."})
        decisions.decide(session, held, no, held.version, asha.id, log)
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        add_for_next_review(session, own_statement, "Next time I bring a song")
