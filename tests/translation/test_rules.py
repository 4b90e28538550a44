"""Two people for a sentence about danger or consent, and what a coordinator signs for."""

from dataclasses import replace
from datetime import date

import pytest

from youthvoice.translation import rules
from youthvoice.translation.catalogue_texts import CatalogueText, is_source, read_texts
from youthvoice.translation.text_marks import TextMark
from youthvoice.web.i18n.languages import TRANSLATED

TEXT = CatalogueText("hi", ("Call %(number)s.",), ("%(number)s पर फ़ोन कीजिए।",), "danger", (), "0" * 16, "")
PLAIN = replace(TEXT, subject="", name="1" * 16)


def _mark(kind: str, name: str) -> TextMark:
    return TextMark(kind, name, date(2026, 5, 4), TEXT.name)


@pytest.mark.parametrize(
    ("marks", "is_open"),
    [
        ((), True),
        ((("wrote", "A. K."),), True),
        (
            (
                ("wrote", "A. K."),
                ("read", "a.k."),
            ),
            True,
        ),  # the same person twice
        ((("read", "A. K."), ("tried", "B. L.")), True),  # children understood it: that is no second reading
        ((("wrote", "A. K."), ("read", "B. L.")), False),
        ((("read", "A. K."), ("read", "B. L.")), False),
        ((("read", "A. K."), ("read", "B. L."), ("differs", "C. M.")), True),
    ],
)
def test_two_different_people_stand_for_a_sentence_or_it_is_open(
    marks: tuple[tuple[str, str], ...], is_open: bool
) -> None:
    in_catalogue = tuple(_mark(*mark) for mark in marks[:1])
    of_installation = {TEXT.name: tuple(_mark(*mark) for mark in marks[1:])}
    text = replace(TEXT, marks=in_catalogue)
    assert rules.is_open(text, of_installation) is is_open
    assert not rules.is_open(replace(PLAIN, marks=in_catalogue), of_installation)


def test_a_sentence_without_words_is_open_whoever_read_it() -> None:
    text = replace(TEXT, words=("",), marks=(_mark("read", "A. K."), _mark("read", "B. L.")))
    assert rules.is_open(text, {})


def test_nothing_is_open_in_the_language_in_which_it_was_written() -> None:
    assert not rules.is_open(replace(TEXT, language="en"), {})


def test_who_reads_what_she_wrote_is_no_second_speaker() -> None:
    assert not rules.is_read([_mark("wrote", "A. K."), _mark("read", "A. K.")])
    assert rules.is_read([_mark("wrote", "A. K."), _mark("read", "B. L.")])
    assert rules.is_read([_mark("read", "B. L.")])


def test_a_signature_covers_what_was_open_that_day_and_nothing_that_changed_since() -> None:
    changed = replace(TEXT, name="2" * 16)
    assert rules.list_unsigned([TEXT], {TEXT.name}) == ()
    assert rules.list_unsigned([TEXT, changed], {TEXT.name}) == (changed,)
    assert rules.list_unsigned([TEXT], ()) == (TEXT,)


def test_counts_say_what_each_language_still_needs() -> None:
    read = replace(PLAIN, marks=(_mark("read", "A. K."), _mark("tried", "B. L.")), name="3" * 16, clip="c" * 24)
    state = rules.assess_language([TEXT, replace(PLAIN, words=("",)), read], {}, {"c" * 24})
    assert (state.total, state.translated, state.read, state.recorded, state.recordable, state.tried) == (
        3, 2, 1, 1, 1, 1,
    )  # fmt: skip
    assert (state.listed, state.open, state.is_whole) == (1, (TEXT,), False)


def test_no_language_that_comes_along_claims_a_reader_whom_it_never_had() -> None:
    """Every translation was drafted by a machine, and a machine's second reading is no name: none is marked yet."""
    for code in TRANSLATED:
        if not is_source(code):
            assert not [text for text in read_texts(code) if text.marks], code
