"""Words of the To do page."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice.desk.waiting import Item
from youthvoice.web.days import day


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
    return str(_("today")) if item.days == 0 or item.due is None else day(item.due)


def step(item: Item) -> str:
    """What to do next."""
    if not item.ready:
        return str(_("Wait: the view is not approved yet"))
    return str(
        {
            "round": _("Answer the children"),
            "safety": _("Talk with the group, then write what was done"),
            "letters": _("Read the letters"),
            "publication": _("Approve it, or send it back"),
            "send": _("Send it to the guardians"),
            "questionnaire": _("Look at every screen, then approve"),
        }.get(item.kind, _("Look at it"))
    )


_PICTURES = {
    "round": "1F4AC",
    "safety": "26D1",
    "letters": "2709",
    "publication": "1F441",
    "send": "1F4E8",
    "questionnaire": "1F4CB",
}


def picture(item: Item) -> str:
    """The OpenMoji picture of a kind of thing."""
    return _PICTURES.get(item.kind, "1F4CB")


def address(item: Item) -> str:
    """The page where it is done."""
    if item.kind == "letters":
        return url_for("letters.index")
    if item.kind in {"publication", "send"}:
        return url_for("publications.one", slug=item.key)
    if item.kind == "questionnaire":
        return url_for("questionnaires.one", questionnaire_id=item.key)
    return url_for("answers.answer", owed_id=item.key)
