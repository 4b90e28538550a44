"""Rows that cannot be asked are left out, each with its reason, and the rest becomes a questionnaire.

Whether a workbook of others holds a question that a child can tap is judged here by a plain look at its cells, not by
the reader under test.
"""

import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlrd

from tests.surveys.questionnaires.test_xlsform import HEADERS, PLAIN, YES_NO, Grid, workbook
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused, is_left_out
from youthvoice.surveys.questionnaires.importer import read_in_process
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import ImportedFile
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.xlsform.number_ranges import years_for
from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform

SHARED = Path(__file__).parents[4] / "shared" / "xlsforms"
REAL = sorted(file for file in SHARED.rglob("*") if file.suffix in {".xls", ".xlsx"})
MORE = ["choice_filter", "appearance", "constraint"]
WIDE = [*HEADERS, *MORE]
_OLD = b"\xd0\xcf\x11\xe0"


def without(rows: Grid, choices: Grid = YES_NO, **settings: str) -> ImportedFile:
    return import_xlsform(workbook(rows, choices, WIDE, **settings), "form.xlsx", leave_out=True)


def names(file: ImportedFile) -> list[str]:
    return [question.name for question in file.questionnaire.questions]


def left_out(file: ImportedFile) -> dict[int | None, str]:
    assert all(fault_message(fault).strip() for fault in file.notes)
    return {fault.row: fault.code for fault in file.notes if is_left_out(fault)}


UNFIT: Grid = [
    ["decimal", "tall", "How tall?"],
    ["text", "who", "What is your name?"],
    ["select_one yn", "hit", "Did anyone hit you?"],
    ["select_one nothing", "odd", "Odd?"],
    ["select_one yn", "odd", "Odd, ${warm}?"],
    ["select_one yn", "odd", ""],
    ["select_one yn", "odd", "Odd?", "${warm} > 3"],
    ["select_one yn", "odd", "Odd?", "${later} = 'yes'"],
    ["select_one yn", "warm", "Odd?"],
    ["select_one yn", "odd", "Odd?", "", "${warm} = zone"],
    ["select_one yn", "odd", "=A1"],
    ["date", "came", "When did you come?"],
    ["rank yn", "order", "Which first?"],
]
CODES = [
    "unknown_type", "asks_who", "asks_abuse", "no_list", "no_insertions", "no_label", "relevant_unreadable",
    "when_not_earlier", "duplicate_name", "no_choice_filter", "formula_cell", "date_too_exact", "unknown_type",
]  # fmt: skip


@pytest.mark.parametrize(("row", "code"), list(zip(UNFIT, CODES, strict=True)))
def test_a_row_that_cannot_be_asked_is_left_out_with_its_reason(row: list[object], code: str) -> None:
    file = without([PLAIN, row, ["integer", "months", "How many months?"]])
    assert left_out(file) == {3: code}
    assert names(file) == ["warm", "months"]
    with pytest.raises(QuestionnaireRefused):
        import_xlsform(workbook([PLAIN, row], headers=WIDE), "form.xlsx")


def test_what_needs_a_row_that_is_left_out_is_left_out_too_and_told_of() -> None:
    """In a chain; a question meant for some is never asked of everybody instead."""
    file = without(
        [
            ["decimal", "tall", "How tall?"],
            ["calculate", "sum"],
            PLAIN,
            ["select_one yn", "first", "First?", "${tall} = 'x'"],
            ["select_one yn", "second", "Second?", "${first} = 'yes'"],
            ["select_one yn", "third", "Third?", "${sum} = 'yes' and ${warm} = 'yes'"],
            ["select_one yn", "last", "Last?", "${warm} = 'yes'"],
        ]
    )
    assert names(file) == ["warm", "last"]
    assert left_out(file) == {
        2: "unknown_type", 3: "worked_out", 5: "needs_left_out", 6: "needs_left_out", 7: "needs_left_out",
    }  # fmt: skip
    told = {fault.row: fault_message(fault) for fault in file.notes}
    assert told[6] == "“second” is left out: It is asked only after “first”, which was left out."


def test_everything_in_a_group_whose_condition_cannot_be_read_is_left_out() -> None:
    file = without(
        [
            PLAIN,
            ["begin group", "g", "G", "${warm} > 3"],
            ["select_one yn", "inner", "Inner?"],
            ["end group"],
            ["select_one yn", "after", "After?"],
        ]
    )
    assert names(file) == ["warm", "after"]
    assert left_out(file) == {3: "relevant_unreadable", 4: "relevant_unreadable"}


def test_a_form_of_which_nothing_is_left_is_refused_with_every_row() -> None:
    with pytest.raises(QuestionnaireRefused) as why:
        without([["decimal", "tall", "How tall?"], ["text", "who", "What is your name?"]])
    assert [(one.row, one.code) for one in why.value.faults] == [
        (None, "nothing_to_answer"), (2, "unknown_type"), (3, "asks_who"),
    ]  # fmt: skip


def test_a_form_whose_groups_do_not_fit_stays_refused() -> None:
    with pytest.raises(QuestionnaireRefused) as why:
        without([PLAIN, ["begin group", "g", "G"]])
    assert {one.code for one in why.value.faults} == {"group_open"}


def test_what_is_beyond_the_most_questions_is_left_out() -> None:
    file = without([["integer", f"n{at}", f"How many of {at}?"] for at in range(203)])
    assert len(names(file)) == 200
    assert left_out(file) == dict.fromkeys((202, 203, 204), "far_too_many")


def test_an_option_that_cannot_be_shown_leaves_its_question_out() -> None:
    choices = [*YES_NO, ["l", "a", "${warm}"], ["l", "b", "Bee"], ["m", "c", ""], ["m", "d", "Dog"]]
    file = without([PLAIN, ["select_one l", "one", "One?"], ["select_one m", "two", "Two?"]], choices)
    assert names(file) == ["warm"]
    assert left_out(file) == {3: "no_insertions", 4: "no_label"}


def with_choices(survey: bytes, choices: Grid) -> bytes:
    """The workbook with another sheet of choices."""
    book = openpyxl.load_workbook(BytesIO(survey))
    sheet = book["choices"]
    sheet.delete_rows(1, sheet.max_row)
    for row in choices:
        sheet.append(list(row))
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_something_else_is_an_option_of_its_own_in_the_languages_of_the_list() -> None:
    rows = [
        ["select_one c or_other", "colour", "Which colour?", "कौन सा रंग?"],
        ["text", "t", "Why?", "क्यों?", "${colour} = 'other'"],
    ]
    both = ["label::English (en)", "label::Hindi (hi)"]
    choices = [["list_name", "name", *both], ["c", "red", "Red", "लाल"], ["c", "blue", "Blue", "नीला"]]
    form = with_choices(workbook(rows, headers=["type", "name", *both, "relevant"]), choices)
    file = import_xlsform(form, "form.xlsx")
    colour, why = file.questionnaire.questions
    assert colour.keys == ("red", "blue", "other")
    assert dict(colour.options[-1].text) == {"en": "Something else", "hi": "कुछ और"}
    assert colour.options[-1].picture
    assert why.when == Condition("is", "colour", ("other",))
    assert "other_added" in {fault.code for fault in file.notes}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("true()", ["a", "b", "c"]),
        ("zone = 'north'", ["a", "b"]),
        ("zone=north", ["a", "b"]),
        ("zone != 'north' or name = 'a'", ["a", "c"]),
        ("label::English != ''", ["a", "b", "c"]),
        ("zone = ${warm}", None),
        ("zone > 3", None),
        ("nowhere = 'x'", None),
    ],
)
def test_a_filter_on_constants_keeps_its_options_and_any_other_is_refused(said: str, kept: list[str] | None) -> None:
    zones = [["z", "a", "Ant", "north"], ["z", "b", "Bee", "north"], ["z", "c", "Cat", "south"]]
    form = workbook([PLAIN, ["select_one z", "place", "Which?", "", said]], headers=WIDE)
    data = with_choices(form, [["list_name", "name", "label::English (en)", "Zone"], *YES_NO, *zones])
    file = import_xlsform(data, "form.xlsx", leave_out=True)
    question = file.questionnaire.question("place")
    assert (list(question.keys) if question else None) == kept
    if kept and len(kept) < 3:
        assert "choices_filtered" in {fault.code for fault in file.notes}


def test_a_filtered_list_is_the_question_that_children_were_asked_before() -> None:
    """T9: the same words and options are the same question, however a form comes to them."""
    choices = [*YES_NO, ["z", "a", "Ant"], ["z", "b", "Bee"], ["z", "c", "Cat"]]
    filtered = without([["select_one z", "x", "Which?", "", "name != 'c'"]], choices).questionnaire.questions[0]
    plain = without([["select_one z", "y", "Which?"]], choices[:-1]).questionnaire.questions[0]
    assert question_hash(filtered) == question_hash(plain)


def test_a_date_is_asked_as_a_year_or_as_a_month() -> None:
    file = without(
        [
            ["date", "came", "When did you come here?", "", "", "year", ". >= '2015-01-01' and . <= '2026-12-31'"],
            ["date", "trip", "When was the trip?", "", "", "month-year", ". >= '2026-01-01' and . <= '2026-12-31'"],
            ["date", "born", "Your date of birth?", "", "", "year"],
            ["date", "born_in", "Month of birth?", "", "", "month-year"],
        ]
    )
    came, trip = file.questionnaire.questions
    assert came.kind == "number"
    assert (came.bins[0].low, came.bins[-1].high) == (2015, 2026)
    assert trip.kind == "choose_one"
    assert [one.text["en"] for one in trip.options][:2] == ["January", "February"]
    assert trip.merge is not None
    assert [len(one.options) for one in trip.merge.values()] == [3, 3, 3, 3]
    assert left_out(file) == {4: "asks_who", 5: "asks_who"}
    assert {fault.code for fault in file.notes} >= {"date_as_year", "date_as_month"}


@pytest.mark.parametrize("constraint", ["", ". <= today()", ". >= '2020-05-01'", ". > 2010 and . < '2026-01-01'"])
def test_ranges_of_years_stand_side_by_side(constraint: str) -> None:
    ranges = years_for(constraint, 2026)
    assert 2 <= len(ranges) <= 5
    assert all(one[1] + 1 == after[0] for one, after in zip(ranges, ranges[1:], strict=False))  # noqa: RUF007


@pytest.mark.parametrize("said", ["Don't know / not sure", "Not sure", "I don’t know", "पता नहीं", "Sijui"])
def test_an_option_that_says_i_dont_know_becomes_ours(said: str) -> None:
    rows = [["select_one f", "food", "Which?"], ["text", "why", "Why?", "${food} = '99'"]]
    file = without(rows, [["f", "1", "Rice"], ["f", "2", "Bread"], ["f", "99", said]])
    food, why = file.questionnaire.questions
    assert food.keys == ("1", "2")
    assert why.when == Condition("is", "food", ("dont_know",))


def test_rows_of_a_painted_column_do_not_count() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook([PLAIN])))
    book["survey"].cell(1_048_576, 9, " ")
    packed = BytesIO()
    book.save(packed)
    assert names(import_xlsform(packed.getvalue(), "form.xlsx")) == ["warm"]


def test_more_rows_than_a_form_has_are_refused() -> None:
    rows = [["note", f"n{at}", "Hello"] for at in range(5001)]
    with pytest.raises(QuestionnaireRefused) as why:
        without(rows)
    assert [(one.row, one.code) for one in why.value.faults] == [(5002, "too_many_rows")]


def _cells(file: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of both sheets by header in small letters, without languages."""
    data = file.read_bytes()
    if data.startswith(_OLD):
        old = xlrd.open_workbook(file_contents=data)
        grids = {sheet.name.lower(): [sheet.row_values(at) for at in range(sheet.nrows)] for sheet in old.sheets()}
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles
            new = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            grids = {
                sheet.title.lower(): [list(row) for row in sheet.iter_rows(values_only=True, max_row=9999)]
                for sheet in new.worksheets
            }
    return {name: _by_header(grid) for name, grid in grids.items() if name in {"survey", "choices"}}


def _by_header(grid: list[list[object]]) -> list[dict[str, str]]:
    heads = [re.split(":+", str(head or "").lower())[0].strip().replace(" ", "_") for head in grid[0]] if grid else []
    rows = []
    for cells in grid[1:]:
        row: dict[str, str] = {}
        for head, cell in zip(heads, cells, strict=False):
            if cell not in (None, "") and head:
                row.setdefault("label" if head == "caption" else head, str(cell).strip())
        rows.append(row)
    return rows


def _tappable(file: Path) -> Iterator[str]:
    """Names of questions outside repeats whose answers are options or numbers, all with words of their own."""
    sheets = _cells(file)
    lists: dict[str, list[str]] = {}
    for row in sheets.get("choices", []):
        lists.setdefault(row.get("list_name", row.get("list", "")), []).append(row.get("label", ""))
    repeats = 0
    for row in sheets.get("survey", []):
        kind = row.get("type", "").lower().replace("_", " ")
        repeats += kind.startswith(("begin repeat", "begin loop")) - kind.startswith(("end repeat", "end loop"))
        said = row.get("label", "")
        if repeats or not said or "${" in said or "${" in row.get("choice_filter", ""):
            continue
        select = re.match(r"(?:select one|select multiple|select all that apply)(?: from)?\s+(\S+)", kind)
        spoken = next((words for name, words in lists.items() if select and _starts_alike(name, select[1])), [])
        if kind in {"integer", "int", "range"} or (len(spoken) > 1 and all(one and "${" not in one for one in spoken)):
            yield row.get("name", "")


def _starts_alike(name: str, said: str) -> bool:
    return name.lower().replace("_", " ").split(" ")[0] == said


@pytest.mark.skipif(not REAL, reason=f"the real forms of other organisations are not here: {SHARED}")
def test_every_real_workbook_that_holds_a_question_to_tap_becomes_a_questionnaire() -> None:
    taken, refused = set(), {}
    for file in REAL:
        try:
            read = read_in_process(file.read_bytes(), file.name, frozenset(), accept_doubts=True, leave_out=True)
        except QuestionnaireRefused as why:
            refused[file.name] = {one.code for one in why.faults if one.row is None}
        else:
            assert read.questionnaire.coded
            taken.add(file.name)
    expected = {file.name for file in REAL if any(_tappable(file))}
    assert taken == expected
    print(f"{len(taken)} of {len(REAL)} real workbooks become questionnaires")  # noqa: T201 - shown with -s
    assert all(codes <= {"nothing_to_answer", "no_sheet"} for codes in refused.values())
