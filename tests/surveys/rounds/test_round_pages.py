"""Rounds on staff pages: opened by two adults, ended by one, sat by a facilitator; never a count."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.open_rounds import DAY, LETTERS, PAPERS, PERMISSION, House, a_house, kept, log, questions
from tests.support.people import Somebody, agrees, make_person, make_site, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, FACILITATOR
from youthvoice.accountability.store import find_by_subject
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.store import add_group, find_site
from youthvoice.surveys.models import BatchRow, RoundDraftsRow, RoundRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.forms import OPENING_STEPS, SITTING_CHECKS
from youthvoice.surveys.rounds.opening import check_opening, open_rounds, propose_repeat
from youthvoice.surveys.rounds.opening_drafts import DAYS_KEPT, expire_round_drafts
from youthvoice.surveys.rounds.rules import first_day_of_next_quarter
from youthvoice.surveys.rounds.store import find_round, list_sittings
from youthvoice.web.i18n.formats import format_day

NewVisitor = Callable[[], Visitor]
CHECK = "/staff/rounds/open/check"


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


def _as(visitor: NewVisitor, person: Somebody) -> Visitor:
    return signed_in(visitor(), person)


def _days(house: House, here: int, **other: object) -> dict[str, object]:
    """What somebody types on all the pages together."""
    return {
        "questionnaire": here,
        "sites": house.site_id,
        "starts": DAY.isoformat(),
        "until": (DAY + timedelta(days=10)).isoformat(),
        "invited": 24,
        "permission": PERMISSION,
        "decider": house.facilitator.id,
        "due": (DAY + timedelta(days=24)).isoformat(),
        **other,
    }


def _walked(browser: Visitor, typed: dict[str, object], until: str = "check") -> Visitor:
    """Go from page to page as somebody does who presses Continue, until a page does not let her on."""
    at = browser.open("/staff/rounds/open").request.path
    while (step := at.rsplit("/", 1)[1]) in OPENING_STEPS and step != until:
        there = {name: typed[name] for name in OPENING_STEPS[step] if name in typed}
        answer = browser.send(at, there, follow=False, status=302)
        at = browser.open(answer.location).request.path
    return browser


def _second(house: House, **other: object) -> dict[str, object]:
    return {"second": house.advocate.id, **other}


def _opened(house: House, **other: object) -> Round:
    here = kept(questions(LETTERS), house.advocate)
    with db.writing(db.engine()) as session:
        return open_rounds(session, house.opening(here, **other), log())[0]


def _mails() -> int:
    with db.reading(db.engine()) as session:
        return len(session.scalars(select(OutgoingMailRow.id)).all())


def _rounds() -> int:
    with db.reading(db.engine()) as session:
        return len(session.scalars(select(RoundRow.id)).all())


def test_a_site_without_rounds_says_what_is_ready_and_what_comes_next(house: House, visitor: NewVisitor) -> None:
    page = _as(visitor, house.coordinator).open("/staff/rounds/").text
    assert "Nothing has been asked here yet" in page
    assert "2 advocates can read letters" in page
    assert "none yet" in page


def test_two_adults_open_a_round(house: House, visitor: NewVisitor) -> None:
    """S10: the adult who answers is named before it opens. S38: the permission is on file."""
    here = kept(questions(LETTERS), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here))
    for words in ("Check your answers", PERMISSION, house.facilitator.name, "Example House", "Change"):
        assert words in browser.page
    assert f"You asked {house.advocate.name} to agree." in browser.send(CHECK, _second(house)).text
    assert _rounds() == 0
    agreeing = _as(visitor, house.advocate)
    assert f"{house.coordinator.name} asks you: read it" in agreeing.open("/staff/").text
    page = browser.open(agrees(agreeing)).text
    assert house.facilitator.name in page
    assert PERMISSION in page
    assert "nobody sees how many have answered" in page
    listed = browser.open("/staff/rounds/").text
    assert "1 round at Example House" in listed
    with db.reading(db.engine()) as session:
        held = session.scalars(select(RoundRow)).one()
        assert (held.opened_by, held.seconded_by) == (house.coordinator.id, house.advocate.id)
        assert (held.purpose, held.link, held.wave) == ("regular", "none", "single")


def test_each_page_refuses_what_is_wrong_on_it_and_keeps_what_was_typed(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here), until="days")
    backwards: dict[str, object] = {"starts": DAY.isoformat(), "until": (DAY - timedelta(days=3)).isoformat()}
    page = browser.send("/staff/rounds/open/days", backwards, 422).text
    for words in (
        "<title>Error:",
        "There is a problem",
        'href="#until"',
        "last day is before the first day",
        "novalidate",
    ):
        assert words in page
    assert f'value="{backwards["until"]}"' in page
    browser.send("/staff/rounds/open/days", {"starts": "", "until": ""}, 422)
    assert "Choose the first day." in browser.page
    assert _rounds() == 0


def test_nothing_that_was_typed_is_lost_on_the_way_back(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here), until="answer")
    half: dict[str, object] = {"decider": house.facilitator.id, "due": "", "to": "back"}
    assert browser.send("/staff/rounds/open/answer", half).request.path.endswith("/children")
    assert PERMISSION in browser.page
    unsure: dict[str, object] = {"invited": "many", "permission": "The headteacher", "to": "back"}
    assert browser.send("/staff/rounds/open/children", unsure).request.path.endswith("/days")
    assert "The headteacher" in browser.open("/staff/rounds/open/children").text
    assert 'value="many"' in browser.page
    chosen = f'<option selected value="{house.facilitator.id}">'
    assert chosen in browser.open("/staff/rounds/open/answer").text


def test_a_change_leads_back_to_the_page_where_everything_is_checked(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here))
    browser.open("/staff/rounds/open/children")
    more = {"invited": 31, "permission": PERMISSION}
    assert browser.send("/staff/rounds/open/children", more).request.path == CHECK
    assert "<bdi>31</bdi>" in browser.page
    browser.open("/staff/rounds/open/children")
    assert browser.send("/staff/rounds/open/children", {**more, "to": "back"}).request.path == CHECK


def test_what_keeps_it_from_opening_is_said_on_the_last_page_with_a_way_to_each(
    house: House, visitor: NewVisitor, clock: StillClock
) -> None:
    """A round waits a while before it is signed; by then its questions were asked and its last day is over."""
    here = kept(questions(LETTERS), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here))
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here), log())
    page = browser.send(CHECK, _second(house), 422).text
    assert "Nothing was opened" in page
    assert "Asked here already" in page
    assert 'id="questionnaire" href="/staff/rounds/open/questions"' in page
    assert "password" not in page
    assert _rounds() == 1


def test_a_question_asked_this_quarter_is_said_where_the_days_are_chosen(house: House, visitor: NewVisitor) -> None:
    """T9: another quarter is a way out, so the page of the days says it before the rest is filled in."""
    here = kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here), log())
    typed = _days(house, here)
    browser = _walked(_as(visitor, house.coordinator), typed, until="days")
    days = {name: typed[name] for name in ("starts", "until")}
    assert "Asked here already" in browser.send("/staff/rounds/open/days", days, 422).text
    later: dict[str, object] = {"starts": "2027-01-04", "until": "2027-01-08"}
    assert browser.send("/staff/rounds/open/days", later).request.path.endswith("/children")


def test_a_second_class_that_is_refused_reads_every_question_and_the_third_way(
    house: House, visitor: NewVisitor
) -> None:
    """T9: it read "wait, or take the question out", and named one question of seven."""
    _groups(house, "Class VI", "Class VII")
    here = kept(questions(PAPERS), house.advocate)
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here, group_name="Class VI"), log())
    typed, apart = _days(house, here, group="Class VII"), f'href="/staff/rounds/apart/{house.site_id}"'
    browser = _walked(_as(visitor, house.coordinator), typed, until="days")
    page = browser.send("/staff/rounds/open/days", {name: typed[name] for name in ("starts", "until")}, 422).text
    for words in ("“How was the food this week?” and “Do you go to school?”", "If no child is in both groups", apart):
        assert words in page
    whole = _days(house, here)
    browser = _walked(browser, whole, until="days")
    page = browser.send("/staff/rounds/open/days", {name: whole[name] for name in ("starts", "until")}, 422).text
    assert "Wait for the next quarter" in page
    assert apart not in page, "of the whole site nothing can be said that helps"
    assert apart in browser.open(f"/staff/sites/{house.site_id}").text


def test_a_round_that_was_refused_or_waits_is_put_right_with_all_that_was_typed(
    house: House, visitor: NewVisitor
) -> None:
    """All had to be typed anew: there was nothing but *Put it away*."""
    _groups(house, "Class VI", "Class VII")
    here = kept(questions(), house.advocate)
    pair = {"after_from": (DAY + timedelta(days=12)).isoformat(), "after_until": (DAY + timedelta(days=16)).isoformat()}
    typed = _days(house, here, group="Class VI", times="twice", link="card", invited=20, **pair)
    browser = _walked(_as(visitor, house.coordinator), typed)
    fixed = re.findall(r"<dd><bdi>(.*?)</bdi>", browser.page)
    assert "Class VI" in fixed
    request = browser.send(CHECK, _second(house)).request.path
    other = _as(visitor, house.advocate)
    other.open(request)
    assert "Correct it" not in other.page
    other.send(f"{request}/take-back", {"do": "correct"}, status=404)
    other.send(f"{request}/refuse", {"reason": "Two new children came."})
    assert "Correct it" in browser.open(request).text
    page = browser.send(f"{request}/take-back", {"do": "correct"}).text
    assert re.findall(r"<dd><bdi>(.*?)</bdi>", page) == fixed
    browser.open("/staff/rounds/open/children")
    page = browser.send("/staff/rounds/open/children", {"invited": 22, "link": "card", "permission": PERMISSION}).text
    assert "<bdi>22</bdi>" in page
    again = browser.send(CHECK, _second(house)).request.path
    assert again != request
    browser.open(request, 404)
    page = browser.send(f"{again}/take-back", {"do": "correct"}).text
    assert "<bdi>22</bdi>" in page, "one that still waits is put right too"
    _as(visitor, house.advocate).open(again, 404)


def test_nobody_but_a_second_adult_who_counts_can_be_asked(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        unmet = make_person(session, FACILITATOR, house.site_id, handle="unmet", trusted=False)
        elsewhere = make_person(session, ADVOCATE, make_site(session, "hill-school").id, handle="elsewhere")
    browser = _walked(_as(visitor, house.coordinator), _days(house, here))
    assert "password" not in browser.page
    for nobody in (house.coordinator.id, unmet.id, elsewhere.id, 0, "", 10**12):
        assert "Choose who agrees with you." in browser.send(CHECK, _second(house, second=nobody), 422).text
        assert unmet.name not in browser.page
    assert _rounds() == 0


def test_what_another_tab_changed_is_not_signed_unread(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here))
    read = browser.hidden["read"]
    browser.open("/staff/rounds/open/children")
    browser.send("/staff/rounds/open/children", {"invited": 11, "permission": PERMISSION})
    assert "changed in another tab" in browser.send(CHECK, _second(house, read=read), 422).text
    assert _rounds() == 0
    browser.send(CHECK, _second(house))
    agrees(_as(visitor, house.advocate))
    assert _rounds() == 1


def test_only_approved_questionnaires_and_own_sites_can_be_chosen(house: House, visitor: NewVisitor) -> None:
    waits = kept(questions(name="waits"))
    here = kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        site = make_site(session, "hill-school")
        other = site.id
    browser = _as(visitor, house.coordinator)
    page = browser.open("/staff/rounds/open").text
    assert "waits" not in page
    browser.send("/staff/rounds/open/questions", {"questionnaire": waits}, 422)
    browser.send("/staff/rounds/open/questions", {"questionnaire": 0}, 422)
    assert "Choose a questionnaire." in browser.page
    _walked(browser, _days(house, here), until="place")
    assert "Hill School" not in browser.page
    browser.send("/staff/rounds/open/place", {"sites": other}, 422)
    browser.send("/staff/rounds/open/place", {}, 422)
    assert browser.open(CHECK).request.path.endswith("/place")
    assert _rounds() == 0


def test_only_a_pair_is_asked_for_the_days_of_the_round_after(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    once = _walked(_as(visitor, house.coordinator), _days(house, here), until="days")
    assert "round after" not in once.page
    browser = _walked(_as(visitor, house.coordinator), _days(house, here, times="twice"), until="days")
    first: dict[str, object] = {"starts": DAY.isoformat(), "until": (DAY + timedelta(days=10)).isoformat()}
    assert "first day of the round after" in browser.send("/staff/rounds/open/days", first, 422).text
    after = {"after_from": "2026-12-06", "after_until": "2026-12-10"}
    _walked(browser, _days(house, here, times="twice", **after)).send(CHECK, _second(house))
    agrees(_as(visitor, house.advocate))
    with db.reading(db.engine()) as session:
        assert [one.wave for one in session.scalars(select(RoundRow).order_by(RoundRow.id))] == ["pre", "post"]


def test_a_purpose_that_the_file_says_is_not_asked(house: House, visitor: NewVisitor) -> None:
    """A care round runs on: it is not asked how often, and who is invited is said at each closing."""
    here = kept(questions(purpose="care", name="coming"), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here), until="children")
    assert 'name="invited"' not in browser.page
    assert 'name="slips"' not in browser.page
    assert browser.open("/staff/rounds/open/kind").request.path.endswith("/children")
    _walked(browser, _days(house, here)).send(CHECK, _second(house))
    agrees(_as(visitor, house.advocate))
    with db.reading(db.engine()) as session:
        assert [(one.purpose, one.invited) for one in session.scalars(select(RoundRow))] == [("care", 0)]


def test_a_form_of_others_that_says_no_purpose_is_asked_for_one(house: House, visitor: NewVisitor) -> None:
    here = kept(replace(questions(), source="xlsform"), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here, purpose="awareness"))
    assert "Awareness" in browser.page
    browser.send(CHECK, _second(house))
    agrees(_as(visitor, house.advocate))
    with db.reading(db.engine()) as session:
        assert session.scalars(select(RoundRow.purpose)).all() == ["awareness"]


def _groups(house: House, *names: str) -> None:
    with db.writing(db.engine()) as session:
        site = find_site(session, house.site_id)
        assert site
        for name in names:
            add_group(session, site.id, name)


def test_a_site_without_groups_is_not_asked_for_one(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here), until="days")
    assert browser.open("/staff/rounds/open/group").request.path.endswith("/days")


@pytest.mark.parametrize("number", [None, 10**30])
def test_groups_of_a_site_that_is_not_hers_are_nowhere(house: House, visitor: NewVisitor, number: int | None) -> None:
    with db.writing(db.engine()) as session:
        site = make_site(session, "hill-school")
        other = site.id
        add_group(session, site.id, "Lotus dormitory")
    browser = _walked(_as(visitor, house.coordinator), _days(house, kept(questions(), house.advocate)), until="place")
    browser.send("/staff/rounds/open/place", {"sites": number or other}, status=422)
    for step in OPENING_STEPS:
        assert "Lotus" not in browser.open(f"/staff/rounds/open/{step}").text


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_day_that_no_clock_reckons_with_is_asked_for_again(house: House, visitor: NewVisitor, year: str) -> None:
    far: dict[str, object] = {"starts": f"{year}-12-31", "until": f"{year}-12-31"}
    browser = _walked(_as(visitor, house.coordinator), _days(house, kept(questions(), house.advocate)), until="days")
    assert "Choose the last day." in browser.send("/staff/rounds/open/days", far, status=422).text


def test_a_round_can_be_for_one_group_and_says_so_wherever_it_stands(house: House, visitor: NewVisitor) -> None:
    _groups(house, "Class VII", "Class VIII")
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here), until="group")
    for words in ("Everybody there", "Class VII", "Class VIII"):
        assert words in browser.page
    browser.send("/staff/rounds/open/group", {"group": "Class IX"}, 422)
    browser = _walked(browser, _days(house, here, group="Class VII"))
    assert "<bdi>Class VII</bdi>" in browser.page
    browser.send(CHECK, _second(house))
    page = browser.open(agrees(_as(visitor, house.advocate))).text
    slug = str(browser.hidden and page.split("/staff/rounds/")[-1].split("/")[0])
    assert "Example days · Class VII" in page
    assert "Example days · Class VII" in browser.open("/staff/rounds/").text
    assert "Example days · Class VII" in _as(visitor, house.facilitator).open(f"/staff/rounds/{slug}/sitting").text
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
        assert round_ is not None
        answer_due = find_by_subject(session, "round", slug)
        assert answer_due is not None
        assert (round_.group_name, answer_due.about["en"]) == ("Class VII", "Example days · Class VII")
    child = on_tablet(visitor(), house.site_id)
    child.open("/language/en", 302, follow=False)
    assert f'href="/survey/{slug}"' in child.open("/").text
    assert "This is for <bdi>Class VII</bdi>." in child.open(f"/survey/{slug}").text


def test_sites_that_are_counted_together_and_care_are_not_asked_for_a_group(house: House, visitor: NewVisitor) -> None:
    _groups(house, "Class VII")
    care = kept(questions(purpose="care", name="coming"), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, care), until="days")
    assert browser.open("/staff/rounds/open/group").request.path.endswith("/days")


def test_cards_are_offered_to_a_pair_alone(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _as(visitor, house.coordinator)
    twice = _days(house, here, times="twice", after_from="2026-12-06", after_until="2026-12-10")
    assert "each child draws one" in _walked(browser, twice, until="children").page
    assert "each child draws one" not in _walked(browser, _days(house, here), until="children").page


def test_a_draft_is_nobody_elses(house: House, visitor: NewVisitor) -> None:
    """What was typed is hers: whoever signs in next in this browser finds an empty form."""
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here))
    with db.writing(db.engine()) as session:
        other = make_person(session, COORDINATOR, house.site_id, handle="other")
    signed_in(browser, other)
    assert browser.open(CHECK).request.path.endswith("/questions")
    assert PERMISSION not in browser.open("/staff/rounds/open/children").text


def _refused_at_the_days(house: House, browser: Visitor) -> tuple[int, dict[str, object]]:
    """A round that was begun and refused where its days are chosen; its questionnaire and what was typed there."""
    here = kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here), log())
    typed = _days(house, here)
    _walked(browser, typed, until="days")
    days = {name: typed[name] for name in ("starts", "until")}
    assert "Asked here already" in browser.send("/staff/rounds/open/days", days, 422).text
    return here, days


def test_a_round_begun_anew_is_new_and_the_one_before_waits_to_be_gone_on_with(
    house: House, visitor: NewVisitor
) -> None:
    """A refused draft once came back with every *Open a round*, its old refusal on the first page."""
    browser = _as(visitor, house.coordinator)
    here, days = _refused_at_the_days(house, browser)
    page = browser.open("/staff/rounds/open").text
    assert "Asked here already" not in page
    assert f'selected value="{here}"' not in page
    assert browser.send("/staff/rounds/open/questions", {"questionnaire": here}).request.path.endswith("/kind")
    page = browser.open("/staff/rounds/").text
    new, refused = re.findall(r"/staff/rounds/open/unfinished/(\w+)", page)
    assert "no site yet · no days yet" in page
    browser.send(f"/staff/rounds/open/unfinished/{refused}", {"do": "on"})
    assert str(days["until"]) in browser.open("/staff/rounds/open/days").text
    browser.open("/staff/rounds/")
    page = browser.send(f"/staff/rounds/open/unfinished/{refused}", {"do": "throw"}).text
    assert "The unfinished round is gone." in page
    assert re.findall(r"/staff/rounds/open/unfinished/(\w+)", page) == [new]
    for do in ("on", "throw"):
        browser.send(f"/staff/rounds/open/unfinished/{refused}", {"do": do}, status=404)


def test_the_first_page_repeats_no_refusal_of_a_later_one(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    here, _typed = _refused_at_the_days(house, browser)
    assert "Asked here already" not in browser.open("/staff/rounds/open/questions").text
    assert browser.send("/staff/rounds/open/questions", {"questionnaire": here}).request.path.endswith("/kind")


def test_no_unfinished_round_is_lost_for_want_of_room(house: House, visitor: NewVisitor) -> None:
    browser, here = _as(visitor, house.coordinator), kept(questions(), house.advocate)
    for at in range(40):
        if "There is no room" in browser.open("/staff/rounds/open").text:
            break
        browser.send("/staff/rounds/open/questions", {"questionnaire": here})
        browser.open("/staff/rounds/open/children")
        browser.send("/staff/rounds/open/children", {"invited": 12 + at, "permission": f"{at}" * 190})
    page = browser.open("/staff/rounds/open").text
    assert "There is no room for another unfinished round." in page
    assert page.count("/open/unfinished/") >= 20


def test_an_unfinished_round_outlives_the_lock_of_her_page_and_signing_out(
    house: House, visitor: NewVisitor, clock: StillClock
) -> None:
    """Half an hour of typing was gone when she was called away for fifteen minutes."""
    browser, here = _as(visitor, house.coordinator), kept(questions(), house.advocate)
    days = _days(house, here)
    _walked(browser, days, until="children")
    with db.reading(db.engine()) as session:
        (row,) = session.scalars(select(RoundDraftsRow)).all()
        assert str(days["until"]).encode() not in row.locked
    clock.move(minutes=16)
    typed = {"invited": 23, "permission": PERMISSION}
    browser.send("/staff/rounds/open/children", typed, 401)
    signed_in(browser, house.coordinator).open("/staff/rounds/open/children")
    assert browser.send("/staff/rounds/open/children", typed).request.path.endswith("/answer")
    browser.send("/staff/sign-out")
    elsewhere = _as(visitor, house.coordinator)
    page = elsewhere.open("/staff/rounds/").text
    assert "1 round you began to open" in page
    (name,) = re.findall(r"/staff/rounds/open/unfinished/(\w+)", page)
    elsewhere.send(f"/staff/rounds/open/unfinished/{name}", {"do": "on"})
    assert str(days["until"]) in elsewhere.open("/staff/rounds/open/days").text
    clock.move(days=DAYS_KEPT - 1)
    expire_round_drafts()
    assert "1 round you began to open" in _as(visitor, house.coordinator).open("/staff/rounds/").text
    clock.move(days=1)
    expire_round_drafts()
    expire_round_drafts()
    assert "you began to open" not in _as(visitor, house.coordinator).open("/staff/rounds/").text


def test_a_round_that_is_taken_back_lies_among_those_she_began_with_all_that_was_typed(
    house: House, visitor: NewVisitor
) -> None:
    """*Take it back* threw away what *Correct it* kept."""
    _groups(house, "Class VI", "Class VII")
    here = kept(questions(), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here, group="Class VI"))
    fixed = re.findall(r"<dd><bdi>(.*?)</bdi>", browser.page)
    request = browser.send(CHECK, _second(house)).request.path
    assert "Take the request back" in browser.open(request).text
    page = browser.send(f"{request}/take-back").text
    assert "nobody is asked now" in page
    assert 'id="unfinished"' in page
    _as(visitor, house.advocate).open(request, 404)
    (name,) = re.findall(r"/staff/rounds/open/unfinished/(\w+)", page)
    page = browser.send(f"/staff/rounds/open/unfinished/{name}", {"do": "on"}).text
    assert re.findall(r"<dd><bdi>(.*?)</bdi>", page) == fixed
    assert f"You asked {house.advocate.name} to agree." in browser.send(CHECK, _second(house)).text


def test_asked_again_a_round_is_of_the_same_children_as_long_and_on_days_on_which_it_may_be_asked(
    house: House, visitor: NewVisitor, clock: StillClock
) -> None:
    """T9: only the questionnaire was taken over, and the days that one chose then were refused."""
    _groups(house, "Class VI", "Class VII")
    round_ = _opened(house, group_name="Class VI", slips=True)
    browser = _as(visitor, house.coordinator)
    assert "Ask it again" not in browser.open(f"/staff/rounds/{round_.slug}").text
    browser.open(f"/staff/rounds/open?again={round_.slug}", 410)
    with db.writing(db.engine()) as session:
        session.execute(update(BatchRow).values(closed_on=DAY, outcome="too_few"))
    assert f'href="/staff/rounds/open?again={round_.slug}"' in browser.open(f"/staff/rounds/{round_.slug}").text
    assert browser.open(f"/staff/rounds/open?again={round_.slug}").request.path.endswith("/children")
    assert PERMISSION not in browser.page, "it was given for one asking"
    browser.send("/staff/rounds/open/children", {"invited": 21, "permission": PERMISSION, "slips": "y"})
    page = browser.open(CHECK).text
    fixed = re.findall(r"<dd><bdi>(.*?)</bdi>", page)
    first = first_day_of_next_quarter(DAY)
    length = round_.last_day("Asia/Kolkata") - round_.first_day("Asia/Kolkata")
    for words in ("Class VI", "Example House", "Only an answer with a slip counts", round_.decider_name):
        assert words in fixed
    assert [format_day(day) for day in (first, first + length)] == fixed[fixed.index("Class VI") + 1 :][:2]
    assert f"You asked {house.advocate.name} to agree." in browser.send(CHECK, _second(house)).text
    clock.move(days=100)
    with db.reading(db.engine()) as session:
        opening = propose_repeat(session, [round_], "Asia/Kolkata", house.coordinator.id)
    assert opening.spans[0].first_day("Asia/Kolkata") == clock().date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 9, 30), date(2026, 10, 1)),
        (date(2026, 11, 29), date(2027, 1, 1)),
    ],
)
def test_the_next_quarter_begins_on_a_first_of_its_month(day: date, first: date) -> None:
    assert first_day_of_next_quarter(day) == first


def test_fewer_than_ten_are_allowed_and_said_clearly(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    browser = _walked(_as(visitor, house.coordinator), _days(house, here, invited=6))
    assert "only the letter box is read" in browser.page
    assert "only the letter box is read" in browser.send(CHECK, _second(house)).text


def test_a_coordinator_ends_a_round_early(house: House, visitor: NewVisitor) -> None:
    facts = _opened(house)
    browser = _as(visitor, house.coordinator)
    page = browser.open(f"/staff/rounds/{facts.slug}").text
    assert f'href="/staff/rounds/{facts.slug}/end"' in page
    assert f'action="/staff/rounds/{facts.slug}/end"' not in page, "one tap ended it, for good"
    assert "End “Example days” now?" in browser.open(f"/staff/rounds/{facts.slug}/end").text
    with db.reading(db.engine()) as session:
        still = find_round(session, facts.slug)
        assert still is not None
        assert still.ends_at == facts.ends_at
    assert "it was ended early" in browser.send(f"/staff/rounds/{facts.slug}/end").text
    browser.send(f"/staff/rounds/{facts.slug}/end", status=410)
    browser.open(f"/staff/rounds/{facts.slug}/end", 410)


def test_whoever_fixed_the_days_with_her_and_every_advocate_learn_that_one_adult_ended_a_round(
    house: House, visitor: NewVisitor
) -> None:
    round_ = _opened(house)
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).values(mail=encrypt_address("second@example.org")))
        third = make_person(session, "coordinator", house.site_id, handle="third")
    before = _mails()
    browser = _as(visitor, third)
    browser.open(f"/staff/rounds/{round_.slug}")
    browser.send(f"/staff/rounds/{round_.slug}/end")
    assert _mails() == before + 2, "one to each of the two who fixed its days"
    words = "It ended before the day that two adults fixed"
    for person in (house.advocate, house.coordinator):
        browser = _as(visitor, person)
        assert words in browser.open("/staff/").text
        assert "Ended a round" in browser.open("/staff/log/").text
    assert words not in _as(visitor, third).open("/staff/").text


def test_two_adults_enter_the_number_of_a_care_round(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(purpose="care", name="coming"), house.advocate)
    with db.writing(db.engine()) as session:
        (care,) = open_rounds(session, house.opening(here, purpose="care", invited=0), log())
    browser = _as(visitor, house.coordinator)
    browser.open(f"/staff/rounds/{care.slug}")
    alone: dict[str, object] = {"invited": 14, "second": house.coordinator.id}
    browser.send(f"/staff/rounds/{care.slug}/invited", alone, 422)
    browser.send(f"/staff/rounds/{care.slug}/invited", {**alone, "second": house.advocate.id})
    assert "14" in browser.page
    assert "14 children are invited" not in browser.open(f"/staff/rounds/{care.slug}").text
    agrees(_as(visitor, house.advocate))
    assert "14 children are invited" in browser.open(f"/staff/rounds/{care.slug}").text


def test_a_facilitator_reads_the_script_and_confirms_every_point(house: House, visitor: NewVisitor) -> None:
    round_ = _opened(house)
    browser = _as(visitor, house.facilitator)
    page = browser.open(f"/staff/rounds/{round_.slug}/sitting").text
    for words in ("Read this aloud", "You may skip any question", "1098", house.coordinator.name):
        assert words in page
    some: dict[str, object] = {"checks": [SITTING_CHECKS[0].value]}
    assert "Every point" in browser.send(f"/staff/rounds/{round_.slug}/sitting", some, 422).text
    every: dict[str, object] = {"checks": [one.value for one in SITTING_CHECKS]}
    assert "every point confirmed" in browser.send(f"/staff/rounds/{round_.slug}/sitting", every).text
    with db.reading(db.engine()) as session:
        (sitting,) = list_sittings(session, round_)
        assert (sitting.person_id, sitting.day) == (house.facilitator.id, DAY)


def test_a_sitting_needs_an_open_round(house: House, visitor: NewVisitor, clock: StillClock) -> None:
    round_ = _opened(house)
    clock.move(days=12)
    _as(visitor, house.facilitator).open(f"/staff/rounds/{round_.slug}/sitting", 410)


def test_an_answer_that_is_late_is_shown_late(house: House, visitor: NewVisitor, clock: StillClock) -> None:
    """S13: silence past its date raises an alarm."""
    _opened(house)
    clock.move(days=(date(2026, 12, 21) - DAY).days)
    page = _as(visitor, house.coordinator).open("/staff/rounds/").text
    assert "Answer 3 days over" in page


def test_an_advocate_agrees_that_classes_share_no_child(house: House, visitor: NewVisitor) -> None:
    """T9: then each may be asked; a coordinator alone, or with somebody who is no advocate, says nothing."""
    here = kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        ids = [add_group(session, house.site_id, name).id for name in ("Class VI", "Class VII")]
    browser, path = _as(visitor, house.coordinator), f"/staff/rounds/apart/{house.site_id}"
    browser.open(path)
    browser.send(path, {"groups": ids[:1], "second": house.advocate.id}, 422)
    browser.send(path, {"groups": ids, "second": house.facilitator.id}, 422)
    browser.send(path, {"groups": ids, "second": house.advocate.id})
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here, group_name="Class VI"), log())
        assert check_opening(session, house.opening(here, group_name="Class VII")).refusals
    agrees(_as(visitor, house.advocate))
    with db.reading(db.engine()) as session:
        assert not check_opening(session, house.opening(here, group_name="Class VII")).refusals
        assert session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.action == "groups.apart")).all()
    assert "share no child, until one of them is removed" in browser.open(path).text


def test_people_of_other_sites_and_roles_are_kept_out(house: House, visitor: NewVisitor) -> None:
    round_ = _opened(house)
    there = a_house("hill-school")
    stranger = _as(visitor, there.coordinator)
    stranger.open(f"/staff/rounds/{round_.slug}", 404)
    stranger.open("/staff/rounds/")
    stranger.send(f"/staff/rounds/{round_.slug}/end", status=404)
    assert round_.slug not in stranger.page
    _as(visitor, there.facilitator).open(f"/staff/rounds/{round_.slug}/sitting", 404)
    _as(visitor, house.advocate).open(CHECK, 403)
    _as(visitor, house.coordinator).open(f"/staff/rounds/{round_.slug}/sitting", 403)
    _as(visitor, house.coordinator).open("/staff/rounds/nothing-1234", 404)


def test_of_many_sites_she_looks_for_some_by_name_and_what_she_ticked_stays(house: House, visitor: NewVisitor) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"school-{nth}").id for nth in range(SITES_SHOWN)]
        national = make_person(session, COORDINATOR, house.site_id, *sites, handle="national")
        make_person(session, FACILITATOR, sites[3], handle="elsewhere", name="Elsewhere Example")
    browser, place = _as(visitor, national), "/staff/rounds/open/place"
    _walked(browser, _days(house, kept(questions(), house.advocate)), until="place")
    assert 'name="sites"' not in browser.open(place).text, "none is offered before she looks for one"
    text = browser.send(place, {"find_name": "school 3", "find_site": "1"}).text
    assert f'value="{sites[3]}"' in text
    assert f'value="{sites[4]}"' not in text
    both: dict[str, object] = {"sites": [sites[3]], "find_name": "school 4", "find_site": "1"}
    text = browser.send(place, both).text
    assert re.search(rf'<input checked [^>]*value="{sites[3]}"', text), "what she ticked stays"
    assert f'value="{sites[4]}"' in text
    browser.send(place, {"sites": [house.site_id]}, follow=False, status=302)
    text = browser.open("/staff/rounds/open/answer").text
    assert "Elsewhere Example" not in text
    assert house.facilitator.name in text
    assert text.count("<option") < SITES_SHOWN, "only adults who work there answer the children"
