"""XLSForms of others come in or are refused with rows; ours go out and come back as they went."""

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from youthvoice.surveys.conditions import Condition
from youthvoice.surveys.fault_words import say
from youthvoice.surveys.faults import Refused
from youthvoice.surveys.limits import published, warnings
from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.reading import read_toml
from youthvoice.surveys.xlsform.ranges import bins_for
from youthvoice.surveys.xlsform.reading import Imported, import_xlsform, read_xlsform
from youthvoice.surveys.xlsform.relevant import negated, read_relevant, write_relevant
from youthvoice.surveys.xlsform.writing import write_xlsform

ROOT = Path(__file__).parents[2]
STARTERS = sorted((ROOT / "surveys").glob("*.toml"))
OTHERS = sorted((ROOT.parent / "shared" / "xlsforms").glob("*.xlsx"))
HEADERS = ["type", "name", "label::English (en)", "relevant"]
YES_NO = [["yn", "yes", "Yes"], ["yn", "no", "No"]]
Grid = Sequence[Sequence[object]]


def workbook(rows: Grid, choices: Grid = YES_NO, headers: Sequence[str] = HEADERS, **settings: str) -> bytes:
    book = openpyxl.Workbook()
    survey = book.worksheets[0]
    survey.title = "survey"
    for row in [headers, *rows]:
        survey.append(list(row))
    sheet = book.create_sheet("choices")
    for row in [["list name", "name", "label::English (en)"], *choices]:
        sheet.append(list(row))
    if settings:
        sheet = book.create_sheet("settings")
        sheet.append(list(settings))
        sheet.append(list(settings.values()))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def taken(data: bytes) -> Imported:
    return import_xlsform(data, "Example form.xlsx")


def refused(data: bytes) -> set[tuple[int | None, str]]:
    with pytest.raises(Refused) as why:
        taken(data)
    for fault in why.value.faults:
        assert say(fault).strip()
    return {(fault.row, fault.code) for fault in why.value.faults}


PLAIN = ["select_one yn", "warm", "Is the tea warm?"]


def test_the_useful_subset_comes_in() -> None:
    rows = [
        PLAIN,
        ["begin group", "more", "More", "${warm} = 'no'"],
        ["select_multiple yn", "both", "Which?"],
        ["text", "box", "What else?"],
        ["end_group"],
        ["integer", "months", "How many months?"],
        ["note", "hello", "Hello", "selected(${warm}, ‘yes’)"],
        ["acknowledge", "bye", "Bye"],
    ]
    found = taken(workbook(rows, form_title="Example"))
    assert found.questionnaire.name == "example-form"
    kinds = [(one.name, one.kind) for one in found.questionnaire.questions]
    assert kinds == [
        ("warm", "choose_one"), ("both", "choose_many"), ("box", "words"), ("months", "number"),
        ("hello", "say"), ("bye", "say"),
    ]  # fmt: skip
    assert found.questionnaire.questions[1].when == Condition("is", "warm", ("no",))
    assert [note.code for note in found.notes] == ["bins_made"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["start", "start"], "would_identify"),
        (["deviceid", "deviceid"], "would_identify"),
        (["phonenumber", "phone"], "would_identify"),
        (["geopoint", "place", "Where?"], "would_identify"),
        (["image", "photo", "May I?"], "would_identify"),
        (["begin repeat", "again", "Again"], "no_repeat"),
        (["calculate", "sum", ""], "no_calculate"),
        (["decimal", "weight", "How heavy?"], "unknown_type"),
        (["text", "who", "What is your name?"], "asks_who"),
        (["text", "first_name", "Please type"], "asks_who"),
        (["text", "home", "Your address"], "asks_who"),
        (["select_one yn", "hit", "Did anyone hit you?"], "asks_abuse"),
        (["select_one nothing", "odd", "Odd?"], "no_list"),
        (["select_one yn or_other", "odd", "Odd?"], "no_or_other"),
        (["select_one yn", "odd", "Odd, ${warm}?"], "no_insertions"),
        (["select_one yn", "odd", ""], "no_label"),
        (["select_one yn", "odd", "Odd?", "${warm} > 3"], "relevant_unreadable"),
        (["select_one yn", "odd", "Odd?", "${later} = 'yes'"], "when_not_earlier"),
        (["select_one yn", "warm", "Odd?"], "duplicate_name"),
        (["select_one yn", "odd", "=A1"], "formula_cell"),
        (["end group"], "group_not_open"),
        (["begin group", "g", "G"], "group_open"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name_with_its_row(row: list[object], code: str) -> None:
    assert (3, code) in refused(workbook([PLAIN, row]))


def test_every_refusal_is_said_at_once() -> None:
    rows = [["start", "s"], ["geopoint", "g", "Where?"], ["text", "who", "What is your name?"], PLAIN]
    assert refused(workbook(rows)) == {(2, "would_identify"), (3, "would_identify"), (4, "asks_who")}


def test_an_advocate_can_confirm_a_question_that_only_seems_to_ask_who() -> None:
    data = workbook([PLAIN, ["text", "street_name", "Give the new street a name"]])
    assert (3, "asks_who") in refused(data)
    assert read_xlsform(data, "x.xlsx", confirmed=frozenset({"street_name"})).letter_boxes


def test_odd_headers_and_numeric_names_are_read() -> None:
    headers = ["type", "name\n", "label::English\n", "label:French\t", "relevant"]
    rows = [
        ["select one from yn", "tea", "Tea?", "Du thé ?"],
        ["select1 yn", "warm", "Warm?", "Chaud ?", "${tea} = 1"],
    ]
    data = workbook(rows, [["yn", 1, "Yes"], ["yn", 0.0, "No"]], headers)
    found = taken(data)
    assert found.questionnaire.languages == ("en",)  # the choices have no French
    assert found.questionnaire.questions[0].keys == ("1", "0")
    assert found.questionnaire.questions[1].when == Condition("is", "tea", ("1",))
    assert "language_left_out" in {note.code for note in found.notes}


def test_a_long_list_comes_in_but_is_not_published() -> None:
    data = workbook([["select_one c", "city", "Which?"]], [["c", f"c{at}", f"C{at}"] for at in range(7)])
    found = read_xlsform(data, "x.xlsx")
    assert not published(found.questions[0])
    assert "merge_missing" in {fault.code for fault in warnings(found)}


def bare_xls(sheets: Mapping[str, Grid]) -> bytes:
    """The smallest .xls (BIFF5) that holds texts."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def bof(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0, 1997))

    bodies = []
    for grid in sheets.values():
        cells = [
            record(0x0204, struct.pack("<HHHH", y, x, 0, len(str(text))) + str(text).encode("latin-1"))
            for y, row in enumerate(grid)
            for x, text in enumerate(row)
        ]
        bodies.append(bof(0x10) + b"".join(cells) + record(0x0A, b""))
    start = len(bof(5)) + sum(4 + 7 + len(name) for name in sheets) + 4
    bounds = []
    for name, body in zip(sheets, bodies, strict=True):
        bounds.append(record(0x85, struct.pack("<IBBB", start, 0, 0, len(name)) + name.encode()))
        start += len(body)
    return bof(5) + b"".join(bounds) + record(0x0A, b"") + b"".join(bodies)


def test_an_old_workbook_is_read_whatever_its_name_says() -> None:
    sheets: dict[str, Grid] = {
        "survey": [HEADERS, PLAIN],
        "choices": [["list_name", "name", "label"], *YES_NO],
    }
    found = read_xlsform(bare_xls(sheets), "example.xlsx")
    assert found.questions[0].keys == ("yes", "no")


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no", b"type,name\n", b"\x09\x08\x00"]
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refused(data) == {(None, "broken_workbook")}


def test_a_huge_file_is_refused() -> None:
    assert refused(b"x" * (6 << 20)) == {(None, "too_large")}


def test_a_workbook_without_the_sheet_or_columns_is_refused() -> None:
    book = openpyxl.Workbook()
    packed = io.BytesIO()
    book.save(packed)
    assert refused(packed.getvalue()) == {(None, "no_sheet")}
    assert refused(workbook([["x"]], headers=["kind"])) == {(1, "no_column")}


@pytest.mark.parametrize(
    "extra", ["{", "[]", '{"kind": "words"}', '{"text": {}}', "[" * 5000, '{"good": 5}', '{"bins": [1]}']
)
def test_a_spoilt_extra_column_is_refused(extra: str) -> None:
    data = workbook([[*PLAIN, "", extra]], headers=[*HEADERS, "youthvoice"])
    assert {row for row, _ in refused(data)} == {2}


@pytest.mark.skipif(not OTHERS, reason="real forms are not beside this clone")
@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_a_real_form_comes_in_or_is_refused_with_rows(file: Path) -> None:
    try:
        found = import_xlsform(file.read_bytes(), file.name)
    except Refused as why:
        assert all(fault.row and say(fault) for fault in why.faults)  # noqa: PT017 - either is right
    else:
        assert found.questionnaire.coded


@pytest.fixture(params=STARTERS, ids=lambda file: file.stem)
def starter(request: pytest.FixtureRequest) -> Questionnaire:
    file: Path = request.param
    return read_toml(file, file.stem)


def test_what_went_out_comes_back_the_same(starter: Questionnaire) -> None:
    back = import_xlsform(write_xlsform(starter), f"{starter.name}.xlsx")
    assert replace(back.questionnaire, source="toml") == starter
    assert back.notes == ()


def test_what_went_out_is_a_form_others_can_use(starter: Questionnaire, tmp_path: Path) -> None:
    file = tmp_path / f"{starter.name.replace('-', '_')}.xlsx"
    file.write_bytes(write_xlsform(starter))
    converted = convert(xlsform=file, validate=False)
    assert starter.questions[0].name in converted.xform
    assert converted.warnings == []


@pytest.mark.parametrize(
    "text",
    [
        "${a} = 'x'",
        "${a} != 1",
        "selected(${a}, 'x') and not(${b} = \"y\")",
        "(${a} = 'x' or ${b} = 'y') and ${c} = 'z'",
    ],
)
def test_a_condition_comes_back_as_it_went(text: str) -> None:
    rule = read_relevant(text)
    assert read_relevant(write_relevant(rule)) == rule
    assert negated(negated(rule)) == rule


@pytest.mark.parametrize(
    ("constraint", "parameters"),
    [
        ("", ""),
        (". >= 0 and . <= 20", ""),
        (".>5", ""),
        ("", "start=1 end=10 step=1"),
        (". <= 1", ""),
        (". < 3", ""),
    ],
)
def test_made_up_bins_stand_side_by_side(constraint: str, parameters: str) -> None:
    bins = bins_for(constraint, parameters)
    assert 2 <= len(bins) <= 5
    assert all(low <= high for low, high in bins)
    assert all(one[1] + 1 == two[0] for one, two in zip(bins, bins[1:], strict=False))  # noqa: RUF007
