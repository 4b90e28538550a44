"""`youthvoice surveys answers`: two adults enter paper sheets; all of a file or nothing, and never twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.answer_sheets import decode_answers
from tests.support.open_rounds import LETTERS, NOW, House, a_house, kept, log, questions
from tests.support.people import PASSWORD, Somebody, make_person, make_site
from tests.support.rounds import close, end, open_round
from youthvoice import context, db
from youthvoice.access.permissions import FACILITATOR
from youthvoice.audit.models import AuditEntryRow
from youthvoice.sites.store import find_site
from youthvoice.slips.store import slip_screens
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.batches.store import load_counts, open_responses
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import deal_cards
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import open_rounds
from youthvoice.surveys.rounds.store import list_rounds_of_batch
from youthvoice.threads.letters.letter_box import open_letter
from youthvoice.threads.letters.store import find_letter, list_letters
from youthvoice.threads.models import LetterRow, ReceiptRow
from youthvoice.threads.store import ReaderKey

ASKED = questions(LETTERS)


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house whose facilitator and an advocate have signed in for commands."""
    made = a_house()
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", made.facilitator)
    _sign(monkeypatch, "YOUTHVOICE_SECOND_SIGN_IN", made.advocate)
    return made


@pytest.fixture
def round_(house: House) -> Round:
    return open_round([house.site_id], house.coordinator.id, ASKED)


def _sign(monkeypatch: pytest.MonkeyPatch, variable: str, person: Somebody) -> None:
    monkeypatch.setenv(variable, f"{person.handle}:{PASSWORD}")


def _run(app: Flask, *words: object, status: int = 0) -> Result:
    result = app.test_cli_runner().invoke(args=["surveys", "answers", *map(str, words)])
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def _file(folder: Path, text: str) -> Path:
    path = folder / "sheets.csv"
    path.write_text(text, "utf-8")
    return path


def _answers(round_: Round) -> list[str]:
    with db.reading(db.engine()) as session:
        opened_responses = open_responses(session, list_rounds_of_batch(session, round_.batch_id))
    return sorted(str(decode_answers(ASKED, coded)["food"]) for coded in opened_responses.coded)


def _rows() -> tuple[int, ...]:
    with db.reading(db.engine()) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(one)) or 0 for one in (ResponseRow, ReceiptRow, LetterRow)
        )


def test_sheets_are_taken_and_their_words_are_letters_to_the_advocates(
    app: Flask, house: House, round_: Round, tmp_path: Path, clock: StillClock
) -> None:
    said = _run(app, round_.slug, _file(tmp_path, "food;wish\nvery_good;\nBad;more trees\n;a swing\n"))
    assert said.stdout == "3 sheets taken.\n"
    assert _answers(round_) == ["None", "bad", "very_good"]
    clock.move(days=1)
    with db.reading(db.engine()) as session:
        reader_key = ReaderKey(house.advocate.id, house.advocate.public_key, frozenset({house.site_id}))
        found = list_letters(session, reader_key, context.now())
        inside = [find_letter(session, envelope.id, reader_key, context.now()) for envelope in found]
    read = [
        open_letter(context.keyring(), one[1], house.advocate.id, house.advocate.private_key) for one in inside if one
    ]
    assert sorted((opened_letter.words, opened_letter.shared) for opened_letter in read) == [
        ("a swing", False),
        ("more trees", False),
    ]


def test_the_log_names_the_round_and_both_adults_but_tells_nothing_of_children(
    app: Flask, house: House, round_: Round, tmp_path: Path
) -> None:
    _run(app, round_.slug, _file(tmp_path, "food,wish\ngood,\nbad,\n"))
    with db.reading(db.engine()) as session:
        (entry,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "round.paper"))
    assert (entry.actor, entry.subject) == (house.facilitator.handle, f"{round_.slug} with {house.advocate.id}")


def test_every_fault_is_said_with_file_and_row_and_nothing_is_written(
    app: Flask, round_: Round, tmp_path: Path
) -> None:
    path = _file(tmp_path, "food,colour\ngood,red\ngud,\n")
    lines = _run(app, round_.slug, path, status=1).stderr.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [[str(path), "row 1"], [str(path), "row 3"]]
    assert "“gud”" in lines[1]
    assert "very_good" in lines[1]
    assert _rows() == (0, 0, 0)


def test_a_card_is_refused_kindly_where_there_are_none(app: Flask, round_: Round, tmp_path: Path) -> None:
    said = _run(app, round_.slug, _file(tmp_path, "card,food\nfish;house;ball;hat,good\n"), status=1).stderr
    assert "This round has no cards." in said


@pytest.fixture
def pair(house: House) -> list[Round]:
    """The two waves of a pair that cards link."""
    with db.writing(db.engine()) as session:
        waves = (
            Span("pre", NOW, datetime(2026, 11, 30, tzinfo=UTC)),
            Span("post", NOW, datetime(2026, 12, 4, tzinfo=UTC)),
        )
        return open_rounds(session, house.opening(kept(ASKED, house.advocate), link="card", spans=waves), log())


def _deck(pair: list[Round], site_id: int, number: int, *, anew: bool = False) -> list[str]:
    with db.writing(db.engine()) as session:
        dealt = deal_cards(session, pair[0], site_id, number, replace_earlier=anew)
    return [";".join(one.name for one in card) for card in dealt]


def test_paper_with_cards_is_put_together_with_its_twin(
    app: Flask, house: House, pair: list[Round], tmp_path: Path
) -> None:
    deck = _deck(pair, house.site_id, 12)
    for facts, answer in zip(pair, ("bad", "good"), strict=True):
        rows = "".join(f"{card},{answer}\n" for card in deck)
        assert "13 sheets taken." in _run(app, facts.slug, _file(tmp_path, f"card,food\n{rows},{answer}\n")).stdout
    close_due(pair[1].ends_at + timedelta(hours=1))
    with db.reading(db.engine()) as session:
        assert load_counts(session, pair[1].batch_id).transitions["food"] == {"bad": {"good": 12}}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("fish;fish;fish;fish", "is no card. Write the names of its 4 pictures"),
        ("fish;house", "is no card"),
        ("dragon;house;ball;hat", "is no card"),
    ],
)
def test_a_card_that_is_none_is_refused_with_its_row_and_nothing_is_entered(
    app: Flask, pair: list[Round], tmp_path: Path, row: str, why: str
) -> None:
    said = _run(app, pair[0].slug, _file(tmp_path, f"card,food\n,good\n{row},good\n"), status=1).stderr
    assert why in said
    assert "row 3" in said
    assert _rows() == (0, 0, 0)


def test_a_card_that_was_not_dealt_or_stands_twice_enters_nothing(
    app: Flask, house: House, pair: list[Round], tmp_path: Path
) -> None:
    first, second = _deck(pair, house.site_id, 2)
    twice = _run(app, pair[0].slug, _file(tmp_path, f"card,food\n{first},good\n{first},bad\n"), status=1)
    assert "stands in row 2 already" in twice.stderr
    _deck(pair, house.site_id, 2, anew=True)
    dealt_anew = _run(app, pair[0].slug, _file(tmp_path, f"card,food\n,bad\n{second},good\n"), status=1)
    assert "or is none of ours; which one is told nobody. Nothing was entered." in dealt_anew.stderr
    assert _rows() == (0, 0, 0)


def test_no_file_tells_which_cards_are_still_good(app: Flask, house: House, pair: list[Round], tmp_path: Path) -> None:
    """Two adults could else write down every card there is, enter nothing, and read off who has answered."""
    used, good = _deck(pair, house.site_id, 2)
    assert "1 sheet taken." in _run(app, pair[0].slug, _file(tmp_path, f"card,food\n{used},good\n")).stdout
    before = _rows()
    invented = next(card for card in _every_card() if card not in {used, good})
    orders = ((used, good), (good, used), (invented, good), (good, invented))
    said = set()
    for one, other in orders:
        path = _file(tmp_path, f"card,food\n{one},bad\n{other},bad\n")
        said.add(_run(app, pair[0].slug, path, status=1).stderr)
    assert len(said) == 1
    assert _rows() == before
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow.action)).all()
    assert lines.count("round.paper-refused") == len(orders), "each try stands in the log"


def _every_card() -> Iterator[str]:
    return (";".join(one.name for one in card) for card in product(*slip_screens(4)))


@pytest.mark.dialect("put in once")
def test_the_very_same_file_is_taken_once(app: Flask, round_: Round, tmp_path: Path) -> None:
    path = _file(tmp_path, "food,wish\ngood,a swing\ngood,\n")
    assert _run(app, round_.slug, path).stdout == "2 sheets taken.\n"
    before = _rows()
    again = _run(app, round_.slug, path, status=1)
    assert "0 of 2 sheets are new" in again.stderr
    assert again.stdout == ""
    assert _rows() == before == (2, 2, 1)


def test_the_same_file_is_new_to_another_round(app: Flask, house: House, round_: Round, tmp_path: Path) -> None:
    path = _file(tmp_path, "food,wish\ngood,\n")
    _run(app, round_.slug, path)
    other = open_round([house.site_id], house.coordinator.id, ASKED)
    assert _run(app, other.slug, path).stdout == "1 sheet taken.\n"


def test_a_question_without_a_column_is_pointed_out(app: Flask, round_: Round, tmp_path: Path) -> None:
    result = _run(app, round_.slug, _file(tmp_path, "food\ngood\n"))
    assert "look at: there is no column “wish”" in result.stderr
    assert result.stdout == "1 sheet taken.\n"


def test_a_round_that_is_over_takes_no_sheets(app: Flask, round_: Round, tmp_path: Path) -> None:
    path = _file(tmp_path, "food,wish\ngood,\n")
    end(round_)
    assert "has ended" in _run(app, round_.slug, path, status=1).stderr
    close(round_)
    assert "is closed" in _run(app, round_.slug, path, status=1).stderr
    assert _rows() == (0, 0, 0)


def test_a_file_or_round_that_is_not_there_is_said_in_words(app: Flask, round_: Round, tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    assert f"{missing}: row 1: The file cannot be opened" in _run(app, round_.slug, missing, status=1).stderr
    assert "There is no round maple" in _run(app, "maple", missing, status=1).stderr


def test_who_signs(app: Flask, house: House, round_: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, "food,wish\ngood,\n")
    with db.writing(db.engine()) as session:
        elsewhere = make_person(session, FACILITATOR, make_site(session, "other-house").id, handle="elsewhere")
    _sign(monkeypatch, "YOUTHVOICE_SECOND_SIGN_IN", elsewhere)
    assert "does not work at Example House" in _run(app, round_.slug, path, status=1).stderr
    _sign(monkeypatch, "YOUTHVOICE_SECOND_SIGN_IN", house.facilitator)
    assert "somebody else" in _run(app, round_.slug, path, status=1).stderr
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", house.advocate)
    assert "coordinator or facilitator" in _run(app, round_.slug, path, status=1).stderr
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", elsewhere)
    assert "There is no round" in _run(app, round_.slug, path, status=1).stderr
    assert _rows() == (0, 0, 0)
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", house.coordinator)
    _run(app, round_.slug, path)


def test_letters_of_a_pooled_round_go_to_the_site_that_is_named(
    app: Flask, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_house("other-house")
    with db.writing(db.engine()) as session:
        both = [
            make_person(session, FACILITATOR, house.site_id, other.site_id, handle=handle) for handle in ("one", "two")
        ]
        assert find_site(session, other.site_id)
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", both[0])
    _sign(monkeypatch, "YOUTHVOICE_SECOND_SIGN_IN", both[1])
    round_ = open_round([house.site_id, other.site_id], house.coordinator.id, ASKED)
    path = _file(tmp_path, "food,wish\ngood,a swing\n")
    assert "--site" in _run(app, round_.slug, path, status=1).stderr
    _run(app, round_.slug, path, "--site", "other-house")
    with db.reading(db.engine()) as session:
        assert session.scalars(select(LetterRow.site_id)).all() == [other.site_id]
