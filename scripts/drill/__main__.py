"""Break one part after another under load, and count: `make drill` prints a line for each fault.

Two web and two work processes, a PostgreSQL with a replica, Valkey and nginx run from Debian's packages and the files
of `deploy` and `docs/units`, on free ports of 127.0.0.1 in a temporary folder. Children answer all the while, and staff
are mailed. After each fault: nothing that was acknowledged is lost, nothing is there twice, each mail came, and
everything works again within ten seconds without a hand. Ends with 1 where one of these is not so.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import Final

import psutil
from flask import Flask
from sqlalchemy import update

from benchmarks.house import House, build, opened
from benchmarks.load import Connection
from benchmarks.server import free_port
from scripts.drill.engines import Machine, Pair, comes_true, find_program, list_ids, make_nginx, make_valkey
from scripts.drill.services import PATIENCE, Service, restart_seconds
from scripts.drill.traffic import Sink, Traffic, give_address, mail_sink
from youthvoice import context, db
from youthvoice.surveys.batches.store import load_counts
from youthvoice.surveys.models import BatchRow, RoundRow

MOST_SECONDS: Final = 10.0
"""Until everything works again, from the moment at which a broken part can work again."""

_CALM: Final = 3.0  # seconds of load before each fault, and after it

_WEB: Final = 2

_ROOM: Final = 512  # MiB of the disk that is filled

_TABLETS: Final = 16


class Broken(AssertionError):
    """Something that was promised is not so."""


@dataclass
class Drill:
    """All that runs.

    Attributes:
        pair: PostgreSQL.
        valkey, nginx, web, work: the other services.
        web_ports: of the web processes, in their order.
        house: the installation.
        app: the same in this process.
        traffic: children and staff.
        sink: the mail server.
        faults: what was not as promised.
    """

    pair: Pair
    valkey: Service
    nginx: Service
    web: Sequence[Service]
    work: Sequence[Service]
    web_ports: Sequence[int]
    house: House
    app: Flask
    traffic: Traffic
    sink: Sink
    faults: list[str] = field(default_factory=list)

    def is_web_whole(self) -> bool:
        """Whether each web process answers."""
        return all(_status(port, "/open", self.house.cookies[0]) == 200 for port in self.web_ports)

    def try_fault(self, name: str, strike: Callable[["Drill"], float]) -> None:
        """Break something, wait until all is whole, and print a line.

        Args:
            name: what is printed.
            strike: breaks it; returns the moment of `time.monotonic` from which it can be whole again.
        """
        ledger = self.traffic.ledger
        time.sleep(_CALM)
        self.traffic.forget_longest()
        refused, repeats, mails = Counter(ledger.refused), ledger.repeats, len(ledger.mails)
        acknowledged = len(ledger.acknowledged)
        try:
            since = strike(self)
            whole = self._wait_until_whole(since)
            time.sleep(_CALM)
            lost, invented, missing, again = self.count()
        except (Broken, TimeoutError, subprocess.CalledProcessError) as error:
            self.faults.append(f"{name}: {error}")
            _say(f"{name:<34} FAILED: {error}")
            return
        why = ", ".join(f"{status or 'no answer'} {times}x" for status, times in (ledger.refused - refused).items())
        _say(
            f"{name:<34} whole after {whole[0]:4.1f} s, mail after {whole[1]:4.1f} s; "
            f"{len(ledger.acknowledged) - acknowledged} answers, {lost} lost, {invented} twice; "
            f"longest wait {ledger.longest:4.1f} s, {ledger.repeats - repeats} repeats ({why or 'none'}); "
            f"{len(ledger.mails) - mails} mails, {missing} missing, "
            f"{again} came again"
        )
        if (
            max(whole) > MOST_SECONDS
            or HTTPStatus.INTERNAL_SERVER_ERROR in ledger.refused - refused
            or lost
            or invented
            or missing
        ):
            self.faults.append(name)

    def _wait_until_whole(self, since: float) -> tuple[float, float]:
        """Seconds until each answer of before is acknowledged and all parts work, and until all mails have come."""
        ledger = self.traffic.ledger
        comes_true(self.is_web_whole, "each web process answers")
        comes_true(lambda: not ledger.is_waiting_since(since), "answers of before are acknowledged")
        begun = time.monotonic()
        comes_true(lambda: any(at > begun for at in list(ledger.acknowledged.values())), "a new answer is acknowledged")
        whole = time.monotonic()
        mails = {message_id for message_id, at in list(ledger.mails.items()) if at <= whole}
        comes_true(lambda: mails <= self.sink.arrived().keys(), "all mails have come", 11 * PATIENCE)
        return whole - since, max(time.monotonic() - since, 0.0)

    def count(self) -> tuple[int, int, int, int]:
        """Answers that are lost, answers that nobody sent, mails that did not come, mails that came again."""
        ledger = self.traffic.ledger
        with ledger.lock:
            acknowledged = set(ledger.acknowledged)
            mails = {message_id for message_id, at in ledger.mails.items() if at < time.monotonic() - _CALM}
        ids = list_ids(self.pair.url)
        if ids is None:
            raise Broken("no database answers")
        stored = {each.hex() for each in ids}
        with ledger.lock:
            sent = set(ledger.sent)
        arrived = self.sink.arrived()
        again = sum(times - 1 for times in arrived.values())
        return len(acknowledged - stored), len(stored - sent), len(mails - arrived.keys()), again


def _status(port: int, path: str, cookie: str) -> int:
    connection = Connection(port)
    try:
        return connection.ask("GET", path, cookie).status
    except (OSError, ValueError, IndexError):
        return 0
    finally:
        connection.close()


def _say(line: str) -> None:
    sys.stdout.write(f"drill {line}\n")
    sys.stdout.flush()


def kill_web(drill: Drill) -> float:
    """Kill one web process."""
    return _kill(drill.web[0])


def kill_work(drill: Drill) -> float:
    """Kill the work process that is sending a mail, while the mail server is slow."""
    with drill.sink.slow():
        comes_true(lambda: any(_is_sending(service, drill.sink.port) for service in drill.work), "a mail is sent")
        return _kill(next(service for service in drill.work if _is_sending(service, drill.sink.port)))


def _is_sending(service: Service, port: int) -> bool:
    return any(
        line.raddr and line.raddr.port == port and line.status == psutil.CONN_ESTABLISHED
        for line in psutil.Process(service.pid).net_connections("tcp4")
    )


def _kill(service: Service) -> float:
    """Kill a service; returns when, once it was started again."""
    starts = service.starts
    service.kill()
    killed = time.monotonic()
    comes_true(lambda: service.starts > starts, f"{service.name} is started again")
    return killed


def kill_valkey(drill: Drill) -> float:
    """Kill Valkey."""
    return _kill(drill.valkey)


def restart_database(drill: Drill) -> float:
    """Stop PostgreSQL at once, with no word to anybody, and start it again."""
    service = drill.pair.primary.service
    service.stop(signal.SIGQUIT)
    service.start()
    return time.monotonic()


def fail_over(drill: Drill) -> float:
    """Kill the primary for good, and promote the replica, as a person does once she knows."""
    drill.pair.primary.service.kill(lasting=True)
    time.sleep(2)
    drill.pair.fail_over()
    return time.monotonic()


def put_back(drill: Drill) -> float:
    """Start the old primary: it stays away. Then let it follow the new one."""
    old, new = drill.pair.replica, drill.pair.primary
    old.service.start()
    time.sleep(5)
    if old.answers():
        raise Broken("there are two primaries")
    old.follow()
    new.wait_for_replica()
    return time.monotonic()


def fill_disk(drill: Drill) -> float:
    """Fill the disk of the primary until tables and then the log of writes find no room, and free it after seconds."""
    machine, ledger = drill.pair.primary, drill.traffic.ledger
    filler, before = machine.data.parent / "filler", sum(ledger.refused.values())
    _fill(filler)
    comes_true(lambda: sum(ledger.refused.values()) > before + 10, "a full disk is noticed")
    with suppress(subprocess.CalledProcessError):
        for _ in range(20):  # it ends PostgreSQL
            _fill(filler)
            machine.say("SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(true, 'drill', 'x')) AS said")
    time.sleep(5)
    filler.unlink()
    return time.monotonic()


def _fill(file: Path) -> None:
    with suppress(OSError), file.open("ab", buffering=0) as out:
        while out.write(bytes(65536)):
            pass


def cut_cable(drill: Drill) -> float:
    """Let nothing come from or to the primary while answers are on their way to the replica, and promote that."""
    port, receiver = str(drill.pair.primary.port), int(drill.pair.replica.say("SELECT pid FROM pg_stat_wal_receiver"))
    os.kill(receiver, signal.SIGSTOP)
    time.sleep(1)
    for side in ("--dport", "--sport"):
        subprocess.run(["iptables", "-A", "INPUT", "-p", "tcp", side, port, "-j", "DROP"], check=True, timeout=20)
    time.sleep(2)
    os.kill(receiver, signal.SIGCONT)
    drill.pair.fail_over()
    return time.monotonic()


def cut_proxy(drill: Drill) -> float:
    """Stop nginx for some seconds."""
    drill.nginx.stop()
    time.sleep(4)
    drill.nginx.start()
    return time.monotonic()


FAULTS: Final = (
    ("web process killed", kill_web),
    ("work process killed", kill_work),
    ("Valkey killed", kill_valkey),
    ("PostgreSQL stopped and started", restart_database),
    ("primary killed, replica promoted", fail_over),
    ("old primary follows the new one", put_back),
    ("disk of the primary full, and freed", fill_disk),
    ("nginx stopped and started", cut_proxy),
    ("cable of the primary cut, promoted", cut_cable),
)

_NEEDS_ROOT: Final = frozenset({fill_disk, cut_cable})
"""They need a disk and a network of their own."""

_ALONE: Final = "DRILL_IS_ALONE"
"""Set where this process has namespaces of its own: whatever ends it, the kernel ends all that it started."""


@contextmanager
def everything(folder: Path) -> Iterator[Drill]:
    """Start all of it, and stop all of it at the end, whatever happened."""
    with ExitStack() as stack:
        pair = Pair(folder)
        stack.callback(pair.end)
        if _ALONE in os.environ:
            stack.enter_context(small_disk(pair.replica))
        pair.start()
        limits_port, web_ports, port = free_port(), [free_port() for _ in range(_WEB)], free_port()
        sink = stack.enter_context(mail_sink(folder / "mails"))
        built = build(folder / "house", _TABLETS, pair.url)
        environment = {
            **built.environment,
            "YOUTHVOICE_LIMITS_URL": f"redis://127.0.0.1:{limits_port}",
            "YOUTHVOICE_SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
            "YOUTHVOICE_WORKERS": "1",
        }
        house = House(environment, built.slug, built.cookies)
        valkey, nginx = make_valkey(folder, limits_port), make_nginx(folder, port, web_ports)
        web, work = _processes(folder, house, web_ports)
        for service in (valkey, *web, *work, nginx):
            stack.callback(service.end)
            service.start()
        app = stack.enter_context(opened(house))
        give_address(app)
        traffic = Traffic(house, app, port)
        drill = Drill(pair, valkey, nginx, web, work, web_ports, house, app, traffic, sink)
        comes_true(drill.is_web_whole, "each web process answers")
        stack.callback(traffic.end)
        traffic.start()
        yield drill


def _processes(folder: Path, house: House, web_ports: Sequence[int]) -> tuple[list[Service], list[Service]]:
    """Web and work processes as the units of `docs/units` start them."""
    serve = (sys.executable, "-OO", "app.py", "--web-only")
    work = (sys.executable, "-OO", "-c", "from youthvoice.factory import main; main()", "work")
    web_pause, work_pause = (restart_seconds(f"docs/units/youthvoice-{kind}@.service") for kind in ("web", "work"))
    return (
        [
            Service(
                f"web process {port}",
                serve,
                {**house.environment, "YOUTHVOICE_PORT": str(port)},
                folder / f"web-{port}.log",
                restart=web_pause,
            )
            for port in web_ports
        ],
        [
            Service(f"work process {nth}", work, house.environment, folder / f"work-{nth}.log", restart=work_pause)
            for nth in range(2)
        ],
    )


@contextmanager
def kept_logs(folder: Path) -> Iterator[None]:
    """Copy what each process said into the folder that `DRILL_LOGS` names, if it is set."""
    try:
        yield
    finally:
        if place := os.environ.get("DRILL_LOGS"):
            Path(place).mkdir(parents=True, exist_ok=True)
            for log in folder.glob("*.log"):
                shutil.copy(log, place)


@contextmanager
def small_disk(machine: Machine) -> Iterator[None]:
    """Let the data of a machine lie on a small disk of its own, in memory; as root alone."""
    place = machine.data.parent
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}m,mode=700", "drill", place], check=True, timeout=20)
    shutil.chown(place, "postgres", "postgres")
    try:
        yield
    finally:
        machine.service.end()
        subprocess.run(["umount", "--lazy", place], check=True, timeout=20)


def close_round(drill: Drill) -> None:
    """End the round: the work processes count what children sent, each answer once."""
    drill.traffic.end()
    ids = list_ids(drill.pair.url)
    with drill.app.app_context():
        now = context.now()
        with db.writing(db.engine()) as session:
            session.execute(
                update(RoundRow).where(RoundRow.slug == drill.house.slug).values(ends_at=now - timedelta(minutes=1))
            )
            session.execute(update(BatchRow).values(due_at=now))
        with db.reading(db.engine()) as session:
            batch_id = session.query(RoundRow).filter(RoundRow.slug == drill.house.slug).one().batch_id
        db.close_session()

        def is_closed() -> bool:
            with db.reading(db.engine()) as session:
                return session.get_one(BatchRow, batch_id).closed_on is not None

        seconds = comes_true(is_closed, "the round is counted")
        with db.reading(db.engine()) as session:
            counted = load_counts(session, batch_id).n
    acknowledged = len(drill.traffic.ledger.acknowledged)
    _say(
        f"round ended: counted after {seconds:.1f} s; {acknowledged} acknowledged, {len(ids or ())} stored, "
        f"{counted} counted"
    )
    if ids is None or counted != len(ids) or counted < acknowledged:
        drill.faults.append("the count of the round")


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(only: Sequence[str] = ()) -> int:
    """Run the drill; returns what the process ends with.

    Args:
        only: words of the faults that are wanted; all of them where there is none.
    """
    signal.signal(signal.SIGTERM, _stop)
    for name, package in (("postgres", "postgresql-17"), ("valkey-server", "valkey-server"), ("nginx", "nginx-light")):
        find_program(name, package)
    if os.geteuid() == 0 and _ALONE not in os.environ:
        own = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
        again = ["unshare", *own, sys.executable, "-m", "scripts.drill", *only]
        os.execvpe(again[0], again, {**os.environ, _ALONE: "1"})  # noqa: S606 - the same once more
    if _ALONE in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=20)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="drill", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with kept_logs(folder), everything(folder) as drill:
            _say(f"runs after {time.monotonic() - began:.0f} s: {_WEB} web and 2 work processes")
            for fault, strike in FAULTS:
                if only and not any(word in fault for word in only):
                    continue
                if strike in _NEEDS_ROOT and _ALONE not in os.environ:
                    _say(f"{fault:<34} NOT TRIED: it needs root")
                    continue
                drill.try_fault(fault, strike)
            close_round(drill)
    load = os.getloadavg()[2] / (os.cpu_count() or 1)
    _say(f"took {time.monotonic() - began:.0f} s; {load:.1f} processes wanted each core, others' too")
    _say(f"not as promised: {', '.join(drill.faults) or 'nothing'}")
    return 1 if drill.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
