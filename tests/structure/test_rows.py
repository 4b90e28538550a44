"""A row of a table stays in its package: what another package is given is an entity.

The rule: CONTRIBUTING.md, "Conventions". A row that crosses a border can be changed from outside without its store, and
its locked columns are bytes to whoever gets it. The list names the functions that still hand one over; it only falls.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.structure import budget
from youthvoice.metadata import full_metadata

PACKAGE = Path(__file__).parents[2] / "youthvoice"

CROSSING: frozenset[str] = frozenset({
    "accountability.store.create_answer_due",
    "surveys.choices.store.plan_choice",
    "surveys.questionnaires.store.add_questionnaire",
    "surveys.questionnaires.store.find_stored_questionnaire",
    "surveys.questionnaires.store.latest_approved_version",
    "surveys.questionnaires.store.list_approved_questionnaires",
    "surveys.questionnaires.store.list_newest_versions",
    "surveys.questionnaires.store.list_versions_with_picture",
    "threads.handover_items.find_handover",
    "threads.handover_items.list_handovers",
    "threads.handover_items.seal_handover",
})  # fmt: skip
"""Functions that give a row to another package. May only become shorter."""


@cache
def _modules() -> dict[str, ast.Module]:
    """Every module that runs, but migrations, by its dotted name below the package."""
    files = (path for path in sorted(PACKAGE.rglob("*.py")) if "versions" not in path.parts)
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): budget.tree(path)
        for path in files
    }


@cache
def _rows() -> frozenset[str]:
    """Names of the classes of tables, and other names that a module gives one of them."""
    tables = {
        node.name
        for name, tree in _modules().items()
        if name.endswith(".models")
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    others = {
        node.targets[0].id
        for tree in _modules().values()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Name) and node.value.id in tables
    }
    return frozenset(tables | others)


def _names(node: ast.AST | None) -> set[str]:
    """Every name in an annotation, also where it is quoted or asked of a module."""
    names = set[str]()
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Name | ast.Attribute):
            names.add(inner.id if isinstance(inner, ast.Name) else inner.attr)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            names |= _names(ast.parse(inner.value, mode="eval"))
    return names


def _giving_rows() -> Iterator[str]:
    """Public functions whose result is or holds a row."""
    for name, tree in _modules().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _names(node.returns) & _rows():
                yield f"{name}.{node.name}"


def _used(name: str, tree: ast.Module) -> Iterator[str]:
    """What a module uses of modules of other packages: `accounts.store.find_person`."""
    own = name.partition(".")[0]
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("youthvoice"):
            source = (node.module or "").removeprefix("youthvoice").removeprefix(".")
            for alias in node.names:
                full = f"{source}.{alias.name}".removeprefix(".")
                modules[alias.asname or alias.name] = full
                if full.partition(".")[0] != own:
                    yield full
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            full = f"{modules[node.value.id]}.{node.attr}"
            if full.partition(".")[0] != own:
                yield full


def test_every_table_is_known_here() -> None:
    assert len(_rows()) >= len(full_metadata().tables)


def test_no_further_row_crosses_the_border_of_its_package() -> None:
    used = {full for name, tree in _modules().items() for full in _used(name, tree)}
    crossing = used & set(_giving_rows())
    assert crossing - CROSSING == set(), "give another package an entity, as `entities` of your package has them"
    assert CROSSING - crossing == set(), "it gives none any more: take it away"
