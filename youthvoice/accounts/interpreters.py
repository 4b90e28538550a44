"""Interpreters: what each speaks, and at which of her sites she also works. Adults who choose readers enter both."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import INTERPRETER
from youthvoice.accounts.models import InterpreterRow
from youthvoice.accounts.store import Reader, find_interpreter_row, list_interpreter_rows, list_key_holders
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.keys.key_names import PEOPLE


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter to whom an entry of a child can be sealed.

    Attributes:
        reader: her account and key.
        languages: codes of what she speaks.
        works_at: ids of sites at which she has other work; a child there is asked only if she named her.
    """

    reader: Reader
    languages: tuple[str, ...]
    works_at: frozenset[int]


def list_interpreters(session: Session, site_id: int) -> list[Interpreter]:
    """The trusted interpreters of a site whose languages are entered, by name."""
    readers = list_key_holders(session, site_id, {INTERPRETER})
    rows = {row.person_id: row for row in list_interpreter_rows(session)}
    return [
        Interpreter(reader, tuple(row.languages), frozenset(row.works_at))
        for reader in readers
        if (row := rows.get(reader.person_id)) and _is_genuine(row)
    ]


def find_languages(session: Session, person_id: int) -> tuple[list[str], list[int]]:
    """The languages of an interpreter, and the sites where she works; both empty where nobody entered them."""
    row = find_interpreter_row(session, person_id)
    return (list(row.languages), list(row.works_at)) if row and _is_genuine(row) else ([], [])


def record_languages(
    session: Session, person_id: int, languages: Collection[str], works_at: Collection[int], log: Log
) -> None:
    """Enter what an interpreter speaks and where she works, in place of what was entered; it is logged."""
    row = find_interpreter_row(session, person_id) or InterpreterRow(person_id=person_id)
    row.languages, row.works_at = sorted(languages), sorted(works_at)
    row.seal = record_mac(context.keyring().key_or_new(PEOPLE), *_claims(row))
    session.add(row)
    session.flush()
    workplaces = [f"at:{site_id}" for site_id in row.works_at]
    subject = " ".join([str(person_id), *workplaces, *row.languages])
    log.add(session, "interpreter.languages", subject[:_SUBJECT_CHARACTERS])


_SUBJECT_CHARACTERS: Final = 120
"""Length at which the subject of a line of the log is cut: somebody may speak sixteen languages at many sites."""


def _claims(row: InterpreterRow) -> tuple[str, int, str, str]:
    return "interpreter", row.person_id, " ".join(row.languages), " ".join(map(str, row.works_at))


def _is_genuine(row: InterpreterRow) -> bool:
    return check_record_mac(row.seal, context.keyring().key_or_new(PEOPLE), *_claims(row))
