"""What came of a round, for its page: the steps it took, its results, the answer that is owed, its letters.

Of what children said there is nothing here but what the published view shows, through the function that shows it there.
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
    """The letters about a round at one site: the day they went, or the day on which they leave by themselves."""

    site: str
    sent_on: date | None
    leaves_on: date | None


@dataclass(frozen=True, slots=True)
class PublishedRound:
    """The newest view of a round that somebody may see.

    Attributes:
        slug: of its page.
        state: `waiting`, `sent_back`, `approved` or `sent`.
        approved_on: the day; None while nobody did.
        approver: her name.
        findings: what everybody sees, as guardians get it; empty before approval.
        letters: at the caller's sites; empty where it goes to no family.
        audiences: who has a view of it: `children`, `guardians`, `review`.
    """

    slug: str
    state: str
    approved_on: date | None
    approver: str
    findings: Markup
    letters: tuple[SiteLetters, ...]
    audiences: tuple[str, ...]


class PublishedRounds(Protocol):
    """The publications, seen from here: imports point down only."""

    def of_round(
        self, session: Session, rounds: Sequence[Round], caller: Caller, language: str
    ) -> PublishedRound | None:
        """The newest view of an asking, a single round or a pair; None where the caller may see none."""


published_rounds: Final = Port[PublishedRounds]("published_rounds")


class RoundStep(NamedTuple):
    """One step of a round: what it is, when; `done`, `now` or `later`, and `late` where its day is over."""

    label: str
    words: str
    state: Literal["done", "now", "later"]
    late: bool = False


class OwedAnswer(NamedTuple):
    """What is owed about one question, or about the whole: what it is about, what was answered, whether it was."""

    about: str
    said: str
    answered: bool


def list_steps(
    waves: Sequence[Round],
    published_round: PublishedRound | None,
    answer_due: AnswerDue | None,
    today: date,
    time_zone: str,
) -> list[RoundStep]:
    """The steps of an asking in their order; the first that is not done is the one of now.

    Args:
        waves: a single round, or both of a pair.
        published_round: its view, if the reader may see one.
        answer_due: its answer.
        today: at its first site.
        time_zone: of that site.
    """
    done = [*_asked(waves, today, time_zone), _counted(waves[-1])]
    if waves[-1].purpose not in EXEMPT:
        done.append(_approved(published_round))
    if answer_due is not None:
        done.append(_answered(answer_due, today))
    if published_round is not None and published_round.letters:
        done.append(_letters(published_round))
    first = next((at for at, (_label, _words, is_done, _late) in enumerate(done) if not is_done), len(done))
    return [
        RoundStep(label, words, "done" if is_done else "now" if at == first else "later", late)
        for at, (label, words, is_done, late) in enumerate(done)
    ]


_Step = tuple[str, str, bool, bool]


def _asked(waves: Sequence[Round], today: date, time_zone: str) -> list[_Step]:
    labels = [_("Asked"), _("Asked again")]
    return [
        (
            label,
            f"{format_day(round_.first_day(time_zone))} – {format_day(last)}. {_invited(round_)}",
            last < today,
            False,
        )
        for label, round_ in zip(labels, waves, strict=False)
        for last in [round_.last_day(time_zone)]
    ]


def _invited(round_: Round) -> str:
    said: str = ngettext("%(num)s child invited", "%(num)s children invited", round_.invited)
    return said if round_.invited else ""


def _counted(round_: Round) -> _Step:
    if round_.closed_on is None:
        return _("Counted"), _("once every tablet is empty"), False, False
    if round_.outcome in {"counted", "chosen"}:
        return _("Counted"), _("%(day)s, answers deleted", day=format_day(round_.closed_on)), True, False
    return _("Not counted"), format_day(round_.closed_on), True, False


def _approved(published_round: PublishedRound | None) -> _Step:
    if published_round is None or published_round.approved_on is None:
        return _("Approved"), _("an advocate looks at it first"), False, False
    return _("Approved"), f"{format_day(published_round.approved_on)}, {published_round.approver}", True, False


def _answered(answer_due: AnswerDue, today: date) -> _Step:
    if answer_due.settled_on is not None:
        return _("Answered"), format_day(answer_due.settled_on), True, False
    return _("Answer due"), _("by %(day)s", day=format_day(answer_due.due)), False, answer_due.due < today


def _letters(published_round: PublishedRound) -> _Step:
    sent = [letters.sent_on for letters in published_round.letters if letters.sent_on]
    leaving = [letters.leaves_on for letters in published_round.letters if letters.leaves_on]
    if len(sent) == len(published_round.letters):
        return _("Letters"), _("sent on %(day)s", day=format_day(max(sent))), True, False
    if leaving:
        return _("Letters"), _("go out by themselves on %(day)s", day=format_day(min(leaving))), False, False
    return _("Letters"), _("not sent yet"), False, False


def list_owed_answers(answer_due: AnswerDue, language: str) -> list[OwedAnswer]:
    """What is owed, a line for each question that was published, or one for the whole."""
    whole = answer_due.reply()
    if whole is not None or not answer_due.parts:
        label = reply_kind_label(whole.kind, answer_due.wording(WHOLE)) if whole else unanswered_label(answer_due.kind)
        return [OwedAnswer(words_in_language(answer_due.about, language), label, whole is not None)]
    return [
        OwedAnswer(
            words_in_language(part.words, language),
            reply_kind_label(reply.kind, answer_due.wording(part.name)) if reply else unanswered_label(answer_due.kind),
            reply is not None,
        )
        for part in answer_due.parts
        for reply in [answer_due.reply(part.name)]
    ]


def owed_clock(answer_due: AnswerDue, today: date) -> str:
    """How much time is left for the answer, or since when it was given."""
    return due_when_label(answer_due, today)
