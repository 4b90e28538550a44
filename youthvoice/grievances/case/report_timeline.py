"""What was said and done in a report, piece by piece, in words for its page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.grievances import intake_options
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.status import short_name
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import FROM_AGENDA, FROM_LETTER, FROM_REVIEW
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list
from youthvoice.web.i18n.languages import LANGUAGES

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
    return tell(names, entry) if tell else _label(DONE_LABELS, entry.kind, state)


def _label(table: Mapping[str, Any], kind: str, detail: object) -> str:
    """The words of a kind with a detail; else those of the kind; else none."""
    return str(table.get(f"{kind} {detail}") or table.get(kind, ""))


DONE_LABELS: Final[Mapping[str, Any]] = {
    "action talked": _l("talked with the child"),
    "action mended": _l("it was mended, or put right"),
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
    "close_taken_back": _l("does not ask to close it any more"),
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
    grave = {1: _("light"), 2: _("serious"), 3: _("grave")}.get(entry.said.get("severity", 0), "")
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
        return str(_("sent it once more and chose anew who reads it: answer in report %(name)s", name=name))
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

VOICE_KINDS: Final = frozenset({"voice", "child_voice"})

_CHILD_SAYS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble", "may_know"})


@dataclass(frozen=True, slots=True)
class TimelinePiece:
    """One thing on the page.

    Attributes:
        shape: `child`, `voice`, `adult`, `note`, or `event`: a line between the pieces.
        head: who and when; of an event all there is.
        words: as given.
        key: of a voice, and of words that were spoken too, the entry's id as hexadecimal digits; of a link, the other
            report's.
        language: of the child's words, where it is known.
        answer: what the child tapped, in our words; never hers.
    """

    shape: str
    head: str
    words: str = ""
    key: str = ""
    language: str = ""
    answer: str = ""


def timeline_pieces(report: ReportContext) -> list[TimelinePiece]:
    """Everything that was said, in order."""
    return [piece for entry in report.entries for piece in _pieces(report, entry)]


def _pieces(report: ReportContext, entry: ThreadEntry) -> Sequence[TimelinePiece]:
    if entry.kind == "told":
        return _told(report, entry)
    if entry.kind == "left_out":
        return [TimelinePiece("event", line) for line in _chosen(report, entry.said)]
    if entry.kind in VOICE_KINDS:
        return [TimelinePiece("voice", _head(report, entry, str(_("a voice message"))), key=entry.id.hex())]
    if entry.kind in _CHILD_SAYS:
        return [
            TimelinePiece(
                "child",
                _head(report, entry, ""),
                words_of_entry(entry),
                language=report.case.language,
                answer=_label(CHILD_SAID_LABELS, entry.kind, entry.said.get("answer")),
            )
        ]
    if entry.kind == "advocate":
        key = entry.id.hex() if entry.sound else ""
        return [TimelinePiece("adult", _head(report, entry, _asked(entry)), words_of_entry(entry), key)]
    return _by_adults(report, entry)


def _told(report: ReportContext, entry: ThreadEntry) -> Sequence[TimelinePiece]:
    found = []
    if words := words_of_entry(entry):
        head = _("The child, in her or his own words, %(day)s", day=format_day(entry.day))
        found.append(TimelinePiece("child", str(head), words, language=entry.said.get("language", "")))
    if how := str(entry.said.get("how") or ""):
        found.append(TimelinePiece("child", str(_("How to find the child, if somebody comes")), how))
    return [*found, *(TimelinePiece("event", line) for line in _chosen(report, entry.said))]


def _chosen(report: ReportContext, said: Mapping[str, object]) -> list[str]:
    """What the child picked, and whom the child left out: the readers see it, nobody else."""
    chosen = [_also(said), _pick("whom", said), _pick("by_whom", said), _may_know(said), _come(said)]
    found = [str(_("The child chose: %(picks)s", picks=" · ".join(filter(None, chosen))))] if any(chosen) else []
    if left_out := said.get("left_out"):
        assert isinstance(left_out, list)
        names = join_list(report.names.get(person_id, "") for person_id in left_out)
        found.append(str(_("The child left out: %(names)s", names=names)))
    if helper := said.get("helper"):
        found.append(str(_("%(name)s helped the child to tell this", name=helper)))
    if (language := said.get("language")) in LANGUAGES and language != languages.chosen():
        found.append(str(_("Told in %(language)s", language=LANGUAGES[str(language)].name)))
    return found


def _also(said: Mapping[str, object]) -> str:
    """What it is about besides the topic that stands above."""
    codes = said.get("also")
    pick_labels = [pick_label(intake_options.TOPICS, str(code)) for code in codes] if isinstance(codes, list) else []
    return str(_("also about: %(topics)s", topics=join_list(pick_labels))) if any(pick_labels) else ""


def _may_know(said: Mapping[str, object]) -> str:
    pick = _pick("may_know", said)
    return str(_("who may know: %(pick)s", pick=pick)) if pick else ""


def _come(said: Mapping[str, object]) -> str:
    if "come" not in said:
        return ""
    if not said["come"]:
        return str(_("nobody should come yet"))
    where = _pick("where", said)
    return str(
        _("somebody should come and talk: %(place)s", place=where) if where else _("somebody should come and talk")
    )


def _pick(name: str, said: Mapping[str, object]) -> str:
    table = {
        "whom": intake_options.WHOM,
        "by_whom": intake_options.BY_WHOM,
        "may_know": intake_options.MAY_KNOW,
        "where": intake_options.WHERE,
    }[name]
    return pick_label(table, str(said.get(name) or ""))


CHILD_SAID_LABELS: Final[Mapping[str, Any]] = {
    "put_right yes": _l("put right: yes"),
    "put_right partly": _l("put right: partly"),
    "put_right no": _l("put right: no"),
    "may_know yes": _l("may others know: yes"),
    "may_know": _l("may others know: no"),
    "trouble yes": _l("trouble since: yes"),
    "trouble": _l("trouble since: no"),
    "withdraw": _l("asks to stop"),
}
"""By kind of an entry, and the child's answer."""

ASKED_LABELS: Final[Mapping[str, Any]] = {
    "put_right": _l("asked: was it really put right?"),
    "may_know": _l("asked: may somebody know?"),
    "trouble": _l("asked: any trouble since?"),
}


def _asked(entry: ThreadEntry) -> str:
    return str(ASKED_LABELS.get(str(entry.said.get("ask"))) or (_("a voice message") if entry.sound else ""))


def _by_adults(report: ReportContext, entry: ThreadEntry) -> Sequence[TimelinePiece]:
    """Notes and what was done: with words it is a note, without a line between."""
    head, words = _head(report, entry, action_label(report.names, entry)), words_of_adult(entry)
    link = entry.said["to_thread"] if entry.kind == "linked" else ""
    return [TimelinePiece("note" if words or entry.kind == "note" else "event", head, words, link)]


def _head(report: ReportContext, entry: ThreadEntry, what: str) -> str:
    who = _who(report, entry.by)
    if what:
        return str(_("%(who)s, %(day)s: %(what)s", who=who, day=format_day(entry.day), what=what))
    return str(_("%(who)s, %(day)s", who=who, day=format_day(entry.day)))


def _who(report: ReportContext, person_id: int) -> str:
    if person_id == CHILD:
        return str(_("The child"))
    return str(_("You")) if person_id == report.caller_id else report.names.get(person_id, "")


def names_in_sentence(report: ReportContext, people: Sequence[int]) -> str:
    """Several who did something, in a sentence."""
    return join_list(_who(report, person) for person in people)
