"""What purposes, kinds, waves and states are called on staff pages."""

from datetime import date, datetime
from typing import NamedTuple

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from youthvoice.surveys.rounds import RoundFacts


class Now(NamedTuple):
    """Where a round stands: words, a mark, and `late` where an answer is over its day."""

    words: str
    mark: str
    when: str = ""


def purpose(code: str) -> str:
    """A purpose of rounds."""
    names: dict[str, str] = {
        "regular": _("Regular"),
        "awareness": _("Awareness"),
        "care": _("Care"),
        "choice": _("Choice"),
    }
    return names.get(code, code)


def wave(code: str) -> str:
    """Which round of a pair; empty for a single one."""
    names: dict[str, str] = {"pre": _("before"), "post": _("after")}
    return names.get(code, "")


def kind(code: str) -> str:
    """A kind of question."""
    names: dict[str, str] = {
        "faces": _("Faces"),
        "yes_no": _("Yes or no"),
        "choose_one": _("Choose one"),
        "choose_many": _("Choose several"),
        "number": _("Number"),
        "words": _("Letter box"),
        "say": _("To hear"),
    }
    return names.get(code, code)


def stands(facts: RoundFacts, now: datetime, time_zone: str, *, answered: bool, today: date) -> Now:
    """Where a round stands, without a number of anything a child did."""
    state = facts.state(now)
    if state == "coming":
        day = format_date(facts.first_day(time_zone), "d MMM")
        return Now(_("Starts %(day)s", day=day), "clock")
    if state == "open":
        return Now(_("Open; kept until more answer") if facts.purpose == "care" else _("Open"), "ring")
    if answered:
        return Now(_("Answered"), "full")
    if facts.answer_due < today:
        days = (today - facts.answer_due).days
        return Now(ngettext("Answer %(num)s day over", "Answer %(num)s days over", days), "clock", "late")
    if state == "ended":
        return Now(_("Ended, waits for the tablets"), "half")
    return {
        "chosen": Now(_("Chosen"), "tick"),
        "counted": Now(_("Counted"), "half"),
        "too_few": Now(_("Fewer than ten: only letters are read"), "lock"),
        "too_many": Now(_("More sheets than children: not counted"), "lock"),
        "discarded": Now(_("Not counted"), "lock"),
    }.get(facts.outcome or "", Now(_("Closed"), "lock"))


def named(facts: RoundFacts, language: str) -> str:
    """The round as staff call it: its title, and which of a pair it is."""
    return f"{facts.title_in(language)}, {wave(facts.wave)}" if wave(facts.wave) else facts.title_in(language)
