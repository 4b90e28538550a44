"""What purposes, kinds, waves and states are called on staff pages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.web.i18n.dates import day as written


class Now(NamedTuple):
    """Where a round stands: words, a mark, `late` where an answer is over its day, and whose turn it is."""

    words: str
    mark: str
    when: str = ""
    turn: str = ""


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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a round besides its own row.

    Attributes:
        today: at its first site.
        answered: whether nothing is owed any more.
        view: where its newest view stands, as `answers.views` says; None where there is none.
        with_next: whether it is answered together with the round after, as a pair is.
    """

    today: date
    answered: bool = False
    view: str | None = None
    with_next: bool = False


def stands(facts: RoundFacts, now: datetime, time_zone: str, known: Known) -> Now:
    """Where a round stands and whose turn it is, without a number of anything a child did."""
    state = facts.state(now)
    if state == "coming":
        return Now(_("Starts %(day)s", day=written(facts.first_day(time_zone))), "clock")
    if state == "open":
        words = _("Open; kept until more answer") if facts.purpose == "care" else _("Open")
        return Now(words, "ring", turn=_("Children answer."))
    return _after_its_end(facts, state, known)


def _after_its_end(facts: RoundFacts, state: str, known: Known) -> Now:
    turn = _turn(facts, known)
    if facts.purpose == "choice" and facts.outcome == "too_few":
        return Now(_("Too few voted"), "lock")
    if known.answered:
        return Now(_("Answered"), "full", turn=turn)
    if facts.answer_due < known.today and not known.with_next:
        days = (known.today - facts.answer_due).days
        return Now(ngettext("Answer %(num)s day over", "Answer %(num)s days over", days), "clock", "late", turn)
    if state == "ended":
        return Now(_("Ended, waits for the tablets"), "half", turn=_("It is counted once every tablet is empty."))
    if facts.outcome == "counted":
        return Now(_of_a_view(known.view), "tick" if known.view == "sent" else "half", turn=turn)
    return {
        "chosen": Now(_("Chosen"), "tick", turn=turn),
        "too_few": Now(_("Fewer than ten: only letters are read"), "lock", turn=turn),
        "too_many": Now(_("More sheets than children: not counted"), "lock", turn=turn),
        "discarded": Now(_("Not counted"), "lock", turn=turn),
    }.get(facts.outcome or "", Now(_("Closed"), "lock", turn=turn))


def _of_a_view(view: str | None) -> str:
    """Where the view of a counted round stands."""
    names: dict[str, str] = {
        "waiting": _("Counted; the view is not approved yet"),
        "sent_back": _("Counted; the view was sent back"),
        "approved": _("View approved, not sent yet"),
        "sent": _("View sent to guardians"),
    }
    return names.get(view or "") or str(_("Counted; the view is being made"))


def _turn(facts: RoundFacts, known: Known) -> str:
    """Who does what next about a round that has ended; empty when nothing is left to do."""
    turns = {
        "waiting": _("An advocate looks at it and approves it."),
        "sent_back": _("An advocate makes a new version."),
        "approved": _("A coordinator sends it."),
    }
    steps = [turns[known.view]] if known.view in turns and facts.outcome == "counted" else []
    if known.with_next and not known.answered:
        steps.append(_("It is answered together with the round after."))
    elif not known.answered and (facts.outcome != "counted" or known.view in {"approved", "sent"}):
        steps.append(_("%(name)s answers the children.", name=facts.decider_name))
    return " ".join(steps)


def named(facts: RoundFacts, language: str) -> str:
    """The round as staff call it: its title, and which of a pair it is."""
    return f"{facts.title_in(language)}, {wave(facts.wave)}" if wave(facts.wave) else facts.title_in(language)
