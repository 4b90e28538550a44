"""The table of question kinds: complete, and read back from what an XLSForm calls each of them."""

from typing import get_args

import pytest

from youthvoice.surveys.questionnaires.kinds import KINDS, Kind, QuestionKind
from youthvoice.surveys.questionnaires.labels import KIND_LABELS
from youthvoice.surveys.questionnaires.xlsform.answer_types import read_type


def test_every_kind_has_a_row_and_a_label_of_its_own() -> None:
    assert set(KINDS) == set(get_args(Kind)) == set(KIND_LABELS)
    assert len({str(label) for label in KIND_LABELS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_type_in_a_form_comes_back_as_a_kind_that_is_answered_alike(kind: QuestionKind) -> None:
    read = read_type(f"{kind.xlsform} names" if kind.has_options else kind.xlsform)
    assert read.kind
    assert (KINDS[read.kind].xlsform, KINDS[read.kind].input) == (kind.xlsform, kind.input)


def test_what_is_counted_has_options_or_ranges_and_nothing_else_has() -> None:
    for row in KINDS.values():
        assert row.coded == (row.has_options or row.bins > (0, 0))
