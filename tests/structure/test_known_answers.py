"""What the house looks things up by, with keys that are known: one label said otherwise and it finds nothing any more.

A keyed hash cannot be opened to see what went into it. So each is computed once more here, with the words that
are bound into it, or was computed once and for all.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.support.people import make_person, make_site
from youthvoice import context, db
from youthvoice.accountability import taps
from youthvoice.accounts.routes.staff import returned_forms
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.accounts.store import find_readers
from youthvoice.audit import audit_log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.clips import text_collector
from youthvoice.committees.meetings import calendar as meetings_calendar
from youthvoice.committees.representatives import signed_in_representative
from youthvoice.config import Settings
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.grievances.intake import submission
from youthvoice.grievances.intake.submission import NewReport, ReportSubmission
from youthvoice.kiosk.reply import browser_visit
from youthvoice.mail import messages
from youthvoice.privacy.credentials import one_time_codes, picture_codes
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.privacy.crypto import record_macs, session_keys
from youthvoice.privacy.crypto.argon2 import Argon2Cost
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.publications.guardians import guardian_links, store
from youthvoice.sites.tablets import pairing
from youthvoice.slips.store import hash_picks
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import Option, Question, make_words
from youthvoice.surveys.responses.store import receipts_of_submission
from youthvoice.threads import key_wraps, receipts
from youthvoice.threads.child_codes.code_visit import ChildVisit
from youthvoice.threads.child_codes.submission_codes import candidate_codes, submission_receipt
from youthvoice.threads.sealed_thread import thread_fingerprint

ID = bytes(range(16))
KEY = bytes(range(32))
SEVEN = (7).to_bytes(8, "big")
LINE = (b"1", b"2026-11-24", b"a", b"b", b"c")
NAMES = (
    "pepper", "cookie", "audit", "mail", "links", "kept-counts", "kept-words", "people", "backup", "intake", "threads",
)  # fmt: skip
CHEAP = Argon2Cost(time=1, memory_kib=8)
HERS = PictureCode((0, 1, 2, 3, 4, 5, 6))
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = NOON.date()
ENTRY = AuditEntryRow(number=1, day=DAY, actor="a", action="b", subject="c")
AT_HOME = Settings.read({"YOUTHVOICE_URL": "https://example.org"})
QUESTION = Question(
    name="food",
    kind="choose_one",
    text=make_words(en="Is the food good?"),
    options=(Option("yes", make_words(en="Yes")), Option("no", make_words(en="No"))),
)


def mac(said: str | bytes, length: int = 32) -> bytes:
    """What everything here is made of."""
    return hmac.digest(KEY, said.encode() if isinstance(said, str) else said, hashlib.sha256)[:length]


def lay_keys(folder: Path) -> Keyring:
    """Key files as the first release wrote them, all with the key of these tests."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in NAMES:
        file = folder / f"{name}.v1.key"
        file.unlink(missing_ok=True)
        file.write_text(f"youthvoice-key {name} v1 2026-10 development\n{base64.b64encode(KEY).decode()}\n", "utf-8")
        file.chmod(0o600)
    return Keyring.open(folder, create=False)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return lay_keys(tmp_path / "keys-of-old")


def test_key_files_are_read_as_they_were_written(keyring: Keyring) -> None:
    assert keyring.names() == sorted(NAMES)
    assert {keyring.key(name) for name in NAMES} == {KEY}
    assert keyring.is_development


@dataclass(frozen=True)
class Known:
    """Something made with the key of these tests, and what it has always been."""

    name: str
    made: Callable[[], bytes | str]
    always: bytes | str


def _finds() -> str:
    return picture_codes.derive_code_keys(HERS, 1, KEY, CHEAP).locator.hex()


def _opens() -> str:
    return picture_codes.derive_code_keys(HERS, 1, KEY, CHEAP).reply.public.hex()


def _verifies() -> str:
    return picture_codes.derive_verifier(HERS, ID, KEY, CHEAP).hex()


def _pictures() -> str:
    return " ".join(one.code for one in picture_codes.key_pictures(KEY))


NAMED = b"\0\0\0\5" + date(2026, 11, 24).toordinal().to_bytes(3, "big") + b"abc"
KNOWN = [
    Known("a tablet's code", lambda: pairing.hash_spoken_code("ab-12", KEY), mac("tablet-code|AB12")),
    Known("a slip", lambda: hash_picks(KEY, "round/3", (1, 2, 3)), mac(b"youthvoice/1|slip|round/3|\1\2\3")),
    Known(
        "a guardian's link",
        lambda: guardian_links.make_link_token(KEY, "abc", 5, ID, date(2026, 11, 24)),
        base64.urlsafe_b64encode(
            mac(b"youthvoice/1|view-link-until|" + ID + NAMED, 20) + NAMED
        ).decode().rstrip("="),
    ),
    Known(
        "who reads a thread",
        lambda: key_wraps.thread_tag(KEY, ID, 7, KEY),
        mac(b"youthvoice/1|reads|" + ID + SEVEN + KEY, 16),
    ),
    Known(
        "who reads a letter",
        lambda: key_wraps.letter_tag(KEY, ID, 7, KEY),
        mac(b"youthvoice/1|reads-letter|" + ID + SEVEN + KEY, 16),
    ),
    Known(
        "who was left out of a letter",
        lambda: key_wraps.excluded_tag(KEY, ID, 7),
        mac(b"youthvoice/1|left-out-of-letter|" + ID + SEVEN, 16),
    ),
    Known(
        "the report of a letter",
        lambda: key_wraps.receipt_of_report(KEY, ID),
        mac(b"youthvoice/1|report-of-letter|" + ID),
    ),
    Known(
        "the keys of a thread",
        lambda: thread_fingerprint(KEY, KEY, ID),
        base64.urlsafe_b64encode(hashlib.sha256(b"youthvoice/1|thread-keys|" + KEY + KEY + ID).digest()[:16])
        .decode().rstrip("="),
    ),
    Known("a sheet of a report", lambda: submission_receipt(ID), hashlib.sha256(ID).digest()),
    Known("a token", lambda: session_keys.token_hash("a token"), hashlib.sha256(b"a token").digest()),
    Known(
        "a recovery code",
        lambda: one_time_codes.recovery_hash("K3MP-w8rt", 7, KEY),
        mac("youthvoice/1|recovery-code|7|k3mpw8rt"),
    ),
    Known(
        "an account",
        lambda: record_macs.person_mac(
            KEY, 7, "advocate", [2, 1], b"\1", 3, record_macs.PersonClaims(NOON, b"", "Asha")
        ),
        mac('youthvoice/2|person|["7","advocate",["1","2"],"01",3,"2026-11-24T12:00:00+00:00","","Asha"]'),
    ),
    Known(
        "an invitation",
        lambda: record_macs.record_mac(KEY, "invitation", "a", 1, None),
        mac('youthvoice/1|invitation|["a",1,null]'),
    ),
    Known("who left", lambda: record_macs.departure_line(KEY, "asha"), mac('youthvoice/1|departure|["asha"]').hex()),
    Known(
        "a mail",
        lambda: messages.message_id_for(KEY, AT_HOME, "publication", 7),
        f"<{mac('youthvoice/1|message-id|publication|7').hex()[:32]}@example.org>",
    ),
    Known(
        "a kept head of the log",
        lambda: audit_log.head_mac(KEY, DAY, audit_log.LogHead(12, b"seal")),
        mac(b"youthvoice/1|audit-head|2026-11-24|12|seal"),
    ),
    Known(
        "a line of the log",
        lambda: audit_log.seal_entry(KEY, ENTRY, b"before"),
        mac(b"before" + b"".join(b"\0\0\0" + bytes([len(part)]) + part for part in LINE)),
    ),
    Known("a clip", lambda: text_collector.clip_name("en", "Hello"), hashlib.sha256(b"en\0Hello").hexdigest()[:24]),
    Known("a question", lambda: question_hash(QUESTION), "4cc75f86fdef79f2e258a886ce81115b5a61e847164db6abb384d97ce9aaaec1"),  # noqa: E501
    Known("the pictures of a child", lambda: bytes(picture_codes.code_of_submission(KEY, ID).picks).hex(), "06040202000603"),  # noqa: E501
    Known("what her pictures find", _finds, "e33478209e5444c2f034398c3a4e2fc5"),
    Known("what her pictures open", _opens, "a7d31231dc3b579db3cd69933a13fdfc7cc7dd2b9cb62cb73e0415b1ae0dbb4a"),
    Known("a representative's pictures", _verifies, "6a1fab0e774bea1af184ec711d1c0d4a539af5fcf4bb9aafe06da7f901891091"),
    Known("the pictures of a key", _pictures, "2602 2702 1F686 1F3B8 1F3A9 1FA94 1F309 2601"),
]  # fmt: skip


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_the_house_finds_what_it_wrote_before(known: Known) -> None:
    assert known.made() == known.always


@pytest.mark.parametrize(
    ("name", "purpose", "always"),
    [
        ("pepper", "codes", "b0efed8059f81770a08d13a65374259786c5f3536306bc099aa40ee1c64266d5"),
        ("cookie", "visits", "c962b8c3dbae205fb32ded185270f312ab2b758be62bff4f5dbf7411f5be98bf"),
        ("cookie", "representatives", "616ec57e008e9c270da1d376bca350b01e64f8f4532bfee2ed020ea9cba75f4e"),
        ("cookie", "key-challenges", "a1bc6d9722032fd9da3bff5ca79262bdd782c34201702d9fc07263c63cf15856"),
        ("cookie", "kept-forms", "6004b055101f0f834d1c66b2efa9ef601c9f2e1cad71508bc3bff1f5b50c6b6b"),
    ],
)
def test_keys_that_are_derived_stay_what_they_were(keyring: Keyring, name: str, purpose: str, always: str) -> None:
    assert keyring.derive(name, purpose).hex() == always


def test_what_each_derived_key_is_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The purpose is a word in the code of whoever derives it."""
    asked: list[tuple[str, str]] = []
    derive = Keyring.derive

    def noted(keyring: Keyring, name: str, purpose: str) -> bytes:
        asked.append((name, purpose))
        return derive(keyring, name, purpose)

    monkeypatch.setattr(Keyring, Keyring.derive.__name__, noted)
    with app.test_request_context("/staff/"):
        returned_forms.kept_form_key()
        browser_visit.carry_visit(app.response_class(), ChildVisit.nowhere())
        signed_in_representative._key()  # noqa: SLF001
        next(candidate_codes(ID, 1))
    assert list(dict.fromkeys(asked)) == [
        ("cookie", "kept-forms"),
        ("cookie", "visits"),
        ("cookie", "representatives"),
        ("pepper", "codes"),
    ]


def a_report() -> NewReport:
    """Of a site where three people read."""
    people = ("advocate", "safeguarding_lead", "outside_recipient")
    with db.writing(db.engine()) as session:
        site = make_site(session)
        for role in people:
            make_person(session, role, site.id)
        readers = find_readers(session, site.id)
    return submission.make_new_report(site, ReportSubmission(words="Fruit"), ID, readers, context.now())


def test_pairs_of_the_intake_key(keyring: Keyring) -> None:
    assert keyring.pair("intake").public.hex() == "94f89adaa023b27f4a7c6e47677ac959eaa1f5eeb970e0ca89c79ab13a86aa0a"
    browser = (
        "04379d9b368066944f64c26f2cb0508b458e5ec5ce52459fdef97a54f409a30d6b"
        "be8655e954543e27999b1ee629b8470cad4d6baaaf54df721f7449a87c938d98"
    )
    assert keyring.browser_pair("intake").public.hex() == browser


def test_receipts_of_sheets(keyring: Keyring) -> None:
    """S13: a sheet that comes again after a move counts once."""
    said = [b"youthvoice/1|%s|" % kind + ID for kind in (b"receipt", b"late-receipt", b"suggestion")]
    assert receipts_of_submission(keyring, ID) == (mac(said[0]), mac(said[1]))
    assert receipts.receipt_of(keyring, "suggestion", ID) == mac(said[2])


def test_what_is_compared_with_what_came_before() -> None:
    told = submission.submission_fingerprint(KEY, ID, ReportSubmission(words="Fruit"), harm=True)
    message = submission.message_fingerprint(KEY, ID, ChildMessage("child", words="Fruit"))
    assert (told, message) == ("6503d144f97a5900.d1cfc512ea19a649", "914dd2b0bc39218d")


def test_calendars_and_addresses(app: Flask, keyring: Keyring) -> None:
    with context.override(app, keyring=keyring):
        calendar = meetings_calendar._mac("calendar", b"\0\0\0\3", 1)  # noqa: SLF001
        address = store._fingerprint(1, " A@example.org ")  # noqa: SLF001
    assert calendar == mac(b"youthvoice/1|calendar|1|\0\0\0\3", 20)
    assert address == mac("youthvoice/1|address|1|a@example.org")


def test_taps_and_tries(app: Flask, keyring: Keyring) -> None:
    with context.override(app, keyring=keyring):
        named = taps._tap_id(ID, "really_done/3", "food")  # noqa: SLF001
    assert named == mac(f'["tap", "{ID.hex()}", "really_done/3", "food"]', 16)
    assert password_attempts._hash_anywhere(KEY, "asha") == mac("tries|anywhere|asha")  # noqa: SLF001


def test_a_browser_that_is_known_and_a_place_that_is_not(app: Flask, settings: Settings) -> None:
    key = context.keyring().key("pepper")
    with app.test_request_context("/"):
        digest = hmac.digest(key, b"known browser|abc|asha", hashlib.sha256).hex()
        assert password_attempts._entry("abc", "asha") == f"abc{digest}"  # noqa: SLF001
        nowhere = hmac.digest(key, b"nowhere|hill", hashlib.sha256)
        assert browser_visit._number_of_unknown_place("Hill") == -1 - int.from_bytes(nowhere[:2], "big")  # noqa: SLF001
