"""Whatever the house did while a tablet was away: what a child sent there is taken, or too late; none stays."""

import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.elections import close as close_election
from tests.support.offline import deliver, outer_of, seal, seal_broken_voice
from tests.support.people import Somebody
from tests.support.rounds import close as close_batch, end as end_round
from tests.support.village_day import CODE, KINDS, VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.committees.agenda.store import change_state
from youthvoice.committees.models import BallotRow
from youthvoice.committees.store import record_closing
from youthvoice.kiosk.offline.job import end_intake_keys
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.knocks.store import open_box
from youthvoice.sites.store import change_site
from youthvoice.sites.tablets.store import find_tablet, retire_tablet
from youthvoice.surveys.batches.closing_job import close_due_job
from youthvoice.surveys.models import ResponseRow
from youthvoice.threads.case_state import VOICE_LOST
from youthvoice.threads.models import LetterRow, ThreadRow
from youthvoice.threads.readership import forget_readers
from youthvoice.threads.store import ReaderKey, list_all_threads, open_thread


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


def nothing(_day: VillageDay, _clock: StillClock) -> None:
    """The house is as it was."""


def key_is_another(_day: VillageDay, clock: StillClock) -> None:
    """Two months later another intake key is in use; the round ended, and is not counted yet."""
    clock.move(days=60)
    end_intake_keys()


def round_ended(day: VillageDay, _clock: StillClock) -> None:
    end_round(day.round)


def batch_closed(day: VillageDay, _clock: StillClock) -> None:
    end_round(day.round)
    close_batch(day.round)


def vote_counted(day: VillageDay, clock: StillClock) -> None:
    clock.move(hours=9)
    close_election(day.election)


def committees_meet_no_more(day: VillageDay, _clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        record_closing(session, day.committee.id, context.today())
        record_closing(session, day.election.committee_id, context.today())


def item_is_settled(day: VillageDay, _clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        change_state(session, day.item, "moved", context.today())


def answer_is_old(_day: VillageDay, clock: StillClock) -> None:
    """Nobody is asked any more whether it is really done."""
    clock.move(days=200)


def language_is_gone(day: VillageDay, _clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        change_site(session, day.house.site_id, {"languages": ["hi"]})


def tablet_let_go(day: VillageDay, _clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [day.house.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())


MEANWHILE = (
    nothing, key_is_another, round_ended, batch_closed, vote_counted, committees_meet_no_more, item_is_settled,
    answer_is_old, language_is_gone, tablet_let_go,
)  # fmt: skip


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_everything_is_taken_or_too_late_and_nothing_stays(
    day: VillageDay, clock: StillClock, meanwhile: Callable[[VillageDay, StillClock], None]
) -> None:
    kept = {secrets.token_hex(16): kind for kind in KINDS}
    envelopes = [(sheet, kind, day.seals(kind, sheet=sheet)) for sheet, kind in kept.items()]
    meanwhile(day, clock)
    for _time in range(2):
        for sheet, kind, envelope in envelopes:
            said = deliver(day.visitor(), envelope)
            assert (said.status_code, said.get_json()["sheet"]) == (201, outer_of(sheet)), (kind, said.text)
    assert count_rows(ThreadRow) == 1, "she told, and it is heard"
    assert count_rows(LetterRow) == 3, "the letter of the survey, good news and the suggestion are read"
    assert count_rows(ResponseRow) == int(meanwhile is not batch_closed), "a sheet counts once; never in a closed batch"
    assert count_rows(BallotRow) <= 1
    with db.reading(db.engine()) as session:
        sealed = session.scalars(select(KnockBoxRow.locked)).one()
    assert open_box(context.keyring(), day.house.site_id, sealed).waiting == {day.house.joshi.id: {()}}, (
        "she knocked, and it is seen"
    )


def test_a_vote_counts_once_and_a_late_one_never(day: VillageDay, clock: StillClock) -> None:
    one, late = day.seals("vote"), day.seals("vote")
    for _time in range(3):
        assert deliver(day.visitor(), one).get_json()["late"] is False
    assert count_rows(BallotRow) == 1
    clock.move(hours=9)
    assert deliver(day.visitor(), late).get_json()["late"] is True
    assert count_rows(BallotRow) == 1


@pytest.mark.parametrize("kind", ["vote", "tell", "suggest", "choice"])
def test_a_sheet_on_which_nothing_stands_does_not_stay(day: VillageDay, kind: str) -> None:
    """A child tapped Send at once: without a network nobody says that it takes one picture more."""
    path = day.opens_choice() if kind == "choice" else day.form(kind)[0]
    sheet = secrets.token_hex(16)
    envelope = seal(day.manifest, path, {}, sheet, code=CODE if kind == "tell" else "")
    for _time in range(2):
        said = deliver(day.visitor(), envelope)
        assert (said.status_code, said.get_json()) == (201, {"sheet": outer_of(sheet), "late": True})
    assert [count_rows(table) for table in (ThreadRow, LetterRow, ResponseRow, BallotRow)] == [0, 0, 0, 0]


def test_a_choice_counts_once_and_a_late_one_never(day: VillageDay, clock: StillClock) -> None:
    path = day.opens_choice()
    one, late = (seal(day.manifest, path, {"a-choice": "rice"}) for _child in range(2))
    for _time in range(2):
        assert deliver(day.visitor(), one).get_json()["late"] is False
    assert count_rows(ResponseRow) == 1
    clock.move(days=2)
    close_due_job()
    assert deliver(day.visitor(), late).get_json()["late"] is True
    assert count_rows(ResponseRow) == 0, "it is counted, and no sheet is kept"


def test_a_suggestion_to_no_agenda_is_read_all_the_same(day: VillageDay) -> None:
    """Of two she tapped none: an advocate reads it, and moves it."""
    path, fields = day.form("suggest")
    assert deliver(day.visitor(), seal(day.manifest, path, {**fields, "committee": ""})).status_code == 201
    assert count_rows(LetterRow) == 1


def everybody_is_left_out(day: VillageDay) -> dict[str, object]:
    """Without a script no page says that somebody has to read it."""
    return {"left_out": [one.id for one in (day.house.asha, day.house.ravi, day.house.outside, day.meera)]}


def whom_she_was_shown_has_left(day: VillageDay) -> dict[str, object]:
    """And others came, whom she was not shown."""
    with db.writing(db.engine()) as session:
        row = find_person_row(session, day.house.ravi.id)
        assert row
        close_account(session, row, context.today())
    return {"shown": str(day.house.ravi.id)}


def who_helped_has_left(day: VillageDay) -> dict[str, object]:
    """An adult who sat beside her."""
    with db.writing(db.engine()) as session:
        row = find_person_row(session, day.house.joshi.id)
        assert row
        close_account(session, row, context.today())
    return {"company": "adult", "helper": str(day.house.joshi.id)}


@pytest.mark.parametrize(
    ("since", "readers"),
    [
        (everybody_is_left_out, {"outside"}),
        (whom_she_was_shown_has_left, {"outside"}),
        (who_helped_has_left, {"asha", "ravi", "outside"}),
    ],
)
def test_what_she_told_is_read_whoever_has_left(
    day: VillageDay, since: Callable[[VillageDay], dict[str, object]], readers: set[str]
) -> None:
    """Nothing that was said stays on a tablet because people changed; nobody she did not let read it reads it."""
    path, fields = day.form("tell")
    more = since(day)
    forget_readers(day.house.site_id)
    envelope = seal(day.manifest, path, {**fields, **more}, code=CODE)
    for _time in range(2):
        assert deliver(day.visitor(), envelope).status_code == 201
    assert count_rows(ThreadRow) == 1
    found = {name for name in ("asha", "ravi", "outside") if opens(day, getattr(day.house, name))}
    assert found == readers


def opens(day: VillageDay, person: Somebody) -> bool:
    """Whether somebody's key opens what was told."""
    reader_key = ReaderKey(person.id, person.public_key, frozenset({day.house.site_id}))
    with db.reading(db.engine()) as session:
        thread_id = session.scalar(select(ThreadRow.id))
        assert thread_id
        return open_thread(session, reader_key, thread_id, person.private_key) is not None


@pytest.mark.parametrize("left_out", [("words", "topic", "wish"), ("committee",), ("topic", "wish", "committee")])
def test_what_a_child_skipped_holds_up_nothing_of_a_suggestion(day: VillageDay, left_out: tuple[str, ...]) -> None:
    """Offline nobody asks again: words come to the first committee of the page, and nothing at all is done with."""
    path, fields = day.form("suggest", "a swing")
    said = deliver(day.tablet, seal(day.manifest, path, {**fields, **dict.fromkeys(left_out, "")}))
    assert (said.status_code, said.get_json().get("late", False)) == (201, "words" in left_out)
    assert count_rows(LetterRow) == ("words" not in left_out)


@pytest.mark.parametrize("told", [{}, {"company": "alone"}, {"come": "no", "danger": "no"}])
def test_a_child_who_told_nothing_without_a_network_leaves_nothing_that_never_opens(
    day: VillageDay, told: dict[str, str]
) -> None:
    said = deliver(day.tablet, seal(day.manifest, "/tell", told, code=CODE))
    assert (said.status_code, count_rows(ThreadRow)) == (201, 0)


@pytest.mark.parametrize("words", ["The lamp is broken", ""])
def test_a_voice_that_nobody_can_hear_holds_up_nothing_else_and_is_told(day: VillageDay, words: str) -> None:
    """She cannot be asked to speak again: her words arrive, and her advocate knows that she spoke."""
    fields = {"topic": "no longer one of ours", "words": words}
    envelope = seal_broken_voice(day.manifest, "/tell", fields, code=CODE)
    for _time in range(2):
        said = deliver(day.visitor(), envelope)
        assert (said.status_code, said.get_json()["late"]) == (201, False)
    with db.reading(db.engine()) as session:
        (one,) = list_all_threads(session)
    assert VOICE_LOST in one.case.flags
