"""What counts once a second person agrees: a legal hold, its end, no report to an authority, a summary.

Source: PRIVACY.md A12: at least three, and one in four of ten or more; a paraphrase or a consented quote, two people,
no adult and no event that can be recognised. Until figures of the channel exist, the words stay inside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.grievances.actions.base import Action, ActionForm, ActionRefused, Changes, PendingRequest
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.echo_check import Echo, find_echoes
from youthvoice.grievances.time_limits import AUTHORITY
from youthvoice.threads.case_state import HELD, WAS_HARM, CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import list_threads
from youthvoice.web.i18n.formats import join_list

QUESTION_KINDS: Final = frozenset({"handed", "hold", "summary", "no_authority"})
"""Entries that may be questions: their `said.state` ends with `asked`. An answer names one as `said.question`."""


def waiting_questions(said: Iterable[ThreadEntry], *kinds: str) -> list[ThreadEntry]:
    """The questions of some kinds that nobody has answered, the oldest first.

    Args:
        said: everything in a report, in order.
        kinds: some of `KINDS`; none for all.
    """
    listed: Sequence[ThreadEntry] = list(said)
    answered = {one.said.get("question") for one in listed}
    wanted = frozenset(kinds) or QUESTION_KINDS
    return [one for one in listed if one.kind in wanted and is_question(one) and one.id.hex() not in answered]


def is_question(entry: ThreadEntry) -> bool:
    """Whether an entry asks a second person."""
    return entry.kind in QUESTION_KINDS and str(entry.said.get("state", "")).endswith("asked")


def question_for(said: Iterable[ThreadEntry], person_id: int, *kinds: str) -> ThreadEntry | None:
    """The oldest question that somebody can answer: nobody answers her own. None where there is none."""
    return next((one for one in waiting_questions(said, *kinds) if one.by != person_id), None)


_LETTERS = 600


class LegalHoldForm(ActionForm):
    """Why."""

    words = TextAreaField(
        _l("Why"), [DataRequired(_l("Say why.")), Length(max=_LETTERS, message=_l("At most %(max)d letters."))]
    )


@dataclass(frozen=True, slots=True)
class JointAction:
    """Something that two people say.

    Attributes:
        kind: of its entries, one of `questions.KINDS`.
        state: of the entry of whoever agrees; with `_asked` behind it, of whoever says it first.
        then: how the report stands once both have said it.
        fits: whether it means anything as the report stands.
    """

    kind: str
    state: str
    then: Callable[[CaseState], CaseState]
    fits: Callable[[CaseState], bool]

    def deed(self, scene: ReportContext, form: LegalHoldForm, known: Any) -> Changes:  # noqa: ARG002 - as every act
        """Say it first, or second."""
        words, question = (form.words.data or "").strip(), self._question(scene)
        if question is None:
            return Changes(scene.marks, [(self.kind, {"state": f"{self.state}_asked", "words": words})])
        said = {"state": self.state, "words": words, "question": question.id.hex()}
        return Changes(self.then(scene.marks), [(self.kind, said)])

    def possible(self, scene: ReportContext) -> bool:
        """Nobody says it twice."""
        question = self._question(scene)
        return self.fits(scene.marks) and (question is None or question.by != scene.caller_id)

    def _question(self, scene: ReportContext) -> ThreadEntry | None:
        asked = waiting_questions(scene.said, self.kind)
        return next((one for one in asked if one.said["state"] == f"{self.state}_asked"), None)

    def shows(self, scene: ReportContext) -> Sequence[PendingRequest]:
        """What the first one said."""
        question = self._question(scene)
        return (
            [PendingRequest(scene.names.get(question.by, ""), str(question.said.get("words", "")))] if question else []
        )

    def act(self, name: str, mark: str, title: Any, small: Any) -> Action:
        """It as something that can be done."""
        done = _l("It is written down. It counts once two people have said so.")
        return Action(
            name,
            mark,
            title,
            title,
            LegalHoldForm,
            self.deed,
            done,
            small=small,
            possible=self.possible,
            rare=True,
            shows=self.shows,
        )


_KEEP = JointAction("hold", "keep", lambda marks: marks.flagged(HELD), lambda marks: HELD not in marks.flags)


_LET_GO = JointAction(
    "hold",
    "let_go",
    then=lambda marks: marks.unflagged(HELD, WAS_HARM),
    fits=lambda marks: bool({HELD, WAS_HARM} & set(marks.flags)),
)


_NO_AUTHORITY = JointAction(
    "no_authority",
    "agreed",
    then=lambda marks: marks.without_clock(AUTHORITY),
    fits=lambda marks: AUTHORITY in marks.clocks,
)


HOLD = _KEEP.act("hold", "lock", _l("Keep it past its end"), _l("for a court or an inspection; a second person agrees"))


RELEASE = _LET_GO.act("release", "undo", _l("Let it end in time again"), _l("a second person agrees"))


NO_AUTHORITY = _NO_AUTHORITY.act(
    "no-authority", "skip", _l("No law asks for a report to an authority"), _l("a second person agrees")
)


SUMMARY_AGREED: Final = "summary"
"""Flag: two people agreed on words for this report."""


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
    return [one for one in find_echoes(words, told, names) if one.kind == "name" or not quoted]


_MOST_LETTERS: Final = 300


class SummaryForm(ActionForm):
    """A sentence that could be any child's."""

    words = TextAreaField(
        _l("One sentence, without any child, adult or day in it"),
        [DataRequired(_l("Write the sentence.")), Length(max=_MOST_LETTERS, message=_l("At most %(max)d letters."))],
    )
    quoted = BooleanField(_l("These are the child's own words, and the child said yes to showing them"))

    def prepare(self, scene: ReportContext, known: int) -> None:  # noqa: ARG002 - as every form of an act
        """Say how far this topic is from being a theme."""
        if known:
            more = ngettext(
                "%(num)s more report about this needs such words before it can be a theme.",
                "%(num)s more reports about this need such words before it can be a theme.",
                known,
            )
            self.words.description = str(more)


def _known(session: Session, scene: ReportContext, caller: Caller) -> int:
    """How many more reports of the topic need agreed words; counted among those that the caller reads at the site."""
    mine = [
        one
        for one in list_threads(session, context.keyring(), reader_key(session, caller))
        if one.site_id == scene.site.id
    ]
    same = [one for one in mine if SUMMARY_AGREED in one.marks.flags and one.marks.topic == scene.marks.topic]
    return missing_for_theme(len(same), len(mine))


def _deed(scene: ReportContext, form: SummaryForm, known: Any) -> Changes:  # noqa: ARG001 - as every act
    words = (form.words.data or "").strip()
    told = [str(entry.said.get("words") or "") for entry in scene.said if entry.by == CHILD]
    adults = {one.name for one in scene.readers.everybody} | {name for key, name in scene.names.items() if key}
    if found := summary_faults(words, told, adults, quoted=bool(form.quoted.data)):
        repeated = join_list(f"“{each.words}”" for each in found)
        raise ActionRefused(
            "words", str(_("Somebody could recognise the child by %(words)s. Say it otherwise.", words=repeated))
        )
    said = {"words": words, "quoted": bool(form.quoted.data), "state": "asked"}
    if earlier := waiting_questions(scene.said, "summary"):
        said["question"] = earlier[0].id.hex()  # the newer sentence stands in its place
    return Changes(scene.marks.unflagged(SUMMARY_AGREED), [("summary", said)])


class AgreeToSummaryForm(ActionForm):
    """Yes or no to another's sentence."""

    answer = RadioField(
        _l("Could this be any child's sentence?"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice("yes", _l("Yes, I agree")), SelectChoice("no", _l("No, it says too much"))],
    )


def _agree(scene: ReportContext, form: AgreeToSummaryForm, known: Any) -> Changes:  # noqa: ARG001 - as every act
    question = question_for(scene.said, scene.caller_id, "summary")
    assert question is not None  # `_may_agree` says so
    yes = form.answer.data == "yes"
    said = {**question.said, "state": "agreed" if yes else "refused", "question": question.id.hex()}
    return Changes(scene.marks.flagged(SUMMARY_AGREED) if yes else scene.marks, [("summary", said)])


def _may_agree(scene: ReportContext) -> bool:
    return question_for(scene.said, scene.caller_id, "summary") is not None


def _proposal(scene: ReportContext) -> Sequence[PendingRequest]:
    question = question_for(scene.said, scene.caller_id, "summary")
    assert question is not None  # `_may_agree` says so
    shown = [PendingRequest(_("One sentence, without any child, adult or day in it"), question.said["words"])]
    return [*shown, PendingRequest(_("The child's own words"), str(_("yes")))] if question.said.get("quoted") else shown


SUM_UP = Action(
    "sum-up",
    "people",
    _l("Words for “what children said”"),
    _l("Ask a second person"),
    SummaryForm,
    _deed,
    _l("A second person is asked to agree. Nothing of it leaves this channel yet."),
    small=_l("one writes, another agrees"),
    known=_known,
    rare=True,
)


AGREE_SUM = Action(
    "agree-sum-up",
    "people",
    _l("Agree to words for “what children said”"),
    _l("Keep this"),
    AgreeToSummaryForm,
    _agree,
    _l("It is kept."),
    possible=_may_agree,
    shows=_proposal,
)
