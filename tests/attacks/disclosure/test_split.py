"""T3, T4, T6 over views in parts: no part under ten shows, no size of one, no question both ways (PRIVACY.md A5, A7).

A reader who holds the whole and one part holds the other part, too; and one who knows how large a part is takes her
friends away from it. So a question is told of whole or in parts, and of a part three words are all there is.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings as profile, strategies as st

from tests.attacks.disclosure.test_indistinguishable import everything
from tests.attacks.disclosure.test_once import by_batch, published, twice
from tests.support.batches import House, a_question, house
from tests.support.people import signed_in
from tests.support.publications import make_house
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.config import Settings
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.disclosure.safe_table import protect, to_data
from youthvoice.privacy.encrypted_json import decrypt_json
from youthvoice.privacy.keys.key_names import KEPT_COUNTS
from youthvoice.publications import render
from youthvoice.publications.encryption import encrypt_view, max_view_size
from youthvoice.publications.review import drafting
from youthvoice.publications.review.trends import find_trends
from youthvoice.publications.snapshot import AUDIENCES, Frozen, SnapshotContext, Wave, freeze_view, tables_of
from youthvoice.publications.store import find_edition, mark_edition_sent_back
from youthvoice.surveys.batches.store import load_counts
from youthvoice.surveys.models import BatchRow
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers, tally_answers
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire, make_words
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.split import declared_split, split_responses

DAY = date(2026, 11, 24)
QUESTIONS = Questionnaire(
    name="in-parts", title=make_words(en="Days here"), purpose="regular", ages="10-12", languages=("en", "hi"),
    questions=(
        a_question("age", "younger", "older", split="age"),
        a_question("house", "north", "south", split="group"),
        a_question("friends", good=("yes",)),
        a_question("night", good=("yes",), safety=True, harm=("no",)),
        a_question("play", "ball", "chess", kind="choose_many"),
        a_question("food", "bad", "good"),
    ),
)  # fmt: skip

Child = Mapping[str, Any]


def child(age: str | None, *, friends: str = "yes", house: str = "north") -> Child:
    return {"age": age, "house": house, "friends": friends, "night": friends, "play": ("ball",), "food": "good"}


def view(children: list[Child], by: str = "age", audience: Any = "review", **about: Any) -> Frozen:
    """What is frozen of these children."""
    sheets = [encode_answers(QUESTIONS, one) for one in children]
    usual = {
        "round": "lemon-kite", "wave": "single", "questionnaire": QUESTIONS, "sites": ("Example House",),
        "decider": "Lata Example", "answer_due": DAY, "made_on": DAY, "split": by,
    }  # fmt: skip
    wave = Wave(
        counts=tally_answers(QUESTIONS, sheets), n=len(sheets), first_day=DAY, last_day=DAY,
        split=split_responses(QUESTIONS, by, sheets) if by else None,
    )  # fmt: skip
    return freeze_view(SnapshotContext(**{**usual, **about}), wave, None, audience)


def group(younger: int, older: int, yes: tuple[int, int] = (0, 0)) -> list[Child]:
    """So many younger and older children, of whom so many have friends."""
    return [
        child(age, friends="yes" if at < friends else "no")
        for age, size, friends in (("younger", younger, yes[0]), ("older", older, yes[1]))
        for at in range(size)
    ]


def told_in_parts(frozen: Frozen) -> set[str]:
    return {one["name"] for one in frozen["questions"] if one.get("parts")}


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def closed(home: House, children: list[Child], order: int = 0) -> Round:
    """A round whose children came in some order."""
    round_ = home.open(questionnaire=QUESTIONS, split="age", invited=40)
    for one in [*children[order:], *children[:order]][:: -1 if order % 2 else 1]:
        home.send(round_, **one)
    home.close()
    return round_


def kept(round_: Round) -> tuple[dict[str, Any], int]:
    """What is locked of a batch, and its length."""
    with db.reading(db.engine()) as session:
        locked = session.get_one(BatchRow, round_.batch_id).sealed_counts
    assert locked
    return decrypt_json(context.keyring(), KEPT_COUNTS, locked, sealing_context("counts", round_.batch_id)), len(locked)


def test_of_parts_words_alone_are_kept_whatever_the_order_and_nothing_of_one_under_ten(home: House) -> None:
    """A2, A7, T6: neither a size nor a count of a part stands anywhere, also not for whoever has the key files."""
    found: list[tuple[Any, int]] = []
    for order, children in enumerate((group(10, 11, (2, 9)), group(10, 11, (2, 9)), group(9, 12, (2, 9)))):
        round_ = closed(home, children, order)
        with db.reading(db.engine()) as session:
            assert load_counts(session, round_.batch_id).by_question["friends"]["yes"] == 11
            split = load_counts(session, round_.batch_id).split
        words, length = kept(round_)
        assert (split is None) == (len(found) == 2)
        found.append((words["split"], length))
    (first, one), (second, other), (none, small) = found
    assert first == second
    assert first["rows"]["friends/"] == ["few", "most"]
    assert set(first) == {"parts", "rows"}
    assert {word for row in first["rows"].values() for word in row} <= {"few", "about_half", "most"}
    assert none is None
    assert one == other == small, "not even a length tells whether the parts were large enough"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_question_that_splits_is_published_nowhere_and_no_other_both_ways(audience: str) -> None:
    """A5, T4: it would say how large the parts are; and of what has no two sides the whole alone is told."""
    for children in (group(12, 13), group(9, 20)):
        frozen = view(children, audience=audience)
        assert "age" not in {one["name"] for one in (*frozen["questions"], *frozen["unsaid"])}
        assert {one["name"] for one in frozen["questions"]} >= {"friends", "play", "food", "house"}
    safe = {"night"} if audience == "review" else set()
    assert told_in_parts(view(group(12, 13), audience=audience)) == {"friends", "play"} | safe
    assert told_in_parts(view(group(9, 16), audience=audience)) == set()
    assert drafting.narrowest_range(view(group(12, 13))) == 3, "of a part of ten, as an advocate is told"
    assert drafting.narrowest_range(view(group(9, 16))) == 4
    whole_and_split = {name for _round, name, _key in by_batch([view(group(12, 13))], {}, {})}
    assert whole_and_split == {"food", "house"}


@pytest.mark.parametrize("forge", ["table", "line", "number"])
def test_a_view_that_tells_both_ways_or_a_number_of_a_part_is_shown_by_no_page(app: Flask, forge: str) -> None:
    frozen = view(group(12, 13))
    one = next(each for each in frozen["questions"] if each["name"] == "friends")
    if forge == "table":
        one["tables"] = [{"key": "", "now": to_data(protect({"good": 5, "rest": 20})), "before": None}]
    elif forge == "line":
        one["lines"] = [{"key": "*side"}]
    else:
        one["parts"][0]["code"] = 7
    for shown in (render.export_csv, render.export_json, lambda of: render.render_view(of, "en"), list_tables):
        with app.test_request_context(), pytest.raises(ValueError):  # noqa: PT011 - any of them
            shown(frozen)


def list_tables(frozen: Frozen) -> list[object]:
    return list(tables_of(frozen))


def test_where_a_part_is_under_ten_its_size_shows_in_no_byte(app: Flask) -> None:
    """T3: a part of nine, of three and of none give the same whole view, and the same words about parts."""
    seen = []
    for younger in (9, 3, 0, 21, 30):
        yes = group(younger, 30 - younger, (min(8, younger), 8 - min(8, younger)))
        seen.append(everything(app, view(yes)))
    assert all(one == seen[0] for one in seen)
    assert any("ten or more of each part" in str(one) for one in seen[0]), "the rule is told, whatever came of it"


@profile(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(younger=st.integers(10, 20), moved=st.integers(0, 10), first=st.sampled_from([0, 5, 10]), then=st.integers(0, 3))
def test_children_who_change_parts_show_only_where_a_word_changes(
    app: Flask, younger: int, moved: int, first: int, then: int
) -> None:
    """T3: parts of any sizes with the same words, and the same whole tables beside them, give the same bytes."""
    one = group(younger, 32 - younger, (min(first, younger), 16 - min(first, younger)))
    shifted = max(10, min(22, younger + moved))
    two = group(shifted, 32 - shifted, (min(first + then, shifted), 16 - min(first + then, shifted)))
    views = [view(one, by="age"), view(two, by="age")]
    told = [[(each["name"], each["tables"], each.get("parts")) for each in of["questions"]] for of in views]
    assert (told[0] == told[1]) == (everything(app, views[0]) == everything(app, views[1]))
    sizes = json.dumps([each.get("parts") for each in views[0]["questions"]])
    assert not any(digit in sizes for digit in "0123456789")


def test_one_child_more_in_a_part_shows_in_nothing_but_how_many_answered(app: Flask) -> None:
    one, two = view(group(12, 18, (6, 9))), view(group(13, 17, (6, 9)))
    assert everything(app, one) == everything(app, two), "one child changed parts"
    more = view(group(12, 19, (6, 9)))
    parts = [[each.get("parts") for each in of["questions"]] for of in (one, more)]
    assert parts[0] == parts[1]


def test_a_publisher_of_ranges_for_each_part_and_the_whole_falls() -> None:
    """The attack succeeds where parts are told of in our own bands beside the whole: taking one from the other."""

    def naive(yes: tuple[int, int]) -> tuple[object, ...]:
        whole = protect((sum(yes), 24 - sum(yes))).bands
        return whole, protect((yes[0], 13 - yes[0])).bands, protect((yes[1], 11 - yes[1])).bands

    fitting = [(a, b) for a in range(14) for b in range(12) if naive((a, b)) == naive((8, 6))]
    assert max(b for _a, b in fitting) - min(b for _a, b in fitting) < 5, "narrower than any band of eleven"
    alone = [b for b in range(12) if protect((b, 11 - b)).bands == protect((6, 5)).bands]
    assert max(alone) - min(alone) == 5


def test_a_trend_lays_no_split_beside_a_whole(app: Flask) -> None:
    """A5: what was told of in parts has no line that could be added, before or after."""
    rounds = [
        view(group(*sizes), round=name) | {"last_day": day}
        for sizes, name, day in (
            ((12, 13), "apple", "2026-02-24"), ((9, 16), "bell", "2026-05-24"), ((12, 13), "cat", "2026-08-24"),
            ((9, 16), "drum", "2026-11-24"),
        )
    ]  # fmt: skip
    assert "friends" not in find_trends(rounds[2], rounds[:2])
    whole = find_trends(rounds[3], rounds[:3])
    assert [point.day for point in whole["friends"][0].points] == ["2026-05-24", "2026-11-24"]


def test_no_outcome_changes_the_length_of_a_locked_view(home: House) -> None:
    sizes = {
        len(encrypt_view(context.keyring(), "x", frozen, max_view_size(_about())))
        for frozen in (view(group(12, 13)), view(group(9, 16)), view(group(20, 20)))
    }
    assert len(sizes) == 1


def _about() -> SnapshotContext:
    return SnapshotContext(
        round="lemon-kite", wave="single", questionnaire=QUESTIONS, sites=("Example House",), decider="Lata Example",
        answer_due=DAY, made_on=DAY, split="age",
    )  # fmt: skip


@pytest.mark.parametrize(("younger", "parts"), [(12, True), (9, False)])
def test_what_two_adults_agree_on_is_what_every_address_gives_whatever_it_is_asked(
    app: Flask, visitor: Callable[[], Visitor], younger: int, parts: bool
) -> None:
    """T4, T7: drafted, sent back, drafted again, approved: one tabulation, and no parameter makes other parts."""
    site = make_house()
    sheets = [encode_answers(QUESTIONS, one) for one in group(younger, 13, (2, 12))]
    (facts,) = site.open(QUESTIONS, split="age")
    split = declared_split(QUESTIONS, "age", sheets)
    site.count(facts, len(sheets), tally_answers(QUESTIONS, sheets), split)
    first = site.edition()
    with db.writing(db.engine()) as session:
        log = Log(context.today(), "advocate")
        mark_edition_sent_back(session, first, "example", log)
        found = find_edition(session, first.first.slug, [site.site_id])
        assert found
        drafting.draft_again(session, found, log)
    again = site.edition()
    with db.writing(db.engine()) as session:
        found = find_edition(session, again.first.slug, [site.site_id])
        assert found
        drafting.approve_edition(session, found, site.people["advocate"].id, context.today(), log)
    told = [
        {audience: (view["questions"], view["split"]) for audience in AUDIENCES if view["audience"] == audience}
        for view in published()
    ]
    assert len(told) == 6
    assert all(told.count(one) == 2 for one in told), "a correction is no second look"
    assert not twice(by_batch(published(), {}, {}))
    advocate, slug = signed_in(visitor(), site.people["advocate"]), again.first.slug
    for path in ("", "/children", "/review", "/print/hi", "/view.csv", "/view.json"):
        advocate.open(f"/staff/publications/{slug}{path}")
        plain = _without_tokens(advocate.open(f"/staff/publications/{slug}{path}").text)
        for query in ("split=gender", "split=", "split=group&by=group", "part=younger", "group_by=age"):
            asked = advocate.open(f"/staff/publications/{slug}{path}?{query}").text
            assert _without_tokens(asked) == plain, (path, query)
        if path in {"", "/children", "/review"}:
            assert ("Younger" in plain and "two thirds at least" in plain) == parts, path
    rows = list(csv.DictReader(io.StringIO(advocate.open(f"/staff/publications/{slug}/view.csv").text)))
    mine = [row for row in rows if row["question"] == "friends"]
    assert [(row["part"], row["words"]) for row in mine] == (
        [("younger", "few"), ("older+did_not_say", "most")] if parts else [("", "about_half")]
    )
    if parts:
        assert {row[name] for row in mine for name in ("low", "high", "n", "tenths")} == {""}


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="csrf_token"', "", page)
