"""What children are told of elections that are over: who won, or that nobody did. No numbers, not how many voted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.committees.elections import labels as election_words
from youthvoice.committees.elections import store as election_store
from youthvoice.privacy.keys.keyring import Keyring

TOLD_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Told:
    """One election that is over.

    Attributes:
        slug: of the election.
        committee_id: whose post it is.
        post: key of the preset's posts.
        words: the sentence for children, in the reader's language.
        picture: OpenMoji code: hers who won, else a ballot box.
        vote: what was voted about, in the reader's language.
        by_tablet: whether children voted at the tablet; then `/vote/<slug>` tells it, too.
    """

    slug: str
    committee_id: int
    post: str
    words: Markup
    picture: str
    vote: str
    by_tablet: bool


def told(session: Session, keyring: Keyring, site_id: int, now: datetime) -> list[Told]:
    """What is told at a site for two weeks, the newest first; call it while a page is made."""
    found = election_store.over_at(session, keyring, site_id, now - timedelta(days=TOLD_DAYS))
    return [
        Told(
            one.slug,
            one.committee_id,
            one.post,
            election_words.told(one),
            one.won.picture if one.won else "1F5F3",
            election_words.vote(one.post),
            one.way == "slips",
        )
        for one in found
    ]


def on_agendas(session: Session, keyring: Keyring, site_id: int, now: datetime) -> dict[int, list[Told]]:
    """The same by committee, for its agenda: of each post only the newest; what was voted once more is old news."""
    found: dict[tuple[int, str], Told] = {}
    for one in told(session, keyring, site_id, now):
        found.setdefault((one.committee_id, one.post), one)
    parted: dict[int, list[Told]] = {}
    for one in found.values():
        parted.setdefault(one.committee_id, []).append(one)
    return parted
