"""Marks of people beside a text: they come through every tool that writes catalogues, and fall when a word changes."""

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from hypothesis import given, strategies as st

from scripts import update_catalogues
from tests.support.debian_programs import need_program
from youthvoice.translation.catalogue_texts import CatalogueText, make_text, read_catalog
from youthvoice.translation.text_marks import (
    MARK_KINDS,
    MAX_NAME,
    TextMark,
    hash_text,
    is_machine,
    is_mark,
    read_marks,
    write_mark,
)

DAY = date(2026, 5, 4)
SOURCE, WORDS = "Go to %(adult)s.", "%(adult)s के पास जाइए।"
NAME = hash_text("hi", "", [SOURCE], [WORDS])
COMMENTS = [f"read: A. K. (Example Org), 2026-05-04, {NAME}", f"wrote: B. L., 2026-05-01, {NAME}"]


def _catalog(source: str = SOURCE, words: str = WORDS) -> Catalog:
    catalog = Catalog(locale="hi")
    catalog.add(source, words, user_comments=[*COMMENTS, "A speaker should look at the second word."])
    catalog.add("First page", "पहला पन्ना")
    return catalog


def _only(catalog: Catalog, source: str = SOURCE) -> CatalogueText:
    message = catalog.get(source)
    assert message is not None
    return make_text("hi", message, {SOURCE: "danger"})


def test_a_mark_names_who_and_when() -> None:
    text = _only(_catalog())
    assert [(mark.kind, mark.name, mark.day) for mark in text.marks] == [
        ("read", "A. K. (Example Org)", DAY),
        ("wrote", "B. L.", date(2026, 5, 1)),
    ]
    assert (text.subject, text.is_translated) == ("danger", True)


@pytest.mark.parametrize(
    ("source", "words"), [(SOURCE, "%(adult)s से बात कीजिए।"), ("Go to %(adult)s now.", WORDS), (SOURCE, WORDS + " ")]
)
def test_every_mark_falls_when_the_english_or_the_translation_changes(source: str, words: str) -> None:
    assert not _only(_catalog(source, words), source).marks


def test_marks_of_another_language_count_for_nothing() -> None:
    message = _catalog().get(SOURCE)
    assert message
    assert not make_text("mr", message, {}).marks


@pytest.mark.parametrize(
    "name", ["machine", "A machine", "an LLM", "GPT-7", "ChatGPT 4", "our chatbot", "OpenAI", "DeepL", "MT"]
)
def test_a_machine_is_nobody(name: str) -> None:
    assert is_machine(name)
    assert not read_marks([f"read: {name}, 2026-05-04, {NAME}"], NAME)
    assert not is_machine("Amtul Machado")


def test_a_day_that_never_was_is_no_mark() -> None:
    assert not read_marks([f"read: A. K., 2026-02-31, {NAME}"], NAME)


@given(
    st.sampled_from(MARK_KINDS),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=2 * MAX_NAME),
    st.dates(date(1000, 1, 1)),
)
def test_what_is_written_is_read_again_whatever_the_name_holds(kind: str, name: str, day: date) -> None:
    line = write_mark(TextMark(kind, name, day, NAME))
    assert len(line.splitlines()) == 1
    marks = read_marks([line], NAME)
    if is_mark(line) and marks:
        assert (marks[0].kind, marks[0].day) == (kind, day)
        assert write_mark(marks[0]) == line
    else:  # nothing of the name is left, or it is a machine
        assert not name.replace(",", " ").strip() or is_machine(line)


def _through_babel(catalog: Catalog) -> Catalog:
    file = BytesIO()
    write_po(file, catalog, width=0)
    return read_po(BytesIO(file.getvalue()), locale="hi")


def test_our_own_update_keeps_marks_and_a_new_english_text_has_none(tmp_path: Path) -> None:
    folder = tmp_path / "hi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "child.po").write_bytes(b"")
    with (folder / "child.po").open("wb") as file:
        write_po(file, _catalog(), width=0)
    template = Catalog()
    for text in (SOURCE, "First page", "Go to %(adult)s now."):
        template.add(text)
    update_catalogues.update(folder, {"child": template})
    catalog = read_catalog(folder / "child.po", "hi")
    assert [mark.name for mark in _only(catalog).marks] == ["A. K. (Example Org)", "B. L."]
    assert not _only(catalog, "Go to %(adult)s now.").marks


def test_gettext_keeps_marks_and_one_that_it_carries_to_a_similar_text_counts_no_more(tmp_path: Path) -> None:
    """`msgmerge` guesses: what was said of the old sentence stands beside the new one, marked as fuzzy."""
    need_program("msgmerge", "gettext")
    old, template = tmp_path / "hi.po", tmp_path / "child.pot"
    old.write_bytes(_as_bytes(_catalog()))
    new = Catalog()
    new.add("Go to %(adult)s now.")
    new.add("First page")
    template.write_bytes(_as_bytes(new))
    subprocess.run(["msgmerge", "--quiet", "--update", "--backup=none", old, template], check=True)
    guessed = _only(read_catalog(old, "hi"), "Go to %(adult)s now.")
    assert not guessed.marks
    new.add(SOURCE)
    template.write_bytes(_as_bytes(new))
    old.write_bytes(_as_bytes(_catalog()))
    subprocess.run(["msgmerge", "--quiet", "--update", "--backup=none", old, template], check=True)
    assert len(_only(read_catalog(old, "hi")).marks) == len(COMMENTS)


def _as_bytes(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def test_babel_keeps_marks_in_their_order() -> None:
    message = _through_babel(_catalog()).get(SOURCE)
    assert message
    assert message.user_comments[: len(COMMENTS)] == COMMENTS
