"""Labels of the entries of a report, and the texts in them, for adults."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.grievances.intake import intake_options
from youthvoice.grievances.short_names import short_name
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.readership import FROM_AGENDA, FROM_GOOD_NEWS, FROM_LETTER, FROM_REVIEW
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list

Names = Mapping[int, str]


def words_of_entry(entry: ThreadEntry) -> str:
    """The text of an entry, as it was written."""
    return str(entry.said.get("words") or "")


def words_of_adult(entry: ThreadEntry) -> str:
    """All texts of an adult's entry."""
    content = entry.said
    if entry.kind == "ask_close":
        outcome = _("What came of it: %(outcome)s", outcome=content.get("outcome", ""))
        child_message = _("The child will read: %(told)s", told=content.get("told", ""))
        return f"{outcome}\n{child_message}"
    if entry.kind == "handed":
        return "\n".join(filter(None, (str(content.get("ask", "")), str(content.get("reason", "")))))
    if content.get("action") == "authority":
        return "\n".join(filter(None, (_how_reported(content), words_of_entry(entry))))
    return words_of_entry(entry)


def _how_reported(content: Mapping[str, Any]) -> str:
    """How a report to an authority was made (S19)."""
    day = format_day(date.fromisoformat(content["on"])) if content.get("on") else ""
    parts = [_("on %(day)s at %(time)s", day=day, time=content.get("at", ""))]
    parts += [_("in simple language")] if content.get("simple") else []
    parts += [_("read back")] if content.get("read_back") else []
    parts += [_("interpreter: %(name)s", name=content["interpreter"])] if content.get("interpreter") else []
    return ", ".join(str(part) for part in parts)


def action_label(names: Names, entry: ThreadEntry) -> str:
    """What an adult did, as a label; empty for an unknown kind."""
    state = entry.said.get("action" if entry.kind == "action" else "state")
    make_label = _NAMED.get(f"{entry.kind} {state}") or _NAMED.get(entry.kind)
    return make_label(names, entry) if make_label else entry_label(DONE_LABELS, entry.kind, state)


def entry_label(table: Mapping[str, Any], kind: str, detail: object) -> str:
    """The label of a kind with a detail; else the label of the kind; else empty."""
    return str(table.get(f"{kind} {detail}") or table.get(kind, ""))


DONE_LABELS: Final[Mapping[str, Any]] = {
    "action talked": _l("talked with the child"),
    "action mended": _l("it was repaired, or remedied"),
    "action group": _l("talked with the whole group"),
    "action plan_change": _l("asked for a change of the care plan"),
    "action outside": _l("asked the outside recipient"),
    "action no_trouble": _l("asked in person: nobody was bad to the child since"),
    "action trouble": _l("asked in person: somebody was bad to the child since"),
    "action other": _l("did something else"),
    "note": _l("private note"),
    "transcript": _l("wrote down what the child says in a voice message"),
    "transcript listened": _l("listened to a voice message and its words, and asked the child"),
    "rendering": _l("translated it"),
    "urgent": _l("marked it as urgent"),
    "handed_back": _l("wrote what was done"),
    "goes_on": _l("goes on although the child asked to stop"),
    "hold keep_asked": _l("asks a second person: keep this past its end?"),
    "hold keep": _l("agreed: it is kept past its end"),
    "hold let_go_asked": _l("asks a second person: let this end in time again?"),
    "hold let_go": _l("agreed: it ends in time again"),
    "no_authority": _l("asks a second person: no law asks for a report to an authority?"),
    "no_authority agreed": _l("agreed: no law asks for a report to an authority"),
    "close_taken_back": _l("no longer asks to close it"),
    "recused": _l("stepped back"),
    "summary": _l("asks to agree to words for “what children said”"),
    "summary agreed": _l("agreed to words for “what children said”"),
    "summary refused": _l("said no to words for “what children said”"),
    "ask_close": _l("asks to close"),
    "agree_close": _l("agreed: it is closed"),
    "refuse_close": _l("sent it back: not closed"),
    "reopened": _l("opened it again"),
}
"""Labels by kind of an entry, and by state where a kind has several."""


def _referral_label(content: Mapping[str, Any]) -> str:
    name, day = content.get("service", ""), format_day(date.fromisoformat(content["on"])) if content.get("on") else ""
    values = {
        "accepted": _("%(name)s accepted on %(day)s", name=name, day=day),
        "declined": _("%(name)s declined on %(day)s", name=name, day=day),
        "outcome": _("%(name)s told on %(day)s what came of it", name=name, day=day),
    }
    return str(values.get(str(content.get("state")), _("referred to %(name)s on %(day)s", name=name, day=day)))


def _assessment_label(_names: Names, entry: ThreadEntry) -> str:
    severity = {1: _("light"), 2: _("serious"), 3: _("very serious")}.get(entry.said.get("severity", 0), "")
    topic = pick_label(intake_options.TOPICS, str(entry.said.get("topic", "")))
    harm = _("a child may be hurt") if entry.said.get("harm") else ""
    law = _("the law asks for a report to an authority") if entry.said.get("authority") else ""
    return str(_("weighed it: %(how)s", how=join_list(str(part) for part in (severity, topic, harm, law) if part)))


def _to(names: Names, entry: ThreadEntry) -> str:
    return names.get(entry.said.get("to", 0), "")


def _owner_label(names: Names, entry: ThreadEntry) -> str:
    name = _to(names, entry)
    return str(_("gave it in hand to %(name)s", name=name) if name else _("gave it back to everybody"))


def _handover_label(names: Names, entry: ThreadEntry) -> str:
    name = _to(names, entry)
    values = {
        "asked": _("asks a second person: hand this to %(name)s?", name=name),
        "refused": _("said no to handing this to %(name)s", name=name),
    }
    return str(values.get(str(entry.said.get("state")), _("handed over to %(name)s", name=name)))


def _link_label(_names: Names, entry: ThreadEntry) -> str:
    name = short_name(bytes.fromhex(entry.said["to_thread"]))
    if "later" not in entry.said:
        return str(_("linked with report %(name)s", name=name))
    if entry.said["later"]:
        return str(_("sent it again and chose new readers: answer in report %(name)s", name=name))
    return str(_("had sent report %(name)s before, to others", name=name))


def _from_letter(names: Names, entry: ThreadEntry) -> str:
    content = entry.said
    parts = [
        _(
            "made this report of a letter of %(day)s, from the letter box of “%(round)s”",
            day=format_day(date.fromisoformat(content["arrived"])),
            round=content["round"].get(languages.chosen()) or next(iter(content["round"].values()), ""),
        ),
        _("the child lets others see these words") if content.get("shared") else _("for those who read it only"),
    ]
    return "; ".join(str(part) for part in (*parts, *_left_out(names, entry)))


def _from_agenda(names: Names, entry: ThreadEntry) -> str:
    source = _("made this report of something for the agenda of “%(name)s”", name=entry.said["agenda"])
    return "; ".join((str(source), *_left_out(names, entry)))


def _from_review(names: Names, entry: ThreadEntry) -> str:
    source = _("made this report of what the child of case %(case)s says to her review", case=entry.said["review"])
    return "; ".join((str(source), *_left_out(names, entry)))


def _from_good_news(names: Names, entry: ThreadEntry) -> str:
    return "; ".join((str(_("made this report of what a child told as good news")), *_left_out(names, entry)))


def _left_out(names: Names, entry: ThreadEntry) -> list[str]:
    person_ids = entry.said.get("left_out") or ()
    listed_names = join_list(names.get(person_id, "") for person_id in person_ids)
    return [str(_("left out: %(names)s", names=listed_names))] if person_ids else []


_NAMED: Final[Mapping[str, Callable[[Names, ThreadEntry], str]]] = {
    "action referral": lambda _names, entry: _referral_label(entry.said),
    "action authority": lambda _names, entry: str(
        _(
            "reported to %(name)s, number %(number)s",
            name=entry.said.get("authority", ""),
            number=entry.said.get("number", ""),
        )
    ),
    "weighed": _assessment_label,
    "owner": _owner_label,
    "handed": _handover_label,
    "taken_back": lambda names, entry: str(_("took back what was handed to %(name)s", name=_to(names, entry))),
    "interpreter_asked": lambda names, entry: str(
        _("asks the child: may %(name)s read it, to translate it?", name=_to(names, entry))
    ),
    "answer_shared": lambda names, entry: str(_("sealed an answer to %(name)s, to translate", name=_to(names, entry))),
    "consent": lambda names, entry: str(_("the child said yes: %(name)s may see it", name=_to(names, entry))),
    FROM_LETTER: _from_letter,
    FROM_AGENDA: _from_agenda,
    FROM_REVIEW: _from_review,
    FROM_GOOD_NEWS: _from_good_news,
    "linked": _link_label,
    "given": lambda names, entry: str(_("let %(name)s read it", name=_to(names, entry))),
}
"""Labels that name a person or a thing, by kind of an entry, and by state where a kind has several."""
