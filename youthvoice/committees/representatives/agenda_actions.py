"""What a representative does with the agenda of her committee: posts, order, answers due, what is really done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.rules import SAID_YES
from youthvoice.accountability.store import find_by_subject, find_by_subjects
from youthvoice.accounts.store import list_people, names_of_people
from youthvoice.committees.agenda import content_check, entities, labels, store as agenda_store
from youthvoice.committees.representatives import store
from youthvoice.committees.representatives.picture_sign_in import SignedInRepresentative

MAX_ITEMS: Final = 60


_STAYS: Final = timedelta(days=28)


_HANDED: Final = (*sorted(entities.WAITING_STATES), "with_adults", "answered")


@dataclass(frozen=True, slots=True)
class AgendaReader:
    """Who reads: the language she chose, and the day it is at her site."""

    language: str
    today: date


@dataclass(frozen=True, slots=True)
class AgendaRow:
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
    given: Reply | None = None
    asks: bool = False
    alone: bool = False


def list_waiting(session: Session, signed: SignedInRepresentative, reading: AgendaReader) -> list[AgendaRow]:
    """What waits for a meeting, in its order."""
    found = agenda_store.list_items(session, [signed.committee.id], entities.WAITING_STATES, MAX_ITEMS)
    return _lines(session, found, reading)


def list_answers_due(session: Session, signed: SignedInRepresentative, reading: AgendaReader) -> list[AgendaRow]:
    """What adults owe an answer about."""
    found = agenda_store.list_items(session, [signed.committee.id], ["with_adults"], MAX_ITEMS)
    return _lines(session, found, reading)


def list_answered(session: Session, signed: SignedInRepresentative, reading: AgendaReader) -> list[AgendaRow]:
    """What adults have answered, and nobody has said of it that it is done."""
    found = agenda_store.list_items(session, [signed.committee.id], ["answered"], MAX_ITEMS)
    return _lines(session, found, reading)


def list_settled_alone(session: Session, signed: SignedInRepresentative, reading: AgendaReader) -> list[AgendaRow]:
    """What children settled alone in the last four weeks, the newest first."""
    return _lines(session, _settled(session, signed, reading.today), reading)


def list_still_open(session: Session, committee_id: int, reading: AgendaReader) -> list[AgendaRow]:
    """What somebody who goes tells to somebody who comes."""
    return _lines(session, agenda_store.list_items(session, [committee_id], _HANDED, MAX_ITEMS), reading)


def move_item(session: Session, signed: SignedInRepresentative, key: str, step: int) -> None:
    """Let an item change places with the one before (-1) or after it (1); beyond the ends nothing happens."""
    found = [one.id for one in agenda_store.list_items(session, [signed.committee.id], entities.WAITING_STATES)]
    at = next((place for place, item_id in enumerate(found) if item_id.hex() == key), None)
    if at is None or not 0 <= at + step < len(found):
        return
    found[at], found[at + step] = found[at + step], found[at]
    agenda_store.order_items(session, signed.committee.id, found)


def set_alone(session: Session, signed: SignedInRepresentative, key: str, *, alone: bool) -> None:
    """Children keep an item to themselves first, or bring it in; only where meetings begin without adults.

    Raises:
        ConcurrentUpdate: somebody else changed the item.
    """
    found = (
        one
        for one in agenda_store.list_items(session, [signed.committee.id], entities.WAITING_STATES)
        if one.subject == key
    )
    item = next(found, None)
    if item is not None and (signed.committee.kind.alone_first or not alone):
        agenda_store.change_item_body(session, item, replace(item.body, alone=alone))


def settle_alone(session: Session, signed: SignedInRepresentative, key: str, day: date) -> None:
    """What children talked about alone they settle alone. No meeting has it then, for adults read those.

    Raises:
        ConcurrentUpdate: somebody else changed the item.
    """
    waits = agenda_store.list_items(session, [signed.committee.id], entities.WAITING_STATES)
    item = next((one for one in waits if one.subject == key and one.body.alone), None)
    if item is None:
        return
    item = agenda_store.assign_meeting(session, item, None)
    if item.state == "on_agenda":
        item = agenda_store.change_state(session, item, "discussed", day)
    agenda_store.change_state(session, item, "settled", day)


def talk_again(session: Session, signed: SignedInRepresentative, key: str, day: date) -> None:
    """What they settled alone waits for a meeting again; a tap that was not meant is taken back so.

    Raises:
        ConcurrentUpdate: somebody else changed the item.
    """
    item = next((one for one in _settled(session, signed, day) if one.subject == key), None)
    if item is not None:
        agenda_store.change_state(session, item, "on_agenda", day)


def say_done(session: Session, signed: SignedInRepresentative, key: str, day: date, *, done: bool) -> bool:
    """Children of a meeting say of an answer that it is really done, or not yet.

    Args:
        session: may write.
        signed: who enters it.
        key: of the item.
        day: today at the site.
        done: what they said.

    Returns:
        False where there is no such answered item any more.
    """
    item = _one(session, signed, key)
    if item is None:
        return False
    about = find_by_subject(session, "item", item.subject)
    if about is None or (given := about.reply()) is None or (done and given.kind not in SAID_YES):
        return False
    say = replies.confirm_done if done else replies.reopen
    say(session, about.id, day)  # and the item goes on (`answered`)
    return True


def _settled(session: Session, signed: SignedInRepresentative, day: date) -> list[entities.AgendaItem]:
    found = agenda_store.list_latest_items(session, [signed.committee.id], ["settled"], MAX_ITEMS)
    return [one for one in found if one.body.alone and day - one.day <= _STAYS]


def _one(session: Session, signed: SignedInRepresentative, key: str) -> entities.AgendaItem | None:
    found = agenda_store.list_items(session, [signed.committee.id], ["answered"])
    return next((one for one in found if one.subject == key), None)


def _lines(session: Session, found: Sequence[entities.AgendaItem], reading: AgendaReader) -> list[AgendaRow]:
    subjects = [one.subject for one in found if one.state in {"with_adults", "answered"}]
    about = find_by_subjects(session, "item", subjects) if subjects else {}
    asked = {person for one in about.values() for person in one.people}
    names = names_of_people(session, asked) if asked else {}
    return [_line(one, about.get(one.subject), names, reading) for one in found]


def _line(
    item: entities.AgendaItem, about: AnswerDue | None, names: Mapping[int, str], reading: AgendaReader
) -> AgendaRow:
    given = about.reply() if about and item.state == "answered" else None
    return AgendaRow(
        item.subject,
        labels.picture(item),
        labels.title(item, reading.language),
        labels.answer(about, names, reading.language, reading.today) or labels.state(item),
        given,
        given is not None and given.kind in SAID_YES,
        item.body.alone,
    )


REPRESENTATIVE_SOURCE: Final = "representative"


@dataclass(frozen=True, slots=True)
class PostedItem:
    """What she sent; a code that is on no tile counts as nothing.

    Attributes:
        topic: key of `TOPICS`, or empty.
        wish: key of `WISHES`, or empty.
        words: as she typed them.
        alone: whether children talk about it without adults first; only where meetings begin so.
    """

    topic: str
    wish: str
    words: str = field(repr=False)
    alone: bool = False

    @property
    def wrong(self) -> Mapping[str, str]:
        """What is missing or too much, as code by the name of its box."""
        found = {
            "topic": "" if self.topic else "choose",
            "wish": "" if self.wish else "choose",
            "words": "too_long" if len(self.words.strip()) > entities.MAX_ITEM_CHARACTERS else "",
        }
        return {name: code for name, code in found.items() if code}

    def body(self, language: str) -> entities.ItemBody:
        """The item: it belongs to the committee, and says of nobody that it was she (S27)."""
        said = {language: self.words.strip()} if self.words.strip() else {}
        return entities.ItemBody(self.topic, self.wish, said, source=REPRESENTATIVE_SOURCE, alone=self.alone)


def read_posted(form: Mapping[str, str]) -> PostedItem:
    """What a form of hers says."""
    topic, wish = form.get("topic", ""), form.get("wish", "")
    words = form.get("words", "").replace("\r\n", "\n").replace("\0", "")
    return PostedItem(
        topic if topic in entities.TOPICS else "",
        wish if wish in entities.WISHES else "",
        words,
        bool(form.get("alone")),
    )


def check_posted(session: Session, signed: SignedInRepresentative, posted: PostedItem, day: date) -> str:
    """What her words look like, as `content_check.why`; nothing is asked of the database where there are none."""
    if not posted.words.strip():
        return ""
    here = [signed.site.id]
    nicknames = store.list_nicknames(store.list_in_office(session, here, day))
    adults = [one.name for one in list_people(session, here)]
    return content_check.notice_code([posted.words], nicknames, adults)


def post_item(session: Session, signed: SignedInRepresentative, posted: PostedItem, language: str, day: date) -> None:
    """Put it on the agenda; the same once more on one day, as by a second tap, is there already.

    Args:
        session: may write.
        signed: who posts.
        posted: nothing in it is wrong.
        language: the one she chose.
        day: today at the site.
    """
    alone = posted.alone and signed.committee.kind.alone_first
    body = replace(posted, alone=alone).body(language)
    newest = agenda_store.list_latest_items(session, [signed.committee.id], ["on_agenda"], 1)
    if not any(one.day == day and one.body == body for one in newest):
        agenda_store.add_item(session, signed.committee.id, body, day)
