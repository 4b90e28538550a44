"""When something that children told may become a theme of "what children said". Pure.

Source: PRIVACY.md A12: at least three, and one in four of ten or more; a paraphrase or a consented quote, two people,
no adult and no event that can be recognised. Until figures of the channel exist, the words stay inside it.
"""

from collections.abc import Iterable
from typing import Final

from youthvoice.grievances.case.echo_check import Repeat, repeats

AGREED: Final = "summary"
"""Flag: two people agreed on words for this report."""

FEWEST: Final = 3
_FEWEST_ALL: Final = 10
_ONE_IN: Final = 4


def missing(of_it: int, of_all: int) -> int:
    """How many more reports of one topic need agreed words before it can be a theme that points at no child.

    Args:
        of_it: reports of the topic with agreed words.
        of_all: all reports of the site; below ten there is no theme, whatever they are about.
    """
    wanted = max(FEWEST, -(-of_all // _ONE_IN))
    return max(wanted - of_it, _FEWEST_ALL - of_all, 0)


def faults(words: str, told: Iterable[str], names: Iterable[str], *, quoted: bool) -> list[Repeat]:
    """What such words must not hold: names of adults, and the child's own words without the child's yes to them."""
    return [one for one in repeats(words, told, names) if one.kind == "name" or not quoted]
