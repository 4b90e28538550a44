"""Read an uploaded questionnaire file in a process of its own: returns the questionnaire, or every fault.

A small file can make a parser use gigabytes. Whatever earlier checks miss, the operating system ends that process, its
memory is freed, and the application continues. A line of JSON and the file go in; JSON comes out.
"""

import json
import os
import sys
from dataclasses import replace
from typing import Final

from youthvoice.jobs.isolated_process import IsolatedProcessFailed, limit_this_process, run_isolated
from youthvoice.surveys.questionnaires import errors
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.questionnaire import ImportedFile, Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import name_from_filename, read_toml
from youthvoice.surveys.questionnaires.wording_rules import DOUBTS, asks_who, forbidden_faults, size_warnings

MAX_FILE_BYTES: Final = 2 * 1024 * 1024  # bytes of an upload

MAX_FILE_SECONDS: Final = 60
"""Seconds by the clock, with the start of the process: only against one that hangs.

The limit for a file's cost is `MAX_CPU_SECONDS`: on a busy machine five seconds of work took sixteen by the clock, and
valid forms were refused because of others' work.
"""

MAX_WAIT_SECONDS: Final = 20  # for another file that is being read; then the user is asked to try again

MAX_MEMORY: Final = 300 * 1024 * 1024  # bytes of address space, with all libraries

MAX_CPU_SECONDS: Final = 12  # of one core; a form of 60 questions takes five on the slowest machine

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024  # bytes of an answer

MAX_FAULTS: Final = 200  # nobody corrects more of them at one time


def read_file(
    data: bytes, filename: str, confirmed: frozenset[str] = frozenset(), *, leave_out: bool = False
) -> ImportedFile:
    """Read a TOML file or an XLSForm workbook; the format is recognised by content, not by name.

    Args:
        data: the file.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which somebody said that they do not ask who a child is.
        leave_out: whether rows of a workbook that cannot be asked are left out, each with a note.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    options = {"filename": filename[-255:], "confirmed": sorted(confirmed), "doubts": False, "leave_out": leave_out}
    return _read_isolated(data, options)


def read_for_an_advocate(
    data: bytes, filename: str, confirmed: frozenset[str] = frozenset(), *, leave_out: bool = False
) -> ImportedFile:
    """Read a file that may hold questions which seem to ask who a child is, or whether it was hurt.

    An advocate decides about them when approving (`doubtful_questions`, `abuse_questions`); any other fault refuses the
    file. But with `leave_out` they are left out of a workbook too, except the `confirmed` ones.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    options = {"filename": filename[-255:], "confirmed": sorted(confirmed), "doubts": True, "leave_out": leave_out}
    return _read_isolated(data, options)


def _read_isolated(data: bytes, options: dict[str, object]) -> ImportedFile:
    if len(data) > MAX_FILE_BYTES:
        raise QuestionnaireRefused([QuestionnaireFault(None, "too_large", {"most": MAX_FILE_BYTES // 1024})])
    request = json.dumps(options).encode() + b"\n" + data
    try:
        answer = run_isolated(
            "youthvoice.surveys.questionnaires.importer", request, MAX_FILE_SECONDS, wait_seconds=MAX_WAIT_SECONDS
        )
        content = json.loads(answer)
    except IsolatedProcessFailed as failed:
        raise QuestionnaireRefused([make_fault(failed.code)]) from None
    if "faults" in content:
        raise QuestionnaireRefused(errors.faults_from_data(content["faults"]))
    return ImportedFile(Questionnaire.from_json(content["questionnaire"]), errors.faults_from_data(content["notes"]))


def doubtful_questions(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Names of the questions that seem to ask who a child is; an advocate must confirm each when approving."""
    return tuple(question.name for question in questionnaire.questions if asks_who(question))


def abuse_questions(questionnaire: Questionnaire) -> tuple[QuestionnaireFault, ...]:
    """A fault for each question that seems to ask if this child was hurt; an advocate must say why it may be asked."""
    doubted = (fault for question in questionnaire.questions for fault in forbidden_faults(question))
    return tuple(fault for fault in doubted if fault.code == "asks_abuse")


def notes_of_import(file: ImportedFile) -> tuple[QuestionnaireFault, ...]:
    """What was left out or added, without warnings that can be derived from the questionnaire itself."""
    warnings = size_warnings(file.questionnaire)
    return tuple(fault for fault in file.notes if fault not in warnings)


_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08")  # the first bytes of .xlsx and .xls

_ENDINGS: Final = (".xlsx", ".xls")


def read_in_process(
    data: bytes, filename: str, confirmed: frozenset[str], *, accept_doubts: bool, leave_out: bool = False
) -> ImportedFile:
    """Read a file in this process.

    Args:
        data: the file, TOML or a workbook, whatever its name says.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which somebody said that they do not ask who a child is.
        accept_doubts: whether to accept questions about which an advocate decides later (`read_for_an_advocate`).
        leave_out: whether rows of a workbook that cannot be asked are left out, each with a note.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    try:
        return _read(data, filename, confirmed, frozenset(), leave_out=leave_out)
    except QuestionnaireRefused as refused:
        if not accept_doubts or any(fault.code not in DOUBTS for fault in refused.faults):
            raise
        # Read it once more, with these questions allowed by name.
        who, abuse = (
            frozenset(str(fault.values["question"]) for fault in refused.faults if fault.code == code)
            for code in ("asks_who", "asks_abuse")
        )
    return _read(data, filename, confirmed | who, abuse, leave_out=leave_out)


def _read(
    data: bytes, filename: str, confirmed: frozenset[str], allowed_abuse: frozenset[str], *, leave_out: bool
) -> ImportedFile:
    if not data.startswith(_WORKBOOKS):
        if filename.lower().endswith(_ENDINGS):
            raise QuestionnaireRefused([make_fault("broken_workbook")])
        questionnaire = read_toml(data, name_from_filename(filename), confirmed, allowed_abuse)
        return ImportedFile(questionnaire, size_warnings(questionnaire))
    from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform  # noqa: PLC0415 - a TOML file needs no openpyxl, which is large

    try:
        imported = import_xlsform(data, filename, confirmed, allowed_abuse, leave_out=leave_out)
    except (QuestionnaireRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - any error of the libraries that open a broken workbook
        raise QuestionnaireRefused([make_fault("broken_workbook")]) from None
    return replace(imported, notes=(*imported.notes, *size_warnings(imported.questionnaire)))


def _main() -> None:
    """Answer one request on standard input."""
    limit_this_process(MAX_MEMORY, MAX_CPU_SECONDS)
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # libraries print warnings
    content = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        file = read_in_process(
            data,
            content["filename"],
            frozenset(content["confirmed"]),
            accept_doubts=content["doubts"],
            leave_out=content["leave_out"],
        )
        values = {"questionnaire": file.questionnaire.to_json(), "notes": errors.faults_as_data(file.notes)}
    except QuestionnaireRefused as refused:
        values = {"faults": errors.faults_as_data(refused.faults[:MAX_FAULTS])}
    except (MemoryError, RecursionError):
        os._exit(1)  # nothing more can be done for sure with so little left
    output = json.dumps(values).encode()
    if len(output) > MAX_ANSWER_BYTES:
        output = json.dumps({"faults": errors.faults_as_data((make_fault("too_heavy"),))}).encode()
    answer.write(output)
    answer.flush()


if __name__ == "__main__":
    _main()
