"""A parameter bears the name of its type, and words that say only that something happened name fewer and fewer things.

The rule: CONTRIBUTING.md, "Names". Both counts are exact, so that what was gained is kept.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "youthvoice"
CONTRADICTIONS = 1
"""Parameters that hold one of our own classes and bear another name."""

PARTICIPLES = 902
"""Parameters, variables and loop variables that are called by what happened to them."""

_KIND = {"row", "context", "state", "request", "filter", "body", "view", "overview", "form", "session"}
"""What a class is for us; the name of one value may leave it out."""

_SIDE_BY_SIDE = {"first", "second", "old", "new", "before", "after", "other"}
_OTHERWISE = {"Round": "round_", "Application": "app"}
"""PEP 8, of a name that a builtin has; what Flask calls it."""

_HAPPENED = {
    "found", "said", "asked", "told", "given", "known", "shown", "kept", "hers", "made", "held", "opened", "one",
}  # fmt: skip


class Binding(NamedTuple):
    """Where something is named; `right`: a name that it may bear."""

    place: str
    name: str
    right: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.name}" + (f", such as {self.right}" if self.right else "")


def names_of(class_name: str) -> list[str]:
    """What one value of a class may be called: its name, its last words, either without what kind of class it is."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", class_name)
    lower = [word.lower() for word in words]
    parts = [lower[at:] for at in range(len(lower))]
    shorter = [[word for word in part if word not in _KIND] for part in parts]
    return [
        *dict.fromkeys("_".join(part) for part in (*parts, *shorter) if part),
        *filter(None, [_OTHERWISE.get(class_name)]),
    ]


def agrees(name: str, class_name: str) -> bool:
    """Whether a parameter that holds a value of a class may bear a name."""
    name = name.removeprefix("_")
    return name in _SIDE_BY_SIDE or any(name == right or name.endswith(f"_{right}") for right in names_of(class_name))


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module that runs, but migrations."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if "versions" not in file.parts:
            yield file.relative_to(TOP).as_posix(), ast.parse(file.read_text("utf-8"))


def class_of(annotation: ast.expr | None) -> str:
    """The class that an annotation names, also where it may be missing; empty for any other."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if isinstance(annotation, ast.BinOp):
        sides = [side for side in (annotation.left, annotation.right) if not isinstance(side, ast.Constant)]
        return class_of(sides[0]) if len(sides) == 1 else ""
    if isinstance(annotation, ast.Attribute):
        return annotation.attr
    return annotation.id if isinstance(annotation, ast.Name) else ""


def parameters(tree: ast.Module) -> Iterator[ast.arg]:
    """Those of all functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)


def contradictions() -> list[Binding]:
    """Parameters whose name is not that of their type."""
    every = list(trees())
    ours = {node.name for _place, tree in every for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return [
        Binding(f"{place}:{parameter.lineno}", parameter.arg, names_of(class_name)[0])
        for place, tree in every
        for parameter in parameters(tree)
        if (class_name := class_of(parameter.annotation)) in ours and not agrees(parameter.arg, class_name)
    ]


def participles() -> list[Binding]:
    """Names that say what happened to a value and not what it is."""
    return [
        binding
        for place, tree in trees()
        for node in ast.walk(tree)
        for binding in _bound(place, node)
        if binding.name.removeprefix("_") in _HAPPENED
    ]


def _bound(place: str, node: ast.AST) -> Iterator[Binding]:
    if isinstance(node, ast.arg):
        yield Binding(f"{place}:{node.lineno}", node.arg)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield Binding(f"{place}:{node.lineno}", node.id)


@pytest.mark.parametrize(
    ("name", "class_name", "is_right"),
    [
        ("meeting_context", "MeetingContext", True),
        ("meeting", "MeetingContext", True),
        ("item", "AgendaItem", True),
        ("parent_item", "AgendaItem", True),
        ("before", "AgendaItem", True),
        ("round_", "Round", True),
        ("facts", "Round", False),
        ("said", "Statement", False),
        ("statements", "Statement", False),
    ],
)
def test_the_rule(name: str, class_name: str, is_right: bool) -> None:
    assert agrees(name, class_name) == is_right


@pytest.mark.parametrize(("count", "look"), [(CONTRADICTIONS, contradictions), (PARTICIPLES, participles)])
def test_names_only_get_better(count: int, look: object) -> None:
    assert callable(look)
    bindings = look()
    assert len(bindings) <= count, "\n".join(map(str, bindings))
    assert len(bindings) == count, f"there are only {len(bindings)} left: write the new number down"
