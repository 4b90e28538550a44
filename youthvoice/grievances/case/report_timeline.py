"""What was said and done in a report, piece by piece, in words for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.grievances import intake_options
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.entry_labels import action_label, entry_label, words_of_adult, words_of_entry
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list
from youthvoice.web.i18n.languages import LANGUAGES

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
                answer=entry_label(CHILD_SAID_LABELS, entry.kind, entry.said.get("answer")),
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
    "put_right yes": _l("fixed: yes"),
    "put_right partly": _l("fixed: partly"),
    "put_right no": _l("fixed: no"),
    "may_know yes": _l("may others know: yes"),
    "may_know": _l("may others know: no"),
    "trouble yes": _l("trouble since: yes"),
    "trouble": _l("trouble since: no"),
    "withdraw": _l("asks to stop"),
}
"""By kind of an entry, and the child's answer."""

ASKED_LABELS: Final[Mapping[str, Any]] = {
    "put_right": _l("asked: was it really fixed?"),
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
