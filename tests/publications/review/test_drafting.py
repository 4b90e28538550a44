"""PRIVACY.md A8: a publication is written once; A5: in one tabulation for everybody."""

import threading

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.publications import House, make_house, starter
from tests.support.statements import counted_statements
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.errors import KeyGone
from youthvoice.privacy.disclosure.safe_table import to_data
from youthvoice.publications import store
from youthvoice.publications.board import children_board
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.models import GuardianAddressRow
from youthvoice.publications.render import languages_of_view
from youthvoice.publications.review import drafting
from youthvoice.publications.snapshot import tables_of
from youthvoice.sites.store import change_site
from youthvoice.surveys.models import RoundRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.status import list_round_views, make_round_view
from youthvoice.surveys.rounds.store import list_rounds_by_id


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


@pytest.mark.dialect("put in once")
def test_a_counted_batch_waits_for_approval_once_for_each_audience(home: House) -> None:
    home.counted()
    drafting.draft_due()
    drafting.draft_due()
    with db.reading(db.engine()) as session:
        (edition,) = store.list_waiting_editions(session, [home.site_id])
        assert set(edition.rows) == {"children", "guardians", "review"}
        assert edition.site_ids == {home.site_id}
        assert store.list_waiting_editions(session, [home.site_id + 1]) == []


@pytest.mark.dialect("put in once")
def test_two_work_processes_at_once_freeze_a_batch_once(app: Flask, home: House) -> None:
    home.counted()

    def work() -> None:
        with app.app_context():
            drafting.draft_due()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with db.reading(db.engine()) as session:
        assert len(store.list_waiting_editions(session, [home.site_id])) == 1


def test_a_batch_is_decrypted_once_and_its_views_are_stored_together(home: House) -> None:
    """At a country's midnight a thousand batches are drafted: the counts were read four times for each."""
    home.counted()
    with counted_statements(db.engine()) as statements:
        drafting.draft_due()
    for text in ("sealed_counts", "INSERT INTO publications", "INSERT INTO publication_sites"):
        assert len([statement for statement in statements if text in statement]) == 1, text


def test_many_batches_are_drafted_some_at_a_time_until_none_is_left(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each turn read all that waited, a thousand rounds at a country's midnight, and drafted twenty."""
    for name in ("daily-life-10-12", "rights", "daily-life-13-17"):
        home.counted(name)
    monkeypatch.setattr(drafting, "_PAIRS_PER_TURN", 1)
    assert [drafting.draft_due() for _turn in range(4)] == [True, True, False, False]
    with db.reading(db.engine()) as session:
        assert len(store.list_waiting_editions(session, [home.site_id])) == 3


def test_the_first_of_two_waves_that_cards_link_waits_for_no_turn(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is published with the later one, and never alone: a job that counted it would never come to rest."""
    before, _after = home.open(starter("rights"), pair=True)
    home.count(before, 24, None)
    monkeypatch.setattr(drafting, "_PAIRS_PER_TURN", 0)
    assert drafting.draft_due()
    with db.writing(db.engine()) as session:
        session.execute(update(RoundRow).values(link="card"))
    assert not drafting.draft_due()


def test_safety_questions_reach_neither_children_nor_guardians(home: House) -> None:
    home.counted("daily-life-10-12")
    safety = {question.name for question in starter("daily-life-10-12").coded if question.safety}
    assert safety
    rows = home.edition().rows
    for audience in ("children", "guardians"):
        named = {
            question["name"] for question in (*rows[audience].frozen["questions"], *rows[audience].frozen["unsaid"])
        }
        assert not named & safety
    assert safety <= {question["name"] for question in rows["review"].frozen["questions"]}


def test_every_audience_gets_the_same_tables(home: House) -> None:
    home.counted()
    tables = {
        audience: {(name, key, when): to_data(table) for name, key, when, table in tables_of(row.frozen)}
        for audience, row in home.edition().rows.items()
    }
    assert tables["children"] == tables["guardians"]
    assert tables["guardians"].items() <= tables["review"].items()


def test_what_a_group_said_is_never_told_as_what_the_whole_site_said(home: House) -> None:
    """A7: the group stands in the title and beside the site, frozen, and nothing else of a view is another for it."""
    (whole,) = home.open(starter("daily-life-10-12"))
    (facts,) = home.open(starter("rights"), group_name="Class VII")
    for one in (whole, facts):
        home.count(one, 24)
    drafting.draft_due()
    with db.reading(db.engine()) as session:
        found = store.list_editions(session, [home.site_id], ("waiting",))
        views = {row.frozen["round"]: row.frozen for edition in found for row in edition.rows.values()}
    assert views[facts.slug]["sites"] == ["Example House · Class VII"]
    assert {words.rpartition(" · ")[2] for words in views[facts.slug]["title"].values()} == {"Class VII"}
    assert views[whole.slug]["sites"] == ["Example House"]
    assert "Class" not in str(views[whole.slug])
    assert set(views[facts.slug]) == set(views[whole.slug])


def test_a_group_of_fewer_than_ten_is_named_in_no_view(home: House) -> None:
    """A1: below ten nothing is counted, so nothing bears the name of a small group."""
    (facts,) = home.open(starter("daily-life-10-12"), group_name="Class VII")
    home.close(facts, "too_few")
    drafting.draft_due()
    with db.reading(db.engine()) as session:
        states = ("waiting", "approved", "sent", "sent_back")
        assert store.list_editions(session, [home.site_id], states) == []


def test_a_batch_whose_counts_are_lost_is_tried_once_a_minute(
    home: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job comes at once while something is left: many such batches would keep a core busy for ever."""
    (facts,) = home.open(starter("daily-life-10-12"))
    home.count(facts, 20)
    tried: list[str] = []

    def draft(_engine: object, round_: Round) -> bool:
        tried.append(round_.slug)
        raise KeyGone("kept-counts")

    monkeypatch.setattr(drafting, "draft_round", draft)
    for _ in range(3):
        drafting.draft_due()
    assert tried == [facts.slug]
    clock.move(minutes=1)
    drafting.draft_due()
    assert tried == [facts.slug] * 2


@pytest.mark.parametrize("outcome", ["too_few", "too_many", "discarded"])
def test_what_was_not_counted_is_not_published(home: House, outcome: str) -> None:
    (facts,) = home.open(starter("daily-life-10-12"))
    home.close(facts, outcome)
    drafting.draft_due()
    with db.reading(db.engine()) as session:
        assert store.list_editions(session, [home.site_id], ("waiting", "approved")) == []


def test_a_choice_is_told_to_children_at_once_and_only_what_won(home: House) -> None:
    (facts,) = home.open(starter("everyday-choice"))
    home.close(facts, "chosen", {"saturday": "kites"})
    drafting.draft_due()
    with db.reading(db.engine()) as session:
        ((slug, _round, _day),) = store.list_views_on_board(session, home.site_id)
        publication = store.find_publication_by_slug(session, slug)
    assert publication
    view = publication.frozen
    assert [won["winner"]["en"] for won in view["won"]] == ["Fly kites"]
    assert view["questions"] == []
    assert view["n"] is None


def test_a_choice_with_too_few_votes_is_told_without_a_winner(home: House, app: Flask) -> None:
    (facts,) = home.open(starter("everyday-choice"))
    home.close(facts, "chosen", {})
    drafting.draft_due()
    with db.reading(db.engine()) as session, app.test_request_context():
        (entry,) = children_board.load_board(session, home.site_id, "en", context.today()).entries
    assert [said.sentence for said in entry.cards] == ["Too few of us voted, so nothing was chosen."]


def test_a_post_wave_bears_the_pre_wave_if_that_was_counted(home: House) -> None:
    pre, post = home.open(starter("rights"), pair=True)
    home.count(pre, 20)
    home.count(post, 24)
    view = home.edition().rows["guardians"].frozen
    assert view["round"] == post.slug
    assert view["before"]["n"] == 20
    assert all(table["before"] for question in view["questions"] for table in question["tables"])


def test_staff_do_not_wait_for_ever_for_a_view_of_the_first_wave_of_a_card_pair(home: House, app: Flask) -> None:
    """It is told of in the view of the second one."""
    pre, post = home.open(starter("rights"), pair=True)
    home.count(post, 24)
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        batch = session.get_one(RoundRow, post.id).batch_id
        for facts in (pre, post):
            held = session.get_one(RoundRow, facts.id)
            held.link, held.batch_id = "card", batch
    with db.reading(db.engine()) as session, app.test_request_context():
        waves = list_rounds_by_id(session, [pre.id, post.id])
        assert {one.status.words for one in list_round_views(session, waves)} == {
            "Counted; the view is not approved yet"
        }
        assert {make_round_view(session, round_).status.words for round_ in waves} == {
            "Counted; the view is not approved yet"
        }


def test_a_pre_wave_that_was_too_small_is_not_compared_with(home: House) -> None:
    pre, post = home.open(starter("rights"), pair=True)
    home.close(pre, "too_few")
    home.count(post, 24)
    view = home.edition().rows["guardians"].frozen
    assert view["before"] is None
    assert not any(table["before"] for question in view["questions"] for table in question["tables"])


def test_one_sheet_says_before_and_now_beside_each_other(home: House) -> None:
    home.counted("rights-one-sheet")
    view = home.edition().rows["guardians"].frozen
    names = {question["name"] for question in view["questions"]}
    assert "rights_now" in names
    assert "rights_before" not in names
    assert all(
        line["before"] for question in view["questions"] if "now" in question["name"] for line in question["lines"]
    )


def test_what_cannot_be_said_at_this_number_is_listed_and_not_said(home: House) -> None:
    home.counted("daily-life-10-12", n=10)
    view = home.edition().rows["guardians"].frozen
    assert "more_of" in {question["name"] for question in view["unsaid"]}
    assert "food" in {question["name"] for question in view["questions"]}


def test_a_view_goes_out_in_the_languages_of_its_children_and_families(home: House) -> None:
    """Nobody approves a page in a language that she cannot read, and that nobody at the site reads."""
    with db.writing(db.engine()) as session:
        change_site(session, home.site_id, {"languages": ["en"]})
    home.counted("daily-life-10-12")
    rows = home.edition().rows
    assert {"hi", "ar"} <= set(starter("daily-life-10-12").languages)
    assert languages_of_view(rows["guardians"].frozen) == languages_of_view(rows["review"].frozen) == ("en",)
    assert {"en", "hi", "ar"} <= set(languages_of_view(rows["children"].frozen)), "a language offered later finds it"

    with db.writing(db.engine()) as session:
        add_address(session, home.site_id, "asha@example.org", "hi", 1)
        session.execute(update(GuardianAddressRow).values(cleared_on=context.today()))
        store.mark_edition_sent_back(session, home.edition(), "Not in Hindi", Log(context.today(), "asha"))
    with db.writing(db.engine()) as session:
        drafting.draft_again(session, home.edition(), Log(context.today(), "asha"))
        (edition,) = store.list_waiting_editions(session, [home.site_id])
    assert set(languages_of_view(edition.rows["guardians"].frozen)) == {"en", "hi"}


def test_a_view_is_in_the_first_language_of_its_questions_where_its_site_reads_another(home: House) -> None:
    with db.writing(db.engine()) as session:
        change_site(session, home.site_id, {"languages": ["mr"]})
    home.counted("daily-life-10-12")
    assert "mr" not in (asked := starter("daily-life-10-12").languages)
    assert home.edition().rows["guardians"].frozen["languages"] == [asked[0]]
