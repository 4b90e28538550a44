"""Actions of a representative on the agenda of their committee: post, reorder, settle, confirm what is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.accountability import replies
from youthvoice.accountability.rules import SAID_YES
from youthvoice.accountability.store import find_by_subject
from youthvoice.accounts.people.person_names import names_ever
from youthvoice.accounts.store import list_people
from youthvoice.committees.agenda import entities, store as agenda_store
from youthvoice.committees.agenda.item_view import ItemView, view_items
from youthvoice.committees.representatives import store
from youthvoice.committees.representatives.signed_in_representative import SignedInRepresentative
from youthvoice.threads import content_check

MAX_ITEMS: Final = 60

_SETTLED_SHOWN: Final = timedelta(days=28)

WAITING: Final = tuple(sorted(entities.WAITING_STATES))

HANDED_OVER: Final = (*WAITING, "with_adults", "answered")
"""States of items that a former representative hands over to the next one."""


def list_item_views(
    session: Session, representative: SignedInRepresentative, states: Collection[str]
) -> list[ItemView]:
    """The items of the committee in some states, by position."""
    items = agenda_store.list_items(session, [representative.committee.id], states, MAX_ITEMS)
    return view_items(session, items, representative.language, representative.today)


def list_settled_alone(session: Session, representative: SignedInRepresentative) -> list[ItemView]:
    """The items that children settled alone in the last four weeks, the newest first."""
    return view_items(session, _list_settled(session, representative), representative.language, representative.today)


def move_item(session: Session, representative: SignedInRepresentative, key: str, step: int) -> None:
    """Swap an item with the one before (-1) or after it (1); at the ends nothing happens."""
    ids = [item.id for item in agenda_store.list_items(session, [representative.committee.id], WAITING)]
    position = next((place for place, item_id in enumerate(ids) if item_id.hex() == key), None)
    if position is None or not 0 <= position + step < len(ids):
        return
    ids[position], ids[position + step] = ids[position + step], ids[position]
    agenda_store.order_items(session, representative.committee.id, ids)


def set_alone(session: Session, representative: SignedInRepresentative, key: str, *, alone: bool) -> None:
    """Mark an item for children alone, or bring it in; only in committees whose meetings begin without adults.

    Raises:
        ConcurrentUpdate: somebody else changed the item.
    """
    item = _find_item(session, representative, key, WAITING)
    if item is not None and (representative.committee.kind.alone_first or not alone):
        agenda_store.change_item_body(session, item, replace(item.body, alone=alone))


def settle_alone(session: Session, representative: SignedInRepresentative, key: str) -> None:
    """Settle an item that children discussed alone. It is not assigned to a meeting, since adults read those.

    Raises:
        ConcurrentUpdate: somebody else changed the item.
    """
    item = _find_item(session, representative, key, WAITING)
    if item is None or not item.body.alone:
        return
    item = agenda_store.assign_meeting(session, item, None)
    if item.state == "on_agenda":
        item = agenda_store.change_state(session, item, "discussed", representative.today)
    agenda_store.change_state(session, item, "settled", representative.today)


def talk_again(session: Session, representative: SignedInRepresentative, key: str) -> None:
    """Put an item that children settled alone back on the agenda; this also undoes a mistaken tap.

    Raises:
        ConcurrentUpdate: somebody else changed the item.
    """
    item = next((item for item in _list_settled(session, representative) if item.subject == key), None)
    if item is not None:
        agenda_store.change_state(session, item, "on_agenda", representative.today)


def say_done(session: Session, representative: SignedInRepresentative, key: str, *, done: bool) -> bool:
    """Record what the children of a meeting say about an answer: it is really done, or not yet.

    Args:
        session: may write.
        representative: the child who enters it.
        key: of the item.
        done: what they said.

    Returns:
        False if there is no such answered item.
    """
    item = _find_item(session, representative, key, ["answered"])
    answer_due = find_by_subject(session, "item", item.subject) if item else None
    if answer_due is None or (reply := answer_due.reply()) is None or (done and reply.kind not in SAID_YES):
        return False
    say = replies.confirm_done if done else replies.reopen
    say(session, answer_due.id, representative.today)  # this also changes the item's state
    return True


def _list_settled(session: Session, representative: SignedInRepresentative) -> list[entities.AgendaItem]:
    since, committee_id = representative.today - _SETTLED_SHOWN, representative.committee.id
    return agenda_store.list_latest_items(
        session, committee_id, ["settled"], MAX_ITEMS, since, lambda item: item.body.alone
    )


def _find_item(
    session: Session, representative: SignedInRepresentative, key: str, states: Collection[str]
) -> entities.AgendaItem | None:
    items = agenda_store.list_items(session, [representative.committee.id], states)
    return next((item for item in items if item.subject == key), None)


REPRESENTATIVE_SOURCE: Final = "representative"


@dataclass(frozen=True, slots=True)
class PostedItem:
    """What a representative sent; a code that no tile has counts as nothing.

    Attributes:
        topic: key of `TOPICS`, or empty.
        wish: key of `WISHES`, or empty.
        words: the text as typed.
        alone: whether children discuss it without adults first; only if meetings begin so.
    """

    topic: str
    wish: str
    words: str = field(repr=False)
    alone: bool = False

    @property
    def wrong(self) -> Mapping[str, str]:
        """What is missing or too long: a code by field name."""
        wrong = {name: "choose" for name, code in (("topic", self.topic), ("wish", self.wish)) if not code}
        too_long = len(self.words.strip()) > entities.MAX_ITEM_CHARACTERS
        return wrong | ({"words": "too_long"} if too_long else {})

    def body(self, language: str) -> entities.ItemBody:
        """The content of the item: it belongs to the committee and does not name its author (S27)."""
        words = {language: self.words.strip()} if self.words.strip() else {}
        return entities.ItemBody(self.topic, self.wish, words, source=REPRESENTATIVE_SOURCE, alone=self.alone)


def read_posted(form: Mapping[str, str]) -> PostedItem:
    """Read the form of a post."""
    topic, wish = form.get("topic", ""), form.get("wish", "")
    words = form.get("words", "").replace("\r\n", "\n").replace("\0", "")
    return PostedItem(
        topic if topic in entities.TOPICS else "",
        wish if wish in entities.WISHES else "",
        words,
        bool(form.get("alone")),
    )


def check_posted(session: Session, representative: SignedInRepresentative, item: PostedItem) -> str:
    """The notice about a text, as `content_check.notice_code`; without a text the database is not queried."""
    if not item.words.strip():
        return ""
    site_ids = [representative.site.id]
    nicknames = store.list_nicknames(store.list_in_office(session, site_ids, representative.today))
    adults = names_ever(session, list_people(session, site_ids))
    return content_check.notice_code([item.words], nicknames, adults)


def post_item(session: Session, representative: SignedInRepresentative, item: PostedItem) -> None:
    """Add the item to the agenda, unless it is the same as the newest one of today, as by a second tap.

    Args:
        session: may write.
        representative: the author.
        item: a valid one.
    """
    alone = item.alone and representative.committee.kind.alone_first
    body = replace(item, alone=alone).body(representative.language)
    committee_id, today = representative.committee.id, representative.today
    newest = agenda_store.list_latest_items(session, committee_id, ["on_agenda"], 1, today, lambda _item: True)
    if not any(agenda_item.body == body for agenda_item in newest):
        agenda_store.add_item(session, committee_id, body, today)
