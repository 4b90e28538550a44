"""Words that an outsider has to learn, by package; `python -m tests.structure.words` counts them and lowers the caps.

Participles: names of values that say only what happened to them. Identifiers: names of anything that hold a word of
our own prose. Prose: the same words, and a few phrases, in docstrings and comments. The rule: CONTRIBUTING.md, "Names".
"""

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.structure.budget import CODE, modules, nodes, package_of

WORDS = Path(__file__).with_name("words.toml")

PARTS = ("participles", "identifiers", "prose")

_HEAD = """\
# Words that an outsider has to learn; most of each, by package. These numbers only fall.
# `python -m tests.structure.words` lowers what became less. Source: CONTRIBUTING.md, "Names".
"""

_PARTICIPLES = {
    "found", "said", "asked", "told", "given", "known", "shown", "kept", "hers", "made", "held", "opened", "one",
}  # fmt: skip

_IN_IDENTIFIERS = {"house", "hers", "told", "owed", "given", "sheet", "anew", "whoever", "twin", "deed", "rung"}

_PAPER = re.compile(r"paper|xls|openpyxl|printing", re.IGNORECASE)
"""Modules in which a sheet is one of paper, or of a workbook."""

_IN_PROSE = re.compile(
    r"\b(?:whoever|hers|anew|house|told|owed|sheets?|lies|stands|meanwhile|twins?|deeds?|rungs?|ladders?"
    r"|no more|any more|for good|let go|at once|by itself|so (?:much|many)|looks? at|was faster)\b",
    re.IGNORECASE,
)


def _defined(path: Path) -> Iterator[tuple[str, bool]]:
    """Every name that a module gives, and whether it is one of a value: parameter, variable or loop variable."""
    for node in nodes(path):
        if isinstance(node, ast.arg):
            yield node.arg, True
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, True
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, False
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, False


def words_in(name: str) -> set[str]:
    """The words of an identifier in either manner of writing, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def docstrings_and_comments(path: Path) -> Iterator[str]:
    """What a module says to its reader."""
    for node in nodes(path):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    text = path.read_text("utf-8")
    if "#" not in text:
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@cache
def _by_package() -> Mapping[str, list[Path]]:
    every: dict[str, list[Path]] = defaultdict(list)
    for path in modules():
        every[package_of(path)].append(path)
    return every


def _paths(package: str) -> list[Path]:
    return _by_package()[package] if package else list(modules())


def participles(package: str = "") -> list[str]:
    """Places and names of values that are called by what happened to them; of one package, else of all."""
    return [
        f"{path.relative_to(CODE.parent)}: {name}"
        for path in _paths(package)
        for name, is_value in _defined(path)
        if is_value and name.removeprefix("_") in _PARTICIPLES
    ]


def identifiers(package: str = "") -> list[str]:
    """Places and names that hold a word of our own prose; of one package, else of all."""
    return [
        f"{path.relative_to(CODE.parent)}: {name}"
        for path in _paths(package)
        for name, _is_value in [*_defined(path), (path.stem, False)]
        if (words_in(name) & _IN_IDENTIFIERS) - ({"sheet"} if _PAPER.search(str(path)) or "paper" in name else set())
    ]


def prose(package: str = "") -> list[str]:
    """Places and words of docstrings and comments; of one package, else of all."""
    return [
        f"{path.relative_to(CODE.parent)}: {word}"
        for path in _paths(package)
        for text in docstrings_and_comments(path)
        for word in _IN_PROSE.findall(text)
        if not (word.lower().startswith("sheet") and _PAPER.search(str(path)))
    ]


def packages() -> list[str]:
    """The names of all."""
    return sorted(_by_package())


def count(package: str) -> Mapping[str, int]:
    """How many of each there are today in a package."""
    looks = zip(PARTS, (participles, identifiers, prose), strict=True)
    return {part: len(look(package)) for part, look in looks}


def caps() -> Mapping[str, Mapping[str, int]]:
    """What may be, by package; a package without a row may have none."""
    return tomllib.loads(WORDS.read_text("utf-8"))


def most(package: str, part: str) -> int:
    """The cap of one package."""
    return caps().get(package, {}).get(part, 0)


def main() -> None:
    """Print everything, and lower the caps."""
    rows = []
    for package in packages():
        row = count(package)
        lower = {part: min(number, most(package, part)) for part, number in row.items()}
        rows.append(f'\n["{package}"]\n' + "".join(f"{part} = {number}\n" for part, number in lower.items()))
        sys.stdout.write(f"{package:16} " + " ".join(f"{number:5} {part}" for part, number in row.items()) + "\n")
    WORDS.write_text(_HEAD + "".join(rows), "utf-8")
    for part, look in zip(PARTS, (participles, identifiers, prose), strict=True):
        sys.stdout.write(f"{part}: {len(look())}\n")


if __name__ == "__main__":
    main()
