"""Bring every catalogue up to date with the code and the starters (`make words`).

Each language has up to three: `child.po` holds what children and families read, `starters.po` the questionnaires that
come along, `messages.po` all that staff read besides. A language needs the first. `translations/child.toml` says which
texts are for children and families; a text that staff read as well stands there alone. A text that changes sides keeps
its translation.
"""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po
from babel.util import pathmatch

from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.toml_file import starter_languages
from youthvoice.web.i18n.languages import CHILD_CATALOGUE, STAFF_CATALOGUE

TOP = Path(__file__).parent.parent
TRANSLATIONS = TOP / "translations"
KEYWORDS = {"_": None, "N_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
Text = str | tuple[str, ...]
"""A text, or its singular and plural."""


def templates() -> dict[str, Catalog]:
    """The texts of each catalogue, by its name, without translations.

    Raises:
        ValueError: `child.toml` names a file or a part of one that is not there.
    """
    texts = texts_by_file()
    child = set(_child_texts(texts))
    places = {text: sorted(name for name, found in texts.items() if text in found) for text in child}
    everything = {text for found in texts.values() for text in found}
    starters = Catalog()
    for name in store.starter_names():
        for kind, text in sorted(starter_languages.list_texts(store.load_starter(name))):
            starters.add(text, context=kind)
    return {
        CHILD_CATALOGUE: _catalog(child, places),
        STAFF_CATALOGUE: _catalog(everything - child),
        starter_languages.CATALOGUE: starters,
    }


def texts_by_file() -> Mapping[str, set[Text]]:
    """What each file of the code says, by its path from the top folder."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    texts = {}
    for path in (TOP / "youthvoice").rglob("*.*"):
        name = path.relative_to(TOP).as_posix()
        for pattern, method in methods:
            if pathmatch(pattern, name):
                found = extract_from_file(method, path, KEYWORDS, options=options.get(pattern, {}))
                texts[name] = {text for _line, text, *_rest in found}
    return texts


def _child_texts(texts: Mapping[str, set[Text]]) -> Iterator[Text]:
    listed = tomllib.loads((TRANSLATIONS / "child.toml").read_text("utf-8"))
    for pattern in listed["files"]:
        paths = [path.relative_to(TOP).as_posix() for path in TOP.glob(pattern)]
        if not paths:
            raise ValueError(f"translations/child.toml: no file is {pattern}")
        for path in paths:
            yield from texts.get(path, ())
    for path, names in listed["parts"].items():
        for name in names:
            yield from texts_in_part(TOP / path, name)
    yield from listed["texts"]


def texts_in_part(path: Path, name: str) -> set[Text]:
    """The texts of one function, class or table of a module.

    Raises:
        ValueError: the module has none of this name.
    """
    nodes = [node for node in ast.parse(path.read_text("utf-8")).body if name in _names_of(node)]
    if not nodes:
        raise ValueError(f"translations/child.toml: {path.name} has no {name}")
    source = "\n".join(ast.unparse(node) for node in nodes)
    return {text for _line, text, *_rest in extract("python", BytesIO(source.encode()), KEYWORDS)}


def _names_of(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return {getattr(node, "name", "")}


def _catalog(texts: Iterable[Text], places: Mapping[Text, list[str]] = MappingProxyType({})) -> Catalog:
    catalog = Catalog()
    for text in texts:
        catalog.add(text, locations=[(name, 0) for name in places.get(text, ())])
    return catalog


def update(folder: Path, wanted: Mapping[str, Catalog]) -> None:
    """Update the catalogues of one language; it gets none that it does not have.

    Args:
        folder: `LC_MESSAGES` of the language.
        wanted: from `templates`.
    """
    catalogs = {name: _read(folder / f"{name}.po") for name in wanted if (folder / f"{name}.po").exists()}
    every = [message for catalog in catalogs.values() for message in _messages(catalog)]
    translations = {(message.id, message.context): message.string for message in every}
    for name, catalog in catalogs.items():
        for message in _messages(wanted[name]):
            if catalog.get(message.id, message.context) is None:
                translated = translations.get((message.id, message.context), "")
                catalog.add(message.id, translated, context=message.context)
        catalog.update(wanted[name], no_fuzzy_matching=True, update_creation_date=False)
        _write(folder / f"{name}.po", catalog)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _write(path: Path, catalog: Catalog, *, is_template: bool = False) -> None:
    """Write a catalogue; the template of children's texts says in which files each is, without numbers of lines."""
    text = BytesIO()
    located = {"no_location": path.name != f"{CHILD_CATALOGUE}.pot", "include_lineno": False}
    write_po(text, catalog, width=0, omit_header=is_template, sort_output=True, ignore_obsolete=True, **located)
    path.write_bytes(text.getvalue())


def main() -> None:
    """Write both templates, and update the catalogues of every language."""
    wanted = templates()
    for name, template in wanted.items():
        _write(TRANSLATIONS / f"{name}.pot", template, is_template=True)
    for folder in sorted(TRANSLATIONS.glob("*/LC_MESSAGES")):
        update(folder, wanted)


if __name__ == "__main__":
    main()
