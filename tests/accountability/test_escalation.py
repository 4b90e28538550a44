"""Nobody who waits waits in silence: reminders, the next who is asked, and what is kept of it (S9, S13, S22)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, make_site
from tests.support.statements import counted_statements
from tests.support.unattended_reports import mailed
from youthvoice import context, db
from youthvoice.accountability import escalation_job, replies, store
from youthvoice.accountability.entities import AnswerDue, MissedDeadline
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.store import create_answer_due, find_answer_due, find_answer_due_of, set_answerable_parts
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow

ROLES = ("facilitator", "coordinator", "advocate", "safeguarding_lead")
DUE = date(2026, 11, 30)


def day(of_november: int) -> date:
    """Also after its end."""
    return date.fromordinal(date(2026, 10, 31).toordinal() + of_november)


@dataclass(frozen=True)
class Home:
    """A house in which a facilitator owes a committee an answer."""

    site_id: int
    people: dict[str, Somebody]
    clock: StillClock
    owed_id: int

    def names(self, role: str | None) -> None:
        """The coordinator says who decides."""
        with db.writing(db.engine()) as session:
            log = Log(context.today(), "coordinator")
            store.set_decision_maker(
                session, self.site_id, self.people[role].id if role else None, log, "example-house"
            )

    def on(self, when: date) -> list[str]:
        """Who is asked by mail on a day; the job looks three times."""
        self.clock.move(days=(when - context.today()).days)
        for _ in range(3):
            escalation_job.escalate_overdue_answers()
        return asked()

    @property
    def owed(self) -> AnswerDue:
        with db.reading(db.engine()) as session:
            answer_due = find_answer_due(session, self.owed_id)
        assert answer_due is not None
        return answer_due

    def may_answer(self, role: str) -> bool:
        with db.reading(db.engine()) as session:
            who = self.people[role]
            return find_answer_due_of(session, self.owed_id, who.id, who.role, {self.site_id}) is not None

    def answers(self, role: str) -> None:
        with db.writing(db.engine()) as session:
            who = self.people[role].id
            replies.record_reply(session, self.owed_id, "", "yes", {"en": "It is."}, who, context.today())


def asked() -> list[str]:
    """Whom mail waits for; it is sent by this."""
    return sorted(str(mail["To"]).partition("@")[0] for mail in mailed())


@pytest.fixture
def home(app: Flask, clock: StillClock) -> Home:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        for person in session.scalars(select(PersonRow)):
            person.mail = encrypt_address(f"{person.role}@example.org")
        owed = create_answer_due(
            session, site_id=site_id, kind="item", subject="ab" * 16, about={"en": "A lamp"},
            due=DUE, owner_id=people["facilitator"].id, day=context.today()
        )  # fmt: skip
        owed_id = owed.id
    return Home(site_id, people, clock, owed_id)


def test_whoever_owes_is_reminded_three_days_before_and_on_the_day_once(home: Home) -> None:
    assert [home.on(day(one)) for one in (26, 27, 28, 30)] == [[], ["facilitator"], [], ["facilitator"]]


def test_a_reminder_says_please_sign_in_and_nothing_else(home: Home) -> None:
    """S22."""
    home.clock.move(days=3)
    escalation_job.escalate_overdue_answers()
    (mail,) = mailed()
    text = mail.as_string()
    assert "lamp" not in text
    assert "ab" * 16 not in text
    assert "30" not in str(mail["Subject"])


@pytest.mark.dialect("put in once")
def test_silence_goes_to_the_decision_maker_then_to_the_advocates_and_every_rung_is_kept(home: Home) -> None:
    """S13; the first owner can still answer, and so can everybody who was asked."""
    home.names("coordinator")
    assert home.on(day(30)) == ["facilitator"]
    assert home.on(day(31)) == ["coordinator"]
    answer_due, people = home.owed, home.people
    assert (answer_due.rung, answer_due.asked_id, answer_due.until) == (
        "decision_maker",
        people["coordinator"].id,
        day(37),
    )
    assert [home.may_answer(role) for role in ROLES] == [True, True, False, False]
    assert [home.on(day(one)) for one in (33, 34, 37)] == [[], ["coordinator"], ["coordinator"]]
    assert home.on(day(38)) == ["advocate"]
    answer_due = home.owed
    assert (answer_due.rung, answer_due.until, answer_due.due) == ("advocates", day(44), DUE)
    assert answer_due.late == (
        MissedDeadline("owner", people["facilitator"].id, DUE),
        MissedDeadline("decision_maker", people["coordinator"].id, day(37)),
    )
    assert [home.may_answer(role) for role in ROLES] == [True, True, True, False]
    assert [home.on(day(one)) for one in (41, 44, 60, 90)] == [["advocate"], ["advocate"], [], []]
    assert home.owed.settled_on is None, "nothing is ever answered by silence"
    home.answers("facilitator")
    assert home.owed.was_late
    assert home.on(day(120)) == []


def test_without_a_decision_maker_the_advocates_are_asked_at_once(home: Home) -> None:
    assert home.on(day(31)) == ["advocate"]
    assert home.owed.late == (MissedDeadline("owner", home.people["facilitator"].id, DUE),)


def test_a_decision_maker_who_owes_it_herself_is_not_asked_twice(home: Home) -> None:
    home.names("facilitator")
    assert home.on(day(31)) == ["advocate"]


def test_a_decision_maker_who_has_left_is_nobody(home: Home) -> None:
    home.names("coordinator")
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.role == "coordinator").values(left_on=context.today()))
    assert home.on(day(31)) == ["advocate"]


def test_an_advocate_or_somebody_of_elsewhere_does_not_decide(home: Home) -> None:
    with pytest.raises(ValueError, match="works at the site"):
        home.names("advocate")
    with db.reading(db.engine()) as session:
        assert store.list_decision_makers(session, [home.site_id]) == {}


def test_the_decision_makers_of_many_sites_are_found_by_as_many_queries_as_of_one(home: Home) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, slug).id for slug in ("first-house", "second-house", "third-house")]
        people = {at: make_person(session, "coordinator", at, handle=f"decider-{at}") for at in sites}
        for at, person in people.items():
            store.set_decision_maker(session, at, person.id, Log(context.today(), "coordinator"), str(at))
    with db.reading(db.engine()) as session, counted_statements(db.engine()) as queries:
        alone = store.list_decision_makers(session, sites[:1])
        before = len(queries)
        every = store.list_decision_makers(session, sites)
    assert (alone, every) == ({sites[0]: people[sites[0]].id}, {at: people[at].id for at in sites})
    assert before < len(queries) <= 2 * before + 1, "of one site nobody is asked for who was checked a minute ago"


def test_an_answer_in_time_asks_nobody_else(home: Home) -> None:
    home.answers("facilitator")
    assert [home.on(day(one)) for one in (27, 30, 31, 60)] == [[], [], [], []]
    assert home.owed.rung == "owner"


def test_what_was_opened_again_begins_with_its_owner_and_what_was_late_before_stays_known(home: Home) -> None:
    home.names("coordinator")
    home.on(day(31))
    home.answers("coordinator")
    with db.writing(db.engine()) as session:
        replies.reopen(session, home.owed_id, context.today())
    answer_due = home.owed
    assert (answer_due.rung, answer_due.asked_id, answer_due.due, answer_due.late) == ("owner", None, day(45), ())
    assert answer_due.late_before == (MissedDeadline("owner", home.people["facilitator"].id, DUE),)
    assert home.on(day(42)) == ["facilitator"]
    assert home.on(day(46)) == ["coordinator"]


@pytest.mark.parametrize(("first_answer", "in_time"), [(30, True), (31, False)])
def test_only_the_days_before_the_first_reopening_say_whether_it_was_answered_in_time(
    home: Home, first_answer: int, *, in_time: bool
) -> None:
    """The yearly figures say: by the day that children were told; before the job looked, too."""
    home.clock.move(days=(day(first_answer) - context.today()).days)
    for days_late in (0, 20, 0):
        if days_late:
            home.on(context.today() + timedelta(days=days_late))
        home.answers("facilitator")
        assert home.owed.in_time is in_time
        with db.writing(db.engine()) as session:
            replies.reopen(session, home.owed_id, context.today())
        assert home.owed.in_time is in_time
    assert [deadline.rung for deadline in home.owed.late_before][:1] == ["owner"], "the second day was missed"


def test_a_round_whose_view_nobody_approved_stays_where_it_is_and_its_owner_has_her_days_then(home: Home) -> None:
    with db.writing(db.engine()) as session:
        round_id = create_answer_due(
            session, site_id=home.site_id, kind="round", subject="maple", about={"en": "Days"},
            due=day(26), owner_id=home.people["safeguarding_lead"].id
        ).id  # fmt: skip
    home.answers("facilitator")
    assert [home.on(day(one)) for one in (26, 27, 29)] == [[], [], []]
    with db.writing(db.engine()) as session:
        set_answerable_parts(session, "round", "maple", (), context.today())
    assert [home.on(day(one)) for one in (33, 36)] == [["safeguarding_lead"], ["safeguarding_lead"]]
    assert home.on(day(37)) == ["advocate"]
    with db.reading(db.engine()) as session:
        answer_due = find_answer_due(session, round_id)
    assert answer_due
    assert answer_due.late == (MissedDeadline("owner", home.people["safeguarding_lead"].id, day(36)),)


def test_what_has_clocks_of_its_own_or_keeps_its_secrecy_is_not_moved_by_this_job(home: Home) -> None:
    """A9: not a mail, not a column of a task about safety or of letters; `test_in_danger` says how those climb."""
    home.answers("facilitator")
    with db.writing(db.engine()) as session:
        for kind in ("safety", "letters", "suggestions"):
            create_answer_due(
                session, site_id=home.site_id, kind=kind, subject=kind, about={"en": "A word"},
                due=day(26), owner_role="advocate"
            )  # fmt: skip

    def kept() -> list[tuple[object, ...]]:
        with db.reading(db.engine()) as session:
            rows = session.scalars(select(AnswerDueRow).where(AnswerDueRow.kind != "item").order_by(AnswerDueRow.id))
            return [(row.locked, row.rung, row.asked_id, row.asked_until, row.reminded_on, row.due) for row in rows]

    before = kept()
    assert [home.on(day(one)) for one in (25, 26, 27, 60)] == [[], [], [], []]
    assert kept() == before


@pytest.mark.dialect("writers wait for each other")
def test_two_work_processes_ask_once(home: Home, app: Flask) -> None:
    home.names("coordinator")
    home.clock.move(days=7)

    def look(_: int) -> None:
        with app.app_context():
            escalation_job.escalate_overdue_answers()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(look, range(3)))
    assert asked() == ["coordinator"]
    assert home.owed.rung == "decision_maker"
    assert len(home.owed.late) == 1


@pytest.mark.dialect("writers wait for each other")
def test_an_answer_that_came_between_two_looks_is_not_escalated(home: Home) -> None:
    """Another process, or the adult herself, was faster than this one."""
    home.answers("facilitator")
    with db.writing(db.engine()) as session:
        escalation_job.process_row(session, home.owed_id, day(40))
    assert asked() == []
    assert (home.owed.rung, home.owed.late) == ("owner", ())


def test_each_rung_stands_in_the_log(home: Home) -> None:
    """S9: who was asked when can be shown to an auditor; never what stands in it."""
    home.names("coordinator")
    home.on(day(31))
    home.on(day(38))
    with db.reading(db.engine()) as session:
        lines = session.execute(select(AuditEntryRow.action, AuditEntryRow.subject, AuditEntryRow.actor)).all()
    assert [tuple(one) for one in lines if one[0].startswith("answer.ask_")] == [
        ("answer.ask_decision_maker", f"item {'ab' * 16}", "work"),
        ("answer.ask_advocates", f"item {'ab' * 16}", "work"),
    ]


def test_no_mail_goes_to_an_owner_who_has_left_and_the_next_is_asked_all_the_same(home: Home) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.role == "facilitator").values(left_on=context.today()))
    assert [home.on(day(one)) for one in (27, 30, 31)] == [[], [], ["advocate"]]


def test_what_does_not_open_keeps_back_no_other(home: Home) -> None:
    with db.writing(db.engine()) as session:
        for subject in ("aa" * 16, "bb" * 16):
            create_answer_due(
                session, site_id=home.site_id, kind="item", subject=subject, about={"en": "A swing"},
                due=DUE, owner_id=home.people["facilitator"].id, day=context.today()
            )  # fmt: skip
        first = session.scalars(select(AnswerDueRow).order_by(AnswerDueRow.id)).first()
        assert first is not None
        first.locked = bytes(len(first.locked))
    assert len(home.on(day(31))) == 2, "the advocates, about the two that open"


def test_an_advocate_whom_nobody_vouches_for_is_not_asked(home: Home) -> None:
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", home.site_id, handle="newcomer", trusted=False)
        newcomer = session.scalars(select(PersonRow).where(PersonRow.handle == "newcomer")).one()
        newcomer.mail = encrypt_address("newcomer@example.org")
    assert home.on(day(31)) == ["advocate"]


def test_whoever_was_asked_today_is_not_reminded_today(home: Home) -> None:
    """Also once the first mail has left the outbox; where a child may be hurt the next day is a reminder's already."""
    home.answers("facilitator")
    with db.writing(db.engine()) as session:
        create_answer_due(
            session, site_id=home.site_id, kind="too_many", subject="maple", about={"en": "Days"},
            due=day(26), owner_role="advocate"
        )  # fmt: skip
    home.clock.move(days=3)
    escalation_job.escalate_overdue_answers()
    assert asked() == ["safeguarding_lead"]
    escalation_job.escalate_overdue_answers()
    assert asked() == []
    assert home.on(day(28)) == ["safeguarding_lead"]
