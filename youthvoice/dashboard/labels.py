"""Words of the To do page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.dashboard.entities import Task
from youthvoice.grievances import report_labels
from youthvoice.grievances.inbox import EscalatedReport
from youthvoice.grievances.status import short_name
from youthvoice.web.i18n.formats import format_day, join_list


def group(code: str, number: int) -> str:
    """The head of a group; the same words as on the desk of reports."""
    return report_labels.group(code, number)


def due(item: Task) -> str:
    """When it is due, as a clock says it."""
    if item.days is None:
        return str(_("no date"))
    if item.waited:
        return str(_("overdue"))
    if item.days < 0:
        return str(ngettext("%(num)s day over", "%(num)s days over", -item.days))
    return str(_("today")) if item.days == 0 or item.due is None else format_day(item.due)


def about(item: Task, language: str) -> str:
    """What it is about: the words of the thing itself, or of the house where it has none."""
    if item.kind == "reports":
        more = int(item.step)
        return str(ngettext("%(num)s more report", "%(num)s more reports", more))
    if item.kind == "report":
        return report_labels.topic(item.about["en"])
    if item.kind == "restored":
        made = datetime.fromisoformat(item.about["en"])
        return str(_("A backup of %(day)s was brought back", day=format_day(made)))
    ours = {
        "safety": _("Children’s answers call for a talk"),
        "undelivered": _("Letters that could not be delivered"),
        "handed": _("Words of a child were handed to you"),
        "code_tries": _("Somebody guesses at picture codes or slips"),
        "late_letters": _("Letters that the advocates have not opened"),
        "late_suggestions": _("Suggestions that the advocates have not decided"),
        "held": _("A suggestion that waits for you"),
        "own_key": _("Your key"),
        "own_meeting": _("Your account"),
        "codes": _("One-time codes"),
        "test": _("A test of the way to you"),
    }
    return str(ours[item.kind]) if item.kind in ours else item.say(language)


def second(item: Task, language: str) -> str:
    """A small line under what it is about: its name, its round and day, or what was waited for; empty for most."""
    if item.kind == "report":
        told = [_("Report %(name)s", name=short_name(bytes.fromhex(item.key)))]
        return " · ".join(str(one) for one in (*told, *([nobody(item.waited)] if item.waited else ())))
    if item.round_day is None:
        return ""
    asked = _("asked until %(day)s", day=format_day(item.round_day))
    if item.kind == "safety":
        return " · ".join((item.say(language), item.say_round(language), str(asked)))
    return str(asked)


def nobody(clock: str) -> str:
    """What nobody did before a clock of a report was over."""
    return str(
        {
            "first_look": _("nobody looked in time"),
            "answer": _("nobody answered in time"),
            "child_wrote": _("nobody answered in time"),
        }.get(clock, _("nobody went on in time"))
    )


class Alarm(NamedTuple):
    """One line of the red banner.

    Attributes:
        name: of what waits.
        href: its page.
        words: what nobody did, and who is asked now.
    """

    name: str
    href: str
    words: str


_RUNGS: Final = {ADVOCATE: "owner", SAFEGUARDING_LEAD: "leads", OUTSIDE_RECIPIENT: "outside"}


def alarms(waited: Iterable[EscalatedReport], items: Iterable[Task], role: str, speak: str) -> list[Alarm]:
    """Every line of the banner: tasks about safety that are over, and reports that went to the next person.

    Args:
        waited: from `inbox.list_escalated`.
        items: of the To do page.
        role: the reader's.
        speak: the language of the page.
    """
    tasks = [item for item in items if item.kind == "safety" and item.days is not None and item.days < 0]
    return [
        *(Alarm(about(one, speak) + ": " + one.say(speak), address(one), _task(one, role)) for one in tasks),
        *(_of_a_report(one) for one in waited),
    ]


def _task(item: Task, role: str) -> str:
    asked = {"leads": _("the safeguarding lead"), "outside": _("the outside recipient")}
    now = _("you") if _RUNGS.get(role) == item.step else asked.get(item.step, _("the child advocates"))
    return str(_("nobody wrote down in time what was done; now asked: %(who)s", who=now))


def _of_a_report(one: EscalatedReport) -> Alarm:
    who = join_list([*([str(_("you"))] if one.you else []), *one.asked])
    name, href = short_name(one.id), url_for("report.detail", report=one.id.hex())
    return Alarm(name, href, str(_("%(nobody)s; now asked: %(who)s", nobody=nobody(one.clock), who=who)))


def _request(item: Task) -> str:
    """What one asks a second adult, or what became of it."""
    return str(
        {
            "request": _("%(name)s asks you: read it, then agree or refuse", name=item.step),
            "request_waits": _("Wait: %(name)s has to agree in her own sign-in", name=item.step),
            "request_refused": _("%(name)s refused: read why", name=item.step),
            "request_over": _("%(name)s did not answer within a week: ask again", name=item.step),
        }[item.kind]
    )


def step(item: Task) -> str:
    """What to do next."""
    if item.kind == "report" or item.kind in _REQUESTS:
        return _request(item) if item.kind in _REQUESTS else report_labels.step(item.step)
    if item.step in {"leads", "outside"} and not item.mine:
        return str(_("Nobody wrote down in time what was done: talk with the advocates, then write it down"))
    if item.step == "decision_maker":
        return str(_("It was not answered in time: answer the children"))
    if item.step == "advocates":
        return str(_("Nobody answered in time: talk with whoever decides, then answer"))
    if not item.ready:
        return str(_("Wait: the view is not approved yet"))
    return str(
        {
            "round": _("Answer the children"),
            "item": _("Answer the committee: yes, partly, or no and why"),
            "choice": _("Do it, or say why not"),
            "session": _("Say what was changed because of it"),
            "choose": _("Look at every picture, then say yes"),
            "safety": _("Talk with the group, then write what was done"),
            "letters": _("Read the letters"),
            "suggestions": _("Read them and decide"),
            "held": _("Decide: children read that you do"),
            "publication": _("Approve it, or send it back"),
            "send": _("Send it to the guardians"),
            "questionnaire": _("Look at every screen, then approve"),
            "sitting": _("Hold a sitting"),
            "missed": _("Say who was there, or plan another meeting"),
            "missed_there": _("A meeting was missed: ask the facilitator"),
            "undelivered": _("Look at the addresses, then try again"),
            "handed": _("Open it and read"),
            "compare": _("Compare key pictures face to face"),
            "newcomer": _("Know that words will be sealed to this key from that day"),
            "own_key": _("Show your key pictures to two colleagues"),
            "own_meeting": _("Meet a child advocate of your site and sign in before her eyes; then you can begin"),
            "meet": _("A coordinator let her in: say whether you have met her"),
            "codes": _("Set them up: a stolen password alone then opens nothing"),
            "test": _("Say that it reached you"),
            "passwords": _("Somebody tries passwords with this name today: ask her whether it was she, and find out"),
            "term": _("A term ends: say who comes next, and when it is handed over"),
            "hand_over": _("See to it that what is open is handed over"),
            "late_letters": _("Ask the advocates to sign in and open them; nobody else can"),
            "late_suggestions": _("Ask the advocates to sign in and decide; nobody else can"),
            "restored": _("See what has to be done again: who left, who stepped back, who was met"),
            "code_tries": _(
                "Tries are slowed until tomorrow: find out who tries, and let children use a connected tablet"
            ),
        }.get(item.kind, _("Look at it"))
    )


_REQUESTS = ("request", "request_waits", "request_refused", "request_over")


_PICTURES = {
    **dict.fromkeys(_REQUESTS, "1F91D"),
    "round": "1F4AC",
    "item": "1F4AC",
    "choice": "2705",
    "session": "1F3EB",
    "choose": "1F5F3",
    "safety": "26D1",
    "letters": "2709",
    "publication": "1F441",
    "send": "1F4E8",
    "questionnaire": "1F4CB",
    "sitting": "1F465",
    "missed": "1F4C5",
    "missed_there": "1F4C5",
    "undelivered": "1F4EC",
    "reports": "1F4AC",
    "handed": "2709",
    "compare": "1F511",
    "newcomer": "1F511",
    "own_key": "1F511",
    "own_meeting": "1F91D",
    "restored": "1F4CB",
    "meet": "1F91D",
    "codes": "1F4F1",
    "test": "1F4E8",
    "code_tries": "1F522",
    "passwords": "1F522",
    "term": "1F465",
    "hand_over": "1F91D",
    "late_letters": "2709",
    "suggestions": "1F4A1",
    "late_suggestions": "1F4A1",
    "held": "1F4A1",
}


def picture(item: Task) -> str:
    """The OpenMoji picture of a kind of thing."""
    return report_labels.topic_picture(item.about["en"]) if item.kind == "report" else _PICTURES.get(item.kind, "1F4CB")


_LISTS = {
    "letters": "letters.index",
    "suggestions": "suggestions.index",
    "held": "suggestions.index",
    "reports": "reports.index",
    "handed": "handed.index",
    "undelivered": "addresses.undelivered",
    "own_key": "own.me",
    "own_meeting": "own.me",
    "restored": "staff.people",
    "codes": "own.codes",
    "test": "own.test",
}


_ONES = {
    "term": ("representatives.list_representatives", "committee_id"),
    "hand_over": ("representatives.list_representatives", "committee_id"),
    "report": ("report.detail", "report"),
    "publication": ("publications.detail", "slug"),
    "send": ("publications.detail", "slug"),
    "sitting": ("rounds.detail", "slug"),
    "choose": ("choices.detail", "choice_id"),
    "missed": ("meetings.detail", "meeting_id"),
    "missed_there": ("committees.detail", "committee_id"),
    "questionnaire": ("questionnaires.detail", "questionnaire_id"),
    "compare": ("keys.compare", "person_id"),
    "newcomer": ("keys.compare", "person_id"),
    "meet": ("keys.person", "person_id"),
    **dict.fromkeys(_REQUESTS, ("requests.detail", "request_id")),
}


def address(item: Task) -> str:
    """The page where it is done; empty where there is none."""
    if item.kind in {"code_tries", "late_letters", "late_suggestions", "passwords"}:
        return ""
    if item.kind in _LISTS:
        return url_for(_LISTS[item.kind])
    page, named = _ONES.get(item.kind, ("answers.answer", "owed_id"))
    key: dict[str, Any] = {named: item.key}
    return url_for(page, **key)
