"""What keeps a round from opening, and what to know before it does. Pure: codes, never words."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

from youthvoice.slips.pictures import MOST as MOST_SLIPS
from youthvoice.surveys.questionnaires.question_identity import identities
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds.entities import EXEMPT, MINIMUM, RUNS_ON
from youthvoice.surveys.rounds.periods import Span

MOST_INVITED: Final = 5_000_000
LONGEST: Final = timedelta(days=366)
ADVOCATES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What two adults decide: everything that opening needs, so that it can wait for the second of them as JSON.

    Attributes:
        link: `none`, or `sheet` where one sheet asks "before" and "now".
        spans: one, or the pre and the post wave of a pair.
        site_ids: pooled; the first is the one whose clock, `time_zone`, rules.
        seconded_by: None until the second adult has signed.
        slips: whether only a sheet with a slip shall count.
        group_name: of the one group of its one site that is asked; empty for everybody.
    """

    questionnaire_id: int
    purpose: str
    link: str
    spans: tuple[Span, ...]
    site_ids: tuple[int, ...]
    time_zone: str
    invited: int
    permission: str
    decider_id: int
    answer_due: date
    opened_by: int
    seconded_by: int | None = None
    slips: bool = False
    group_name: str = ""

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
        data = json.loads(text)
        moments = ("starts_at", "ends_at")
        spans = tuple(
            Span(one["wave"], *(datetime.fromisoformat(one[name]) for name in moments)) for one in data["spans"]
        )
        due = date.fromisoformat(data["answer_due"])
        return cls(**{**data, "spans": spans, "site_ids": tuple(data["site_ids"]), "answer_due": due})


def _written(value: date) -> str:
    return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()


@dataclass(frozen=True, slots=True)
class SiteReady:
    """What must be in place at a site before children are asked anything there."""

    name: str
    languages: tuple[str, ...]
    advocates: int
    helpline: bool  # complete and tried out


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not (or what to know): a code, the field it belongs to, the values its words need."""

    code: str
    at: str
    values: Mapping[str, str | int] = field(default_factory=dict)


def refusals(  # noqa: PLR0913 - all that is looked at, by name
    opening: Opening,
    questions: Questionnaire,
    *,
    approved: bool,
    sites: Sequence[SiteReady],
    decider_is_here: bool,
    groups: Collection[str] = (),
    asked: Collection[str],
    now: datetime,
) -> tuple[Refusal, ...]:
    """Everything that keeps a round from opening, at once.

    Args:
        opening: what is wanted.
        questions: of the questionnaire.
        approved: whether an advocate approved it.
        sites: one for each of `opening.site_ids`.
        decider_is_here: whether the adult who will answer has an account and has not left.
        groups: names of the groups of its first site.
        asked: identities of questions that these sites were asked already (T9).
        now: this moment.
    """
    found = [] if approved else [Refusal("not_approved", "questionnaire")]
    found += _about_kind(opening, questions)
    found += [refusal for site in sites for refusal in _about_site(site)]
    found += _about_days(opening, now)
    found += _about_slips(opening)
    found += _about_group(opening, groups)
    if not 1 <= opening.invited <= MOST_INVITED and not (opening.purpose == RUNS_ON and opening.invited == 0):
        found.append(Refusal("nobody_invited", "invited"))
    if not opening.permission.strip():
        found.append(Refusal("no_permission", "permission"))
    if not decider_is_here:
        found.append(Refusal("decider_left", "decider"))
    if opening.seconded_by == opening.opened_by:
        found.append(Refusal("second_is_first", "second"))
    for one in questions.coded:
        if not frozenset(identities(one)).isdisjoint(asked):
            found.append(Refusal("asked_already", "questionnaire", {"question": _said(one.text)}))
    return tuple(found)


def _about_kind(opening: Opening, questions: Questionnaire) -> Iterator[Refusal]:
    before_and_now = any(question.moment == "now" for question in questions.questions)
    paired = len(opening.spans) > 1
    if opening.purpose == RUNS_ON and questions.letter_boxes:
        yield Refusal("letter_box_in_care", "purpose", {"question": questions.letter_boxes[0].name})
    if opening.purpose in EXEMPT and questions.purpose not in EXEMPT:
        yield Refusal("not_a_choice", "purpose")
    if questions.purpose in EXEMPT and opening.purpose not in EXEMPT:
        yield Refusal("is_a_choice", "purpose")
    if paired and opening.purpose in {RUNS_ON, *EXEMPT}:
        yield Refusal("never_paired", "pair")
    if opening.link == "card":
        yield Refusal("no_cards_yet", "link")
    if opening.link == "sheet" and not before_and_now:
        yield Refusal("sheet_asks_once", "link")
    if paired and before_and_now:
        yield Refusal("sheet_needs_no_pair", "pair")


def _about_site(site: SiteReady) -> Iterator[Refusal]:
    if site.advocates < ADVOCATES:
        yield Refusal("too_few_advocates", "sites", {"site": site.name, "number": site.advocates})
    if not site.helpline:
        yield Refusal("helpline_untested", "sites", {"site": site.name})


def _about_slips(opening: Opening) -> Iterator[Refusal]:
    """Slips are dealt at a sitting; a round that runs on has none."""
    if opening.slips and opening.purpose == RUNS_ON:
        yield Refusal("no_slips_in_care", "slips")
    elif opening.slips and opening.invited > MOST_SLIPS:
        yield Refusal("too_many_for_slips", "slips", {"most": MOST_SLIPS})


def _about_group(opening: Opening, groups: Collection[str]) -> Iterator[Refusal]:
    """A group is of one site, and asked in a batch of its own; who comes or leaves, and a choice, is never parted."""
    if not opening.group_name:
        return
    if opening.purpose in {RUNS_ON, *EXEMPT}:
        yield Refusal("never_of_a_group", "group")
    elif len(opening.site_ids) > 1:
        yield Refusal("group_is_of_one_site", "group")
    elif opening.group_name not in groups:
        yield Refusal("no_such_group", "group", {"group": opening.group_name})


def _about_days(opening: Opening, now: datetime) -> Iterator[Refusal]:
    for at, span in enumerate(opening.spans):
        if span.ends_at <= max(span.starts_at, now):
            yield Refusal("ends_before_start", ("until", "after_until")[at])
        elif span.ends_at - span.starts_at > LONGEST:
            yield Refusal("too_long", ("until", "after_until")[at])
    if len(opening.spans) > 1 and opening.spans[1].starts_at < opening.spans[0].starts_at:
        yield Refusal("after_comes_first", "after_from")
    if opening.purpose in EXEMPT and opening.answer_due < opening.last_day:
        yield Refusal("due_before_the_vote", "due")
    elif opening.purpose not in EXEMPT and opening.answer_due <= opening.last_day:
        yield Refusal("due_too_early", "due")


def to_know(opening: Opening, questions: Questionnaire, sites: Sequence[SiteReady]) -> tuple[Refusal, ...]:
    """What does not keep a round from opening, but must be said clearly."""
    found = []
    if opening.purpose not in {RUNS_ON, *EXEMPT} and opening.invited < MINIMUM:
        code = "only_letters_read" if questions.letter_boxes else "nothing_counted"
        found.append(Refusal(code, "invited", {"minimum": MINIMUM}))
    if len(opening.spans) > 1 and len({(span.starts_at, span.ends_at) for span in opening.spans}) == 1:
        found.append(Refusal("same_days", "after_from"))
    found += [
        Refusal("language_missing", "questionnaire", {"site": site.name, "code": language})
        for site in sites
        for language in site.languages
        if language not in questions.languages
    ]
    return tuple(found)


def _said(text: Mapping[str, str]) -> str:
    return text.get("en") or next(iter(text.values()), "")
