"""A round that asks for slips: the child's page, the facilitator's, and what counts."""

import itertools
import re
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.people import Somebody, house, make_person, make_site, on_tablet, signed_in
from tests.support.rounds import answers, facts, open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.slips.models import SlipRow
from youthvoice.slips.store import slip_fields, slip_screens
from youthvoice.surveys.batches import closing_job
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import deal_round_slips
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.child_codes.code_attempts import MAX_SLIPS_OF_TABLET, SLIPS_SLOW_FROM
from youthvoice.threads.models import CodeAttemptRow, LetterRow, ReceiptRow

JSON = {"Accept": "application/json"}
NO_SLIP = {"slip/1", "slip/2", "slip/3", "slip/4"}


class Sitting:
    """A round with slips, its facilitator, and tablets of its site."""

    def __init__(self, app: Flask, visitor: Callable[[], Visitor], invited: int = 20) -> None:
        self.app, self.visitor = app, visitor
        self.site_id, people = house(["facilitator", "advocate", "coordinator"])
        self.people: dict[str, Somebody] = people
        self.round: Round = open_round([self.site_id], people["facilitator"].id, slips=True, invited=invited)

    def slips(self, number: int) -> list[dict[str, str]]:
        """Slips as a child puts them in."""
        with db.writing(db.engine()) as session:
            dealt = deal_round_slips(session, self.round, self.site_id, number)
        return [
            {
                name: str(screen.index(one))
                for name, screen, one in zip(slip_fields(len(slip)), slip_screens(len(slip)), slip, strict=True)
            }
            for slip in dealt
        ]

    def tablet(self) -> Visitor:
        return on_tablet(self.visitor(), self.site_id, secrets.token_hex(4))

    def send(self, tablet: Visitor, slip: dict[str, str], status: int = 201, **given: object) -> dict[str, object]:
        """Send the page that is open."""
        sent = {**answers(**(given or {"food": "good"})), **slip}
        said = tablet.send(f"/survey/{self.round.slug}", sent, status, headers=JSON).get_json()
        assert isinstance(said, dict)
        return said


@pytest.fixture
def sitting(app: Flask, visitor: Callable[[], Visitor]) -> Sitting:
    return Sitting(app, visitor)


def invented(dealt: list[dict[str, str]]) -> dict[str, str]:
    every = (
        dict(zip(sorted(NO_SLIP), (str(a), str(b), str(c), str(d)), strict=True))
        for a, b, c, d in itertools.product(range(9), repeat=4)
    )
    return next(one for one in every if one not in dealt)


def kept() -> dict[str, int]:
    with db.reading(db.engine()) as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (ResponseRow, ReceiptRow, LetterRow, CodeAttemptRow)
        }


@pytest.mark.dialect("put in once")
def test_a_slip_counts_once_and_what_is_wrong_with_it_keeps_nothing(sitting: Sitting) -> None:
    tablet, dealt = sitting.tablet(), sitting.slips(3)
    tablet.open(f"/survey/{sitting.round.slug}")
    refused = sitting.send(tablet, invented(dealt), 422)["refused"]
    assert {one["name"] for one in refused} == NO_SLIP  # type: ignore[attr-defined]
    assert kept() == {"sheets": 0, "receipts": 0, "letters": 0, "code_tries": 3}
    sitting.send(tablet, dealt[0])
    assert kept()["sheets"] == kept()["receipts"] == 1
    tablet.open(f"/survey/{sitting.round.slug}")
    assert sitting.send(tablet, dealt[0], 422)["refused"] == refused, "a spent and an invented one are told alike"
    sitting.send(tablet, dealt[1])
    assert kept()["sheets"] == 2


def test_the_same_sheet_again_is_a_success_and_spends_no_other_slip(sitting: Sitting) -> None:
    tablet, dealt = sitting.tablet(), sitting.slips(2)
    tablet.open(f"/survey/{sitting.round.slug}")
    first = sitting.send(tablet, dealt[0])
    assert sitting.send(tablet, dealt[0]) == sitting.send(tablet, dealt[1]) == first
    assert kept()["sheets"] == 1
    tablet.open(f"/survey/{sitting.round.slug}")
    sitting.send(tablet, dealt[1])
    assert kept() == {"sheets": 2, "receipts": 2, "letters": 0, "code_tries": 0}


def test_without_a_script_the_page_comes_back_with_everything(sitting: Sitting) -> None:
    tablet, dealt = sitting.tablet(), sitting.slips(1)
    page = tablet.open(f"/survey/{sitting.round.slug}").text
    assert page.count('data-question="slip/') == 4
    assert page.index('data-question="slip/4"') < page.index('data-question="food"')
    wrong = invented(dealt)
    tablet.send(f"/survey/{sitting.round.slug}", {**answers(food="good"), **wrong}, 422)
    assert "This slip was used already, or is none of ours." in tablet.page
    for name, value in {**wrong, "a-food": "good"}.items():
        assert re.search(f'name="{name}" value="{value}" checked', tablet.page), name
    missing = {"slip/1": "3", "slip/2": "", "slip/3": "9", "slip/4": "0"}
    tablet.send(f"/survey/{sitting.round.slug}", {**answers(food="good"), **missing}, 422)
    assert tablet.page.count("Tap one picture first.</p>") == 2
    tablet.send(f"/survey/{sitting.round.slug}", {**answers(food="good"), **dealt[0]})
    assert tablet.page.count("Your answers are in.")


def test_a_tablet_may_try_ten_wrong_ones_of_a_round_a_day(sitting: Sitting) -> None:
    tablet, dealt = sitting.tablet(), sitting.slips(2)
    tablet.open(f"/survey/{sitting.round.slug}")
    for _ in range(MAX_SLIPS_OF_TABLET):
        sitting.send(tablet, invented(dealt), 422)
    late = sitting.send(tablet, dealt[0], 429)
    assert "tried enough slips" in str(late)
    assert kept()["sheets"] == 0
    other = sitting.tablet()
    other.open(f"/survey/{sitting.round.slug}")
    sitting.send(other, dealt[0])
    round_ = open_round([sitting.site_id], sitting.people["facilitator"].id, slips=True)
    tablet.open(f"/survey/{round_.slug}")
    assert "used already" in str(tablet.send(f"/survey/{round_.slug}", {**answers(food="good"), **dealt[1]}, 422).text)


def test_whoever_connects_tablet_after_tablet_is_slowed_and_the_advocates_are_warned(sitting: Sitting) -> None:
    """A coordinator has as many tablets as she likes."""
    dealt = sitting.slips(2)
    for _ in range(SLIPS_SLOW_FROM // MAX_SLIPS_OF_TABLET):
        tablet = sitting.tablet()
        tablet.open(f"/survey/{sitting.round.slug}")
        for _ in range(MAX_SLIPS_OF_TABLET):
            sitting.send(tablet, invented(dealt), 422)
    late = sitting.tablet()
    late.open(f"/survey/{sitting.round.slug}")
    sitting.send(late, invented(dealt), 422)
    assert "Wait a little" in str(sitting.send(late, dealt[0], 429))
    asha = signed_in(sitting.visitor(), sitting.people["advocate"])
    assert "Somebody guesses at picture codes or slips" in asha.open("/staff/").text


def test_a_round_without_slips_asks_for_none(sitting: Sitting) -> None:
    round_ = open_round([sitting.site_id], sitting.people["facilitator"].id)
    tablet = sitting.tablet()
    page = tablet.open(f"/survey/{round_.slug}").text
    assert "slip" not in page
    tablet.send(f"/survey/{round_.slug}", answers(food="good"), 201, headers=JSON)
    assert kept()["code_tries"] == 0


def test_many_children_put_in_more_pictures(app: Flask, visitor: Callable[[], Visitor]) -> None:
    sitting = Sitting(app, visitor, invited=500)
    tablet, dealt = sitting.tablet(), sitting.slips(1)
    assert tablet.open(f"/survey/{sitting.round.slug}").text.count('data-question="slip/') == 6
    sitting.send(tablet, dealt[0])


def test_after_closing_the_slips_are_gone_and_what_comes_late_needs_none(sitting: Sitting) -> None:
    tablet, dealt = sitting.tablet(), sitting.slips(5)
    tablet.open(f"/survey/{sitting.round.slug}")
    report = closing_job.close_due(context.now() + timedelta(days=30))
    assert report.lines
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(SlipRow)) == 0
    assert sitting.send(tablet, dealt[0])["late"] is True


# ---- the facilitator's page


def page(
    sitting: Sitting, browser: Visitor, number: object, status: int = 200, **more: object
) -> list[tuple[str, ...]]:
    browser.open(f"/staff/rounds/{sitting.round.slug}/slips")
    browser.send(
        f"/staff/rounds/{sitting.round.slug}/slips", {"site": sitting.site_id, "number": number, **more}, status
    )
    slips = re.findall(r'<li class="slip">.*?</ul>', browser.page, re.DOTALL)
    return [tuple(re.findall(r"</svg>(\w+)</li>", one)) for one in slips]


def test_a_facilitator_deals_and_sees_them_once(sitting: Sitting) -> None:
    browser = signed_in(sitting.visitor(), sitting.people["facilitator"])
    browser.open(f"/staff/rounds/{sitting.round.slug}/sitting")
    assert f"/staff/rounds/{sitting.round.slug}/slips" in browser.page
    dealt = page(sitting, browser, 12)
    assert len(set(dealt)) == 12
    assert {len(one) for one in dealt} == {4}
    assert not re.search(r'<li class="slip">', browser.open(f"/staff/rounds/{sitting.round.slug}/slips").text)
    tablet = sitting.tablet()
    tablet.open(f"/survey/{sitting.round.slug}")
    names = [[one.name for one in screen] for screen in slip_screens(4)]
    put_in = [
        {name: str(known.index(word)) for name, known, word in zip(slip_fields(4), names, one, strict=True)}
        for one in dealt
    ]
    sitting.send(tablet, put_in[0])
    assert page(sitting, browser, 9, 422) == [], "more than are invited, with those of before"
    assert "there are more than children" in browser.page
    sitting.send(tablet, put_in[1])
    assert len(page(sitting, browser, 8)) == 8
    sitting.send(tablet, put_in[2])
    assert len(page(sitting, browser, 20, anew="y")) == 20, "that three were spent is told nobody"
    assert page(sitting, browser, 21, 422, anew="y") == []
    assert page(sitting, browser, 0, 422) == []
    with db.reading(db.engine()) as session:
        about_slips = AuditEntryRow.action.startswith("slips.")
        lines = session.scalars(select(AuditEntryRow.action).where(about_slips).order_by(AuditEntryRow.number)).all()
    assert lines == ["slips.deal", "slips.refused", "slips.deal", "slips.anew", "slips.refused"]


def test_of_many_sites_of_a_round_a_facilitator_finds_the_one_where_she_sits_by_name(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"school-{nth}").id for nth in range(SITES_SHOWN + 1)]
        person = make_person(session, "facilitator", *sites)
    here, browser = f"/staff/rounds/{open_round(sites, person.id, slips=True).slug}/slips", signed_in(visitor(), person)
    assert "School 49" not in browser.open(here).text
    assert "Choose a site." in browser.send(here, {"number": 9}, 422).text
    page = browser.send(here, {"number": 9, "find_name": "school 49", "find_site": "1"}).text
    assert re.findall(r'name="site" type="radio" value="(\d+)"', page) == [str(sites[49])]
    assert 'value="9"' in page, "what she typed stays"
    assert browser.send(here, {"number": 9, "site": sites[49]}).text.count('<li class="slip">') == 9


def test_nobody_else_deals_and_only_where_slips_are_asked_for(sitting: Sitting) -> None:
    for role in ("advocate", "coordinator"):
        browser = signed_in(sitting.visitor(), sitting.people[role])
        assert browser.ask("GET", f"/staff/rounds/{sitting.round.slug}/slips").status_code == 403
    plain = open_round([sitting.site_id], sitting.people["facilitator"].id)
    browser = signed_in(sitting.visitor(), sitting.people["facilitator"])
    assert browser.ask("GET", f"/staff/rounds/{plain.slug}/slips").status_code == 404
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
    away = open_round([other], sitting.people["facilitator"].id, slips=True)
    assert browser.ask("GET", f"/staff/rounds/{away.slug}/slips").status_code == 404
    assert facts(sitting.round.slug).slips
