"""What an entry of a report is called, and what was said in it, for adults."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.grievances import intake_options
from youthvoice.grievances.status import short_name
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.readership import FROM_AGENDA, FROM_LETTER, FROM_REVIEW
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list

Names = Mapping[int, str]


def words_of_entry(entry: ThreadEntry) -> str:
    """What somebody wrote, as given."""
    return str(entry.said.get("words") or "")


def words_of_adult(entry: ThreadEntry) -> str:
    """What an adult wrote, all of it."""
    said = entry.said
    if entry.kind == "ask_close":
        outcome = _("What came of it: %(outcome)s", outcome=said.get("outcome", ""))
        told = _("The child will read: %(told)s", told=said.get("told", ""))
        return f"{outcome}\n{told}"
    if entry.kind == "handed":
        return "\n".join(filter(None, (str(said.get("ask", "")), str(said.get("reason", "")))))
    if said.get("action") == "authority":
        return "\n".join(filter(None, (_how_reported(said), words_of_entry(entry))))
    return words_of_entry(entry)


def _how_reported(said: Mapping[str, Any]) -> str:
    """S19."""
    on = format_day(date.fromisoformat(said["on"])) if said.get("on") else ""
    told = [_("on %(day)s at %(time)s", day=on, time=said.get("at", ""))]
    told += [_("in simple language")] if said.get("simple") else []
    told += [_("read back")] if said.get("read_back") else []
    told += [_("interpreter: %(name)s", name=said["interpreter"])] if said.get("interpreter") else []
    return ", ".join(str(one) for one in told)


def action_label(names: Names, entry: ThreadEntry) -> str:
    """What an adult did, in words; what is unknown here has none."""
    state = entry.said.get("action" if entry.kind == "action" else "state")
    tell = _NAMED.get(f"{entry.kind} {state}") or _NAMED.get(entry.kind)
    return tell(names, entry) if tell else entry_label(DONE_LABELS, entry.kind, state)


def entry_label(table: Mapping[str, Any], kind: str, detail: object) -> str:
    """The words of a kind with a detail; else those of the kind; else none."""
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
"""By kind of an entry, and state where there are several."""


def _referred(said: Mapping[str, Any]) -> str:
    name, on = said.get("service", ""), format_day(date.fromisoformat(said["on"])) if said.get("on") else ""
    values = {
        "accepted": _("%(name)s accepted on %(day)s", name=name, day=on),
        "declined": _("%(name)s declined on %(day)s", name=name, day=on),
        "outcome": _("%(name)s told on %(day)s what came of it", name=name, day=on),
    }
    return str(values.get(str(said.get("state")), _("referred to %(name)s on %(day)s", name=name, day=on)))


def _weighed(_names: Names, entry: ThreadEntry) -> str:
    grave = {1: _("light"), 2: _("serious"), 3: _("very serious")}.get(entry.said.get("severity", 0), "")
    topic = pick_label(intake_options.TOPICS, str(entry.said.get("topic", "")))
    harm = _("a child may be hurt") if entry.said.get("harm") else ""
    law = _("the law asks for a report to an authority") if entry.said.get("authority") else ""
    return str(_("weighed it: %(how)s", how=join_list(str(one) for one in (grave, topic, harm, law) if one)))


def _to(names: Names, entry: ThreadEntry) -> str:
    return names.get(entry.said.get("to", 0), "")


def _owner(names: Names, entry: ThreadEntry) -> str:
    name = _to(names, entry)
    return str(_("gave it in hand to %(name)s", name=name) if name else _("gave it back to everybody"))


def _handed(names: Names, entry: ThreadEntry) -> str:
    name = _to(names, entry)
    values = {
        "asked": _("asks a second person: hand this to %(name)s?", name=name),
        "refused": _("said no to handing this to %(name)s", name=name),
    }
    return str(values.get(str(entry.said.get("state")), _("handed over to %(name)s", name=name)))


def _linked(_names: Names, entry: ThreadEntry) -> str:
    name = short_name(bytes.fromhex(entry.said["to_thread"]))
    if "later" not in entry.said:
        return str(_("linked with report %(name)s", name=name))
    if entry.said["later"]:
        return str(_("sent it again and chose new readers: answer in report %(name)s", name=name))
    return str(_("had sent report %(name)s before, to others", name=name))


def _from_letter(names: Names, entry: ThreadEntry) -> str:
    said = entry.said
    told = [
        _(
            "made this report of a letter of %(day)s, from the letter box of “%(round)s”",
            day=format_day(date.fromisoformat(said["arrived"])),
            round=said["round"].get(languages.chosen()) or next(iter(said["round"].values()), ""),
        ),
        _("the child lets others see these words") if said.get("shared") else _("for those who read it only"),
    ]
    return "; ".join(str(one) for one in (*told, *_left_out(names, entry)))


def _from_agenda(names: Names, entry: ThreadEntry) -> str:
    told = [_("made this report of something for the agenda of “%(name)s”", name=entry.said["agenda"])]
    return "; ".join(str(one) for one in (*told, *_left_out(names, entry)))


def _from_review(names: Names, entry: ThreadEntry) -> str:
    told = [_("made this report of what the child of case %(case)s says to her review", case=entry.said["review"])]
    return "; ".join(str(one) for one in (*told, *_left_out(names, entry)))


def _left_out(names: Names, entry: ThreadEntry) -> list[str]:
    left_out = entry.said.get("left_out")
    return [str(_("left out: %(names)s", names=join_list(names.get(one, "") for one in left_out)))] if left_out else []


_NAMED: Final[Mapping[str, Callable[[Names, ThreadEntry], str]]] = {
    "action referral": lambda _names, entry: _referred(entry.said),
    "action authority": lambda _names, entry: str(
        _(
            "reported to %(name)s, number %(number)s",
            name=entry.said.get("authority", ""),
            number=entry.said.get("number", ""),
        )
    ),
    "weighed": _weighed,
    "owner": _owner,
    "handed": _handed,
    "taken_back": lambda names, entry: str(_("took back what was handed to %(name)s", name=_to(names, entry))),
    "consent": lambda names, entry: str(_("the child said yes: %(name)s may see it", name=_to(names, entry))),
    FROM_LETTER: _from_letter,
    FROM_AGENDA: _from_agenda,
    FROM_REVIEW: _from_review,
    "linked": _linked,
    "given": lambda names, entry: str(_("let %(name)s read it", name=_to(names, entry))),
}
"""What names somebody or something."""
