"""In which order an agenda is shown, and which of its items children discuss alone. Pure."""

from collections.abc import Iterable
from typing import Final

from youthvoice.committees.agenda.entities import AgendaItem

SUPPORT_STEPS: Final = (20, 10, 5)
"""How many children say "me too" is shown in these steps only: of fewer, nothing."""


def order_agenda(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """The agenda of a meeting in its order: items that a representative put first, then the most supported.

    `store.order_items` gives the former positions of at most 0, and every new item has 1 or more. (The page with the
    agendas of a site goes by position alone, `store.list_first_items`, because support is encrypted.)
    """
    return sorted(items, key=lambda item: (item.position > 0, item.position if item.position <= 0 else -item.support,
                                          item.position, item.id))  # fmt: skip


def split_agenda(items: Iterable[AgendaItem]) -> tuple[list[AgendaItem], int]:
    """The items of an agenda that everybody sees, and how many more children discuss alone first."""
    ordered = order_agenda(items)
    agenda_items = [item for item in ordered if not item.body.alone]
    return agenda_items, len(ordered) - len(agenda_items)
