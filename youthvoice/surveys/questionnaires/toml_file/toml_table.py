"""A table of a TOML file, read with the row of everything that is wrong with it."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, nearest_picture, picture_code

TomlPath = tuple[str | int, ...]

_ARRAY = re.compile(r"\s*\[\[\s*([\w.\s-]+?)\s*\]\]")

_TABLE = re.compile(r"\s*\[\s*([\w.\s-]+?)\s*\]")

_KEY = re.compile(r"\s*([\w-]+)\s*=\s*(\[\s*(?:#.*)?$)?")

_LONGEST_HEADER = 300

_ITEM = re.compile(r"\s*\{")


class TomlRows:
    """Rows, from 1, of tables and keys: `("question", 2)` is the third `[[question]]`.

    Attributes:
        holds_pictures: whether uploaded pictures lie beside it; beside a file they do not.
    """

    holds_pictures = False

    def __init__(self, text: str) -> None:
        self._rows: dict[TomlPath, int] = {(): 1}
        self._many: dict[TomlPath, int] = {}
        table: TomlPath = ()
        items: TomlPath = ()
        for row, line in enumerate(text.splitlines(), start=1):
            if len(line) > _LONGEST_HEADER and line.lstrip().startswith("["):
                continue  # no header of ours, and its blanks could be parted in too many ways
            if header := _ARRAY.match(line):
                table, items = self._next(self._resolved(header[1])), ()
                self._rows[table] = row
            elif header := _TABLE.match(line):
                table, items = self._resolved(header[1]), ()
                self._rows[table] = row
            elif key := _KEY.match(line):
                self._rows.setdefault((*table, key[1]), row)
                items = (*table, key[1]) if key[2] else ()
            elif items and _ITEM.match(line):
                self._rows[self._next(items)] = row

    def _resolved(self, dotted: str) -> TomlPath:
        path: TomlPath = ()
        parts = [part.strip() for part in dotted.split(".")]
        for part in parts[:-1]:
            path = (*path, part)
            if path in self._many:
                path = (*path, self._many[path] - 1)
        return (*path, parts[-1])

    def _next(self, path: TomlPath) -> TomlPath:
        self._many[path] = self._many.get(path, 0) + 1
        return (*path, self._many[path] - 1)

    def row(self, path: TomlPath) -> int:
        """The row of a table or key, or of the nearest thing around it that has one."""
        while path not in self._rows:
            path = path[:-1]
        return self._rows[path]


TomlChoice = TypeVar("TomlChoice", bound=str)

_LONGEST = 2000  # characters of one text; more is no question


class TomlTable:
    """A table, where it stands, and the faults found so far (shared by all pieces of a file)."""

    def __init__(
        self, data: Mapping[str, object], path: TomlPath, rows: TomlRows, faults: list[QuestionnaireFault]
    ) -> None:
        self.data = data
        self.path = path
        self.rows = rows
        self.faults = faults

    def refuse(self, code: str, key: str = "", **values: str | int) -> None:
        """Note a fault at a key of this table."""
        row = self.rows.row((*self.path, key) if key else self.path)
        self.faults.append(make_fault(code, key=key, **values).at(row))

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

    def one_of(self, key: str, allowed: Sequence[TomlChoice]) -> TomlChoice:
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
        """The code of an OpenMoji picture; in a draft, of an uploaded one, too."""
        said = self.text(key)
        known = drawable_picture if self.rows.holds_pictures else picture_code
        code = known(said) if said else None
        if said and code is None:
            near = nearest_picture(said)
            self.refuse("unknown_picture_near" if near else "unknown_picture", key, said=said, near=near)
        return code

    def words(self, key: str, languages: Sequence[str], *, needed: bool = True) -> questionnaire.Words | None:
        """Words in every language, from a table of their own: `text = { en = "...", hi = "..." }`."""
        found = self.data.get(key)
        if found is None:
            if needed:
                self.refuse("missing", key)
            return None
        if not isinstance(found, dict):
            self.refuse("not_words", key)
            return None
        return TomlTable(found, (*self.path, key), self.rows, self.faults).flat_words(languages, only=True)

    def flat_words(self, languages: Sequence[str], *, only: bool = False) -> questionnaire.Words:
        """Words in every language, from this table itself: `{ key = "yes", en = "Yes", hi = "हाँ" }`."""
        if only:
            self.only(languages)
        for language in languages:
            if language not in self.data:
                self.refuse("missing_language", language=language)
        return MappingProxyType({language: self.text(language) for language in languages if language in self.data})

    def pieces(self, key: str) -> list["TomlTable"]:
        """A list of tables."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse("not_tables", key)
            return []
        return [TomlTable(one, (*self.path, key, at), self.rows, self.faults) for at, one in enumerate(found)]

    def piece(self, key: str) -> "TomlTable":
        """A table inside this one; an empty one where there is none."""
        found = self.data.get(key, {})
        if not isinstance(found, dict):
            self.refuse("not_a_table", key)
            found = {}
        return TomlTable(found, (*self.path, key), self.rows, self.faults)
