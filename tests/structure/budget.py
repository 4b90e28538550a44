"""What every package costs its readers, counted; `python -m tests.structure.budget` prints it and lowers the caps.

Lines of code are neither blank nor comment nor docstring, and no migration: such a line cannot be saved by gluing two
modules together. What others import of a package is what a reader of the others has to know of it.
"""

import ast
import io
import subprocess
import sys
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median, quantiles

TOP = Path(__file__).parents[2]
CODE = TOP / "youthvoice"
BUDGET = Path(__file__).with_name("budget.toml")
TOP_LEVEL = "top level"
"""What lies in no package: modules beside them, and those that make a package."""

PARTS = ("code", "exports", "imports")

_HEAD = """\
# Lines of code, names that other packages import, and packages that are imported; most of each, by package.
# A raise is a commit of its own before the feature, touches no other file but a paper, and says in `why` what it buys.
# `python -m tests.structure.budget` lowers what became less. Source: CONTRIBUTING.md, "Budget".
"""


@dataclass(frozen=True)
class Cost:
    """Of one package.

    Attributes:
        code: lines.
        exports: names that other packages import.
        imports: packages that it imports.
    """

    code: int
    exports: int
    imports: int


def modules() -> Iterator[Path]:
    """Every module that runs, but migrations."""
    return (path for path in sorted(CODE.rglob("*.py")) if "versions" not in path.parts)


def package_of(path: Path) -> str:
    """The package in which a module lies."""
    inside = path.relative_to(CODE).parts
    return inside[0] if len(inside) > 1 else TOP_LEVEL


@cache
def tree(path: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a module, in the order of `ast.walk`."""
    return tuple(ast.walk(tree(path)))


def code_lines(path: Path) -> int:
    """How many lines of a module hold code."""
    docstrings = {
        number
        for node in nodes(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    numbers: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type not in quiet:
            numbers.update(range(token.start[0], token.end[0] + 1))
    return len(numbers - docstrings)


def imports_of(path: Path) -> Iterator[tuple[str, str]]:
    """Module and name of everything of ours that a module imports."""
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "youthvoice":
            yield from ((node.module or "", alias.name) for alias in node.names)


def _package_named(module: str, name: str) -> str:
    parts = module.split(".")
    first = parts[1] if len(parts) > 1 else name
    return first if (CODE / first).is_dir() else TOP_LEVEL


@cache
def costs() -> Mapping[str, Cost]:
    """What every package costs today, by name."""
    code: dict[str, int] = defaultdict(int)
    exports: dict[str, set[tuple[str, str]]] = defaultdict(set)
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        package = package_of(path)
        code[package] += code_lines(path)
        for module, name in imports_of(path):
            other = _package_named(module, name)
            if other != package:
                exports[other].add((module, name))
                arrows[package].add(other)
    return {name: Cost(code[name], len(exports[name]), len(arrows[name])) for name in sorted(code)}


def caps(text: str = "") -> Mapping[str, Mapping[str, object]]:
    """What is agreed, by package.

    Args:
        text: of a budget; today's where it is empty.
    """
    return tomllib.loads(text or BUDGET.read_text("utf-8"))


def slack(cap: int) -> int:
    """How far below its cap a package may be before the cap is lowered: one in a hundred, though ten lines at least."""
    return max(10, cap // 100)


def history() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Commits that changed the budget, the newest first: name, the budget before and after, every file they touched.

    Raises:
        OSError: there is no git, or no history beside this folder.
    """
    place = BUDGET.relative_to(TOP).as_posix()
    for commit in _git("log", "--format=%H", "--no-merges", "--diff-filter=M", "--", place).split():
        touched = frozenset(_git("show", "--format=", "--name-only", commit).split())
        yield commit, _git("show", f"{commit}^:{place}"), _git("show", f"{commit}:{place}"), touched


def _git(*arguments: str) -> str:
    answer = subprocess.run(["git", "-C", str(TOP), *arguments], capture_output=True, text=True, check=False)
    if answer.returncode:
        raise OSError(answer.stderr)
    return answer.stdout


def raised(before: Mapping[str, Mapping[str, object]], after: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Packages of which a number grew, and those that are new."""
    return [
        name
        for name, row in after.items()
        if any(
            int(str(row[part])) > int(str(before.get(name, {}).get(part, 0))) for part in ("code", "exports", "imports")
        )
    ]


def written(limits: Mapping[str, Cost], whys: Mapping[str, str]) -> str:
    """A budget as it is stored."""
    rows = (
        f'\n["{name}"]\ncode = {cost.code}\nexports = {cost.exports}\nimports = {cost.imports}\nwhy = "{whys[name]}"\n'
        for name, cost in limits.items()
    )
    return _HEAD + "".join(rows)


def _lowered() -> str:
    agreed = caps()
    limits = {
        name: Cost(*(min(int(str(row[part])), getattr(costs()[name], part)) for part in PARTS))
        for name, row in agreed.items()
        if name in costs()
    }
    return written(limits, {name: str(row["why"]) for name, row in agreed.items()})


def _beside() -> Iterator[str]:
    """Measures that nobody caps."""
    sizes = sorted(len(path.read_text("utf-8").splitlines()) for path in modules())
    imported = [len(list(imports_of(path))) for path in modules()]
    tokens = sum(
        1
        for path in modules()
        for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
        if token.type in {tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING}
    )
    addresses = len((Path(__file__).parent / "routes.txt").read_text("utf-8").splitlines())
    total = sum(cost.code for cost in costs().values())
    yield f"{len(sizes)} modules, lines: median {median(sizes):.0f}, p90 {quantiles(sizes, n=10)[-1]:.0f}"
    yield f"{total} lines of code, {total / addresses:.0f} an address; {tokens / addresses:.0f} tokens an address"
    yield f"names that other packages import: {sum(cost.exports for cost in costs().values())}"
    yield f"arrows between packages: {sum(cost.imports for cost in costs().values())}"
    yield f"internal imports of a module: p90 {quantiles(imported, n=10)[-1]:.0f}"


def main() -> None:
    """Print everything, and lower the caps."""
    BUDGET.write_text(_lowered(), "utf-8")
    for name, cost in costs().items():
        sys.stdout.write(f"{name:16} {cost.code:6} lines {cost.exports:4} exports {cost.imports:3} imports\n")
    sys.stdout.writelines(f"{line}\n" for line in _beside())


if __name__ == "__main__":
    main()
