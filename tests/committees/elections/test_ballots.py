"""Secret votes: cast once, counted once, then gone; and nothing ties a ballot to anything."""

import secrets
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, inspect, select, text

from tests.conftest import StillClock
from tests.support.committees import House
from tests.support.elections import NAMES, NOBODY, again, all_vote, close, deal, log, open_election, standing, vote
from youthvoice import context, db
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.rules import MIN_VOTES
from youthvoice.committees.elections.store import call_off_election, lock_election
from youthvoice.committees.models import BallotRow, ElectionRow, RepresentativeRow
from youthvoice.committees.representatives.store import list_representatives
from youthvoice.errors import KeyGone, Refused
from youthvoice.slips.models import SlipRow

EACH = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def left() -> dict[str, int]:
    with db.reading(db.engine()) as session:
        return {
            one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0
            for one in (BallotRow, SlipRow, RepresentativeRow)
        }


@pytest.mark.dialect("slips are spent and votes are counted once")
class TestOnBoth:
    def test_who_has_most_votes_begins_her_term_and_everything_else_is_gone(self, house: House) -> None:
        election = open_election(house)
        all_vote(election, [1, 1, 1, 0, 2, NOBODY])
        over = close(election)
        assert (over.state, over.won and over.won.nickname) == ("done", "Bablu")
        assert (len(over.body.standing), over.body.voters, over.ends_at) == (1, 0, context.now())
        assert left() == {"ballots": 0, "slips": 0, "representatives": 1}
        with pytest.raises(KeyGone):
            context.keyring().key(f"ballots-{election.slug}")
        with db.reading(db.engine()) as session:
            (term,) = list_representatives(session, election.committee_id)
            assert (term.nickname, (term.ends_on - term.starts_on).days) == ("Bablu", 91)
            assert session.get_one(ElectionRow, election.id).first_count is None

    def test_a_slip_votes_once_and_the_same_sheet_again_is_a_success(self, house: House) -> None:
        election = open_election(house)
        slip, other = deal(election, 2)
        sheet = vote(election, 0, slip)
        assert vote(election, 1, slip, sheet) == vote(election, 1, other, sheet) == sheet
        with pytest.raises(Refused, match="slip"):
            vote(election, 1, slip)
        with pytest.raises(Refused, match="slip"):
            vote(election, 1, next((8, 8, nth) for nth in range(9) if (8, 8, nth) not in {slip, other}))
        assert left()["ballots"] == 1
        vote(election, 1, other)
        assert left()["ballots"] == 2

    def test_after_its_hour_no_vote_is_taken_and_the_job_counts_it_once(self, house: House, clock: StillClock) -> None:
        election = open_election(house)
        slips = deal(election, 7)
        for slip in slips[:6]:
            vote(election, 2, slip)
        ballot_box.elections_due()
        assert again(election).is_running
        clock.move(hours=8)
        with pytest.raises(Refused, match="over"):
            vote(election, 0, slips[6])
        ballot_box.elections_due()
        ballot_box.elections_due()
        won = again(election).won
        assert won
        assert won.nickname == "Tara"
        assert left() == {"ballots": 0, "slips": 0, "representatives": 1}

    def test_two_processes_that_count_at_once_count_once(self, app: Flask, house: House, clock: StillClock) -> None:
        election = open_election(house)
        all_vote(election, [0] * 3 + [1] * 3)
        clock.move(hours=9)
        ready = threading.Barrier(4)

        def one() -> None:
            ready.wait()
            with app.app_context():
                ballot_box.elections_due()

        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert left() == {"ballots": 0, "slips": 0, "representatives": 1}

    def test_all_have_voted_when_every_child_who_may_has(self, house: House) -> None:
        election = open_election(house, voters=6)
        slips = deal(election, 6)
        for slip in slips[:5]:
            vote(election, 0, slip)
        with db.reading(db.engine()) as session:
            assert not ballot_box.all_have_voted(session, election)
        vote(election, 0, slips[5])
        with db.reading(db.engine()) as session:
            assert ballot_box.all_have_voted(session, election)


def test_fewer_than_five_votes_are_none(house: House) -> None:
    election = open_election(house)
    all_vote(election, [1, 1, 1, 1])
    over = close(election)
    assert (over.state, over.won, over.body.standing) == ("too_few", None, ())
    assert left() == {"ballots": 0, "slips": 0, "representatives": 0}


def test_a_tie_that_was_to_be_voted_again_keeps_only_who_tied(house: House) -> None:
    election = open_election(house, tie="again")
    all_vote(election, [0, 0, 0, 2, 2, 2, 1])
    over = close(election)
    assert (over.state, [one.nickname for one in over.body.standing], left()["representatives"]) == (
        "again",
        ["Mina", "Tara"],
        0,
    )


def test_a_ballot_that_somebody_altered_or_moved_is_none(house: House) -> None:
    election, other = open_election(house), open_election(house)
    all_vote(election, [1] * 6)
    all_vote(other, [0] * 6)
    with db.writing(db.engine()) as session:
        rows = list(session.scalars(select(BallotRow).where(BallotRow.election_id == election.id)))
        rows[0].blob = rows[1].blob
        moved = session.scalars(select(BallotRow).where(BallotRow.election_id == other.id)).all()
        for row in moved[:2]:
            row.election_id = election.id
    assert close(election).state == "done"
    assert close(other).state == "too_few", "four are left"


def test_a_vote_is_lost_with_its_key_and_says_so(house: House) -> None:
    election = open_election(house)
    all_vote(election, [1] * 6)
    context.keyring().destroy(f"ballots-{election.slug}")
    assert close(election).state == "too_few"


@EACH
@given(choices=st.lists(st.sampled_from([0, 1, 2, NOBODY]), min_size=1, max_size=14))
def test_counting_is_a_plain_count(house: House, choices: list[int]) -> None:
    election = open_election(house, tie="again")
    all_vote(election, choices)
    over = close(election)
    votes = Counter(choices)
    most = max(votes[place] for place in range(3))
    first = [NAMES[place] for place in range(3) if votes[place] == most]
    if len(choices) < MIN_VOTES:
        assert over.state == "too_few"
    elif votes[NOBODY] > most:
        assert over.state == "nobody"
    else:
        assert [one.nickname for one in over.body.standing] == first
        assert over.state == ("done" if len(first) == 1 else "again")


@EACH
@given(choices=st.lists(st.sampled_from([0, 1, 2, NOBODY]), min_size=2, max_size=12))
def test_the_lot_falls_on_one_of_those_who_tied(house: House, choices: list[int]) -> None:
    election = open_election(house)
    all_vote(election, [*choices, *range(3), *range(3)])
    over = close(election)
    votes = Counter([*choices, 0, 0, 1, 1, 2, 2])
    most = max(votes[place] for place in range(3))
    assert over.state == ("nobody" if votes[NOBODY] > most else "done")
    if over.won:
        assert votes[NAMES.index(over.won.nickname)] == most


# ---- Nothing ties a ballot to a tablet, a time, a slip or another ballot


def test_a_ballot_has_nothing_beside_it(house: House) -> None:
    engine = db.engine()
    assert {one["name"] for one in inspect(engine).get_columns("ballots")} == {"id", "election_id", "blob"}
    columns = {one["name"] for one in inspect(engine).get_columns("slips")}
    assert columns == {"id", "of", "code_hash", "spent", "withdrawn_at"}
    election = open_election(house, standing=standing(4))
    all_vote(election, [0, 1, 2, 3, NOBODY, 0])
    with db.reading(engine) as session:
        rows = session.execute(select(BallotRow.id, BallotRow.blob)).all()
        slips = session.execute(select(SlipRow.id, SlipRow.code_hash)).all()
    assert {len(blob) for _id, blob in rows} == {16 + 28}
    assert len({blob for _id, blob in rows}) == 6, "the same choice is another blob each time"
    assert not {part for row in rows for part in row} & {part for row in slips for part in row}


@pytest.mark.sqlite("rows lie in the order of their numbers; PostgreSQL keeps them as they came")
@EACH
@given(order=st.permutations(list(range(8))))
def test_the_order_in_which_children_voted_is_in_no_row(house: House, order: list[int]) -> None:
    """The same eight ballots in any order leave the same rows, read as the database keeps them."""
    with db.writing(db.engine()) as session:
        session.execute(text("DELETE FROM ballots"))
        session.execute(text("DELETE FROM slips"))
    election = open_election(house)
    made = [(bytes([place]) * 16, place % 3) for place in range(8)]
    slips = deal(election, 8)
    for place in order:
        sheet, choice = made[place]
        vote(election, choice, slips[place], sheet)
    with db.reading(db.engine()) as session:
        assert session.execute(text("SELECT id FROM ballots")).scalars().all() == [sheet for sheet, _choice in made]
        ids = session.execute(text("SELECT id FROM slips")).scalars().all()
        assert ids == sorted(ids)
        assert session.execute(text("SELECT DISTINCT spent FROM slips")).scalars().all() == [1]


@pytest.mark.sqlite("reads its files")
def test_whoever_takes_the_database_reads_no_vote_nickname_or_number(house: House, tmp_path: Path) -> None:
    election = open_election(house)
    all_vote(election, [1, 1, 1, 1, 0, 2])
    close(election)
    db.truncate_write_ahead_log(db.engine())
    everything = b"".join(path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file())
    assert not [name for name in NAMES if name.encode() in everything]
    assert election.slug.encode() in everything


def test_the_log_says_that_an_election_was_held_and_nothing_of_it(house: House) -> None:
    election = open_election(house)
    all_vote(election, [1] * 5)
    close(election)
    with db.reading(db.engine()) as session:
        logged = session.execute(text("SELECT action, subject FROM audit_entries ORDER BY number")).all()
    said = [(action, subject) for action, subject in logged if action.startswith("election")]
    assert said == [("election.open", election.slug), ("election.done", election.slug)]


def test_after_the_counting_no_vote_is_taken_however_early_it_was(house: House) -> None:
    """All who may vote have, so it is counted before its hour; no key is made anew for a late one."""
    election = open_election(house)
    slips = deal(election, 7)
    for slip in slips[:6]:
        vote(election, 1, slip)
    with db.writing(db.engine()) as session:
        assert ballot_box.close(session, election.id, context.now(), log())
    with db.writing(db.engine()) as session:
        assert not ballot_box.close(session, election.id, context.now(), log())
    ballot_box.end_unused_keys(db.engine())
    assert (again(election).state, left()["representatives"]) == ("done", 1)
    behind = context.now() - timedelta(minutes=1)  # the clock of another machine
    for now in (context.now(), behind):
        with pytest.raises(Refused, match="over"):
            vote(election, 1, slips[6], now=now)
    assert not [name for name in context.keyring().names() if name.startswith("ballots-")]
    assert left()["ballots"] == 0


def test_a_ballot_that_somebody_copied_counts_once(house: House) -> None:
    """Whoever can write in the database copies the only vote that is known to her, her own."""
    election = open_election(house)
    all_vote(election, [0] * 4 + [1] * 3)
    with db.writing(db.engine()) as session:
        (hers, *_others) = session.scalars(select(BallotRow).where(BallotRow.election_id == election.id)).all()
        session.add_all(
            BallotRow(id=secrets.token_bytes(16), election_id=election.id, blob=hers.blob) for _ in range(3)
        )
    with db.reading(db.engine()) as session:
        row = lock_election(session, election.id)
        assert row
        assert sorted(ballot_box._choices(session, row)) == [0] * 4 + [1] * 3  # noqa: SLF001


@pytest.mark.dialect("writers wait for each other")
def test_whoever_votes_while_it_is_counted_waits_and_is_told(app: Flask, house: House) -> None:
    """A vote between the counting and the end would be gone, and the child told that it counts."""
    election = open_election(house)
    slips, said = deal(election, 7), []
    for slip in slips[:6]:
        vote(election, 1, slip)

    def late() -> None:
        with app.app_context():
            try:
                vote(election, 0, slips[6])
            except Refused as why:
                said.append(why.code)
            else:
                said.append("taken")

    writer = threading.Thread(target=late)
    with db.writing(db.engine()) as session:
        assert lock_election(session, election.id)
        writer.start()
        writer.join(0.5)
        assert ballot_box.close(session, election.id, context.now(), log())
        assert said == []
    writer.join()
    assert said == ["over"]


def test_what_the_first_adult_counted_is_gone_with_the_counting(house: House) -> None:
    """A2: nobody sees numbers, whatever becomes of the vote."""
    election = open_election(house, house.committee("bal_panchayat"), way="hands", post="chair")
    with db.writing(db.engine()) as session:
        row = lock_election(session, election.id)
        assert row
        row.first_count, row.counted_by = b"locked", house.joshi.id
    with db.writing(db.engine()) as session:
        assert call_off_election(session, election.id, context.now(), log())
    with db.reading(db.engine()) as session:
        after = session.get_one(ElectionRow, election.id)
        assert (after.first_count, after.counted_by) == (None, None)
