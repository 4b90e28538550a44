"""In whatever order people come, go and change keys: somebody reads every thread, and nobody who was left out (S14).

A person who forgets her password while she is the only reader loses what only she could read
(docs/threat-register.md says so).
"""

import contextlib
import copy
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete

from tests.support import shared_setup
from tests.support.long_tests import RUNS_LONG
from tests.support.running import running
from tests.support.seed_rows import Reader as Somebody, _person, _site
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.sealing import KeyPair, new_pair
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import readership, store
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, OpenedThread, ThreadEntry
from youthvoice.threads.key_wraps import unwrap_thread_key, wrap_thread_key
from youthvoice.threads.models import ThreadKeyWrapRow, ThreadRow
from youthvoice.threads.readership import LastReader, ReaderExcluded
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import ReaderKey

DAY, MONTH = date(2026, 11, 24), "2029-11"
PEOPLE = st.integers(1, 5)
SOME = st.sets(PEOPLE, max_size=4)


def one_of(made: Iterable[bytes]) -> st.SearchStrategy[bytes]:
    """By the order of their making: their numbers are random, and a choice has to be the same when it is made again."""
    return st.sampled_from(list(made))


@dataclass
class State:
    """What a backup holds: who is there with which key, and the rows of every wrap."""

    keys: dict[int, KeyPair]
    threads: dict[bytes, frozenset[int]]
    """Whom the child left out, by thread."""
    stepped_back: dict[bytes, set[int]]
    wraps: list[tuple[int, bytes, bytes, bytes]]


class ComingsAndGoings(RuleBasedStateMachine):
    """Five people at one site, and whatever they do."""

    @initialize()
    def open_the_house(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        top = Path(self.folder.name)
        address = f"sqlite:///{top}/house.sqlite3"
        shared_setup.lay_tables(address)
        self.engine = db.make_engine(address)
        self.keyring = Keyring.open(top / "keys", create=True)
        environment = {"YOUTHVOICE_MODE": "development", "YOUTHVOICE_DATABASE_URL": address}
        self.running = contextlib.ExitStack()
        self.running.enter_context(running(Settings.read(environment), self.keyring, self.engine))
        self.keys = {number: new_pair() for number in range(1, 6)}
        self.every_key: dict[int, list[KeyPair]] = {number: [pair] for number, pair in self.keys.items()}
        self.threads: dict[bytes, frozenset[int]] = {}
        self.stepped_back: dict[bytes, set[int]] = {}
        self.backup: State | None = None
        with db.writing(self.engine) as session:
            session.add(_site())
            session.flush()
            session.add_all(_person(self.holder(number), f"p{number}") for number in self.keys)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.running.close()
            self.engine.dispose()
            self.folder.cleanup()

    def holder(self, number: int) -> Somebody:
        return Somebody(number, self.keys[number])

    @property
    def present(self) -> list[Somebody]:
        return [self.holder(number) for number in self.keys]

    def me(self, number: int) -> ReaderKey:
        return ReaderKey(number, self.keys[number].public, frozenset({1}))

    def opened(self, number: int, thread_id: bytes) -> tuple[OpenedThread, list[ThreadEntry]] | None:
        with db.reading(self.engine) as session:
            thread = store.open_thread(session, self.me(number), thread_id, self.keys[number].private)
            return (thread, store.read_entries(session, thread)) if thread else None

    def readers(self, thread_id: bytes) -> set[int]:
        with db.reading(self.engine) as session:
            people = [(number, pair.public) for number, pair in self.keys.items()]
            return store.find_thread_readers(session, thread_id, people)

    @rule(left_out=SOME)
    def a_child_tells(self, left_out: set[int]) -> None:
        reads = set(self.keys) - left_out
        if not reads:
            return
        entry = ThreadEntry("told", CHILD, DAY, said={"words": "the lamp is broken", "left_out": sorted(left_out)})
        made = new_thread(
            self.keyring,
            site_id=1,
            day=DAY,
            month=MONTH,
            case=CaseState(),
            entries=[entry],
            everybody=self.present,
            reads=reads,
        )
        with db.writing(self.engine) as session:
            store.add_thread(session, made)
        self.threads[made.id] = frozenset(left_out)
        self.stepped_back[made.id] = set()

    @rule(giver=PEOPLE, to=PEOPLE, data=st.data())
    def one_hands_over(self, giver: int, to: int, data: st.DataObject) -> None:
        if not self.threads or giver not in self.keys or to not in self.keys:
            return
        thread_id = data.draw(one_of(self.threads))
        held = self.opened(giver, thread_id)
        if held is None:
            return
        try:
            with db.writing(self.engine) as session:
                readership.grant_access(session, held[0], held[1], self.holder(to))
        except ReaderExcluded:
            assert to in self.threads[thread_id] | self.stepped_back[thread_id]
        else:
            assert self.opened(to, thread_id) is not None

    @rule(people=SOME, data=st.data())
    def the_child_leaves_out_more(self, people: set[int], data: st.DataObject) -> None:
        """Her sheet had arrived unknown to her, and she sends it again."""
        if not self.threads:
            return
        thread_id = data.draw(one_of(self.threads))
        before, out = self.readers(thread_id), people & set(self.keys)
        with db.writing(self.engine) as session:
            thread = store.find_thread(session, thread_id, to_change=True)
            assert thread is not None
            if readership.exclude_readers(session, thread, out, self.present):
                entry = ThreadEntry("left_out", CHILD, DAY, said={"left_out": sorted(out)})
                store.add_entry(session, thread, entry)
                self.stepped_back[thread_id] |= out
            else:
                assert before <= out
        if not before <= out:
            assert self.readers(thread_id) == before - out

    @rule(number=PEOPLE, data=st.data())
    def one_steps_back(self, number: int, data: st.DataObject) -> None:
        if not self.threads or number not in self.keys:
            return
        thread_id = data.draw(one_of(self.threads))
        if number not in self.readers(thread_id):
            return
        try:
            with db.writing(self.engine) as session:
                thread = store.find_thread(session, thread_id, to_change=True)
                assert thread is not None
                readership.step_back(session, thread, number, self.present)
                store.add_entry(session, thread, ThreadEntry("recused", number, DAY))
        except LastReader:
            assert self.readers(thread_id) == {number}
        else:
            self.stepped_back[thread_id].add(number)

    def would_lose(self, number: int) -> bool:
        with db.reading(self.engine) as session:
            return bool(readership.list_threads_read_alone(session, self.me(number), self.present))

    @rule(number=PEOPLE)
    def one_leaves(self, number: int) -> None:
        if number in self.keys and len(self.keys) > 1 and not self.would_lose(number):
            del self.keys[number]

    @rule(number=PEOPLE)
    def one_takes_a_new_key(self, number: int) -> None:
        """She knows her password: what she read is wrapped to the new key in the same transaction."""
        if number not in self.keys:
            return
        before, after = self.keys[number], new_pair()
        with db.writing(self.engine) as session:
            for summary in store.list_threads(session, self.me(number)):
                thread = store.open_thread(session, self.me(number), summary.id, before.private)
                assert thread is not None
                key = self.keyring.key("threads")
                store.put_thread_wrap(
                    session, summary.id, wrap_thread_key(key, summary.id, thread.private, Somebody(number, after))
                )
        self.keys[number] = after
        self.every_key[number].append(after)

    @rule(number=PEOPLE)
    def one_forgets_her_password(self, number: int) -> None:
        """Her key is gone; colleagues give back what she read, and nothing else."""
        if number not in self.keys or self.would_lose(number):
            return
        self.keys[number] = new_pair()
        self.every_key[number].append(self.keys[number])
        for thread_id in self.threads:
            assert number not in self.readers(thread_id)
            held = next(filter(None, (self.opened(other, thread_id) for other in self.keys if other != number)), None)
            assert held is not None
            if number in readership.granted_readers(held[1]):
                with db.writing(self.engine) as session:
                    readership.grant_access(session, held[0], held[1], self.holder(number))

    @rule()
    def a_backup_is_made(self) -> None:
        with db.reading(self.engine) as session:
            rows = [(row.person_id, row.thread_id, row.wrapped, row.tag) for row in session.query(ThreadKeyWrapRow)]
        self.backup = State(dict(self.keys), dict(self.threads), copy.deepcopy(self.stepped_back), rows)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def the_backup_is_restored(self) -> None:
        """What was told since is lost with the disk; the entries of stepping back are too."""
        kept = self.backup
        assert kept is not None
        with db.writing(self.engine) as session:
            session.execute(delete(ThreadRow).where(ThreadRow.id.in_(set(self.threads) - set(kept.threads))))
            session.query(ThreadKeyWrapRow).delete()
            columns = ("person_id", "thread_id", "wrapped", "tag")
            session.add_all(ThreadKeyWrapRow(**dict(zip(columns, row, strict=True))) for row in kept.wraps)
        self.keys, self.threads = dict(kept.keys), dict(kept.threads)
        self.stepped_back = {thread_id: self.stepped_back[thread_id] for thread_id in kept.threads}

    @invariant()
    def somebody_reads_every_thread_and_nobody_who_was_left_out(self) -> None:
        for thread_id, left_out in getattr(self, "threads", {}).items():
            readers = self.readers(thread_id)
            assert readers
            assert not readers & left_out
            assert self.opened(min(readers), thread_id) is not None
            self.her_bytes_open_nothing(thread_id, left_out)

    def her_bytes_open_nothing(self, thread_id: bytes, left_out: frozenset[int]) -> None:
        with db.reading(self.engine) as session:
            rows = session.query(ThreadKeyWrapRow).where(ThreadKeyWrapRow.thread_id == thread_id).all()
        for row in rows:
            for number in left_out:
                for pair in self.every_key[number]:
                    try:
                        unwrap_thread_key(thread_id, row.person_id, row.wrapped, pair.private)
                    except CannotOpen:
                        continue
                    raise AssertionError("somebody left out opens the thread")


TestComingsAndGoings = ComingsAndGoings.TestCase
TestComingsAndGoings.settings = settings(
    max_examples=25 if RUNS_LONG else 10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
