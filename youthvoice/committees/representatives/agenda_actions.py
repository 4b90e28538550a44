"""What a representative does with the agenda of her committee: its order, what adults owe, what is really done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import reply as replying
from youthvoice.accountability import rules
from youthvoice.accountability import store as answers
from youthvoice.accountability.entities import Given, OwedFacts
from youthvoice.accounts import store as people
from youthvoice.committees.agenda import labels as words
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import ItemFacts
from youthvoice.committees.item_states import WAITING
from youthvoice.committees.representatives.sign_in import Signed
from youthvoice.privacy.keys.keyring import Keyring

MOST: Final = 60
_STAYS: Final = timedelta(days=28)
_HANDED: Final = (*sorted(WAITING), "with_adults", "answered")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads: the language she chose, and the day it is at her site."""

    language: str
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """One item, as she sees it.

    Attributes:
        title: what it says.
        state: where it stands.
        given: the adults' answer; None where there is none.
        asks: whether it can be said of it that it is really done.
        alone: whether children talk about it without adults first.
    """

    key: str
    picture: str
    title: str | Markup
    state: str | Markup
    given: Given | None = None
    asks: bool = False
    alone: bool = False


def waiting(session: Session, keyring: Keyring, signed: Signed, reading: Reading) -> list[Line]:
    """What waits for a meeting, in its order."""
    found = items.on(session, keyring, [signed.committee.id], WAITING, MOST)
    return _lines(session, keyring, found, reading)


def owed(session: Session, keyring: Keyring, signed: Signed, reading: Reading) -> list[Line]:
    """What adults owe an answer about."""
    found = items.on(session, keyring, [signed.committee.id], ["with_adults"], MOST)
    return _lines(session, keyring, found, reading)


def answered(session: Session, keyring: Keyring, signed: Signed, reading: Reading) -> list[Line]:
    """What adults have answered, and nobody has said of it that it is done."""
    found = items.on(session, keyring, [signed.committee.id], ["answered"], MOST)
    return _lines(session, keyring, found, reading)


def settled_alone(session: Session, keyring: Keyring, signed: Signed, reading: Reading) -> list[Line]:
    """What children settled alone in the last four weeks, the newest first."""
    return _lines(session, keyring, _settled(session, keyring, signed, reading.today), reading)


def still_open(session: Session, keyring: Keyring, committee_id: int, reading: Reading) -> list[Line]:
    """What somebody who goes tells to somebody who comes."""
    return _lines(session, keyring, items.on(session, keyring, [committee_id], _HANDED, MOST), reading)


def move(session: Session, keyring: Keyring, signed: Signed, key: str, step: int) -> None:
    """Let an item change places with the one before (-1) or after it (1); beyond the ends nothing happens."""
    found = [one.id for one in items.on(session, keyring, [signed.committee.id], WAITING)]
    at = next((place for place, item_id in enumerate(found) if item_id.hex() == key), None)
    if at is None or not 0 <= at + step < len(found):
        return
    found[at], found[at + step] = found[at + step], found[at]
    items.order(session, signed.committee.id, found)


def set_alone(session: Session, keyring: Keyring, signed: Signed, key: str, *, alone: bool) -> None:
    """Children keep an item to themselves first, or bring it in; only where meetings begin without adults.

    Raises:
        Meanwhile: somebody else changed the item.
    """
    found = (one for one in items.on(session, keyring, [signed.committee.id], WAITING) if one.subject == key)
    item = next(found, None)
    if item is not None and (signed.committee.kind.alone_first or not alone):
        items.change_body(session, keyring, item, replace(item.body, alone=alone))


def settle_alone(session: Session, keyring: Keyring, signed: Signed, key: str, day: date) -> None:
    """What children talked about alone they settle alone. No meeting has it then, for adults read those.

    Raises:
        Meanwhile: somebody else changed the item.
    """
    waits = items.on(session, keyring, [signed.committee.id], WAITING)
    item = next((one for one in waits if one.subject == key and one.body.alone), None)
    if item is None:
        return
    item = items.plan(session, item, None)
    if item.state == "on_agenda":
        item = items.move(session, keyring, item, "discussed", day)
    items.move(session, keyring, item, "settled", day)


def talk_again(session: Session, keyring: Keyring, signed: Signed, key: str, day: date) -> None:
    """What they settled alone waits for a meeting again; a tap that was not meant is taken back so.

    Raises:
        Meanwhile: somebody else changed the item.
    """
    item = next((one for one in _settled(session, keyring, signed, day) if one.subject == key), None)
    if item is not None:
        items.move(session, keyring, item, "on_agenda", day)


def say_done(session: Session, keyring: Keyring, signed: Signed, key: str, day: date, *, done: bool) -> bool:  # noqa: PLR0913 - who, of what, when, what
    """Children of a meeting say of an answer that it is really done, or not yet.

    Args:
        session: may write.
        keyring: the key files.
        signed: who enters it.
        key: of the item.
        day: today at the site.
        done: what they said.

    Returns:
        False where there is no such answered item any more.
    """
    item = _one(session, keyring, signed, key)
    if item is None:
        return False
    about = answers.about(session, keyring, "item", item.subject)
    if about is None or (given := about.reply()) is None or (done and given.kind not in rules.SAID_YES):
        return False
    say = replying.confirm if done else replying.open_again
    say(session, keyring, about.id, day)  # and the item goes on (`answered`)
    return True


def _settled(session: Session, keyring: Keyring, signed: Signed, day: date) -> list[ItemFacts]:
    found = items.latest(session, keyring, [signed.committee.id], ["settled"], MOST)
    return [one for one in found if one.body.alone and day - one.day <= _STAYS]


def _one(session: Session, keyring: Keyring, signed: Signed, key: str) -> ItemFacts | None:
    found = items.on(session, keyring, [signed.committee.id], ["answered"])
    return next((one for one in found if one.subject == key), None)


def _lines(session: Session, keyring: Keyring, found: Sequence[ItemFacts], reading: Reading) -> list[Line]:
    subjects = [one.subject for one in found if one.state in {"with_adults", "answered"}]
    about = answers.about_many(session, keyring, "item", subjects) if subjects else {}
    asked = {person for one in about.values() for person in one.people}
    names = people.names(session, asked) if asked else {}
    return [_line(one, about.get(one.subject), names, reading) for one in found]


def _line(item: ItemFacts, about: OwedFacts | None, names: Mapping[int, str], reading: Reading) -> Line:
    given = about.reply() if about and item.state == "answered" else None
    return Line(
        item.subject,
        words.picture(item),
        words.title(item, reading.language),
        words.answer(about, names, reading.language, reading.today) or words.state(item),
        given,
        given is not None and given.kind in rules.SAID_YES,
        item.body.alone,
    )
