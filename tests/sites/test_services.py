"""The directory of services: a coordinator keeps it, whoever helps children reads it (S37)."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support import papers
from tests.support.kept_papers import get_papers
from tests.support.people import Somebody, house, make_person, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.sites import service_directory
from youthvoice.sites.labels import SERVICE_KIND_LABELS

CLINIC = {
    "name": "Example Clinic",
    "kind": "health",
    "phone": "0800 555 011",
    "address": "Behind the bus stand",
    "languages": "hi",
    "verified_on": "2026-11-20",
}


@pytest.fixture
def place(app: Flask) -> tuple[int, dict[str, Somebody]]:
    return house(["coordinator", "advocate", "reviewer"])


def test_a_service_is_put_in_changed_and_taken_out(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    browser = signed_in(visitor(), people["coordinator"])
    assert "No service yet" in browser.open("/staff/services/").text
    browser.open("/staff/services/new")
    page = browser.send("/staff/services/new", {**CLINIC, "site": site_id}).text
    assert "Example Clinic" in page
    assert "हिन्दी" in page
    assert "20\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026" in page
    with db.reading(db.engine()) as session:
        (one,) = service_directory.list_services(session, [site_id])
    browser.open(f"/staff/services/{one.id}")
    changed = {**CLINIC, "site": site_id, "name": "Example Hospital", "verified_on": ""}
    assert "never" in browser.send(f"/staff/services/{one.id}", changed).text
    paper = browser.open(f"/staff/services/site/{site_id}/print").text
    assert "Behind the bus stand" in paper
    assert "As it was on" in paper
    read = signed_in(visitor(), people["advocate"]).open("/staff/services/").text
    assert "Example Hospital" in read
    assert "/staff/services/new" not in read
    browser.open(f"/staff/services/{one.id}/remove")
    browser.send(f"/staff/services/{one.id}/remove")
    assert "No service yet" in browser.open("/staff/services/").text


def test_the_directory_is_a_table_on_paper_in_every_language(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    browser = signed_in(visitor(), people["coordinator"])
    for number in range(30):
        browser.open("/staff/services/new")
        browser.send("/staff/services/new", {**CLINIC, "site": site_id, "name": f"Example Clinic {number}"})
    made = get_papers(browser, f"/staff/services/site/{site_id}/paper")
    said = papers.text_of(made["en"])
    assert said.count("Example Clinic") == said.count("0800 555 011") == 30
    assert said.count("Name and place") == int(papers.facts_of(made["en"])["Pages"]), "the head of the table on each"
    assert "1098" in said
    assert "हिन्दी" in said
    advocate = signed_in(visitor(), people["advocate"])
    assert advocate.open(f"/staff/services/site/{site_id}/paper/en").data == made["en"]
    advocate.open(f"/staff/services/site/{site_id + 1}/paper/en", 404)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"phone": "call them"}, {"phone": ""}, {"kind": "x"}, {"verified_on": "2027-01-01"}]
)
def test_what_is_wrong_is_said(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor], wrong: dict[str, str]
) -> None:
    site_id, people = place
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/services/new")
    browser.send("/staff/services/new", {**CLINIC, "site": site_id, **wrong}, 422)


def test_a_coordinator_of_another_site_finds_none_of_it(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, _people = place
    with db.writing(db.engine()) as session:
        values = {"name": "Example Clinic", "kind": "health", "phone": "1"}
        service_id = service_directory.add_service(session, site_id, values)
    other_id, _nobody = house([], "other-house")
    with db.writing(db.engine()) as session:
        elsewhere = make_person(session, "coordinator", other_id, handle="elsewhere")
    browser = signed_in(visitor(), elsewhere)
    assert "Example Clinic" not in browser.open("/staff/services/").text
    browser.open(f"/staff/services/{service_id}", 404)
    browser.open(f"/staff/services/{service_id}/remove", 404)


def test_every_kind_has_words() -> None:
    assert tuple(SERVICE_KIND_LABELS) == service_directory.SERVICE_KINDS
