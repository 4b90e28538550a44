"""The entries of a report as pieces of a timeline, for the report's page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.grievances import transcripts
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.entry_labels import action_label, entry_label, words_of_adult, words_of_entry
from youthvoice.grievances.case.recordings import Recording, list_recordings
from youthvoice.grievances.child_thread import RENDERING
from youthvoice.grievances.intake import intake_options
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list
from youthvoice.web.i18n.languages import LANGUAGES

_CHILD_SAYS: Final = frozenset(
    {"told", "child", "put_right", "withdraw", "trouble", "may_know", *transcripts.QUESTIONS}
)


@dataclass(frozen=True, slots=True)
class Rendering:
    """What an interpreter wrote of an entry: who and when, her words, and their language."""

    head: str
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class TimelinePiece:
    """One piece of the timeline on the page.

    Attributes:
        shape: `child`, `voice`, `adult`, `note`, or `event`, which is a line between the pieces.
        head: who and when; an event has nothing else.
        words: the text as it was written.
        key: what the piece links to, in hexadecimal digits: the entry with the recording, or the linked report.
        language: of the child's text, where it is known.
        answer: what the child selected, as our label; never the child's own text.
        standing: of a recording, what was asked about its transcript, and what the child said.
        is_ended: whether the recording has ended.
        may_be_written: whether a reader may write down its words.
        may_ask: whether the caller may ask the child about the words that are there.
        renderings: what interpreters wrote of it; they stand beside it and never take its place.
        foreign: the id, in hexadecimal digits, of a child's entry in another language than the page, or of an answer
            that an interpreter may write in the child's language and has not.
    """

    shape: str
    head: str
    words: str = ""
    key: str = ""
    language: str = ""
    answer: str = ""
    standing: str = ""
    is_ended: bool = False
    may_be_written: bool = False
    may_ask: bool = False
    renderings: Sequence[Rendering] = ()
    foreign: str = ""


def timeline_pieces(report: ReportContext) -> list[TimelinePiece]:
    """All entries of a report as pieces, in order."""
    recordings = {recording.entry.id: recording for recording in list_recordings(report)}
    # their words are shown with the recording
    transcripts_beside = [recording.transcript for recording in recordings.values()]
    transcripts_beside += [recording.listened for recording in recordings.values()]
    return [
        piece
        for entry in report.entries
        for piece in _with_renderings(
            report,
            entry,
            [_recording_piece(report, recordings[entry.id])]
            if entry.id in recordings
            else _pieces(report, entry, without_words=entry in transcripts_beside),
        )
    ]


def _with_renderings(
    report: ReportContext, entry: ThreadEntry, pieces: Sequence[TimelinePiece]
) -> Sequence[TimelinePiece]:
    renderings = [
        Rendering(
            str(_("translated by %(who)s, %(day)s", who=_who(report, each.by), day=format_day(each.day))),
            words_of_entry(each),
            str(each.said["language"]),
        )
        for each in report.of_kind(RENDERING)
        if each.said["recording"] == entry.id.hex()
    ]
    if not pieces or pieces[0].shape not in {"child", "voice", "adult"}:
        return pieces
    is_foreign = report.case.answerable and report.case.language != languages.chosen()
    is_unread = is_foreign and entry.by == CHILD and bool(pieces[0].words or entry.sound)
    is_unread |= bool(entry.said.get("message")) and not renderings and _may_interpreter_read(report)
    return [replace(pieces[0], renderings=renderings, foreign=entry.id.hex() if is_unread else ""), *pieces[1:]]


def _may_interpreter_read(report: ReportContext) -> bool:
    """Whether an answer can be given to an interpreter, to whom the child said yes."""
    questions = transcripts.list_questions(report.case)
    return any((each.about, each.answer) == (transcripts.INTERPRETER, transcripts.YES) for each in questions)


def _recording_piece(report: ReportContext, recording: Recording) -> TimelinePiece:
    return TimelinePiece(
        "voice",
        _head(report, recording.entry, str(_("a voice message"))),
        recording.words,
        recording.entry.id.hex(),
        report.case.language,
        standing="\n".join(_standing(report, recording)),
        is_ended=not recording.entry.sound,
        may_be_written=recording.may_be_written,
        may_ask=recording.may_be_asked and report.case.answerable and recording.may_ask(report, recording.words),
    )


def _standing(report: ReportContext, recording: Recording) -> Iterator[str]:
    """Who wrote the words, and what becomes of the recording."""
    if recording.transcript is None:
        return
    written = recording.listened or recording.transcript
    yield str(_("Written down: %(who)s, %(day)s", who=_who(report, written.by), day=format_day(written.day)))
    if recording.listened:
        who, day = _who(report, recording.transcript.by), format_day(recording.transcript.day)
        yield str(_("Listened to all of it: %(who)s, %(day)s", who=who, day=day))
    zone = report.site.time_zone
    if recording.ended_on:
        ended = format_day(recording.ended_on)
        yield str(_("The child said that it is right. The recording ended on %(day)s.", day=ended))
    elif recording.ends and transcripts.does_stop(report.case):
        yield str(_("The child said that it is right. The recording stays while a court or an authority may need it."))
    elif recording.ends and recording.question:
        last = format_day(transcripts.last_day(recording.question, zone))
        yield str(_("The child says that it is right. The recording ends at the end of %(day)s.", day=last))
    elif recording.answer:
        yield entry_label(CHILD_SAID_LABELS, transcripts.QUESTION, recording.answer)
    elif recording.question:
        last = format_day(transcripts.last_day(recording.question, zone))
        yield str(_("The child is asked whether it is right, until %(day)s.", day=last))
    else:
        yield _before_asking(report, recording, was_asked="ask" in recording.transcript.said)


def _before_asking(report: ReportContext, recording: Recording, *, was_asked: bool) -> str:
    if not report.case.answerable:
        return str(_("Nobody can ask this child. The recording ends with the report."))
    if not recording.may_ask(report, recording.words):
        somebody_asks = _("Somebody else listens first, and then asks the child.")
        somebody_asks_again = _("The child was asked and did not answer. Somebody else can ask again.")
        return str(somebody_asks_again if was_asked else somebody_asks)
    if was_asked:
        return str(_("The child was asked and did not answer. You can ask again."))
    return str(_("The child was not asked yet."))


def _pieces(report: ReportContext, entry: ThreadEntry, *, without_words: bool = False) -> Sequence[TimelinePiece]:
    if without_words or entry.kind == RENDERING:  # they are shown with what they are about
        return [TimelinePiece("event", _head(report, entry, action_label(report.names, entry)))]
    if entry.kind == "told":
        return _first_message(report, entry)
    if entry.kind == "left_out":
        return [TimelinePiece("event", line) for line in _choices(report, entry.said)]
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
        return [TimelinePiece("adult", _head(report, entry, _question_label(entry)), words_of_entry(entry), key)]
    return _by_adults(report, entry)


def _first_message(report: ReportContext, entry: ThreadEntry) -> Sequence[TimelinePiece]:
    pieces = []
    if words := words_of_entry(entry):
        head = _("The child, in her or his own words, %(day)s", day=format_day(entry.day))
        pieces.append(TimelinePiece("child", str(head), words, language=entry.said.get("language", "")))
    if how := str(entry.said.get("how") or ""):
        pieces.append(TimelinePiece("child", str(_("How to find the child, if somebody comes")), how))
    return [*pieces, *(TimelinePiece("event", line) for line in _choices(report, entry.said))]


def _choices(report: ReportContext, content: Mapping[str, object]) -> list[str]:
    """Lines about what the child picked, and whom the child left out. Only the readers see them."""
    picks = [_also(content), _pick("whom", content), _pick("by_whom", content), _may_know(content), _come(content)]
    lines = [str(_("The child chose: %(picks)s", picks=" · ".join(filter(None, picks))))] if any(picks) else []
    if content.get("come") and (content.get("contact") or not content.get("how")):
        lines.append(str(_CONTACT_LABELS[str(content.get("contact") or ""), bool(content.get("how"))]))
    if left_out := content.get("left_out"):
        assert isinstance(left_out, list)
        names = join_list(report.names.get(person_id, "") for person_id in left_out)
        lines.append(str(_("The child left out: %(names)s", names=names)))
    if helper := content.get("helper"):
        lines.append(str(_("%(name)s helped the child to tell this", name=helper)))
    if (language := content.get("language")) in LANGUAGES and language != languages.chosen():
        lines.append(str(_("Told in %(language)s", language=LANGUAGES[str(language)].name)))
    return lines


_NAME_IS_SAID = _l("The child says that the voice message has the name in it.")

_CONTACT_LABELS: Final[Mapping[tuple[str, bool], Any]] = {
    ("", False): _l("The child gave no name, so nobody can find this child. Answer by the pictures."),
    ("comes", False): _l(
        "The child goes to you. Say in an answer where and when you can be found, and look for no child."
    ),
    ("comes", True): _l("The child may also come to you. Say in an answer where and when you can be found."),
    ("said", False): _NAME_IS_SAID,
    ("said", True): _NAME_IS_SAID,
}
"""How to meet a child, by `intake_options.CONTACT` and whether she wrote how she is found, too."""


def _also(content: Mapping[str, object]) -> str:
    """The other topics, besides the one at the top of the page."""
    codes = content.get("also")
    pick_labels = [pick_label(intake_options.TOPICS, str(code)) for code in codes] if isinstance(codes, list) else []
    return str(_("also about: %(topics)s", topics=join_list(pick_labels))) if any(pick_labels) else ""


def _may_know(content: Mapping[str, object]) -> str:
    pick = _pick("may_know", content)
    return str(_("who may know: %(pick)s", pick=pick)) if pick else ""


def _come(content: Mapping[str, object]) -> str:
    if "come" not in content:
        return ""
    if not content["come"]:
        return str(_("nobody should come yet"))
    if content.get("contact") == "comes" and not content.get("how"):
        return str(_("the child wants to talk with somebody"))
    where = _pick("where", content)
    return str(
        _("somebody should come and talk: %(place)s", place=where) if where else _("somebody should come and talk")
    )


def _pick(name: str, content: Mapping[str, object]) -> str:
    table = {
        "whom": intake_options.WHOM,
        "by_whom": intake_options.BY_WHOM,
        "may_know": intake_options.MAY_KNOW,
        "where": intake_options.WHERE,
    }[name]
    return pick_label(table, str(content.get(name) or ""))


CHILD_SAID_LABELS: Final[Mapping[str, Any]] = {
    "put_right yes": _l("fixed: yes"),
    "put_right partly": _l("fixed: partly"),
    "put_right no": _l("fixed: no"),
    "may_know yes": _l("may others know: yes"),
    "may_know": _l("may others know: no"),
    "trouble yes": _l("trouble since: yes"),
    "trouble": _l("trouble since: no"),
    "withdraw": _l("asks to stop"),
    "transcript_right yes": _l("what was written down: it is right"),
    "transcript_right no": _l("what was written down: something is different"),
    "transcript_right keep": _l("keeps the recording"),
    "interpreter yes": _l("the interpreter may read it: yes"),
    "interpreter no": _l("the interpreter may read it: no"),
    "interpreter later": _l("the interpreter may read it: not now"),
}
"""Labels by kind of an entry, and by the child's answer."""

ASKED_LABELS: Final[Mapping[str, Any]] = {
    "put_right": _l("asked: was it really fixed?"),
    "may_know": _l("asked: may somebody know?"),
    "trouble": _l("asked: any trouble since?"),
}


def _question_label(entry: ThreadEntry) -> str:
    return str(ASKED_LABELS.get(str(entry.said.get("ask"))) or (_("a voice message") if entry.sound else ""))


def _by_adults(report: ReportContext, entry: ThreadEntry) -> Sequence[TimelinePiece]:
    """An adult's entry: a note where it has a text, otherwise an event."""
    what = action_label(report.names, entry) + _standing_of_interpreter(report, entry)
    head, words = _head(report, entry, what), words_of_adult(entry)
    link = entry.said["to_thread"] if entry.kind == "linked" else ""
    return [TimelinePiece("note" if words or entry.kind == "note" else "event", head, words, link)]


def _standing_of_interpreter(report: ReportContext, entry: ThreadEntry) -> str:
    """Until when the child is asked for an interpreter, or her yes holds; empty for anything else."""
    ask = bytes.fromhex(entry.said["ask"]) if entry.kind == "interpreter_asked" else b""
    question = transcripts.find_question(report.case, ask, transcripts.INTERPRETER)
    if question is None or question.answer == transcripts.NO:
        return ""
    day = format_day(transcripts.last_day(question, report.site.time_zone))
    label = _STANDING_LABELS[question.answer == transcripts.YES] % {"day": day}
    return f" ({label})"


_STANDING_LABELS: Final = (_l("the child is asked until %(day)s"), _l("yes, until %(day)s"))


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
    """The names of several people, joined as in a sentence."""
    return join_list(_who(report, person) for person in people)
