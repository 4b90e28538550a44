"""T9: what a reader cannot see does not make a question another one; what she can hardly see is shown to her."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.support.open_rounds import House, a_house, file, kept, log, questions
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.text_skeleton import mixed_words, text_skeleton
from youthvoice.publications import band_lines, snapshot
from youthvoice.publications.review.trends import question_identity
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.importer import read_file
from youthvoice.surveys.questionnaires.question_identity import (
    AskedBefore,
    edit_distance,
    find_near_copies_of,
    question_hash,
    series_breaks,
)
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Question
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.rounds.opening import open_rounds

FOLDER = Path(__file__).parents[3] / "surveys"
NewVisitor = Callable[[], Visitor]
ZERO_WIDTH, SOFT_HYPHEN, JOINER, CYRILLIC_O = "\u200b", "\u00ad", "\u034f", "\u043e"
PINNED = {
    "daily-life-7-9/food": "a266e0e2d0b1d6d84f60141b33e87935976a97c338a3605fe99dca025c416273",
    "how-were-you-treated/explained": "2926bafa1839a2a1d729d738c7ec7a85d84cdb064a23cbf995aa909638ddca04",
    "choice-food/choice": "248fa7dd7ec08ea8d657590fbd95ad866cf5607543279e87e938d16c28d51f23",
}


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


@pytest.mark.parametrize(
    "meal",
    [
        f"fo{ZERO_WIDTH}od",
        f"fo{SOFT_HYPHEN}od",
        f"fo{JOINER}od",
        f"f{CYRILLIC_O}od",
        "food\u0331",
        "f\uff4fod",
        "f0od",
        "food \u0301",
        "\u2066food\u2069",
        "foo\U0001d41d",
    ],
)
def test_a_change_that_nobody_sees_asks_the_same_question(meal: str) -> None:
    (plain,) = questions(meal="food").coded
    text = plain.text["en"].replace("food", meal)
    assert text_skeleton(text, "en") == text_skeleton(plain.text["en"], "en")


def test_a_whole_word_in_another_alphabet_is_the_word_it_looks_like() -> None:
    assert text_skeleton("Is the \u0441\u043e\u0440\u0435 warm?", "en") == text_skeleton("Is the cope warm?", "en")


def test_words_that_differ_stay_different() -> None:
    said = ("How was the food?", "How was the foot?", "यह क्या है", "यहाँ क्या है", "на", "но", "كتاب", "كاتب")
    assert len({text_skeleton(text) for text in said}) == len(said)


def test_a_question_in_plain_letters_keeps_the_hash_that_is_stored() -> None:
    for where, known in PINNED.items():
        name, question = where.split("/")
        found = read_toml(FOLDER / f"{name}.toml", name).question(question)
        assert found
        assert question_hash(found) == known


def test_a_word_of_two_alphabets_is_refused_with_its_row() -> None:
    data = file(meal=f"f{CYRILLIC_O}od")
    with pytest.raises(QuestionnaireRefused) as refused:
        read_file(data, "days.toml")
    (fault,) = refused.value.faults
    assert (fault.code, fault.values["word"]) == ("mixed_word", f"f{CYRILLIC_O}od")
    assert fault.row == 1 + data.decode()[: data.decode().index("text =")].count("\n")


@pytest.mark.parametrize("text", ["यहाँ WhatsApp", "ノートPC", "1º de mayo", "Größe", "H2O", "शाम 5 बजे", "هل تحب SMS"])
def test_what_people_write_is_no_mixture(text: str) -> None:
    assert list(mixed_words(text)) == []


def test_distance_counts_letters_and_gives_up_early() -> None:
    assert edit_distance("kitten", "sitting", 5) == 3
    assert edit_distance("kitten", "sitting", 2) == 3
    assert edit_distance("a", "a" * 50, 2) == 3


def test_an_invisible_copy_is_not_asked_again_in_the_quarter(house: House) -> None:
    first = kept(questions(), house.advocate)
    copy = kept(questions(meal=f"fo{ZERO_WIDTH}od", name="other-days"), house.advocate)
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(first), log())
    with pytest.raises(ConcurrentUpdate), db.writing(db.engine()) as session:
        open_rounds(session, house.opening(copy), log())


def test_an_advocate_sees_what_is_nearly_a_question_asked_before(house: House, visitor: NewVisitor) -> None:
    first = kept(questions(), house.advocate)
    near, other = kept(questions(meal="foods", name="near")), kept(questions(meal="weather", name="other"))
    browser = signed_in(visitor(), house.advocate)
    assert "Nearly asked before" not in browser.open(f"/staff/questionnaires/{near}/approve").text
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(first), log())
    page = browser.open(f"/staff/questionnaires/{near}/approve").text
    assert "1 letter differs from “How was the food this week?”, asked until" in page
    for unlike in (first, other):
        assert "Nearly asked before" not in browser.open(f"/staff/questionnaires/{unlike}/approve").text


@pytest.mark.parametrize(("reader", "quoted"), [("en", "en"), ("ar", "ar"), ("fr", "en")])
def test_a_near_copy_is_quoted_in_the_readers_language(reader: str, quoted: str) -> None:
    before = read_toml(FOLDER / "daily-life-10-12.toml", "before")
    question = before.questions[0]
    assert {"en", "ar"} <= set(question.text)
    text = {code: words + ("xx" if code == "en" else "ن") for code, words in sorted(question.text.items())}
    copied = replace(before, questions=(replace(question, text=text),))
    (near,) = find_near_copies_of(copied, [AskedBefore(before, date(2026, 12, 1))], reader)
    assert (near.text, near.other) == (text[quoted], question.text[quoted])


def test_the_command_that_approves_says_it_too(house: House, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept(questions(), house.advocate)
    kept(questions(meal="foods", name="near"))
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(first), log())
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"{house.advocate.handle}:{house.advocate.password}")
    result = app.test_cli_runner().invoke(args=["surveys", "approve", "near"])
    assert result.exit_code == 0
    assert "is nearly “How was the food this week?”, asked until 2026-12-0" in result.stderr


def _published(question: Question) -> dict[str, object]:
    """What a view keeps of a question, as far as trends compare it."""
    counts = dict.fromkeys((*question.keys, DONT_KNOW, DID_NOT_SAY), 5)
    as_ = band_lines.tabulate_question(question, counts, sum(counts.values())).as_
    return {
        "kind": question.kind, "as": as_, "text": question.text,
        "labels": snapshot._labels(question), "good": snapshot._good(question, as_),  # noqa: SLF001 - all they compare
    }  # fmt: skip


FOOD = read_toml(FOLDER / "daily-life-10-12.toml", "daily-life-10-12").questions[0]
QUIZ = next(question for question in read_toml(FOLDER / "rights.toml", "rights").questions if question.right)


@pytest.mark.parametrize(
    ("before", "changes", "parts"),
    [
        (FOOD, {}, ()),
        (FOOD, {"text": {"en": "How was the f00d this week?"}}, ()),
        (FOOD, {"text": {"en": "How was lunch?"}}, ("words",)),
        (FOOD, {"picture": "1F95A", "please": True, "name": "meals"}, ()),
        (FOOD, {"kind": "choose_one"}, ("kind", "good")),
        (FOOD, {"good": ()}, ("good",)),
        (FOOD, {"options": FOOD.options[::-1]}, ()),
        (FOOD, {"options": FOOD.options[1:]}, ("answers",)),
        (QUIZ, {"publish": "choices"}, ("good", "published")),
    ],
)
def test_a_draft_says_of_what_trends_take_for_another_question(
    before: Question, changes: dict[str, object], parts: tuple[str, ...]
) -> None:
    words = {"text": dict(before.text) | changes["text"]} if "text" in changes else {}  # type: ignore[operator]
    after = replace(before, **changes | words)  # type: ignore[arg-type] # a test names what differs
    assert series_breaks(before, after) == parts
    assert bool(parts) == (question_identity(_published(before)) != question_identity(_published(after)))
