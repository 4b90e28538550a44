"""A file that somebody hands in -> a questionnaire, or everything that is wrong with it. Never a traceback."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from youthvoice.surveys.faults import Fault, Refused
from youthvoice.surveys.identifying import asks_who
from youthvoice.surveys.limits import warnings
from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.reading import read_toml

LARGEST = 2 * 1024 * 1024  # bytes of an upload
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx and .xls begin


@dataclass(frozen=True, slots=True)
class Import:
    """What was read.

    Attributes:
        questionnaire: ready to be kept.
        notes: what was left out, made up, or should be looked at; none of it stops the questionnaire.
    """

    questionnaire: Questionnaire
    notes: tuple[Fault, ...]


def read_file(data: bytes, filename: str, confirmed: frozenset[str] = frozenset()) -> Import:
    """Read a TOML file or an XLSForm workbook, whatever its name says it is.

    Args:
        data: the file.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which somebody said that they do not ask who a child is.

    Raises:
        Refused: with every fault and its row.
    """
    if len(data) > LARGEST:
        raise Refused([Fault(None, "too_large", {"most": LARGEST // 1024})])
    if not data.startswith(_WORKBOOKS):
        found = read_toml(data, slug(filename), confirmed)
        return Import(found, warnings(found))
    from youthvoice.surveys.xlsform.reading import import_xlsform  # noqa: PLC0415 - openpyxl is large, imports rare

    try:
        imported = import_xlsform(data, filename, confirmed)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken workbook does to the libraries that open it
        raise Refused([Fault(None, "not_a_workbook")]) from None
    notes = (*imported.notes, *warnings(imported.questionnaire))
    return Import(imported.questionnaire, notes)


def read_for_an_advocate(data: bytes, filename: str) -> Import:
    """Read a file whose only doubt may be that a question seems to ask who a child is.

    An advocate says that it does not, when she approves (`unsure`); any other fault refuses the file.

    Raises:
        Refused: with every fault and its row.
    """
    try:
        return read_file(data, filename)
    except Refused as refused:
        if any(fault.code != "asks_who" for fault in refused.faults):
            raise
        doubtful = frozenset(str(fault.values["question"]) for fault in refused.faults)
    return read_file(data, filename, doubtful)


def unsure(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Names of the questions that seem to ask who a child is; an advocate confirms each before she approves."""
    return tuple(question.name for question in questionnaire.questions if asks_who(question))


def slug(filename: str) -> str:
    """A file's name as the name of a questionnaire: `My days.toml` is `my-days`."""
    stem = re.sub(r"\.(toml|xlsx?)$", "", PurePath(filename.replace("\\", "/")).name, flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "form"
