"""The pack on paper: her words first and in their own script, for whoever opened them, and kept nowhere (S29, T6)."""

import logging
import tempfile
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.reviews.test_pack import SAID, decide
from tests.support import papers
from tests.support.attacks.stolen_house import leaks, stolen
from tests.support.child_at_tablet import WEBM
from tests.support.people import Somebody
from tests.support.ready_site import set_person
from tests.support.reviews import WORDS, Child, Panel, make_review, review_now, say, today
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.config import Settings
from youthvoice.jobs import isolated_process
from youthvoice.printing import page
from youthvoice.printing.job import print_changed, print_due
from youthvoice.printing.models import KeptPdfRow
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement

GOOD = "Ravi helps me with reading"
OWN = {"en": WORDS, "hi": "मैं रविवार को नानी से मिलना चाहती हूँ", "ar": "أريد أن أزور جدتي يوم الأحد"}
VOICE = WEBM + b"a voice about her grandmother" * 40


def statement(*readers: Somebody, words: str = WORDS, language: str = "en") -> Statement:
    return Statement(
        good=("friends",),
        good_words=GOOD,
        change=("school",),
        afraid=("adults",),
        words=words,
        voice=VOICE,
        voice_kind="audio/webm",
        comes="part",
        readers=frozenset(one.id for one in readers),
        language=language,
    )


@pytest.fixture
def told(panel: Panel, clock: StillClock) -> Child:
    """A review of today with a statement that Rosa reads, and one decision."""
    child = say(make_review(panel, days=1, invited=["facilitator"]), statement(panel.rosa))
    clock.move(days=1)
    decide(child.review, panel.rosa, Decision("own", "yes", {"en": SAID}, panel.lata.id, today() + timedelta(days=9)))
    return child


def printed(panel: Panel, review: Review, who: Somebody, language: str = "en", *, opens: bool = True) -> bytes:
    """The PDF as somebody prints it, after she opened what is in it."""
    set_person(who, language=language)
    reader, address = panel.at(who), f"/staff/reviews/{review.key}"
    reader.open(address)
    if opens:
        reader.send(f"{address}/open", {})
    answer = reader.send(f"{address}/print", {})
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="review.pdf"'
    return bytes(answer.data)


FIRST = {
    "en": ("What she says", "This is good", GOOD, "This should change", WORDS, "What is decided", SAID),
    "hi": ("बच्चे की बात", GOOD, WORDS, SAID),
    "ar": (GOOD, WORDS, SAID),
}


@pytest.mark.parametrize("language", list(FIRST))
def test_her_words_come_first_then_what_is_decided(panel: Panel, told: Child, language: str) -> None:
    papers.need_font(language)
    pdf = printed(panel, told.review, panel.rosa, language)
    said, facts = papers.text_of(pdf), papers.facts_of(pdf)
    places = [said.index(words) for words in FIRST[language]]
    assert places == sorted(places)
    assert said.rindex("Lata Example") > places[-1]
    assert facts["Tagged"] == "yes"
    assert "A4" in facts["Page size"]
    assert f"/Lang({language})".encode() in pdf
    assert papers.overlaps(papers.words_of(pdf)) == []
    for image in papers.images_of(pdf):
        assert image.margins_are_white()
    assert 0.03 < papers.images_of(pdf)[0].ink() < 0.4


@pytest.mark.parametrize("language", ["hi", "ar"])
def test_her_words_are_in_their_own_script_whatever_the_page_speaks(
    panel: Panel, clock: StillClock, language: str
) -> None:
    papers.need_font(language)
    review = make_review(panel, days=1)
    say(review, statement(panel.rosa, words=OWN[language], language=language))
    clock.move(days=1)
    pdf = printed(panel, review, panel.rosa)
    assert f"/Lang({language})".encode() in pdf or f"/Lang ({language})".encode() in pdf, "spoken in its language"
    hers = OWN[language].split() + [word[::-1] for word in OWN[language].split()]  # some readers tell letters as drawn
    words = [word for word in papers.words_of(pdf) if word.text in hers]
    assert len(words) > 3
    english = next(word for word in papers.words_of(pdf) if word.text == "Review")
    assert english.left < 100
    if language == "ar":
        assert max(word.right for word in words) > 500, "from the right side of its box"


def test_nothing_is_printed_before_she_has_opened_her_words(panel: Panel, told: Child) -> None:
    rosa, address = panel.at(panel.rosa), f"/staff/reviews/{told.review.key}"
    assert "/print" not in rosa.open(address).text
    rosa.send(f"{address}/print", {}, status=404)
    assert lines("review.print") == 0


def lines(action: str) -> int:
    with db.reading(db.engine()) as session:
        found = select(func.count()).select_from(AuditEntryRow).where(AuditEntryRow.action == action)
        return session.scalar(found) or 0


def test_nobody_prints_packs_without_end(panel: Panel, told: Child) -> None:
    """Each costs 0.12 s, and a line of the log."""
    rosa, address = panel.at(panel.rosa), f"/staff/reviews/{told.review.key}"
    rosa.open(address)
    answers = [rosa.ask("POST", f"{address}/print", data=rosa.hidden).status_code for _print in range(22)]
    assert answers == [404] * 20 + [429] * 2


def test_her_advocate_sees_who_printed_it(panel: Panel, told: Child) -> None:
    printed(panel, told.review, panel.rosa)
    assert lines("review.print") == 1
    openings = review_now(told.review).body.openings
    assert [(one.person_id, one.printed) for one in openings] == [(panel.rosa.id, False), (panel.rosa.id, True)]
    page_of_advocate = panel.at(panel.asha).open(f"/staff/reviews/{told.review.key}").text
    assert "printed it" in page_of_advocate


def test_reading_and_printing_make_no_decision_stale(panel: Panel, told: Child) -> None:
    rosa, address = panel.at(panel.rosa), f"/staff/reviews/{told.review.key}"
    rosa.open(address)
    rosa.send(f"{address}/open", {})
    rosa.open(f"{address}/decide/school")
    version = rosa.hidden["version"]
    printed(panel, told.review, panel.rosa)
    rosa.open(f"{address}/decide/school")
    sent: dict[str, object] = {"version": version, "kind": "no_because", "words_en": "It is too far."}
    assert "It is too far." in rosa.send(f"{address}/decide/school", sent).text


def test_who_was_not_chosen_prints_the_pack_without_her_words(panel: Panel, told: Child) -> None:
    """Lata was invited and has no yes: neither page, paper, voice nor an address by hand gives her a word."""
    pdf = printed(panel, told.review, panel.lata, opens=False)
    said = papers.text_of(pdf)
    assert "Her advocate speaks for her." in said
    lata, address = panel.at(panel.lata), f"/staff/reviews/{told.review.key}"
    seen = said + lata.open(address).text.partition("<main")[2]
    for hidden in (WORDS, GOOD, SAID, "My friends", "School", "For a part", "her voice"):
        assert hidden not in seen, hidden
    lata.send(f"{address}/open", {}, status=404)
    lata.send(f"{address}/voice", {}, status=404)
    assert review_now(told.review).body.openings == (), "she opened nothing"
    assert lines("review.print") == 1


def test_somebody_who_is_not_invited_finds_no_paper(panel: Panel, told: Child) -> None:
    lee, address = panel.at(panel.lee), f"/staff/reviews/{told.review.key}"
    lee.open("/staff/reviews/")
    lee.send(f"{address}/print", {}, status=404)


def test_before_the_day_only_her_advocate_prints_her_words(panel: Panel) -> None:
    review = make_review(panel, days=9)
    say(review, statement(panel.rosa))
    assert WORDS in papers.text_of(printed(panel, review, panel.asha))
    assert WORDS not in papers.text_of(printed(panel, review, panel.rosa, opens=False))


def test_nobody_asked_her_stands_on_paper(panel: Panel) -> None:
    pdf = printed(panel, make_review(panel, days=1), panel.rosa, opens=False)
    assert "Nobody asked her." in papers.text_of(pdf)


@pytest.mark.dialect("what a thief reads in the rows")
def test_no_row_no_file_and_no_line_of_the_log_holds_a_word_of_it(  # noqa: PLR0917 - fixtures
    panel: Panel,
    told: Child,
    app: Flask,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """T6, and beyond it: even with the key files nothing of the paper is there, for it is never kept."""
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    pdf = printed(panel, told.review, panel.rosa)
    print_due()
    print_changed()
    assert list(scratch.iterdir()) == []
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(KeptPdfRow).where(KeptPdfRow.kind == "review_pack")) == 0
        assert all(len(one.locked or b"") != len(pdf) for one in session.scalars(select(KeptPdfRow)))
    secrets: dict[str, str | bytes] = {"words": WORDS, "good": GOOD, "voice": VOICE[-200:], "paper": pdf[-400:]}
    assert leaks(stolen(app, settings, caplog.text), secrets) == []


def test_a_letter_without_a_font_keeps_nothing_else_from_paper_and_nothing_is_logged(
    panel: Panel, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Its number stands for it, the paper says how many there are, and no log says which letter she wrote."""
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    review = make_review(panel, days=1)
    say(review, statement(panel.rosa, words="\U00016ff0 on Sundays"))
    clock.move(days=1)
    text = papers.text_of(printed(panel, review, panel.rosa))
    assert "[U+16FF0]" in text
    assert "on Sundays" in text
    times = text.count("[U+16FF0]")
    assert f"Letters that no font here can show: {times}." in text
    assert lines("review.print") == 1
    for hers in ("\U00016ff0", "16ff0", "on sundays"):
        assert hers not in caplog.text.lower()


@pytest.mark.parametrize("typed", ["😀", "❤️", "👍🏽", "👩‍👧", "🇮🇳"])
def test_a_face_that_she_types_is_drawn(panel: Panel, clock: StillClock, typed: str) -> None:
    """No font of paper draws it, and a pack that cannot be printed would keep her words from those whom she chose."""
    review = make_review(panel, days=1)
    say(review, statement(panel.rosa, words=f"Sundays {typed} with her\n{typed}"))
    clock.move(days=1)
    pdf = printed(panel, review, panel.rosa)
    assert "Sundays" in papers.text_of(pdf)
    assert pdf.count(b"/Alt") == 4, "twice in what she says, twice beside what is decided"


@pytest.mark.parametrize(("seconds", "said"), [(0.05, "cannot be made"), (10.0, "Another paper is being made")])
def test_who_waits_too_long_is_told_so(
    panel: Panel, told: Child, monkeypatch: pytest.MonkeyPatch, seconds: float, said: str
) -> None:
    """A paper that takes too long, and one that waits for another."""
    monkeypatch.setattr(page, "_SECONDS", seconds)
    monkeypatch.setattr(page, "_PATIENCE", 0.01)
    rosa, address = panel.at(panel.rosa), f"/staff/reviews/{told.review.key}"
    rosa.open(address)
    rosa.send(f"{address}/open", {})
    with isolated_process._ONE_AT_A_TIME if seconds > 1 else nullcontext():  # noqa: SLF001 - as another paper holds it
        assert said in rosa.send(f"{address}/print", {}, status=503).text
    assert lines("review.print") == 0


def test_whoever_opened_her_words_hears_her(panel: Panel, told: Child) -> None:
    rosa, address = panel.at(panel.rosa), f"/staff/reviews/{told.review.key}"
    rosa.open(address)
    rosa.send(f"{address}/voice", {}, status=404)
    rosa.send(f"{address}/open", {})
    assert "Hear her" in rosa.page
    assert rosa.send(f"{address}/voice", {}).data == VOICE
