"""Words of the To do page."""

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from youthvoice.desk.waiting import Item


def group(code: str, number: int) -> str:
    """The head of a group."""
    return str(
        {
            "late": _("Overdue: %(number)s", number=number),
            "today": _("Today: %(number)s", number=number),
            "week": _("This week: %(number)s", number=number),
            "later": _("Later: %(number)s", number=number),
            "no_date": _("When you can: %(number)s", number=number),
        }[code]
    )


def due(item: Item) -> str:
    """When it is due, as a clock says it."""
    if item.days is None:
        return str(_("no date"))
    if item.days < 0:
        return str(ngettext("%(num)s day over", "%(num)s days over", -item.days))
    return str(_("today")) if item.days == 0 else str(format_date(item.due, "EEE d MMM"))


def step(item: Item) -> str:
    """What to do next."""
    if not item.ready:
        return str(_("Wait: the view is not approved yet"))
    return str(
        {
            "round": _("Answer the children"),
            "safety": _("Talk with the group, then write what was done"),
            "letters": _("Read the letters"),
            "questionnaire": _("Look at every screen, then approve"),
        }.get(item.kind, _("Look at it"))
    )


def picture(item: Item) -> str:
    """The OpenMoji picture of a kind of thing."""
    return {"round": "1F4AC", "safety": "26D1", "letters": "2709", "questionnaire": "1F4CB"}.get(item.kind, "1F4CB")


def endpoint(item: Item) -> str:
    """The page where it is done."""
    return {"letters": "letters.index", "questionnaire": "questionnaires.index"}.get(item.kind, "answers.index")
