"""What counts once a second person agrees: a legal hold, its end, no report to an authority, a summary.

Source: PRIVACY.md A12: at least three, and one in four of ten or more; a paraphrase or a consented quote, two people,
no adult and no event that can be recognised. The words stay inside the channel; what is told of a year: `year_themes`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from sqlalchemy.orm import Session
from wtforms import BooleanField

from youthvoice.access.guard import current_caller
from youthvoice.grievances.actions import base
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.echo_check import Echo, find_echoes
from youthvoice.grievances.time_limits import AUTHORITY
from youthvoice.threads.case_state import HELD, SUMMARY_AGREED, WAS_HARM, CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import list_threads
from youthvoice.web.i18n.formats import join_list

QUESTION_KINDS: Final = frozenset({"handed", "hold", "summary", "no_authority"})
"""Entries that may be questions: `state` in what they say ends with `asked`. An answer names one as `question`."""


def waiting_questions(thread_entries: Iterable[ThreadEntry], *kinds: str) -> list[ThreadEntry]:
    """The questions of some kinds that nobody has answered, the oldest first.

    Args:
        thread_entries: everything in a report, in order.
        kinds: some of `QUESTION_KINDS`; none for all.
    """
    listed: Sequence[ThreadEntry] = list(thread_entries)
    answered = {entry.said.get("question") for entry in listed}
    wanted = frozenset(kinds) or QUESTION_KINDS
    return [entry for entry in listed if entry.kind in wanted and is_question(entry) and entry.id.hex() not in answered]


def is_question(entry: ThreadEntry) -> bool:
    """Whether an entry asks a second person."""
    return entry.kind in QUESTION_KINDS and str(entry.said.get("state", "")).endswith("asked")


def question_for(kind: str) -> Callable[[ReportContext], ThreadEntry | None]:
    """Finds the oldest question of a kind that the caller can answer: nobody answers her own."""
    return lambda scene: next(
        (entry for entry in waiting_questions(scene.entries, kind) if entry.by != scene.caller_id), None
    )


_LETTERS = 600


class LegalHoldForm(base.ActionForm):
    """Why."""

    words = base.text_area(_l("Why"), _LETTERS, _l("Say why."))


def _said_by_two(  # noqa: PLR0913 - what is said, and as what it is offered
    name: str,
    mark: str,
    title: Any,
    small: Any,
    *,
    state: str,
    then: Callable[[CaseState], CaseState],
    fits: Callable[[CaseState], bool],
    kind: str = "hold",
) -> base.Action:
    """Something that two people say, each with her reason, by the same form.

    Args:
        name: as of an action.
        mark: the same.
        title: the same.
        small: the same.
        state: of the entry of whoever agrees; with `_asked` behind it, of whoever says it first.
        then: how the report stands once both have said it.
        fits: whether it means anything as the report stands.
        kind: of its entries, one of `QUESTION_KINDS`.
    """

    def question(report: ReportContext) -> ThreadEntry | None:
        return next(
            (entry for entry in waiting_questions(report.entries, kind) if entry.said["state"] == f"{state}_asked"),
            None,
        )

    def agree(report: ReportContext, form: LegalHoldForm, entry: ThreadEntry) -> base.Changes:
        values = {"state": state, "words": form.words.data, "question": entry.id.hex()}
        return base.Changes(then(report.case), [(kind, values)])

    def first_or_second(report: ReportContext, form: LegalHoldForm) -> base.Changes:
        if question(report):
            return joint.deed(report, form)
        return base.Changes(report.case, [(kind, {"state": f"{state}_asked", "words": form.words.data})])

    def lines(report: ReportContext, entry: ThreadEntry) -> Sequence[base.PendingRequest]:
        return [base.PendingRequest(report.names.get(entry.by, ""), str(entry.said.get("words", "")))]

    joint = base.JointAction(question, agree, lines)
    return base.Action(
        name,
        mark,
        title,
        LegalHoldForm,
        first_or_second,
        button=title,
        done=_l("It is written down. It counts once two people have said so."),
        small=small,
        possible=lambda scene: fits(scene.case) and not joint.is_hers(scene),
        rare=True,
        shows=joint.shows,
    )


HOLD = _said_by_two(
    "hold",
    "lock",
    _l("Keep it past its end"),
    _l("for a court or an inspection; a second person agrees"),
    state="keep",
    then=lambda marks: marks.flagged(HELD),
    fits=lambda marks: HELD not in marks.flags,
)

RELEASE = _said_by_two(
    "release",
    "undo",
    _l("Let it end in time again"),
    _l("a second person agrees"),
    state="let_go",
    then=lambda marks: marks.unflagged(HELD, WAS_HARM),
    fits=lambda marks: bool({HELD, WAS_HARM} & set(marks.flags)),
)

NO_AUTHORITY = _said_by_two(
    "no-authority",
    "skip",
    _l("No law asks for a report to an authority"),
    _l("a second person agrees"),
    state="agreed",
    then=lambda marks: marks.without_clock(AUTHORITY),
    fits=lambda marks: AUTHORITY in marks.clocks,
    kind="no_authority",
)

MIN_REPORTS_OF_THEME: Final = 3

_FEWEST_ALL: Final = 10

_ONE_IN: Final = 4


def missing_for_theme(of_it: int, of_all: int) -> int:
    """How many more reports of one topic need agreed words before it can be a theme that points at no child.

    Args:
        of_it: reports of the topic with agreed words.
        of_all: all reports of the site; below ten there is no theme, whatever they are about.
    """
    wanted = max(MIN_REPORTS_OF_THEME, -(-of_all // _ONE_IN))
    return max(wanted - of_it, _FEWEST_ALL - of_all, 0)


def summary_faults(words: str, told: Iterable[str], names: Iterable[str], *, quoted: bool) -> list[Echo]:
    """What such words must not hold: names of adults, and the child's own words without the child's yes to them."""
    return [echo for echo in find_echoes(words, told, names) if echo.kind == "name" or not quoted]


_MOST_LETTERS: Final = 300


class SummaryForm(base.ActionForm):
    """A sentence that could be any child's."""

    words = base.text_area(
        _l("One sentence, without any child, adult or day in it"), _MOST_LETTERS, _l("Write the sentence.")
    )
    quoted = BooleanField(_l("These are the child's own words, and the child said yes to showing them"))

    def prepare(self) -> None:
        """Say how far this topic is from being a theme."""
        if self.known:
            more = ngettext(
                "%(num)s more report about this needs such words before it can be a theme.",
                "%(num)s more reports about this need such words before it can be a theme.",
                self.known,
            )
            self.words.description = str(more)


def _known(session: Session, report: ReportContext) -> int:
    """How many more reports of the topic need agreed words; counted among those that the caller reads at the site."""
    mine = [
        summary
        for summary in list_threads(session, reader_key(session, current_caller()))
        if summary.site_id == report.site.id
    ]
    same = [
        summary for summary in mine if SUMMARY_AGREED in summary.case.flags and summary.case.topic == report.case.topic
    ]
    return missing_for_theme(len(same), len(mine))


def _deed(report: ReportContext, form: SummaryForm) -> base.Changes:
    words = form.words.data
    told = [str(entry.said.get("words") or "") for entry in report.entries if entry.by == CHILD]
    adults = {reader.name for reader in report.readers.everybody} | {name for key, name in report.names.items() if key}
    if echoes := summary_faults(words, told, adults, quoted=bool(form.quoted.data)):
        repeated = join_list(f"“{each.words}”" for each in echoes)
        raise base.ActionRefused(
            "words", str(_("Somebody could recognise the child by %(words)s. Say it otherwise.", words=repeated))
        )
    values = {"words": words, "quoted": bool(form.quoted.data), "state": "asked"}
    if earlier := waiting_questions(report.entries, "summary"):
        values["question"] = earlier[0].id.hex()  # the newer sentence stands in its place
    return base.Changes(report.case.unflagged(SUMMARY_AGREED), [("summary", values)])


class AgreeToSummaryForm(base.ActionForm):
    """Yes or no to another's sentence."""

    answer = base.yes_or_no(_l("Could this be any child's sentence?"), _l("Yes, I agree"), _l("No, it says too much"))


def _agree(report: ReportContext, form: AgreeToSummaryForm, entry: ThreadEntry) -> base.Changes:
    yes = form.answer.data == "yes"
    values = {**entry.said, "state": "agreed" if yes else "refused", "question": entry.id.hex()}
    return base.Changes(report.case.flagged(SUMMARY_AGREED) if yes else report.case, [("summary", values)])


def _proposal(_report: ReportContext, entry: ThreadEntry) -> Sequence[base.PendingRequest]:
    pending_requests = [
        base.PendingRequest(_("One sentence, without any child, adult or day in it"), entry.said["words"])
    ]
    return (
        [*pending_requests, base.PendingRequest(_("The child's own words"), str(_("yes")))]
        if entry.said.get("quoted")
        else pending_requests
    )


SUM_UP = base.Action(
    "sum-up",
    "people",
    _l("Words for “what children said”"),
    SummaryForm,
    _deed,
    button=_l("Ask a second person"),
    done=_l("A second person is asked to agree. Nothing of it leaves this channel yet."),
    small=_l("one writes, another agrees"),
    known=_known,
    rare=True,
)

AGREE_SUM = base.JointAction(question_for("summary"), _agree, _proposal).act(
    "agree-sum-up", "people", _l("Agree to words for “what children said”"), AgreeToSummaryForm
)
