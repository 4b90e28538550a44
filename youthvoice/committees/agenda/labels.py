"""Labels of an agenda, for children and for staff; the number of "me too" only in words."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup

from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.labels import reply_opening_label, waiting_label
from youthvoice.committees.agenda.entities import TOPICS, AgendaItem, Words
from youthvoice.committees.agenda.rules import SUPPORT_STEPS
from youthvoice.sites.labels import names_label
from youthvoice.web.i18n.formats import format_short_day
from youthvoice.web.i18n.languages import direction, tag

TOPIC_LABELS: Final = {
    "food": _l("Food"),
    "broken": _l("Broken"),
    "play": _l("Play"),
    "sleep": _l("Sleep"),
    "learning": _l("Learning"),
    "other": _l("Other"),
}
"""What an item is about."""

WISH_LABELS: Final = {"mend": _l("Mend it"), "more": _l("More of it"), "talk": _l("Talk about it")}
"""What should happen."""

ITEM_PICTURES: Final = {
    "1F4A1": _l("Light"),
    "1F34E": _l("Fruit"),
    "1F35A": _l("Rice"),
    "1F4A7": _l("Water"),
    "1F6BF": _l("Washing"),
    "1F6BD": _l("Toilet"),
    "1F6AA": _l("Door"),
    "1FA9F": _l("Window"),
    "1F455": _l("Clothes"),
    "26BD": _l("Ball games"),
    "1F3B5": _l("Music"),
    "1F4FA": _l("Television"),
    "1F4D6": _l("Reading"),
    "1F68C": _l("Bus"),
    "1F333": _l("Trees and garden"),
}
"""OpenMoji pictures that fit an item better than its topic's: a lamp for dark stairs, not a wrench."""


def picture(item: AgendaItem) -> str:
    """The OpenMoji picture of an item."""
    if item.body.picture in ITEM_PICTURES:
        return item.body.picture
    return TOPICS.get(item.body.topic, TOPICS["other"])


def language_of_words(words: Words, language: str) -> str:
    """The language in which a reader who chose this one gets a text."""
    return language if language in words else next(iter(words), language)


def title(item: AgendaItem, language: str) -> str | Markup:
    """The text of an item, marked with its language; the words for its pictures if it has no text."""
    words = item.body.words
    if not any(text.strip() for text in words.values()):
        return _pictured(item)
    chosen = language_of_words(words, language)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(tag(chosen), direction(chosen), words[chosen])


def plain_title(item: AgendaItem, language: str) -> str:
    """The title without markup, for answers due."""
    words = item.body.words
    return words.get(language) or next((text for text in words.values() if text.strip()), _pictured(item))


def _pictured(item: AgendaItem) -> str:
    """The words for the pictures of an item."""
    return ": ".join(pictured_words(item.body.topic if item.body.topic in TOPICS else "other", item.body.wish))


def pictured_words(topic: str, wish: str) -> list[str]:
    """The words for two pictures; nothing for one that was not chosen."""
    return [str(table[code]) for table, code in ((TOPIC_LABELS, topic), (WISH_LABELS, wish)) if code in table]


_SUPPORT: Final = (_l("20 or more of us say so."), _l("10 or more of us say so."), _l("5 or more of us say so."))


def support(number: int) -> str:
    """How many children said "me too", in words; nothing below five."""
    return str(next((words for least, words in zip(SUPPORT_STEPS, _SUPPORT, strict=True) if number >= least), ""))


def state(
    item: AgendaItem, language: str, names: Mapping[int, str] | None = None, above: str = "", meets: str = ""
) -> str | Markup:
    """The state of an item in one sentence, without the answer due about it.

    Args:
        item: the item.
        language: the reader's.
        names: of adults by row, for suggestions on hold.
        above: the committee to which it went up.
        meets: the day of the next meeting in a child's words; empty if none is planned.
    """
    day = format_short_day(item.day)
    held_suggestion, referral = item.body.held, item.body.moved
    if held_suggestion:
        until = format_short_day(held_suggestion.until)
        return str(_("%(name)s decides by %(day)s.", name=(names or {}).get(held_suggestion.by, ""), day=until))
    if referral:
        return str(_("Answer by %(day)s.", day=format_short_day(referral.until)))
    if item.state == "went_up" and above:
        return str(_("It went up to %(name)s on %(day)s.", name=above, day=day))
    if item.state == "settled" and item.body.decided:
        markup = _decided(item.body.decided, language)
        return Markup("{} {}").format(_("We settled it ourselves, on %(day)s.", day=day), markup)
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


def _decided(decision: Words | str, language: str) -> Markup:
    if isinstance(decision, str):
        return Markup('<bdi dir="auto">{}</bdi>').format(decision)
    chosen = language_of_words(decision, language)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(tag(chosen), direction(chosen), decision[chosen])


def talked_about(meets: str) -> str:
    """When a new item will be discussed."""
    return str(_("We talk about it on %(day)s.", day=meets) if meets else _("New. Waits for a meeting."))


def line(item: AgendaItem) -> str | Markup:
    """The line in place of a text that not everybody may read; empty for all other items."""
    if item.state == "suggested":
        return str(HOLD_LABELS.get(item.body.held.why if item.body.held else "", HOLD_LABELS[""]))
    if item.body.moved:
        return Markup(_("One suggestion went to %(names)s.")) % {"names": names_label(item.body.moved.names)}  # noqa: S704 - our own words
    return str(DECLINE_LABELS.get(item.body.why, DECLINE_LABELS[""])) if item.state == "declined" else ""


HOLD_LABELS: Final = {
    "": _l("One suggestion waits."),
    "names": _l("One suggestion waits: it may name somebody."),
    "unclear": _l("One suggestion waits: we are not sure what it means."),
    "asking": _l("One suggestion waits: somebody has to be asked first."),
}
"""Why a suggestion is on hold; never what it says."""

DECLINE_LABELS: Final = {
    "": _l("One suggestion is not on the list."),
    "one_person": _l("One suggestion is not on the list, because it is about one person."),
    "there_already": _l("One suggestion is on the list already. It counts as one more “me too”."),
    "hurts": _l("One suggestion is not on the list, because its words may hurt somebody."),
    "unclear": _l("One suggestion is not on the list, because nobody understood it. Say it again, please."),
    "not_ours": _l("One suggestion is not on the list, because no adult here can decide it."),
}
"""Why a suggestion is not on the agenda; never what it says."""


def answer(answer_due: AnswerDue | None, names: Mapping[int, str], language: str, today: date) -> str | Markup:
    """Who answers by when, or the reply; empty if no answer is due.

    Args:
        answer_due: the answer due about an item.
        names: of adults by row.
        language: the child's.
        today: at the site.
    """
    if answer_due is None:
        return ""
    if answer_due.settled_on is None:
        return waiting_label(answer_due, names, today)
    reply = answer_due.reply()
    if reply is None:
        return ""
    chosen = reply.read_in(language)
    markup = Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(tag(chosen), direction(chosen), reply.words[chosen])
    return Markup("{} {}").format(reply_opening_label(reply.kind, answer_due.kind), markup)
