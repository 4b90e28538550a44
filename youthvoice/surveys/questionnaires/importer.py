"""A file that somebody hands in, read in a process of its own: a questionnaire, or everything that is wrong with it.

Every file is read in a process of its own (`file_reader`) that has little memory and little time.
"""

import json
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Final

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.file_reader import import_from_json
from youthvoice.surveys.questionnaires.questionnaire import ImportedFile, Questionnaire
from youthvoice.surveys.questionnaires.rules import asks_who, size_warnings

MAX_FILE_BYTES: Final = 2 * 1024 * 1024  # bytes of an upload


MAX_FILE_SECONDS: Final = 9  # seconds, its start included


_WAIT: Final = 9  # seconds for the file before this one


_ONE_AT_A_TIME: Final = Lock()  # so that many files at once take no more memory than one


_ROOT: Final = Path(__file__).parents[3]


def read_file(data: bytes, filename: str, confirmed: frozenset[str] = frozenset()) -> ImportedFile:
    """Read a TOML file or an XLSForm workbook, whatever its name says it is.

    Args:
        data: the file.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which somebody said that they do not ask who a child is.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    return _read_apart(data, {"filename": filename[-255:], "confirmed": sorted(confirmed), "doubts": False})


def read_for_an_advocate(data: bytes, filename: str) -> ImportedFile:
    """Read a file whose only doubt may be that a question seems to ask who a child is.

    An advocate says that it does not, when she approves (`doubtful_questions`); any other fault refuses the file.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    return _read_apart(data, {"filename": filename[-255:], "confirmed": [], "doubts": True})


def _read_apart(data: bytes, asked: dict[str, object]) -> ImportedFile:
    if len(data) > MAX_FILE_BYTES:
        raise QuestionnaireRefused([QuestionnaireFault(None, "too_large", {"most": MAX_FILE_BYTES // 1024})])
    if not _ONE_AT_A_TIME.acquire(timeout=_WAIT):
        raise QuestionnaireRefused([make_fault("busy")])
    try:
        # A fresh interpreter, not a fork: the house has threads. It inherits no setting, so no key and no address.
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", "youthvoice.surveys.questionnaires.file_reader"],
            input=json.dumps(asked).encode() + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_FILE_SECONDS,
            check=False,
            cwd=_ROOT,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise QuestionnaireRefused([make_fault("too_heavy")]) from None
    finally:
        _ONE_AT_A_TIME.release()
    if done.returncode or not done.stdout:
        raise QuestionnaireRefused([make_fault("too_heavy")])
    return import_from_json(done.stdout)


def doubtful_questions(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Names of the questions that seem to ask who a child is; an advocate confirms each before she approves."""
    return tuple(question.name for question in questionnaire.questions if asks_who(question))


def notes_of_import(read: ImportedFile) -> tuple[QuestionnaireFault, ...]:
    """What was left out or made up, without what anybody can see from the questionnaire itself."""
    seen = size_warnings(read.questionnaire)
    return tuple(note for note in read.notes if note not in seen)
