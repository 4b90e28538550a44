"""A summary of a report: one sentence that could be about any child. It counts once a second person agrees.

With enough summaries of one topic, `year_themes` can publish a theme.
Source: PRIVACY.md A12: at least three reports, and one in four where there are ten or more; a paraphrase or a quote
with consent; two people; no adult and no event that can be recognised. The summaries themselves stay inside the
channel.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from sqlalchemy.orm import Session
from wtforms import BooleanField

from youthvoice.access.guard import current_caller
from youthvoice.grievances.actions import base
from youthvoice.grievances.actions.second_opinion import question_for, waiting_questions
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.repeated_words import Repetition, find_repetitions
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.threads.agreed_themes import MIN_SHEETS, SHARE_OF_A_BATCH
from youthvoice.threads.case_state import SUMMARY_AGREED
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import list_threads
from youthvoice.web.i18n.formats import join_list


def missing_for_theme(agreed: int, total: int) -> int:
    """How many more reports of a topic need an agreed summary before it can be a theme that points at no child.

    Args:
        agreed: reports of the topic with an agreed summary.
        total: all reports of the site; below ten there is no theme of any topic.
    """
    wanted = max(MIN_SHEETS, ceil(total * SHARE_OF_A_BATCH))
    return max(wanted - agreed, MIN_BATCH - total, 0)


def summary_faults(words: str, child_texts: Iterable[str], names: Iterable[str], *, quoted: bool) -> list[Repetition]:
    """What a summary must not contain: names of adults, and the child's own words unless the child agreed to it."""
    return [
        repetition
        for repetition in find_repetitions(words, child_texts, names)
        if repetition.kind == "name" or not quoted
    ]


_MAX_CHARACTERS: Final = 300


class SummaryForm(base.ActionForm):
    """A sentence that could be about any child."""

    words = base.text_area(
        _l("One sentence, without any child, adult or day in it"), _MAX_CHARACTERS, _l("Write the sentence.")
    )
    quoted = BooleanField(_l("These are the child's own words, and the child said yes to showing them"))

    def prepare(self) -> None:
        """Say how many summaries are still missing before the topic is a theme."""
        if self.loaded:
            more = ngettext(
                "%(num)s more report about this needs such words before it can be a theme.",
                "%(num)s more reports about this need such words before it can be a theme.",
                self.loaded,
            )
            self.words.description = str(more)


def _load_missing(session: Session, report: ReportContext) -> int:
    """How many more summaries the report's topic needs, counted among the reports that the caller reads at the site."""
    cases = [
        thread.case
        for thread in list_threads(session, reader_key(session, current_caller()))
        if thread.site_id == report.site.id
    ]
    agreed_cases = [case for case in cases if SUMMARY_AGREED in case.flags and case.topic == report.case.topic]
    return missing_for_theme(len(agreed_cases), len(cases))


def _sum_up(report: ReportContext, form: SummaryForm) -> base.Changes:
    words = form.words.data
    child_texts = [str(entry.said.get("words") or "") for entry in report.entries if entry.by == CHILD]
    adults = {reader.name for reader in report.readers.everybody} | {name for key, name in report.names.items() if key}
    if repetitions := summary_faults(words, child_texts, adults, quoted=bool(form.quoted.data)):
        repeated = join_list(f"“{each.words}”" for each in repetitions)
        raise base.ActionRefused(
            "words", str(_("Somebody could recognise the child by %(words)s. Say it otherwise.", words=repeated))
        )
    values = {"words": words, "quoted": bool(form.quoted.data), "state": "asked"}
    if earlier := waiting_questions(report.entries, "summary"):
        values["question"] = earlier[0].id.hex()  # the new sentence replaces the earlier one
    return base.Changes(report.case.unflagged(SUMMARY_AGREED), [("summary", values)])


class AgreeToSummaryForm(base.ActionForm):
    """The second person agrees or disagrees with another reader's sentence."""

    answer = base.yes_or_no(_l("Could this be any child's sentence?"), _l("Yes, I agree"), _l("No, it says too much"))


def _agree(report: ReportContext, form: AgreeToSummaryForm, entry: ThreadEntry) -> base.Changes:
    is_agreed = form.answer.data == "yes"
    values = {**entry.said, "state": "agreed" if is_agreed else "refused", "question": entry.id.hex()}
    return base.Changes(report.case.flagged(SUMMARY_AGREED) if is_agreed else report.case, [("summary", values)])


def _proposal_lines(_report: ReportContext, entry: ThreadEntry) -> Sequence[base.ProposalLine]:
    lines = [base.ProposalLine(_("One sentence, without any child, adult or day in it"), entry.said["words"])]
    if entry.said.get("quoted"):
        lines.append(base.ProposalLine(_("The child's own words"), str(_("yes"))))
    return lines


SUM_UP = base.Action(
    "sum-up",
    "people",
    _l("Words for “what children said”"),
    SummaryForm,
    _sum_up,
    button=_l("Ask a second person"),
    done=_l("A second person is asked to agree. Nothing of it leaves this channel yet."),
    small=_l("one writes, another agrees"),
    load=_load_missing,
    rare=True,
)

AGREE_SUM = base.JointAction(question_for("summary"), _agree, _proposal_lines).answer_action(
    "agree-sum-up", "people", _l("Agree to words for “what children said”"), AgreeToSummaryForm
)
