"""Two waves that cards link are one batch: pairs alone are counted (PRIVACY.md A1, A5, T8)."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.batches import AFTER, ENDS, OPENED, QUARTER_KEY, SITE, House, a_questionnaire, house
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import Refused
from youthvoice.publications.encryption import open_view
from youthvoice.publications.models import PublicationRow
from youthvoice.publications.review.drafting import draft_due
from youthvoice.slips.store import Picks, count_cards
from youthvoice.surveys.batches import store
from youthvoice.surveys.models import BatchRow, ResponseRow, RoundRow, RoundSiteRow
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.responses import cards
from youthvoice.surveys.responses.store import (
    PresentedSlip,
    StoreResult,
    card_suffix,
    deal_cards,
    make_presented_slip,
    screens_for_slip,
    seal_response,
    slip_purpose,
    store_response,
    store_response_with_slip,
)
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import end_early, list_rounds_of_pair, questionnaire_of_round

BETWEEN = ENDS - timedelta(days=3)
AMONG = ENDS - timedelta(days=2)


class Pair:
    """Two waves, linked by cards, and the deck that was dealt for them."""

    def __init__(self, home: House, children: int, invited: int = 20, code: str = "ab12") -> None:
        self.home, self.code = home, code
        home.keyring.key_or_new("pepper")
        first = home.open(invited=invited, ends_at=BETWEEN)
        with db.writing(home.engine) as session:
            batch, before = session.get_one(BatchRow, first.batch_id), session.get_one(RoundRow, first.id)
            batch.pair, before.wave, before.link = code, "pre", "card"
            columns = {
                name: getattr(before, name)
                for name in RoundRow.__table__.columns.keys()  # noqa: SIM118 - a collection of columns, no dict
                if name not in {"id", "slug", "wave", "starts_at", "ends_at"}
            }
            after = RoundRow(slug=secrets.token_hex(4), wave="post", starts_at=AMONG, ends_at=ENDS, **columns)
            session.add(after)
            session.flush()
            session.add(RoundSiteRow(round_id=after.id, site_id=SITE, first=True))
        self.deck = self.deal(children)

    @property
    def waves(self) -> tuple[Round, Round]:
        with db.reading(self.home.engine) as session:
            before, after = list_rounds_of_pair(session, self.code)
        return before, after

    def deal(self, children: int, *, anew: bool = False) -> list[Picks]:
        before, _after = self.waves
        screens = [pictures for _name, pictures in screens_for_slip(before)]
        with db.writing(self.home.engine) as session:
            dealt = deal_cards(session, before, SITE, children, replace_earlier=anew)
        return [tuple(screen.index(one) for screen, one in zip(screens, card, strict=True)) for card in dealt]

    def send(self, wave: int, card: Picks | None, **given: Answer) -> StoreResult:
        facts = self.waves[wave]
        slip = None
        if card is not None:
            names = [name for name, _pictures in screens_for_slip(facts)]
            slip = make_presented_slip(facts, SITE, {name: str(pick) for name, pick in zip(names, card, strict=True)})
        return self.store(facts, slip, **given)

    def store(self, round_: Round, slip: PresentedSlip | None, **given: Answer) -> StoreResult:
        with db.reading(self.home.engine) as session:
            coded = encode_answers(questionnaire_of_round(session, round_), given)
        made = seal_response(
            round_, secrets.token_bytes(16), coded + card_suffix(round_, SITE, slip), day=OPENED.date()
        )
        with db.writing(self.home.engine) as session:
            if slip is None:
                return store_response(session.connection(), made)
            return store_response_with_slip(session.connection(), made, slip)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


@pytest.mark.dialect("one batch of two rounds")
def test_pairs_are_counted_and_who_answered_once_is_counted_nowhere(home: House) -> None:
    pair = Pair(home, 15)
    for card in pair.deck[:12]:
        pair.send(0, card, food="bad", friends="yes")
    pair.send(0, None, food="good")  # lost her card
    for card in pair.deck[2:14]:  # two of the first stay away, two are new
        pair.send(1, card, food="good", friends="yes")
    assert home.close().with_code("counted") == (pair.waves[1].slug,)
    batch_id = pair.waves[1].batch_id
    with db.reading(home.engine) as session:
        counts = store.load_counts(session, batch_id)
        assert counts.n == 10
        assert counts.before["food"]["bad"] == 10
        assert counts.by_question["food"] == {
            "bad": 0,
            "good": 10,
            "dont_know": 0,
            "did_not_say": 0,
        }
        assert counts.transitions["food"] == {"bad": {"good": 10}}
        assert counts.wave_sizes == (13, 12)
        assert count_cards(session, "pair/", "pair/") == 0
    assert home.sheets() == 0
    assert QUARTER_KEY not in home.keyring.names()


def test_under_ten_pairs_publish_nothing_however_many_sheets_there_are(home: House) -> None:
    pair = Pair(home, 20)
    for card in pair.deck[:11]:
        pair.send(0, card, food="bad")
    for card in pair.deck[2:]:
        pair.send(1, card, food="good")
    assert home.close().with_code("too_few") == (pair.waves[1].slug,)
    with db.reading(home.engine) as session, pytest.raises(store.BatchNotCounted):
        store.load_counts(session, pair.waves[1].batch_id)


def test_a_card_counts_once_in_each_wave_and_an_invented_one_never(home: House) -> None:
    pair = Pair(home, 12)
    pair.send(0, pair.deck[0], food="bad")
    with pytest.raises(Refused):
        pair.send(0, pair.deck[0], food="good")
    pair.send(1, pair.deck[0], food="good")
    with pytest.raises(Refused):
        pair.send(1, pair.deck[0], food="good")
    invented = next(picks for picks in ((at, at, at, at) for at in range(9)) if picks not in pair.deck)
    with pytest.raises(Refused):
        pair.send(0, invented, food="good")


def test_dealing_anew_takes_away_both_halves_of_what_nobody_used_and_keeps_the_twin_of_what_was(home: House) -> None:
    pair = Pair(home, 12)
    used, unused = pair.deck[0], pair.deck[1]
    pair.send(0, used, food="bad")
    pair.deal(11, anew=True)
    with pytest.raises(Refused):
        pair.send(0, unused, food="good")
    with pytest.raises(Refused):
        pair.send(1, unused, food="good")
    pair.send(1, used, food="good")


def test_a_card_that_waited_on_a_tablet_counts_in_both_waves_though_others_were_dealt_anew(home: House) -> None:
    pair = Pair(home, 12)
    before = pair.waves[0]
    names = [name for name, _pictures in screens_for_slip(before)]
    cards_of = [
        make_presented_slip(before, SITE, {name: str(pick) for name, pick in zip(names, card, strict=True)})
        for card in pair.deck[:10]
    ]
    pair.deal(1, anew=True)
    for card, slip in zip(pair.deck, cards_of, strict=False):
        with pytest.raises(Refused):
            pair.store(before, slip, food="bad")
        pair.store(before, slip._replace(waits_since=OPENED), food="bad")
        pair.send(1, card, food="good")
    assert home.close().with_code("counted") == (pair.waves[1].slug,)


def test_dealing_anew_keeps_the_first_half_of_a_card_whose_second_was_put_in_by_mistake(home: House) -> None:
    """A square leads to the wrong round; the pictures must never be dealt to a second child."""
    pair = Pair(home, 12, invited=12)
    used = pair.deck[0]
    pair.send(1, used, food="bad")
    assert used not in pair.deal(12, anew=True)
    pair.send(0, used, food="bad")


def test_cards_are_dealt_to_as_many_as_are_invited_however_many_answered(home: House) -> None:
    pair = Pair(home, 12, invited=12)
    for card in pair.deck[:5]:
        pair.send(0, card, food="bad")
    with pytest.raises(Refused):
        pair.deal(13, anew=True)
    assert len(pair.deal(12, anew=True)) == 12


def test_more_cards_than_were_dealt_publish_nothing(home: House) -> None:
    """T8: somebody with the key files stuffs sheets under cards that nobody was dealt."""
    pair = Pair(home, 10, invited=30)
    before, after = pair.waves
    for wave, facts in enumerate((before, after)):
        for card in pair.deck:
            pair.send(wave, card, food="bad")
        stuffed = PresentedSlip(slip_purpose(facts, SITE), (8, 8, 8, 7), cards.card_name(facts, SITE))
        with db.reading(home.engine) as session:
            coded = encode_answers(questionnaire_of_round(session, facts), {"food": "good"})
        made = seal_response(
            facts, secrets.token_bytes(16), coded + card_suffix(facts, SITE, stuffed), day=OPENED.date()
        )
        with db.writing(home.engine) as session:
            store_response(session.connection(), made)
    assert home.close().with_code("too_many") == (after.slug,)


def test_one_card_on_two_sheets_of_a_wave_publishes_nothing(home: House) -> None:
    pair = Pair(home, 12)
    before, after = pair.waves
    for wave in (0, 1):
        for card in pair.deck:
            pair.send(wave, card, food="bad")
    twice = PresentedSlip(slip_purpose(after, SITE), pair.deck[0], cards.card_name(after, SITE))
    with db.reading(home.engine) as session:
        coded = encode_answers(questionnaire_of_round(session, after), {"food": "good"})
    made = seal_response(after, secrets.token_bytes(16), coded + card_suffix(after, SITE, twice), day=OPENED.date())
    with db.writing(home.engine) as session:
        store_response(session.connection(), made)
    assert home.close().with_code("too_many") == (after.slug,)
    assert before.batch_id == after.batch_id


def test_the_batch_waits_for_the_second_wave(home: House) -> None:
    pair = Pair(home, 12)
    for card in pair.deck:
        pair.send(0, card, food="bad", night="yes")
    report = home.close(BETWEEN + timedelta(hours=1))
    assert [line.code for line in report.lines] == ["not_ended"]
    assert home.close(BETWEEN + timedelta(hours=2)).lines == report.lines
    assert home.sheets() == 12


def test_harm_said_in_the_first_wave_asks_for_help_when_that_wave_ends_and_not_weeks_later(home: House) -> None:
    """A9: whoever is afraid at night does not wait for the session to be over."""
    pair = Pair(home, 12)
    pair.send(0, None, night="no")
    home.close(BETWEEN - timedelta(hours=1))
    assert home.tasks() == []
    home.close(BETWEEN + timedelta(hours=1))
    assert [answer_due.about["en"] for answer_due in home.tasks()] == ["About night?"]
    for card in pair.deck:
        pair.send(1, card, night="yes")
    home.close(AFTER)
    assert {answer_due.subject.split("/")[1] for answer_due in home.tasks()} == {"night"}, (
        "also of the second wave, at closing"
    )


@pytest.mark.dialect("the row that a sheet holds against a closer")
def test_nobody_answers_before_once_the_first_wave_is_over(home: House) -> None:
    """Whoever finds a first half after the session could make up what its child said before."""
    pair = Pair(home, 12)
    for card in pair.deck[:11]:
        pair.send(0, card, food="bad")
    home.close(BETWEEN + timedelta(hours=1))
    late = pair.send(0, pair.deck[11], food="bad")
    assert (late.late, late.repeated) == (True, False)
    for card in pair.deck:
        assert not pair.send(1, card, food="good").late
    home.close(AFTER)
    with db.reading(home.engine) as session:
        assert store.load_counts(session, pair.waves[1].batch_id).wave_sizes == (11, 12)
        assert store.load_counts(session, pair.waves[1].batch_id).n == 11


def test_ending_the_second_wave_first_leaves_the_first_one_open(home: House) -> None:
    """Children who were told that they can answer still can, and their fear at night is still heard."""
    pair = Pair(home, 12)
    with db.writing(home.engine) as session:
        assert end_early(session, pair.waves[1], OPENED, OPENED.date())
    assert [line.code for line in home.close(OPENED + timedelta(hours=1)).lines] == ["not_ended"]
    assert not pair.send(0, None, night="no").late
    assert home.close(BETWEEN + timedelta(hours=1)).with_code("too_few") == (pair.waves[1].slug,)
    assert [answer_due.about["en"] for answer_due in home.tasks()] == ["About night?"]


def test_a_look_for_harm_waits_for_the_key_that_opens_the_sheets(home: House, tmp_path: Path) -> None:
    """Key files come back after a restore; a look that saw nothing must not be the only one until the end."""
    pair = Pair(home, 12)
    pair.send(0, None, night="no")
    (kept,) = (tmp_path / "keys").glob(f"{QUARTER_KEY}*")
    kept.rename(tmp_path / kept.name)
    assert [line.code for line in home.close(BETWEEN + timedelta(hours=1)).lines] == ["key_gone"]
    (tmp_path / kept.name).rename(kept)
    home.close(BETWEEN + timedelta(hours=2))
    assert [answer_due.about["en"] for answer_due in home.tasks()] == ["About night?"]


def test_a_sheet_says_nothing_of_its_card_to_whoever_has_the_rows_alone(home: House) -> None:
    """T6: sheets with and without a card are as long, and no column stands beside them."""
    pair = Pair(home, 12)
    pair.send(0, pair.deck[0], food="bad")
    pair.send(0, None, food="bad")
    with db.reading(home.engine) as session:
        rows = session.execute(ResponseRow.__table__.select()).mappings().all()
    assert {*rows[0]} == {"id", "round_id", "blob"}
    assert len({len(row["blob"]) for row in rows}) == 1


def test_every_question_with_one_answer_has_its_changes(home: House) -> None:
    pair = Pair(home, 10)
    for wave in (0, 1):
        for card in pair.deck:
            pair.send(wave, card, food="bad")
    home.close()
    with db.reading(home.engine) as session:
        changes = store.load_counts(session, pair.waves[1].batch_id).transitions
    assert set(changes) == {question.name for question in a_questionnaire().coded}


def test_a_view_tells_neither_who_changed_nor_of_those_who_answered_once(home: House) -> None:
    """T3: of one line of bands, whatever each child did between the waves and whoever lost a card."""
    everybody = [("bad", "good")] * 13
    crossing = [("bad", "good")] * 7 + [("bad", "bad")] * 3 + [("good", "good")] * 3
    seen = []
    for code, said, alone in (("ab12", everybody, 0), ("cd34", crossing, 5)):
        pair = Pair(home, 13, code=code)
        for wave in (0, 1):
            for card, child in zip(pair.deck, said, strict=True):
                pair.send(wave, card, food=child[wave])
        for _ in range(alone):
            pair.send(0, None, food="good", friends="yes", night="yes")
        assert home.close().with_code("counted")
        draft_due()
        with db.reading(home.engine) as session:
            of_pair = PublicationRow.round_id == pair.waves[1].id
            rows = session.scalars(select(PublicationRow).where(of_pair).order_by(PublicationRow.audience)).all()
            views = [open_view(home.keyring, one.slug, one.locked) for one in rows]
        assert [one.pop("round") for one in views] == [pair.waves[1].slug] * 3
        seen.append(([len(one.locked) for one in rows], views))
    assert seen[0] == seen[1]
    assert seen[0][1][0]["questions"][0]["lines"], "something is said"
