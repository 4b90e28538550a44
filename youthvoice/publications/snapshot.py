"""Freezes a counted batch for one audience: tables, lines of bands, texts in every language. Pure.

A view is frozen once and never changed: pages, letters and exports read only this. Its shape (all plain JSON):

- `shape`: 1. `audience`, `round`, `purpose`, `wave`: codes. `title`: words by language. `languages`: codes in which it
  goes out, the first is the fallback. `sites`: names. `decider`: a name. `n`: children.
- `first_day`, `last_day`, `answer_due`, `made_on`: days, ISO 8601. `before`: `{"n", "round", "first_day", "last_day"}`
  of the wave before, or None; its round is empty where it has no view of its own.
  `linked`: whether both waves are of the same children, so that `n` is of both. `split`: `{"by", "parts": [{"key",
  "text"}, ...]}` of a round that declared one, whether or not its parts were large enough, the last part with those who
  did not say; else None.
- `questions`: `{"name", "kind", "as", "text", "says", "picture", "labels", "ruled_out", "good", "tables", "lines"}`;
  `ruled_out` says whether a rule may leave it out for a child; a table is
  `{"key", "now", "before"}` of `safe_table.to_data`, a line as in `band_lines`. A question that is shown in
  parts has neither, but `parts`: `{"key", "part", "code", "before", "change"}` each, of `split_table`; so nothing is
  published whole and split (A5), and the size of a part is published nowhere (A7).
- `unsaid`: `{"name", "text", "picture"}` of questions that were asked and cannot be published at this n, or that
  had too few votes in a choice.
- `won`: for a choice only, `{"name", "text", "picture", "winner", "winner_picture"}`.

Source: PRIVACY.md A3-A9, A11.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from youthvoice.privacy.disclosure.change_verdicts import JudgedChange, Verdict, judge_groups, judge_pairs
from youthvoice.privacy.disclosure.safe_table import SafeTable, from_data, to_data
from youthvoice.privacy.disclosure.split_table import SafeSplit, compare_words, refuse_other_words
from youthvoice.publications import band_lines
from youthvoice.surveys.questionnaires.questionnaire import Option, Question, Questionnaire
from youthvoice.surveys.rounds.entities import words_for_group, words_of_options
from youthvoice.surveys.rounds.split import parts_of, publishable_rows, row_name, split_question

Transitions = Mapping[str, Mapping[str, int]]


Audience = Literal["children", "guardians", "review"]

Frozen = dict[str, Any]

AUDIENCES: Final[tuple[Audience, ...]] = ("guardians", "children", "review")

SHAPE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The counts of one batch; only in memory, while a view is frozen.

    Attributes:
        counts: children per answer, by question.
        n: children.
        first_day: the first day on which it was open.
        last_day: the last day.
        split: of a round that declared one, if every part is large enough.
        round: its slug, if it has a view of its own.
        transitions: children by their answer before, then now, if the same children answered twice; by question.
    """

    counts: Mapping[str, band_lines.Counts]
    n: int
    first_day: date
    last_day: date
    split: SafeSplit | None = None
    round: str = ""
    transitions: Mapping[str, Transitions] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotContext:
    """What a view needs of a round besides its counts.

    Attributes:
        round: its slug.
        wave: pre, post or single.
        questionnaire: what was asked.
        sites: their names, the first one first; of a group its site's name and its own.
        decider: the name of the adult who answers.
        answer_due: the day by which the answer is due.
        made_on: today at the first site.
        group_name: of the one group that is asked; empty for all.
        linked: whether cards link it with the other wave of its pair.
        split: how its view is split; empty for a whole view.
        languages: in which children and families of its sites read; empty for all of the questionnaire.
    """

    round: str
    wave: str
    questionnaire: Questionnaire
    sites: tuple[str, ...]
    decider: str
    answer_due: date
    made_on: date
    group_name: str = ""
    linked: bool = False
    split: str = ""
    languages: tuple[str, ...] = ()


def freeze_view(snapshot_context: SnapshotContext, wave: Wave, before: Wave | None, audience: Audience) -> Frozen:
    """Freeze the view of a counted batch.

    Args:
        snapshot_context: of its round.
        wave: its counts.
        before: the counts of the pre wave of a pair, if it was counted; of linked waves those of the pairs.
        audience: who will see it; it decides only which questions are shown, never a band.
    """
    splitting = split_question(snapshot_context.questionnaire, snapshot_context.split)
    coded = [question for question in snapshot_context.questionnaire.coded if question is not splitting]
    questions = [question for question in coded if may_see(audience, question)]
    names = {question.name: question for question in questions}
    frozen = {}
    for question in questions:
        earlier_question = _earlier_tables(question, names, wave, before)
        judged = _judge(question, names, wave, before, is_linked=snapshot_context.linked) if earlier_question else {}
        frozen[question.name] = _freeze_question(question, wave, earlier_question, judged)
    paired = {question.pair for question in questions if question.pair}
    alone = [question for question in questions if question.name not in paired]
    earlier = before and {"n": before.n, "round": before.round, **_days(before)}
    return {
        **_head(snapshot_context, audience),
        **_days(wave),
        "n": wave.n,
        "before": earlier,
        "questions": [frozen[question.name] for question in alone if _has_data(frozen[question.name])],
        "unsaid": [_title(question) for question in alone if not _has_data(frozen[question.name])],
    }


def _has_data(question: Frozen) -> bool:
    """Whether a frozen question has tables or parts."""
    return bool(question["tables"] or question.get("parts"))


def freeze_choice(
    snapshot_context: SnapshotContext, won: Mapping[str, Sequence[str]], first_day: date, last_day: date
) -> Frozen:
    """Freeze the winners of a choice: no bands, no turnout (PRIVACY.md A11)."""
    return {
        **_head(snapshot_context, "children"),
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "n": None,
        "before": None,
        "questions": [],
        "unsaid": [_title(question) for question in snapshot_context.questionnaire.coded if question.name not in won],
        "won": [
            _winner(question, won[question.name])
            for question in snapshot_context.questionnaire.coded
            if question.name in won
        ],
    }


def may_see(audience: Audience, question: Question) -> bool:
    """Whether an audience may see a question: safety questions are never shown to children or guardians (A9)."""
    return audience == "review" or not question.safety


def tables_of(frozen: Frozen) -> Iterator[tuple[str, str, str, SafeTable]]:
    """All tables of a frozen view: question, option, `now` or `before`, table.

    Raises:
        ValueError: it contains something that `protect` could not have published.
    """
    for question in frozen["questions"]:
        _refuse_both_ways(question)
        for table in question["tables"]:
            for when in ("now", "before"):
                if table[when] is not None:
                    yield question["name"], table["key"], when, from_data(table[when])


def _refuse_both_ways(question: Frozen) -> None:
    """Refuse a question that is published whole and split (A5)."""
    parts = question.get("parts", ())
    if parts and (question["tables"] or question["lines"]):
        raise ValueError("A question is published whole or split, never both ways.")
    refuse_other_words([part[word] for part in parts for word in ("code", "before") if part[word] is not None])


def _head(snapshot_context: SnapshotContext, audience: Audience) -> Frozen:
    """The values of a view that are the same for a choice."""
    return {
        "shape": SHAPE,
        "audience": audience,
        "round": snapshot_context.round,
        "purpose": snapshot_context.questionnaire.purpose,
        "wave": snapshot_context.wave,
        "ages": snapshot_context.questionnaire.ages,
        "title": {
            code: words_for_group(words, snapshot_context.group_name)
            for code, words in snapshot_context.questionnaire.title.items()
        },
        "languages": _languages(snapshot_context, audience),
        "sites": [words_for_group(site, snapshot_context.group_name) for site in snapshot_context.sites],
        "decider": snapshot_context.decider,
        "answer_due": snapshot_context.answer_due.isoformat(),
        "made_on": snapshot_context.made_on.isoformat(),
        "won": [],
        "linked": snapshot_context.linked,
        "split": _split_declared(snapshot_context),
    }


def _languages(snapshot_context: SnapshotContext, audience: Audience) -> list[str]:
    """The languages in which a view goes out: of those of the questionnaire the ones that are read at its sites.

    A board is in the language that a child chose of those which her site offers, perhaps one that it offers later.
    """
    codes = snapshot_context.questionnaire.languages
    if audience == "children" or not snapshot_context.languages:
        return list(codes)
    return [code for code in codes if code in snapshot_context.languages] or [codes[0]]


def _split_declared(snapshot_context: SnapshotContext) -> Frozen | None:
    """The split that a round declared; None for a whole view."""
    question = split_question(snapshot_context.questionnaire, snapshot_context.split)
    parts = [{"key": part.key, "text": dict(part.text)} for part in parts_of(question)] if question else []
    return {"by": snapshot_context.split, "parts": parts} if question else None


def _days(wave: Wave) -> Frozen:
    return {"first_day": wave.first_day.isoformat(), "last_day": wave.last_day.isoformat()}


def _earlier_tables(
    question: Question, questions: Mapping[str, Question], wave: Wave, before: Wave | None
) -> band_lines.TabulatedQuestion | None:
    """The tables to compare with: of the question about before in the same form, else of the wave before."""
    if question.pair and question.pair in questions:
        return band_lines.tabulate_question(questions[question.pair], wave.counts[question.pair], wave.n)
    if before and question.name in before.counts:
        return band_lines.tabulate_question(question, before.counts[question.name], before.n)
    return None


def _judge(
    question: Question, questions: Mapping[str, Question], wave: Wave, before: Wave | None, *, is_linked: bool
) -> dict[str, JudgedChange]:
    """The verdict of the test on the exact counts, for each answer that a table separates from all others; by key."""
    earlier = questions.get(question.pair or "", question)
    if earlier is not question or is_linked:
        if not (transitions := wave.transitions.get(question.name)):
            return {}
        verdict = _judge_pairs(transitions, _good_answers(earlier), _good_answers(question))
        return {"": JudgedChange(verdict, is_linked=True)}
    if before is None:
        return {}
    old, now = before.counts[question.name], wave.counts[question.name]
    sides = {"": _good_answers(question)} if question.single else {key: (key,) for key in question.keys}
    return {
        key: JudgedChange(judge_groups(_among(old, good), before.n, _among(now, good), wave.n), is_linked=False)
        for key, good in sides.items()
    }


def _judge_pairs(pairs: Transitions, good_before: Collection[str], good_now: Collection[str]) -> Verdict:
    """The verdict about children who answered twice, from how many changed to and from the good side."""
    better = sum(_among(then, good_now) for first, then in pairs.items() if first not in good_before)
    worse = sum(sum(then.values()) - _among(then, good_now) for first, then in pairs.items() if first in good_before)
    return judge_pairs(better, worse)


def _good_answers(question: Question) -> tuple[str, ...]:
    """The answers on the good side of a question with two sides."""
    if question.publish == "right" and question.right is not None:
        return (question.right,)
    return question.good if question.traits.scale else ()


def count_of_line(question: Question, counts: band_lines.Counts, key: str) -> int:
    """The exact number of children of a line that a table separates from all others: only in memory."""
    return _among(counts, _good_answers(question) if key == band_lines.GOOD_SIDE else (key,))


def _among(counts: band_lines.Counts, answers: Collection[str]) -> int:
    """The number of children who gave one of these answers."""
    return sum(children for answer, children in counts.items() if answer in answers)


def _freeze_question(
    question: Question,
    wave: Wave,
    earlier_question: band_lines.TabulatedQuestion | None,
    judged: Mapping[str, JudgedChange],
) -> Frozen:
    """One question as the view contains it."""
    if wave.split and publishable_rows(question):
        return _in_parts(question, wave.split)
    tabulated_question = band_lines.tabulate_question(question, wave.counts[question.name], wave.n)
    before = earlier_question.tables if earlier_question and earlier_question.as_ == tabulated_question.as_ else {}
    good = _good(question, tabulated_question.as_)
    return {
        **_title(question),
        "kind": question.kind,
        "as": tabulated_question.as_,
        "says": dict(question.says) if question.says else None,
        "labels": _labels(question),
        "ruled_out": question.when is not None,
        "good": list(good),
        "tables": [
            {"key": key, "now": to_data(table), "before": to_data(before[key]) if key in before else None}
            for key, table in tabulated_question.tables.items()
        ],
        "lines": [
            line
            for key, table in tabulated_question.tables.items()
            for line in band_lines.lines_of_table(table, before.get(key), key, good, judged.get(key))
        ],
    }


def _in_parts(question: Question, split: SafeSplit) -> Frozen:
    """A question in parts, with what the same forms said about before."""
    as_ = "right" if question.publish == "right" and question.right is not None else "choices"
    lines: list[Frozen] = []
    for option in publishable_rows(question):
        words = split.rows[row_name(question, option)]
        earlier = split.rows.get(f"{question.pair}/{option}", (None,) * len(words))
        for part, code, before in zip(split.parts, words, earlier, strict=True):
            change = compare_words(before, code) if before else None
            lines.append({"key": option, "part": part, "code": code, "before": before, "change": change})
    return {
        **_title(question),
        "kind": question.kind,
        "as": as_,
        "says": dict(question.says) if question.says else None,
        "labels": _labels(question),
        "ruled_out": question.when is not None,
        "good": list(_good(question, as_)),
        "tables": [],
        "lines": [],
        "parts": lines,
    }


def _good(question: Question, as_: str) -> tuple[str, ...]:
    """The keys of its published lines on the good side; `_good_answers` are the children's answers there."""
    if as_ == "right":
        return (band_lines.RIGHT,)
    return question.good if question.traits.scale else ()


def _labels(question: Question) -> dict[str, dict[str, str]]:
    merged = {key: dict(merge.text) for key, merge in (question.merge or {}).items()}
    return {tile.key: dict(tile.text) for tile in question.tiles} | merged


def _title(question: Question) -> Frozen:
    """The name, text and picture of a question."""
    return {"name": question.name, "text": dict(question.text), "picture": question.picture}


def _winner(question: Question, keys: Sequence[str]) -> Frozen:
    """The winner of a question of a choice."""
    first = next(tile for tile in question.tiles if tile.key in keys)
    picture = first.picture if isinstance(first, Option) else None
    return {**_title(question), "winner": words_of_options(question, keys), "winner_picture": picture}
