"""A locked view is as long as every other of its questionnaire: its length tells no band, no winner, not even n."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.publications import STARTERS, Spread, counts_of, evenly, kindly, starter
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.publications.encryption import encrypt_reason, encrypt_view, max_view_size, open_reason, open_view
from youthvoice.publications.snapshot import AUDIENCES, Frozen, SnapshotContext, Wave, freeze_choice, freeze_view
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire

NAMES = sorted(path.stem for path in STARTERS.glob("*.toml") if "choice" not in path.stem)
DAY = date(2026, 11, 24)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys", create=True, development=True)


def silently(question: Question, n: int) -> dict[str, int]:
    """Nobody says anything."""
    silent = {"dont_know": 0, "did_not_say": n if question.single else 0}
    return dict.fromkeys(question.keys, 0) | silent


def about(questionnaire: Questionnaire) -> SnapshotContext:
    return SnapshotContext(
        round="maple-1234", wave="post", questionnaire=questionnaire, sites=("Example House",), decider="Lata Example",
        answer_due=DAY, made_on=DAY,
    )  # fmt: skip


def wave(questionnaire: Questionnaire, n: int, spread: Spread) -> Wave:
    return Wave(counts=counts_of(questionnaire, n, spread), n=n, first_day=DAY, last_day=DAY)


@pytest.mark.parametrize("name", NAMES)
def test_no_count_changes_the_length_of_a_view(keyring: Keyring, name: str) -> None:
    snapshot_context = about(starter(name))
    waves = [
        wave(snapshot_context.questionnaire, n, how) for n in (10, 24, 60, 1234) for how in (evenly, kindly, silently)
    ]
    views = [
        freeze_view(snapshot_context, wave, before, one)
        for wave in waves
        for before in (None, wave)
        for one in AUDIENCES
    ]
    assert len({len(encrypt_view(keyring, "s", view, max_view_size(snapshot_context))) for view in views}) == 1


def test_what_won_does_not_change_the_length_either(keyring: Keyring) -> None:
    snapshot_context = about(starter("everyday-choice"))
    (question,) = snapshot_context.questionnaire.coded
    winners: list[dict[str, str]] = [{}, *({question.name: key} for key in question.keys)]
    views = [freeze_choice(snapshot_context, won, DAY, DAY) for won in winners]
    assert len({len(encrypt_view(keyring, "s", view, max_view_size(snapshot_context))) for view in views}) == 1


def test_a_view_and_a_reason_come_back_as_they_were(keyring: Keyring) -> None:
    snapshot_context = about(starter("rights"))
    view: Frozen = freeze_view(snapshot_context, wave(snapshot_context.questionnaire, 24, evenly), None, "guardians")
    assert open_view(keyring, "s", encrypt_view(keyring, "s", view, max_view_size(snapshot_context))) == view
    reasons = [encrypt_reason(keyring, "s", reason) for reason in ("No.", "कृपया तीसरा वाक्य बदलिए। " * 24)]
    assert open_reason(keyring, "s", reasons[0]) == "No."
    assert len(reasons[0]) == len(reasons[1])
    assert open_reason(keyring, "s", None) == ""
