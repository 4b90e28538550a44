"""Under how many names one value goes on its way, such as a child's answer from the form to the published figure.

`value_names.toml` lists for each walk the functions and classes that the value passes, and which of their names bear it
or its container. `others` are all other names there, so that a new one has to be told apart before a test passes.
`python -m tests.structure.value_names` prints every walk.
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.structure.budget import tree

TOP = Path(__file__).parents[2] / "youthvoice"
TABLE = Path(__file__).with_name("value_names.toml")


@cache
def walks() -> Mapping[str, Mapping[str, object]]:
    """Every walk by name: `most`, `path` (names by place) and `others`."""
    walks: dict[str, Mapping[str, object]] = tomllib.loads(TABLE.read_text("utf-8"))
    return walks


def path_of(walk: str) -> dict[str, list[str]]:
    """The names that bear the value, by place: `module.py function`, in the order of the walk."""
    path = walks()[walk]["path"]
    assert isinstance(path, dict)
    return path


def names_of(walk: str) -> list[str]:
    """Each name once, in the order of the walk."""
    return list(dict.fromkeys(name for names in path_of(walk).values() for name in names))


def bound_at(place: str) -> set[str]:
    """The names that a function or a class binds, its parameters and fields included."""
    module, name = place.split(" ")
    node: ast.AST = tree(TOP / module)
    for part in name.split("."):
        found = [
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and child.name == part
        ]
        assert found, f"{place} is gone: say in value_names.toml where the value goes now"
        node = found[-1]
    return set(_bound_in(node))


def _bound_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        fields = [child.target for child in node.body if isinstance(child, ast.AnnAssign)]
        yield from (field.id for field in fields if isinstance(field, ast.Name))
        return
    for child in ast.walk(node):
        if isinstance(child, ast.arg) and child.arg not in {"self", "cls"}:
            yield child.arg
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id


def unknown_names(walk: str) -> dict[str, set[str]]:
    """Names that a place binds and nobody told apart, by place."""
    others = walks()[walk]["others"]
    assert isinstance(others, list)
    unknown = {place: bound_at(place) - set(names) - set(others) for place, names in path_of(walk).items()}
    return {place: names for place, names in unknown.items() if names}


def gone_names(walk: str) -> dict[str, set[str]]:
    """Names of the table that their place no longer binds, by place."""
    gone = {place: set(names) - bound_at(place) for place, names in path_of(walk).items()}
    return {place: names for place, names in gone.items() if names}


if __name__ == "__main__":
    for walk in walks():
        print(f"{walk}: {len(names_of(walk))} names: {', '.join(names_of(walk))}")  # noqa: T201
        print("not told apart:", unknown_names(walk) or "none", "; gone:", gone_names(walk) or "none")  # noqa: T201
