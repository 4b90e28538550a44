"""Labels of the To do page."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from flask import url_for
from flask_babel import LazyString, gettext as _, lazy_gettext as _l, ngettext

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.backups.labels import REFUSAL_LABELS
from youthvoice.dashboard.entities import Task
from youthvoice.grievances import inbox, report_labels
from youthvoice.grievances.short_names import short_name
from youthvoice.web.i18n.formats import format_day, join_list


class TaskKind(NamedTuple):
    """What is shown of every task of a kind.

    Attributes:
        step: what to do next.
        picture: OpenMoji code.
        page: endpoint of its page; empty where there is none.
        key: parameter in the page's address; empty where there is none.
        about: what it is about, where the task has no text of its own.
    """

    step: LazyString
    picture: str
    page: str = ""
    key: str = ""
    about: LazyString | None = None


_LOOK: Final = _l("Look at it")

_ANSWER: Final = ("answers.answer", "owed_id")

_REVIEW: Final = ("reviews.detail", "key")

_REQUEST: Final = TaskKind(_LOOK, "1F91D", "people.show_request", "request_id")

_KINDS: Final = {
    **dict.fromkeys(("request", "request_waits", "request_refused", "request_over"), _REQUEST),
    "report": TaskKind(_LOOK, "1F4CB", "reports.detail", "report"),
    "round": TaskKind(_l("Answer the children"), "1F4AC", *_ANSWER),
    "item": TaskKind(_l("Answer the committee: yes, partly, or no and why"), "1F4AC", *_ANSWER),
    "choice": TaskKind(_l("Do it, or say why not"), "2705", *_ANSWER),
    "session": TaskKind(_l("Say what was changed because of it"), "1F3EB", *_ANSWER),
    "choose": TaskKind(_l("Look at every picture, then say yes"), "1F5F3", "choices.detail", "choice_id"),
    "safety": TaskKind(
        _l("Talk with the group, then write what was done"),
        "26D1",
        *_ANSWER,
        about=_l("Children’s answers call for a talk"),
    ),
    "knock": TaskKind(
        _l("Be there; you do not learn who or how many"), "1FA91", "knocks.index", about=_l("A child wants to talk")
    ),
    "knock_marks": TaskKind(
        _l("Say whether you were there and a child came"), "1FA91", "knocks.index", about=_l("A child wants to talk")
    ),
    "knock_missed": TaskKind(
        _l("Be there yourself, or ask the group openly"),
        "1FA91",
        "knocks.index",
        about=_l("A knock, and they did not meet"),
    ),
    "thanks": TaskKind(
        _l("Read it; do not ask who said it"), "1F490", "good_news.list_thanks", about=_l("A child thanks you")
    ),
    "letters": TaskKind(_l("Read the letters"), "2709", "letters.index"),
    "suggestions": TaskKind(_l("Read them and decide"), "1F4A1", "suggestions.index"),
    "held": TaskKind(
        _l("Decide: children read that you do"),
        "1F4A1",
        "suggestions.index",
        about=_l("A suggestion that waits for you"),
    ),
    "statement": TaskKind(_l("Ask her alone, and write down what she wants"), "1F5E3", *_REVIEW),
    "unasked": TaskKind(_l("Nobody asked the child before her review: see to it that she is asked"), "1F5E3", *_REVIEW),
    "words_to_give": TaskKind(_l("Transfer the child's statement to the review's new advocate"), "2709", *_REVIEW),
    "asked_late": TaskKind(
        _l("The child was asked too late before her review: see to it that she has time"), "1F5E3", *_REVIEW
    ),
    "wish": TaskKind(_l("A wish waits for a decision, or what was promised is late"), "1F4D6", *_REVIEW),
    "review": TaskKind(_l("A decision for every wish, and for the plan"), "1F4D6", *_REVIEW),
    "promise": TaskKind(_l("Do it, then write down what was done"), "1F91D", *_ANSWER),
    "care_gap": TaskKind(
        _l("Look at Care stages, then write what is done about it"),
        "1F4CB",
        *_ANSWER,
        about=_l("Children not asked or answered in time"),
    ),
    "publication": TaskKind(_l("Approve it, or send it back"), "1F441", "publications.detail", "slug"),
    "send": TaskKind(_l("Send it to the guardians"), "1F4E8", "publications.detail", "slug"),
    "questionnaire": TaskKind(
        _l("Look at every screen, then approve"), "1F4CB", "questionnaires.detail", "questionnaire_id"
    ),
    "questionnaire_back": TaskKind(
        _l("It was sent back: read why, then change it or withdraw it"),
        "1F4CB",
        "questionnaires.detail",
        "questionnaire_id",
    ),
    "picture_instead": TaskKind(
        _l("A picture was withdrawn: say whether children see what was chosen for its place"),
        "1F4CB",
        "questionnaires.replace_picture",
        "code",
    ),
    "sitting": TaskKind(_l("Hold a sitting"), "1F465", "rounds.detail", "slug"),
    "ended_early": TaskKind(
        _l("It ended before the day that two adults fixed: the log says who did it; ask why"),
        "1F4CB",
        "rounds.detail",
        "slug",
    ),
    "missed": TaskKind(_l("Say who was there, or plan another meeting"), "1F4C5", "meetings.detail", "meeting_id"),
    "missed_there": TaskKind(
        _l("A meeting was missed: ask the facilitator"), "1F4C5", "committees.detail", "committee_id"
    ),
    "undelivered": TaskKind(
        _l("Look at the addresses, then try again"),
        "1F4EC",
        "guardians.letters",
        about=_l("Letters that could not be delivered"),
    ),
    "held_up": TaskKind(
        _l("Something waits on this tablet for a week: bring it to a network"), "1F4E6", "sites.list_tablets"
    ),
    "unopened": TaskKind(
        _l("Something on it never opens: clear it, and children are asked to send it again"),
        "1F4E6",
        "sites.clear_tablet",
        "tablet_id",
    ),
    "unsigned": TaskKind(
        _l("Not all that it says about danger and consent is signed for: sign for it, or withdraw it"),
        "1F310",
        "translation.index",
    ),
    "refused": TaskKind(
        _l("Something from it was refused: look whether children's words wait on it"),
        "1F4E6",
        "sites.refused",
        "tablet_id",
    ),
    "wrong_slips": TaskKind(
        _l("Many wrong slips came from it: unless children mistyped, connect it again"),
        "1F522",
        "sites.list_tablets",
    ),
    "handed": TaskKind(
        _l("Open it and read"), "2709", "handover.index", about=_l("Words of a child were handed to you")
    ),
    "interpretation": TaskKind(
        _l("Open it and write it in the other language"),
        "2709",
        "interpretations.index",
        about=_l("Words to translate were sealed to you"),
    ),
    "compare": TaskKind(_l("Compare key pictures face to face"), "1F511", "people.compare", "person_id"),
    "newcomer": TaskKind(
        _l("Know that words will be sealed to this key from that day"), "1F511", "people.compare", "person_id"
    ),
    "own_key": TaskKind(_l("Show your key pictures to two colleagues"), "1F511", "profile.me", about=_l("Your key")),
    "own_meeting": TaskKind(
        _l("Meet a child advocate of your site and sign in before her eyes; then you can begin"),
        "1F91D",
        "profile.me",
        about=_l("Your account"),
    ),
    "own_name": TaskKind(
        _l("Children read what you do instead of who you are: type your name; a second adult agrees"),
        "1F464",
        "profile.name",
        about=_l("Your name"),
    ),
    "meet": TaskKind(
        _l("A coordinator let her in: say whether you have met her"), "1F91D", "people.person", "person_id"
    ),
    "codes": TaskKind(
        _l("Set them up: a stolen password alone then opens nothing"),
        "1F4F1",
        "profile.codes",
        about=_l("One-time codes"),
    ),
    "test": TaskKind(_l("Say that it reached you"), "1F4E8", "profile.test", about=_l("A test of the way to you")),
    "passwords": TaskKind(
        _l("Somebody tries passwords with this name today: ask her whether it was she, and find out"), "1F522"
    ),
    "term": TaskKind(
        _l("A term ends: say who comes next, and when it is handed over"),
        "1F465",
        "elections.list_representatives",
        "committee_id",
    ),
    "hand_over": TaskKind(
        _l("See to it that what is open is handed over"),
        "1F91D",
        "elections.list_representatives",
        "committee_id",
    ),
    "late_letters": TaskKind(
        _l("Ask the advocates to sign in and open them; nobody else can"),
        "2709",
        about=_l("Letters that the advocates have not opened"),
    ),
    "late_suggestions": TaskKind(
        _l("Ask the advocates to sign in and decide; nobody else can"),
        "1F4A1",
        about=_l("Suggestions that the advocates have not decided"),
    ),
    "closing": TaskKind(_l("Children read it: what you promised them comes by that day"), "1F3E0"),
    "closing_prepare": TaskKind(
        _l("Children read it: see what is open and who answers it, with youthvoice close status"), "1F3E0"
    ),
    "closing_asked": TaskKind(
        _l("It waits until that day for the outside recipient: youthvoice close confirm"), "1F3E0"
    ),
    "closing_confirm": TaskKind(
        _l("Ask both, alone, whether it is right; then confirm it: youthvoice close confirm"), "1F3E0"
    ),
    "closing_end": TaskKind(
        _l("End it together, when nothing is open: youthvoice close status, then close finish"), "1F3E0"
    ),
    "silent_ending": TaskKind(
        _l("Children do not hear all about the end of the site in it: record it"),
        "1F3E0",
        "read_aloud.index",
        "questionnaire_id",
    ),
    "restored": TaskKind(
        _l("See what has to be done again: who left, who stepped back, who was met"), "1F4CB", "people.index"
    ),
    "backup": TaskKind(_l("Ask your system administrator to make one every day: youthvoice backup"), "1F4BE"),
    "installation": TaskKind(
        _l("Ask your system administrator to mend it: the page says what it is"), "1F4CB", "monitoring.show_state"
    ),
    "rehearsal": TaskKind(
        _l("Do it with a second adult and your system administrator: youthvoice recovery rehearse"),
        "1F4BE",
        about=_l("Try whether everything comes back from the backup"),
    ),
    "silent_line": TaskKind(
        _l("Ask your system administrator to mend it, and whether the card is paid: youthvoice doctor says more"),
        "1F4DE",
        about=_l("Nobody answers the telephone line of the children"),
    ),
    "untried_line": TaskKind(
        _l("Call it, and press any seven keys: it says that they open nothing"),
        "1F4DE",
        about=_l("Children do not see the number of their telephone line yet"),
    ),
    "code_tries": TaskKind(
        _l("Tries are slowed until tomorrow: find out who tries, and let children use a connected tablet"),
        "1F522",
        about=_l("Somebody guesses at picture codes or slips"),
    ),
    "tablet_tries": TaskKind(
        _l("It is slowed until tomorrow: find out who tries, and let children use another tablet"),
        "1F522",
        about=_l("Many wrong picture codes on one tablet"),
    ),
    "reports": TaskKind(_LOOK, "1F4AC", "reports.index"),
}


def _kind(task: Task) -> TaskKind:
    return _KINDS.get(task.kind, TaskKind(_LOOK, "1F4CB", *_ANSWER))


def group(code: str, number: int) -> str:
    """The heading of a group; the same as on the list of reports."""
    return report_labels.group(code, number)


def due(task: Task) -> str:
    """When it is due, in words."""
    if task.days is None:
        return str(_("no date"))
    if task.waited:
        return str(_("overdue"))
    if task.days < 0:
        return str(ngettext("%(num)s day over", "%(num)s days over", -task.days))
    return str(_("today")) if task.days == 0 or task.due is None else format_day(task.due)


def about(task: Task, language: str) -> str:
    """What it is about: the task's own text, or that of its kind."""
    if task.kind == "reports":
        more = int(task.step)
        return str(ngettext("%(num)s more report", "%(num)s more reports", more))
    if task.kind == "report":
        return report_labels.topic(task.about["en"])
    if task.kind == "restored":
        moment = datetime.fromisoformat(task.about["en"])
        return str(_("A backup of %(day)s was brought back", day=format_day(moment)))
    if task.kind == "backup":
        return _backup(task.about["en"])
    if task.kind in _SENTENCES:
        return str(_SENTENCES[task.kind]) % {"case": task.say(language), "day": task.say(language)}
    words = _kind(task).about
    return task.say(language) if words is None else str(words)


def _backup(made_on: str) -> str:
    """How old the last backup is; everything since then would be lost with the disk."""
    if not made_on:
        return str(_("No backup was ever made"))
    return str(_("The last backup is of %(day)s", day=format_day(date.fromisoformat(made_on))))


_SENTENCES: Final = {
    **dict.fromkeys(("closing", "closing_prepare"), _l("Closes: the last day is %(day)s")),
    **dict.fromkeys(("closing_asked", "closing_confirm"), _l("Two adults ask to close on %(day)s")),
    "closing_end": _l("Closed: the last day was %(day)s"),
    "statement": _l("Ask the child: review %(case)s"),
    "unasked": _l("Child not asked: review %(case)s"),
    "asked_late": _l("Child asked late: review %(case)s"),
    "wish": _l("A wish: review %(case)s"),
    "review": _l("Decisions: review %(case)s"),
    "promise": _l("A promise: review %(case)s"),
    "words_to_give": _l("Words to give on: review %(case)s"),
}


def second(task: Task, language: str) -> str:
    """A small line under what it is about: its name, round, deadline, or why it was refused; empty for most."""
    if task.kind == "report":
        name_lines = [_("Report %(name)s", name=short_name(bytes.fromhex(task.key)))]
        return " · ".join(
            str(line) for line in (*name_lines, *([report_labels.missed_label(task.waited)] if task.waited else ()))
        )
    if task.kind == "backup":
        return str(REFUSAL_LABELS[task.step]) if task.step else ""
    if task.round_day is None:
        return task.say(language) if task.kind == "care_gap" else ""
    asked_until = _("asked until %(day)s", day=format_day(task.round_day))
    if task.kind == "safety":
        return " · ".join((task.say(language), task.say_round(language), str(asked_until)))
    return str(asked_until)


class Alarm(NamedTuple):
    """One line of the red banner.

    Attributes:
        name: of the report or task.
        href: its page.
        words: what nobody did, and who is asked now.
    """

    name: str
    href: str
    words: str


_ESCALATION_LEVELS: Final = {ADVOCATE: "owner", SAFEGUARDING_LEAD: "leads", OUTSIDE_RECIPIENT: "outside"}


def alarms(waited: Iterable[inbox.EscalatedReport], items: Iterable[Task], role: str, speak: str) -> list[Alarm]:
    """Every line of the banner: overdue tasks about safety, and reports that were escalated to the next person.

    Args:
        waited: from `inbox.list_urgent_reports`.
        items: of the To do page.
        role: the reader's.
        speak: the language of the page.
    """
    tasks = [task for task in items if task.kind == "safety" and task.days is not None and task.days < 0]
    return [
        *(Alarm(about(task, speak) + ": " + task.say(speak), address(task), _overdue(task, role)) for task in tasks),
        *(_of_a_report(escalated_report) for escalated_report in waited),
    ]


def _overdue(task: Task, role: str) -> str:
    """What nobody did about an overdue task about safety, and who is asked now."""
    names = {"leads": _("the safeguarding lead"), "outside": _("the outside recipient")}
    who = _("you") if _ESCALATION_LEVELS.get(role) == task.step else names.get(task.step, _("the child advocates"))
    return str(_("nobody wrote down in time what was done; now asked: %(who)s", who=who))


def _of_a_report(escalated_report: inbox.EscalatedReport) -> Alarm:
    who = join_list([*([str(_("you"))] if escalated_report.you else []), *escalated_report.asked])
    name, href = short_name(escalated_report.id), url_for("reports.detail", report=escalated_report.id.hex())
    return Alarm(
        name,
        href,
        str(_("%(nobody)s; now asked: %(who)s", nobody=report_labels.missed_label(escalated_report.clock), who=who)),
    )


def _request(task: Task) -> str:
    """A request to a second adult, or its result."""
    return str(
        {
            "request": _("%(name)s asks you: read it, then agree or refuse", name=task.step),
            "request_waits": _("Wait: %(name)s has to agree in her own sign-in", name=task.step),
            "request_refused": _("%(name)s refused: read why", name=task.step),
            "request_over": _("%(name)s did not answer within a week: ask again", name=task.step),
        }[task.kind]
    )


_ASKED_AFTER: Final = {
    "decision_maker": _l("It was not answered in time: answer the children"),
    "advocates": _l("Nobody answered in time: talk with the decision-maker, then answer"),
}
"""What the person does who is asked after the owner."""

_REVIEW_IS_LATE: Final = {
    "statement": _l("The child was not asked in time: see to it that she is"),
    "review": _l("A wish has no decision in time: see to it that it has one"),
    "promise": _l("What a child was promised is late: see to it that it is done"),
}
"""The same for tasks of a review."""


def step(task: Task) -> str:
    """What to do next."""
    if task.kind == "report" or _kind(task) is _REQUEST:
        return report_labels.step(task.step) if task.kind == "report" else _request(task)
    if task.step in {"leads", "outside"} and not task.mine:
        return str(_("Nobody wrote down in time what was done: talk with the advocates, then write it down"))
    if task.step in _ASKED_AFTER and task.kind != "care_gap":  # its own text fits everybody who is asked
        return str(_REVIEW_IS_LATE.get(task.kind) or _ASKED_AFTER[task.step])
    if not task.ready:
        on_its_day = _("Wait: it is decided on the day of the review, not before")
        return str(on_its_day if task.kind == "review" else _("Wait: the view is not approved yet"))
    return str(_kind(task).step)


def picture(task: Task) -> str:
    """The OpenMoji picture of a task."""
    return report_labels.topic_picture(task.about["en"]) if task.kind == "report" else _kind(task).picture


def address(task: Task) -> str:
    """The page of a task; empty where there is none."""
    _step, _picture, page, key, _about = _kind(task)
    named: dict[str, Any] = {key: task.key} if key else {}
    return url_for(page, **named) if page else ""
