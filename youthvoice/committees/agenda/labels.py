"""Words of an agenda, for children and for staff; the counts of "me too" only as words."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.labels import reply_opening_label, waiting_label
from youthvoice.committees.agenda.entities import TOPICS, WISHES, AgendaItem, Words
from youthvoice.sites.labels import names_label
from youthvoice.web.i18n.languages import direction, tag

SOME: Final = 5


TEN: Final = 10


MANY: Final = 20


def topic(code: str) -> str:
    """What an item is about."""
    return str(
        {
            "food": _("Food"),
            "broken": _("Broken"),
            "play": _("Play"),
            "sleep": _("Sleep"),
            "learning": _("Learning"),
            "other": _("Other"),
        }.get(code, _("Other"))
    )


def wish(code: str) -> str:
    """What should happen; empty where nobody said."""
    return str({"mend": _("Mend it"), "more": _("More of it"), "talk": _("Talk about it")}.get(code, ""))


def picture(item: AgendaItem) -> str:
    """The OpenMoji picture of what it is about."""
    return TOPICS.get(item.body.topic, TOPICS["other"])


def wish_picture(code: str) -> str:
    """The OpenMoji picture of what should happen."""
    return WISHES.get(code, "")


def language_of_words(said: Words, language: str) -> str:
    """The language in which somebody who chose this one reads some words."""
    return language if language in said else next(iter(said), language)


def title(item: AgendaItem, language: str) -> str | Markup:
    """What an item says, marked with its language; what pictures said where there are no words."""
    said = item.body.words
    if not any(text.strip() for text in said.values()):
        return _pictured(item)
    chosen = language_of_words(said, language)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(tag(chosen), direction(chosen), said[chosen])


def plain_title(item: AgendaItem, language: str) -> str:
    """The same without marks, for what adults owe."""
    said = item.body.words
    return said.get(language) or next((text for text in said.values() if text.strip()), _pictured(item))


def _pictured(item: AgendaItem) -> str:
    wanted = wish(item.body.wish)
    return f"{topic(item.body.topic)}: {wanted}" if wanted else topic(item.body.topic)


def support(number: int) -> str:
    """How many said "me too", as of the last weekly count; nothing below five."""
    if number >= MANY:
        return str(_("20 or more of us say so."))
    if number >= TEN:
        return str(_("10 or more of us say so."))
    return str(_("5 or more of us say so.")) if number >= SOME else ""


def state(item: AgendaItem, names: Mapping[int, str] | None = None, above: str = "", meets: str = "") -> str | Markup:
    """Where an item stands, without what adults owe about it.

    Args:
        item: which.
        names: of adults by row, for what waits.
        above: the committee to which it went up.
        meets: the day of the next meeting, as a child says it; empty where none is planned.
    """
    day = format_date(item.day, "d MMMM")
    held, moved = item.body.held, item.body.moved
    if held:
        until = format_date(held.until, "d MMMM")
        return str(_("%(name)s decides by %(day)s.", name=(names or {}).get(held.by, ""), day=until))
    if moved:
        return str(_("Answer by %(day)s.", day=format_date(moved.until, "d MMMM")))
    if item.state == "went_up" and above:
        return str(_("It went up to %(name)s on %(day)s.", name=above, day=day))
    if item.state == "settled" and item.body.decided:
        said = Markup('<bdi dir="auto">{}</bdi>').format(item.body.decided)
        return Markup("{} {}").format(_("We settled it ourselves, on %(day)s.", day=day), said)
    return str(
        {
            "suggested": _("Being checked."),
            "on_agenda": _("We talk about it again.") if item.body.again else talked_about(meets),
            "discussed": _("We talked about it on %(day)s. It comes again.", day=day),
            "with_adults": _("Adults answer."),
            "answered": _("Adults have answered. Is it really done?"),
            "done": _("We said it is done, on %(day)s.", day=day),
            "settled": _("We settled it ourselves, on %(day)s.", day=day),
            "went_up": _("It went up to another committee on %(day)s.", day=day),
            "moved": _("It is with the child advocates."),
            "declined": _("Decided on %(day)s.", day=day),
        }[item.state]
    )


def talked_about(meets: str) -> str:
    """When something new is talked about."""
    return str(_("We talk about it on %(day)s.", day=meets) if meets else _("New. Waits for a meeting."))


def line(item: AgendaItem) -> str | Markup:
    """What stands on the agenda in place of words that are not for everybody; empty for all others."""
    if item.state == "suggested":
        return waits(item.body.held.why if item.body.held else "")
    if item.body.moved:
        return Markup(_("One suggestion went to %(names)s.")) % {"names": names_label(item.body.moved.names)}  # noqa: S704 - our own words
    return declined(item.body.why) if item.state == "declined" else ""


def waits(why: str) -> str:
    """Why one waits; never what it says."""
    return str(
        {
            "names": _("One suggestion waits: it may name somebody."),
            "unclear": _("One suggestion waits: we are not sure what it means."),
            "asking": _("One suggestion waits: somebody has to be asked first."),
        }.get(why, _("One suggestion waits."))
    )


def declined(why: str) -> str:
    """Why one is not on the agenda; never what it says."""
    return str(
        {
            "one_person": _("One suggestion is not on the agenda, because it is about one person."),
            "there_already": _("One suggestion is on the agenda already. It counts as one more “me too”."),
            "hurts": _("One suggestion is not on the agenda, because its words may hurt somebody."),
            "unclear": _("One suggestion is not on the agenda, because nobody understood it. Say it again, please."),
            "not_ours": _("One suggestion is not on the agenda, because no adult here can decide it."),
        }.get(why, _("One suggestion is not on the agenda."))
    )


def answer(one: AnswerDue | None, names: Mapping[int, str], language: str, today: date) -> str | Markup:
    """Who answers by when, or what was answered; nothing where nobody owes.

    Args:
        one: what is owed about an item.
        names: of adults by row.
        language: the child's.
        today: at the site.
    """
    if one is None:
        return ""
    if one.settled_on is None:
        return waiting_label(one, names, today)
    given = one.reply()
    if given is None:
        return ""
    chosen = given.read_in(language)
    said = Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(tag(chosen), direction(chosen), given.words[chosen])
    return Markup("{} {}").format(reply_opening_label(given.kind, one.kind), said)
