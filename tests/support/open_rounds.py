"""A house in which rounds can open: two advocates, a tested helpline, a questionnaire. Plainly invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tests.support.people import Somebody, make_person, make_site
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, FACILITATOR
from youthvoice.audit.audit_log import Log
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import add_questionnaire, approve_questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.rules import RoundOpening

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = NOW.date()
PERMISSION = "Guardians, by letter of 2 November"

FILE = """\
purpose = "%(purpose)s"
ages = "10-12"
languages = ["en"]
title = { en = "Example days" }
[scales]
faces = [
  { key = "very_bad", en = "Very bad" },
  { key = "bad", en = "Bad" },
  { key = "good", good = true, en = "Good" },
  { key = "very_good", good = true, en = "Very good" },
]
yes_no = [{ key = "yes", good = true, en = "Yes" }, { key = "no", en = "No" }]

[[question]]
name = "food"
kind = "faces"
text = { en = "How was the %(meal)s this week?" }
"""
PAPERS = """
[[question]]
name = "school"
kind = "yes_no"
lasting = true
text = { en = "Do you go to school?" }
"""
LETTERS = """
[[question]]
name = "wish"
kind = "words"
text = { en = "What would you change here?" }
"""


def file(*more: str, purpose: str = "regular", meal: str = "food") -> bytes:
    """A small questionnaire in our own format."""
    return (FILE % {"purpose": purpose, "meal": meal} + "".join(more)).encode()


def questions(*more: str, name: str = "example-days", **words: str) -> Questionnaire:
    """The same, read."""
    return read_toml(file(*more, **words), name)


@dataclass(frozen=True)
class House:
    """A committed site and its people."""

    site_id: int
    people: Mapping[str, Somebody]

    @property
    def coordinator(self) -> Somebody:
        return self.people["coordinator"]

    @property
    def advocate(self) -> Somebody:
        return self.people["advocate"]

    @property
    def facilitator(self) -> Somebody:
        return self.people["facilitator"]

    def opening(self, questionnaire_id: int, **other: object) -> RoundOpening:
        """An opening that nothing speaks against."""
        opening = RoundOpening(
            questionnaire_id=questionnaire_id,
            purpose="regular",
            link="none",
            spans=(Span("single", NOW, datetime(2026, 12, 4, tzinfo=UTC)),),
            site_ids=(self.site_id,),
            time_zone="Asia/Kolkata",
            invited=24,
            permission=PERMISSION,
            decider_id=self.coordinator.id,
            answer_due=date(2026, 12, 18),
            opened_by=self.coordinator.id,
            seconded_by=self.advocate.id,
        )
        return replace(opening, **other)  # type: ignore[arg-type] # a test names what differs


def a_house(slug: str = "example-house", **site: object) -> House:
    """A site with a coordinator, a facilitator and two advocates."""
    with db.writing(db.engine()) as session:
        site_id = make_site(session, slug, **{"languages": ["en"], "helpline_tested": DAY, **site}).id
        before = "" if slug == "example-house" else f"{slug}-"
        people = {
            "coordinator": make_person(session, COORDINATOR, site_id, handle=f"{before}coordinator"),
            "advocate": make_person(session, ADVOCATE, site_id, handle=f"{before}advocate"),
            "second_advocate": make_person(session, ADVOCATE, site_id, handle=f"{before}advocate-2"),
            "facilitator": make_person(session, FACILITATOR, site_id, handle=f"{before}facilitator"),
        }
    return House(site_id, people)


def log() -> Log:
    """The log, as a test writes it."""
    return Log(DAY, "example")


def kept(questionnaire: Questionnaire, approver: Somebody | None = None) -> int:
    """Keep a questionnaire, approved when somebody approves it; its id."""
    with db.writing(db.engine()) as session:
        questionnaire_row = add_questionnaire(session, questionnaire, "example", DAY, log())
        if approver:
            approve_questionnaire(session, questionnaire_row, approver.id, DAY, log())
        return questionnaire_row.id
