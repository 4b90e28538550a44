"""Two adults sign: the second is somebody else, of the same site, with her own password."""

import pytest
from flask import Flask

from tests.people import PASSWORD, house
from youthvoice.config import Settings
from youthvoice.staff.second import NotCountersigned, countersign


def test_the_second_adult_is_somebody_else_who_works_there(on_both: Settings, app: Flask) -> None:
    site_id, people = house(["coordinator", "facilitator"])
    other_site, _ = house(["reviewer"], "hill-school")
    first = people["coordinator"].id
    assert countersign("facilitator", PASSWORD, first, [site_id]).person_id == people["facilitator"].id
    refused = {
        "wrong": ("facilitator", "not hers", [site_id], None),
        "same_person": ("coordinator", PASSWORD, [site_id], None),
        "other_site": ("reviewer", PASSWORD, [site_id, other_site], None),
        "other_role": ("facilitator", PASSWORD, [site_id], "advocate"),
    }
    for code, (handle, password, site_ids, role) in refused.items():
        with pytest.raises(NotCountersigned) as refusal:
            countersign(handle, password, first, site_ids, role)
        assert refusal.value.code == code


def test_wrong_tries_of_a_second_adult_count_too(on_both: Settings, app: Flask) -> None:
    site_id, people = house(["coordinator", "facilitator"])
    codes = set()
    for _ in range(11):
        with pytest.raises(NotCountersigned) as refusal:
            countersign("facilitator", "not hers", people["coordinator"].id, [site_id])
        codes.add(refusal.value.code)
    assert codes == {"wrong", "too_many"}
