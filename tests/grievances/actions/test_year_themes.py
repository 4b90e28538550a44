"""What children said in a year of reports: of many, agreed by two, read by the outside recipient alone (A12, S21)."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.people import Somebody, agrees
from tests.support.visitor import calm
from youthvoice import context, db
from youthvoice.accounts.store import find_readers
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.statistics import count_final_years
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.threads.agreed_themes import Theme, add_theme, list_themes, reports_subject
from youthvoice.threads.case_state import SUMMARY_AGREED, CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread

DAY = date(2026, 3, 2)
WORDS = "Grown-ups should talk calmly at meals."


def tell(team: Team, number: int, topic: str, *, agreed: bool, without: Somebody | None = None) -> None:
    with db.writing(db.engine()) as session:
        everybody = list(find_readers(session, team.site_id).everybody)
        for _each in range(number):
            case = CaseState(topic=topic, flags=(SUMMARY_AGREED,) if agreed else ())
            made = new_thread(
                context.keyring(), site_id=team.site_id, day=DAY, month="2029-11", case=case,
                entries=[ThreadEntry("told", CHILD, DAY, said={"words": "an example"})], everybody=everybody,
                reads={reader.person_id for reader in everybody if not without or reader.person_id != without.id},
            )  # fmt: skip
            add_thread(session, made)


def ask(team: Team, status: int = 200, **other: object) -> str:
    address = f"/staff/reports/said/{team.site_id}/2026"
    browser = team.at(team.asha)
    browser.open(address)
    form = {"topic": "food", "words_en": WORDS, "how": "paraphrase", "nobody": "y", "second": team.ravi.id}
    return browser.send(address, {**form, **other}, status).text


def kept(team: Team) -> list[str]:
    with db.reading(db.engine()) as session:
        return [one.words["en"] for one in list_themes(session, reports_subject(team.site_id, 2026))]


@pytest.mark.parametrize(
    ("agreed", "others", "status"), [(3, MIN_BATCH - 3, 200), (2, 8, 404), (3, 6, 404), (3, 10, 404), (4, 12, 200)]
)
def test_a_topic_is_told_of_from_three_and_one_in_four_of_ten(
    team: Team, agreed: int, others: int, status: int
) -> None:
    tell(team, agreed, "food", agreed=True)
    tell(team, others, "sleep", agreed=False)
    team.at(team.asha).open(f"/staff/reports/said/{team.site_id}/2026", status)
    assert ("There is nothing to publish yet" in team.at(team.asha).open("/staff/reports/said").text) is True, "2025"


def test_two_agree_and_the_outside_recipient_alone_reads_it(team: Team, clock: StillClock) -> None:
    tell(team, 3, "food", agreed=True)
    tell(team, 7, "sleep", agreed=False)
    ask(team)
    assert kept(team) == []
    agrees(team.at(team.ravi))
    assert kept(team) == [WORDS]
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow.subject).where(AuditEntryRow.action.startswith("request."))).all()
    assert [line.split()[1] for line in lines] == ["secret", "secret"], "that one was asked for tells of reports"
    clock.moment = datetime(2027, 2, 1, 9, tzinfo=UTC)
    count_final_years()
    assert WORDS in team.at(team.olga).open("/staff/figures/").text
    assert WORDS in team.at(team.asha).open("/staff/reports/said").text
    for person in (team.lata, team.lead):
        team.at(person).open("/staff/reports/said", 403)


def test_whoever_was_left_out_of_them_cannot_agree_and_learns_by_nothing_that_there_are_any(team: Team) -> None:
    """C: nobody sees who was left out; a request about a topic of which she reads nothing would say so."""
    tell(team, 3, "food", agreed=True, without=team.ravi)
    tell(team, 7, "sleep", agreed=False)
    ravi, asha = team.at(team.ravi), team.at(team.asha)
    ravi.open("/staff/")
    before = [calm(ravi.open(path).text) for path in ("/staff/", "/staff/reports/said")]
    waiting = how_much_mail()
    ask(team)
    (request,) = re.findall(r'href="(/staff/requests/\d+)"', asha.open("/staff/").text)
    assert [calm(ravi.open(path).text) for path in ("/staff/", "/staff/reports/said")] == before
    ravi.open(request, 404)
    ravi.send(f"{request}/agree", status=404)
    assert how_much_mail() == waiting
    assert kept(team) == []


def test_whoever_was_left_out_does_not_read_what_two_others_agreed(team: Team) -> None:
    tell(team, 10, "food", agreed=True, without=team.ravi)
    with db.writing(db.engine()) as session:
        theme = Theme({"en": WORDS}, is_quote=False, day=DAY)
        add_theme(session, reports_subject(team.site_id, 2026), theme, team.asha.id, team.olga.id)
    assert WORDS in team.at(team.asha).open("/staff/reports/said").text
    assert WORDS not in team.at(team.ravi).open("/staff/reports/said").text


def how_much_mail() -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(OutgoingMailRow)) or 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"words_en": "Lata should talk calmly."}, "Somebody could recognise the child by"),
        ({"words_en": ""}, "Write it in one language at least."),
        ({"topic": "sleep"}, "Not a valid choice"),
        ({"nobody": ""}, "A theme that points at somebody is never told."),
        ({"second": "0"}, "Choose who agrees with you."),
    ],
)
def test_what_points_at_somebody_or_was_not_told_by_many_is_refused(
    team: Team, wrong: dict[str, object], words: str
) -> None:
    tell(team, 3, "food", agreed=True)
    tell(team, 7, "sleep", agreed=False)
    assert words in ask(team, 422, **wrong)
    assert kept(team) == []
