"""Everyday choices as staff pages show them."""

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.choices import labels as choice_words
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.choices.form_adapter import LISTED
from youthvoice.surveys.choices.status import standing
from youthvoice.surveys.choices.store import ChoiceFacts
from youthvoice.surveys.rounds.choice_result import said_of


class Shown(NamedTuple):
    """A choice on a staff page.

    Attributes:
        choice: its row.
        state: code, as in `choice_words.state`.
        words: of the state.
        mark: of the state.
        evening: the day it ends, at its site.
        won: what won, by language; empty where nothing did.
        late: whether what won should be done by now.
    """

    choice: ChoiceFacts
    state: str
    words: str
    mark: str
    evening: date
    won: dict[str, str]
    late: bool


def listed(session: Session, site: SiteFacts) -> list[Shown]:
    """The choices of a site: what waits and what is late first, then the latest."""
    found = [shown(session, one, site) for one in choice_store.of_sites(session, [site.id], running.now() - LISTED)]
    return sorted(found, key=lambda one: not (one.late or one.state == "waits"))  # stable


def shown(session: Session, choice: ChoiceFacts, site: SiteFacts) -> Shown:
    """One choice."""
    now, won = running.now(), {}
    if choice.round is not None:
        stands = standing(session, running.keyring(), choice.round, now)
        state, won = stands.state, said_of(stands.question, [one.key for one in stands.won])
    elif choice.dropped_on is not None:
        state = "dropped"
    else:
        state = "waits" if choice.waits(now) else "missed"
    words, mark = choice_words.state(state)
    evening = choice.plan.closes_at.astimezone(ZoneInfo(site.time_zone)).date()
    late = state == "asked" and choice.plan.answer_due < running.today(site.time_zone)
    return Shown(choice, state, words, mark, evening, won, late)
