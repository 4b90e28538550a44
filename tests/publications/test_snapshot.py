"""What is published of one question."""

import pytest

from tests.support.batches import a_question
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.publications.band_lines import tabulate_question


@pytest.mark.parametrize(
    ("times", "published"),
    [(1, {"good": 14, "rest": 10}), (3, {"right": 42, "wrong": 18, "did_not_say": 12})],
)
def test_knowledge_is_right_or_something_else_and_from_sixty_on_right_or_wrong(
    times: int, published: dict[str, int]
) -> None:
    question = a_question("law", "yes", "no", kind="yes_no", right="yes", publish="right")
    counts = {"yes": 14, "no": 6, "dont_know": 1, "did_not_say": 3}
    tabulated_question = tabulate_question(question, {key: count * times for key, count in counts.items()}, 24 * times)
    assert (tabulated_question.as_, dict(tabulated_question.tables)) == ("right", {"": protect(published)})


@pytest.mark.parametrize(("n", "tables"), [(59, 0), (60, 1)])
def test_a_scale_without_a_good_side_waits_for_sixty(n: int, tables: int) -> None:
    counts = {"yes": n - 9, "no": 9, "dont_know": 0, "did_not_say": 0}
    assert len(tabulate_question(a_question("warm"), counts, n).tables) == tables
