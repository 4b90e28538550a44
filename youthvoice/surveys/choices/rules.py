"""What makes an everyday choice, when it ends, and whether it may be asked. Pure: codes, never words.

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

AGAIN_DAYS: Final = 92  # how long an advocate's yes lasts that it may be asked again


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One picture as it was typed: its name, and a word by language (empty where there is none)."""

    picture: str
    words: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed at all."""
        return not self.picture.strip() and not any(self.words.values())


@dataclass(frozen=True, slots=True)
class ChoiceWish:
    """A choice as somebody would like to ask it.

    Attributes:
        kind: one of `forms.choice_kinds`.
        question: what is asked, by language; empty where it is not asked in that one.
        rows: the pictures, in order, perhaps with empty ones between.
        picture: of the question, an OpenMoji code.
        title: what lists call it, by language; the question where there is none.
    """

    kind: str
    question: Mapping[str, str]
    rows: Sequence[OptionLine]
    picture: str = "1F5F3"
    title: Mapping[str, str] | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is asked in: those with a question."""
        return tuple(language for language, text in self.question.items() if text.strip())

    @property
    def filled(self) -> list[tuple[int, OptionLine]]:
        """The rows with something in them, numbered from 1."""
        return [(place, row) for place, row in enumerate(self.rows, start=1) if not row.is_empty]


def wish_refusals(wish: ChoiceWish) -> tuple[RuleRefusal, ...]:
    """Everything that keeps it from being asked, each at its box: `question_en`, `picture_2`, `word_2_en`."""
    rule_refusals = [*_about_question(wish), *_about_rows(wish)]
    if not rule_refusals:
        question = _question(wish)
        rule_refusals += _forbidden(question, _box(wish))
    return tuple(rule_refusals)


def _forbidden(question: Question, box: str) -> Iterator[RuleRefusal]:
    if wording_rules.asks_who(question):
        yield RuleRefusal("choice_asks_who", box)
    if match := wording_rules.find_abuse_words(question):
        yield RuleRefusal("choice_asks_abuse", box, {"word": match.word, "language": match.language})


def _box(wish: ChoiceWish) -> str:
    return f"question_{next(iter(wish.languages or wish.question))}"


def _about_question(wish: ChoiceWish) -> Iterator[RuleRefusal]:
    if not wish.languages:
        yield RuleRefusal("no_question", _box(wish))
    for language, text in wish.question.items():
        if wording_rules.count_words(text) > wording_rules.MAX_QUESTION_WORDS:
            yield RuleRefusal("question_too_long", f"question_{language}", {"most": wording_rules.MAX_QUESTION_WORDS})


def _about_rows(wish: ChoiceWish) -> Iterator[RuleRefusal]:
    if len(wish.filled) < MIN_OPTIONS:
        yield RuleRefusal("too_few_options", f"picture_{len(wish.filled) + 1}", {"least": MIN_OPTIONS})
    pictures: set[str] = set()
    words: set[tuple[str, str]] = set()
    for place, row in wish.filled:
        yield from _about_picture(place, row, pictures)
        for language in wish.question:
            yield from _about_word(wish, f"word_{place}_{language}", language, row.words.get(language, ""), words)


def _about_picture(place: int, option_line: OptionLine, seen: set[str]) -> Iterator[RuleRefusal]:
    at, picture = f"picture_{place}", option_line.picture.strip()
    code = picture_code(picture) if picture else None
    if not picture:
        yield RuleRefusal("picture_missing", at)
    elif code is None:
        near = nearest_picture(picture)
        yield RuleRefusal("picture_near" if near else "picture_unknown", at, {"said": picture, "near": near})
    elif code in seen:
        yield RuleRefusal("picture_twice", at)
    seen.add(code or "")


def _about_word(
    wish: ChoiceWish, at: str, language: str, word: str, seen: set[tuple[str, str]]
) -> Iterator[RuleRefusal]:
    folded = (language, word.strip().casefold())
    if language in wish.languages and not word.strip():
        yield RuleRefusal("word_missing", at, {"code": language})
    elif word.strip() and language not in wish.languages and wish.languages:
        yield RuleRefusal("question_missing", f"question_{language}", {"code": language})
    elif wording_rules.count_words(word) > wording_rules.MAX_OPTION_WORDS:
        yield RuleRefusal("word_too_long", at, {"most": wording_rules.MAX_OPTION_WORDS})
    elif word.strip() and folded in seen:
        yield RuleRefusal("word_twice", at)
    seen.add(folded)


def make_choice_questionnaire(wish: ChoiceWish, site_id: int, checked: Sequence[str]) -> Questionnaire:
    """The questionnaire of a choice that nothing refuses.

    Args:
        wish: what is asked.
        site_id: each site has versions of its own.
        checked: languages that a speaker has checked at the site; the others are drafts.
    """
    question = _question(wish)
    title = {code: (wish.title or {}).get(code) or text for code, text in question.text.items()}
    return Questionnaire(
        name=f"choice-{wish.kind}-{site_id}",
        title=freeze_words(title),
        purpose="choice",
        ages="7-9",
        languages=wish.languages,
        questions=(question,),
        drafts=tuple(code for code in wish.languages if code not in checked),
    )


def _question(wish: ChoiceWish) -> Question:
    def spoken(words: Mapping[str, str]) -> Mapping[str, str]:
        return freeze_words({code: words[code].strip() for code in wish.languages})

    options = (
        Option(f"picture_{place}", spoken(row.words), picture_code(row.picture))
        for place, (_, row) in enumerate(wish.filled, start=1)
    )
    return Question(
        name="choice", kind="choose_one", text=spoken(wish.question), picture=wish.picture, options=tuple(options)
    )


def closes_at(day: date, daily_hour: int, time_zone: str) -> datetime:
    """The moment a choice ends on a day: the daily hour of its site."""
    return datetime.combine(day, time(daily_hour), ZoneInfo(time_zone))


def next_evening(now: datetime, daily_hour: int, time_zone: str) -> date:
    """Today at a site, or tomorrow where its daily hour has gone by."""
    today = day_at(now, time_zone)
    return today if now < closes_at(today, daily_hour, time_zone) else today + timedelta(days=1)


def circumstance_refusals(*, open_already: bool, invited: int) -> Iterator[RuleRefusal]:
    """What keeps a choice from being asked that the rules of rounds do not know.

    Args:
        open_already: whether the same question is open or waits at this site.
        invited: children.
    """
    if open_already:
        yield RuleRefusal("open_already", "closes")
    if invited < MIN_VOTES:
        yield RuleRefusal("too_few_children", "invited", {"least": MIN_VOTES})
