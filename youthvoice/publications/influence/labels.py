"""Labels for a year of influence, in the language of the page, and its rows for a page, the board or a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

from youthvoice.privacy.disclosure.bands import Band
from youthvoice.privacy.disclosure.phrasing import phrase_band
from youthvoice.publications.band_lines import BandLine
from youthvoice.publications.influence.years import SIDES, YES, InfluenceGroup, InfluenceYear, Wait, middle_wait
from youthvoice.publications.labels import band_label, band_numbers_label
from youthvoice.web.i18n.formats import join_list

QUESTION_LABELS: Final = {
    "in_time": _l("Answered by the day that children were told"),
    "changed": _l("Adults said yes, or partly"),
    "helped": _l("Children say that it is really done"),
}

_BOARD_SENTENCES: Final = {
    "in_time": _l("Answered in time: %(share)s"),
    "changed": _l("Adults said yes: %(share)s"),
    "helped": _l("We said it is done: %(share)s"),
}


@dataclass(frozen=True, slots=True)
class InfluenceBlock:
    """One group of a year, or all together, as a page shows it.

    Attributes:
        of: names of its sites; empty for all together.
        n: number of words.
        lines: the line of "yes" for each question.
        wait: the median wait.
        pooled: whether it is several sites with fewer than ten words each.
    """

    of: str
    n: int
    lines: Mapping[str, BandLine]
    wait: Wait
    pooled: bool = False

    @property
    def bars(self) -> Iterator[tuple[str, str, str, int, int, int]]:
        """Label, words, numbers, low, high and n of each row."""
        for question, line in self.lines.items():
            numbers = band_numbers_label(line)
            words = "" if line["code"] == "between" else band_label(line)
            yield str(QUESTION_LABELS[question]), words, numbers, line["low"], line["high"], line["n"]

    @property
    def wait_words(self) -> str:
        """The median wait, in words."""
        return wait_label(self.wait)


def blocks_of_year(year: InfluenceYear, names: Mapping[int, str]) -> list[InfluenceBlock]:
    """All together first, then each group whose sites all have a name here.

    Args:
        year: frozen.
        names: of the sites that may be shown separately; empty for an open page.
    """
    if not year.groups:
        return []
    is_single = len(year.groups) == 1
    lines = {name: _line(year.together(name), year.n, is_single=is_single) for name in SIDES}
    influence_blocks = [InfluenceBlock("", year.n, lines, middle_wait(year.groups))]
    for group in year.groups:
        if set(group.site_ids) <= set(names):
            of = join_list(names[site_id] for site_id in group.site_ids)
            wait = middle_wait([group])
            influence_blocks.append(
                InfluenceBlock(of, group.n, lines_of_group(group), wait, pooled=len(group.site_ids) > 1)
            )
    return influence_blocks


def blocks_of_page(year: InfluenceYear, names: Mapping[int, str]) -> list[InfluenceBlock]:
    """The blocks of a year on a page: where there is one group and it has a name, all together are not said twice."""
    return blocks_of_year(year, names)[-1:] if len(year.groups) == 1 else blocks_of_year(year, names)


def lines_of_group(group: InfluenceGroup) -> dict[str, BandLine]:
    """The line of "yes" for each question."""
    return {name: _line(group.tables[name].band(YES), group.n, is_single=True) for name in SIDES}


def _line(band: Band, n: int, *, is_single: bool) -> BandLine:
    """The line of a band; only the band of a single group has a word of its own, not a sum of bands."""
    phrase = phrase_band(band, n) if is_single else None
    code, tenths = (phrase.code, phrase.tenths) if phrase else ("between", None)
    return {"low": band.low, "high": band.high, "n": n, "code": code, "tenths": tenths}


def board_sentence(question: str, line: BandLine) -> str:
    """The sentence for children about a question, for their own site."""
    return str(_BOARD_SENTENCES[question]) % {"share": band_label(line)}


def wait_label(wait: Wait) -> str:
    """The range of the median wait, in days."""
    if wait.high is None and wait.low == 0:
        return str(_("We can't tell how long the median wait was."))
    if wait.high is None:
        days = ngettext("%(num)s day or more, or no answer yet", "%(num)s days or more, or no answer yet", wait.low)
    elif wait.low == 0:
        days = ngettext("at most %(num)s day", "at most %(num)s days", wait.high)
    else:
        days = ngettext("%(low)s to %(num)s day", "%(low)s to %(num)s days", wait.high, low=wait.low)
    return str(_("The median wait for an answer: %(days)s", days=days))
