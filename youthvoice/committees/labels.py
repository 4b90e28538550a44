"""Labels of committees: names of their kinds, ways and posts, and short facts. The rules use codes."""

from typing import Final

from flask_babel import format_datetime, gettext as _, lazy_gettext as _l, ngettext

from youthvoice.committees.entities import Committee
from youthvoice.web.i18n.formats import local_time

KIND_LABELS: Final = {
    "flip_club": _l("FLiP club"),
    "bal_sabha": _l("Bal Sabha"),
    "bal_panchayat": _l("Bal Panchayat"),
    "dormitory": _l("Dormitory meeting"),
    "youth_group": _l("Youth group"),
    "village_child_committee": _l("Village Child Committee"),
}
"""The name of each kind of committee."""

KIND_EXPLANATIONS: Final = {
    "flip_club": _l("Members whom children nominated meet about twice a month with their facilitator."),
    "bal_sabha": _l("The open assembly of all children of a village. It elects a Bal Panchayat."),
    "bal_panchayat": _l("Elected by the Bal Sabha for six months, with posts, at least half of them held by girls."),
    "dormitory": _l("Everybody who lives there. The first part of each meeting is without any adult."),
    "youth_group": _l("A group of its own, such as girls, boys or those over thirteen."),
    "village_child_committee": _l(
        "Adults of the village with at least one child member. Without a child it cannot meet."
    ),
}
"""What each kind is, for the person who sets one up."""

WAY_LABELS: Final = {
    "nomination": _l("nominated by children"),
    "paper": _l("elected on paper"),
    "hands": _l("elected by raised hands"),
    "slips": _l("elected in secret at the tablet"),
}
"""How representatives are chosen."""

POST_LABELS: Final = {
    "member": _l("Member"),
    "chair": _l("Chair"),
    "deputy": _l("Deputy"),
    "writer": _l("Writer"),
    "speaker": _l("Speaker"),
    "child_member": _l("Child member"),
}
"""The posts of representatives."""


def rhythm(days: int) -> str:
    """How often a committee meets."""
    if days == 1:
        return str(_("every day"))
    if days == 7:  # noqa: PLR2004 - a week
        return str(_("every week"))
    if days % 7 == 0:
        return str(ngettext("every %(num)s week", "every %(num)s weeks", days // 7))
    return str(ngettext("every %(num)s day", "every %(num)s days", days))


def first_meeting(committee: Committee, time_zone: str) -> str:
    """The weekday and hour of its meetings, in the site's time zone."""
    return str(format_datetime(local_time(committee.first_at, time_zone), "EEEE, HH:mm", rebase=False))


def committee_facts(committee: Committee, time_zone: str, facilitator: str) -> list[str]:
    """The settings of a committee, in short phrases."""
    phrases = [
        f"{first_meeting(committee, time_zone)}, {rhythm(committee.rhythm_days)}",
        committee.place,
        ngettext("%(num)s child must be there", "%(num)s children must be there", committee.quorum),
        _("%(name)s answers", name=facilitator),
        ngettext(
            "suggestions are checked within %(num)s day",
            "suggestions are checked within %(num)s days",
            committee.check_days,
        ),
    ]
    return [str(phrase) for phrase in phrases if phrase]


COMMITTEE_REFUSALS: Final = {
    "name_taken": _l("There is a committee of this name at the site. Give it another name."),
    "no_facilitator": _l("Choose the adult who answers. Without one, nobody would have to answer."),
    "goes_up_in_a_circle": _l("It cannot hand items to itself, or to a committee that hands them to it."),
    "wrong_kind_above": _l("This kind of committee does not hand its items there."),
    "other_site": _l("Choose a committee of the same site."),
}
"""Why a committee cannot be saved like this."""
