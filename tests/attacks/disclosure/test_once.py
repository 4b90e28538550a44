"""T4: no path publishes a question of a batch in two tabulations. Source: PRIVACY.md A5."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.long_tests import breadth
from tests.support.publications import STARTERS, House, counts_of, evenly, make_house, starter
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.disclosure.safe_table import SafeTable, protect, to_data
from youthvoice.publications.band_lines import tabulate_question
from youthvoice.publications.encryption import open_view
from youthvoice.publications.models import PublicationRow
from youthvoice.publications.review import drafting
from youthvoice.publications.review.trends import find_trends
from youthvoice.publications.snapshot import Frozen, tables_of
from youthvoice.publications.store import find_edition, list_waiting_editions, mark_edition_sent_back

Seen = dict[tuple[str, str, str], set[SafeTable]]
NAMES = sorted(path.stem for path in STARTERS.glob("*.toml") if "choice" not in path.stem)


def published() -> list[Frozen]:
    """Everything that the database holds for anybody."""
    with db.reading(db.engine()) as session:
        kept = session.scalars(select(PublicationRow)).all()
        return [open_view(context.keyring(), one.slug, one.locked) for one in kept]


def by_batch(views: list[Frozen], pre_of: Mapping[str, str], asked: Mapping[str, str]) -> Seen:
    """The tables of every question of every batch, wherever they stand; one sheet's "before" under its own name."""
    seen: Seen = defaultdict(set)
    for view in views:
        for name, option, when, table in tables_of(view):
            batch, question = view["round"], name
            if when == "before" and name in asked:
                question = asked[name]
            elif when == "before":
                batch = pre_of[view["round"]]
            seen[batch, question, option].add(table)
    return seen


def twice(seen: Seen) -> list[Any]:
    """Questions of a batch that a reader can lay beside themselves in another tabulation."""
    return [key for key, tables in seen.items() if len(tables) > 1]


def changes_said(views: list[Frozen]) -> Mapping[tuple[str, str, str], set[str]]:
    """What is said of the change of every answer, wherever it stands: a verdict is one, too (A6)."""
    said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for view in views:
        for question in view["questions"]:
            for line in question["lines"]:
                said[view["round"], question["name"], line["key"]].add(str(line["change"]))
    return said


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def _open_and_count(home: House, name: str, pre: int, post: int, pre_of: dict[str, str]) -> None:
    questionnaire = starter(name)
    waves = home.open(questionnaire, pair=name == "rights")
    for facts, n in zip(waves, (pre, post), strict=False):
        home.count(facts, n, counts_of(questionnaire, n, evenly))
    if len(waves) == 2:
        pre_of[waves[1].slug] = waves[0].slug


@pytest.mark.parametrize(("pre", "post"), breadth([(12, 70)], [(24, 24), (70, 12), (60, 59)]))
def test_everything_that_can_be_published_is_published_once(home: House, pre: int, post: int) -> None:
    pre_of: dict[str, str] = {}
    asked: dict[str, str] = {}
    for name in NAMES:
        _open_and_count(home, name, pre, post, pre_of)
        asked |= {question.name: question.pair for question in starter(name).coded if question.pair}
    drafting.draft_due()
    _send_everything_back_and_make_it_again()
    views = published()
    seen = by_batch(views, pre_of, asked)
    assert seen
    assert twice(seen) == []
    assert {place: said for place, said in changes_said(views).items() if len(said) > 1} == {}


def test_a_trend_says_nothing_that_a_view_does_not_say(home: House) -> None:
    """A5: each point is a published line, or the ends of several added up."""
    home.counted(n=70)
    home.counted("daily-life-7-9", n=24)
    drafting.draft_due()
    for view in (one for one in published() if one["audience"] == "review"):
        lines = {name: {line["key"]: line for line in question["lines"]} for name, question in _named(view).items()}
        before = [
            view | {"round": f"bell-{place}", "last_day": f"{2020 + place // 4}-0{1 + place % 4}-01"}
            for place in range(9)
        ]
        found = find_trends(view, before)
        assert set(found) == set(lines)
        for name, trends in found.items():
            for trend in trends:
                line = lines[name][trend.key]
                assert {point.rounds for point in trend.points} == {1, 4}
                for point in trend.points:
                    assert [point.line[end] for end in ("low", "high", "n")] == [
                        point.rounds * line[end] for end in ("low", "high", "n")
                    ]


def _named(view: Frozen) -> dict[str, Any]:
    return {question["name"]: question for question in view["questions"]}


def _send_everything_back_and_make_it_again() -> None:
    """A correction must not be a second look."""
    with db.writing(db.engine()) as session:
        audit = Log(context.today(), "advocate")
        for edition in list_waiting_editions(session, [1]):
            mark_edition_sent_back(session, edition, "example", audit)
            again = find_edition(session, edition.first.slug, [1])
            assert again
            drafting.draft_again(session, again, audit)


def test_a_knowledge_item_is_published_as_choices_or_as_right_but_never_both() -> None:
    for name in NAMES:
        for question in starter(name).coded:
            if question.right is not None:
                tabulated_question = tabulate_question(question, evenly(question, 70), 70)
                keys = {key for table in tabulated_question.tables.values() for key in table.keys}
                assert ("right" in keys) == (tabulated_question.as_ == "right")
                assert not (tabulated_question.as_ == "right" and keys & (set(question.keys) - {"right"}))


def test_a_publisher_that_also_gives_the_good_side_is_caught(home: House) -> None:
    """The attack can succeed: a second tabulation of the same question, as naive dashboards offer."""
    round_ = home.counted(n=70)
    drafting.draft_due()
    views = published()
    counts = evenly(next(question for question in starter("daily-life-10-12").coded if question.name == "food"), 70)
    good = counts["good"] + counts["very_good"]
    second: Frozen = {
        "round": round_.slug,
        "questions": [
            {
                "name": "food",
                "tables": [{"key": "", "now": to_data(protect({"good": good, "rest": 70 - good})), "before": None}],
            }
        ],
    }
    assert twice(by_batch([*views, second], {}, {})) == [(round_.slug, "food", "")]
