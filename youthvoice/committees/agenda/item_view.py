"""An agenda item as children see it: on the agenda page, before a meeting, and on a representative's pages."""

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
    """An item with the texts of its page.

    Attributes:
        item: the item.
        title: its text, or a line in place of a text that not everybody may read.
        state: its state, in one sentence.
        reply: the adults' reply; None while there is none.
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
        """How many children support it, in words; empty below five."""
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
    """The views of some items, with the answers due and the replies of adults.

    Args:
        session: only read.
        items: of one site.
        language: the child's.
        today: at the site.
        above: the name of the committee to which an item went up, by the item's id.
        meets: the day of the next meeting in a child's words, by committee.
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
