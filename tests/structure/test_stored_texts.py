"""What stands in columns as JSON or locked beside a row: written by the house, read here; and the other way round."""

import json
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.structure import formats, names
from tests.support import representatives
from tests.support.committees import make_house
from tests.support.people import house, make_person, signed_in
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.accounts import account_requests
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import AgreementRequestRow, PersonRow
from youthvoice.backups import archive
from youthvoice.committees.elections.form_adapter import ELECTION_REQUEST_KINDS, to_request_data
from youthvoice.committees.elections.rules import Candidate, ElectionOpening
from youthvoice.committees.models import RepresentativeRow
from youthvoice.grievances import statistics
from youthvoice.grievances.models import ReportYearRow
from youthvoice.mail import outbox
from youthvoice.mail.messages import MailText, compose
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.models import GuardianAddressRow
from youthvoice.publications.snapshot import SnapshotContext, Wave, freeze_choice, freeze_view
from youthvoice.surveys.models import RoundDraftsRow
from youthvoice.surveys.questionnaires.errors import faults_as_data, faults_from_data
from youthvoice.surveys.questionnaires.questionnaire import Bin, Merge, Option, Question, Questionnaire, make_words
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.responses.store import seal_response
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.form_adapter import ROUND_REQUEST_KINDS
from youthvoice.surveys.rounds.opening_drafts import keep_draft
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.threads.retention import letter_holds
from youthvoice.witnesses.models import WitnessRow
from youthvoice.witnesses.store import WitnessAddress, confirm_witness, enter_witness

ID = bytes(range(16))
HEX = ID.hex()
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

QUESTION: dict[str, Any] = {
    "name": "food", "kind": "choose_one", "text": {"en": "Is the food good?"}, "hint": {"en": "Of today"},
    "picture": "1F35A", "options": [{"key": "yes", "text": {"en": "Yes"}, "picture": "1F44D"}],
    "when": ["any_of", "play", ["a", "b"]], "right": "yes", "publish": "right", "safety": True, "harm": ["no"],
    "good": ["yes"], "merge": [["few", {"en": "Few"}, ["a", "b"]]], "lasting": True,
    "bins": [{"key": "some", "low": 1, "high": 3, "text": {"en": "Some"}}], "please": True, "moment": "now",
    "pair": "before_food", "max_length": 300, "audio": {"en": "clip"}, "says": {"en": "say it is good"},
}  # fmt: skip
QUESTIONNAIRE = {
    "name": "days", "title": {"en": "Days"}, "purpose": "regular", "ages": "10-12", "languages": ["en"],
    "questions": [QUESTION], "drafts": ["hi"], "source": "xlsform",
}  # fmt: skip


def test_a_questionnaire() -> None:
    """Its digest says whether it is the one that was approved."""
    question = Question(
        name="food", kind="choose_one", text=make_words(en="Is the food good?"), hint=make_words(en="Of today"),
        picture="1F35A", options=(Option("yes", make_words(en="Yes"), "1F44D"),),
        when=Condition("any_of", "play", ("a", "b")), right="yes", publish="right", safety=True, harm=("no",),
        good=("yes",), merge={"few": Merge(make_words(en="Few"), ("a", "b"))}, lasting=True,
        bins=(Bin("some", 1, 3, make_words(en="Some")),), please=True, moment="now", pair="before_food", max_length=300,
        audio=make_words(en="clip"), says=make_words(en="say it is good"),
    )  # fmt: skip
    title = {"title": make_words(en="Days"), "questions": (question,), "drafts": ("hi",), "source": "xlsform"}
    questionnaire = Questionnaire(name="days", purpose="regular", ages="10-12", languages=("en",), **title)  # type: ignore[arg-type]
    canonical = json.dumps(QUESTIONNAIRE, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert questionnaire.to_json() == canonical
    assert Questionnaire.from_json(canonical).to_json() == canonical


def test_what_was_left_out_of_a_form() -> None:
    data = [[3, "unknown_kind", {"question": "food"}]]
    assert faults_as_data(faults_from_data(data)) == data


OPENING: dict[str, Any] = {
    "questionnaire_id": 3, "purpose": "regular", "link": "none",
    "spans": [{"wave": "single", "starts_at": "2026-11-24T12:00:00+00:00", "ends_at": "2026-12-01T12:00:00+00:00"}],
    "site_ids": [1, 2], "time_zone": "Asia/Kolkata", "invited": 20, "permission": "written", "decider_id": 7,
    "answer_due": "2026-12-12", "opened_by": 8, "seconded_by": None, "slips": True, "group_name": "girls",
    "split": "age",
}  # fmt: skip


def test_a_round_that_waits_for_the_second_adult() -> None:
    span = Span("single", NOON, datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    opening = RoundOpening(
        questionnaire_id=3, purpose="regular", link="none", spans=(span,), site_ids=(1, 2), time_zone="Asia/Kolkata",
        invited=20, permission="written", decider_id=7, answer_due=date(2026, 12, 12), opened_by=8, slips=True,
        group_name="girls", split="age",
    )  # fmt: skip
    assert json.loads(opening.to_json()) == OPENING
    assert RoundOpening.from_json(json.dumps(OPENING)) == opening
    before = {name: value for name, value in OPENING.items() if name != "split"}
    assert not RoundOpening.from_json(json.dumps(before)).split


def test_an_election_that_waits_for_the_second_adult(app: Flask) -> None:
    committee = make_house().committee()
    stands = (Candidate("River", "1F98B"),)
    made = ElectionOpening(
        post="speaker", way="slips", tie="lot", standing=stands, voters=12, ends_at=NOON, balance=True
    )
    waits = {
        "post": "speaker", "way": "slips", "tie": "lot", "standing": [{"nickname": "River", "picture": "1F98B"}],
        "voters": 12, "ends_at": "2026-11-24T12:00:00+00:00", "balance": True,
    }  # fmt: skip
    data = {"committee": committee.id, "opening": waits, "where": "", "tied": ""}
    assert json.loads(json.dumps(to_request_data(committee, made, "", ""))) == data
    kinds = [
        *ELECTION_REQUEST_KINDS,
        *letter_holds.LETTER_REQUEST_KINDS,
        *ROUND_REQUEST_KINDS,
        *account_requests.ACCOUNT_REQUEST_KINDS,
    ]
    assert sorted(kinds) == ["again", "apart", "care", "election", "end", "hold", "leave", "name", "round"]


def _about() -> SnapshotContext:
    question = Question(name="food", kind="yes_no", text=make_words(en="Is it good?"), good=("yes",), options=YES_NO)
    named = {"purpose": "regular", "ages": "10-12", "languages": ("en",), "questions": (question,)}
    questionnaire = Questionnaire(name="days", title=make_words(en="Days"), **named)  # type: ignore[arg-type]
    site = {"sites": ("Hill",), "decider": "Lata", "answer_due": DAY, "made_on": DAY}
    return SnapshotContext(round="abc", wave="single", questionnaire=questionnaire, **site)  # type: ignore[arg-type]


YES_NO = (Option("yes", make_words(en="Yes")), Option("no", make_words(en="No")))
HEAD = {
    "shape", "audience", "round", "purpose", "wave", "title", "languages", "sites", "decider", "answer_due", "made_on",
    "won", "first_day", "last_day", "n", "before", "questions", "unsaid", "linked",
    "split", "ages",
}  # fmt: skip


def test_a_frozen_view() -> None:
    """The shape that pages, letters and exports of ten years read."""
    counts = {"food": {"yes": 20, "no": 2, "dont_know": 1, "did_not_say": 1}}
    wave = Wave(counts=counts, n=24, first_day=DAY, last_day=DAY)
    frozen = freeze_view(_about(), wave, wave, "guardians")
    (question,) = frozen["questions"]
    assert set(frozen) == HEAD
    assert set(frozen["before"]) == {"n", "round", "first_day", "last_day"}
    assert set(question) == {
        "name", "text", "picture", "kind", "as", "says", "labels", "ruled_out", "good", "tables", "lines",
    }  # fmt: skip
    (table,) = question["tables"]
    assert set(table) == {"key", "now", "before"}
    assert set(table["now"]) == {"n", "categories"}
    assert {tuple(one) for one in table["now"]["categories"]} == {("key", "low", "high")}
    said = {"n", "low", "high", "code", "tenths", "change"}
    (line,) = question["lines"]
    assert set(line) == {"key", "before"} | said
    assert set(line["before"]) == said - {"change"}
    choice = freeze_choice(_about(), {"food": ["yes"]}, DAY, DAY)
    assert set(choice) == HEAD
    assert set(choice["won"][0]) == {"name", "text", "picture", "winner", "winner_picture"}


def test_a_request(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, team = house(["advocate", "coordinator"])
    with db.writing(db.engine()) as session:
        second = make_person(session, "advocate", site_id, handle="second")
        make_person(session, "advocate", site_id, handle="third")
    browser, leave = signed_in(visitor(), team["coordinator"]), f"/staff/people/{team['advocate'].id}/leave"
    browser.open(leave)
    browser.send(leave, {"second": second.id})
    with db.reading(db.engine()) as session:
        row = session.scalars(select(AgreementRequestRow)).one()
        cost = session.get_one(PersonRow, team["advocate"].id).cost
    bound = f"request|{row.mark.hex()}|leave|{row.asked_by}|{row.asked_of}|waits|{int(row.until.timestamp())}"
    inside = formats.unkept(context.keyring().key("kept-words"), row.body, bound)
    assert inside == {"data": {"person": team["advocate"].id}, "sites": [1], "reason": "", "href": ""}
    assert cost == {"time": 1, "memory_kib": 8}


def test_rounds_that_somebody_began_to_open(app: Flask) -> None:
    _site_id, team = house(["coordinator"])
    person_id = team["coordinator"].id
    with db.writing(db.engine()) as session:
        keep_draft(session, person_id, {"questionnaire": ["3"]})
    with db.reading(db.engine()) as session:
        row = session.scalars(select(RoundDraftsRow)).one()
    inside = formats.unkept(context.keyring().key("kept-words"), row.locked, f"round|drafts|{person_id}")
    assert inside == {"current": {"questionnaire": ["3"]}, "aside": []}


def test_a_representative(app: Flask) -> None:
    representative = representatives.make(make_house().committee())
    key, bound = context.keyring().key("kept-words"), f"committee|representative|{representative.id.hex()}"
    with db.writing(db.engine()) as session:
        row = session.get_one(RepresentativeRow, representative.id)
        assert formats.unkept(key, row.body, bound) == {
            "nickname": "River",
            "picture": representative.picture,
            "why": "",
        }
        row.body = formats.kept(key, {"nickname": "Hill", "picture": "1F98B", "why": "left"}, bound)
    assert (representatives.now(representative).nickname, representatives.now(representative).why) == ("Hill", "left")


def test_addresses_and_mail(app: Flask) -> None:
    key = context.keyring().key_or_new("mail")
    _, team = house(["coordinator"])
    outside = WitnessAddress(1, "log@example.org", "hi", 7, 8)
    plain = {"address": "log@example.org", "language": "hi", "entered_by": 7, "confirmed_by": 8}
    text = MailText(sender_name="Hill", subject="Hello", text="Hello", html="<p>Hello</p>", language="en")
    mail = compose(text, "a@example.org", "<abc@example.org>", context.settings(), NOON)
    with db.writing(db.engine()) as session:
        enter_witness(session, outside)
        confirm_witness(session, outside, 8)
        outbox.put(session, mail, NOON)
        add_address(session, 1, "a@example.org", "en", team["coordinator"].id)
    with db.reading(db.engine()) as session:
        witness, sent = session.scalars(select(WitnessRow)).one(), session.scalars(select(OutgoingMailRow)).one()
        address = session.scalars(select(GuardianAddressRow)).one()
    assert json.loads(_padded_in(key, witness.locked, "witness|1")) == plain
    assert message_from_bytes(_padded_in(key, sent.locked, "mail|<abc@example.org>"))["To"] == "a@example.org"
    assert _padded_in(key, address.locked, f"address|{address.fingerprint.hex()}") == b"a@example.org"
    staff = encrypt_address("asha@example.org")
    assert staff
    assert _padded_in(key, staff, "staff-mail|address") == b"asha@example.org"


def _padded_in(key: bytes, blob: bytes, bound: str) -> bytes:
    return formats.unpadded(formats.unlocked(key, blob, bound))


def test_a_sheet_of_answers(app: Flask) -> None:
    site_id, team = house(["coordinator"])
    round_ = open_round([site_id], team["coordinator"].id)
    made = seal_response(round_, ID, b"\1\0\2", day=DAY)
    assert made.blob
    key = context.keyring().key(round_.answers_key)
    assert _padded_in(key, made.blob, f"sheet|{round_.slug}|{HEX}") == b"\1\0\2"


def test_a_frozen_year(app: Flask) -> None:
    house(["coordinator"])
    with db.writing(db.engine()) as session:
        statistics.freeze_year(session, 1, 2025)
        blob = session.scalars(select(ReportYearRow)).one().locked
    inside = formats.unkept(context.keyring().key("kept-words"), blob, "report-year|1|2025")
    assert inside == {"year": 2025, "number": None, "tables": {}}


def test_a_backup(app: Flask, tmp_path: Path) -> None:
    key, file = bytes(range(32)), tmp_path / "copy"
    archive.back_up(db.engine(), metadata.full_metadata(), key, file, NOON)
    whole = file.read_bytes()
    start = len(archive.MAGIC)
    assert whole[:start] == b"youth voice backup 2\n"
    text = zlib.decompress(_padded_in(key, whole[start:], "backup|0|last")).splitlines()
    head = json.loads(text[0])
    assert set(head) == {"at", "version", "migration", "tables"}
    assert head["at"] == NOON.isoformat()
    assert head["migration"] == names.migration_files()[-1][:4]
    assert head["tables"]["database_id"] == metadata.full_metadata().tables["database_id"].columns.keys()
    assert json.loads(text[1])[0] in head["tables"]
