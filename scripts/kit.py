"""Make the papers of docs/kit for somebody who prints them: each as PDF, and the figures of one as a workbook.

Run through `make kit`.

They are set by the library and fonts with which the program prints. Equal bytes wherever the same papers are made with
the same library and fonts: no date stands in them.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import typst
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from youthvoice.config import Settings, read_version
from youthvoice.printing.fonts import LATIN, SYMBOLS, installed_fonts

TOP: Final = Path(__file__).resolve().parents[1]
KIT: Final = TOP / "docs" / "kit"
LAYOUT: Final = Path(__file__).with_name("kit.typ")

BREAK: Final = "\u200b"
"""A long path breaks here, between two lines of a narrow column."""

_MARKS: Final = {"strong": "bold", "em": "italic", "code_inline": "code", "link": "link"}

_LINE_CHARACTERS: Final = 104  # of the small letters of a table, across a page
_AROUND_CELL: Final = 3  # characters
_AVERAGE_MOST: Final = 60
_TO_FILL_IN: Final = 28  # characters that somebody writes by hand
_WORD: Final = re.compile(rf"[^\s{BREAK}]+")

Run = dict[str, Any]
Block = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Write every paper as PDF, and the workbook.

    Args:
        arguments: of the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where they are written; files of the same name are replaced")
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    fonts = Settings.read({}).fonts
    if not installed_fonts([LATIN], fonts):
        raise SystemExit(f"The font {LATIN.family} is missing: apt-get install {LATIN.package}")
    from scripts.kit_sheet import make_workbook  # noqa: PLC0415 - it reads papers by this module

    (folder / "what-it-takes.xlsx").write_bytes(make_workbook((KIT / "what-it-takes.md").read_text("utf-8")))
    for paper in sorted(KIT.glob("*.md")):
        file = folder / f"{paper.stem.lower()}.pdf"
        file.write_bytes(typeset(paper.read_text("utf-8"), fonts))
        sys.stdout.write(f"{file}\n")


def typeset(markdown: str, fonts: Path) -> bytes:
    """A paper as PDF.

    Args:
        markdown: its text; the first heading is its title.
        fonts: folder of the font files.
    """
    blocks = read_blocks(markdown)
    title: list[Run] = next((block["text"] for block in blocks if block["kind"] == "heading"), [])
    families = [font.family for font in installed_fonts([LATIN, SYMBOLS], fonts)]
    values = {"title": plain(title), "version": read_version(), "fonts": families, "blocks": blocks}
    pdf = typst.compile(
        LAYOUT,
        root=LAYOUT.parent,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]),
        format="pdf",
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
    )
    return bytes(pdf)


def read_blocks(markdown: str) -> list[Block]:
    """The blocks of a paper, as the layout reads them.

    Raises:
        KeyError: with the kind of a block or of words that no paper had so far; nothing is left out silently.
    """
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(markdown))
    return [_block(node) for node in tree.children]


def plain(runs: Sequence[Run]) -> str:
    """The words of some runs."""
    return "".join(run["words"] for run in runs)


def _block(node: SyntaxTreeNode) -> Block:  # noqa: PLR0911 - as many as papers have kinds of blocks
    if node.type == "heading":
        return {"kind": "heading", "level": int(node.tag[1:]), "text": _inline(node)}
    if node.type == "paragraph":
        return {"kind": "paragraph", "text": _inline(node)}
    if node.type in {"bullet_list", "ordered_list"}:
        items = [[_block(child) for child in item.children] for item in node.children]
        return {"kind": node.type, "start": int(node.attrs.get("start", 1)), "items": items}
    if node.type == "blockquote":
        return {"kind": "blockquote", "blocks": [_block(child) for child in node.children]}
    if node.type in {"fence", "code_block"}:
        return {"kind": "fence", "words": node.content.rstrip("\n")}
    if node.type == "hr":
        return {"kind": "hr"}
    if node.type == "table":
        return _table(node)
    raise KeyError(node.type)


def _inline(node: SyntaxTreeNode) -> list[Run]:
    is_quoted = node.parent is not None and node.parent.type == "blockquote"
    return [run for child in node.children for run in _runs(child, {}, "\n" if is_quoted else " ")]


def _runs(node: SyntaxTreeNode, marks: Run, soft_break: str) -> Iterator[Run]:
    """The runs of some words, each with the marks around it; a link to another paper keeps its words alone."""
    if node.type == "text":
        yield {"words": node.content, **marks}
    elif node.type in {"softbreak", "hardbreak"}:
        yield {"words": soft_break if node.type == "softbreak" else "\n", **marks}
    elif node.type == "code_inline":
        yield {"words": node.content.replace("/", f"/{BREAK}"), **marks, "code": True}
    elif node.type in {"inline", *_MARKS}:
        if node.type == "link":
            address = str(node.attrs["href"])
            marks = {**marks, "link": address} if re.match(r"https?:|mailto:|tel:", address) else marks
        elif node.type in _MARKS:
            marks = {**marks, _MARKS[node.type]: True}
        for child in node.children:
            yield from _runs(child, marks, soft_break)
    else:
        raise KeyError(node.type)


def _table(node: SyntaxTreeNode) -> Block:
    rows = [[_inline(cell) for cell in row.children] for part in node.children for row in part.children]
    return {"kind": "table", "columns": _column_shares(rows), "rows": rows}


def _column_shares(rows: Sequence[Sequence[Sequence[Run]]]) -> list[float]:
    """The share of each column in the width of the page: its longest word always fits, the rest goes by its text."""
    columns = [[plain(cell) for cell in column] for column in zip(*rows, strict=True)]
    longest = [
        max(len(word) for cell in column for word in _WORD.findall(cell) or [""]) + _AROUND_CELL for column in columns
    ]
    weights = [min(sum(map(_expected_length, column)) / len(column), _AVERAGE_MOST) + 1 for column in columns]
    room = max(0.0, _LINE_CHARACTERS - sum(longest))
    widths = [least + room * weight / sum(weights) for least, weight in zip(longest, weights, strict=True)]
    return [round(width / sum(widths), 4) for width in widths]


def _expected_length(cell: str) -> int:
    return max(len(cell), _TO_FILL_IN) if not cell or cell.startswith("To fill in") else len(cell)


if __name__ == "__main__":
    main()
