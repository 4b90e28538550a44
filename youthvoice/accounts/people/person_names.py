"""What an adult may be called, and how a name changes: children read it and decide by it who reads their words.

A name is refused that is no name, that hides signs, or that looks like a colleague's. Former names are stored, so a
child still finds an adult by an old name, and texts that mention it are still found.

Source: PRIVACY.md C, "Who may be wrapped to"; UTS 39, as `privacy/text_skeleton` has it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.models import FormerNameRow, PersonRow
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.store import Person, lock_people
from youthvoice.errors import Refused
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.keys.key_names import PEOPLE
from youthvoice.privacy.text_skeleton import mixed_words, text_skeleton, visual_form

MAX_NAME_CHARACTERS: Final = 80

_JOINERS: Final = "\u200c\u200d"
_VIRAMA: Final = 9  # combining class: a joiner is visible only after such a sign, or between Arabic letters


@lru_cache(maxsize=1)
def _role_words() -> frozenset[str]:
    """Words that describe work and not a person, one a line, in the languages of the pages."""
    lines = files("youthvoice").joinpath("accounts", "people", "role_words.txt").read_text("utf-8").split()
    return frozenset(text_skeleton(word, "en") for word in lines)


def tidy_name(name: str) -> str:
    """A name as it is stored: composed letters, one space between words."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def why_not_name(name: str, others: Iterable[str]) -> str | None:
    """Why a name cannot be used, or None.

    Args:
        name: as `tidy_name` gives it.
        others: the names of all other people who have an account or are invited.

    Returns:
        `no_name` (no letter, or too long), `unseen` (signs that nobody sees, or that change the text's direction),
        `mixed` (one word with letters of two alphabets), `role` (a role, not a name) or `taken` (another's, or one that
        looks so).
    """
    if not any(letter.isalpha() for letter in name) or len(name) > MAX_NAME_CHARACTERS:
        return "no_name"
    if any(_is_unseen(name, at) for at in range(len(name))):
        return "unseen"
    if next(mixed_words(name), None):
        return "mixed"
    if is_role_name(name):
        return "role"
    own_form = _visual_form(name)
    return "taken" if any(_visual_form(other) == own_form for other in others) else None


def is_role_name(name: str) -> bool:
    """Whether a name only says what somebody does, such as "second advocate": no child knows who that is."""
    words = text_skeleton(name, "en").split()
    significant_words = [word for word in words if len(word) > 1 and not word.isdigit()]
    return bool(significant_words) and all(word in _role_words() for word in significant_words)


_REMARK: Final = re.compile(r"[(\[{（［][^)\]}）］]*[)\]}）］]?")


def _visual_form(name: str) -> str:
    """What a name looks like at a glance; a remark in brackets, such as "(advocate)", is ignored."""
    return visual_form(_REMARK.sub(" ", name) or name)


_FILLERS: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f]")


def _is_unseen(name: str, at: int) -> bool:
    """Whether nobody sees the sign at a position, or whether it changes the direction of the text."""
    letter = name[at]
    if letter in _JOINERS:
        return not _is_visible_joiner(name, at)
    return unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"} or bool(_FILLERS.match(letter))


def _is_visible_joiner(name: str, at: int) -> bool:
    """Whether a joiner changes how the letters around it look: Indic scripts and Persian are written with it."""
    before, after = name[at - 1 : at] or " ", name[at + 1 : at + 2] or " "
    if unicodedata.combining(before) == _VIRAMA:
        return True
    return name[at] == _JOINERS[0] and all(unicodedata.name(sign, "").startswith("ARABIC") for sign in (before, after))


def list_names_in_use(session: Session, apart_from: Collection[int] = ()) -> list[str]:
    """The names of all people who have an account and have not left."""
    query = select(PersonRow.name).where(PersonRow.left_on.is_(None), PersonRow.id.not_in(apart_from))
    return list(session.scalars(query))


class FormerName(NamedTuple):
    """A former name of a person.

    Attributes:
        person_id: row of `people`.
        name: the name until then.
        until: the day of the change.
        agreed_by: row of the second adult who agreed.
    """

    person_id: int
    name: str
    until: date
    agreed_by: int


def rename_person(session: Session, person: PersonRow, name: str, agreed_by: int, day: date) -> None:
    """Change a person's name and store the old one; the caller writes the log and commits.

    Args:
        session: may write.
        person: whose row is as this installation wrote it.
        name: as `tidy_name` gives it.
        agreed_by: row of the second adult who agreed.
        day: today, UTC.

    Raises:
        Refused: the code of `why_not_name`: somebody else now has this name.
        ValueError: the row was altered.
    """
    lock_people(session)
    if refusal := why_not_name(name, list_names_in_use(session, [person.id])):
        raise Refused(refusal)
    row = FormerNameRow(person_id=person.id, name=person.name, until=day, agreed_by=agreed_by, seal=b"")
    row.seal = record_mac(context.keyring().key(PEOPLE), "former name", *_claims(row))
    change_person(session, person, name=name)
    session.add(row)
    session.flush()


def list_former_names(session: Session, person_ids: Collection[int]) -> list[FormerName]:
    """The former names of these people, the newest first; rows that this installation did not write are left out."""
    query = select(FormerNameRow).where(FormerNameRow.person_id.in_(person_ids)).order_by(FormerNameRow.id.desc())
    key = context.keyring().key_or_new(PEOPLE)
    rows = [row for row in session.scalars(query) if check_record_mac(row.seal, key, "former name", *_claims(row))]
    return [FormerName(row.person_id, row.name, row.until, row.agreed_by) for row in rows]


def names_ever(session: Session, people: Iterable[Person | PersonRow]) -> list[str]:
    """All present and former names of these people, to find names in children's texts."""
    known_people = list(people)
    former_names = list_former_names(session, [person.id for person in known_people])
    return [
        *(person.name for person in known_people),
        *(former_name.name for former_name in former_names if not is_role_name(former_name.name)),
    ]


def _claims(row: FormerNameRow) -> tuple[str | int | None, ...]:
    return row.person_id, row.name, row.until.isoformat(), row.agreed_by
