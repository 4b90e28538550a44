"""The papers for an organisation as PDF: nothing of one is lost, and the same paper has the same bytes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from scripts import kit
from tests.support.papers import need_font, text_of
from youthvoice.config import Settings

PAPER = """# A *small* paper

To read, with **bold [paper](other.md)**, `a/very/long/path/that/no/narrow/column/holds/in/one/line.py` and
[a site](https://example.org). Typst's own signs are words: #let $x$ @here a < b \\\\ [brackets] _a_ // no comment.

- first
  1. inner
  2. second

> Somebody may have seen it.
> You did nothing wrong.

---

```
as it is:   kept
```

| who | what must come out | fill in |
|---|---|---|
"""
PAPER += "".join(f"| row{number} | {'words that break ' * 9}end{number} | To fill in: |\n" for number in range(40))


def _words(value: Any) -> Iterator[str]:
    """Every word that a reader must find."""
    if isinstance(value, list):
        for part in value:
            yield from _words(part)
    elif isinstance(value, dict):
        if "words" in value:
            yield value["words"]
        yield from (words for name in ("text", "items", "blocks", "rows") for words in _words(value.get(name, [])))


def _squeezed(text: str) -> str:
    return re.sub(r"\s|" + kit.BREAK, "", text)


def test_no_word_and_no_cell_is_lost_and_the_bytes_are_the_same() -> None:
    need_font("en")
    fonts = Settings.read({}).fonts
    pdf = kit.typeset(PAPER, fonts)
    assert kit.typeset(PAPER, fonts) == pdf
    said = _squeezed(text_of(pdf))
    for words in _words(kit.read_blocks(PAPER)):
        assert _squeezed(words) in said, words
    assert "smallpaper·YouthVoice" in said
    assert "1/3" in said


@pytest.mark.parametrize("paper", sorted(kit.KIT.glob("*.md")), ids=lambda paper: paper.stem)
def test_every_paper_can_be_read_whole(paper: Any) -> None:
    markdown = paper.read_text("utf-8")
    blocks = kit.read_blocks(markdown)
    cells = [cell for block in blocks if block["kind"] == "table" for row in block["rows"] for cell in row]
    rows = [
        line for line in markdown.splitlines() if line.startswith("|") and not re.match(r"\|[-| ]*-[-| ]*\|$", line)
    ]
    assert len(cells) == sum(len(re.split(r"(?<!\\)\|", row)) - 2 for row in rows)
    assert all(abs(sum(block["columns"]) - 1) < 0.01 for block in blocks if block["kind"] == "table")


def test_a_block_that_no_layout_draws_is_refused() -> None:
    with pytest.raises(KeyError, match="html_block"):
        kit.read_blocks("<div>lost</div>\n")
    with pytest.raises(KeyError, match="image"):
        kit.read_blocks("![a picture](x.png)\n")
