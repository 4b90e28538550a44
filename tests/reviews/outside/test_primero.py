"""Every field of a pack's `case` and `referral` is one that Primero takes, of the type and with a value that it knows.

Primero refuses a case with a field that none of its forms has (`additionalProperties` is false in
app/services/record_json_validator_service.rb), and drops what its API of referrals does not name. Each row of the table
names where the field stands in primeroIMS/primero, version 2, with what that place says of it. Nothing is copied.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.reviews.outside.test_legal_handover import agrees, names_a_ground
from tests.reviews.outside.test_pack_proposals import makes
from tests.reviews.test_pack import approved, plain
from tests.support.packs import PAIR, decided, opened, review_on_its_day
from tests.support.people import Somebody, signed_in
from tests.support.publications import House, make_house
from tests.support.reviews import Panel, review_at, review_now, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.reviews import store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import PackHandover, Review
from youthvoice.reviews.outside.pack_file import hand_over_pack, open_pack_file
from youthvoice.threads.store import ReaderKey

_IDENTITY = "db/configuration/forms/case/basic_identity.rb"
_CONSENT = "db/configuration/forms/case/data_confidentiality.rb"
_SERVICES = "db/configuration/forms/case/services.rb"
_REFERRALS = "app/controllers/api/v2/referrals_controller.rb (what `refer` permits)"
_MOMENT = r"\d{4}-\d\d-\d\dT00:00:00Z"
_DAY = r"\d{4}-\d\d-\d\d"
_TEXT = r"(?s).+"

FIELDS: dict[str, tuple[str, type | tuple[type, ...], str]] = {
    # name: where it stands; what it is there; what it may be
    "case.data.module_id": ("app/services/permitted_field_service.rb (core fields)", str, "primeromodule-cp"),
    "case.data.other_agency_id": (_IDENTITY, str, _TEXT),  # text_field; `case_id_display` is made by Primero itself
    "case.data.other_agency_name": (_IDENTITY, str, _TEXT),  # text_field
    "case.data.disclosure_other_orgs": (_CONSENT, bool, ""),  # tick_box, asked by `Referral#consent_given?`
    "case.data.consent_for_services": (_CONSENT, bool, ""),  # tick_box, asked by `Referral#consent_given?`
    "case.data.services_section": (_SERVICES, list, ""),  # subform
    "case.data.services_section[].service_response_type": (_SERVICES, str, "care_plan|action_plan|service_provision"),
    "case.data.services_section[].service_type": (_SERVICES, str, "other_service"),  # lookup-service-type
    "case.data.services_section[].service_referral_notes": (_SERVICES, str, _TEXT),  # textarea
    "case.data.services_section[].service_response_day_time": (_SERVICES, str, _MOMENT),  # date_field with time
    "case.data.services_section[].service_appointment_date": (_SERVICES, str, _DAY),  # date_field
    "case.data.services_section[].service_implemented": (_SERVICES, str, "implemented|not_implemented"),
    "case.data.services_section[].service_implemented_day_time": (_SERVICES, (str, type(None)), _MOMENT),
    "referral.data.remote": (_REFERRALS, bool, ""),
    "referral.data.transitioned_to_agency": (_REFERRALS, str, _TEXT),
    "referral.data.notes": (_REFERRALS, str, _TEXT),
    "referral.data.consent_overridden": (_REFERRALS, bool, ""),
}


def fields(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every field below a name, with its value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from fields(inner, f"{name}.{key}")
        return
    yield name, value
    if isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{name}[]")


@pytest.mark.parametrize("by_law", [False, True])
def test_each_field_is_one_of_primero(panel: Panel, clock: StillClock, by_law: bool) -> None:
    review, _child = review_on_its_day(panel, clock)
    decided(review, panel.rosa, Decision("own", "no_because", {"en": "Your uncle must ask first."}))
    told = sealed_by_law(panel, review) if by_law else sealed(panel, review)
    found = [one for part in ("case", "referral") for one in fields(told[part], part)]
    assert {name for name, _value in found} == set(FIELDS) - ({n for n in FIELDS if "[]" in n} if by_law else set())
    for name, value in found:
        where, kind, says = FIELDS[name]
        assert isinstance(value, kind), f"{name}: {where}"
        if isinstance(value, str):
            assert re.fullmatch(says, value), f"{name}: {where}"


def sealed(panel: Panel, review: Review) -> dict[str, Any]:
    """On the child's yes; with everything."""
    return sealed_by(panel.asha, review)


def sealed_by(advocate: Somebody, review: Review) -> dict[str, Any]:
    handover = PackHandover(today(), advocate.id, "River House", today(), "spoken")
    reader_key = ReaderKey(advocate.id, advocate.public_key, advocate.site_ids)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        log = Log(today(), advocate.handle)
        blob = hand_over_pack(session, held, handover, PAIR.public, reader_key, advocate.private_key, log, "en")
    return open_pack_file(blob, PAIR.private)


def sealed_by_law(panel: Panel, review: Review) -> dict[str, Any]:
    agrees(panel, panel.lee, names_a_ground(panel, review, panel.lee))
    return open_pack_file(makes(opened(panel, review, ""), review), PAIR.private)


def test_what_is_promised_is_a_service_and_a_no_is_none(panel: Panel, clock: StillClock) -> None:
    """A no would stand there as a service that is overdue for ever."""
    review, _child = review_on_its_day(panel, clock)
    decided(review, panel.rosa, Decision("own", "no_because", {"en": "Your uncle must ask first."}))
    told = sealed(panel, review)
    (service,) = told["case"]["data"]["services_section"]
    assert service["service_referral_notes"] == "My family: You go on Sundays."
    assert service["service_implemented"] == "not_implemented"
    notes = told["referral"]["data"]["notes"].splitlines()
    assert len(notes) == 3, "and every decision is in the notes"
    assert [one["decided"] for one in told["pack"]["decisions"]] == ["no_because", "yes", "kept"]


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def test_the_published_views_of_the_time_go_along_in_bands_as_families_read_them(
    home: House, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    """Nothing is counted or published anew for it (A5)."""
    publication = approved(home)
    advocate = home.people["advocate"]
    review = review_at(home.site_id, advocate, home.people["reviewer"], 1)
    clock.move(days=1)
    told = sealed_by(advocate, review_now(review))
    (shown,) = told["pack"]["all_children_of_the_site"]
    assert shown["day"] == (publication.approved_on or publication.made_on).isoformat()
    said = [words for one in shown["findings"] for words in (one["sentence"], *one["bands"])]
    assert len(said) > 3
    page = plain(signed_in(visitor(), home.people["facilitator"]).open(f"/staff/publications/{publication.slug}").text)
    for words in said:
        assert words in page, "it stands on the page that families read"
