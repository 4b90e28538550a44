"""Results of a round for its staff page: its steps, its published view, the answer due, its letters.

Of what children answered the page shows only the published view, through the function that shows it elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, Protocol

from flask_babel import gettext as _, ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.labels import due_when_label, reply_kind_label, unanswered_label, words_in_language
from youthvoice.accountability.rules import WHOLE
from youthvoice.context import Port
from youthvoice.surveys.rounds.entities import EXEMPT, Round
from youthvoice.web.i18n.formats import format_day


class SiteLetters(NamedTuple):
    """The letters about a round at one site: the day they were sent, or will be sent automatically."""

    site: str
    sent_on: date | None
    leaves_on: date | None


@dataclass(frozen=True, slots=True)
class PublishedRound:
    """The newest view of a round that the user may see.

    Attributes:
        slug: of its page.
        state: `waiting`, `sent_back`, `approved` or `sent`.
        approved_on: the day of approval; None before.
        approver: name of the advocate.
        findings: what everybody sees, in the form for guardians; empty before approval.
        letters: at the user's sites; empty where it is sent to no family.
        audiences: the audiences of its views: `children`, `guardians`, `review`.
    """

    slug: str
    state: str
    approved_on: date | None
    approver: str
    findings: Markup
    letters: tuple[SiteLetters, ...]
    audiences: tuple[str, ...]


class PublishedRounds(Protocol):
    """The publications as this package sees them; it may not import them."""

    def of_round(
        self, session: Session, rounds: Sequence[Round], caller: Caller, language: str
    ) -> PublishedRound | None:
        """The newest view of a single round or a pair; None where the user may see none."""


published_rounds: Final = Port[PublishedRounds]("published_rounds")


class RoundStep(NamedTuple):
    """One step of a round with its label and day; `done`, `now` or `later`, and `late` where its day is over."""

    label: str
    words: str
    state: Literal["done", "now", "later"]
    late: bool = False


class AnswerLine(NamedTuple):
    """The answer about one question, or about the whole round: its subject, its label, whether it was given."""

    about: str
    label: str
    answered: bool


def list_steps(
    waves: Sequence[Round],
    published_round: PublishedRound | None,
    answer_due: AnswerDue | None,
    today: date,
    time_zone: str,
) -> list[RoundStep]:
    """List the steps of a round or pair in order; the first that is not done is the current one.

    Args:
        waves: a single round, or both of a pair.
        published_round: its view, if the reader may see one.
        answer_due: its answer due.
        today: at its first site.
        time_zone: of that site.
    """
    steps = [*_asked_steps(waves, today, time_zone), _counted_step(waves[-1])]
    if waves[-1].purpose not in EXEMPT:
        steps.append(_approved_step(published_round))
    if answer_due is not None:
        steps.append(_answered_step(answer_due, today))
    if published_round is not None and published_round.letters:
        steps.append(_letters_step(published_round))
    first = next((at for at, (_label, _words, is_done, _late) in enumerate(steps) if not is_done), len(steps))
    return [
        RoundStep(label, words, "done" if is_done else "now" if at == first else "later", late)
        for at, (label, words, is_done, late) in enumerate(steps)
    ]


_Step = tuple[str, str, bool, bool]
"""Label, words, whether it is done, and whether it is late."""


def _asked_steps(waves: Sequence[Round], today: date, time_zone: str) -> list[_Step]:
    labels = [_("Asked"), _("Asked again")]
    return [
        (
            label,
            f"{format_day(round_.first_day(time_zone))} – {format_day(last)}. {_invited_label(round_)}",
            last < today,
            False,
        )
        for label, round_ in zip(labels, waves, strict=False)
        for last in [round_.last_day(time_zone)]
    ]


def _invited_label(round_: Round) -> str:
    label: str = ngettext("%(num)s child invited", "%(num)s children invited", round_.invited)
    return label if round_.invited else ""


def _counted_step(round_: Round) -> _Step:
    if round_.closed_on is None:
        return _("Counted"), _("once every tablet is empty"), False, False
    if round_.outcome in {"counted", "chosen"}:
        return _("Counted"), _("%(day)s, answers deleted", day=format_day(round_.closed_on)), True, False
    return _("Not counted"), format_day(round_.closed_on), True, False


def _approved_step(published_round: PublishedRound | None) -> _Step:
    if published_round is None or published_round.approved_on is None:
        return _("Approved"), _("an advocate looks at it first"), False, False
    return _("Approved"), f"{format_day(published_round.approved_on)}, {published_round.approver}", True, False


def _answered_step(answer_due: AnswerDue, today: date) -> _Step:
    if answer_due.settled_on is not None:
        return _("Answered"), format_day(answer_due.settled_on), True, False
    return _("Answer due"), _("by %(day)s", day=format_day(answer_due.due)), False, answer_due.due < today


def _letters_step(published_round: PublishedRound) -> _Step:
    sent = [letters.sent_on for letters in published_round.letters if letters.sent_on]
    leaving = [letters.leaves_on for letters in published_round.letters if letters.leaves_on]
    if len(sent) == len(published_round.letters):
        return _("Letters"), _("sent on %(day)s", day=format_day(max(sent))), True, False
    if leaving:
        return _("Letters"), _("go out by themselves on %(day)s", day=format_day(min(leaving))), False, False
    return _("Letters"), _("not sent yet"), False, False


def list_answer_lines(answer_due: AnswerDue, language: str) -> list[AnswerLine]:
    """List the answers due, one for each published question, or one for the whole round."""
    whole = answer_due.reply()
    if whole is not None or not answer_due.parts:
        label = reply_kind_label(whole.kind, answer_due.wording(WHOLE)) if whole else unanswered_label(answer_due.kind)
        return [AnswerLine(words_in_language(answer_due.about, language), label, whole is not None)]
    return [
        AnswerLine(
            words_in_language(part.words, language),
            reply_kind_label(reply.kind, answer_due.wording(part.name)) if reply else unanswered_label(answer_due.kind),
            reply is not None,
        )
        for part in answer_due.parts
        for reply in [answer_due.reply(part.name)]
    ]


def answer_deadline_label(answer_due: AnswerDue, today: date) -> str:
    """How much time is left for the answer, or when it was given."""
    return due_when_label(answer_due, today)
