"""T8: whoever fills the box with sheets gets nothing published, and the advocates learn of it."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.batches import AFTER, OPENED, OTHER_SITE, SITE, House, house
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import Refused
from youthvoice.slips.store import Picks, slip_screens
from youthvoice.surveys.batches.store import BatchNotCounted, load_counts
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.responses import store
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import questionnaire_of_round


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def naive(sheets: list[str], least: int = 10) -> dict[str, int] | None:
    """A publisher that only asks for ten sheets."""
    return {answer: sheets.count(answer) for answer in sorted(set(sheets))} if len(sheets) >= least else None


def test_one_adult_with_many_sheets_wins_against_a_naive_publisher() -> None:
    """Nine children say it is bad, an adult adds thirty sheets: the naive view turns round."""
    assert naive(["bad"] * 9 + ["good"] * 30) == {"bad": 9, "good": 30}


@pytest.mark.parametrize("stuffed", [23, 60])
def test_over_a_tenth_more_sheets_than_invited_publishes_nothing(home: House, stuffed: int) -> None:
    round_ = home.open(invited=20)
    home.send_many(round_, 9, food="bad")
    home.send_many(round_, stuffed - 9, food="good")
    assert home.close().with_code("too_many") == (round_.slug,)
    batch = home.batch(round_)
    assert (batch.sealed_counts, home.sheets()) == (None, 0)
    with db.reading(home.engine) as session, pytest.raises(BatchNotCounted):
        load_counts(session, round_.batch_id)


def test_a_tenth_more_is_a_child_who_came_along(home: House) -> None:
    round_ = home.open(invited=20)
    home.send_many(round_, 22, food="good")
    assert home.close().with_code("counted") == (round_.slug,)


def test_the_advocates_of_every_pooled_site_are_told_why_without_a_number(home: House) -> None:
    round_ = home.open(invited=10, sites=(SITE, OTHER_SITE))
    home.send_many(round_, 13, food="good")
    home.close()
    for site_id in (SITE, OTHER_SITE):
        (task,) = home.tasks(site_id)
        assert (task.kind, task.subject, dict(task.about)) == ("too_many", round_.slug, dict(round_.title))
        assert task.due > AFTER.date()


def test_harm_is_heard_in_a_stuffed_round_too(home: House) -> None:
    """A9: stuffing must not be a way to silence a child."""
    round_ = home.open(invited=10)
    home.send_many(round_, 12, food="good")
    home.send(round_, night="no")
    home.close()
    assert sorted(answer_due.kind for answer_due in home.tasks()) == ["safety", "too_many"]


def test_a_stuffed_choice_has_no_winner(home: House) -> None:
    round_ = home.open("choice", invited=6)
    home.send_many(round_, 7, meal="soup")
    assert home.close().with_code("too_many") == (round_.slug,)
    with db.reading(home.engine) as session, pytest.raises(BatchNotCounted):
        load_counts(session, round_.batch_id)


def test_sheets_sent_after_the_end_of_counting_change_nothing(home: House) -> None:
    round_ = home.open(invited=20)
    home.send_many(round_, 10, food="bad")
    home.close()
    home.send_many(round_, 30, food="good")
    assert home.close().lines == ()
    with db.reading(home.engine) as session:
        assert load_counts(session, round_.batch_id).by_question["food"]["bad"] == 10
    assert (home.number(round_), home.sheets()) == (10, 0)


def dealt(home: House, round_: Round, number: int, site_id: int = SITE, *, anew: bool = False) -> list[Picks]:
    home.keyring.key_or_new("pepper")
    with db.writing(home.engine) as session:
        slips = store.deal_round_slips(session, round_, site_id, number, replace_earlier=anew)
    return [
        tuple(screen.index(one) for screen, one in zip(slip_screens(len(slip)), slip, strict=True)) for slip in slips
    ]


def send_with(home: House, round_: Round, slip: Picks, food: str, site_id: int = SITE) -> bool:
    """Whether a sheet with a slip was taken."""
    with db.reading(home.engine) as session:
        coded = encode_answers(questionnaire_of_round(session, round_), {"food": food})
    made = store.seal_response(round_, secrets.token_bytes(16), coded, day=OPENED.date())
    put_in = store.PresentedSlip(store.slip_purpose(round_, site_id), slip)
    with home.engine.connect().execution_options(writes=True) as connection:
        try:
            store.store_response_with_slip(connection, made, put_in)
        except Refused:
            connection.rollback()
            return False
        connection.commit()
    return True


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_spent_or_an_invented_slip_counts_nothing(home: House) -> None:
    """Twelve children say it is bad, each with her slip; an adult sends all of them again, and every other there is."""
    round_ = home.open(invited=12, slips=True)
    slips = dealt(home, round_, 12)
    assert all(send_with(home, round_, one, "bad") for one in slips)
    others = [(first, second, third) for first in range(9) for second in range(2) for third in range(9)]
    assert not any(send_with(home, round_, one, "good") for one in [*slips, *others])
    assert home.sheets() == 12
    home.close()
    with db.reading(home.engine) as session:
        counts = load_counts(session, round_.batch_id).by_question["food"]
    assert {answer: number for answer, number in counts.items() if number} == {"bad": 12}
    assert home.number(round_) == 12


def test_whoever_deals_again_to_stuff_the_box_gets_nothing_published(home: House) -> None:
    """At one time as many slips are good as children are invited; what was spent before counts at the end."""
    round_ = home.open(invited=12, slips=True)
    for children in (12, 2):
        assert all(send_with(home, round_, one, "bad") for one in dealt(home, round_, children, anew=True))
    assert home.close().with_code("too_many") == (round_.slug,)


def test_a_slip_is_good_at_the_site_where_it_was_dealt_and_for_its_round_alone(home: House) -> None:
    first, second = (home.open(invited=20, sites=(SITE, OTHER_SITE), slips=True) for _ in range(2))
    slip, *_rest = dealt(home, first, 5)
    dealt(home, first, 5, OTHER_SITE)
    while slip in dealt(home, second, 1):
        pass
    assert not send_with(home, second, slip, "bad")
    assert send_with(home, first, slip, "bad")
