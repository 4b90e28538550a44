"""What keeps a round from opening, and what to know before it does. Pure: codes, never words.

A group counts as its whole site, in every order: whole site then group, group then whole site, one group then another.
A reader who holds the whole site and one class can take the class away. Two groups are taken to share children too:
nobody here keeps who is in a group, a child may be in a class, a dormitory and a club, a group can be made anew under
another name, and "the class" beside "the class without one" tells that one's answer. So of all and of each group of a
site only one is asked a question in a quarter.

But for groups of which two adults, one of them a child advocate, said that they share no child, such as the classes
of a school: each of these may be asked. Nothing can be taken away from anything then. A table of class VI and one of
class VII are of different children; what both together say is no more than the sum of two ranges, which is wider than
either; the whole that could be held against the parts is refused in that quarter (of a lasting fact, in that year), in
either order, and so is every group of which the same was not said about *each* that was asked. In the next quarter the
whole site may be asked: whoever then takes the classes away holds other weeks' answers, as after any group since there
are quarters. A child who changes classes in between is in both tables, never in one that is there with and without
her. The word ends when one of the groups is removed; a group that was made anew was asked nothing and is apart from
nothing. What holds it is the word of two people: who says "Class VII" and "Class VII without one" share no child, lies.

Source: PRIVACY.md A1, A7 and T9; differencing attacks on tables.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

import msgspec

from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.privacy.keys.key_names import quarter_of
from youthvoice.slips.store import MAX_SLIPS
from youthvoice.surveys.questionnaires.question_identity import question_hashes
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire, english_first
from youthvoice.surveys.rounds.entities import CARD, EXEMPT, RUNS_ON, Span
from youthvoice.surveys.rounds.split import parts_of, questions_told, split_question

MAX_INVITED: Final = 5_000_000

MAX_ROUND_TIME: Final = timedelta(days=366)

MIN_ADVOCATES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpening:
    """What two adults decide: everything that opening needs, so that it can wait for the second of them as JSON.

    Attributes:
        link: `none`, `sheet` where one sheet asks "before" and "now", `card` where a card links the waves of a pair.
        spans: one, or the pre and the post wave of a pair.
        site_ids: pooled; the first is the one whose clock, `time_zone`, rules.
        seconded_by: None until the second adult has signed.
        slips: whether only a sheet with a slip shall count.
        group_name: of the one group of its one site that is asked; empty for everybody.
        split: by what its view is shown in parts, `age`, `group` or `gender`; empty for a whole view.
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
        """The same, signed by the second adult; what should have begun while it waited for her begins now."""
        spans = tuple(replace(span, starts_at=max(span.starts_at, now)) for span in self.spans)
        return replace(self, seconded_by=person_id, spans=spans)

    def to_json(self) -> str:
        """Days and moments as ISO 8601, moments in UTC."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=_written)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; meant for our own database, not for what a browser sends."""
        return msgspec.json.decode(text, type=cls)


def _written(value: date) -> str:
    return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()


@dataclass(frozen=True, slots=True)
class SiteReadiness:
    """What must be in place at a site before children are asked anything there."""

    name: str
    languages: tuple[str, ...]
    advocates: int
    helpline: bool  # complete and tried out
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class RuleRefusal:
    """Why not (or what to know): a code, the field it belongs to, the values its words need."""

    code: str
    at: str
    values: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)


def opening_refusals(  # noqa: PLR0913 - all that is looked at, by name
    opening: RoundOpening,
    questionnaire: Questionnaire,
    *,
    approved: bool,
    sites: Sequence[SiteReadiness],
    decider_is_here: bool,
    groups: Collection[str] = (),
    asked: Collection[str],
    may_be_apart: bool = False,
    now: datetime,
) -> tuple[RuleRefusal, ...]:
    """Everything that keeps a round from opening, at once.

    Args:
        opening: what is wanted.
        questionnaire: of the questionnaire.
        approved: whether an advocate approved it.
        sites: one for each of `RoundOpening.site_ids`.
        decider_is_here: whether the adult who will answer has an account and has not left.
        groups: names of the groups of its first site.
        asked: identities of questions that these sites were asked already (T9).
        may_be_apart: whether none of them were, if its group shares no child with the others of its site.
        now: this moment.
    """
    rule_refusals = [] if approved else [RuleRefusal("not_approved", "questionnaire")]
    rule_refusals += _about_kind(opening, questionnaire)
    rule_refusals += [refusal for site_readiness in sites for refusal in _about_site(site_readiness)]
    rule_refusals += _about_days(opening, now)
    rule_refusals += _about_slips(opening)
    rule_refusals += _about_group(opening, groups)
    rule_refusals += _about_split(opening, questionnaire)
    if not 1 <= opening.invited <= MAX_INVITED and not (opening.purpose == RUNS_ON and opening.invited == 0):
        rule_refusals.append(RuleRefusal("nobody_invited", "invited"))
    if not opening.permission.strip():
        rule_refusals.append(RuleRefusal("no_permission", "permission"))
    if not decider_is_here:
        rule_refusals.append(RuleRefusal("decider_left", "decider"))
    if opening.seconded_by == opening.opened_by:
        rule_refusals.append(RuleRefusal("second_is_first", "second"))
    question = split_question(questionnaire, opening.split)
    again = tuple(
        english_first(one.text)
        for one in questionnaire.coded
        if one is not question and not frozenset(question_hashes(one)).isdisjoint(asked)
    )
    if again:
        values: dict[str, str | int | tuple[str, ...]] = {"questions": again, "may_be_apart": may_be_apart}
        rule_refusals.append(RuleRefusal("asked_already", "questionnaire", values))
    return tuple(rule_refusals)


def _about_kind(opening: RoundOpening, questionnaire: Questionnaire) -> Iterator[RuleRefusal]:
    before_and_now = any(question.moment == "now" for question in questionnaire.questions)
    paired = len(opening.spans) > 1
    if opening.purpose == RUNS_ON and questionnaire.letter_boxes:
        yield RuleRefusal("letter_box_in_care", "purpose", {"question": questionnaire.letter_boxes[0].name})
    if opening.purpose in EXEMPT and questionnaire.purpose not in EXEMPT:
        yield RuleRefusal("not_a_choice", "purpose")
    if questionnaire.purpose in EXEMPT and opening.purpose not in EXEMPT:
        yield RuleRefusal("is_a_choice", "purpose")
    if paired and opening.purpose in {RUNS_ON, *EXEMPT}:
        yield RuleRefusal("never_paired", "pair")
    if opening.link == CARD and not paired:
        yield RuleRefusal("cards_need_a_pair", "link")
    if opening.link == "sheet" and not before_and_now:
        yield RuleRefusal("sheet_asks_once", "questionnaire")
    if paired and before_and_now:
        yield RuleRefusal("sheet_needs_no_pair", "pair")


def _about_site(site_readiness: SiteReadiness) -> Iterator[RuleRefusal]:
    if site_readiness.advocates < MIN_ADVOCATES:
        yield RuleRefusal(
            "too_few_advocates", "sites", {"site": site_readiness.name, "number": site_readiness.advocates}
        )
    if not site_readiness.helpline:
        yield RuleRefusal("helpline_untested", "sites", {"site": site_readiness.name})


def _about_slips(opening: RoundOpening) -> Iterator[RuleRefusal]:
    """Slips are dealt at a sitting; a round that runs on has none."""
    if opening.slips and opening.purpose == RUNS_ON:
        yield RuleRefusal("no_slips_in_care", "slips")
    elif opening.slips and opening.link == CARD:
        yield RuleRefusal("cards_instead_of_slips", "slips")
    elif (opening.slips or opening.link == CARD) and opening.invited > MAX_SLIPS:
        yield RuleRefusal("too_many_for_slips", "slips" if opening.slips else "link", {"most": MAX_SLIPS})


def _about_group(opening: RoundOpening, groups: Collection[str]) -> Iterator[RuleRefusal]:
    """A group is of one site, and asked in a batch of its own; who comes or leaves, and a choice, is never parted."""
    if not opening.group_name:
        return
    if opening.purpose in {RUNS_ON, *EXEMPT}:
        yield RuleRefusal("never_of_a_group", "group")
    elif len(opening.site_ids) > 1:
        yield RuleRefusal("group_is_of_one_site", "group")
    elif opening.group_name not in groups:
        yield RuleRefusal("no_such_group", "group", {"group": opening.group_name})


def _about_split(opening: RoundOpening, questionnaire: Questionnaire) -> Iterator[RuleRefusal]:
    """A view is split by one plain fact that is not published itself, in one wave, where all parts can reach ten (A7).

    Of two waves each has parts of its own: beside each other, or put together by a card, they would tell who changed
    parts, and each part of the pairs would need its ten.
    """
    if not opening.split:
        return
    question = split_question(questionnaire, opening.split)
    ruled = [one for one in questionnaire.questions if question and _asks_about(one, question)]
    if opening.purpose in {RUNS_ON, *EXEMPT}:
        yield RuleRefusal("never_split", "split")
    elif len(opening.spans) > 1:
        yield RuleRefusal("pair_is_never_split", "split")
    elif question is None:
        yield RuleRefusal("nothing_splits", "split")
    elif ruled:
        yield RuleRefusal("split_is_asked_about", "split", {"question": english_first(ruled[0].text)})
    elif not any(questions_told(questionnaire, opening.split)):
        yield RuleRefusal("nothing_to_split", "split")
    elif opening.invited < len(parts_of(question)) * MIN_BATCH:
        yield RuleRefusal("too_few_to_split", "split", {"minimum": len(parts_of(question)) * MIN_BATCH})


def _asks_about(question: Question, other: Question) -> bool:
    return question.when is not None and any(name == other.name for name, _key in question.when.asks_about())


def _about_days(opening: RoundOpening, now: datetime) -> Iterator[RuleRefusal]:
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
    """Since when sheets wait under the key of a wave: of waves that cards link since the first one began (A2)."""
    return opening.spans[0].starts_at if opening.link == CARD else span.starts_at


def opening_notices(
    opening: RoundOpening, questionnaire: Questionnaire, sites: Sequence[SiteReadiness]
) -> tuple[RuleRefusal, ...]:
    """What does not keep a round from opening, but must be said clearly."""
    found = []
    if opening.purpose not in {RUNS_ON, *EXEMPT} and opening.invited < MIN_BATCH:
        code = "only_letters_read" if questionnaire.letter_boxes else "nothing_counted"
        found.append(RuleRefusal(code, "invited", {"minimum": MIN_BATCH}))
    if opening.split:
        found.append(RuleRefusal("split_rule", "split"))
    if len(opening.spans) > 1 and len({(span.starts_at, span.ends_at) for span in opening.spans}) == 1:
        found.append(RuleRefusal("same_days", "after_from"))
    found += [
        RuleRefusal("language_missing", "questionnaire", {"site": site_readiness.name, "code": language})
        for site_readiness in sites
        for language in site_readiness.languages
        if language not in questionnaire.languages
    ]
    return tuple(found)


def overlaps(group_id: int | None, apart: Collection[int], asked: Collection[int]) -> bool:
    """Whether children who are asked now may be among those who were asked.

    Args:
        group_id: of the group that is asked now; None for the whole site.
        apart: groups of which two adults said that they share no child with it.
        asked: the groups that were asked; empty where the whole site was.
    """
    return group_id is None or not asked or not set(asked) <= set(apart) - {group_id}


@dataclass(frozen=True, slots=True)
class QuestionPeriods:
    """A question as T9 sees it.

    Attributes:
        identity: of the question, whatever it is called.
        periods: what is remembered: every quarter it is asked in, `2026Q4`; of a lasting fact the year too.
        looks: which remembered periods forbid it, as SQL patterns.
    """

    identity: str
    periods: tuple[str, ...]
    looks: tuple[str, ...]


def question_periods(
    questionnaire: Questionnaire, purpose: str, spans: Iterable[Span], time_zone: str, split: str = ""
) -> tuple[QuestionPeriods, ...]:
    """Every published question with the periods it is asked in.

    A pair is one asking, a choice is exempt, and so is the question that a view is split by: it is not published.

    Source: PRIVACY.md A1, A7, A11 and T9.
    """
    if purpose in EXEMPT:
        return ()
    quarters = sorted({quarter for span in spans for quarter in _quarters(span, time_zone)})
    years = sorted({quarter[:4] for quarter in quarters})
    lasting: dict[str, bool] = {}
    splitting = split_question(questionnaire, split)
    for question in questionnaire.coded:
        for known in question_hashes(question) if question is not splitting else ():
            lasting[known] = lasting.get(known, False) or question.lasting
    return tuple(
        QuestionPeriods(known, (*quarters, *years), tuple(f"{year}%" for year in years))
        if a_year
        else QuestionPeriods(known, tuple(quarters), tuple(quarters))
        for known, a_year in lasting.items()
    )


def _quarters(span: Span, time_zone: str) -> Iterator[str]:
    day, last = span.first_day(time_zone), span.last_day(time_zone)
    while quarter_of(day) <= quarter_of(last):
        yield quarter_of(day)
        day = (day.replace(day=1) + timedelta(days=95)).replace(day=1)  # from any month into the next quarter


def first_day_of_next_quarter(day: date) -> date:
    """The day on which the quarter after the one of a day begins."""
    quarter = (day.month + 2) // 3
    return date(day.year + quarter // 4, quarter * 3 % 12 + 1, 1)
