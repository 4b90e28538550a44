"""What lies locked in rows: its keys, what it is bound to, and that what was written so before still opens.

A field of a dataclass that is written as JSON cannot be renamed as other names can: houses have ten years of it. Each
kind is written by the house and read by `formats`, and written by `formats` and read by the house.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.structure import formats
from youthvoice.accountability.encryption import AnswerDueBody, encrypt_answer_due, open_answer_due
from youthvoice.accountability.entities import AnswerablePart, EscalationStep, MissedDeadline, Reply
from youthvoice.committees.agenda.entities import HeldSuggestion, ItemBody, ItemReferral
from youthvoice.committees.agenda.store import encrypt_item_body, encrypt_support, open_item_body, open_support
from youthvoice.committees.elections import rules
from youthvoice.committees.elections.rules import Candidate
from youthvoice.committees.meetings import minutes
from youthvoice.committees.meetings.rules import Minutes, MinutesNote
from youthvoice.grievances import statistics
from youthvoice.knocks.rules import UNMARKED, Call, KnockBox, MissedKnock, Slot
from youthvoice.knocks.store import encrypt_box, open_box
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.publications.encryption import encrypt_reason, encrypt_view, open_reason, open_view
from youthvoice.surveys.batches.store import encrypt_counts, encrypt_winners
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody
from youthvoice.surveys.questionnaires.drafts.store import encrypt_draft, open_draft
from youthvoice.surveys.school_sessions import store

ID = bytes(range(16))
HEX = ID.hex()
DAY = date(2026, 11, 24)
HER = {"day": "2026-11-24", "language": "en", "by": 7, "carried_by": 0}
ANSWERED = {"part": "food", "kind": "done", "words": {"en": "It is mended."}, **HER}
ANSWER = Reply("food", "done", {"en": "It is mended."}, "en", 7, DAY, date(2026, 12, 1), date(2026, 12, 8))
AGAIN = Reply("", "yes", {"en": "Yes."}, "en", 7, DAY)
YEAR: dict[str, Any] = {"year": 2025, "number": [10, 19], "tables": {}}


@dataclass(frozen=True)
class Kind:
    """Something that is kept.

    Attributes:
        key: name of the key file.
        bound: to what.
        plain: as JSON.
        value: the same as the house has it.
    """

    name: str
    key: str
    bound: str
    plain: Any
    value: Any
    lock: Callable[[Keyring, Any], bytes]
    opens: Callable[[Keyring, bytes], Any]


KINDS = [
    Kind(
        "something owed", "kept-words", "owed|round|3",
        {
            "about": {"en": "Daily life"},
            "parts": [{"name": "food", "words": {"en": "Is the food good?"}, "is_quiz": False}],
            "replies": [{**ANSWERED, "done_by": "2026-12-01", "confirmed_on": "2026-12-08"}],
            "settled_on": "2026-11-24", "room": 40, "picture": "1F35A",
            "earlier": [{
                "part": "", "kind": "yes", "words": {"en": "Yes."}, **HER, "done_by": None, "confirmed_on": None,
            }],
            "again": ["food"], "late": [{"rung": "owner", "person_id": 7, "day": "2026-11-24"}],
            "late_before": [{"rung": "leads", "person_id": None, "day": "2026-11-24"}],
            "asked": {"rung": "advocates", "until": "2026-12-01", "reminded_on": None}, "tapped": {"food": [2, 1]},
            "first_in_time": False,
        },
        AnswerDueBody(
            {"en": "Daily life"}, (AnswerablePart("food", {"en": "Is the food good?"}),), (ANSWER,), DAY, 40, "1F35A", (AGAIN,),  # noqa: E501
            ("food",), (MissedDeadline("owner", 7, DAY),), (MissedDeadline("leads", None, DAY),),
            EscalationStep("advocates", date(2026, 12, 1), None), {"food": (2, 1)}, False,
        ),
        lambda keyring, value: encrypt_answer_due(keyring, "round", 3, value),
        lambda keyring, blob: open_answer_due(keyring, "round", 3, blob),
    ),
    Kind(
        "a box of knocks", "kept-words", "knocks|3",
        {
            "waiting": {"7": [[]]}, "not_there": {"8": [[1, 2]]},
            "calls": {
                "7": {
                    "since": "2026-11-24", "slot": ["2026-11-24", 16], "place": "tree", "exclusions": [[1]],
                    "was_empty": True,
                },
            },
            "missed": {"8": [{"since": "2026-11-24", "code": "unmarked", "exclusion": [2], "settled_by": [9]}]},
        },
        KnockBox(
            {7: frozenset({()})}, {8: frozenset({(1, 2)})},
            {7: Call(DAY, Slot(DAY, 16), "tree", frozenset({(1,)}), was_empty=True)},
            {8: (MissedKnock(DAY, UNMARKED, (2,), (9,)),)},
        ),
        lambda keyring, value: encrypt_box(keyring, 3, value),
        lambda keyring, blob: open_box(keyring, 3, blob),
    ),
    Kind(
        "an item", "kept-words", f"committee|item|{HEX}",
        {
            "topic": "food", "wish": "more", "words": {"en": "More fruit"}, "source": "meeting",
            "held": {"why": "names", "by": 7, "until": "2026-11-24"}, "letter": HEX,
            "moved": {"names": ["Asha"], "until": "2026-11-24"}, "why": "hurts", "decided": "Fruit on Friday",
            "again": 2, "alone": True,
        },
        ItemBody(
            "food", "more", {"en": "More fruit"}, "meeting", HeldSuggestion("names", 7, DAY), HEX, ItemReferral(("Asha",), DAY), "hurts",  # noqa: E501
            "Fruit on Friday", 2, alone=True,
        ),
        lambda keyring, value: encrypt_item_body(keyring, ID, value),
        lambda keyring, blob: open_item_body(keyring, ID, blob),
    ),
    Kind(
        "an item that says little", "kept-words", f"committee|item|{HEX}",
        {"topic": "play", "source": "suggestion"}, ItemBody("play"),
        lambda keyring, value: encrypt_item_body(keyring, ID, value),
        lambda keyring, blob: open_item_body(keyring, ID, blob),
    ),
    Kind(
        "who said me too", "kept-words", f"committee|support|{HEX}", 12, 12,
        lambda keyring, value: encrypt_support(keyring, ID, value),
        lambda keyring, blob: open_support(keyring, ID, blob),
    ),
    Kind(
        "a draft of a questionnaire", "kept-words", "questionnaire|draft|4",
        {
            "name": "garden", "head": {"ages": "10-12", "languages": ["en"]}, "questions": [{"id": 1, "kind": "say"}],
            "source": "toml", "base": 2, "notes": [[1, "ages_made", {"ages": "10-12"}]], "last_id": 1, "pictures": {},
        },
        DraftBody(
            "garden", {"ages": "10-12", "languages": ["en"]}, [{"id": 1, "kind": "say"}], "toml", 2,
            [[1, "ages_made", {"ages": "10-12"}]], 1,
        ),
        lambda keyring, value: encrypt_draft(keyring, 4, value),
        lambda keyring, blob: open_draft(keyring, 4, blob),
    ),
    Kind(
        "minutes", "kept-words", "committee|minutes|5",
        {
            "talked": "Fruit", "decided": "On Friday", "doing": "Lata asks", "language": "en",
            "notes": [["2026-11-24", "She asked."]],
        },
        Minutes("Fruit", "On Friday", "Lata asks", "en", (MinutesNote(DAY, "She asked."),)),
        lambda keyring, value: minutes.encrypt_minutes(keyring, 5, value),
        lambda keyring, blob: minutes.open_minutes(keyring, 5, blob),
    ),
    Kind(
        "minutes that were spoken", "kept-words", f"committee|minutes-voice|{HEX}",
        {"kind": "audio/webm", "sound": "YmVlcA=="}, (b"beep", "audio/webm"),
        lambda keyring, value: minutes.encrypt_voice(keyring, ID, *value),
        lambda keyring, blob: minutes.open_voice(keyring, ID, blob),
    ),
    Kind(
        "an election", "kept-words", "committee|election|abc",
        {"standing": [["River", "1F98B"]], "voters": 12, "where": "under the tree"},
        rules.ElectionBody((Candidate("River", "1F98B"),), 12, "under the tree"),
        lambda keyring, value: rules.encrypt_election_body(keyring, "abc", value),
        lambda keyring, blob: rules.open_election_body(keyring, "abc", blob),
    ),
    Kind(
        "a first count", "kept-words", "committee|count|abc", [5, 4, 1], (5, 4, 1),
        lambda keyring, value: rules.encrypt_first_count(keyring, "abc", value),
        lambda keyring, blob: rules.open_first_count(keyring, "abc", blob),
    ),
    Kind(
        "a frozen view", "kept-words", "publication|abc|view", {"shape": 1, "n": 24}, {"shape": 1, "n": 24},
        lambda keyring, value: encrypt_view(keyring, "abc", value, 100),
        lambda keyring, blob: open_view(keyring, "abc", blob),
    ),
    Kind(
        "why a view was sent back", "kept-words", "publication|abc|reason", "A name", "A name",
        lambda keyring, value: encrypt_reason(keyring, "abc", value),
        lambda keyring, blob: open_reason(keyring, "abc", blob),
    ),
    Kind(
        "a school session", "kept-words", "school-session|4",
        {"children": 20, "themes": ["play"], "sentence": {"en": "More play"}},
        store.SessionRecord(20, ("play",), {"en": "More play"}),
        lambda keyring, value: store._encrypt_record(keyring, 4, value),  # noqa: SLF001
        lambda keyring, blob: store._decrypt_record(keyring, 4, blob),  # noqa: SLF001
    ),
]  # fmt: skip


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    made = Keyring.open(tmp_path / "keys", create=True, development=True)
    for name in ("kept-words", "kept-counts", "threads", "mail", "pepper", "cookie"):
        made.key_or_new(name)
    return made


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_kept_is_written_as_it_always_was(keyring: Keyring, kind: Kind) -> None:
    blob = kind.lock(keyring, kind.value)
    assert formats.unkept(keyring.key(kind.key), blob, kind.bound) == kind.plain


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_was_kept_still_opens(keyring: Keyring, kind: Kind) -> None:
    blob = formats.kept(keyring.key(kind.key), kind.plain, kind.bound)
    assert kind.opens(keyring, blob) == kind.value


def test_what_is_owed_opens_as_the_first_release_kept_it(keyring: Keyring) -> None:
    plain = {"about": {"en": "Food"}, "parts": [], "replies": [ANSWERED], "settled_on": None, "room": 0}
    inside = open_answer_due(keyring, "round", 3, formats.kept(keyring.key("kept-words"), plain, "owed|round|3"))
    assert inside == AnswerDueBody(
        {"en": "Food"}, replies=(Reply("food", "done", {"en": "It is mended."}, "en", 7, DAY),)
    )


def test_counts_are_kept_as_they_always_were(keyring: Keyring) -> None:
    blob = encrypt_counts(keyring, 9, 24, {"food": {"good": 24}}, {"food": {"good": {"bad": 1}}})
    assert formats.unkept(keyring.key("kept-counts"), blob, "counts|9") == {
        "n": 24,
        "counts": {"food": {"good": 24}},
        "transitions": {"food": {"good": {"bad": 1}}},
    }
    won = encrypt_winners(keyring, 9, {"film": ("a", "b")})
    assert formats.unkept(keyring.key("kept-counts"), won, "counts|9") == {"won": {"film": ["a", "b"]}}


def test_figures_of_a_year_are_written_as_they_always_were() -> None:
    assert statistics.year_to_data(statistics.year_from_data(YEAR)) == YEAR
