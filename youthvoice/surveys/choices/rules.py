"""Rules of everyday choices: what makes one valid, when it ends, whether it may be asked. Pure: codes, never texts.

Source: STANDARDS.md 33; PRIVACY.md A11; CHILD-UX.md (twelve words, three words on a tile).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from youthvoice.context import day_at
from youthvoice.surveys.batches.rules import MIN_VOTES
from youthvoice.surveys.questionnaires import wording_rules
from youthvoice.surveys.questionnaires.picture_library import nearest_picture, picture_code
from youthvoice.surveys.questionnaires.questionnaire import Option, Question, Questionnaire, freeze_words
from youthvoice.surveys.rounds.rules import RuleRefusal

TieRule = Literal["lot", "both"]

TIE_RULES: Final[tuple[TieRule, ...]] = get_args(TieRule)

MIN_OPTIONS: Final = 2

MAX_OPTIONS: Final = 6

AGAIN_DAYS: Final = 92  # how long an advocate's permission to repeat a choice lasts


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option as typed: the name of its picture, and its label by language (empty where there is none)."""

    picture: str
    words: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether neither a picture nor a label was typed."""
        return not self.picture.strip() and not any(self.words.values())


@dataclass(frozen=True, slots=True)
class ChoiceProposal:
    """A choice as an adult would like to ask it.

    Attributes:
        kind: one of `forms.choice_kinds`.
        question: its text, by language; empty where it is not asked in that language.
        rows: the pictures, in order; some may be empty.
        picture: of the question, an OpenMoji code.
        title: its title in lists, by language; the question where there is none.
    """

    kind: str
    question: Mapping[str, str]
    rows: Sequence[OptionLine]
    picture: str = "1F5F3"
    title: Mapping[str, str] | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the question has a text."""
        return tuple(language for language, text in self.question.items() if text.strip())

    @property
    def filled(self) -> list[tuple[int, OptionLine]]:
        """The rows that are not empty, numbered from 1."""
        return [(place, row) for place, row in enumerate(self.rows, start=1) if not row.is_empty]


def proposal_refusals(proposal: ChoiceProposal) -> tuple[RuleRefusal, ...]:
    """Every rule that a proposal breaks, each with its field: `question_en`, `picture_2`, `word_2_en`."""
    rule_refusals = [*_question_refusals(proposal), *_row_refusals(proposal)]
    if not rule_refusals:
        question = _question(proposal)
        rule_refusals += _forbidden_refusals(question, _question_field(proposal))
    return tuple(rule_refusals)


def _forbidden_refusals(question: Question, field: str) -> Iterator[RuleRefusal]:
    if wording_rules.asks_who(question):
        yield RuleRefusal("choice_asks_who", field)
    if match := wording_rules.find_abuse_words(question):
        yield RuleRefusal("choice_asks_abuse", field, {"word": match.word, "language": match.language})


def _question_field(proposal: ChoiceProposal) -> str:
    return f"question_{next(iter(proposal.languages or proposal.question))}"


def _question_refusals(proposal: ChoiceProposal) -> Iterator[RuleRefusal]:
    if not proposal.languages:
        yield RuleRefusal("no_question", _question_field(proposal))
    for language, text in proposal.question.items():
        if wording_rules.count_words(text) > wording_rules.MAX_QUESTION_WORDS:
            yield RuleRefusal("question_too_long", f"question_{language}", {"most": wording_rules.MAX_QUESTION_WORDS})


def _row_refusals(proposal: ChoiceProposal) -> Iterator[RuleRefusal]:
    if len(proposal.filled) < MIN_OPTIONS:
        yield RuleRefusal("too_few_options", f"picture_{len(proposal.filled) + 1}", {"least": MIN_OPTIONS})
    pictures: set[str] = set()
    words: set[tuple[str, str]] = set()
    for place, row in proposal.filled:
        yield from _picture_refusals(place, row, pictures)
        for language in proposal.question:
            yield from _word_refusals(
                proposal, f"word_{place}_{language}", language, row.words.get(language, ""), words
            )


def _picture_refusals(place: int, option_line: OptionLine, pictures: set[str]) -> Iterator[RuleRefusal]:
    field, picture = f"picture_{place}", option_line.picture.strip()
    code = picture_code(picture) if picture else None
    if not picture:
        yield RuleRefusal("picture_missing", field)
    elif code is None:
        near = nearest_picture(picture)
        yield RuleRefusal("picture_near" if near else "picture_unknown", field, {"said": picture, "near": near})
    elif code in pictures:
        yield RuleRefusal("picture_twice", field)
    pictures.add(code or "")


def _word_refusals(
    proposal: ChoiceProposal, field: str, language: str, word: str, words: set[tuple[str, str]]
) -> Iterator[RuleRefusal]:
    folded = (language, word.strip().casefold())
    if language in proposal.languages and not word.strip():
        yield RuleRefusal("word_missing", field, {"code": language})
    elif word.strip() and language not in proposal.languages and proposal.languages:
        yield RuleRefusal("question_missing", f"question_{language}", {"code": language})
    elif wording_rules.count_words(word) > wording_rules.MAX_OPTION_WORDS:
        yield RuleRefusal("word_too_long", field, {"most": wording_rules.MAX_OPTION_WORDS})
    elif word.strip() and folded in words:
        yield RuleRefusal("word_twice", field)
    words.add(folded)


def make_choice_questionnaire(proposal: ChoiceProposal, site_id: int, checked: Sequence[str]) -> Questionnaire:
    """Make the questionnaire of a proposal that breaks no rule.

    Args:
        proposal: the proposal.
        site_id: its site; each one has versions of its own.
        checked: languages that a speaker at the site has checked; texts in others are drafts.
    """
    question = _question(proposal)
    title = {code: (proposal.title or {}).get(code) or text for code, text in question.text.items()}
    return Questionnaire(
        name=f"choice-{proposal.kind}-{site_id}",
        title=freeze_words(title),
        purpose="choice",
        ages="7-9",
        languages=proposal.languages,
        questions=(question,),
        drafts=tuple(code for code in proposal.languages if code not in checked),
    )


def _question(proposal: ChoiceProposal) -> Question:
    def spoken(words: Mapping[str, str]) -> Mapping[str, str]:
        return freeze_words({code: words[code].strip() for code in proposal.languages})

    options = (
        Option(f"picture_{place}", spoken(row.words), picture_code(row.picture))
        for place, (_, row) in enumerate(proposal.filled, start=1)
    )
    return Question(
        name="choice",
        kind="choose_one",
        text=spoken(proposal.question),
        picture=proposal.picture,
        options=tuple(options),
    )


def closes_at(day: date, daily_hour: int, time_zone: str) -> datetime:
    """The moment at which a choice ends on a day: the daily hour of its site."""
    return datetime.combine(day, time(daily_hour), ZoneInfo(time_zone))


def next_evening(now: datetime, daily_hour: int, time_zone: str) -> date:
    """Today at a site, or tomorrow if the daily hour is over."""
    today = day_at(now, time_zone)
    return today if now < closes_at(today, daily_hour, time_zone) else today + timedelta(days=1)


def circumstance_refusals(*, open_already: bool, invited: int) -> Iterator[RuleRefusal]:
    """Rules that depend on the site's situation, beyond the rules of rounds.

    Args:
        open_already: whether the same question is open, or waits for approval, at this site.
        invited: number of children.
    """
    if open_already:
        yield RuleRefusal("open_already", "closes")
    if invited < MIN_VOTES:
        yield RuleRefusal("too_few_children", "invited", {"least": MIN_VOTES})
