"""The list of OWASP ASVS 5.0: every requirement of levels 1 and 2 stands in it once, and what shows it is there."""

import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

import pytest

TOP: Final = Path(__file__).parents[2]

PAPER: Final = (TOP / "docs/asvs.md").read_text("utf-8")

_LEVELS: Final = """
    1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123 2.1:122 2.2:112 2.3:12223 2.4:23
    3.1:3 3.2:113 3.3:12223 3.4:11222233 3.5:11122333 3.6:3 3.7:22333 4.1:12233 4.2:23333 4.3:22 4.4:1222
    5.1:2 5.2:112333 5.3:113 5.4:222 6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33
    6.8:2222 7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22 8.1:1233 8.2:1123 8.3:133 8.4:23 9.1:111 9.2:1222
    10.1:22 10.2:223 10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222
    11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33 12.1:12233 12.2:11 12.3:22223
    13.1:2333 13.2:222223 13.3:2233 13.4:1222233 14.1:22 14.2:12223333 14.3:122 15.1:12233 15.2:12233 15.3:1222222
    15.4:3333 16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223 17.1:23 17.2:22223333 17.3:22
"""
"""Of each section the level of each requirement in order. Source: OWASP/ASVS, tag v5.0.0, 5.0/docs_en, the CSV."""


class Line(NamedTuple):
    """One line of the list."""

    number: str
    level: str
    words: str
    state: str
    shown: str


LINES: Final = [
    Line(*(cell.strip() for cell in line.strip("| ").split(" | ")))
    for line in PAPER.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ ", line)
]

_TEST: Final = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def _requirements() -> dict[str, str]:
    sections = (part.split(":") for part in _LEVELS.split())
    return {f"{section}.{number}": level for section, levels in sections for number, level in enumerate(levels, 1)}


def test_the_standard_has_so_many_requirements() -> None:
    """As its own list says: 70, 183 and 92."""
    assert Counter(_requirements().values()) == {"1": 70, "2": 183, "3": 92}


def test_every_requirement_of_the_first_two_levels_stands_there_once() -> None:
    wanted = [(number, level) for number, level in _requirements().items() if level != "3"]
    assert sorted((line.number, line.level) for line in LINES) == sorted(wanted)


@pytest.mark.parametrize("chapter", range(1, 18))
def test_every_line_is_shown_by_a_test_that_is_there_or_says_why_not(chapter: int) -> None:
    lines = [line for line in LINES if line.number.startswith(f"{chapter}.")]
    assert lines
    for line in lines:
        assert line.state in {"met", "partly", "not met", "n/a"}, line
        assert line.words, line
        assert line.shown, line
        for path, name in _TEST.findall(line.shown):
            assert (TOP / path).is_file(), line
            assert not name or f"def {name}(" in (TOP / path).read_text("utf-8"), line


def test_the_paper_counts_its_own_lines() -> None:
    said = re.search(r"Met: (\d+)\. Partly: (\d+)\. Not met: (\d+)\. Not applicable, .*: (\d+)\.", PAPER)
    states = Counter(line.state for line in LINES)
    assert said
    assert [int(number) for number in said.groups()] == [states[it] for it in ("met", "partly", "not met", "n/a")]
