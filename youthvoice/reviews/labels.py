"""Labels of the codes of reviews, for adults; what a child selects is in `statements.options`."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

from youthvoice.reviews import rules
from youthvoice.reviews.entities import Review
from youthvoice.reviews.rules import PromiseState
from youthvoice.sites.labels import name_label
from youthvoice.web.i18n.formats import format_day, join_list
from youthvoice.web.i18n.plain_words import MAX_SENTENCE

CARE_STEP_LABELS: Final = {
    "admission": _l("Admission"),
    "recovery": _l("Recovery"),
    "reintegration": _l("Reintegration"),
    "aftercare": _l("Aftercare"),
}

REVIEW_KIND_LABELS: Final = {
    "first": _l("First review"),
    "regular": _l("Regular review"),
    "wish": _l("On the child’s wish"),
    "release": _l("Before release"),
}

STAGE_LABELS: Final = {
    "opened": _l("An advocate is asked to hold it"),
    "preparing": _l("The child can prepare"),
    "deciding": _l("Decisions are due"),
    "planned": _l("The plan is decided"),
    "decided": _l("Decided"),
}

ALARM_LABELS: Final = {
    "nobody_asked": _l("Nobody asked the child"),
    "decision_late": _l("Decisions are late"),
    "asked_late": _l("The child was asked too late"),
    "no_advocate": _l("No advocate holds it"),
    "promise_late": _l("A promise is late"),
}
"""What is late about a review, in the list; nothing about the statement."""

REPORTED_LABELS: Final = {
    "all": _l("Everything that should change, or that she is afraid of"),
    "words": _l("Only what should change, in her own words"),
    "voice": _l("Only her voice"),
    "afraid": _l("Only the pictures of what she is afraid of"),
    "good_words": _l("Only what is good, in her own words"),
}
"""The part of a statement that becomes a report."""

OFFER_LABELS: Final = {
    "prepares": _l("She wants to say something"),
    "chose_not": _l("She chose not to say anything"),
}

ATTENDANCE_LABELS: Final = {
    "there": _l("She was there"),
    "part": _l("She was there for a part"),
    "not_there": _l("She was not there"),
}

OUTCOME_LABELS: Final = {
    "yes": _l("Yes"),
    "partly": _l("Partly"),
    "no_because": _l("No, because"),
    "revised": _l("The plan is changed"),
    "paused": _l("The plan is paused"),
    "kept": _l("The plan is kept, because"),
}
"""The decision about a wish, or about the plan."""

REFUSAL_LABELS: Final = {
    "held": _l("The day of this review has passed. Invitations can no longer change."),
    "reason_missing": _l("Say to the child why, in one short sentence."),
    "case_missing": _l("Type the number of the case."),
    "case_too_long": _l("A case number has at most 40 letters and digits."),
    "case_shape": _l("A case number has a digit, and only letters, digits and . / - in it."),
    "case_word": _l("This may be a name. Use the number of the case, such as K-17."),
    "case_is_a_day": _l("This is a day, perhaps of birth. Use the number of the case, such as K-17."),
    "case_is_a_number": _l("This may be a telephone number. Use the number of the case, such as K-17."),
    "day_is_over": _l("This day is over. Choose a day that is still to come."),
    "day_after_last": _l("The site closes before. Choose a day up to its last one."),
    "day_too_far": _l("This day is more than a year away."),
    "not_yet": _l("Nothing is decided before the day of the review: until then the child may change her words."),
    "sentence_too_long": _l("Make it shorter: one sentence, at most %(number)s letters.", number=MAX_SENTENCE),
    "owner_missing": _l("Choose who does it."),
    "day_of_a_promise": _l("Say by which day it is done: the child reads it."),
    "unknown_part": _l("This wish is no longer part of the review. Look at the review again."),
    "decided_already": _l("What was decided stays. Open a new review."),
    "no_carrier": _l("Choose a trained advocate of this site."),
    "child_said_no": _l("The child does not want her there. Ask another advocate."),
    "reported_already": _l("There is a report of these words already."),
    "same_day": _l("There is a review of this case on this day already. Is it the same child, and another review?"),
    "no_advocate": _l("Her advocate has no key now. Ask another advocate to hold this review."),
}
"""Why something cannot be done, for adults."""

SLIP_REFUSAL_LABELS: Final = {
    "has_one": _l("There are words already. A child whose pictures are lost needs new pictures."),
    "has_none": _l("There is no statement yet: print a slip."),
    "too_many_slips": _l("Very many reviews of this site have a slip now. Try again after the next of them."),
}
"""Why no slip can be dealt."""

LINK_REFUSAL: Final = _l("This did not open. The number may be wrong, or the link over. Call whoever gave it to you.")
"""One text for every reason, so that nobody outside learns which one it is."""


def words_of_child_label(review: Review) -> str:
    """Whether there is a statement, and if not, why; the first sentence of a pack (S29)."""
    words_state, offer = review.words_of_child(), review.body.offer
    if words_state == "given":
        return str(_("She prepared a statement."))
    if words_state == "taken_back":
        return str(_("She prepared a statement and took it back. That is her right: do not ask why."))
    if offer is None:
        return str(_("Nobody asked her."))
    if offer.outcome == "chose_not":
        return str(_("She was asked on %(day)s and chose not to say anything.", day=format_day(offer.day)))
    return str(_("She was asked on %(day)s. There is no statement yet.", day=format_day(offer.day)))


def took_part_labels(review: Review, names: Mapping[int, str], today: date) -> list[str]:
    """How the child took part, one sentence each: asked, seen alone, present, represented (S29).

    `words_of_child_label` says that the child chose to say nothing, or that nobody asked.
    """
    body, sentences = review.body, []
    if body.offer and body.offer.outcome != "chose_not":
        values = {"day": format_day(body.offer.day), "name": _isolated(names.get(body.offer.by, ""))}
        sentences.append(
            _("%(name)s asked her on %(day)s, alone.", **values)
            if body.offer.alone
            else _("%(name)s asked her on %(day)s, with others there.", **values)
        )
    elif body.offer:
        sentences.append(
            _("She was seen alone when she was asked.")
            if body.offer.alone
            else _("She was not seen alone when she was asked.")
        )
    sentences += [
        _("She gave a new statement, with new pictures, on %(day)s.", day=format_day(pictures.used_on))
        for pictures in body.new_pictures
        if pictures.used_on
    ]
    if body.offer and not rules.is_asked_in_time(body.asked_on, review.day, body.opened_on):
        due = rules.offer_due(review.day, body.opened_on)
        sentences.append(_("That was too late: she was to be asked by %(day)s.", day=format_day(due)))
    attendance = body.attendance
    if attendance is None:
        if today >= review.day:
            sentences.append(_("Nobody has written down whether she was there."))
        return [str(sentence) for sentence in sentences]
    sentences.append(_ATTENDANCE_SENTENCES[attendance.child])
    sentences.append(_("Somebody saw her alone before.") if attendance.alone else _("Nobody saw her alone before."))
    if attendance.spoken_for_by:
        sentences.append(_("%(name)s spoke for her.", name=_isolated(names.get(attendance.spoken_for_by, ""))))
    return [str(sentence) for sentence in sentences]


def promise_label(state: PromiseState, days: int) -> str:
    """The state of a promise."""
    if state == "late":
        return str(ngettext("Not kept: %(num)s day late", "Not kept: %(num)s days late", days))
    if state == "kept" and days:
        return str(
            ngettext(
                "Kept %(num)s day late: she says that it is done",
                "Kept %(num)s days late: she says that it is done",
                days,
            )
        )
    return str(_PROMISE_LABELS[state])


def people_label(rows: Iterable[int], names: Mapping[int, str]) -> str:
    """Names in a list, each with its own text direction; markup where there is at least one."""
    return join_list(name_label(names[row]) for row in dict.fromkeys(rows) if row in names)


def invited_label(review: Review, names: Iterable[str]) -> str:
    """Who is invited besides the advocate and the reviewer; empty for nobody.

    Args:
        review: which.
        names: of people with an invited role, without those whose invitation was withdrawn.
    """
    outside = [_("a team of another organisation")] if review.body.outside else []
    return join_list([*(name_label(name) for name in names), *(str(label) for label in outside)])


def _isolated(name: str) -> str:
    """A name that keeps its own text direction in a sentence."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


_ATTENDANCE_SENTENCES: Final = {
    "there": _l("She was there on the day."),
    "part": _l("She was there for a part of the day."),
    "not_there": _l("She was not there on the day."),
}

_PROMISE_LABELS: Final = {
    "kept": _l("Kept: she says that it is done"),
    "open": _l("Still open"),
    "said_done": _l("Said to be done; she has not said so"),
}


def day_label(day: date, today: date) -> str:
    """The day of a review; `today` or `tomorrow` where it is near."""
    days = (day - today).days
    if days == 0:
        return str(_("today"))
    if days == 1:
        return str(_("tomorrow"))
    return format_day(day)
