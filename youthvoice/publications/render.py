"""From a frozen view to what a page, a letter or a board shows, in one language. Reads nothing else."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from youthvoice.privacy.disclosure.band_cuts import FULL_CATEGORIES
from youthvoice.publications import labels as words
from youthvoice.publications.lines import SIDE, Line
from youthvoice.publications.snapshot import Frozen, tables_of
from youthvoice.surveys.questionnaires.question import DID_NOT_SAY
from youthvoice.web.i18n.languages import TRANSLATED
from youthvoice.web.i18n.lists import listed

Bar = tuple[str, str, str, int, int, int]  # label, words, numbers, low, high, total


@dataclass(frozen=True, slots=True)
class Finding:
    """One question as it is shown.

    Attributes:
        name: of the question.
        sentence: the first thing that is read.
        picture: OpenMoji code, or empty.
        bars: a row for every line.
        beads: low, high, total and words for ten beads, of the first line; empty where the question has many.
        mark: of a change: `more`, `fewer`, `cant-tell` or empty.
        changed: the words for it.
        unknown: what is not known.
        none_stands_out: of many answers each was given by few.
    """

    name: str
    sentence: str
    picture: str
    bars: tuple[Bar, ...]
    beads: tuple[int, int, int, str] | tuple[()]
    mark: str
    changed: str
    unknown: str
    none_stands_out: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A whole view; the finding that leads comes first. Of a choice `unsaid` is what got too few votes."""

    title: str
    is_choice: bool
    sites: str
    answered: str
    findings: tuple[Finding, ...]
    unsaid: tuple[str, ...]
    won: tuple[tuple[str, str, str], ...]  # question, winner, picture
    decider: str
    due: str


def languages_of(frozen: Frozen) -> tuple[str, ...]:
    """The languages a view can be read in: those of the questionnaire that the pages speak too."""
    return tuple(code for code in TRANSLATED if code in frozen["languages"]) or TRANSLATED[:1]


def best(frozen: Frozen, language: str) -> str:
    """A language if the view can be read in it, else the first that it can."""
    offered = languages_of(frozen)
    return language if language in offered else offered[0]


def view(frozen: Frozen, language: str, answered: Collection[str] = ()) -> View:
    """A frozen view in a language, which must be the one that gettext speaks now.

    First what was answered, then what changed, then what most say: nothing but bands and adults' answers moves it.

    Args:
        frozen: as it was written.
        language: one of `languages_of`.
        answered: names of the questions that adults answered.

    Raises:
        ValueError: something stands in it that could not have been published.
    """
    for _table in tables_of(frozen):  # each is one that only `privacy.disclosure` can have made
        pass
    teller = _Teller(frozen, language)
    found = [teller.finding(question) for question in frozen["questions"]]
    return View(
        title=teller.said(frozen["title"]),
        is_choice=frozen["purpose"] == "choice",
        sites=listed(frozen["sites"]),
        answered=teller.answered(),
        findings=tuple(sorted(found, key=lambda one: _comes_first(one, answered))),  # stable
        unsaid=tuple(teller.said(one["text"]) for one in frozen["unsaid"]),
        won=tuple(
            (teller.said(one["text"]), teller.said(one["winner"]), one["winner_picture"] or one["picture"] or "")
            for one in frozen["won"]
        ),
        decider=frozen["decider"],
        due=words.day(frozen["answer_due"]),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    frozen: Frozen
    language: str

    def said(self, text: Mapping[str, str]) -> str:
        return words.said(text, self.language, self.frozen["languages"])

    def answered(self) -> str:
        when = words.days(self.frozen["first_day"], self.frozen["last_day"])
        if self.frozen["n"] is None:
            return when
        return str(_("%(n)s children answered, %(days)s.", n=self.frozen["n"], days=when))

    def finding(self, question: Mapping[str, Any]) -> Finding:
        lines: Sequence[Line] = question["lines"]
        side = lines[0] if lines[0]["key"] == SIDE else None
        mark, changed = words.changed(side["change"] if side else _moved(lines))
        return Finding(
            name=question["name"],
            sentence=self._sentence(question, side) if side else self.said(question["text"]),
            picture=question["picture"] or "",
            bars=tuple(self._bars(question, lines)),
            beads=_beads(side) if side else (),
            mark=mark,
            changed=changed,
            unknown=self._unknown(changed),
            none_stands_out=len(lines) > 1 and all(_is_few(line) for line in lines if line["key"] != DID_NOT_SAY),
        )

    def _sentence(self, question: Mapping[str, Any], line: Line) -> str:
        to_children = self.frozen["audience"] == "children"
        says = self.said(question["says"]) if question["says"] else self._quoted(question, line)
        return words.to_children(line, says) if to_children else words.with_says(line, says)

    def _quoted(self, question: Mapping[str, Any], line: Line) -> str:
        """What was asked and answered, word for word: right in every language, whatever the question."""
        asked = self.said(question["text"])
        if question["as"] == "right":
            return words.says_right(asked)
        return words.says_option(asked, words.label(question, line["key"], self.language, self.frozen["languages"]))

    def _bars(self, question: Mapping[str, Any], lines: Sequence[Line]) -> Iterator[Bar]:
        one_sheet = self.frozen["before"] is None
        now = str(_("Now")) if one_sheet else words.day(self.frozen["last_day"])
        before = str(_("Before")) if one_sheet else words.day(self.frozen["before"]["last_day"])
        for line in lines:
            if line["key"] == DID_NOT_SAY and self.frozen["audience"] == "children":
                continue  # who did not say is nobody's news to children
            name = words.label(question, line["key"], self.language, self.frozen["languages"])
            if line["before"] is None:
                yield _bar(name, line)
                continue
            yield _bar(now if len(lines) == 1 else f"{name}, {now}", line)
            yield _bar(before if len(lines) == 1 else f"{name}, {before}", line["before"])

    def _unknown(self, changed: str) -> str:
        if changed and self.frozen["n"] < FULL_CATEGORIES:
            return str(_("With so few children a change of one or two may be chance."))
        return ""


def _comes_first(one: Finding, answered: Collection[str]) -> tuple[bool, bool, bool, float]:
    low, _high, total, _words = one.beads or (0, 0, 1, "")
    return not one.beads, one.name not in answered, one.mark not in {"more", "fewer"}, -low / total


def _is_few(line: Line) -> bool:
    return line["code"] == "few" and line["change"] in {None, "unknown"} and not line["before"]


def _moved(lines: Sequence[Line]) -> str | None:
    """Of many lines nothing is said but that nobody can tell; each bar says the rest."""
    changes = {line["change"] for line in lines if line["change"]}
    return "unknown" if changes == {"unknown"} else None


def _beads(side: Line) -> tuple[int, int, int, str]:
    return side["low"], side["high"], side["n"], f"{words.how_many(side)}, {words.numbers(side)}"


def _bar(label: str, line: Line) -> Bar:
    return label, words.how_many(line), words.numbers(line), line["low"], line["high"], line["n"]
