"""The log on standard error: lines of text, or a JSON object a line where `YOUTHVOICE_LOG` says so.

Both say the same: what failed and where in the code. Neither says a value, an address of a device, or a page that
somebody opened; an exception is named by its kind, for its message may hold what a child wrote.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

_chosen: Final = {"json": False}


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


def choose(*, is_json: bool) -> None:
    """Choose the form of every further line of this process and of those that it forks."""
    _chosen["json"] = is_json
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, JsonLine)]:
        root.removeHandler(handler)
    if is_json:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLine())
        root.addHandler(handler)


def write_line(words: str) -> None:
    """A line for the operator of the machine, beside the log."""
    if _chosen["json"]:
        words = JsonLine().format(logging.LogRecord("youthvoice", logging.INFO, "", 0, words, None, None))
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
