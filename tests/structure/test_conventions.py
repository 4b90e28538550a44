"""What CONTRIBUTING.md claims of every module: where SQL is, where a form is, where a request may end. Lists only fall.

A module that a list names does otherwise today, for the reason beside it. Whoever mends one takes its row away: a row
that is no longer needed fails, too.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from tests.structure.budget import tree
from youthvoice.surveys.questionnaires.kinds import KINDS

PACKAGE = Path(__file__).parents[2] / "youthvoice"

_STATEMENTS = {"select", "insert", "update", "delete"}
_RUN = {"execute", "scalar", "scalars"}
_CONNECTION = re.compile(r"session|connection|transaction")

_THE_DATABASE = "speaks of the database as a whole, of no feature's table"
_ONE_MODULE = "a subject of one module: its rule and the queries of its table are read together"
_OPENS_ROWS = "opens locked columns, or locks them again for all rows together"
_NOT_YET = "one query within a larger step; goes to the store of its feature when touched"

SQL: Mapping[str, str] = {
    "access/sessions.py": _ONE_MODULE,
    "accountability/escalation_job.py": _NOT_YET,
    "accountability/quiet_pages.py": _OPENS_ROWS,
    "accountability/replies.py": _NOT_YET,
    "accountability/taps.py": _ONE_MODULE,
    "accounts/agreement.py": _ONE_MODULE,
    "accounts/invitations.py": _ONE_MODULE,
    "accounts/people/key_comparison.py": _NOT_YET,
    "accounts/people/person_names.py": _NOT_YET,
    "accounts/sign_in/password_attempts.py": _ONE_MODULE,
    "audit/audit_log.py": _ONE_MODULE,
    "audit/log_lines.py": _ONE_MODULE,
    "backups/archive.py": _THE_DATABASE,
    "backups/commands.py": _THE_DATABASE,
    "closing/site_rows.py": _THE_DATABASE,
    "committees/elections/ballot_box.py": _ONE_MODULE,
    "committees/job.py": _NOT_YET,
    "committees/meetings/minutes.py": _ONE_MODULE,
    "committees/meetings/outcomes.py": _NOT_YET,
    "compiled_sql.py": _THE_DATABASE,
    "db.py": _THE_DATABASE,
    "grievances/deadlines/letter_job.py": _ONE_MODULE,
    "grievances/deadlines/on_call_rota.py": _ONE_MODULE,
    "grievances/statistics.py": _ONE_MODULE,
    "jobs/daily.py": _ONE_MODULE,
    "jobs/worker_health.py": _ONE_MODULE,
    "mail/outbox.py": _ONE_MODULE,
    "migrations/__init__.py": _THE_DATABASE,
    "publications/care_steps/quarters.py": _ONE_MODULE,
    "publications/encryption.py": _OPENS_ROWS,
    "publications/guardians/letter_record.py": _ONE_MODULE,
    "publications/guardians/subscriptions.py": _ONE_MODULE,
    "publications/influence/years.py": _ONE_MODULE,
    "reviews/statements/review_links.py": _ONE_MODULE,
    "sites/service_directory.py": _ONE_MODULE,
    "sites/tablets/device.py": _ONE_MODULE,
    "sites/tablets/refused_deliveries.py": _NOT_YET,
    "sites/tablets/tablet_status.py": _ONE_MODULE,
    "startup.py": _THE_DATABASE,
    "surveys/batches/closing.py": _NOT_YET,
    "surveys/responses/page.py": "its one statement is compiled once, for every answer of a child (decision 0012)",
    "surveys/rounds/opening.py": _NOT_YET,
    "surveys/rounds/opening_drafts.py": _ONE_MODULE,
    "threads/agreed_themes.py": _ONE_MODULE,
    "threads/child_codes/code_attempts.py": _ONE_MODULE,
    "threads/handover_items.py": _ONE_MODULE,
    "threads/letters/letter_readers.py": _ONE_MODULE,
    "threads/readership.py": _NOT_YET,
    "threads/receipts.py": _ONE_MODULE,
}
"""Modules that are no store and ask the database. May only become shorter."""

_EVERY_REQUEST = "judges each request before a view does"

ABORTS: Mapping[str, str] = {
    "access/guard.py": _EVERY_REQUEST,
    "web/assets.py": "is a view, of the one blueprint that belongs to no feature",
    "web/headers.py": _EVERY_REQUEST,
    "web/rate_limits.py": _EVERY_REQUEST,
    "web/url_converters.py": "reads an address",
    "clips/availability.py": "answers what two packages' routes ask: a sound that is not there",
    "kiosk/reply/forms.py": "a form that no page of ours makes; goes to its route when touched",
    "reviews/access.py": "finds the review that an address names, where the caller may see it",
    "sites/tablets/device.py": "asks which tablet sends, for the pages of every package",
}
"""Modules outside `routes` and pages that end a request. May only become shorter."""

COMPARED_KINDS = 14
"""Comparisons with the name of a kind of question where a column of `kinds` could answer. May only become fewer."""


@cache
def _modules() -> Mapping[str, ast.Module]:
    """Every module that runs, but migrations, by its path below the package."""
    files = (path for path in sorted(PACKAGE.rglob("*.py")) if "versions" not in path.parts)
    return {path.relative_to(PACKAGE).as_posix(): tree(path) for path in files}


def _asks_the_database(tree: ast.Module) -> bool:
    """Whether a module composes a statement of SQL, or runs one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            if _STATEMENTS & {name.name for name in node.names}:
                return True
        elif isinstance(node, ast.Attribute) and node.attr in _RUN and _CONNECTION.search(ast.unparse(node.value)):
            return True
    return False


def _called(node: ast.AST) -> str:
    """What a call calls, without what it is asked of; empty for anything else."""
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def test_sql_is_in_stores_but_for_those_that_are_known() -> None:
    ask = {name for name, tree in _modules().items() if not name.endswith("/store.py") and _asks_the_database(tree)}
    assert ask - SQL.keys() == set(), "a query belongs into the `store` of its feature"
    assert SQL.keys() - ask == set(), "it asks nothing any more: take its row away"


def test_how_many_rows_a_statement_changed_is_asked_in_one_place() -> None:
    asks = {
        name
        for name, tree in _modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "rowcount"
    }
    assert asks == {"db.py"}, "`db.count_changed` does, and knows the type"


def test_no_form_is_made_where_http_is() -> None:
    make = {
        name
        for name, tree in _modules().items()
        if "/routes/" in name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Form") for base in node.bases)
    }
    assert make == set(), "a form belongs into `forms` of its package"


def test_only_routes_and_pages_end_a_request() -> None:
    end = {
        name
        for name, tree in _modules().items()
        if "/routes/" not in name and not re.search(r"(/|_)pages?\.py$", name)
        if any(_called(node) == "abort" for node in ast.walk(tree))
    }
    assert end - ABORTS.keys() == set(), "return None or raise, and let the route or the page answer"
    assert ABORTS.keys() - end == set(), "it ends none any more: take its row away"


def _compared_kinds(name: str, tree: ast.Module) -> Iterator[str]:
    """Where the kind of a question is compared with one of the names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            sides = [node.left, *node.comparators]
            is_name = any(isinstance(side, ast.Constant) and side.value in KINDS for side in sides)
            if is_name and any(getattr(side, "id", getattr(side, "attr", "")) == "kind" for side in sides):
                yield f"{name}:{node.lineno}"


def test_fewer_and_fewer_places_know_a_kind_of_question_by_its_name() -> None:
    places = [place for name, tree in _modules().items() for place in _compared_kinds(name, tree)]
    assert len(places) <= COMPARED_KINDS, "ask `question.traits`: " + ", ".join(places)
    assert len(places) == COMPARED_KINDS, f"there are only {len(places)} left: write the new number down"


_LOOKS = {"isinstance", "keyring", "open_election_body"}  # what asserts call: it changes nothing


def test_an_assert_changes_nothing() -> None:
    """An installation runs `python -OO`, without any assert: what one calls there would not happen."""
    calls = [
        (str(module.relative_to(PACKAGE)), getattr(call.func, "id", getattr(call.func, "attr", "")))
        for module in sorted(PACKAGE.rglob("*.py"))
        for statement in ast.walk(tree(module))
        if isinstance(statement, ast.Assert)
        for call in ast.walk(statement.test)
        if isinstance(call, ast.Call)
    ]
    assert [call for call in calls if call[1] not in _LOOKS] == []
    assert {name for _, name in calls} == _LOOKS


_GIVEN = {
    "heard",
    "say",
}  # functions that the application or a page's route gives; some templates have a macro so called


def test_a_template_has_each_macro_that_it_calls() -> None:
    """One that is missing is a server error, in that branch of the page alone."""
    jinja = Environment(autoescape=True)
    templates = {file: jinja.parse(file.read_text()) for file in PACKAGE.rglob("*.html")}
    macros = {macro.name for template in templates.values() for macro in template.find_all(nodes.Macro)}
    missing = {}
    for file, template in templates.items():
        imported = [name for each in template.find_all(nodes.FromImport) for name in each.names]
        known = {name if isinstance(name, str) else name[1] for name in imported}
        known |= {macro.name for macro in template.find_all(nodes.Macro)}
        known |= {name.name for name in template.find_all(nodes.Name) if name.ctx != "load"}
        called = {call.node.name for call in template.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
        if unknown := called & macros - known - _GIVEN:
            missing[file.name] = unknown
    assert missing == {}
