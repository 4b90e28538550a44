"""Papers say what is built: every setting, command and exit code, and whatever they or the code name can be found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "youthvoice"
OPERATIONS = TOP / "docs/operations.md"
MOST_LINES_OF_README = 100
PAPERS = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), *(TOP / ".github").rglob("*.md")])

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_CODE_ROW = re.compile(r"^\| `(\d+)` \|", re.MULTILINE)


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def _constants() -> Iterator[str]:
    for _path, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_setting_is_documented() -> None:
    rows = set(re.findall(r"^\| `(YOUTHVOICE_\w+)` \|", OPERATIONS.read_text("utf-8"), re.MULTILINE))
    named = {word for text in _constants() for word in re.findall(r"\bYOUTHVOICE_[A-Z_]*[A-Z]\b", text)}
    assert rows == named


def test_every_command_is_documented(app: Flask) -> None:
    operations = OPERATIONS.read_text("utf-8")
    ours = []
    for name, command in app.cli.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        ours += [f"flask {name} {one}".rstrip() for one in inner]
    assert ours
    assert not [name for name in ours if not re.search(rf"`{re.escape(name)}[ `]", operations)]


def _exit_codes() -> Iterator[int]:
    """What a command of ours can end with: what the code says, and what click ends with by itself."""
    yield from (0, click.ClickException.exit_code, click.UsageError.exit_code)
    for _path, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {
                "SystemExit",
                "Exit",
                "exit",
            }:
                yield from (one.value for one in node.args if isinstance(one, ast.Constant) and type(one.value) is int)


def test_every_exit_code_is_documented() -> None:
    assert sorted({int(code) for code in _CODE_ROW.findall(OPERATIONS.read_text("utf-8"))}) == sorted({*_exit_codes()})


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
    ours = {path for path in (TOP / "docs").rglob("*") if path.is_file()}
    assert ours
    assert not sorted(ours - _reached())
