"""Words for committees: what they are called, and what makes each itself. Rules speak in codes."""

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from youthvoice.committees.entities import Committee, CommitteeOverview
from youthvoice.web.i18n.formats import local_time


def kind(preset: str) -> str:
    """What a kind of committee is called."""
    return str(
        {
            "flip_club": _("FLiP club"),
            "bal_sabha": _("Bal Sabha"),
            "bal_panchayat": _("Bal Panchayat"),
            "dormitory": _("Dormitory meeting"),
            "youth_group": _("Youth group"),
            "village_child_committee": _("Village Child Committee"),
        }[preset]
    )


def explanation(preset: str) -> str:
    """What makes a kind itself, for whoever sets one up."""
    return str(
        {
            "flip_club": _("Members whom children nominated meet about twice a month with their facilitator."),
            "bal_sabha": _("The open assembly of all children of a village. It elects a Bal Panchayat."),
            "bal_panchayat": _(
                "Elected by the Bal Sabha for six months, with posts, at least half of them held by girls."
            ),
            "dormitory": _("Everybody who lives there. The first part of each meeting is without any adult."),
            "youth_group": _("A group of its own, such as girls, boys or those over thirteen."),
            "village_child_committee": _(
                "Adults of the village with at least one child member. Without a child it cannot meet."
            ),
        }[preset]
    )


def way(code: str) -> str:
    """How representatives come to be."""
    return str(
        {
            "nomination": _("nominated by children"),
            "paper": _("elected on paper"),
            "hands": _("elected by raised hands"),
            "slips": _("elected in secret at the tablet"),
        }[code]
    )


def post(code: str) -> str:
    """What a representative is."""
    return str(
        {
            "member": _("Member"),
            "chair": _("Chair"),
            "deputy": _("Deputy"),
            "writer": _("Writer"),
            "speaker": _("Speaker"),
            "child_member": _("Child member"),
        }[code]
    )


def rhythm(days: int) -> str:
    """How often it meets."""
    if days == 1:
        return str(_("every day"))
    if days == 7:  # noqa: PLR2004 - a week
        return str(_("every week"))
    if days % 7 == 0:
        return str(ngettext("every %(num)s week", "every %(num)s weeks", days // 7))
    return str(ngettext("every %(num)s day", "every %(num)s days", days))


def first_meeting(committee: Committee, time_zone: str) -> str:
    """The weekday and hour of its meetings, at the site."""
    return str(format_datetime(local_time(committee.first_at, time_zone), "EEEE, HH:mm", rebase=False))


def facts(shown: CommitteeOverview) -> list[str]:
    """What was fixed of a committee, in short."""
    one = shown.line.committee
    said = [
        f"{first_meeting(one, shown.line.zone)}, {rhythm(one.rhythm_days)}",
        one.place,
        ngettext("%(num)s child must be there", "%(num)s children must be there", one.quorum),
        _("%(name)s answers", name=shown.line.facilitator),
        ngettext(
            "suggestions are checked within %(num)s day", "suggestions are checked within %(num)s days", one.check_days
        ),
    ]
    return [str(each) for each in said if each]


def committee_refusal_label(code: str) -> str:
    """Why a committee cannot be so."""
    return str(
        {
            "name_taken": _("There is a committee of this name at the site. Give it another name."),
            "no_facilitator": _("Choose the adult who answers. Without one nothing could be owed."),
            "goes_up_in_a_circle": _("It cannot hand items to itself, or to a committee that hands them to it."),
            "wrong_kind_above": _("This kind of committee does not hand its items there."),
            "other_site": _("Choose a committee of the same site."),
        }[code]
    )
