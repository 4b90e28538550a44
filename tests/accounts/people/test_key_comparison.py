"""A newcomer's key: two compare it face to face, all are told, 48 hours pass. PRIVACY.md C."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import CHEAP, Somebody, house, make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.permissions import INTERPRETER
from youthvoice.accounts.invitations import Guest, accept_invitation, add_invitation
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import KeyComparisonRow, PersonRow
from youthvoice.accounts.people import key_comparison
from youthvoice.accounts.people.key_comparison import Colleague
from youthvoice.accounts.people.store import key_binding, renew_key
from youthvoice.accounts.rules import HOLDING_KEYS
from youthvoice.accounts.store import find_person_row, find_readers, list_key_holders
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import Refused
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.credentials.picture_codes import key_pictures
from youthvoice.privacy.crypto.sealing import new_pair


class Scene:
    """A site with two advocates, an outside recipient, and a newcomer who shall be an advocate."""

    def __init__(self, role: str = "advocate") -> None:
        self.site_id, self.people = house(["advocate", "outside_recipient", "coordinator", "safeguarding_lead"])
        with db.writing(db.engine()) as session:
            self.people["second"] = make_person(session, "advocate", self.site_id, handle="second")
            self.newcomer = make_person(session, role, self.site_id, handle="newcomer", trusted=False)

    def compare(self, *names: str) -> None:
        """These say that they sat with her."""
        for name in names:
            with db.writing(db.engine()) as session:
                key_comparison.add_comparison(session, self.newcomer.id, _colleague(self.people[name]))

    def refusal(self, name: str) -> str:
        """Why somebody's comparison is not taken; empty when it is."""
        try:
            self.compare(name)
        except Refused as error:
            return error.code
        return ""

    def readers(self) -> set[str]:
        """Names of those to whom words are sealed now."""
        with db.reading(db.engine()) as session:
            found = find_readers(session, self.site_id).everybody
            interpreters = list_key_holders(session, self.site_id, {INTERPRETER})
        return {reader.name for reader in (*found, *interpreters)}


def _colleague(person: Somebody) -> Colleague:
    return Colleague(person.id, person.role, person.site_ids)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene()


@pytest.mark.dialect("moments")
@pytest.mark.parametrize("pair", [("advocate", "second"), ("advocate", "outside_recipient")])
def test_two_compare_and_48_hours_later_words_are_sealed_to_her(
    scene: Scene, clock: StillClock, pair: tuple[str, str]
) -> None:
    scene.compare(*pair)
    assert "Newcomer Example" not in scene.readers()
    clock.move(hours=47, minutes=59)
    assert "Newcomer Example" not in scene.readers()
    clock.move(minutes=1)
    assert "Newcomer Example" in scene.readers()


@pytest.mark.parametrize("role", HOLDING_KEYS)
def test_nobody_who_will_read_is_trusted_at_once(app: Flask, clock: StillClock, role: str) -> None:
    scene = Scene(role)
    assert "Newcomer Example" not in scene.readers()
    scene.compare("advocate")
    clock.move(days=30)
    assert "Newcomer Example" not in scene.readers(), "one is not enough, however long she waits"
    scene.compare("second")
    clock.move(hours=48)
    assert "Newcomer Example" in scene.readers()


def test_nobody_compares_twice_or_her_own_key_or_without_holding_one(scene: Scene) -> None:
    scene.compare("advocate")
    assert scene.refusal("advocate") == "mine"
    assert scene.refusal("coordinator") == "not_yours"
    assert scene.refusal("safeguarding_lead") == "not_yours"
    scene.people["newcomer"] = scene.newcomer
    assert scene.refusal("newcomer") == "mine"
    assert scene.refusal("second") == ""
    assert scene.refusal("outside_recipient") == "settled"


def test_whoever_works_elsewhere_too_is_compared_by_those_who_work_there(scene: Scene) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        scene.newcomer = make_person(session, "advocate", scene.site_id, other, handle="both", trusted=False)
    assert scene.refusal("advocate") == "elsewhere"


def test_two_outside_recipients_are_not_enough(scene: Scene) -> None:
    with db.writing(db.engine()) as session:
        scene.people["other"] = make_person(session, "outside_recipient", scene.site_id, handle="other-outside")
    scene.compare("outside_recipient")
    assert scene.refusal("other") == "needs_advocate"
    assert scene.refusal("advocate") == ""


@pytest.mark.dialect("writers wait for each other")
def test_the_word_of_somebody_who_left_meanwhile_does_not_count(scene: Scene, clock: StillClock) -> None:
    scene.compare("second")
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.handle == "second").values(left_on=clock().date()))
    scene.compare("advocate")
    clock.move(hours=49)
    assert "Newcomer Example" not in scene.readers()
    scene.compare("outside_recipient")
    clock.move(hours=48)
    assert "Newcomer Example" in scene.readers()


def test_a_comparison_written_into_the_database_does_not_count(scene: Scene, clock: StillClock) -> None:
    scene.compare("advocate")
    with db.writing(db.engine()) as session:
        seal = session.scalars(select(KeyComparisonRow.seal)).one()
        session.add(
            KeyComparisonRow(
                person_id=scene.newcomer.id,
                by_id=scene.people["second"].id,
                key_version=1,
                day=clock().date(),
                seal=seal,
            )
        )
    assert scene.refusal("outside_recipient") == "", "hers is the second, not the third"
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == scene.newcomer.id).values(public_key=new_pair().public))
    clock.move(hours=48)
    assert "Newcomer Example" not in scene.readers(), "another key than the one that was compared"


@pytest.mark.parametrize("name", ["advocate", "second"])
def test_either_of_the_two_withdraws_within_48_hours_and_nobody_else(
    scene: Scene, clock: StillClock, name: str
) -> None:
    scene.compare("advocate", "second")
    clock.move(hours=47)
    with db.writing(db.engine()) as session:
        for other in ("outside_recipient", "coordinator"):
            assert not key_comparison.delete_comparisons(session, scene.newcomer.id, scene.people[other].id)
        assert key_comparison.delete_comparisons(session, scene.newcomer.id, scene.people[name].id)
    clock.move(hours=3)
    assert "Newcomer Example" not in scene.readers()
    scene.compare("outside_recipient", "second")
    clock.move(hours=48)
    assert "Newcomer Example" in scene.readers()


def test_after_48_hours_it_is_too_late_to_withdraw(scene: Scene, clock: StillClock) -> None:
    scene.compare("advocate", "second")
    clock.move(hours=48)
    with db.writing(db.engine()) as session:
        assert not key_comparison.delete_comparisons(session, scene.newcomer.id, scene.people["advocate"].id)
    assert "Newcomer Example" in scene.readers()


def test_both_see_the_same_pictures_on_their_own_pages(scene: Scene, visitor: Callable[[], Visitor]) -> None:
    newcomer = signed_in(visitor(), scene.newcomer)
    newcomer.open("/staff/me")
    hers = re.findall(r'<use href="#p-([0-9A-F]+)"/></svg><span>', newcomer.page)
    colleague = signed_in(visitor(), scene.people["advocate"])
    colleague.open(f"/staff/people/{scene.newcomer.id}/key")
    shown = re.findall(r'<use href="#p-([0-9A-F]+)"/></svg><span>', colleague.page)
    assert hers == shown == [one.code for one in key_pictures(scene.newcomer.public_key)]


def test_a_key_written_into_the_database_is_not_offered_for_comparison(
    scene: Scene, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == scene.newcomer.id).values(public_key=new_pair().public))
    browser = signed_in(visitor(), scene.people["advocate"])
    browser.open(f"/staff/people/{scene.newcomer.id}")
    assert "altered from outside" in browser.page
    browser.open(f"/staff/people/{scene.newcomer.id}/key")
    browser.send(f"/staff/people/{scene.newcomer.id}/key", {"same": "y"})
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(KeyComparisonRow)).all()


def test_the_way_on_the_pages_from_to_do_to_trusted(
    scene: Scene, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    with db.writing(db.engine()) as session:
        for name in ("advocate", "second", "outside_recipient", "coordinator"):
            person = find_person_row(session, scene.people[name].id)
            assert person
            person.mail = encrypt_address(f"{person.handle}@example.org")
    address = f"/staff/people/{scene.newcomer.id}/key"
    newcomer = signed_in(visitor(), scene.newcomer)
    newcomer.open("/staff/")
    assert "Show your key pictures to two colleagues" in newcomer.page
    first = signed_in(visitor(), scene.people["advocate"])
    first.open("/staff/")
    assert address in first.page
    first.open(address)
    first.send(address, status=422)
    first.send(address, {"same": "y"})
    assert "One more of you has to" in first.page
    assert address not in first.open("/staff/").text
    second = signed_in(visitor(), scene.people["second"])
    second.open(address)
    assert "Compared by Advocate Example" in second.page
    second.send(address, {"same": "y"})
    assert "26\N{NO-BREAK SPACE}Nov" in second.page
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(OutgoingMailRow)).all()) == 3, "all who choose readers are told"
        lines = [tuple(line) for line in session.execute(select(AuditEntryRow.action, AuditEntryRow.subject))]
    who = str(scene.newcomer.id)
    assert lines == [("key.compare", who), ("key.compare", who), ("key.trusted", f"{who} from 2026-11-26")]
    outside = signed_in(visitor(), scene.people["outside_recipient"])
    outside.open("/staff/")
    assert "words will be sealed to this key" in outside.page
    outside.open(address)
    outside.send(f"{address}/withdraw", status=404)
    first.open(address)
    first.send(f"{address}/withdraw")
    assert "The comparison is taken back" in first.page
    clock.move(minutes=1)
    assert address in second.open("/staff/").text


def renewed(scene: Scene) -> None:
    """The newcomer is let in anew: she has another key."""
    keyring = context.keyring()
    secret = make_secret("another", keyring.key("pepper"), key_binding("newcomer", 2), cost=CHEAP)
    with db.writing(db.engine()) as session:
        person = find_person_row(session, scene.newcomer.id)
        assert person
        renew_key(session, person, secret, None)


def pictures_on(page: str) -> list[str]:
    return re.findall(r'<use href="#p-([0-9A-F]+)"/></svg><span>', page)


@pytest.mark.parametrize("ticked", [{"same": "y"}, {}])
def test_a_comparison_counts_for_the_key_that_was_shown_and_for_no_other(
    scene: Scene, visitor: Callable[[], Visitor], ticked: dict[str, object]
) -> None:
    address, browser = f"/staff/people/{scene.newcomer.id}/key", signed_in(visitor(), scene.people["advocate"])
    before = pictures_on(browser.open(address).text)
    renewed(scene)
    page = browser.send(address, ticked, 409).text
    assert "This key changed while you compared it; nothing was counted." in page
    assert pictures_on(page) != before
    assert " checked" not in page
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(KeyComparisonRow)).all()
        assert not session.scalars(select(AuditEntryRow)).all()
    browser.send(address, {"same": "y"})
    assert "One more of you has to" in browser.page


def test_a_form_that_names_no_key_is_not_counted(scene: Scene, visitor: Callable[[], Visitor]) -> None:
    address, browser = f"/staff/people/{scene.newcomer.id}/key", signed_in(visitor(), scene.people["advocate"])
    browser.open(address)
    for seen in ("", "0" * 64, "é"):
        browser.send(address, {"same": "y", "seen": seen}, 409)
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(KeyComparisonRow)).all()


@pytest.mark.dialect("writers wait for each other")
def test_a_key_that_changes_in_the_last_moment_is_not_counted(scene: Scene) -> None:
    with db.reading(db.engine()) as session:
        row = find_person_row(session, scene.newcomer.id)
        assert row
        seen = key_comparison.key_digest(row)
    renewed(scene)
    with db.writing(db.engine()) as session, pytest.raises(Refused, match="changed"):
        key_comparison.refuse_if_changed(session, scene.newcomer.id, seen)


def test_nobody_compares_or_sees_people_of_other_sites(scene: Scene, visitor: Callable[[], Visitor]) -> None:
    _, others = house(["reviewer"], "hill-school")
    browser = signed_in(visitor(), scene.people["advocate"])
    browser.open(f"/staff/people/{others['reviewer'].id}", 404)
    browser.open(f"/staff/people/{others['reviewer'].id}/key", 404)
    browser.open(f"/staff/people/{scene.people['coordinator'].id}/key", 404)
    signed_in(visitor(), scene.people["coordinator"]).open(f"/staff/people/{scene.newcomer.id}/key", 403)


def test_signing_out_everywhere_ends_every_session_of_hers_and_no_other(
    scene: Scene, visitor: Callable[[], Visitor]
) -> None:
    here, there = (signed_in(visitor(), scene.people["advocate"]) for _ in range(2))
    other = signed_in(visitor(), scene.people["second"])
    there.open("/staff/")
    here.open("/staff/me")
    here.send("/staff/me/sign-out-everywhere")
    for browser in (here, there):
        assert browser.open("/staff/").request.path == "/staff/sign-in"
    assert other.open("/staff/").request.path == "/staff/"


@pytest.mark.dialect("writers wait for each other")
def test_two_who_compare_in_the_same_moment_are_two(app: Flask, scene: Scene, clock: StillClock) -> None:
    ready = Barrier(2)

    def compare(name: str) -> None:
        with app.app_context():
            ready.wait()
            with db.writing(db.engine()) as session:
                key_comparison.add_comparison(session, scene.newcomer.id, _colleague(scene.people[name]))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(compare, ["advocate", "second"]))
    clock.move(hours=48)
    assert "Newcomer Example" in scene.readers()


@pytest.mark.dialect("writers wait for each other")
def test_a_link_followed_twice_in_the_same_moment_makes_one_account(app: Flask, scene: Scene) -> None:
    ready = Barrier(2)
    with db.writing(db.engine()) as session:
        guest = Guest("Mina Example", "facilitator", frozenset({scene.site_id}))
        token = add_invitation(session, guest, scene.people["coordinator"].id)

    def join(handle: str) -> str:
        with app.app_context():
            ready.wait()
            try:
                accept_invitation(token, handle, "seven green boats at noon", "en", CHEAP)
            except Refused as error:
                return error.code
            return "in"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, ["mina", "other"])) == ["in", "used"]
