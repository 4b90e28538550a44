"""A country on one installation: many sites, each with people, open rounds and families who get letters.

Everything is invented, and sealed by the installation's own code. `idle_percent` says what the work process costs while
nothing is due; `midnight` lets a batch and a letter of every site come due at the same moment.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
import psutil
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from benchmarks.closing import everything
from benchmarks.house import ANSWERS, House, build, opened
from benchmarks.load import Load, Result, page_times
from benchmarks.server import SERVE, TOP, free_port, started
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts import store as people_store
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import FROM_THE_START, Newcomer, add_person, key_binding, set_address
from youthvoice.audit.audit_log import Log
from youthvoice.committees.models import MeetingRow
from youthvoice.committees.store import add_committee
from youthvoice.example import people
from youthvoice.jobs.turns import run_to_end
from youthvoice.jobs.worker import run_once
from youthvoice.mail.messages import message_id_for
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.printing.document import TypesetDocument, digest_document
from youthvoice.printing.job import list_missing_units, paper_sources
from youthvoice.printing.store import PaperKey, keep_pdf
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.privacy.keys.key_names import MAIL
from youthvoice.publications.guardians.store import add_address, decide_address, list_addresses
from youthvoice.publications.guardians.subscriptions import set_subscription
from youthvoice.publications.models import PublicationRow, SubscriptionRow
from youthvoice.publications.review.drafting import approve_edition, draft_due
from youthvoice.publications.store import list_waiting_editions
from youthvoice.schedule import JOBS
from youthvoice.sites import store as sites
from youthvoice.sites.models import SiteRow, TabletRow
from youthvoice.sites.tablets.tablet_status import TabletReport
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.models import BatchRow, ResponseRow, RoundRow, RoundSiteRow
from youthvoice.surveys.questionnaires import answer_encoding
from youthvoice.surveys.responses.store import SUBMISSION_ID_BYTES, seal_response
from youthvoice.surveys.rounds.opening import create_round_answer_due
from youthvoice.surveys.rounds.store import list_rounds_by_id, questionnaire_of_round
from youthvoice.threads.case_state import CaseState, hour_after
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread

_TABLETS: Final = 16

_TOKEN_HASH_BYTES: Final = 32

_CHILDREN: Final = 12  # responses of a batch

_TOGETHER: Final = 10  # small sites whose children are counted together

_AGO: Final = timedelta(days=30)

_ALL: Final = 100_000  # missing papers

_CHECKED_UNITS: Final = 36  # in three minutes by each of two processes

_PATIENCE: Final = 1800.0  # seconds for a midnight


@dataclass(frozen=True)
class Country:
    """An installation with many sites.

    Attributes:
        house: how its server is started.
        site_ids: of all sites.
        coordinator, advocate: Cookie headers of two people who work at every site.
        round_ids: the open rounds.
    """

    house: House
    site_ids: Sequence[int]
    coordinator: str
    advocate: str
    round_ids: Sequence[int]


def found(folder: Path, site_count: int, rounds_per_site: int, database_url: str = "") -> Country:
    """Make an installation with so many sites; each has a coordinator, an advocate and open rounds."""
    house = build(folder, _TABLETS, database_url)
    with opened(house):
        with db.writing(db.engine()) as session:
            site_ids = _add_sites(session, site_count)
            coordinators = _add_people(session, site_ids)
            cookies = [_sign_in_everywhere(session, role, site_ids) for role in (COORDINATOR, ADVOCATE)]
            _add_everyday_things(session, coordinators)
        with db.writing(db.engine()) as session:
            round_ids = [
                _add_round(session, house.slug, (site_id,), coordinators[site_id])
                for site_id in site_ids
                for _ in range(rounds_per_site)
            ]
            for at in range(0, len(round_ids), 500):
                for round_ in list_rounds_by_id(session, round_ids[at : at + 500]):
                    create_round_answer_due(session, round_)
    return Country(house, site_ids, cookies[0], cookies[1], round_ids)


def _add_sites(session: Session, site_count: int) -> list[int]:
    first = sites.find_site_by_slug(session, people.SLUG)
    if first is None:
        raise LookupError(people.SLUG)
    columns = set(SiteRow.__table__.columns.keys()) - {"id", "slug", "name", "version"}
    values = {name: getattr(session.get_one(SiteRow, first.id), name) for name in columns}
    others = [
        sites.add_site(session, f"school-{nth}", {**values, "name": f"Example School {nth}"})
        for nth in range(site_count - 1)
    ]
    return [first.id, *(site.id for site in others)]


def _add_people(session: Session, site_ids: Sequence[int]) -> dict[int, int]:
    """A coordinator and an advocate for each site, who never sign in; returns the coordinator of each."""
    pepper = context.keyring().key("pepper")
    secret = make_secret(secrets.token_hex(16), pepper, key_binding("bench", 1), pair=new_pair())
    coordinators = {}
    for nth, site_id in enumerate(site_ids):
        for role in (COORDINATOR, ADVOCATE):
            newcomer = Newcomer(f"{role}-{nth}", f"Bench Example {nth}", role, secret, "en", FROM_THE_START)
            person = add_person(session, newcomer, [site_id])
            set_address(session, person.id, f"{role}-{nth}@example.org")
            if role == COORDINATOR:
                coordinators[site_id] = person.id
    return coordinators


def _add_everyday_things(session: Session, coordinators: Mapping[int, int]) -> None:
    """Two tablets on which nothing waits, and a committee whose last meeting nobody held, at each site."""
    now, today = context.now(), context.today()
    report = TabletReport(waiting=False, room=True, clock=int(1000 * now.timestamp()), version="1", clips=("en",))
    status = msgspec.to_builtins(report) | {"clock": 0, "seen_on": today.isoformat()}
    online: dict[str, Any] = {
        "status": status,
        "status_at": now,
        "shown": status,
        "emptied_at": now + timedelta(days=1),
    }
    for site_id, person_id in coordinators.items():
        for name in ("Hall", "Library"):
            token = secrets.token_bytes(_TOKEN_HASH_BYTES)
            session.add(TabletRow(site_id=site_id, name=name, token_hash=token, enrolled_on=today, **online))
        values = {"preset": "flip_club", "name": "Club", "facilitator_id": person_id, "rhythm_days": 7, "quorum": 3}
        values |= {"first_at": now - timedelta(days=21), "term_days": 365, "check_days": 2, "opened_on": today}
        committee = add_committee(session, site_id, values)
        for state, days in (("held", 21), ("planned", 7)):
            moment = now - timedelta(days=days)
            session.add(MeetingRow(committee_id=committee.id, starts_at=moment, changed_at=moment, state=state))


def _sign_in_everywhere(session: Session, role: str, site_ids: Sequence[int]) -> str:
    """Sign somebody in who works at every site; gives the Cookie header."""
    keyring, pair, token, handle = context.keyring(), new_pair(), session_token(), f"national-{role}"
    secret = make_secret(token, keyring.key("pepper"), key_binding(handle, 1), pair=pair)
    person = add_person(session, Newcomer(handle, "Bench Example", role, secret, "en", FROM_THE_START), site_ids)
    sessions.start(session, person.id, pair.private, token, context.now())
    return f"{cookie_name()}={token}"


def _add_round(session: Session, like: str, site_ids: Sequence[int], decider_id: int) -> int:
    """Open a round as the one that is there, at other sites."""
    old = session.scalars(select(RoundRow).where(RoundRow.slug == like)).one()
    columns = set(RoundRow.__table__.columns.keys()) - {"id", "slug", "batch_id", "decider_id"}
    batch = BatchRow(answers_key=session.get_one(BatchRow, old.batch_id).answers_key)
    session.add(batch)
    session.flush()
    values = {name: getattr(old, name) for name in columns}
    round_row = RoundRow(slug=secrets.token_hex(6), batch_id=batch.id, decider_id=decider_id, **values)
    session.add(round_row)
    session.flush()
    session.add_all(RoundSiteRow(round_id=round_row.id, site_id=each, first=each == site_ids[0]) for each in site_ids)
    return round_row.id


def _answer(session: Session, round_ids: Sequence[int]) -> None:
    """Let twelve children answer each round."""
    for at in range(0, len(round_ids), 500):
        for round_ in list_rounds_by_id(session, round_ids[at : at + 500]):
            questionnaire = questionnaire_of_round(session, round_)
            coded = answer_encoding.encode_answers(questionnaire, everything(questionnaire))
            for _ in range(_CHILDREN):
                number = secrets.token_bytes(SUBMISSION_ID_BYTES)
                response = seal_response(round_, number, coded, day=context.today())
                session.add(ResponseRow(id=number, round_id=round_.id, blob=response.blob))
        session.flush()


_PAGES: Final = ("/staff/", "/staff/rounds/", "/staff/people", "/staff/tablets", "/staff/answers/", "/staff/reports/")

REST_SECONDS: Final = 60.0

_RESPONSES_A_LOOK: Final = 5
"""In half a second: ten a second are the busiest minutes of a thousand sites (docs/scale.md)."""

_WARMING: Final = 80

_LOOKS: Final = 5


def slowest_page_ms(country: Country) -> float:
    """How long the slowest page takes of somebody who works at every site, from asking to the last byte.

    No work process runs, which begins with what a day brings to all sites, and each web process has shown each page.
    """
    port, slowest = free_port(), 0.0
    with started((*SERVE, "--web-only"), country.house.environment, port):
        for page in _PAGES:
            cookie = country.advocate if page == "/staff/reports/" else country.coordinator
            times = list(page_times(port, page, cookie, 2 * _LOOKS))
            slowest = max(slowest, median(times[_LOOKS:]))
    return slowest


def idle_percent(country: Country, seconds: float) -> float:
    """How much of one core a work process takes while nothing is due, once all was done that the day brings."""
    with _worker(country.house, more=("--once",)) as process:
        process.wait()
    with opened(country.house), db.writing(db.engine()) as session:
        session.execute(update(BatchRow).values(due_at=context.now() + timedelta(days=1)))
    with _worker(country.house) as process:
        time.sleep(20)  # what runs at each start, such as rewriting the file
        before = _cpu(process)
        time.sleep(seconds)
        return 100 * (_cpu(process) - before) / seconds


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu_of_postgresql() -> float:
    """Seconds of every such server on this machine, of ended processes too: whoever measures runs no other one."""
    total = 0.0
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess):
            if process.name() == "postgres":
                total += sum(process.cpu_times()[:4])  # its own, and those of its processes that ended
    return total


@contextmanager
def _worker(house: House, smtp_url: str = "", more: Sequence[str] = ()) -> Iterator["subprocess.Popen[bytes]"]:
    code = "from youthvoice.factory import main; main()"
    command = (sys.executable, "-OO", "-c", code, "work", *more)
    environment = {**house.environment, **({"YOUTHVOICE_SMTP_URL": smtp_url} if smtp_url else {})}
    process = subprocess.Popen(command, cwd=TOP, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Midnight:
    """What a midnight took.

    Attributes:
        seconds: until all was closed, drafted and mailed.
        first_mail: seconds until the first mail left.
        urgent: seconds from each urgent report to its notice.
        child_p99_ms: of a complete response of a child meanwhile.
        errors: of children's responses.
        mails: how many left.
        cpu: seconds of all web and work processes and of PostgreSQL, children and mails included.
    """

    seconds: float = 0.0
    first_mail: float = 0.0
    urgent: list[float] = field(default_factory=list)
    child_p99_ms: float = 0.0
    errors: list[str] = field(default_factory=list)
    mails: int = 0
    cpu: float = 0.0


def midnight(country: Country) -> Midnight:
    """Let a batch and a letter of each site come due at once, with two work processes and a child who answers.

    It is no site's first day: what an installation does once, such as planning meetings, it has done before.
    """
    _do_all(country)
    _prepare(country)
    _keep_papers(country)
    with (
        tempfile.TemporaryDirectory(prefix="sink") as folder,
        _sink(Path(folder) / "mails") as (port, mails),
        opened(country.house),
    ):
        smtp_url = f"smtp://127.0.0.1:{port}"
        environment = {**country.house.environment, "YOUTHVOICE_SMTP_URL": smtp_url}
        with started(SERVE, environment, free_port()) as server, _worker(country.house, smtp_url) as worker:
            _load_of(country, server.port, _WARMING, 4).run()  # the first page of a process is no page of midnight
            began, cpu_before = time.time(), server.cpu_seconds() + _cpu(worker) + _cpu_of_postgresql()
            _strike(country)
            result = _watch(country, server.port, mails, began)
            result.cpu = server.cpu_seconds() + _cpu(worker) + _cpu_of_postgresql() - cpu_before
            return result


def _do_all(country: Country) -> None:
    """Run each job to its end."""
    with opened(country.house) as app:
        if failed := run_once(app, JOBS):
            raise RuntimeError(f"failed: {failed}")


def _keep_papers(country: Country) -> None:
    """Keep the papers that each site and view must have: an empty one for each.

    They change with their words: the work process checks twelve units a minute, and finds the first ones unchanged.
    """
    with opened(country.house), db.writing(db.engine()) as session:
        for nth, (kind, subject) in enumerate(sorted(list_missing_units(session, date.min, _ALL))):
            source = paper_sources()[kind]
            for language in source.languages(session, subject):
                document = source.document(session, subject, language) if nth < _CHECKED_UNITS else None
                digest = digest_document(document) if document else b""
                key = PaperKey(kind, subject, language)
                keep_pdf(session, key, TypesetDocument(b"%PDF"), digest, context.today())


def _prepare(country: Country) -> None:
    """Publish a view for each ten sites, subscribe a family at each site, and let children answer the rounds."""
    moment = context.wall_clock() - _AGO
    with opened(country.house, lambda: moment), db.writing(db.engine()) as session:
        person_ids, day = {person.handle: person.id for person in _first_people(session)}, context.today()
        known = [
            _add_round(session, country.house.slug, country.site_ids[at : at + _TOGETHER], person_ids["lata"])
            for at in range(0, len(country.site_ids), _TOGETHER)
        ]
        for nth, site_id in enumerate(country.site_ids):
            add_address(session, site_id, f"family-{nth}@example.org", "en", person_ids["tomas"], "family")
            set_subscription(session, site_id, "family", "", "weekly", person_ids["tomas"], day, Log(day, "b"))
        for address in list_addresses(session, country.site_ids):
            decide_address(session, address.id, country.site_ids, person_ids["asha"], day, Log(day, "b"), clear=True)
        session.execute(update(RoundRow).where(RoundRow.id.in_(known)).values(ends_at=moment - timedelta(days=1)))
        _answer(session, known)
    with opened(country.house, lambda: moment):
        close_due(moment)
        run_to_end(draft_due)
        with db.writing(db.engine()) as session:
            for edition in list_waiting_editions(session, country.site_ids):
                approve_edition(session, edition, person_ids["asha"], moment.date(), Log(moment.date(), "b"))
    with opened(country.house), db.writing(db.engine()) as session:
        _answer(session, country.round_ids)
        for nth, person in enumerate(_first_people(session)):
            set_address(session, person.id, f"first-{nth}@example.org")


def _first_people(session: Session) -> list[PersonRow]:
    return [
        person
        for person in people_store.list_every_person_row(session)
        if person.handle in {account.handle for account in people.PEOPLE}
    ]


def _strike(country: Country) -> None:
    """It is midnight: everything comes due."""
    now = context.now()
    with db.writing(db.engine()) as session:
        ended = {"ends_at": now - timedelta(minutes=1)}
        session.execute(update(RoundRow).where(RoundRow.id.in_(country.round_ids)).values(**ended))
        batch_ids = select(RoundRow.batch_id).where(RoundRow.id.in_(country.round_ids))
        session.execute(update(BatchRow).where(BatchRow.id.in_(batch_ids)).values(due_at=now))
        session.execute(update(SiteRow).values(daily_hour=0))
        session.execute(update(SubscriptionRow).values(done_for=now.date() - _AGO))


def _watch(country: Country, port: int, mails: Path, began: float) -> Midnight:
    result, children, over = Midnight(), Result(), threading.Event()

    def answer() -> None:
        while not over.is_set():
            measured = _load_of(country, port, _RESPONSES_A_LOOK).run()
            children.times += measured.times
            children.errors += measured.errors
            time.sleep(0.5)

    child = threading.Thread(target=answer)
    child.start()
    stored_at: dict[bytes, float] = {}
    try:
        while not _is_over(country) and time.time() - began < _PATIENCE:
            if len(stored_at) < 10:  # noqa: PLR2004 - as many as are judged
                thread_id = _tell(country)
                stored_at[thread_id] = time.time()
            time.sleep(1)
        result.seconds = time.time() - began
        time.sleep(5)
    finally:
        over.set()
        child.join()
    arrived = {line.split()[1]: float(line.split()[0]) for line in mails.read_text("ascii").splitlines()}
    result.urgent = [_notice_at(thread_id, arrived) - since for thread_id, since in stored_at.items()]
    result.first_mail = min(at for at in arrived.values() if at >= began) - began
    result.child_p99_ms, result.errors, result.mails = children.p99_ms, children.errors, len(arrived)
    return result


def _load_of(country: Country, port: int, total: int, clients: int = 1) -> Load:
    return Load(port, f"/survey/{country.house.slug}", ANSWERS, country.house.cookies, clients, total)


def _notice_at(thread_id: bytes, arrived: Mapping[str, float]) -> float:
    """When the advocate's notice of an urgent report arrived: of that one, and not of another.

    Args:
        thread_id: of the report.
        arrived: when each mail arrived, by its Message-ID.
    """
    key, settings = context.keyring().key(MAIL), context.settings()
    with db.reading(db.engine()) as session:
        advocate_id = next(person.id for person in _first_people(session) if person.handle == "asha")
    parts = ("staff", "sign_in", advocate_id, "clock", thread_id.hex())
    message_ids = (message_id_for(key, settings, *parts, version) for version in range(3))
    return min((arrived[each] for each in message_ids if each in arrived), default=time.time() + _PATIENCE)


def _is_over(country: Country) -> bool:
    with db.reading(db.engine()) as session:
        open_batches = select(BatchRow.id).join(RoundRow, RoundRow.batch_id == BatchRow.id)
        if session.scalar(
            open_batches.where(RoundRow.id.in_(country.round_ids), BatchRow.closed_on.is_(None)).limit(1)
        ):
            return False
        drafted = select(func.count(PublicationRow.round_id.distinct())).where(
            PublicationRow.round_id.in_(country.round_ids)
        )
        if session.scalar(drafted) != len(country.round_ids):
            return False
        due = select(OutgoingMailRow.id).where(OutgoingMailRow.sent_on.is_(None), OutgoingMailRow.given_up.is_(False))
        if session.scalar(due.limit(1)) is not None:
            return False
        letters = select(func.count()).select_from(SubscriptionRow).where(SubscriptionRow.sent_on.is_not(None))
        return session.scalar(letters) == len(country.site_ids)


def _tell(country: Country) -> bytes:
    """Tell that somebody is in danger at the first site; returns the id of the report."""
    site_id, now = country.site_ids[0], context.now()
    with db.writing(db.engine()) as session:
        everybody = people_store.find_readers(session, site_id).everybody
        case = CaseState(state="open", topic="danger", urgent=True, clocks={"first_look": hour_after(now, 1)})
        entry = ThreadEntry("told", CHILD, now.date(), said={"topic": "danger", "words": "Somebody shouts at us."})
        reads = {reader.person_id for reader in everybody}
        made = new_thread(
            context.keyring(), site_id=site_id, day=now.date(), month="2029-11", case=case, entries=[entry],
            everybody=everybody, reads=reads,
        )  # fmt: skip
        add_thread(session, made)
    return made.id


_SINK: Final = """
import asyncio, email, sys, time
from aiosmtpd.controller import UnthreadedController
class Sink:
    async def handle_DATA(self, server, session, envelope):
        with open(sys.argv[2], "a") as out:
            out.write(f"{time.time()} {email.message_from_bytes(envelope.content)['Message-ID']}\\n")
        return "250 OK"
loop = asyncio.new_event_loop()
UnthreadedController(Sink(), "127.0.0.1", int(sys.argv[1]), loop=loop).begin()
loop.run_forever()
"""


@contextmanager
def _sink(file: Path) -> Iterator[tuple[int, Path]]:
    """A mail server that takes every mail, and notes when, and its Message-ID."""
    port = free_port()
    file.touch()
    process = subprocess.Popen((sys.executable, "-c", _SINK, str(port), str(file)))
    try:
        time.sleep(2)
        yield port, file
    finally:
        process.kill()
        process.wait()
