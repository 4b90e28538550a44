"""Size is agreed before it grows: caps of every package, and the commits that raised them."""

import pytest

from tests.structure import budget

_PAPERS = ("docs/", "CHANGELOG.md", "README.md", "CONTRIBUTING.md")

_SAID_LATER = ("57b4d96a",)
"""Raises that were pushed without their line in CHANGELOG.md, which the next raise added. Never one more."""


def test_every_package_has_its_row() -> None:
    assert set(budget.caps()) == set(budget.costs()), "a new package has a row first, in a commit of its own"


@pytest.mark.parametrize("package", budget.caps())
def test_a_package_costs_what_was_agreed_and_not_much_less(package: str) -> None:
    row, cost = budget.caps()[package], budget.costs()[package]
    agreed = {part: int(str(row[part])) for part in budget.PARTS}
    over = {part: getattr(cost, part) for part in budget.PARTS if getattr(cost, part) > agreed[part]}
    assert over == {}, f"{package} may have {agreed}: save elsewhere, or raise it first in a commit of its own"
    assert cost.code >= agreed["code"] - budget.slack(agreed["code"]), (
        f"lower the cap of {package} to {cost.code}, so that what was saved is kept: python -m tests.structure.budget"
    )


def test_every_row_says_what_its_last_raise_buys() -> None:
    short = {package for package, row in budget.caps().items() if len(str(row["why"]).split()) < 10}
    assert short == set(), "ten words at least, with the capability"


def test_a_raise_is_a_commit_of_its_own_with_a_reason_of_its_own() -> None:
    try:
        changes = list(budget.history())
    except OSError:
        pytest.skip("NOT LOOKED AT here: there is no history of git")
    for commit, before, after, touched in changes:
        old, new = budget.caps(before), budget.caps(after)
        raised = budget.raised(old, new)
        if not raised:
            continue
        others = {file for file in touched if file != "tests/structure/budget.toml" and not file.startswith(_PAPERS)}
        assert others == set(), f"{commit[:8]} raises {raised} together with {others}"
        unsaid = {package for package in raised if new[package]["why"] == old.get(package, {}).get("why")}
        assert unsaid == set(), f"{commit[:8]}: what does the raise of {unsaid} buy?"
        grown = sum(int(str(row["code"])) for row in new.values()) > sum(int(str(row["code"])) for row in old.values())
        is_said = "CHANGELOG.md" in touched or commit.startswith(_SAID_LATER)
        assert not grown or is_said, f"{commit[:8]}: the sum of all grew, CHANGELOG.md says why"


def test_a_raise_is_seen() -> None:
    row = {"code": 100, "exports": 3, "imports": 2, "why": ""}
    assert budget.raised({"mail": row}, {"mail": row}) == []
    assert budget.raised({"mail": row}, {"mail": row | {"code": 99}}) == []
    assert budget.raised({"mail": row}, {"mail": row | {"exports": 4}}) == ["mail"]
    assert budget.raised({}, {"mail": row}) == ["mail"]


def test_only_lines_of_code_are_counted() -> None:
    path = budget.CODE / "errors.py"
    text = path.read_text("utf-8").splitlines()
    assert 0 < budget.code_lines(path) < len([line for line in text if line.strip()])
