"""What a session at a school must have, and what can be heard there. Pure: codes, never words.

Source: STANDARDS.md 34; PRIVACY.md A12 (never about an identifiable adult or event).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from youthvoice.surveys.rounds.opening.rules import Refusal

THEMES: Final = (
    "safe_adults", "bullying", "online", "body", "work", "early_marriage", "going_away", "papers", "school", "food",
    "health", "family", "play", "to_be_heard",
)  # fmt: skip
"""What was talked about, as a list to tick: no names, no quotes, nothing that happened to one child."""
MOST_PRESENT: Final = 5_000
MOST_LETTERS: Final = 300  # of the sentence for children
LONGEST: Final = 92  # days after the session in which something must have been changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A session as a coordinator writes it down.

    Attributes:
        school: its name; empty where it is held at the site itself.
        class_name: class or group.
        day: of the session, past or planned.
        permission: which authority gave it, and when.
        held_by: the adult who holds it.
        before_id: the round before it, or the only one; None where there is none.
        after_id: the round after it.
        owner_id: who says what was changed because of it.
        due: by when.
    """

    site_id: int
    school: str
    class_name: str
    day: date
    permission: str
    held_by: int
    before_id: int | None
    after_id: int | None
    owner_id: int
    due: date


def refusals(draft: Draft) -> Iterator[Refusal]:
    """Everything that keeps a session from being written down, at once."""
    if not draft.permission.strip():
        yield Refusal("no_permission", "permission")
    if not draft.class_name.strip():
        yield Refusal("no_class", "class_name")
    if draft.due <= draft.day:
        yield Refusal("due_too_early", "due")
    elif (draft.due - draft.day).days > LONGEST:
        yield Refusal("due_too_late", "due", {"most": LONGEST})


def refusal_to_archive(*, is_answered: bool, is_filled: bool) -> str | None:
    """Why a session cannot be put away: it was not filled in, or nobody said what was changed because of it."""
    if not is_filled:
        return "not_filled"
    return None if is_answered else "not_answered"
