"""A parameter bears the name of its type, and words that an outsider has to learn become fewer and fewer.

The rule: CONTRIBUTING.md, "Names". All counts are exact, so that what was gained is kept.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.structure import value_names, words
from tests.structure.budget import modules, tree

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "youthvoice"
CONTRADICTIONS = 0
"""Parameters that hold one of our own classes and bear another name."""

_KIND = {"row", "context", "state", "request", "filter", "body", "view", "overview", "form", "session"}
"""What a class is for us; the name of one value may leave it out."""

_SIDE_BY_SIDE = {"first", "second", "old", "new", "before", "after", "other"}
_OTHERWISE = {"Round": "round_", "Application": "app"}
"""PEP 8, of a name that a builtin has; what Flask calls it."""


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
    for file in modules():
        yield file.relative_to(TOP).as_posix(), tree(file)


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


def test_parameters_contradict_their_types_less_and_less() -> None:
    bindings = contradictions()
    assert len(bindings) <= CONTRADICTIONS, "\n".join(map(str, bindings))
    assert len(bindings) == CONTRADICTIONS, f"there are only {len(bindings)} left: write the new number down"


@pytest.mark.parametrize("package", words.packages())
def test_words_that_an_outsider_has_to_learn_become_fewer(package: str) -> None:
    row = words.count(package)
    assert {part: words.most(package, part) for part in row} == row, (
        f"{package} may have no more of them, and what was gained is kept: python -m tests.structure.words"
    )


@pytest.mark.parametrize("walk", value_names.walks())
def test_one_value_bears_fewer_and_fewer_names_on_its_way(walk: str) -> None:
    assert not value_names.gone_names(walk), "the table says what was: python -m tests.structure.value_names"
    assert not value_names.unknown_names(walk), "a new name: is it the value, or another thing? See value_names.toml"
    names = value_names.names_of(walk)
    assert len(names) == value_names.walks()[walk]["most"], f"write the number down, if it fell: {names}"


def test_names_on_a_walk_are_those_of_parameters_fields_and_variables() -> None:
    fields = {"question", "text", "shared", "voice", "voice_kind"}
    assert value_names.bound_at("surveys/responses/forms.py LetterWords") == fields
    assert {"question", "more"} <= value_names.bound_at("surveys/responses/forms.py AnswerField.__init__")


def test_words_are_found_where_they_stand(tmp_path: Path) -> None:
    assert words.words_in("is_hers") == {"is", "hers"}
    assert words.words_in("LateSheetKinds") == {"late", "sheet", "kinds"}
    module = tmp_path / "module.py"
    module.write_text('"""Anew."""\nX = "told"  # hers\n', "utf-8")
    assert list(words.docstrings_and_comments(module)) == ["Anew.", "# hers"]
