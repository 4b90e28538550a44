"""The commands of DESIGN.md 6: what they print, what they refuse, who signs."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import StillClock
from tests.support.open_rounds import LETTERS, House, a_house, file, kept, questions
from tests.support.people import PASSWORD, Somebody
from tests.surveys.questionnaires.test_questionnaire_pages import ASKS_WHO, WRONG
from tests.surveys.questionnaires.test_xlsform import PLAIN, workbook
from youthvoice import context, db
from youthvoice.sites.store import add_group, find_site
from youthvoice.surveys.rounds.store import find_round

OPEN = (
    "open", "example-days", "--purpose", "regular", "--until", "2026-12-04", "--due", "2026-12-20",
    "--permission", "Guardians, by letter", "--site", "example-house",
)  # fmt: skip


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch, house: House) -> pytest.MonkeyPatch:
    """The coordinator and an advocate have signed in for commands."""
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", house.coordinator)
    _sign(monkeypatch, "YOUTHVOICE_SECOND_SIGN_IN", house.advocate)
    return monkeypatch


def _sign(monkeypatch: pytest.MonkeyPatch, variable: str, person: Somebody) -> None:
    monkeypatch.setenv(variable, f"{person.handle}:{PASSWORD}")


def _run(app: Flask, *words: object, status: int = 0) -> Result:
    result = app.test_cli_runner().invoke(args=["surveys", *map(str, words)])
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def _written(folder: Path, data: bytes, name: str = "example-days.toml") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _decider(house: House) -> tuple[str, str]:
    return "--decider", house.facilitator.name


def test_check_says_that_a_file_is_well_with_its_counts(app: Flask, tmp_path: Path) -> None:
    said = _run(app, "check", _written(tmp_path, file(LETTERS))).stdout
    assert "OK: example-days, 2 questions, 1 languages (en), ages 10-12" in said


def test_check_says_every_fault_with_file_and_row(app: Flask, tmp_path: Path) -> None:
    path = _written(tmp_path, file(WRONG))
    result = _run(app, "check", path, status=1)
    lines = result.stderr.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(f"{path}: row ") for line in lines)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\x00", b"[" * 5000])
def test_check_never_breaks_on_rubbish(data: bytes, app: Flask, tmp_path: Path) -> None:
    assert ": row " in _run(app, "check", _written(tmp_path, data, "x.xlsx"), status=1).stderr


def test_check_of_a_folder_or_a_missing_file_is_said_in_words(app: Flask, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.toml"):
        assert f"{path}: row 1: The file cannot be opened" in _run(app, "check", path, status=1).stderr


def test_import_needs_a_coordinator_and_prints_name_and_version(
    app: Flask, house: House, signs: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = _written(tmp_path, file())
    assert _run(app, "import", path).stdout == "example-days/1\n"
    _sign(signs, "YOUTHVOICE_SIGN_IN", house.advocate)
    _run(app, "import", path, status=1)
    signs.delenv("YOUTHVOICE_SIGN_IN")
    assert "YOUTHVOICE_SIGN_IN" in _run(app, "import", path, status=1).stderr


def test_rows_that_cannot_be_asked_are_left_out_on_the_wish_of_whoever_imports(
    app: Flask, house: House, signs: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = [["start", "start"], ["decimal", "tall", "How tall?"], PLAIN, ["text", "wish", "Your name for a wish?"]]
    path = _written(tmp_path, workbook(rows), "form.xlsx")
    assert "row 3" in _run(app, "check", path, status=1).stderr
    assert "row 3" in _run(app, "import", path, status=1).stderr
    checked = _run(app, "check", path, "--leave-out")
    assert "OK: form, 1 questions" in checked.stdout
    assert f"{path}: row 3: left out: “tall” is left out" in checked.stderr
    kept = _run(app, "import", path, "--leave-out", "--not-identifying", "wish")
    assert kept.stdout == "form/1\n"
    assert f"{path}: row 2: left out: “start” would tell who answers" in kept.stderr
    assert "wish seems to ask who a child is; an advocate has to say that it does not." in kept.stderr
    assert _run(app, "import", path, "--leave-out").stdout == "form/2\n"


def test_approve_needs_an_advocate(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions())
    _run(app, "approve", "example-days", status=1)
    _sign(signs, "YOUTHVOICE_SIGN_IN", house.advocate)
    assert _run(app, "approve", "example-days").stdout == "example-days/1\n"
    assert _run(app, "approve", "example-days/1").stdout == "example-days/1\n"
    _run(app, "approve", "nothing", status=1)


def test_an_advocate_says_of_a_question_that_seems_to_ask_who_that_it_does_not(
    app: Flask, house: House, signs: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = _written(tmp_path, file(ASKS_WHO))
    assert "row " in _run(app, "check", path, status=1).stderr
    kept = _run(app, "import", path)
    assert kept.stdout == "example-days/1\n"
    assert "called seems to ask who a child is; an advocate has to say that it does not." in kept.stderr
    _sign(signs, "YOUTHVOICE_SIGN_IN", house.advocate)
    assert "--not-identifying called" in _run(app, "approve", "example-days", status=1).stderr
    _run(app, "approve", "example-days", "--not-identifying", "called")


def test_open_prints_the_name_of_the_round_and_nothing_else(
    app: Flask, house: House, signs: pytest.MonkeyPatch
) -> None:
    kept(questions(), house.advocate)
    said = _run(app, *OPEN, "--invited", 24, *_decider(house)).stdout
    (slug,) = said.splitlines()
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
    assert round_ is not None
    assert round_.state(context.now()) == "open"
    assert round_.decider_id == house.facilitator.id


def test_open_prints_a_line_for_each_round_of_a_pair(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions(LETTERS), house.advocate)
    result = _run(app, *OPEN, "--invited", 6, "--pair", "--link", "none", *_decider(house))
    assert len(result.stdout.splitlines()) == 2
    assert "only the letter box is read" in result.stderr
    assert "open on the same days" in result.stderr


def test_a_pair_with_days_of_its_own_is_not_said_to_be_one(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions(LETTERS), house.advocate)
    after = ("--after-from", "2026-12-02", "--after-until", "2026-12-05", "--due", "2026-12-20")
    result = _run(app, *OPEN, "--invited", 24, "--pair", *_decider(house), *after)
    assert "open on the same days" not in result.stderr


def test_open_says_every_reason_at_once(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions())
    result = _run(app, *OPEN, "--invited", 0, "--link", "sheet", *_decider(house), status=1)
    assert len([line for line in result.stderr.splitlines() if line.startswith("Error: ")]) == 3
    assert result.stdout == ""


def test_a_pair_linked_by_cards_is_one_batch_that_closes_with_the_second_wave(
    app: Flask, house: House, signs: pytest.MonkeyPatch
) -> None:
    kept(questions(), house.advocate)
    days = ("--after-from", "2026-12-05", "--after-until", "2026-12-08")
    slugs = _run(app, *OPEN, "--invited", 24, "--pair", "--link", "card", *days, *_decider(house)).stdout.split()
    with db.reading(db.engine()) as session:
        before, after = (find_round(session, slug) for slug in slugs)
    assert before is not None
    assert after is not None
    assert (before.wave, after.wave, before.link) == ("pre", "post", "card")
    assert (before.batch_id, before.answers_key) == (after.batch_id, after.answers_key)
    alone = _run(app, *OPEN, "--invited", 24, "--link", "card", *_decider(house), status=1)
    assert "Open a pair, before and after." in alone.stderr


def test_a_round_is_for_the_purpose_that_its_questionnaire_says(
    app: Flask, house: House, signs: pytest.MonkeyPatch
) -> None:
    kept(questions(purpose="awareness"), house.advocate)
    at = OPEN.index("--purpose")
    slug = _run(app, *OPEN[:at], *OPEN[at + 2 :], "--invited", 24, *_decider(house)).stdout.strip()
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
    assert round_ is not None
    assert round_.purpose == "awareness"


def test_a_round_is_opened_for_one_group_of_a_site(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        site = find_site(session, house.site_id)
        assert site
        add_group(session, site.id, "Class VII")
    wrong = _run(app, *OPEN, "--invited", 24, "--group", "Class IX", *_decider(house), status=1)
    assert "There is no group Class IX at this site." in wrong.stderr
    slug = _run(app, *OPEN, "--invited", 24, "--group", "Class VII", *_decider(house)).stdout.strip()
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
    assert round_ is not None
    assert round_.title_in("en") == "Example days · Class VII"


def test_open_refuses_what_it_does_not_know(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions(), house.advocate)
    result = _run(app, *OPEN, "--invited", 24, "--site", "nowhere", "--decider", "Nobody", status=1)
    assert "nowhere" in result.stderr
    assert "Nobody" in result.stderr


def test_open_needs_two_different_adults(app: Flask, house: House, signs: pytest.MonkeyPatch) -> None:
    kept(questions(), house.advocate)
    _sign(signs, "YOUTHVOICE_SECOND_SIGN_IN", house.coordinator)
    _run(app, *OPEN, "--invited", 24, *_decider(house), status=1)


def test_the_same_question_is_not_opened_twice_in_a_quarter(
    app: Flask, house: House, signs: pytest.MonkeyPatch
) -> None:
    """T9."""
    kept(questions(), house.advocate)
    _run(app, *OPEN, "--invited", 24, *_decider(house))
    again = _run(app, *OPEN, "--invited", 24, *_decider(house), status=1)
    assert "Asked here already" in again.stderr


def test_end_ends_a_round_once(app: Flask, house: House, signs: pytest.MonkeyPatch, clock: StillClock) -> None:
    kept(questions(), house.advocate)
    slug = _run(app, *OPEN, "--invited", 24, *_decider(house)).stdout.strip()
    clock.move(hours=1)
    _run(app, "end", slug)
    _run(app, "end", slug, status=1)
    _run(app, "end", "nothing-1234", status=1)
