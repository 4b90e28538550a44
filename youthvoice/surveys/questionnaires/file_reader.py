"""The process in which files of others are read, and how much it may take.

A small file can make a parser take gigabytes: whatever the checks before it miss, the operating system ends this
process, its memory comes back, and the house goes on. A line of JSON and the file come in; JSON goes out.
"""

import json
import os
import resource
import sys
from dataclasses import replace
from typing import Final

from youthvoice.surveys.questionnaires import errors
from youthvoice.surveys.questionnaires.questionnaire import ImportedFile, Questionnaire
from youthvoice.surveys.questionnaires.rules import size_warnings
from youthvoice.surveys.questionnaires.toml_reader import name_from_filename, read_toml

MAX_MEMORY: Final = 300 * 1024 * 1024  # bytes of addresses, all libraries included


MAX_CPU_SECONDS: Final = 6  # of one core


MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024  # bytes of an answer


MAX_FAULTS: Final = 200  # nobody mends more of them at once


_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08")  # how .xlsx and .xls begin


_ENDINGS: Final = (".xlsx", ".xls")


def read_in_process(data: bytes, filename: str, confirmed: frozenset[str], *, doubts: bool) -> ImportedFile:
    """Read a file in this process.

    Args:
        data: the file, TOML or a workbook, whatever its name says.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which somebody said that they do not ask who a child is.
        doubts: whether questions may seem to ask who a child is; an advocate will be asked.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    try:
        return _read(data, filename, confirmed)
    except errors.QuestionnaireRefused as refused:
        if not doubts or any(fault.code != "asks_who" for fault in refused.faults):
            raise
        doubtful = frozenset(str(fault.values["question"]) for fault in refused.faults)
    return _read(data, filename, confirmed | doubtful)


def _read(data: bytes, filename: str, confirmed: frozenset[str]) -> ImportedFile:
    if not data.startswith(_WORKBOOKS):
        if filename.lower().endswith(_ENDINGS):
            raise errors.QuestionnaireRefused([errors.QuestionnaireFault(None, "broken_workbook")])
        found = read_toml(data, name_from_filename(filename), confirmed)
        return ImportedFile(found, size_warnings(found))
    from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform  # noqa: PLC0415 - openpyxl is large, TOML rarer

    try:
        imported = import_xlsform(data, filename, confirmed)
    except (errors.QuestionnaireRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - whatever a broken workbook does to the libraries that open it
        raise errors.QuestionnaireRefused([errors.QuestionnaireFault(None, "broken_workbook")]) from None
    return replace(imported, notes=(*imported.notes, *size_warnings(imported.questionnaire)))


def import_to_json(read: ImportedFile) -> str:
    """What was read, as JSON."""
    return json.dumps({"questionnaire": read.questionnaire.to_json(), "notes": errors.faults_as_data(read.notes)})


def import_from_json(said: bytes) -> ImportedFile:
    """Read what the other process said.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    told = json.loads(said)
    if "faults" in told:
        raise errors.QuestionnaireRefused(errors.faults_from_data(told["faults"]))
    return ImportedFile(Questionnaire.from_json(told["questionnaire"]), errors.faults_from_data(told["notes"]))


def _limit() -> None:
    """Nothing in this process may take more, whoever wrote the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    """Answer one request on standard input."""
    _limit()
    answer, sys.stdout = sys.stdout.buffer, sys.stderr  # libraries print what puzzles them
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        read = read_in_process(data, asked["filename"], frozenset(asked["confirmed"]), doubts=asked["doubts"])
        said = import_to_json(read).encode()
    except errors.QuestionnaireRefused as refused:
        said = json.dumps({"faults": errors.faults_as_data(refused.faults[:MAX_FAULTS])}).encode()
    except (MemoryError, RecursionError):
        os._exit(1)  # nothing more can be done for sure with so little left
    if len(said) > MAX_ANSWER_BYTES:
        said = json.dumps({"faults": errors.faults_as_data((errors.make_fault("too_heavy"),))}).encode()
    answer.write(said)
    answer.flush()


if __name__ == "__main__":
    _main()
