"""Papers say what is built: every setting, command and exit code, and whatever they or the code name can be found."""

import ast
import builtins
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from flask import Flask

from tests.structure.budget import nodes, tree
from youthvoice.cli import LazyCommand
from youthvoice.jobs import picture_maker
from youthvoice.privacy.disclosure.bands import band_widths, max_categories
from youthvoice.slips.rules import MAX_SLIPS
from youthvoice.surveys.questionnaires import importer
from youthvoice.web import request_bodies

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "youthvoice"
OPERATIONS = TOP / "docs/operations.md"
MOST_LINES_OF_README = 100
PAPERS = sorted(
    [*TOP.glob("*.md"), *(path for name in ("docs", "deploy", ".github") for path in (TOP / name).rglob("*.md"))]
)

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"""(?:\]\(|<img src=")([^)"\s]+)[)"]""")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_CODE_ROW = re.compile(r"^\| `(\d+)` \|", re.MULTILINE)

DESIGN = {paper.stem.upper(): paper for paper in (TOP / "docs/design").glob("*.md")}
_TEXTS = ("youthvoice", "tests", "benchmarks", "surveys", "docs")
_SUFFIXES = {".py", ".html", ".js", ".css", ".toml", ".md"}
_CODE = re.compile(r"(?<![\w/.+=#%-])[A-Z]\d{1,2}(?![\w/.]\w)\b")
_CITED = re.compile(
    r"\b(DESIGN|PRIVACY|CHILD-UX|STANDARDS)(\.md)?"
    r"""(?P<where>(?:(?:[,;]? (?:and |section )?|-)(?:[A-Z]?\d{1,2}\b|[ABC]\b|"[^"]+"|\([^)]*\)))*)"""
)
_ENDS = {"SystemExit", "Exit", "exit", "_exit"}
_OF_OTHERS = {"R39"}
"""Codes that are no papers' of ours: regulation 39 in the list of sources."""


class _Module(NamedTuple):
    """What is asked of a module, for which it is read once.

    Attributes:
        docstrings: and whatever else stands alone as a text.
        names: that it binds, imports or asks of a value.
        top: names that it binds at its top.
        members: of each class: what it has, and the names of its bases.
        texts: all values that are words.
        ends: numbers with which it ends a command.
    """

    docstrings: list[str]
    names: frozenset[str]
    top: set[str]
    members: list[tuple[str, set[str], set[str]]]
    texts: set[str]
    ends: list[int]


@cache
def _module(path: Path) -> _Module:
    top = {bound for statement in tree(path).body for bound in (*_bound(statement), *_imported(statement))}
    module, names = _Module([], frozenset(), top, [], set(), []), set[str]()
    for node in nodes(path):
        names.update((*_bound(node), *_imported(node)))
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            module.texts.add(node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            module.docstrings.append(node.value.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _ENDS:
            given = (one.value for one in node.args if isinstance(one, ast.Constant))
            module.ends.extend(value for value in given if type(value) is int)
        elif isinstance(node, ast.ClassDef):
            module.members.append((node.name, _inside(node), {_last_name(base) for base in node.bases}))
    return module._replace(names=frozenset(names))


def _inside(node: ast.ClassDef) -> set[str]:
    stored = (one for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store))
    return {bound for statement in node.body for bound in _bound(statement)} | {one.attr for one in stored}


def _last_name(base: ast.expr) -> str:
    return ast.unparse(base).rpartition(".")[2]


@cache
def _ours() -> tuple[Path, ...]:
    """Every module of the package and of its tests."""
    return (*PACKAGE.rglob("*.py"), *(TOP / "tests").rglob("*.py"))


def test_every_setting_is_documented() -> None:
    rows = set(re.findall(r"^\| `(YOUTHVOICE_\w+)` \|", OPERATIONS.read_text("utf-8"), re.MULTILINE))
    named = {name for text in _said_in_code() for name in re.findall(r"\bYOUTHVOICE_[A-Z_]*[A-Z]\b", text)}
    assert rows == named


def test_every_command_is_documented(app: Flask) -> None:
    operations = OPERATIONS.read_text("utf-8")
    ours = []
    for name, listed in app.cli.commands.items():
        command = listed.read() if isinstance(listed, LazyCommand) else listed
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        ours += [f"youthvoice {name} {one}".rstrip() for one in inner]
    assert ours
    assert not [name for name in ours if not re.search(rf"`{re.escape(name)}[ `]", operations)]


def test_the_sizes_in_operations_are_those_of_the_code() -> None:
    sizes = OPERATIONS.read_text("utf-8").partition("## Sizes and limits")[2].partition("\n## ")[0]
    mebi, million = 1024**2, 1_000_000
    for size in (
        f"{importer.MAX_FILE_BYTES // mebi} MiB; read in a process of its own with {importer.MAX_MEMORY // mebi} MB",
        f"MB of memory and {importer.MAX_CPU_SECONDS} seconds of work |",
        f"{picture_maker.MAX_PICTURE_BYTES // mebi} MiB, {picture_maker.MAX_PIXELS // million} million pixels;",
        f"with {picture_maker.MAX_MEMORY // mebi} MB of memory and {picture_maker.MAX_CPU_SECONDS} seconds of work;",
        f"a JPEG in {picture_maker.MAX_SCANS} scans at most;",
        f"{request_bodies.MAX_INCOMING}, or {request_bodies.MAX_INCOMING_BYTES // mebi} MiB of them;",
        f"up to {request_bodies.MAX_BYTES // mebi} MiB, with a picture for a questionnaire ",
        f"{MAX_SLIPS:,} where slips or cards are dealt",
    ):
        assert size in sizes


def _exit_codes() -> Iterator[int]:
    """What a command of ours can end with: what the code says, and what click ends with by itself."""
    yield from (0, click.ClickException.exit_code, click.UsageError.exit_code)
    for path in PACKAGE.rglob("*.py"):
        yield from _module(path).ends


def test_every_exit_code_is_documented() -> None:
    assert sorted({int(code) for code in _CODE_ROW.findall(OPERATIONS.read_text("utf-8"))}) == sorted({*_exit_codes()})


def test_what_the_readme_tells_to_try_is_called_so_on_the_pages() -> None:
    """Words in italics, but for addresses: a newcomer looks in vain for a tile that has another name now."""
    steps = (TOP / "README.md").read_text("utf-8").split("## Try it")[1].split("| to | do |")[0]
    names = set(re.findall(r"(?<!\*)\*([^*/\n]+)\*(?!\*)", steps))
    catalogues = [TOP / "translations" / file for file in ("child.pot", "ar/LC_MESSAGES/messages.po")]
    words = "\n".join(catalogue.read_text("utf-8") for catalogue in catalogues)
    messages = set(re.findall(r'^msgid "(.+)"$', words, re.MULTILINE))
    assert {"Answer", "Tell"} <= names
    assert {name for name in names if not {name, f"{name}."} & messages} == set()


def test_the_readme_is_short() -> None:
    assert len((TOP / "README.md").read_text("utf-8").splitlines()) <= MOST_LINES_OF_README


def _anchors(paper: Path) -> set[str]:
    """What a link may name in a paper, as the forges make it of a heading."""
    headings = _HEADING.findall(_FENCE.sub("", paper.read_text("utf-8")))
    words = (re.sub(r"[^\w\- ]", "", one.replace("`", "").lower()) for one in headings)
    return {one.replace(" ", "-") for one in words}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.relative_to(TOP).as_posix())
def test_every_link_leads_somewhere(paper: Path) -> None:
    lost = []
    for link in _LINK.findall(_FENCE.sub("", paper.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        to = (paper.parent / file).resolve() if file else paper
        if not to.exists() or (anchor and anchor not in _anchors(to)):
            lost.append(link)
    assert not lost


def _reached() -> set[Path]:
    """Papers and pictures that can be reached from the README."""
    reached: set[Path] = set()
    look = [TOP / "README.md"]
    while look:
        paper = look.pop()
        reached.add(paper)
        links = _LINK.findall(paper.read_text("utf-8")) if paper.suffix == ".md" else []
        files = {(paper.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link}
        look += [file for file in files - reached if file.is_file()]
    return reached


def test_no_paper_and_no_picture_is_lost() -> None:
    ours = {path for name in ("docs", "deploy") for path in (TOP / name).rglob("*") if path.is_file()}
    assert ours
    assert not sorted(ours - _reached())


_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
"""Of Python, and what looks like one in a text: to tell them apart took six seconds, and both should be true."""


@cache
def _cited_text() -> tuple[tuple[Path, str], ...]:
    """Everything in which a paper may be cited: docstrings and comments of code, and what is no code at all."""
    paths = [path for folder in _TEXTS for path in sorted((TOP / folder).rglob("*")) if path.suffix in _SUFFIXES]
    texts = ((path, path.read_text("utf-8")) for path in [*paths, *TOP.glob("*.md")])
    return tuple((path, "\n".join(_spoken(path, text)) if path.suffix == ".py" else text) for path, text in texts)


def _spoken(path: Path, code: str) -> Iterator[str]:
    yield from _module(path).docstrings
    for comment in _COMMENT.findall(code):
        yield re.sub(r"# noqa: [A-Z0-9, ]+", "", comment)


def _flat(text: str) -> str:
    return re.sub(r"[\s*`#]+", " ", text).lower()


def test_every_duty_and_rule_that_is_cited_stands_in_a_design_paper() -> None:
    headings = set()
    for paper in DESIGN.values():
        headings |= set(re.findall(r"^#{2,3} ([A-Z]\d{1,2}) ", paper.read_text("utf-8"), re.MULTILINE))
    unknown = {
        (code, path.relative_to(TOP).as_posix())
        for path, text in _cited_text()
        if path.suffix in {".py", ".md", ".html"}
        for code in _CODE.findall(text)
        if code not in headings | _OF_OTHERS
    }
    assert headings
    assert not unknown


def test_every_place_in_a_design_paper_that_is_cited_is_there() -> None:
    lost: list[tuple[str, ...]] = []
    for path, text in _cited_text():
        for cited in _CITED.finditer(re.sub(r"\s+", " ", text)):
            paper = DESIGN[cited[1]].read_text("utf-8")
            where = re.sub(r"\([^)]*\)", "", cited["where"])
            quoted = re.findall(r'"([^"]+?)(?: ?\.\.\.)?"', where)
            sections = re.findall(r"[A-Z]?\d{1,2}\b|\b[ABC]\b", re.sub(r'"[^"]*"', "", where))
            lost += [(path.name, cited[0]) for words in quoted if _flat(words) not in _flat(paper)]
            lost += [(path.name, cited[0], one) for one in sections if not _has_section(cited[1], paper, one)]
    assert not lost


def _has_section(name: str, paper: str, section: str) -> bool:
    """A code of another paper is looked for by itself; a bare number of the duties is one of them."""
    section = f"S{section}" if name == "STANDARDS" and section.isdecimal() else section
    here = re.search(rf"^#{{2,3}} {section}[. ]", paper, re.MULTILINE) is not None
    return here or re.fullmatch(r"[A-Z]\d{1,2}", section) is not None


def test_every_paper_that_is_named_exists() -> None:
    lost = []
    for path, text in _cited_text():
        for named in re.findall(r"\b(?:docs/[\w/.-]+\.md|[A-Z][A-Z-]+\.md)\b", text):
            known = (TOP / named).exists() or named.removesuffix(".md") in DESIGN
            lost += [] if known else [(path.relative_to(TOP).as_posix(), named)]
    assert not lost


def test_the_bands_in_the_paper_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| ([\d, ]+) \| (\d) \|$", DESIGN["PRIVACY"].read_text("utf-8"), re.MULTILINE)
    assert rows
    for n, widths, most in rows:
        assert band_widths(int(n)) == tuple(int(width) for width in widths.split(", "))
        assert max_categories(int(n)) == int(most)


_NAMED = re.compile(r"(?<!`)`([A-Za-z_]\w*(?:[./][A-Za-z0-9_-]+)+)(?:\([^`]*\))?`(?!`)")
_ALONE = re.compile(r"(?<!`)`([A-Za-z_]\w*)(?:\([^`]*\))?`(?!`)")
_TEST = re.compile(r"^ *def (test_\w+)", re.MULTILINE)
_TEST_IN_PAPER = re.compile(r"\b(test_\w+)")
_SHORT = 60
_FILE = re.compile(r".*\.(?:py|md|toml|html|js|css|json|txt|svg|po|pot)")
_NOT_OURS = {
    "json.dumps", "os.fsync", "location.replace", "setup.box", "review.pdf", "Response.json", "pack.consent",
    "html.parser", "history.back", "time.monotonic", "typst.Fonts", "X_Forwarded_For", "throttling.mobileSlow4G",
    "surveys/clips/NAME.webm", "translations/xx", "or_other", "O", "picture_2", "word_2_en",
}  # fmt: skip
"""What the standard library, browsers, XLSForm and other senders name, what stands for any name, fields of a loop."""


@cache
def _known_names() -> dict[str, set[str]]:
    """What each module defines at its top, by the module's own name."""
    tops: dict[str, set[str]] = {}
    for path in _ours():
        name = path.parent.name if path.stem == "__init__" else path.stem
        defined = tops.setdefault(name, set())
        if path.stem == "__init__":
            defined |= {one.stem for one in path.parent.iterdir() if one.suffix == ".py" or one.is_dir()}
        defined |= _module(path).top
    return tops


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name | ast.arg):
        yield node.id if isinstance(node, ast.Name) else node.arg
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((one.asname or one.name) for one in node.names)


def _resolves(named: str, beside: Path) -> bool:
    """Whether a path is there, or what a module defines is defined."""
    if "/" in named or _FILE.fullmatch(named):
        words = TOP / "translations"
        places = (
            TOP,
            PACKAGE,
            beside.parent,
            PACKAGE / "web/templates",
            words,
            words / "hi",
            words / "hi/LC_MESSAGES",
            words / "ru/LC_MESSAGES",
        )
        ours = named.split("/", maxsplit=1)[0] in {one.name for folder in (TOP, PACKAGE) for one in folder.iterdir()}
        there = any((place / f"{named}{ending}").exists() for place in places for ending in ("", ".py"))
        return there or any(PACKAGE.rglob(named)) if ours or _FILE.fullmatch(named) else True
    tops = _known_names()
    first, *rest = named.split(".")
    if first in tops:
        return rest[0] in tops[first] or named in _said_in_code()
    if first in _members():
        return rest[0] in _members()[first]
    if named in _said_in_code() or first[0].isupper():  # classes of the browser and of others
        return True
    near = _module(beside).names if beside.is_relative_to(PACKAGE) else _names()
    return first in near and rest[0] in _names()


@cache
def _names() -> frozenset[str]:
    """Every name in the code of the package and of its tests."""
    return frozenset(name for path in _ours() for name in _module(path).names)


@cache
def _words_of_files() -> frozenset[str]:
    """Every word of what is no code of Python (scripts, pages, files), and of values that are short: columns, codes."""
    suffixes = {".html", ".js", ".css", ".typ", ".toml", ".txt", ".json", ".svg"}
    files = [path for path in PACKAGE.rglob("*") if path.suffix in suffixes]
    values = (value for value in _said_in_code() if len(value) < _SHORT)
    texts = (*(path.read_text("utf-8") for path in files), *values)
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


@cache
def _said_in_code() -> set[str]:
    """Names that are values: an action of the log, a permission, a field of another's form."""
    return {text for path in PACKAGE.rglob("*.py") for text in _module(path).texts}


@cache
def _members() -> dict[str, set[str]]:
    """What each class of ours has, by its name: fields, methods, what is set on itself, and the same of its bases."""
    own: dict[str, set[str]] = {}
    bases: dict[str, set[str]] = {}
    for name, inside, above in (one for path in _ours() for one in _module(path).members):
        own.setdefault(name, set()).update(inside)
        bases.setdefault(name, set()).update(above)

    def all_of(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        above = (bases.get(name, set()) & own.keys()) - seen
        return own[name].union(*(all_of(base, seen | {name}) for base in above))

    return {name: all_of(name) for name in own}


def test_every_module_and_file_that_is_named_is_there() -> None:
    lost = sorted(
        (path.relative_to(TOP).as_posix(), named)
        for path, text in _cited_text()
        if path.suffix in {".py", ".md"}
        for named in _NAMED.findall(text)
        if named not in _NOT_OURS and not _resolves(named, path)
    )
    assert not lost


def test_every_name_that_the_code_explains_is_in_the_code() -> None:
    """A name alone, of a function, a field or a module, in a docstring or a comment of the package."""
    modules = {part for path in PACKAGE.rglob("*.py") for part in (path.stem, path.parent.name)}
    known = _names() | modules | _words_of_files() | set(dir(builtins))
    lost = {
        (path.relative_to(TOP).as_posix(), name)
        for path, text in _cited_text()
        if path.suffix == ".py" and path.is_relative_to(PACKAGE)
        for name in _ALONE.findall(text)
        if name not in known | _NOT_OURS
    }
    assert lost == set()


def test_every_test_that_a_paper_names_is_there() -> None:
    known = {
        name
        for text in (path.read_text("utf-8") for path in (TOP / "tests").rglob("*.py"))
        for name in _TEST.findall(text)
    }
    known |= {path.stem for path in (TOP / "tests").rglob("test_*.py")}
    named = {(paper.name, name) for paper in PAPERS for name in _TEST_IN_PAPER.findall(paper.read_text("utf-8"))}
    assert named
    assert {(paper, name) for paper, name in named if name not in known} == set()


def test_the_architecture_names_every_package_and_feature_and_nothing_else() -> None:
    paper = (TOP / "docs/architecture.md").read_text("utf-8")
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")} - {"."}
    features = {folder for folder in folders if not {"routes", "versions"} & set(folder.split("/"))}
    rows = set(re.findall(r"^\| `([a-z0-9_/]+)`", paper, re.MULTILINE))
    assert not features - rows
    drawn = {
        word for block in _FENCE.findall(paper) for word in re.findall(r"(?<![\w/<.])[a-z_]+(?:/[a-z0-9_]+)+", block)
    }
    ours = {word for word in rows | drawn if (PACKAGE / word.split("/", maxsplit=1)[0]).is_dir()}
    assert ours & drawn
    assert not {word for word in ours if not ((PACKAGE / f"{word}.py").is_file() or (PACKAGE / word).is_dir())}


def test_the_layers_in_the_architecture_are_those_that_imports_keep() -> None:
    contracts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (kept,) = (one["layers"] for one in contracts if one.get("containers") == ["youthvoice"] and "layers" in one)
    paper = (TOP / "docs/architecture.md").read_text("utf-8").partition("## Layers")[2].partition("## Inside")[0]
    drawn = re.findall(r"^\| `(\w+)`( ·)? \|", paper, re.MULTILINE)
    beside = "".join(name + (" | " if dot else "\n") for name, dot in drawn)
    assert beside.splitlines() == kept


def test_no_change_is_listed_twice() -> None:
    """Two branches that both added a line leave it twice."""
    bullets = re.split(r"(?m)^(?=- )", (TOP / "CHANGELOG.md").read_text("utf-8"))
    assert [bullet for bullet, number in Counter(bullets).items() if number > 1] == []
