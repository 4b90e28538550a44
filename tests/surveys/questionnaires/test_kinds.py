"""The table of question kinds: complete, and a question of each goes all the way from its file to what is published.

A new row is walked through by itself; where a step fails, the traceback names the module that does not know it yet.
"""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask, get_template_attribute
from werkzeug.datastructures import MultiDict

from tests.support.answer_sheets import decode_answers
from youthvoice.publications.band_lines import tabulate_question
from youthvoice.surveys.questionnaires.answer_encoding import (
    encode_answers,
    tally_answers,
)
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind, QuestionKind
from youthvoice.surveys.questionnaires.labels import KIND_LABELS
from youthvoice.surveys.questionnaires.questionnaire import Bin, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.questionnaires.store import load_starter
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.xlsform.answer_types import read_type
from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform
from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform
from youthvoice.surveys.responses.forms import ResponseForm
from youthvoice.surveys.responses.paper_file import SEVERAL_SEPARATOR, read_paper
from youthvoice.surveys.responses.screens import Screen, Speaker, make_screens

COUNTED: list[Kind] = [name for name, row in KINDS.items() if row.coded]
HEAD = """
purpose = "regular"
ages = "7-9"
languages = ["en"]
title = { en = "Days here" }
[[question]]
name = "first"
kind = "choose_one"
text = { en = "What is best here?" }
options = [{ key = "garden", en = "The garden" }, { key = "kitchen", en = "The kitchen" }]
[[question]]
name = "asked"
text = { en = "What about the trees?" }
"""


def a_file(kind: Kind) -> Questionnaire:
    """A question of a kind after a plain one, with as few options or ranges as it may have."""
    row = KINDS[kind]
    keys = ["yes", "no", *(f"other_{place}" for place in range(row.options[0]))][: row.options[0]]
    options = ", ".join(f'{{ key = "{key}", en = "{key.title()}" }}' for key in keys)
    bins = ", ".join(f'{{ key = "from_{at}", low = {at}, high = {at}, en = "{at}" }}' for at in range(row.bins[0]))
    good = 'good = ["yes"]' if row.scale else ""
    return read_toml(f'{HEAD}kind = "{kind}"\noptions = [{options}]\nbins = [{bins}]\n{good}'.encode(), "example")


def screen_of(questionnaire: Questionnaire) -> Screen:
    return make_screens(questionnaire, Speaker("en", "en", "en"))[-1]


def sent(questionnaire: Questionnaire, value: str) -> ResponseForm:
    """What a child sends who taps one tile, or writes a word."""
    form = ResponseForm.asking(questionnaire)(MultiDict([("a-asked", value)]))
    assert form.validate(), form.errors
    return form


def test_every_kind_has_a_row_and_a_label_of_its_own() -> None:
    assert set(KINDS) == set(get_args(Kind)) == set(KIND_LABELS)
    assert len({str(label) for label in KIND_LABELS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_type_in_a_form_comes_back_as_a_kind_that_is_answered_alike(kind: QuestionKind) -> None:
    question_type = read_type(f"{kind.xlsform} names" if kind.has_options else kind.xlsform)
    assert question_type.kind
    assert (KINDS[question_type.kind].xlsform, KINDS[question_type.kind].input) == (kind.xlsform, kind.input)


def test_what_is_counted_has_options_or_ranges_and_nothing_else_has() -> None:
    for row in KINDS.values():
        assert row.coded == (row.has_options or row.bins > (0, 0))


def test_each_text_begins_with_the_first_language_whatever_its_code() -> None:
    questionnaire = load_starter("daily-life-10-12", frozenset({"de"}))
    mixed = replace(questionnaire, languages=("hi", "en", *questionnaire.languages[2:]))
    again = Questionnaire.from_json(mixed.to_json())
    texts = [again.title, *(question.text for question in again.questions)]
    assert {next(iter(text)) for text in texts} == {"hi"}
    assert again == mixed


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_it_is_kept_exported_and_read_again_as_it_was(kind: Kind) -> None:
    questionnaire = a_file(kind)
    assert Questionnaire.from_json(questionnaire.to_json()) == questionnaire
    assert (
        import_xlsform(write_xlsform(questionnaire), "example.xlsx").questionnaire.questions == questionnaire.questions
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_sees_it_as_it_is_answered(app: Flask, kind: Kind) -> None:
    with app.test_request_context():
        screen = screen_of(a_file(kind))
        page = str(get_template_attribute("surveys/responses/screens.html", "asked")([screen]))
    tapped = page.count(f'type="{KINDS[kind].input}" name="a-asked"')
    assert tapped == (len(a_file(kind).questions[-1].keys) + 1 if KINDS[kind].coded else 0)  # and "I don't know"
    assert ("<textarea" in page) == (KINDS[kind].input == "text")


@pytest.mark.parametrize("kind", COUNTED)
def test_every_tile_is_an_answer_that_is_kept_and_counted_and_so_is_its_word_on_paper(app: Flask, kind: Kind) -> None:
    questionnaire, question = a_file(kind), a_file(kind).questions[-1]
    with app.test_request_context():
        tiles = screen_of(questionnaire).tiles
        sheets = [sent(questionnaire, tile.value).coded() for tile in tiles]
    assert len({len(sheet) for sheet in sheets}) == 1
    said: list[Answer] = [*question.keys, "dont_know"]
    assert [decode_answers(questionnaire, sheet)["asked"] for sheet in sheets] == [
        key if question.single else (key,) for key in said
    ]
    assert tally_answers(questionnaire, sheets)["asked"] == dict.fromkeys((*question.keys, "dont_know"), 1) | {
        "did_not_say": 0
    }
    cells = [str(one.low) if isinstance(one, Bin) else one.key for one in question.tiles]
    paper = read_paper("\n".join(["asked", *cells, "dont_know"]).encode(), questionnaire)
    assert [encode_answers(questionnaire, sheet.answers) for sheet in paper.sheets] == sheets


def paper_takes(questionnaire: Questionnaire, cell: str) -> bool:
    """Whether a cell of a sheet is read; one that is not is a fault with its row, never an error."""
    try:
        return bool(read_paper(f"asked\n{cell}".encode(), questionnaire).sheets)
    except QuestionnaireRefused:
        return False


@pytest.mark.parametrize("kind", [name for name in COUNTED if not KINDS[name].single])
def test_all_its_options_at_once_are_taken_on_every_way_or_on_none(kind: Kind) -> None:
    questionnaire, every = a_file(kind), a_file(kind).questions[-1].keys
    form = ResponseForm.asking(questionnaire)(MultiDict([("a-asked", key) for key in every]))
    assert (
        form.validate()
        == paper_takes(questionnaire, SEVERAL_SEPARATOR.join(every))
        == questionnaire.questions[-1].takes(every)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_guide_says_what_it_is(kind: Kind) -> None:
    guide = Path(__file__).parents[3] / "docs/guide/questionnaires.md"
    assert f"\n| `{kind}` |" in guide.read_text("utf-8")


@pytest.mark.parametrize("kind", COUNTED)
def test_it_is_published_in_bands_of_all_children_of_a_batch(kind: Kind) -> None:
    question, n = a_file(kind).questions[-1], 24
    counts = dict.fromkeys((*question.keys, "dont_know", "did_not_say"), 0) | {question.keys[0]: n}
    tables = tabulate_question(question, counts, n).tables
    assert list(tables) == ([""] if question.single else list(question.keys))
    assert {table.n for table in tables.values()} == {n}
