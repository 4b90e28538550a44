"""Words of and for representatives; rules speak in codes."""

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice.committees import labels as words
from youthvoice.committees.entities import MOST_LETTERS, CommitteeFacts
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.sites.help_labels import named


def who(one: RepFacts, committee: CommitteeFacts) -> Markup:
    """Such as "River, for Dormitory 2"; each name keeps its direction."""
    said = escape(_("%(nickname)s, for %(committee)s"))
    return said % {"nickname": named(one.nickname), "committee": named(committee.name)}


def wrong(code: str) -> str:
    """What is wrong in one box of an item, kindly."""
    return str(
        {
            "choose": _("Tap one picture first."),
            "too_long": _(
                "That is a lot of words. Keep the most important ones: at most %(most)s letters. All are still here.",
                most=MOST_LETTERS,
            ),
        }[code]
    )


def looks_like(code: str) -> str:
    """Why words do not go on the agenda as they are."""
    return str(
        {
            "names": _("There may be a name in it. Everybody reads the agenda."),
            "safety": _("This may be about one child being safe. Everybody reads the agenda."),
        }[code]
    )


def done(code: str) -> str:
    """What she did a moment ago; empty where no page of ours says so."""
    return str(
        {
            "posted": _("It is on our agenda."),
            "handed": _("What is open was handed over."),
            "really": _("The adults see what you said."),
        }.get(code, "")
    )


def ending(code: str) -> str:
    """Why a term ended before its time."""
    return str(
        {
            "children_asked": _("The children asked for it"),
            "left": _("She has left the house"),
            "rest": _("She needs a rest"),
            "mistake": _("It was entered by mistake"),
            "herself": _("she ended it herself"),
            "followed": _("somebody else holds the post now"),
            "another": _("she was chosen for another post"),
        }.get(code, "")
    )


def until(one: RepFacts) -> str:
    """When a term is, or was, over."""
    day = format_date(one.last_day, "d MMMM y")
    if one.ended_on:
        return str(_("ended on %(day)s: %(why)s", day=day, why=ending(one.why)))
    return str(_("until %(day)s", day=day))


def left(days: int) -> str:
    """How long a term still is."""
    if days == 0:
        return str(_("The term ends today."))
    return str(ngettext("The term ends in %(num)s day.", "The term ends in %(num)s days.", days))


def post(code: str) -> str:
    """What she is."""
    return words.post(code)


def how(code: str) -> str:
    """How she came to her post."""
    return words.way(code)
