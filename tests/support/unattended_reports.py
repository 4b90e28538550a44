"""A site whose adults have addresses, and reports that nobody looks at. Plainly invented."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.conftest import StillClock
from tests.support.people import Somebody, make_person, make_site
from youthvoice import context, db
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.store import find_person_row, find_readers
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.grievances.intake.rules import first_readers
from youthvoice.grievances.time_limits import deadline_rules, first_deadlines
from youthvoice.mail import outbox
from youthvoice.mail.messages import read_message
from youthvoice.mail.outbox import MAX_LEASED
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, Thread, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread, change_case_state, find_thread, read_replies

ROLES = {"asha": "advocate", "ravi": "advocate", "lata": "safeguarding_lead", "omar": "outside_recipient"}
WORDS = "The lamp in our room is broken."


@dataclass
class Site:
    """Asha and Ravi are advocates, Lata is the safeguarding lead, Omar is of another organisation."""

    clock: StillClock
    id: int = 0
    people: dict[str, Somebody] = field(default_factory=dict)
    codes: dict[bytes, PictureCodeKeys] = field(default_factory=dict)

    def report(
        self, *, harm: bool = False, urgent: bool = False, left_out: Collection[str] = (), **marks: object
    ) -> bytes:
        """A child told something just now; gives the thread's id."""
        keyring, keys = context.keyring(), PictureCodeKeys(secrets.token_bytes(16), new_pair())
        day = context.today("Asia/Kolkata")
        with db.writing(db.engine()) as session:
            readers = find_readers(session, self.id)
            reads = first_readers(readers, [self.people[name].id for name in left_out], harm or urgent)
            clocks = first_deadlines(deadline_rules("general"), harm=harm or urgent, urgent=urgent, now=context.now())
            made = new_thread(
                keyring,
                site_id=self.id,
                day=day,
                month=f"{day.year + 3}-{day.month:02}",
                case=CaseState(harm=harm or urgent, urgent=urgent, clocks=clocks).having(**marks),
                entries=[ThreadEntry("told", CHILD, day, said={"words": WORDS})],
                everybody=readers.everybody,
                reads=reads,
                keys=keys,
            )
            add_thread(session, made)
        self.codes[made.id] = keys
        return made.id

    def facts(self, thread_id: bytes) -> Thread:
        """How it stands."""
        with db.reading(db.engine()) as session:
            thread = find_thread(session, thread_id)
        assert thread is not None
        return thread

    def marks(self, thread_id: bytes, case: CaseState) -> None:
        """Somebody changes how it stands."""
        with db.writing(db.engine()) as session:
            change_case_state(session, self.facts(thread_id), case)

    def steps(self, thread_id: bytes) -> list[str]:
        """What the child sees with her code."""
        with db.reading(db.engine()) as session:
            private = self.codes[thread_id].reply.private
            said = read_replies(session, self.facts(thread_id), private)
        return [entry.said["step"] for entry in said]

    def after(self, **time: float) -> list[str]:
        """Let time pass and the job look; gives the names of whom it asked to sign in."""
        self.clock.move(**time)
        escalate_reports()
        return self.asked()

    def announced(self) -> list[str]:
        """The job looks, and once more at the next full hour: nothing waits for it any more."""
        return [*self.after(), *self.after(hours=1)]

    def asked(self) -> list[str]:
        """Who was asked to sign in since, by name; the outbox is empty afterwards."""
        names, found = {f"{name}@example.org": name for name in ROLES}, []
        while True:
            with db.writing(db.engine()) as session:
                leased = outbox.lease(session, context.now(), MAX_LEASED)
                for mail in leased:
                    found.append(names[str(read_message(outbox.decrypt_mail(mail))["To"])])
                    outbox.settle(session, mail, outbox.DeliveryAttempt("sent"), context.now())
            if not leased:
                return sorted(found)


def mailed() -> list[EmailMessage]:
    """Every mail that waits to go out."""
    found = []
    with db.writing(db.engine()) as session:
        while leased := outbox.lease(session, context.now(), MAX_LEASED):
            found += [read_message(outbox.decrypt_mail(mail)) for mail in leased]
            for mail in leased:
                outbox.settle(session, mail, outbox.DeliveryAttempt("sent"), context.now())
    return found


def make(clock: StillClock) -> Site:
    """The site with its people."""
    made = Site(clock)
    with db.writing(db.engine()) as session:
        made.id = make_site(session).id
        for name, role in ROLES.items():
            made.people[name] = make_person(session, role, made.id, handle=name)
            person = find_person_row(session, made.people[name].id)
            assert person is not None
            person.mail = encrypt_address(f"{name}@example.org")
    return made
