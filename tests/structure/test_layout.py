"""The tree stays one in which a rule is found in one guess: folders, names, borders and sizes, as numbers that fail."""

import ast
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from tests.structure.budget import modules, nodes, tree
from youthvoice import blueprints
from youthvoice.web import headers

CODE = Path(__file__).parents[2] / "youthvoice"
TESTS = Path(__file__).parents[1]
ANYWHERE = {"journeys", "attacks", "structure"}
"""Folders of tests that are of no module."""

MOST_IN_A_FOLDER = 15
MOST_LINES = 500
MOST_IMPORTS = 13
"""Percent of the lines of code that import something. May only become smaller."""
MOST_AS = 1.5
"""Percent of our own names that are imported under another name. May only become smaller."""

ROLES = {
    "store", "forms", "labels", "models", "rules", "entities", "page", "pages", "job", "status", "encryption",
    "commands", "form_adapter", "mail", "paper", "context", "errors", "health", "public", "staff", "__init__",
}  # fmt: skip
"""What has the same name in every package; any other name occurs once, but for addresses."""
NOUNS = {
    "drafting", "pairing", "opening", "closing", "encoding", "folding", "sealing", "keyring", "phrasing", "padding",
    "wording", "listing", "posting", "sharing", "planning", "offboarding", "meeting", "training",
}  # fmt: skip
"""Words in -ing that name a thing or a trade's own process."""
PARTICIPLES = {
    "told", "given", "owed", "kept", "held", "heard", "said", "asked", "sealed", "read", "seen", "chosen", "spoken",
    "written", "known", "found", "made", "sent", "taken", "left", "lost", "bound", "drawn",
}  # fmt: skip
TWICE: frozenset[str] = frozenset()
"""Public classes whose name stands in several modules. May only become smaller."""
OPEN = {"session.sign_in", "session.sign_out", "people.join"}
"""Staff pages that anybody may open."""
WITHOUT_FORMS = {"views"}
"""Public pages that other sites may lead to: a guardian's view by its link."""


def _name(path: Path) -> str:
    return path.relative_to(CODE).as_posix()


def _is_address(path: Path) -> bool:
    return "routes" in path.parts or "example" in path.parts


def test_a_folder_is_a_feature_and_holds_at_most_fifteen_modules() -> None:
    many = Counter(_name(path.parent) for path in modules() if path.name != "__init__.py")
    full = {folder: count for folder, count in many.items() if count > MOST_IN_A_FOLDER}
    assert full == {}, "join what is one subject, or make a folder of a feature"


def test_a_module_is_one_subject_of_at_most_five_hundred_lines() -> None:
    sizes = {_name(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    long = {name: size for name, size in sizes.items() if size > MOST_LINES}
    assert long == {}, "which second subject is in it?"


def test_a_file_name_that_occurs_twice_is_one_of_the_roles_or_an_address() -> None:
    """Files under `routes/` and `example/` are named after what they show; everything else is unique."""
    names = defaultdict(list)
    for path in modules():
        if path.stem not in ROLES and not _is_address(path):
            names[path.stem].append(_name(path))
    twice = {name: paths for name, paths in names.items() if len(paths) > 1}
    assert twice == {}, "name it after its subject, or after its job as in CONTRIBUTING.md, Conventions"


def test_a_test_that_is_named_after_a_module_lies_under_its_folder() -> None:
    """Whoever changes a module looks for its test under the same path; journeys and attacks are no module's."""
    folders = {path.stem: path.parent.relative_to(CODE) for path in modules() if not _is_address(path)}
    lost = set()
    for path in sorted(TESTS.rglob("test_*.py")):
        folder, module = path.parent.relative_to(TESTS), path.stem.removeprefix("test_")
        if module not in ROLES and folder != folders.get(module, folder) and folder.parts[0] not in ANYWHERE:
            lost.add(f"{folder}/{path.name}, and {module}.py is in {folders[module]}")
    assert lost == set(), "move it there, or name it after what else it is about"


def test_no_module_is_called_by_what_somebody_does() -> None:
    last = {_name(path): path.stem.split("_")[-1] for path in modules() if path.name != "__init__.py"}
    wrong = {name for name, word in last.items() if (word.endswith("ing") and word not in NOUNS) or word in PARTICIPLES}
    assert wrong == set(), "name the thing; a word in -ing that is one goes into NOUNS"


def test_no_two_public_classes_bear_one_name() -> None:
    places = defaultdict(set)
    for path in modules():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(_name(path))
    assert {name for name, paths in places.items() if len(paths) > 1} == TWICE


BLUEPRINTS = {"Blueprint", "StaffBlueprint"}


def test_http_lies_in_routes_and_nowhere_else() -> None:
    makers = {
        _name(path)
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BLUEPRINTS and "routes" not in path.parts
    }
    assert makers == {"web/assets.py"}  # static files belong to no feature


def _made_in(part: str) -> set[str]:
    """Names of the blueprints that are made in `routes/public` or `routes/staff` of any package."""
    found = set()
    for path in modules():
        inside = _name(path).partition("/routes/")[2].removesuffix(".py").split("/")
        if inside[0] != part or path.parts[-3:-1] == ("jobs", "routes"):
            continue
        for node in nodes(path):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BLUEPRINTS:
                assert isinstance(node.args[0], ast.Constant)
                found.add(str(node.args[0].value))
    return found


def test_every_blueprint_is_registered_on_the_side_of_its_folder() -> None:
    """`PUBLIC_BLUEPRINTS` is the list of what needs no token: what lies in `routes/staff` may never stand in it."""
    told = "on one side only: a list in `blueprints.py`, or a blueprint made under `routes/"
    in_a_box = {"box"}  # instead of all others
    assert {pages.name for pages in blueprints.PUBLIC_BLUEPRINTS} == _made_in("public") - in_a_box, f"{told}public`"
    assert {pages.name for pages in blueprints.STAFF_BLUEPRINTS} == _made_in("staff"), f"{told}staff`"


@pytest.mark.parametrize("pages", blueprints.STAFF_BLUEPRINTS, ids=lambda pages: pages.name)
def test_a_staff_blueprint_keeps_its_border(app: Flask, pages: Blueprint) -> None:
    assert f"{pages.url_prefix}/".startswith("/staff/")
    views = {end: view for end, view in app.view_functions.items() if end.rpartition(".")[0] == pages.name}
    assert views
    unguarded = {end for end, view in views.items() if not hasattr(view, "permission")}
    assert unguarded <= OPEN, "a staff page says who may open it: `@permission_required(...)` below its address"


@pytest.mark.parametrize("pages", blueprints.PUBLIC_BLUEPRINTS, ids=lambda pages: pages.name)
def test_a_public_blueprint_keeps_its_border(app: Flask, pages: Blueprint) -> None:
    assert not f"{pages.url_prefix or ''}/".startswith("/staff/")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[0] == pages.name]
    assert rules
    assert not [rule.rule for rule in rules if rule.rule.startswith("/staff")]
    if pages.name not in WITHOUT_FORMS:
        assert headers.refuse_other_sites in pages.before_request_funcs[None]


def test_extensions_are_touched_by_context_alone() -> None:
    touched = {
        _name(path)
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "extensions"
    }
    own_of_libraries = {"web/rate_limits.py", "monitoring/certificate.py"}  # an entry, and a part of a certificate
    assert touched == {"context.py"} | own_of_libraries


def test_every_folder_says_in_one_sentence_what_it_is() -> None:
    wrong = set()
    for folder in sorted({path.parent for path in modules()}):
        init = folder / "__init__.py"
        said = ast.get_docstring(tree(init)) if init.exists() else None
        sentence = (said or "").partition("\n\n")[0]
        listed = re.search(r"\n\s*[a-z_, ]+\s{3,}\S", said or "")  # a list of modules is stale with the next one
        if not sentence.endswith(".") or "\n" in sentence.strip() or listed:
            wrong.add(_name(folder))
    assert wrong == set(), "its `__init__.py` begins with one sentence on one line, and lists no modules"


def _lines_of_code(path: Path) -> set[int]:
    """Lines that are neither blank nor a comment nor a string that stands alone."""
    lines = path.read_text("utf-8").splitlines()
    kept = {at for at, line in enumerate(lines, 1) if line.strip() and not line.strip().startswith("#")}
    for node in nodes(path):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            kept -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return kept


def test_imports_are_a_small_part_of_the_code_and_keep_their_names() -> None:
    code = imports = own = renamed = 0
    for path in modules():
        kept = _lines_of_code(path)
        code += len(kept)
        for node in nodes(path):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            imports += len(kept & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("youthvoice"):
                own += len(node.names)
                renamed += sum(1 for name in node.names if name.asname)
    assert 100 * imports / code <= MOST_IMPORTS
    assert 100 * renamed / own <= MOST_AS
