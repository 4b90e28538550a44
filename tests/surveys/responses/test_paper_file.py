"""Reading a file of paper sheets: what it may look like, and that every fault is said at once, with its row."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused
from youthvoice.surveys.questionnaires.kinds import Kind
from youthvoice.surveys.questionnaires.questionnaire import Bin, Option, Question, Questionnaire, make_words
from youthvoice.surveys.questionnaires.skip_logic import Answer, Condition
from youthvoice.surveys.responses.paper_file import MAX_PAPER_SHEETS, PAPER_MESSAGES, read_paper


def _asks(name: str, kind: Kind, *options: Option, **more: object) -> Question:
    return Question(name=name, kind=kind, text=make_words(en=name), options=options, **more)  # type: ignore[arg-type]


BALL, FAR = Option("ball", make_words(en="Ball, or bat", hi="गेंद")), Option("far", make_words(en="Far"))
QUESTIONS = Questionnaire(
    name="paper",
    title=make_words(en="Days"),
    purpose="regular",
    ages="10-12",
    languages=("en", "hi"),
    questions=(
        _asks("hello", "say"),
        _asks(
            "food",
            "faces",
            Option("bad", make_words(en="Bad", hi="बुरा")),
            Option("good", make_words(en="Good", hi="अच्छा")),
        ),
        _asks(
            "school",
            "yes_no",
            Option("yes", make_words(en="Yes", hi="हाँ")),
            Option("no", make_words(en="No", hi="नहीं")),
        ),
        _asks("play", "choose_many", BALL, Option("read", make_words(en="Reading"))),
        _asks(
            "years",
            "number",
            bins=(Bin("few", 0, 3, make_words(en="0-3")), Bin("more", 4, 9, make_words(en="4-9"))),
        ),
        _asks("why", "choose_one", FAR, Option("ill", make_words(en="Ill")), when=Condition("is", "school", ("no",))),
        _asks("wish", "words", max_length=20),
    ),
)  # fmt: skip


def _read(text: str | bytes) -> list[dict[str, Answer]]:
    data = text.encode() if isinstance(text, str) else text
    return [dict(sheet.answers) for sheet in read_paper(data, QUESTIONS).sheets]


def _faults(text: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(QuestionnaireRefused) as refused:
        _read(text)
    for fault in refused.value.faults:
        assert "%(" not in PAPER_MESSAGES[fault.code] % dict(fault.values)
    return [(fault.row, fault.code) for fault in refused.value.faults]


def test_a_row_is_a_child_and_an_empty_cell_is_a_skip() -> None:
    assert _read("food,school,years\ngood,,4\n,no,dont_know\n") == [
        {"food": "good", "years": "4"},
        {"school": "no", "years": "dont_know"},
    ]


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("between", [",", ";"])
def test_commas_and_semicolons_any_line_ends_and_a_mark_at_the_beginning(before: bytes, end: str, between: str) -> None:
    rows = ["food,wish,play", 'good,"a ""big"" garden","ball;read"', 'bad,"two' + end + 'lines",read']
    text = end.join(row.replace(",", between) for row in rows)
    assert _read(before + text.encode()) == [
        {"food": "good", "wish": 'a "big" garden', "play": ("ball", "read")},
        {"food": "bad", "wish": "two\nlines", "play": ("read",)},
    ]


def test_words_of_an_option_are_taken_in_every_language() -> None:
    assert _read("food,school,play\nअच्छा,हाँ,गेंद; Reading\n") == [
        {"food": "good", "school": "yes", "play": ("ball", "read")}
    ]
    assert _read('food,school,play\n  gOOD ,NO,"Ball, or  bat"\n') == [
        {"food": "good", "school": "no", "play": ("ball",)}
    ]


def test_a_number_is_taken_in_the_digits_of_the_child() -> None:
    assert _read("years\n३\n٤\n007\n") == [{"years": "3"}, {"years": "4"}, {"years": "7"}]


def test_dont_know_is_an_answer_of_every_counted_question() -> None:
    assert _read("food,play\ndont_know,dont_know\n") == [{"food": "dont_know", "play": ("dont_know",)}]


def test_rows_and_columns_without_anything_are_passed_over() -> None:
    assert _read("food,\n\ngood,\n,\n") == [{"food": "good"}]


def test_questions_without_a_column_are_named() -> None:
    assert read_paper(b"food,school\ngood,yes\n", QUESTIONS).without == ("play", "years", "why", "wish")


def test_every_fault_is_said_at_once_with_its_row() -> None:
    text = (
        "food,school,play,years,wish,food,colour\n"
        "gud,yes,ball,4,,,\n"
        "good,maybe,ball;dont_know,10,,,\n"
        "\n"
        f"good,yes,ball;kite,x,{'a' * 21},,,stray\n"
    )
    assert _faults(text) == [
        (1, "column_twice"),
        (1, "unknown_column"),
        (2, "no_such_answer"),
        (3, "no_such_answer"),
        (3, "no_such_number"),
        (3, "unsure_and_sure"),
        (5, "cell_without_column"),
        (5, "no_such_answer"),
        (5, "no_such_number"),
        (5, "too_long"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("card,food\nabc,good\n", [(1, "card")]),
        ("hello,food\n,good\n", [(1, "asks_nothing")]),
        ("", [(1, "no_columns"), (2, "no_sheets")]),
        ("food\n", [(2, "no_sheets")]),
        ("name,city\nx,y\n", [(1, "no_columns"), (1, "unknown_column"), (1, "unknown_column")]),
        ('food,wish\ngood,"never closed\n', [(2, "not_csv")]),
        (b"food\ngood\n\xff\n", [(3, "not_utf8")]),
        ("food\n" + "good\n" * (MAX_PAPER_SHEETS + 1), [(MAX_PAPER_SHEETS + 2, "too_many_sheets")]),
        (b"x" * (4 * 1024 * 1024 + 1), [(1, "too_large")]),
        ("wish\n" + "a" * 200_000, [(2, "not_csv")]),
    ],
)
def test_files_that_cannot_be_taken(text: str | bytes, found: list[tuple[int, str]]) -> None:
    assert _faults(text) == found


def test_words_that_two_options_share_are_not_guessed() -> None:
    question = _asks(
        "food", "choose_one", Option("a", make_words(en="Same", hi="x")), Option("b", make_words(en="Other", hi="same"))
    )
    questionnaire = Questionnaire(
        name="twins",
        title=make_words(en="T"),
        purpose="regular",
        ages="10-12",
        languages=("en", "hi"),
        questions=(question,),
    )
    with pytest.raises(QuestionnaireRefused) as refused:
        read_paper(b"food\nsame\n", questionnaire)
    assert [one.code for one in refused.value.faults] == ["either_answer"]


def test_no_fault_repeats_more_than_a_little_of_a_cell() -> None:
    with pytest.raises(QuestionnaireRefused) as refused:
        _read(f"food,{'c' * 500}\n{'a' * 500},\n")
    assert all(len(str(value)) <= 60 for one in refused.value.faults for value in one.values.values())


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='food,;"\r\n wish\x00good', max_size=80).map(str.encode)))
def test_whatever_comes_it_is_read_or_refused_with_rows(data: bytes) -> None:
    faults: tuple[QuestionnaireFault, ...] = ()
    try:
        assert read_paper(data, QUESTIONS).sheets
    except QuestionnaireRefused as refused:
        faults = refused.faults
    assert all(fault.row and fault.code in PAPER_MESSAGES for fault in faults)
