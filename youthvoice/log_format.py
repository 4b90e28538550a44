"""The log on standard error: lines of text, or a JSON object a line where `YOUTHVOICE_LOG` says so.

Both say the same: what failed and where in the code. Neither says a value, an address of a device, or a page that
somebody opened; an exception is named by its kind, for its message may hold what a child wrote. Of lines that differ
in their values alone a process writes twenty a minute, and how many it left out: a job may fail at each of its rows. A
page that fails is a kind of its own with each exception, so that nobody hides one failure behind another.
"""

import json
import logging
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from flask.logging import default_handler

_chosen: Final = {"json": False}

_MAX_LINES: Final = 20
"""Of one kind, in a minute."""

_MINUTE: Final = 60.0


class JsonLine(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, and of an exception its kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"error": record.exc_info[0].__name__, "where": name_place(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


class LinesBound(logging.Filter):
    """Lets twenty lines of a kind pass in a minute; a line of a later minute says how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._lock, self._since, self._counts = threading.Lock(), 0.0, Counter[str]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        self.write_left_out()
        kind = str(record.msg).partition("\n")[0]
        with self._lock:
            self._counts[kind] += 1
            return self._counts[kind] <= _MAX_LINES

    def write_left_out(self) -> None:
        """Write how many lines of the minute that is over were left out, and of which kind."""
        with self._lock:
            if (now := time.monotonic()) < self._since + _MINUTE:
                return
            self._since, counts, self._counts = now, self._counts, Counter()
        for kind, number in counts.items():
            if number > _MAX_LINES:
                write_line(f"{number - _MAX_LINES} more lines like this were left out: {kind.replace('%s', '...')}")


LINES_BOUND: Final = LinesBound()


def choose(*, is_json: bool) -> None:
    """Choose the form of every further line of this process and of those that it forks."""
    _chosen["json"] = is_json
    root, own = logging.getLogger(), logging.getLogger(__package__)
    default_handler.addFilter(LINES_BOUND)
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, JsonLine)]:
        root.removeHandler(handler)
    if not is_json:
        own.addHandler(default_handler)
    else:
        own.removeHandler(default_handler)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLine())
        handler.addFilter(LINES_BOUND)
        root.addHandler(handler)


def write_line(words: str) -> None:
    """A line for the operator of the machine, beside the log; nothing ends because there is no room for it."""
    if _chosen["json"]:
        words = JsonLine().format(logging.LogRecord("youthvoice", logging.INFO, "", 0, words, None, None))
    with suppress(OSError):
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


def name_place(trace: TracebackType | None) -> str:
    """Where in the code an exception was raised; never its message."""
    return "".join(traceback.format_tb(trace))


def server_log() -> dict[str, Any] | None:
    """What granian takes for its own few lines; None for its usual form."""
    if not _chosen["json"]:
        return None
    return {
        "formatters": {"json": {"()": JsonLine}},
        "handlers": {"json": {"formatter": "json", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
        "loggers": {"_granian": {"handlers": ["json"], "level": "WARNING", "propagate": False}},
    }
