"""A sentence about one report that a year's page may show, with others of its topic, once a second person agrees.

Source: PRIVACY.md A12: at least three, and one in four of ten or more; a paraphrase or a consented quote, two people,
no adult and no event that can be recognised. The words stay inside the channel; `year_themes` shows them.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from sqlalchemy.orm import Session
from wtforms import BooleanField

from youthvoice.access.guard import current_caller
from youthvoice.grievances.actions import base
from youthvoice.grievances.actions.second_opinion import question_for, waiting_questions
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.echo_check import Echo, find_echoes
from youthvoice.threads.case_state import SUMMARY_AGREED
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import list_threads
from youthvoice.web.i18n.formats import join_list

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
