"""One TOML table being read: values of the right type, and a fault with its row for each that is not."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from youthvoice.surveys.questionnaires.pictures import nearest_picture, picture_code
from youthvoice.surveys.questionnaires.question import Words
from youthvoice.surveys.questionnaires.toml.line_numbers import Path, Rows
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault

Choice = TypeVar("Choice", bound=str)
_LONGEST = 2000  # characters of one text; more is no question


class Piece:
    """A table, where it stands, and the faults found so far (shared by all pieces of a file)."""

    def __init__(self, data: Mapping[str, object], path: Path, rows: Rows, faults: list[Fault]) -> None:
        self.data = data
        self.path = path
        self.rows = rows
        self.faults = faults

    def refuse(self, code: str, key: str = "", **values: str | int) -> None:
        """Note a fault at a key of this table."""
        row = self.rows.row((*self.path, key) if key else self.path)
        self.faults.append(fault(code, key=key, **values).at(row))

    def only(self, known: Collection[str]) -> None:
        """Refuse every key that means nothing, naming the nearest that does."""
        for key in self.data:
            if key not in known:
                near = difflib.get_close_matches(key, sorted(known), n=1)
                self.refuse("unknown_key_near" if near else "unknown_key", key, near=near[0] if near else "")

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text; empty where there is none."""
        found = self.data.get(key)
        if found is None:
            if needed:
                self.refuse("missing", key)
            return ""
        if not isinstance(found, str) or not found.strip() or len(found) > _LONGEST:
            self.refuse("not_a_text", key)
            return ""
        return found.strip()

    def flag(self, key: str) -> bool:
        """`true` or `false`; false where it is not said."""
        found = self.data.get(key, False)
        if not isinstance(found, bool):
            self.refuse("not_true_or_false", key)
            return False
        return found

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        found = self.data.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or abs(found) > 1_000_000:  # noqa: PLR2004
            self.refuse("not_a_number", key)
            return default or 0
        return found

    def one_of(self, key: str, allowed: Sequence[Choice]) -> Choice:
        """One of a few words; the first of them where it is wrong or missing."""
        found = self.text(key, needed=True)
        for choice in allowed:
            if choice == found:
                return choice
        if found:
            self.refuse("not_one_of", key, said=found, allowed=", ".join(allowed))
        return allowed[0]

    def names(self, key: str) -> tuple[str, ...]:
        """A list of short texts, or one of them."""
        found = self.data.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            self.refuse("not_a_list", key)
            return ()
        return tuple(listed)

    def picture(self, key: str = "picture") -> str | None:
        """The code of an OpenMoji picture."""
        said = self.text(key)
        code = picture_code(said) if said else None
        if said and code is None:
            near = nearest_picture(said)
            self.refuse("unknown_picture_near" if near else "unknown_picture", key, said=said, near=near)
        return code

    def words(self, key: str, languages: Sequence[str], *, needed: bool = True) -> Words | None:
        """Words in every language, from a table of their own: `text = { en = "...", hi = "..." }`."""
        found = self.data.get(key)
        if found is None:
            if needed:
                self.refuse("missing", key)
            return None
        if not isinstance(found, dict):
            self.refuse("not_words", key)
            return None
        return Piece(found, (*self.path, key), self.rows, self.faults).flat_words(languages, only=True)

    def flat_words(self, languages: Sequence[str], *, only: bool = False) -> Words:
        """Words in every language, from this table itself: `{ key = "yes", en = "Yes", hi = "हाँ" }`."""
        if only:
            self.only(languages)
        for language in languages:
            if language not in self.data:
                self.refuse("missing_language", language=language)
        return MappingProxyType({language: self.text(language) for language in languages if language in self.data})

    def pieces(self, key: str) -> list["Piece"]:
        """A list of tables."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse("not_tables", key)
            return []
        return [Piece(one, (*self.path, key, at), self.rows, self.faults) for at, one in enumerate(found)]

    def piece(self, key: str) -> "Piece":
        """A table inside this one; an empty one where there is none."""
        found = self.data.get(key, {})
        if not isinstance(found, dict):
            self.refuse("not_a_table", key)
            found = {}
        return Piece(found, (*self.path, key), self.rows, self.faults)
