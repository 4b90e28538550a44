"""Elections as adults hold them and children vote in them: the pages."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.committees import House
from tests.support.elections import again, close, deal, open_election, standing
from tests.support.people import agrees, make_person, make_site, on_tablet, signed_in
from tests.support.visitor import Visitor, calm
from youthvoice import context, db
from youthvoice.committees.elections import ballot_box, labels
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.elections.store import list_announced_elections
from youthvoice.committees.entities import Committee
from youthvoice.committees.models import MeetingRow
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.slips.store import Picks, slip_fields, slip_screens
from youthvoice.threads.child_codes.code_attempts import MAX_SLIPS_OF_TABLET

JSON = {"Accept": "application/json"}
WANTED = {
    "post": "speaker",
    "way": "slips",
    "name_1": "Mina",
    "picture_1": CANDIDATE_PICTURES[0].code,
    "name_2": "Bablu",
    "picture_2": CANDIDATE_PICTURES[1].code,
    "voters": "12",
    "tie": "lot",
    "ends_on": "2026-11-25",
    "ends_time": "18:00",
}


@pytest.fixture
def at(house: House) -> Committee:
    return house.committee("dormitory")


def opened(browser: Visitor, committee: Committee, status: int = 200, **changed: object) -> str:
    """Send the form; gives the slug of what was opened."""
    browser.open(f"/staff/committees/{committee.id}/elections/open")
    answer = browser.send(f"/staff/committees/{committee.id}/elections/open", {**WANTED, **changed}, status)
    return answer.request.path.rpartition("/")[2]


def slip_of(picks: Picks) -> dict[str, str]:
    return {name: str(pick) for name, pick in zip(slip_fields(len(picks)), picks, strict=True)}


def sent(tablet: Visitor, election: Election, slip: dict[str, str], choice: object, status: int = 201) -> object:
    """As the page's script sends it; gives what is said, but the number of the sheet."""
    data = {"choice": choice, **slip}
    said = tablet.send(f"/vote/{election.slug}", data, status, follow=False, headers=JSON).get_json()
    return {name: value for name, value in said.items() if name != "sheet"}


# ---- opening


def test_a_facilitator_opens_a_vote_deals_slips_and_a_child_votes(
    house: House, at: Committee, visitor: Callable[[], Visitor]
) -> None:
    joshi, tablet = signed_in(visitor(), house.joshi), on_tablet(visitor(), house.site_id)
    slug = opened(joshi, at)
    joshi.send(f"/staff/elections/{slug}/slips", {"number": "12"})
    slips = re.findall(r'<li class="slip">.*?</ul>', joshi.page, re.DOTALL)
    assert len(slips) == 12
    assert 'class="slip"' not in joshi.open(f"/staff/elections/{slug}").text
    names = re.findall(r"</svg>(\w+)</li>", slips[0])
    slip = {
        name: str([one.name for one in screen].index(word))
        for name, screen, word in zip(slip_fields(4), slip_screens(4), names, strict=True)
    }
    tablet.open("/language/en")
    assert f'href="/vote/{slug}"' in tablet.open("/open").text
    page = tablet.open(f"/vote/{slug}").text
    assert page.count("data-picture") == 4
    assert "<bdi>Mina</bdi>" in page
    assert "Nobody of these" in page
    tablet.send(f"/vote/{slug}", {**slip, "choice": "1"})
    assert "Your vote is in." in tablet.page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name_1": "", "name_2": ""}, "There are no candidates."),
        ({"name_2": ""}, "There is only one candidate."),
        ({"name_2": "MINA"}, "The same nickname is listed twice."),
        ({"picture_2": CANDIDATE_PICTURES[0].code}, "Two have the same picture."),
        ({"voters": "0"}, "Nobody can vote."),
        ({"voters": ""}, "Nobody can vote."),
        ({"voters": "3"}, "that would not be secret"),
        ({"ends_on": "2026-11-23"}, "Choose an end in the future"),
    ],
)
def test_what_cannot_be_is_said_at_its_box(
    house: House, at: Committee, visitor: Callable[[], Visitor], changed: dict[str, object], words: str
) -> None:
    joshi = signed_in(visitor(), house.joshi)
    opened(joshi, at, 422, **changed)
    assert words in joshi.page
    assert "There is a problem" in joshi.page
    assert not re.search(r'id="name_([3-9]|1\d)-error"', joshi.page), "at nobody's row"


def test_a_post_has_one_election_at_a_time_and_rotates(
    house: House, at: Committee, visitor: Callable[[], Visitor]
) -> None:
    joshi = signed_in(visitor(), house.joshi)
    slug = opened(joshi, at, way="hands")
    opened(joshi, at, 422)
    assert "There is an election for this post already." in joshi.page
    for who in (house.joshi, house.asha):
        count(signed_in(visitor(), who), slug, 4, 2, 0)
    opened(joshi, at, 422)
    assert "<bdi>Mina</bdi> held this post last." in joshi.page
    opened(joshi, at, name_1="Tara")


def test_half_of_the_posts_of_a_bal_panchayat_are_girls_as_two_adults_sign(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    committee, joshi = house.committee("bal_panchayat"), signed_in(visitor(), house.joshi)
    second: dict[str, Any] = {"second": house.asha.id}
    opened(joshi, committee, 422, post="chair", **second)
    assert "at least half of the posts are girls" in joshi.page
    opened(joshi, committee, 422, post="chair", balance="y", second=house.joshi.id)
    assert "Choose who agrees with you." in joshi.page
    opened(joshi, committee, 422, post="chair", balance="y")
    opened(joshi, committee, post="chair", balance="y", **second)
    assert "You asked Asha to agree." in joshi.page
    asha = signed_in(visitor(), house.asha)
    assert "Open an election: " in asha.open("/staff/").text
    assert again(agrees(asha).rpartition("/")[2]).post == "chair"


def test_only_a_facilitator_of_this_site_opens_and_no_manager_counts(
    house: House, at: Committee, visitor: Callable[[], Visitor]
) -> None:
    election = open_election(house, at, way="paper", voters=0)
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
        stranger = make_person(session, "facilitator", other, handle="stranger")
    away = signed_in(visitor(), stranger)
    for address in (
        f"committees/{at.id}/elections",
        f"committees/{at.id}/elections/open",
        f"elections/{election.slug}",
    ):
        assert away.ask("GET", f"/staff/{address}").status_code == 404, address
    boss, asha = signed_in(visitor(), house.boss), signed_in(visitor(), house.asha)
    assert boss.ask("GET", f"/staff/elections/{election.slug}/count").status_code == 403
    assert asha.ask("GET", f"/staff/elections/{election.slug}/count").status_code == 200
    assert asha.ask("GET", f"/staff/committees/{at.id}/elections/open").status_code == 403
    assembly = house.committee("bal_sabha")
    assert (
        signed_in(visitor(), house.joshi).ask("GET", f"/staff/committees/{assembly.id}/elections/open").status_code
        == 404
    )


# ---- two adults count


def count(browser: Visitor, slug: str, *numbers: int) -> str:
    browser.open(f"/staff/elections/{slug}/count")
    browser.send(f"/staff/elections/{slug}/count", {f"count_{nth}": str(one) for nth, one in enumerate(numbers)})
    return browser.page


@pytest.mark.dialect("writers wait for each other")
def test_two_adults_count_alone_and_the_second_sees_nothing_of_the_first(
    house: House, at: Committee, visitor: Callable[[], Visitor]
) -> None:
    election = open_election(house, at, way="paper", voters=0, standing=standing(2))
    joshi, asha = signed_in(visitor(), house.joshi), signed_in(visitor(), house.asha)
    assert "Now a second adult counts" in count(joshi, election.slug, 137, 141, 2)
    assert "You counted already." in count(joshi, election.slug, 137, 141, 2)
    for address in ("", "/count"):
        assert not re.search(r"\b(137|141)\b", asha.open(f"/staff/elections/{election.slug}{address}").text)
    assert "The two counts differ." in count(asha, election.slug, 141, 137, 2)
    assert "running" in asha.page
    count(asha, election.slug, 137, 141, 2)
    page = count(joshi, election.slug, 137, 141, 2)
    assert "Both counts are the same." in page
    assert "<bdi>Bablu</bdi> was chosen" in page
    assert not re.search(r"\b(137|141)\b", page)
    assert joshi.ask("GET", f"/staff/elections/{election.slug}/count").status_code == 410
    assert again(election).body.standing == standing(2)[1:]


def test_a_tie_on_paper_is_voted_again_by_those_who_tied(
    house: House, at: Committee, visitor: Callable[[], Visitor]
) -> None:
    election = open_election(house, at, way="hands", voters=0, tie="again")
    joshi, asha = signed_in(visitor(), house.joshi), signed_in(visitor(), house.asha)
    count(joshi, election.slug, 4, 4, 1, 0)
    assert "they vote once more" in count(asha, election.slug, 4, 4, 1, 0)
    address = f"/staff/committees/{at.id}/elections/open?again={election.slug}"
    page = joshi.open(address).text
    assert 'value="Mina"' in page
    assert 'value="Bablu"' in page
    assert 'value="Tara"' not in page
    joshi.send(address, {**WANTED, "way": "hands"})
    assert again(election).body.standing == (), "nobody needs their names there any more"


# ---- nominations


def test_a_nomination_is_confirmed_by_another_adult(house: House, visitor: Callable[[], Visitor]) -> None:
    committee, joshi = house.committee(), signed_in(visitor(), house.joshi)
    where = "by raised hands in the meeting of 24 November"
    slug = opened(joshi, committee, post="member", way="nomination", name_2="", where=where)
    assert where in joshi.page
    joshi.send(f"/staff/elections/{slug}/confirm", {"meeting": "0"}, 422)
    assert "another adult confirms it" in joshi.page
    asha = signed_in(visitor(), house.asha)
    asha.open(f"/staff/elections/{slug}")
    asha.send(f"/staff/elections/{slug}/confirm", {"meeting": "0"})
    assert "<bdi>Mina</bdi> was chosen" in asha.page
    assert joshi.ask("GET", f"/staff/elections/{slug}").status_code == 200


def test_or_by_the_minutes_of_a_meeting(house: House, visitor: Callable[[], Visitor]) -> None:
    committee, joshi = house.committee(), signed_in(visitor(), house.joshi)
    with db.writing(db.engine()) as session:
        session.add_all(
            MeetingRow(
                committee_id=committee.id,
                starts_at=context.now(),
                state="held",
                minutes=minutes,
                place=minutes,
                changed_at=context.now(),
            )
            for minutes in ("approved",)
        )
    slug = opened(joshi, committee, post="member", way="nomination", name_2="", where="in the meeting")
    joshi.send(f"/staff/elections/{slug}/confirm", {"meeting": "1"})
    assert again(slug).won == standing(1)[0]


def test_what_was_opened_wrongly_is_called_off_and_nothing_is_counted(
    house: House, at: Committee, visitor: Callable[[], Visitor]
) -> None:
    joshi, tablet = signed_in(visitor(), house.joshi), on_tablet(visitor(), house.site_id)
    election = open_election(house, at)
    for slip in deal(election, 6):
        tablet.open(f"/vote/{election.slug}")
        sent(tablet, election, slip_of(slip), 0)
    joshi.open(f"/staff/elections/{election.slug}")
    joshi.send(f"/staff/elections/{election.slug}/call-off", {})
    assert "called off: nothing was counted" in joshi.page
    assert joshi.ask("POST", f"/staff/elections/{election.slug}/call-off").status_code == 400
    assert "This vote was called off." in tablet.open(f"/vote/{election.slug}", 410).text
    assert (again(election).state, again(election).body.standing) == ("called_off", ())
    assert f"ballots-{election.slug}" not in context.keyring().names()
    opened(joshi, at)


# ---- the child


def test_wrong_and_spent_slips_and_late_votes_are_said_kindly(
    app: Flask, house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    election = open_election(house)
    slips = deal(election, 3)
    wrong = next(one for one in ((*slips[0][:-1], nth) for nth in range(9)) if one not in slips)
    tablet = on_tablet(visitor(), house.site_id)
    tablet.open(f"/vote/{election.slug}")
    said = [sent(tablet, election, slip_of(wrong), 0, 422)]
    assert sent(tablet, election, slip_of(slips[0]), 2) == {"go": f"/vote/{election.slug}/thanks"}
    assert sent(tablet, election, slip_of(slips[0]), 1) == {"go": f"/vote/{election.slug}/thanks"}, "the same sheet"
    tablet.open(f"/vote/{election.slug}")
    said.append(sent(tablet, election, slip_of(slips[0]), 0, 422))
    assert (
        said[0] == said[1] == {"words": "This slip was used already, or is none of ours. Look at its pictures again."}
    )
    assert sent(tablet, election, slip_of(slips[1]), 9, 422) == {"words": "Tap one picture first."}
    assert sent(tablet, election, {"slip/1": "1"}, 0, 422) == {"words": "Tap one picture first."}
    tablet.send(f"/vote/{election.slug}", {**slip_of(wrong), "choice": "1"}, 422)
    assert "none of ours" in tablet.page
    assert re.search(r'name="choice" value="1" checked', tablet.page)
    late = on_tablet(visitor(), house.site_id, "Tablet 2")
    late.open(f"/vote/{election.slug}")
    clock.move(hours=8)
    assert sent(tablet, election, slip_of(slips[1]), 0, 410) == {"go": f"/vote/{election.slug}"}
    assert "The vote is over." in tablet.open(f"/vote/{election.slug}", 410).text
    assert "being counted" in tablet.page
    ballot_box.elections_due()
    for choice in (0, 2):
        assert sent(late, election, slip_of(slips[1]), choice, 410) == {"go": f"/vote/{election.slug}"}


def test_a_tablet_of_another_site_and_a_telephone_cannot_vote(house: House, visitor: Callable[[], Visitor]) -> None:
    election = open_election(house)
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
    assert visitor().ask("GET", f"/vote/{election.slug}").status_code == 403
    assert on_tablet(visitor(), other).ask("GET", f"/vote/{election.slug}").status_code == 404
    assert visitor().ask("POST", f"/vote/{election.slug}").status_code == 403
    paper = open_election(house, way="paper", voters=0)
    assert on_tablet(visitor(), house.site_id).ask("GET", f"/vote/{paper.slug}").status_code == 404


def test_a_tablet_may_try_ten_wrong_slips_of_a_vote_a_day(house: House, visitor: Callable[[], Visitor]) -> None:
    election = open_election(house)
    slips = deal(election, 1)
    wrong = next(one for one in ((*slips[0][:-1], nth) for nth in range(9)) if one not in slips)
    tablet = on_tablet(visitor(), house.site_id)
    tablet.open(f"/vote/{election.slug}")
    for _ in range(MAX_SLIPS_OF_TABLET):
        sent(tablet, election, slip_of(wrong), 0, 422)
    sent(tablet, election, slip_of(slips[0]), 0, 429)
    other = on_tablet(visitor(), house.site_id, "Tablet 2")
    other.open(f"/vote/{election.slug}")
    sent(other, election, slip_of(slips[0]), 0)


def test_when_all_have_voted_the_facilitator_ends_it_and_the_children_are_told_who_won(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    election = open_election(house, voters=6)
    slips, tablet = deal(election, 6), on_tablet(visitor(), house.site_id)
    joshi = signed_in(visitor(), house.joshi)
    for nth, slip in enumerate(slips):
        joshi.open(f"/staff/elections/{election.slug}")
        joshi.send(f"/staff/elections/{election.slug}/close", {})
        assert "Not everybody has voted yet" in joshi.page
        tablet.open(f"/vote/{election.slug}")
        sent(tablet, election, slip_of(slip), min(nth, 1))
    joshi.send(f"/staff/elections/{election.slug}/close", {})
    assert "<bdi>Bablu</bdi> was chosen" in joshi.page
    assert f"ballots-{election.slug}" not in context.keyring().names()
    page = tablet.open(f"/vote/{election.slug}", 410).text
    assert "<bdi>Bablu</bdi> is Speaker now." in page
    tablet.open("/language/en")
    assert "Who was chosen: Speaker" in tablet.open("/open").text
    assert not re.search(r"\b[156]\b (vote|child)", page)


def test_what_won_is_told_for_two_weeks_and_nothing_else(
    app: Flask, house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    election = open_election(house)
    deal(election, 3)
    close(election)
    with app.test_request_context(), db.reading(db.engine()) as session:
        (one,) = list_announced_elections(session, house.site_id, context.now())
        assert (str(labels.announcement_label(one)), one.slug) == (
            "Fewer than five voted. So nobody won. We vote again.",
            election.slug,
        )
        clock.move(days=15)
        assert list_announced_elections(session, house.site_id, context.now()) == []


def test_the_pages_of_a_running_vote_do_not_change_while_children_vote(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    """T5 for votes: who reads every page after every vote learns nothing."""
    election = open_election(house)
    readers = {"joshi": signed_in(visitor(), house.joshi), "asha": signed_in(visitor(), house.asha)}
    addresses = (f"/staff/elections/{election.slug}", f"/staff/committees/{election.committee_id}/elections")

    def seen() -> list[str]:
        return [calm(browser.open(address).text) for browser in readers.values() for address in addresses]

    slips, tablet = deal(election, 5), on_tablet(visitor(), house.site_id)
    before = seen()
    for slip in slips:
        tablet.open(f"/vote/{election.slug}")
        sent(tablet, election, slip_of(slip), secrets.randbelow(3))
        assert seen() == before
