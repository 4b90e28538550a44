"""`youthvoice serve` and `youthvoice work`: start and stop web and work processes together."""

import ctypes
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast

from flask import Flask, current_app

from youthvoice import context, db, log_format
from youthvoice.context import runtime_of
from youthvoice.jobs.supervisor import SupervisedProcess, supervise
from youthvoice.jobs.worker import Job, run_forever, run_once
from youthvoice.web.request_bodies import RequestFront, has_valid_session

_ARENA_MAX, _TRIM_THRESHOLD, _MMAP_THRESHOLD = -8, -1, -3  # glibc's M_ARENA_MAX and so on

_LARGE = 64 * 1024  # bytes

_JEMALLOC_OPTIONS = "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0"  # granian's allocator: the same for its threads

_MAX_WEB_FAILURES = 5  # in a row, each within half a minute; then `youthvoice serve` ends with an error

_NICE = 5  # of a work process: children's pages come first

_THREADS = 2  # of a web process: Python runs one at a time, the other waits for the disk

_CONNECTIONS = 256  # of a web process

ListJobs = Callable[[], Sequence[Job]]
"""Returns the jobs of the work process; only called there, so that web processes need not import them."""


def work(list_jobs: ListJobs, *, only_once: bool) -> list[str]:
    """Run the jobs that are due, once or until a signal comes.

    Returns:
        The names of the jobs that failed.
    """
    app = _app_with_pages()
    if only_once:
        return run_once(app, list_jobs())
    _until_signal(app, list_jobs)
    return []


def _app_with_pages() -> Flask:
    """The application of this process with every page, because mails and views need their templates."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's own way
    app.url_map.update()
    return app


def serve_processes(
    port: int, workers: int, list_jobs: ListJobs | None, more: Sequence[SupervisedProcess] = ()
) -> bool:
    """Run web and work processes until a signal comes; one that dies is started again.

    They are forked from this process, which has imported every module and created the application: that is most of the
    cost of starting. No database connection may be open then, because SQLite does not survive a fork.

    Args:
        port: of 127.0.0.1.
        workers: web processes.
        list_jobs: returns those of the work process; None where work processes are services of their own.
        more: other processes, kept running beside them.

    Returns:
        Whether a signal ended them; False when no web process stays alive.
    """
    _share_one_heap()
    app = _app_with_pages()
    db.close_session()
    db.engine().dispose()
    gc.freeze()  # modules are never freed: no collection in a child checks them again
    sys.stdout.flush()
    processes = [SupervisedProcess("web", partial(serve_web, port, workers, app), _MAX_WEB_FAILURES), *more]
    if list_jobs is not None:
        processes.append(SupervisedProcess("work", partial(_until_signal, app, list_jobs)))
    return supervise(processes)


def serve_web(port: int, workers: int, app: Flask) -> None:
    """Answer requests until this process ends.

    Args:
        port: of 127.0.0.1.
        workers: processes.
        app: the application; created before the fork, so that workers share its memory.
    """
    from granian import Granian  # noqa: PLC0415 - imported by web processes only
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - the same
    from granian.log import LogLevels  # noqa: PLC0415 - the same

    front = RequestFront(
        app,
        _THREADS,
        behind_proxy=not runtime_of(app).settings.development,
        is_signed_in=partial(_is_signed_in, app),
    )
    Granian(
        "app:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=1,
        backpressure=_CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=log_format.server_log(),
    ).serve(
        target_loader=lambda: cast(Any, front),  # an object of RSGI, which granian's types do not know
        wrap_loader=False,
    )


def _is_signed_in(app: Flask, environ: Mapping[str, Any]) -> bool:
    with app.app_context():
        return has_valid_session()(environ)


def _share_one_heap() -> None:
    """Let the threads of a process share one heap and return large blocks: it saves five megabytes per worker.

    To be called before the first thread starts: glibc counts its heaps only once. And before granian is imported, whose
    allocator reads its setting only then.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", _JEMALLOC_OPTIONS)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_TRIM_THRESHOLD, _LARGE)
        mallopt(_MMAP_THRESHOLD, _LARGE)


def _until_signal(app: Flask, list_jobs: ListJobs) -> None:
    with suppress(OSError):  # where a system forbids it, jobs and pages share the processor
        os.nice(_NICE)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with app.app_context():
        jobs = list_jobs()
    run_forever(app, jobs, stop.is_set)


def is_taken(port: int) -> bool:
    """Whether another program listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def addresses() -> list[str]:
    """The addresses for children, staff and mail, one line each."""
    settings = context.settings()
    if settings.box:
        return [f"Children   {settings.url}/", f"Main house {settings.box_server or 'by stick'}"]
    mail = settings.smtp_url.split("@")[-1] if settings.smtp_url else os.path.relpath(settings.outbox)
    if not settings.sends_mail:
        mail = "none leaves: set YOUTHVOICE_SMTP_URL; until then it waits, encrypted"
    return [
        f"Children   {settings.url}/",
        f"Staff      {settings.url}/staff/",
        f"Mail       {mail}",
    ]
