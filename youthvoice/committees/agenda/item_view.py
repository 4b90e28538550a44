"""One item of an agenda as children see it: on the board, before a meeting, before a representative."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability.entities import Reply
from youthvoice.accountability.rules import SAID_YES
from youthvoice.accountability.store import find_by_subjects
from youthvoice.accounts.store import names_of_people
from youthvoice.committees.agenda import entities, labels


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item in the words of a page.

    Attributes:
        item: which.
        title: what it says, or what stands in place of words that are not for everybody.
        state: where it stands, in one sentence.
        reply: the adults' answer; None where they have not answered.
    """

    item: entities.AgendaItem
    title: str | Markup
    state: str | Markup
    reply: Reply | None

    @property
    def key(self) -> str:
        """Its id, 32 hexadecimal digits."""
        return self.item.subject

    @property
    def picture(self) -> str:
        """OpenMoji code of what it is about."""
        return labels.picture(self.item)

    @property
    def support(self) -> str:
        """How many say so, in words; empty below five."""
        return labels.support(self.item.support)

    @property
    def takes_support(self) -> bool:
        """Whether a child can say "me too"."""
        return self.item.state in entities.WAITING_STATES

    @property
    def may_be_done(self) -> bool:
        """Whether children can be asked if it is really done."""
        return self.reply is not None and self.reply.kind in SAID_YES


def view_items(  # noqa: PLR0913 - which, to whom, and what else is known
    session: Session,
    items: Collection[entities.AgendaItem],
    language: str,
    today: date,
    *,
    above: Mapping[bytes, str] | None = None,
    meets: Mapping[int, str] | None = None,
) -> list[ItemView]:
    """Some items with what adults owe or answered about them, in their order.

    Args:
        session: only read.
        items: of one site.
        language: the child's.
        today: at the site.
        above: the name of the committee to which an item went up, by its id.
        meets: the day of the next meeting as a child says it, by committee.
    """
    subjects = [item.subject for item in items if item.state in {"with_adults", "answered"}]
    due = find_by_subjects(session, "item", subjects) if subjects else {}
    person_ids = {person_id for answer_due in due.values() for person_id in answer_due.people}
    person_ids |= {item.body.held.by for item in items if item.body.held}
    names = names_of_people(session, person_ids) if person_ids else {}
    views = []
    for item in items:
        answer_due, goes_to = due.get(item.subject), (above or {}).get(item.id, "")
        state = labels.answer(answer_due, names, language, today) or labels.state(
            item, language, names, goes_to, (meets or {}).get(item.committee_id, "")
        )
        reply = answer_due.reply() if answer_due and item.state == "answered" else None
        views.append(ItemView(item, labels.line(item) or labels.title(item, language), state, reply))
    return views
