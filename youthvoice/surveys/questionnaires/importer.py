"""A file that somebody hands in -> a questionnaire, or everything that is wrong with it. Never a traceback.

Every file is read in a process of its own (`file_reader`) that has little memory and little time.
"""

import json
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Final

from youthvoice.surveys.questionnaires.file_reader import Import, from_said
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.toml.questionnaire import slug
from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused, fault
from youthvoice.surveys.questionnaires.validation.forbidden_questions import asks_who
from youthvoice.surveys.questionnaires.validation.limits import warnings

LARGEST: Final = 2 * 1024 * 1024  # bytes of an upload
LONGEST: Final = 9  # seconds, its start included
_WAIT: Final = 9  # seconds for the file before this one
_ONE_AT_A_TIME: Final = Lock()  # so that many files at once take no more memory than one
_ROOT: Final = Path(__file__).parents[3]

__all__ = ["LARGEST", "Import", "left_out", "read_file", "read_for_an_advocate", "slug", "unsure"]


def read_file(data: bytes, filename: str, confirmed: frozenset[str] = frozenset()) -> Import:
    """Read a TOML file or an XLSForm workbook, whatever its name says it is.

    Args:
        data: the file.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which somebody said that they do not ask who a child is.

    Raises:
        Refused: with every fault and its row.
    """
    return _read_apart(data, {"filename": filename[-255:], "confirmed": sorted(confirmed), "doubts": False})


def read_for_an_advocate(data: bytes, filename: str) -> Import:
    """Read a file whose only doubt may be that a question seems to ask who a child is.

    An advocate says that it does not, when she approves (`unsure`); any other fault refuses the file.

    Raises:
        Refused: with every fault and its row.
    """
    return _read_apart(data, {"filename": filename[-255:], "confirmed": [], "doubts": True})


def _read_apart(data: bytes, asked: dict[str, object]) -> Import:
    if len(data) > LARGEST:
        raise Refused([Fault(None, "too_large", {"most": LARGEST // 1024})])
    if not _ONE_AT_A_TIME.acquire(timeout=_WAIT):
        raise Refused([fault("busy")])
    try:
        # A fresh interpreter, not a fork: the house has threads. It inherits no setting, so no key and no address.
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", "youthvoice.surveys.questionnaires.file_reader"],
            input=json.dumps(asked).encode() + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST,
            check=False,
            cwd=_ROOT,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise Refused([fault("too_heavy")]) from None
    finally:
        _ONE_AT_A_TIME.release()
    if done.returncode or not done.stdout:
        raise Refused([fault("too_heavy")])
    return from_said(done.stdout)


def unsure(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Names of the questions that seem to ask who a child is; an advocate confirms each before she approves."""
    return tuple(question.name for question in questionnaire.questions if asks_who(question))


def left_out(read: Import) -> tuple[Fault, ...]:
    """What was left out or made up, without what anybody can see from the questionnaire itself."""
    seen = warnings(read.questionnaire)
    return tuple(note for note in read.notes if note not in seen)
