"""A site whose adults have addresses, and reports that nobody looks at. Plainly invented."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.conftest import StillClock
from tests.people import Somebody, make_person, make_site
from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as staff
from youthvoice.accounts.mail import addresses as mail_addresses
from youthvoice.grievances.deadlines.job import clocks_due
from youthvoice.grievances.intake.recipient_rules import first_reads
from youthvoice.grievances.time_limits import first_clocks, rules_of
from youthvoice.mail import outbox
from youthvoice.mail.retry_rules import AT_ONCE
from youthvoice.privacy.credentials.picture_codes import CodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.keys.names import PEOPLE
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as threads
from youthvoice.threads.case_state import Marks
from youthvoice.threads.creation import new_thread
from youthvoice.threads.entities import ThreadFacts
from youthvoice.threads.entries import CHILD, Entry

ROLES = {"asha": "advocate", "ravi": "advocate", "lata": "safeguarding_lead", "omar": "outside_recipient"}
WORDS = "The lamp in our room is broken."


@dataclass
class Site:
    """Asha and Ravi are advocates, Lata is the safeguarding lead, Omar is of another organisation."""

    clock: StillClock
    id: int = 0
    people: dict[str, Somebody] = field(default_factory=dict)
    codes: dict[bytes, CodeKeys] = field(default_factory=dict)

    def report(
        self, *, harm: bool = False, urgent: bool = False, left_out: Collection[str] = (), **marks: object
    ) -> bytes:
        """A child told something just now; gives the thread's id."""
        keyring, code = running.keyring(), CodeKeys(secrets.token_bytes(16), new_pair())
        day = running.today("Asia/Kolkata")
        with db.writing(db.engine()) as session:
            readers = staff.readers(session, self.id, keyring.key(PEOPLE), running.now())
            reads = first_reads(readers, [self.people[name].id for name in left_out], harm or urgent)
            clocks = first_clocks(rules_of("general"), harm=harm or urgent, urgent=urgent, now=running.now())
            made = new_thread(
                keyring,
                site_id=self.id,
                day=day,
                month=f"{day.year + 3}-{day.month:02}",
                marks=Marks(harm=harm or urgent, urgent=urgent, clocks=clocks).having(**marks),
                entries=[Entry("told", CHILD, day, said={"words": WORDS})],
                everybody=readers.everybody,
                reads=reads,
                code=code,
            )
            threads.add(session, made)
        self.codes[made.id] = code
        return made.id

    def facts(self, thread_id: bytes) -> ThreadFacts:
        """How it stands."""
        with db.reading(db.engine()) as session:
            found = threads.facts(session, running.keyring(), thread_id)
        assert found is not None
        return found

    def marks(self, thread_id: bytes, change: Marks) -> None:
        """Somebody changes how it stands."""
        with db.writing(db.engine()) as session:
            threads.change(session, running.keyring(), self.facts(thread_id).line, change)

    def steps(self, thread_id: bytes) -> list[str]:
        """What the child sees with her code."""
        with db.reading(db.engine()) as session:
            private = self.codes[thread_id].reply.private
            said = conversation.said_to_child(session, running.keyring(), self.facts(thread_id), private)
        return [entry.said["step"] for entry in said]

    def after(self, **time: float) -> list[str]:
        """Let time pass and the job look; gives the names of whom it asked to sign in."""
        self.clock.move(**time)
        clocks_due()
        return self.asked()

    def asked(self) -> list[str]:
        """Who was asked to sign in since, by name; the outbox is empty afterwards."""
        names, found = {f"{name}@example.org": name for name in ROLES}, []
        while True:
            with db.writing(db.engine()) as session:
                leased = outbox.lease(session, running.now(), AT_ONCE)
                for one in leased:
                    found.append(names[str(outbox.opened(running.keyring(), one)["To"])])
                    outbox.settle(session, one, "sent", running.now())
            if not leased:
                return sorted(found)


def mailed() -> list[EmailMessage]:
    """Every mail that waits to go out."""
    found = []
    with db.writing(db.engine()) as session:
        while leased := outbox.lease(session, running.now(), AT_ONCE):
            found += [outbox.opened(running.keyring(), one) for one in leased]
            for one in leased:
                outbox.settle(session, one, "sent", running.now())
    return found


def make(clock: StillClock) -> Site:
    """The site with its people."""
    made = Site(clock)
    with db.writing(db.engine()) as session:
        made.id = make_site(session).id
        for name, role in ROLES.items():
            made.people[name] = make_person(session, role, made.id, handle=name)
            person = staff.find(session, made.people[name].id)
            assert person is not None
            person.mail = mail_addresses.locked(running.keyring(), f"{name}@example.org")
    return made
