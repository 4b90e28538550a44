"""Labels of meetings and minutes, in the language of the page; the rules use codes."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

from youthvoice.committees.meetings.rules import MAX_MINUTES_CHARACTERS, Meeting, was_meeting_missed
from youthvoice.web.i18n import formats
from youthvoice.web.i18n.formats import format_weekday


def when(moment: datetime, time_zone: str) -> str:
    """A moment such as `Saturday, 5 December, 16:00`, in the site's time zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    clock = formats.format_hour(local)
    return str(_("%(day)s, %(time)s", day=format_weekday(local.date()), time=clock))


def spoken_when(moment: datetime, time_zone: str) -> str:
    """A moment as children say it, such as `Saturday, 5 December, 4 in the afternoon`."""
    clock = formats.format_spoken_hour(moment.astimezone(ZoneInfo(time_zone)).time())
    return str(_("%(day)s, %(time)s", day=day(moment, time_zone), time=clock))


def day(moment: datetime, time_zone: str) -> str:
    """A day such as `Saturday, 5 December`, at the site."""
    return format_weekday(moment.astimezone(ZoneInfo(time_zone)).date())


def next_place(place: str) -> str:
    """The place of the next meeting."""
    return str(_("Next meeting: %(place)s", place=place) if place else _("Next meeting"))


def next_meeting(moment: datetime, time_zone: str, place: str) -> str:
    """Time and place of the next meeting, as a tablet reads it aloud."""
    return f"{spoken_when(moment, time_zone)} {next_place(place)}"


def where(committee: str, place: str) -> str:
    """The committee and the place of a meeting."""
    return f"{committee} · {place}" if place else committee


def state(meeting: Meeting, now: datetime) -> tuple[str, str, str]:
    """The state of a meeting: words, the code `late` or nothing, and the name of an icon."""
    if was_meeting_missed(meeting, now):
        return str(_("Missed: nobody said who was there")), "late", "clock"
    if meeting.state == "cancelled":
        return str(_("Cancelled")), "", "no"
    if meeting.state == "held":
        return _there(meeting), "", "tick"
    return (str(_("Planned")), "", "clock") if meeting.starts_at > now else (str(_("Who was there?")), "today", "clock")


def _there(meeting: Meeting) -> str:
    """How many attended."""
    children = ngettext("%(num)s child", "%(num)s children", meeting.children or 0)
    adults = ngettext("%(num)s adult", "%(num)s adults", meeting.adults or 0)
    return str(_("Held: %(children)s, %(adults)s", children=children, adults=adults))


MINUTES_LABELS: Final = {
    "": _l("Not written yet"),
    "draft": _l("A draft: the children have not said yes"),
    "approved": _l("The children said yes; locked tomorrow"),
    "locked": _l("Locked: only a note can be added"),
}
"""The state of minutes."""

MINUTES_LABELS_FOR_CHILDREN: Final = {
    "": _l("Nothing is written yet."),
    "draft": _l("A draft: we have not said yes."),
    "approved": _l("We agreed with these notes."),
    "locked": _l("We agreed with these notes."),
}
"""The state of minutes, for children."""


def void(code: str, quorum: int) -> str:
    """Why a meeting cannot decide anything."""
    words = {
        "no_child": _(
            "No child member was there, so this was no meeting of the committee and nothing can be decided. "
            "Its items wait for the next one."
        ),
        "too_few": ngettext(
            "Fewer than %(num)s child was there, so nothing can be decided. The items wait for the next meeting.",
            "Fewer than %(num)s children were there, so nothing can be decided. The items wait for the next meeting.",
            quorum,
        ),
        "not_held": _("Say first who was there. Until then nothing can be decided."),
    }
    return str(words[code])


MEETING_REFUSALS: Final = {
    "taken": _l("This committee has a meeting at that very time."),
    "past": _l("That time is over. Choose a later one."),
    "begun": _l("This meeting has begun. Say who was there instead."),
    "not_begun": _l("This meeting has not begun yet."),
    "cancelled": _l("This meeting was cancelled."),
    "decided": _l("Its minutes are approved, so who was there stays as it is."),
    "void": _l("Nothing can be decided at this meeting. The item waits for the next one."),
    "not_waiting": _l("This is no longer waiting for a meeting."),
    "alone": _l("Children talk about this alone first. It is opened when they bring it in."),
    "without_owner": _l("That would be a reply without an owner: say who answers, and by when."),
    "nowhere": _l("There is no committee above this one. The item stays here."),
    "closed": _l("The committee above no longer meets. The item stays here, and nothing is lost."),
    "meanwhile": _l("Somebody else has already done this. This is how it is now."),
    "changed": _l("Somebody else changed this while you were writing. Look at it again, then save yours."),
    "not_held": _l("Say first who was there. Then the minutes can be written."),
    "locked": _l("These minutes are locked. Add a note instead."),
    "not_locked": _l("These minutes are not locked yet. Change them instead."),
    "no_draft": _l("There is no draft to say yes to."),
    "empty": _l("Nothing is written yet."),
    "too_few_yes": _l("Too few children said yes. The draft stays a draft."),
    "too_long": _l("Make it shorter: at most %(number)s letters.", number=MAX_MINUTES_CHARACTERS),
}
"""Why something was not saved."""


def yes_needed(quorum: int) -> str:
    """How many children must agree to minutes."""
    least = max(1, quorum)
    return str(ngettext("At least %(num)s child must say yes.", "At least %(num)s children must say yes.", least))


FIELD_LABELS: Final = {
    "talked": _l("We talked about"),
    "decided": _l("We decided"),
    "doing": _l("Who does what, by when"),
}
"""The fields of minutes."""

OUTCOME_CHOICES: Final = {
    "again": _l("We talk about it again next time"),
    "settled": _l("The children settled it"),
    "adults": _l("It needs adults: somebody answers by a day"),
    "up": _l("It goes up to the committee above"),
}
"""The possible outcomes of an item."""

ITEM_STATE_LABELS: Final = {
    "suggested": _l("Suggested"),
    "on_agenda": _l("Waits"),
    "discussed": _l("Talked about"),
    "with_adults": _l("With adults"),
    "answered": _l("Answered"),
    "done": _l("Done"),
    "settled": _l("Settled by the children"),
    "went_up": _l("Went up"),
    "moved": _l("With the child advocates"),
    "declined": _l("Declined"),
}
"""The state of an item, in a word or two."""


def alone(number: int) -> str:
    """How many items children discuss alone first; that is all that adults learn."""
    return str(
        ngettext(
            "The children talk about %(num)s thing alone first.",
            "The children talk about %(num)s things alone first.",
            number,
        )
    )
