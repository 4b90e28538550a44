"""Freeze a batch for one audience: bands, words in every language, days; nothing that could lead to a count. Pure.

Frozen once, never changed: a page, a letter and an export read only this. Its shape (all plain JSON):

- `shape`: 1. `audience`, `round`, `purpose`, `wave`: codes. `title`: words by language. `languages`: codes, the
  first is the one to fall back on. `sites`: names. `decider`: a name. `n`: children.
- `first_day`, `last_day`, `answer_due`, `made_on`: days, ISO 8601. `before`: `{"n", "first_day", "last_day"}` of
  the wave before, or None.
- `questions`: `{"name", "kind", "as", "text", "says", "picture", "labels", "good", "tables", "lines"}`; a table is
  `{"key", "now", "before"}` of `disclosure.to_data`, a line as in `lines.lines`.
- `unsaid`: `{"name", "text", "picture"}` of questions that were asked and cannot be published at this n, or of a
  choice had too few votes.
- `won`: for a choice only, `{"name", "text", "picture", "winner", "winner_picture"}`.

Source: PRIVACY.md A3-A9, A11.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from youthvoice.privacy.disclosure.safe_table import SafeTable, from_data, to_data
from youthvoice.privacy.disclosure.tabulation import RIGHT
from youthvoice.publications.lines import lines
from youthvoice.publications.tables import SCALES, Counts, Tabulated, tabulated
from youthvoice.surveys.questionnaires.question import Option, Question
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds.choice_result import said_of
from youthvoice.surveys.rounds.entities import for_group

Audience = Literal["children", "guardians", "review"]
Frozen = dict[str, Any]

AUDIENCES: Final[tuple[Audience, ...]] = ("guardians", "children", "review")
SHAPE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The counts of one batch, for the time of freezing only.

    Attributes:
        counts: children per answer, by question.
        n: children.
        first_day: it was open from.
        last_day: it was open until.
    """

    counts: Mapping[str, Counts]
    n: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a round besides counts.

    Attributes:
        round: its slug.
        wave: pre, post or single.
        questionnaire: what was asked.
        sites: their names, the first one first; of a group its site's and its own.
        decider: the name of the adult who answers.
        answer_due: until when.
        made_on: today at the first site.
    """

    round: str
    wave: str
    questionnaire: Questionnaire
    sites: tuple[str, ...]
    decider: str
    answer_due: date
    made_on: date
    group_name: str = ""


def freeze(about: About, now: Wave, before: Wave | None, audience: Audience) -> Frozen:
    """Freeze a counted batch.

    Args:
        about: its round.
        now: its counts.
        before: the counts of the pre wave of an unlinked pair, where that batch was counted.
        audience: who will see it; only the choice of questions depends on it, never a band.
    """
    asked = [question for question in about.questionnaire.coded if may_see(audience, question)]
    names = {question.name: question for question in asked}
    shown = {question.name: _question(question, now, _earlier(question, names, now, before)) for question in asked}
    paired = {question.pair for question in asked if question.pair}
    alone = [question for question in asked if question.name not in paired]
    earlier = before and {"n": before.n, **_days(before)}
    return {
        **_head(about, audience),
        **_days(now),
        "n": now.n,
        "before": earlier,
        "questions": [shown[question.name] for question in alone if shown[question.name]["tables"]],
        "unsaid": [_named(question) for question in alone if not shown[question.name]["tables"]],
    }


def freeze_choice(about: About, won: Mapping[str, Sequence[str]], first_day: date, last_day: date) -> Frozen:
    """Freeze what won in a harmless choice: no bands, no turnout (PRIVACY.md A11)."""
    return {
        **_head(about, "children"),
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "n": None,
        "before": None,
        "questions": [],
        "unsaid": [_named(question) for question in about.questionnaire.coded if question.name not in won],
        "won": [_won(question, won[question.name]) for question in about.questionnaire.coded if question.name in won],
    }


def may_see(audience: Audience, question: Question) -> bool:
    """Whether an audience may see a question: safety questions never reach children's boards or guardians (A9)."""
    return audience == "review" or not question.safety


def tables_of(frozen: Frozen) -> Iterator[tuple[str, str, str, SafeTable]]:
    """Every table of a frozen view: question, option, `now` or `before`, table.

    Raises:
        ValueError: something stands there that `protect` could not have published.
    """
    for question in frozen["questions"]:
        for table in question["tables"]:
            for when in ("now", "before"):
                if table[when] is not None:
                    yield question["name"], table["key"], when, from_data(table[when])


def _head(about: About, audience: Audience) -> Frozen:
    return {
        "shape": SHAPE,
        "audience": audience,
        "round": about.round,
        "purpose": about.questionnaire.purpose,
        "wave": about.wave,
        "title": {code: for_group(words, about.group_name) for code, words in about.questionnaire.title.items()},
        "languages": list(about.questionnaire.languages),
        "sites": [for_group(site, about.group_name) for site in about.sites],
        "decider": about.decider,
        "answer_due": about.answer_due.isoformat(),
        "made_on": about.made_on.isoformat(),
        "won": [],
    }


def _days(wave: Wave) -> Frozen:
    return {"first_day": wave.first_day.isoformat(), "last_day": wave.last_day.isoformat()}


def _earlier(question: Question, asked: Mapping[str, Question], now: Wave, before: Wave | None) -> Tabulated | None:
    """What to compare with: the question about before on the same sheet, else the same question a wave before."""
    if question.pair and question.pair in asked:
        return tabulated(asked[question.pair], now.counts[question.pair], now.n)
    if before and question.name in before.counts:
        return tabulated(question, before.counts[question.name], before.n)
    return None


def _question(question: Question, now: Wave, earlier: Tabulated | None) -> Frozen:
    tables = tabulated(question, now.counts[question.name], now.n)
    before = earlier.tables if earlier and earlier.as_ == tables.as_ else {}
    good = _good(question, tables.as_)
    return {
        **_named(question),
        "kind": question.kind,
        "as": tables.as_,
        "says": dict(question.says) if question.says else None,
        "labels": _labels(question),
        "good": list(good),
        "tables": [
            {"key": key, "now": to_data(table), "before": to_data(before[key]) if key in before else None}
            for key, table in tables.tables.items()
        ],
        "lines": [line for key, table in tables.tables.items() for line in lines(table, before.get(key), key, good)],
    }


def _good(question: Question, as_: str) -> tuple[str, ...]:
    if as_ == "right":
        return (RIGHT,)
    return question.good if question.kind in SCALES else ()


def _labels(question: Question) -> dict[str, dict[str, str]]:
    merged = {key: dict(merge.text) for key, merge in (question.merge or {}).items()}
    return {tile.key: dict(tile.text) for tile in question.tiles} | merged


def _named(question: Question) -> Frozen:
    return {"name": question.name, "text": dict(question.text), "picture": question.picture}


def _won(question: Question, keys: Sequence[str]) -> Frozen:
    first = next(tile for tile in question.tiles if tile.key in keys)
    picture = first.picture if isinstance(first, Option) else None
    return {**_named(question), "winner": said_of(question, keys), "winner_picture": picture}
