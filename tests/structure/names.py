"""What is stored or public, as lines of text: one sorted list a subject, to be compared with the lists in `stored/`.

No list depends on where a module lies or on what a class or a function is called: those may change, these may not.
"""

import ast
import importlib
import json
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import click
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from wtforms import Form

import youthvoice
from tests.structure.budget import modules, nodes
from youthvoice import metadata, migrations
from youthvoice.access.permissions import PERMISSIONS
from youthvoice.cli import LazyCommand
from youthvoice.config import Settings
from youthvoice.factory import create_app

TOP = Path(__file__).parents[2]
HOUSE = Path(youthvoice.__file__).parent
STORED = Path(__file__).with_name("stored")
ROUTES = Path(__file__).with_name("routes.txt")

_CODE = re.compile(r"[a-z][a-z_-]*(\.[a-z_-]+)*\.[a-z_-]*")
BROUGHT = {"form", "args", "files"}


def columns() -> list[str]:
    """Every column: type on PostgreSQL, whether it may be empty, its part in keys; and every rule of a table."""
    return sorted(line for table in metadata.full_metadata().sorted_tables for line in _of_table(table))


def _of_table(table: Table) -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for column in table.columns:
        told = [column.type.compile(dialect), "may be empty" if column.nullable else ""]
        told += ["key" if column.primary_key else "", "counts up" if column is table.autoincrement_column else ""]
        told += [f"-> {key.target_fullname} {key.ondelete or ''}".strip() for key in column.foreign_keys]
        told += [f"else {column.server_default.arg}" if column.server_default is not None else ""]  # type: ignore[attr-defined]
        yield f"{table.name}.{column.name}: {', '.join(filter(None, told))}"
    for rule in table.constraints:
        if said := _of_rule(rule):
            yield f"{table.name} {said}"
    for index in table.indexes:
        yield f"{table.name} {'unique ' if index.unique else ''}index ({', '.join(map(str, index.expressions))})"


def _of_rule(rule: Constraint) -> str:
    if isinstance(rule, CheckConstraint):
        return f"check {rule.sqltext}"
    if isinstance(rule, UniqueConstraint):
        return f"unique ({', '.join(column.name for column in rule.columns)})"
    if isinstance(rule, ForeignKeyConstraint) and len(rule.columns) > 1:
        return f"pair ({', '.join(rule.column_keys)})"
    return ""


def migration_files() -> list[str]:
    """The migrations by file name: each names the one before it, and a house remembers the last it took."""
    folder = Path(migrations.__file__).parent / "versions"
    return sorted(file.name for file in folder.glob("[0-9]*.py"))


def addresses(app: Flask) -> list[str]:
    """Every address with its methods and the name of its blanks, whatever answers there."""
    return sorted(address for address, _endpoint in _rules(app))


def routes(app: Flask) -> list[str]:
    """The map for whoever looks for an address: every one, and the endpoint that answers there."""
    return sorted(f"{address} {endpoint}" for address, endpoint in _rules(app))


def _rules(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        yield f"{rule.rule} {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}", rule.endpoint


def permissions() -> list[str]:
    """Which role codes may do what."""
    return sorted(f"{name}: {' '.join(sorted(roles))}" for name, roles in PERMISSIONS.items())


def commands(app: Flask) -> list[str]:
    """Every command with its arguments, options, choices and what stands when an option is left out."""
    return sorted(_of_commands("youthvoice", app.cli))


def _of_commands(name: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        for listed in command.commands.values():
            inner = listed.read() if isinstance(listed, LazyCommand) else listed
            if (
                isinstance(inner, LazyCommand)
                or inner.callback is None
                or inner.callback.__module__.partition(".")[0] != "flask"
            ):
                yield from _of_commands(f"{name} {inner.name}", inner)
        return
    taken = sorted(_of_parameter(one) for one in command.params)
    yield " ".join([name, *taken])


def _of_parameter(one: click.Parameter) -> str:
    said = "/".join(one.opts + one.secondary_opts) if isinstance(one, click.Option) else f"<{one.human_readable_name}>"
    choices = "|".join(map(str, one.type.choices)) if isinstance(one.type, click.Choice) else one.type.name
    return f"{said}={choices}{'...' if one.multiple or one.nargs < 0 else ''}{'!' if one.required else ''}"


@cache
def every_form() -> tuple[type[Form], ...]:
    """Every form of the house, wherever it lies: all modules are imported first; none that is made while it runs."""
    for module in pkgutil.walk_packages(youthvoice.__path__, f"{youthvoice.__name__}."):
        if not module.name.startswith((f"{migrations.__name__}.", f"{youthvoice.__name__}.__main__")):  # programs
            importlib.import_module(module.name)
    found, waiting = dict[type[Form], None](), [Form]
    while waiting:
        waiting += (under := waiting.pop().__subclasses__())
        found |= dict.fromkeys(under)
    return tuple(form for form in found if _stays(form))


def _stays(form: type[Form]) -> bool:
    ours = form.__module__.partition(".")[0] == youthvoice.__name__
    return ours and getattr(sys.modules[form.__module__], form.__name__, None) is form


def form_fields() -> list[str]:
    """The fields of each form with their kinds; a form that is made several times stands as often."""
    return sorted(filter(None, (", ".join(_of_form(form)) for form in every_form())))


def _of_form(form: type[Form]) -> list[str]:
    fields = ((name, getattr(getattr(form, name, None), "field_class", None)) for name in dir(form))
    return sorted(f"{name} {_kind(kind)}".strip() for name, kind in fields if kind)


def _kind(field: type) -> str:
    """What of the library draws it; nothing of ours, which may be called anything."""
    drawn = type(getattr(field, "widget", None))
    return drawn.__name__ if drawn.__module__.startswith("wtforms") else ""


def _nodes() -> Iterator[ast.AST]:
    return chain.from_iterable(map(nodes, modules()))


def brought() -> list[str]:
    """What pages take out of a request by name without a form: fields, arguments, files."""
    return sorted({f"{place} {name}" for node in _nodes() for place, name in _taken(node)})


def _taken(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=place)), args=[ast.Constant(value=str(name)), *_]):
            pass
        case ast.Subscript(value=ast.Attribute(attr=place), slice=ast.Constant(value=str(name))):
            pass
        case _:
            return
    if place in BROUGHT:
        yield place, name


def closed_codes() -> list[str]:
    """The words of every closed list of codes: states, kinds, rungs; they stand in rows and in locked bodies."""
    lists = (node.slice for node in _nodes() if isinstance(node, ast.Subscript) and _is_literal(node.value))
    words = ({one.value for one in ast.walk(each) if isinstance(one, ast.Constant)} for each in lists)
    return sorted({" ".join(sorted(map(repr, each))) for each in words if all(isinstance(one, str) for one in each)})


def _is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "Literal"


def dotted_codes() -> set[str]:
    """Every string of the code that could be an action in the log, or begin one."""
    constants = (node.value for node in _nodes() if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str) and _CODE.fullmatch(value)}


def message_ids(language: str) -> set[str]:
    """What a catalogue translates."""
    ids: list[str | tuple[str, ...] | list[str]] = []
    for path in (TOP / f"translations/{language}/LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            ids += [message.id for message in read_po(file, locale=language) if message.id]
    said = (str(one) if isinstance(one, str) else " / ".join(one) for one in ids)
    return {json.dumps(one, ensure_ascii=False)[1:-1] for one in said}  # each on one line


def data_files() -> list[str]:
    """What is shipped beside code, by name, but for templates: a list that is not found makes a page fail.

    The example's recordings are named by what they say; `tests/example` compares them with their list.
    """
    endings = {".json", ".txt", ".toml", ".tsv", ".webm", ".mako"}
    files = (file for file in HOUSE.rglob("*") if file.suffix in endings and "templates" not in file.parts)
    found = (file for file in files if file.parent.parent.name != "placeholder_voice")
    return sorted([file.name for file in found] + [f"surveys/{file.name}" for file in (TOP / "surveys").iterdir()])


def whole_lists(app: Flask) -> dict[str, list[str]]:
    """The lists that stand in `stored/` whole: a new line there is as deliberate as one that goes."""
    return {
        "addresses": addresses(app),
        "columns": columns(),
        "commands": commands(app),
        "data_files": data_files(),
        "forms": form_fields(),
        "migrations": migration_files(),
        "permissions": permissions(),
    }


def parts_of_code() -> dict[str, set[str]]:
    """What is found in the code beside much else: nothing of what stands in `stored/` may disappear."""
    return {
        "brought": set(brought()),
        "closed_codes": set(closed_codes()),
        "log_actions": dotted_codes(),
    }


def kept(name: str) -> list[str]:
    """A list as it stands in `stored/`."""
    return (STORED / f"{name}.txt").read_text("utf-8").splitlines()


def grown(line: str) -> str:
    """A kept list of codes as it stands in the code now, where a list that is new there holds all of them."""
    new = set(closed_codes()) - set(kept("closed_codes"))
    return next((found for found in sorted(new) if set(line.split()) <= set(found.split())), line)


def main() -> None:
    """Write the lists anew: `python -m tests.structure.names`; look at every line that changed.

    Of what is found in the code beside much else only closed lists are written, where codes were added to one.
    """
    with tempfile.TemporaryDirectory() as folder:
        places = {"YOUTHVOICE_DATA": f"{folder}/var", "YOUTHVOICE_KEYS": f"{folder}/keys"}
        app = create_app(Settings.read({"YOUTHVOICE_MODE": "development", **places}))
        for name, lines in whole_lists(app).items():
            _write(STORED / f"{name}.txt", lines)
        _write(STORED / "closed_codes.txt", sorted({grown(line) for line in kept("closed_codes")}))
        _write(ROUTES, routes(app))


def _write(file: Path, lines: list[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
