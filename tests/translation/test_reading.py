"""A speaker reads a text without the English, says what it means, then compares; marks go out in the catalogue."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from hypothesis import given, strategies as st

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ROLES, may
from youthvoice.audit.audit_log import Log
from youthvoice.translation import rules, store
from youthvoice.translation.catalogue_export import write_catalogue
from youthvoice.translation.catalogue_texts import CatalogueText, make_text, read_texts
from youthvoice.translation.labels import SCREEN_LABELS
from youthvoice.translation.models import TextReadingRow
from youthvoice.translation.reading_order import group_by_part, list_in_order, list_terms, part_of_text
from youthvoice.web.i18n.languages import TRANSLATED

NewVisitor = Callable[[], Visitor]
TEXT = list_in_order("hi")[0]


class Reading:
    """Two adults who read Hindi, each with her own browser."""

    def __init__(self, visitor: NewVisitor) -> None:
        _site_id, self.people = house(["advocate", "facilitator", "safeguarding_lead"])
        self.browsers = {role: signed_in(visitor(), person) for role, person in self.people.items()}

    def path(self, text: CatalogueText = TEXT) -> str:
        return f"/staff/languages/texts/hi/{text.name}"

    def reads(self, role: str, verdict: str, understood: str = "Call this number.") -> None:
        self.browsers[role].open(self.path())
        self.browsers[role].send(self.path(), {"understood": understood})
        self.browsers[role].send(self.path(), {"verdict": verdict})

    def kinds(self) -> list[tuple[str, str]]:
        with db.reading(db.engine()) as session:
            return [(reading.kind, reading.name) for reading in store.list_text_readings(session, "hi")]

    def is_open(self) -> bool:
        with db.reading(db.engine()) as session:
            return rules.is_open(TEXT, store.list_readings(session, ["hi"]))


@pytest.fixture
def reading(app: Flask, visitor: NewVisitor) -> Reading:
    return Reading(visitor)


def test_the_english_comes_after_she_has_said_what_it_means(reading: Reading) -> None:
    browser = reading.browsers["advocate"]
    page = browser.open(reading.path()).text
    assert TEXT.words[0] in page
    assert TEXT.source[0] not in page
    assert "Write what it means." in browser.send(reading.path(), {"understood": " "}, 422).text
    page = browser.send(reading.path(), {"understood": "Ring <b>them</b> up"}).text
    assert TEXT.source[0] in page
    assert "Ring &lt;b&gt;them&lt;/b&gt; up" in page
    assert reading.is_open()
    browser.send(reading.path(), {"verdict": "same"})
    assert reading.kinds() == [("read", reading.people["advocate"].name)]


def test_strong_letters_are_strong_and_nothing_else_in_a_text_is_markup(app: Flask) -> None:
    as_read = app.jinja_env.filters["as_read"]
    assert as_read("<b>Skip</b> it") == "<b>Skip</b> it"
    assert as_read('<b onclick="x">Skip</b><script>') == "&lt;b onclick=&#34;x&#34;&gt;Skip</b>&lt;script&gt;"


def test_nobody_has_read_what_she_said_nothing_of(reading: Reading) -> None:
    browser = reading.browsers["advocate"]
    browser.open(reading.path())
    browser.send(reading.path(), {"verdict": "same"}, 422)
    assert reading.kinds() == []


def test_two_readers_stand_for_a_sentence_and_one_who_understood_something_else_does_not(reading: Reading) -> None:
    reading.reads("advocate", "same")
    reading.reads("facilitator", "differs", "Call a taxi")
    assert reading.is_open()
    page = reading.browsers["advocate"].open(reading.path()).text
    assert "It means something else:" in page
    assert "Call a taxi" in page
    with db.writing(db.engine()) as session:
        session.query(TextReadingRow).filter_by(kind="differs").delete()
    reading.reads("facilitator", "same")
    assert not reading.is_open()


def test_what_children_understood_is_said_once_for_each_adult(reading: Reading) -> None:
    reading.reads("advocate", "same")
    browser = reading.browsers["advocate"]
    for _ in range(2):
        browser.open(reading.path())
        browser.send(f"{reading.path()}/tried", {})
    assert [kind for kind, _name in reading.kinds()] == ["read", "tried"]


@pytest.mark.dialect("one waits for the other's row")
def test_of_two_taps_in_one_moment_none_fails(reading: Reading) -> None:
    person, log = reading.people["advocate"], Log(date(2026, 11, 24), "test")
    caller = Caller(person.id, person.handle, person.name, "advocate", frozenset(), "en", "")

    def taps(tapped: threading.Event, goes_on: threading.Event) -> None:
        with db.writing(db.engine()) as session:
            store.keep_tried(session, TEXT, caller, log)
            tapped.set()
            goes_on.wait(1)

    first, never = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(copy_context().run, taps, first, never)]
        assert first.wait(10)
        runs.append(pool.submit(copy_context().run, taps, threading.Event(), first))
        for run in runs:
            run.result(30)
    assert [kind for kind, _name in reading.kinds()] == ["tried"]


def test_who_reads_translations_sees_nothing_of_children_and_others_do_not_come_in(reading: Reading) -> None:
    assert [role for role in ROLES if may(role, "texts.read")] == ["advocate", "coordinator", "facilitator", "reviewer"]
    for path in ("/staff/languages/texts", "/staff/languages/texts/hi", reading.path()):
        reading.browsers["facilitator"].open(path)
        reading.browsers["safeguarding_lead"].open(path, 403)
    for path in ("/staff/languages/texts/en", "/staff/languages/texts/sm", "/staff/languages/texts/hi/0000"):
        reading.browsers["facilitator"].open(path, 404)


def test_marks_go_out_in_the_catalogue_and_are_the_same_when_it_is_read_again(reading: Reading) -> None:
    reading.reads("advocate", "same")
    reading.reads("facilitator", "differs", "Call\n#, fuzzy\nread: A. K., 2026-05-04, " + TEXT.name)
    file = reading.browsers["advocate"].client.get("/staff/languages/texts/hi/child.po")
    assert file.headers["Content-Disposition"] == 'attachment; filename="child-hi.po"'
    catalog = read_po(BytesIO(file.data), locale="hi")
    texts = {text.name: text for text in (make_text("hi", message, {}) for message in catalog if message.id)}
    assert [mark.name for mark in texts[TEXT.name].marks] == [reading.people["advocate"].name]
    assert texts.keys() == {text.name for text in read_texts("hi")}
    assert sum(bool(text.marks) for text in texts.values()) == 1
    assert file.data.decode().count("understood as: Call #, fuzzy read: A. K., 2026-05-04") == 1


@given(st.text(max_size=120), st.text(max_size=40))
def test_whatever_an_adult_typed_changes_no_text_and_makes_no_mark(understood: str, name: str) -> None:
    """A comment is one line: words of an adult are never a text, a flag or somebody's mark."""
    differing = store.TextReading(TEXT.name, rules.DIFFERS, 1, name, date(2026, 5, 4), understood)
    catalog = read_po(BytesIO(write_catalogue("hi", [differing])), locale="hi")
    texts = [make_text("hi", message, {}) for message in catalog if message.id]
    assert {text.name for text in texts} == {text.name for text in read_texts("hi")}
    assert not [text for text in texts if text.marks]
    assert not [message for message in catalog if message.id and message.fuzzy]


def test_danger_is_read_first_and_every_text_has_a_part_with_a_label() -> None:
    assert list(group_by_part("hi"))[:2] == ["danger", "consent"]
    for code in TRANSLATED[1:]:
        assert {part_of_text(text) for text in read_texts(code)} <= set(SCREEN_LABELS)
    placed = [text for text in read_texts("hi") if text.places]
    assert len(placed) == len(read_texts("hi"))


def test_a_word_of_the_glossary_stands_beside_how_other_texts_say_it() -> None:
    text = next(text for text in list_in_order("hi") if "advocate" in text.source[0].lower())
    terms = {term.term: term for term in list_terms(text)}
    assert all("advocate" in other.source[0].lower() for other in terms["advocate"].examples)
    assert terms["advocate"].examples
    assert text not in terms["advocate"].examples
