"""Read the tables of a TOML file, and find the row of every fault in them."""

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

_MAX_HEADER_CHARACTERS = 300

_ITEM = re.compile(r"\s*\{")


class TomlRows:
    """The row, from 1, of each table and key of a file: `("question", 2)` is the third `[[question]]`.

    Attributes:
        holds_pictures: whether it may use uploaded pictures: a draft may, a file may not.
    """

    holds_pictures = False

    def __init__(self, text: str) -> None:
        self._rows: dict[TomlPath, int] = {(): 1}
        self._item_counts: dict[TomlPath, int] = {}  # of each list of tables, so far
        table: TomlPath = ()
        items: TomlPath = ()  # the list whose items, one a row, may follow
        for row, line in enumerate(text.splitlines(), start=1):
            if len(line) > _MAX_HEADER_CHARACTERS and line.lstrip().startswith("["):
                continue  # not a header of a questionnaire; matching it could take very long
            if header := _ARRAY.match(line):
                table, items = self._next_item(self._resolve(header[1])), ()
                self._rows[table] = row
            elif header := _TABLE.match(line):
                table, items = self._resolve(header[1]), ()
                self._rows[table] = row
            elif key := _KEY.match(line):
                self._rows.setdefault((*table, key[1]), row)
                items = (*table, key[1]) if key[2] else ()
            elif items and _ITEM.match(line):
                self._rows[self._next_item(items)] = row

    def _resolve(self, dotted: str) -> TomlPath:
        path: TomlPath = ()
        parts = [part.strip() for part in dotted.split(".")]
        for part in parts[:-1]:
            path = (*path, part)
            if path in self._item_counts:
                path = (*path, self._item_counts[path] - 1)
        return (*path, parts[-1])

    def _next_item(self, path: TomlPath) -> TomlPath:
        self._item_counts[path] = self._item_counts.get(path, 0) + 1
        return (*path, self._item_counts[path] - 1)

    def row(self, path: TomlPath) -> int:
        """The row of a table or key, or of the nearest enclosing one that has a row."""
        while path not in self._rows:
            path = path[:-1]
        return self._rows[path]


TomlChoice = TypeVar("TomlChoice", bound=str)

_MAX_TEXT_CHARACTERS = 2000  # characters of one text


class TomlTable:
    """A table of a file with its position; all tables of a file share one list of faults."""

    def __init__(
        self, data: Mapping[str, object], path: TomlPath, rows: TomlRows, faults: list[QuestionnaireFault]
    ) -> None:
        self.data = data
        self.path = path
        self.rows = rows
        self.faults = faults

    def refuse(self, code: str, key: str = "", **values: str | int) -> None:
        """Add a fault at a key of this table."""
        row = self.rows.row((*self.path, key) if key else self.path)
        self.faults.append(make_fault(code, key=key, **values).at(row))

    def only(self, known_keys: Collection[str]) -> None:
        """Refuse every unknown key, and name the most similar known one."""
        for key in self.data:
            if key not in known_keys:
                near = difflib.get_close_matches(key, sorted(known_keys), n=1)
                self.refuse("unknown_key_near" if near else "unknown_key", key, near=near[0] if near else "")

    def text(self, key: str, *, needed: bool = False) -> str:
        """Read a text; empty where there is none."""
        value = self.data.get(key)
        if value is None:
            if needed:
                self.refuse("missing", key)
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > _MAX_TEXT_CHARACTERS:
            self.refuse("not_a_text", key)
            return ""
        return value.strip()

    def flag(self, key: str) -> bool:
        """Read `true` or `false`; false where the key is missing."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.refuse("not_true_or_false", key)
            return False
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """Read a whole number."""
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 1_000_000:  # noqa: PLR2004
            self.refuse("not_a_number", key)
            return default or 0
        return value

    def one_of(self, key: str, allowed: Sequence[TomlChoice]) -> TomlChoice:
        """Read one of a few allowed words; returns the first of them where it is wrong or missing."""
        word = self.text(key, needed=True)
        for choice in allowed:
            if choice == word:
                return choice
        if word:
            self.refuse("not_one_of", key, said=word, allowed=", ".join(allowed))
        return allowed[0]

    def names(self, key: str) -> tuple[str, ...]:
        """Read a list of texts; a single text is a list of one."""
        value = self.data.get(key, [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
            self.refuse("not_a_list", key)
            return ()
        return tuple(texts)

    def picture(self, key: str = "picture") -> str | None:
        """Read the code of an OpenMoji picture; in a draft, also of an uploaded one."""
        text = self.text(key)
        find_code = drawable_picture if self.rows.holds_pictures else picture_code
        code = find_code(text) if text else None
        if text and code is None:
            near = nearest_picture(text)
            self.refuse("unknown_picture_near" if near else "unknown_picture", key, said=text, near=near)
        return code

    def words(self, key: str, languages: Sequence[str], *, needed: bool = True) -> questionnaire.Words | None:
        """Read a text in every language, from a table of its own: `text = { en = "...", hi = "..." }`."""
        texts = self.data.get(key)
        if texts is None:
            if needed:
                self.refuse("missing", key)
            return None
        if not isinstance(texts, dict):
            self.refuse("not_words", key)
            return None
        return TomlTable(texts, (*self.path, key), self.rows, self.faults).flat_words(languages, only=True)

    def flat_words(self, languages: Sequence[str], *, only: bool = False) -> questionnaire.Words:
        """Read a text in every language, from this table itself: `{ key = "yes", en = "Yes", hi = "हाँ" }`.

        With `only`, any key that is none of these languages is refused.
        """
        if only:
            self.only(languages)
        for language in languages:
            if language not in self.data:
                self.refuse("missing_language", language=language)
        return MappingProxyType({language: self.text(language) for language in languages if language in self.data})

    def pieces(self, key: str) -> list["TomlTable"]:
        """Read a list of tables."""
        tables = self.data.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.refuse("not_tables", key)
            return []
        return [TomlTable(table, (*self.path, key, at), self.rows, self.faults) for at, table in enumerate(tables)]

    def piece(self, key: str) -> "TomlTable":
        """Read a table inside this one; an empty one where there is none."""
        table = self.data.get(key, {})
        if not isinstance(table, dict):
            self.refuse("not_a_table", key)
            table = {}
        return TomlTable(table, (*self.path, key), self.rows, self.faults)
