"""XLSForms of others come in or are refused with rows; ours go out and come back as they went."""

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.picture_library import FACES
from youthvoice.surveys.questionnaires.questionnaire import ImportedFile, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.wording_rules import size_warnings
from youthvoice.surveys.questionnaires.xlsform.column_headers import language_code
from youthvoice.surveys.questionnaires.xlsform.number_ranges import bins_for
from youthvoice.surveys.questionnaires.xlsform.relevance import negate_condition, read_relevant, write_relevant
from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform
from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform
from youthvoice.web.i18n.languages import LANGUAGES

ROOT = Path(__file__).parents[3]
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


def taken(data: bytes) -> ImportedFile:
    return import_xlsform(data, "Example form.xlsx")


def refused(data: bytes) -> set[tuple[int | None, str]]:
    with pytest.raises(QuestionnaireRefused) as why:
        taken(data)
    for fault in why.value.faults:
        assert fault_message(fault).strip()
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
    file = taken(workbook(rows, form_title="Example"))
    assert file.questionnaire.name == "example-form"
    kinds = [(question.name, question.kind) for question in file.questionnaire.questions]
    assert kinds == [
        ("warm", "yes_no"), ("both", "choose_many"), ("box", "words"), ("months", "number"),
        ("hello", "say"), ("bye", "say"),
    ]  # fmt: skip
    assert file.questionnaire.questions[1].when == Condition("is", "warm", ("no",))
    assert [fault.code for fault in file.notes] == ["ages_made", "bins_made"]


def test_a_list_longer_than_a_child_can_look_through_is_refused_and_a_long_one_is_told() -> None:
    """62 answers made a screen of 7,720 px."""

    def towns(many: int) -> bytes:
        choices = [["towns", f"t{at}", f"Town {at}"] for at in range(many)]
        return workbook([["select_one towns", "town", "Which town is yours?"]], choices=choices)

    assert (2, "too_many_tiles") in refused(towns(62))
    assert "many_tiles" in [fault.code for fault in size_warnings(taken(towns(20)).questionnaire)]
    assert "many_tiles" not in [fault.code for fault in size_warnings(taken(towns(6)).questionnaire)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["decimal", "weight", "How heavy?"], "unknown_type"),
        (["begin repeat", "again", "Again"], "group_open"),
        (["text", "who", "What is your name?"], "asks_who"),
        (["text", "first_name", "Please type"], "asks_who"),
        (["text", "home", "Your address"], "asks_who"),
        (["select_one yn", "hit", "Did anyone hit you?"], "asks_abuse"),
        (["select_one nothing", "odd", "Odd?"], "no_list"),
        (["date", "arrived", "When did you come?"], "date_too_exact"),
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
    rows = [
        ["decimal", "s", "Tall?"],
        ["select_one nothing", "g", "Odd?"],
        ["text", "who", "What is your name?"],
        PLAIN,
    ]
    assert refused(workbook(rows)) >= {(2, "unknown_type"), (3, "no_list"), (4, "asks_who")}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["start", "start"], "would_identify"),
        (["end", "end"], "would_identify"),
        (["today", "today"], "would_identify"),
        (["deviceid", "deviceid"], "would_identify"),
        (["phonenumber", "phone"], "would_identify"),
        (["geopoint", "place", "Where?"], "would_identify"),
        (["image", "photo", "May I?"], "would_identify"),
        (["calculate", "sum", ""], "worked_out"),
        (["hidden", "sum", ""], "worked_out"),
        (["note", "hello", ""], "note_left_out"),
        (["note", "hello", "Tea: ${warm}"], "note_left_out"),
    ],
)
def test_what_the_form_notes_by_itself_is_left_out_with_a_line(row: list[object], code: str) -> None:
    file = taken(workbook([row, PLAIN, row]))
    assert [question.name for question in file.questionnaire.questions] == ["warm"]
    assert [(fault.row, fault.code) for fault in file.notes if fault.row != 1] == [(2, code), (4, code)]
    assert all(fault_message(fault) for fault in file.notes)


def test_a_repeat_is_left_out_with_everything_in_it() -> None:
    rows = [["begin repeat", "r", "R"], ["text", "x", "X"], ["begin group", "g"], ["end group"], ["end repeat"], PLAIN]
    file = taken(workbook(rows))
    assert [question.name for question in file.questionnaire.questions] == ["warm"]
    assert (2, "repeat_left_out") in {(fault.row, fault.code) for fault in file.notes}


def test_what_needs_a_row_that_was_left_out_is_refused() -> None:
    assert (3, "when_not_earlier") in refused(workbook([["calculate", "sum"], [*PLAIN, "${sum} = 'x'"]]))


SCALES = {
    ("Good", "OK", "Bad"): ("faces", (0,)),
    ("Very bad", "Bad", "Good", "Very good"): ("faces", (2, 3)),
    ("बहुत ख़राब", "ख़राब", "ठीक-ठाक", "अच्छा", "बहुत अच्छा"): ("faces", (3, 4)),
    ("سيئ", "متوسط", "جيد"): ("faces", (2,)),
    ("Mauvais", "Moyen", "Bon"): ("faces", (2,)),
    ("Malo", "Regular", "Bueno"): ("faces", (2,)),
    ("Never", "Sometimes", "Always"): ("faces", ()),
    ("हमेशा", "कभी-कभी", "कभी नहीं"): ("faces", ()),
    ("Red", "Green", "Blue"): ("choose_one", ()),
    ("Good", "Bad", "OK"): ("choose_one", ()),
}


@pytest.mark.parametrize("labels", SCALES, ids="-".join)
def test_a_scale_that_everybody_knows_gets_its_faces(labels: tuple[str, ...]) -> None:
    """What is not known stays a choice; a scale never shows the numbers of its steps."""
    kind, good = SCALES[labels]
    data = workbook([["select_one s", "tea", "Tea?"]], [["s", at, label] for at, label in enumerate(labels)])
    (found,) = taken(data).questionnaire.questions
    assert found.kind == kind
    assert found.good == tuple(str(at) for at in good)
    if kind == "faces":
        low_first = labels[0] not in {"Good", "हमेशा"}
        faces = FACES[len(labels)]
        assert tuple(one.picture for one in found.options) == (faces if low_first else faces[::-1])


@pytest.mark.parametrize(
    ("yes", "no"), [("Yes", "No"), ("हाँ", "नहीं"), ("نعم", "لا"), ("Oui", "Non"), ("Sí", "No"), ("Ndiyo", "Hapana")]
)
def test_yes_and_no_are_known_in_many_languages_whatever_their_keys(yes: str, no: str) -> None:
    rows = [["select_one yn", "tea", "Tea?"], ["select_one yn", "warm", "Warm?", "${tea} = '1' or ${tea} = '8'"]]
    file = taken(workbook(rows, [["yn", 0, no], ["yn", 1, yes], ["yn", 8, "Don't know"]]))
    tea, warm = file.questionnaire.questions
    assert (tea.kind, tea.keys) == ("yes_no", ("no", "yes"))
    assert str(warm.when) == "tea = yes or tea = dont_know"
    assert "dont_know_left_out" in {fault.code for fault in file.notes}


@pytest.mark.parametrize(
    ("label", "bins"),
    [
        ("How many hours a day do you play?", [(0, 1), (2, 3), (4, 5), (6, 8), (9, 24)]),
        ("How many days a week do you play?", [(0, 0), (1, 2), (3, 4), (5, 7)]),
        ("How many friends?", [(0, 0), (1, 2), (3, 5), (6, 10), (11, 999_999)]),
    ],
)
def test_numbers_fall_into_ranges_that_fit_what_is_asked(label: str, bins: list[tuple[int, int]]) -> None:
    file = taken(workbook([PLAIN, ["integer", "n", label]]))
    assert [(one.low, one.high) for one in file.questionnaire.questions[1].bins] == bins


def test_plain_columns_say_what_xlsform_has_no_word_for() -> None:
    headers = [*HEADERS, "kind", "good", "harm", "safety", "bins", "picture"]
    rows = [
        [*PLAIN, "", "", "yes", "", "", "", "teacup-without-handle"],
        ["select_one s", "night", "Safe at night?", "", "faces", "b, c", "a", "yes"],
        ["integer", "n", "How many?", "", "", "", "", "", "0-4, 5-9, 10+"],
        ["integer", "m", "How many?", "", "", "", "", "", "4 9 19"],
    ]
    choices = [*YES_NO, *(["s", key, key.upper()] for key in "abc")]
    warm, night, many, more = taken(workbook(rows, choices, headers, ages="7-9")).questionnaire.questions
    assert (warm.good, warm.picture) == (("yes",), "1F375")
    assert (night.kind, night.good, night.harm, night.safety) == ("faces", ("b", "c"), ("a",), True)
    assert [(one.low, one.high) for one in many.bins] == [(0, 4), (5, 9), (10, 999_999)]
    assert [(one.low, one.high) for one in more.bins] == [(0, 4), (5, 9), (10, 19), (20, 999_999)]
    wrong = [[*PLAIN, "", "stars"], ["integer", "n", "How many?", "", "", "", "", "", "few"]]
    assert refused(workbook(wrong, choices, headers)) >= {(2, "not_one_of"), (3, "bins_unreadable")}


def test_a_language_is_called_by_its_name() -> None:
    assert "Swahili" in fault_message(QuestionnaireFault(1, "language_left_out", {"language": "sw", "found": 3}))


def test_an_advocate_can_confirm_a_question_that_only_seems_to_ask_who() -> None:
    data = workbook([PLAIN, ["text", "street_name", "Give the new street a name"]])
    assert (3, "asks_who") in refused(data)
    assert import_xlsform(data, "x.xlsx", confirmed=frozenset({"street_name"})).questionnaire.letter_boxes


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_column_names_each_of_our_languages_by_its_own_name_and_by_its_code(code: str) -> None:
    assert language_code(LANGUAGES[code].name) == code
    assert language_code(f"{LANGUAGES[code].name} ({code.replace('_', '-')})") == code


@pytest.mark.parametrize("name", ["Konkani", "Konkani (kok)", "kok", "Konkani (gom)", "gom"])
def test_konkani_of_other_forms_is_the_konkani_that_children_choose(name: str) -> None:
    assert language_code(name) == "gom"


def test_odd_headers_and_numeric_names_are_read() -> None:
    headers = ["type", "name\n", "label::English\n", "label:French\t", "relevant"]
    rows = [
        ["select one from yn", "tea", "Tea?", "Du thé ?"],
        ["select1 yn", "warm", "Warm?", "Chaud ?", "${tea} = 1"],
    ]
    data = workbook(rows, [["yn", 1, "Yes"], ["yn", 0.0, "No"]], headers)
    file = taken(data)
    assert file.questionnaire.languages == ("en",)  # the choices have no French
    assert file.questionnaire.questions[0].keys == ("yes", "no")
    assert file.questionnaire.questions[1].when == Condition("is", "tea", ("yes",))
    assert "language_left_out" in {fault.code for fault in file.notes}


def test_a_long_list_comes_in_but_is_not_published() -> None:
    data = workbook([["select_one c", "city", "Which?"]], [["c", f"c{at}", f"C{at}"] for at in range(7)])
    questionnaire = import_xlsform(data, "x.xlsx").questionnaire
    assert "merge_missing" in {fault.code for fault in size_warnings(questionnaire)}


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
    questionnaire = import_xlsform(bare_xls(sheets), "example.xlsx").questionnaire
    assert questionnaire.questions[0].keys == ("yes", "no")


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
    except QuestionnaireRefused as why:
        assert all(fault.row and fault_message(fault) for fault in why.faults)  # noqa: PT017 - either is right
    else:
        assert found.questionnaire.coded


@pytest.fixture(params=STARTERS, ids=lambda file: file.stem)
def starter(request: pytest.FixtureRequest) -> Questionnaire:
    file: Path = request.param
    return read_toml(file, file.stem)


def test_what_went_out_comes_back_the_same(starter: Questionnaire) -> None:
    file = import_xlsform(write_xlsform(starter), f"{starter.name}.xlsx")
    assert replace(file.questionnaire, source="toml") == starter
    assert file.notes == ()


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
    assert negate_condition(negate_condition(rule)) == rule


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
