"""The rules for opening a round: what forbids it, and what to know before. Pure: codes, never texts.

A group counts as its whole site, in every order: whole site then group, group then whole site, one group then another.
A reader who has the tables of the whole site and of one class can subtract the class. Two groups are assumed to share
children too: nobody stores who is in a group, a child may be in a class, a dormitory and a club, a group can be removed
and created again under another name, and "the class" next to "the class without one child" reveals that child's answer.
So in a quarter a question is asked either of the whole site or of one of its groups.

The exception are groups of which two adults, one of them a child advocate, declared that they share no child, such as
the classes of a school: each of these may be asked. Nothing can be subtracted then. The tables of class VI and class
VII are of different children, and together they say no more than the sum of two ranges, which is wider than either. The
whole site, which could be compared with its parts, is refused in that quarter (for a lasting fact, in that year), in
either order. So is every group without the same declaration about *each* group that was asked. In the next quarter the
whole site may be asked: a reader who then subtracts the classes compares answers of other weeks, as after any group. A
child who changes classes in between is in both tables, never in one that exists with and without this child. The
declaration ends when one of the groups is removed; a group that is created again was asked nothing and shares the
declaration with none. The rule depends on the honesty of two people: who declares that "Class VII" and "Class VII
without one" share no child does not tell the truth.

Source: PRIVACY.md A1, A7 and T9; differencing attacks on tables.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

import msgspec

from youthvoice.accounts.rules import MIN_ADVOCATES
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.privacy.keys.key_names import quarter_name
from youthvoice.slips.rules import MAX_SLIPS
from youthvoice.surveys.questionnaires.question_identity import question_hashes
from youthvoice.surveys.questionnaires.questionnaire import (
    FEEDBACK,
    SMALL_CHILDREN,
    Question,
    Questionnaire,
    english_first,
)
from youthvoice.surveys.rounds.entities import CARD, EXEMPT, RUNS_ON, Span
from youthvoice.surveys.rounds.split import parts_of, publishable_questions, split_question

MAX_INVITED: Final = 5_000_000

MAX_ROUND_TIME: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpening:
    """Everything that two adults decide to open a round; as JSON it can wait for the second of them.

    Attributes:
        link: `none`, `sheet` where one response asks "before" and "now", `card` where a card links two waves.
        spans: one, or those of the pre and the post wave of a pair.
        site_ids: counted together; `time_zone` is that of the first.
        seconded_by: None until the second adult has agreed.
        slips: whether only a response with a slip counts.
        group_name: of the only group that is asked, at one site; empty for everybody.
        split: how its view is split into parts, `age`, `group` or `gender`; empty for a whole view.
    """

    questionnaire_id: int
    purpose: str
    spans: tuple[Span, ...]
    site_ids: tuple[int, ...]
    time_zone: str
    invited: int
    permission: str
    decider_id: int
    answer_due: date
    opened_by: int
    link: str = "none"
    seconded_by: int | None = None
    slips: bool = False
    group_name: str = ""
    split: str = ""

    @property
    def last_day(self) -> date:
        """The last day of its last wave."""
        return max(span.last_day(self.time_zone) for span in self.spans)

    def confirmed(self, person_id: int, now: datetime) -> Self:
        """The opening with the second adult's agreement; a wave that should have begun in the meantime begins now."""
        spans = tuple(replace(span, starts_at=max(span.starts_at, now)) for span in self.spans)
        return replace(self, seconded_by=person_id, spans=spans)

    def to_json(self) -> str:
        """The opening as JSON, with days and moments in ISO 8601, moments in UTC."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=_iso_format)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the output of `to_json`; only for our own database, not for what a browser sends."""
        return msgspec.json.decode(text, type=cls)


def _iso_format(value: date) -> str:
    return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()


@dataclass(frozen=True, slots=True)
class SiteReadiness:
    """What must be in place at a site before children are asked there."""

    name: str
    languages: tuple[str, ...]
    advocates: int
    helpline: bool  # complete, and somebody called it
    time_zone: str = "UTC"
    closes_on: date | None = None


@dataclass(frozen=True, slots=True)
class RuleRefusal:
    """A rule that forbids something, or a notice: a code, the field it belongs to, the values of its message."""

    code: str
    at: str
    values: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)


def opening_refusals(  # noqa: PLR0913 - all that the rules need, by name
    opening: RoundOpening,
    questionnaire: Questionnaire,
    *,
    approved: bool,
    sites: Sequence[SiteReadiness],
    decider_is_here: bool,
    groups: Collection[str] = (),
    asked_identities: Collection[str],
    may_be_apart: bool = False,
    now: datetime,
) -> tuple[RuleRefusal, ...]:
    """Every rule that forbids a round to open.

    Args:
        opening: the planned opening.
        questionnaire: of the planned rounds.
        approved: whether an advocate approved it.
        sites: one for each of `RoundOpening.site_ids`.
        decider_is_here: whether the decider has an account and has not left.
        groups: names of the groups of its first site.
        asked_identities: of the questions that these sites were asked already (T9).
        may_be_apart: whether none would count as asked if the group shared no child with the site's other groups.
        now: this moment.
    """
    rule_refusals = [] if approved else [RuleRefusal("not_approved", "questionnaire")]
    rule_refusals += _kind_refusals(opening, questionnaire)
    rule_refusals += _small_children_refusals(opening) if questionnaire.ages == SMALL_CHILDREN else ()
    rule_refusals += [refusal for site_readiness in sites for refusal in _site_refusals(site_readiness, opening)]
    rule_refusals += _days_refusals(opening, now)
    rule_refusals += _slips_refusals(opening)
    rule_refusals += _group_refusals(opening, groups)
    rule_refusals += _split_refusals(opening, questionnaire)
    if not 1 <= opening.invited <= MAX_INVITED and not (opening.purpose in RUNS_ON and opening.invited == 0):
        rule_refusals.append(RuleRefusal("nobody_invited", "invited"))
    if not opening.permission.strip():
        rule_refusals.append(RuleRefusal("no_permission", "permission"))
    if not decider_is_here:
        rule_refusals.append(RuleRefusal("decider_left", "decider"))
    if opening.seconded_by == opening.opened_by:
        rule_refusals.append(RuleRefusal("second_is_first", "second"))
    splitting = split_question(questionnaire, opening.split)
    repeated = tuple(
        english_first(question.text)
        for question in questionnaire.coded
        if question is not splitting and not frozenset(question_hashes(question)).isdisjoint(asked_identities)
    )
    if repeated:
        values: dict[str, str | int | tuple[str, ...]] = {"questions": repeated, "may_be_apart": may_be_apart}
        rule_refusals.append(RuleRefusal("asked_already", "questionnaire", values))
    return tuple(rule_refusals)


def _kind_refusals(opening: RoundOpening, questionnaire: Questionnaire) -> Iterator[RuleRefusal]:
    before_and_now = any(question.moment == "now" for question in questionnaire.questions)
    paired = len(opening.spans) > 1
    if FEEDBACK in {opening.purpose, questionnaire.purpose}:
        yield RuleRefusal("opens_by_itself", "questionnaire")
    if opening.purpose in RUNS_ON and questionnaire.letter_boxes:
        yield RuleRefusal("letter_box_in_care", "purpose", {"question": questionnaire.letter_boxes[0].name})
    if opening.purpose in EXEMPT and questionnaire.purpose not in EXEMPT:
        yield RuleRefusal("not_a_choice", "purpose")
    if questionnaire.purpose in EXEMPT and opening.purpose not in EXEMPT:
        yield RuleRefusal("is_a_choice", "purpose")
    if paired and opening.purpose in RUNS_ON | EXEMPT:
        yield RuleRefusal("never_paired", "pair")
    if opening.link == CARD and not paired:
        yield RuleRefusal("cards_need_a_pair", "link")
    if opening.link == "sheet" and not before_and_now:
        yield RuleRefusal("sheet_asks_once", "questionnaire")
    if paired and before_and_now:
        yield RuleRefusal("sheet_needs_no_pair", "pair")


def _small_children_refusals(opening: RoundOpening) -> Iterator[RuleRefusal]:
    """Their page asks for no pictures of a slip, and without a letter box nobody would read the answers of a few."""
    if opening.slips or len(opening.spans) > 1:
        yield RuleRefusal("small_children_draw_no_slips", "slips" if opening.slips else "pair")
    if opening.invited < MIN_BATCH:
        yield RuleRefusal("too_few_small_children", "invited", {"minimum": MIN_BATCH})


def _site_refusals(site_readiness: SiteReadiness, opening: RoundOpening) -> Iterator[RuleRefusal]:
    if site_readiness.advocates < MIN_ADVOCATES:
        yield RuleRefusal(
            "too_few_advocates", "sites", {"site": site_readiness.name, "number": site_readiness.advocates}
        )
    if not site_readiness.helpline:
        yield RuleRefusal("helpline_untested", "sites", {"site": site_readiness.name})
    if site_readiness.closes_on is not None and opening.last_day > site_readiness.closes_on:
        yield RuleRefusal("site_closes", "until", {"site": site_readiness.name})
    elif site_readiness.closes_on is not None and opening.answer_due > site_readiness.closes_on:
        yield RuleRefusal("answer_after_last_day", "due", {"site": site_readiness.name})


def _slips_refusals(opening: RoundOpening) -> Iterator[RuleRefusal]:
    """Slips are dealt at a sitting, so a care round has none."""
    if opening.slips and opening.purpose in RUNS_ON:
        yield RuleRefusal("no_slips_in_care", "slips")
    elif opening.slips and opening.link == CARD:
        yield RuleRefusal("cards_instead_of_slips", "slips")
    elif (opening.slips or opening.link == CARD) and opening.invited > MAX_SLIPS:
        yield RuleRefusal("too_many_for_slips", "slips" if opening.slips else "link", {"most": MAX_SLIPS})


def _group_refusals(opening: RoundOpening, groups: Collection[str]) -> Iterator[RuleRefusal]:
    """A group belongs to one site and is asked in a batch of its own; care rounds and choices ask whole sites."""
    if not opening.group_name:
        return
    if opening.purpose in RUNS_ON | EXEMPT:
        yield RuleRefusal("never_of_a_group", "group")
    elif len(opening.site_ids) > 1:
        yield RuleRefusal("group_is_of_one_site", "group")
    elif opening.group_name not in groups:
        yield RuleRefusal("no_such_group", "group", {"group": opening.group_name})


def _split_refusals(opening: RoundOpening, questionnaire: Questionnaire) -> Iterator[RuleRefusal]:
    """A view is split by one plain fact that is not published itself, in one wave, where all parts can reach ten (A7).

    Two waves would have parts of their own: compared or linked by a card, they would reveal who changed parts, and each
    part of the pairs would need its ten.
    """
    if not opening.split:
        return
    question = split_question(questionnaire, opening.split)
    dependent = [other for other in questionnaire.questions if question and _depends_on(other, question)]
    if opening.purpose in RUNS_ON | EXEMPT:
        yield RuleRefusal("never_split", "split")
    elif len(opening.spans) > 1:
        yield RuleRefusal("pair_is_never_split", "split")
    elif question is None:
        yield RuleRefusal("nothing_splits", "split")
    elif dependent:
        yield RuleRefusal("split_is_asked_about", "split", {"question": english_first(dependent[0].text)})
    elif not any(publishable_questions(questionnaire, opening.split)):
        yield RuleRefusal("nothing_to_split", "split")
    elif opening.invited < len(parts_of(question)) * MIN_BATCH:
        yield RuleRefusal("too_few_to_split", "split", {"minimum": len(parts_of(question)) * MIN_BATCH})


def _depends_on(question: Question, other: Question) -> bool:
    """Whether a question is asked only after some answers to another one."""
    return question.when is not None and any(name == other.name for name, _key in question.when.asks_about())


def _days_refusals(opening: RoundOpening, now: datetime) -> Iterator[RuleRefusal]:
    for at, span in enumerate(opening.spans):
        if span.ends_at <= max(span.starts_at, now):
            yield RuleRefusal("ends_before_start", ("until", "after_until")[at])
        elif span.ends_at - _batch_starts(opening, span) > MAX_ROUND_TIME:
            yield RuleRefusal("too_long", ("until", "after_until")[at])
    if len(opening.spans) > 1 and opening.spans[1].starts_at < opening.spans[0].starts_at:
        yield RuleRefusal("after_comes_first", "after_from")
    if opening.purpose in EXEMPT and opening.answer_due < opening.last_day:
        yield RuleRefusal("due_before_the_vote", "due")
    elif opening.purpose not in EXEMPT and opening.answer_due <= opening.last_day:
        yield RuleRefusal("due_too_early", "due")


def _batch_starts(opening: RoundOpening, span: Span) -> datetime:
    """Since when responses wait under the key of a wave; where cards link two waves, since the first one began (A2)."""
    return opening.spans[0].starts_at if opening.link == CARD else span.starts_at


def opening_notices(
    opening: RoundOpening, questionnaire: Questionnaire, sites: Sequence[SiteReadiness]
) -> tuple[RuleRefusal, ...]:
    """Notices that forbid nothing but must be read before a round opens."""
    notices = []
    if opening.purpose not in RUNS_ON | EXEMPT and opening.invited < MIN_BATCH:
        code = "only_letters_read" if questionnaire.letter_boxes else "nothing_counted"
        notices.append(RuleRefusal(code, "invited", {"minimum": MIN_BATCH}))
    if opening.split:
        notices.append(RuleRefusal("split_rule", "split"))
    if len(opening.spans) > 1 and len({(span.starts_at, span.ends_at) for span in opening.spans}) == 1:
        notices.append(RuleRefusal("same_days", "after_from"))
    notices += [
        RuleRefusal("language_missing", "questionnaire", {"site": site_readiness.name, "code": language})
        for site_readiness in sites
        for language in site_readiness.languages
        if language not in questionnaire.languages
    ]
    return tuple(notices)


def overlaps(group_id: int | None, apart: Collection[int], asked_groups: Collection[int]) -> bool:
    """Whether children who are asked now may be among those who were asked before.

    Args:
        group_id: of the group that is asked now; None for the whole site.
        apart: groups that share no child, as two adults declared; this one may be among them.
        asked_groups: that were asked before; empty where the whole site was.
    """
    return group_id is None or not asked_groups or not set(asked_groups) <= set(apart) - {group_id}


@dataclass(frozen=True, slots=True)
class QuestionPeriods:
    """A question with the periods in which it counts as asked (T9).

    Attributes:
        identity: of the question, independent of its name.
        periods: to record: every quarter in which it is asked, `2026Q4`; for a lasting fact the year too.
        forbidding: SQL patterns of recorded periods that forbid it.
    """

    identity: str
    periods: tuple[str, ...]
    forbidding: tuple[str, ...]


def question_periods(
    questionnaire: Questionnaire, purpose: str, spans: Iterable[Span], time_zone: str, split: str = ""
) -> tuple[QuestionPeriods, ...]:
    """Every published question with the periods in which it is asked.

    A pair counts once. A choice is exempt, and so is the question that splits a view, since it is not published.

    Source: PRIVACY.md A1, A7, A11 and T9.
    """
    if purpose in EXEMPT:
        return ()
    quarters = sorted({quarter for span in spans for quarter in _quarters(span, time_zone)})
    years = sorted({quarter[:4] for quarter in quarters})
    lasting: dict[str, bool] = {}
    splitting = split_question(questionnaire, split)
    for question in questionnaire.coded:
        for identity in question_hashes(question) if question is not splitting else ():
            lasting[identity] = lasting.get(identity, False) or question.lasting
    return tuple(
        QuestionPeriods(identity, (*quarters, *years), tuple(f"{year}%" for year in years))
        if is_lasting
        else QuestionPeriods(identity, tuple(quarters), tuple(quarters))
        for identity, is_lasting in lasting.items()
    )


def _quarters(span: Span, time_zone: str) -> Iterator[str]:
    day, last = span.first_day(time_zone), span.last_day(time_zone)
    while quarter_name(day) <= quarter_name(last):
        yield quarter_name(day)
        day = (day.replace(day=1) + timedelta(days=95)).replace(day=1)  # from any month into the next quarter


def first_day_of_next_quarter(day: date) -> date:
    """The first day of the quarter after the one of a day."""
    quarter = (day.month + 2) // 3
    return date(day.year + quarter // 4, quarter * 3 % 12 + 1, 1)
