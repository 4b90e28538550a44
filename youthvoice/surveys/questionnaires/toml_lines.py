"""Where a TOML file says what: `tomllib` keeps no rows, so headers and keys are found by their lines."""

import re

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
