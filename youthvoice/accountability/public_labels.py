"""What children and guardians read of an answer and of the waiting for it, in the language of the page.

An adult's name stands in it, a child's never.
"""

from collections.abc import Mapping
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from youthvoice.accountability.entities import Given, Late, OwedFacts

Names = Mapping[int, str]  # person -> name


def waits(owed: OwedFacts, names: Names, today: date) -> str:
    """Who answers by when; where a day has passed, who did not, and who was asked then (S13).

    Args:
        owed: not answered.
        names: of `owed.people`.
        today: at the site.
    """
    if not owed.late:
        return _owner_answers(owed, names, today)
    late = [_did_not(one, names) for one in owed.late]
    if owed.rung == "decision_maker":
        asked = {"name": names.get(owed.asked_id or 0, ""), "day": of_children(owed.until)}
        late.append(str(_("We asked %(name)s, who answers by %(day)s.", **asked)))
    else:
        late.append(str(_("Now the child advocates go and ask, until somebody answers.")))
    return " ".join(late)


def _owner_answers(owed: OwedFacts, names: Names, today: date) -> str:
    who = {"name": _who(owed.owner_id, names), "day": of_children(owed.due)}
    if today > owed.due:
        return str(_("%(name)s should have answered by %(day)s. We keep asking.", **who))
    return str(_("%(name)s answers by %(day)s.", **who))


def _did_not(one: Late, names: Names) -> str:
    who = {"name": _who(one.person_id, names), "day": of_children(one.day)}
    return str(_("%(name)s did not answer by %(day)s.", **who))


def _who(person_id: int | None, names: Names) -> str:
    return str(_("The child advocates")) if person_id is None else names.get(person_id, "")


def begins(kind: str, owed_kind: str = "round") -> str:
    """How an answer begins; of a choice whether it is done (S33)."""
    of_a_choice = {"yes": _("Done:"), "partly": _("Not yet:")} if owed_kind == "choice" else {}
    return str(
        of_a_choice.get(kind) or {"yes": _("Yes:"), "partly": _("Partly:"), "no_because": _("No, because:")}[kind]
    )


def open_(owed_kind: str = "round") -> str:
    """How something begins that nobody has answered; a choice is on its way to be done (S33)."""
    return str(_("Asked.") if owed_kind == "choice" else _("Not answered yet."))


def by_whom(given: Given, name: str, today: date) -> str:
    """Who answered, and from or since when it is done: `Ms Joshi, from 1 June`."""
    if given.done_by is None:
        return name
    who = {"name": name, "day": of_children(given.done_by)}
    return str(_("%(name)s, from %(day)s", **who) if given.done_by >= today else _("%(name)s, since %(day)s", **who))


def of_children(day: date) -> str:
    """A day as children read it, its parts kept together."""
    return str(format_date(day, "d MMMM")).replace(" ", "\N{NO-BREAK SPACE}")
