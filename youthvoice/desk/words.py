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


def about(item: Item, language: str) -> str:
    """What it is about: the words of the thing itself, or of the house where it has none."""
    return str(_("Letters that could not be delivered")) if item.kind == "undelivered" else item.say(language)


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
            "sitting": _("Hold a sitting"),
            "undelivered": _("Look at the addresses, then try again"),
        }.get(item.kind, _("Look at it"))
    )


_PICTURES = {
    "round": "1F4AC",
    "safety": "26D1",
    "letters": "2709",
    "publication": "1F441",
    "send": "1F4E8",
    "questionnaire": "1F4CB",
    "sitting": "1F465",
    "undelivered": "1F4EC",
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
    if item.kind == "undelivered":
        return url_for("addresses.undelivered")
    if item.kind == "sitting":
        return url_for("rounds.one", slug=item.key)
    if item.kind == "questionnaire":
        return url_for("questionnaires.one", questionnaire_id=item.key)
    return url_for("answers.answer", owed_id=item.key)
