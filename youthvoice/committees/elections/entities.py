"""What is known of one election, and what of it lies locked in its row."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from youthvoice.committees.elections.rules import AT_THE_TABLET, RUNNING, Candidate
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS

_ROOM_OF_A_BODY: Final = 2000  # bytes: twelve nicknames in any script
_ROOM_OF_A_COUNT: Final = 200


@dataclass(frozen=True, slots=True)
class Body:
    """What is locked.

    Attributes:
        standing: who stands; once it is over only who won, or who stands once more.
        voters: children who may vote with a slip.
        where: of a nomination, where other children said it.
    """

    standing: tuple[Candidate, ...] = ()
    voters: int = 0
    where: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ElectionFacts:
    """One election; the fields are those of `models.Election`, its body opened."""

    id: int
    slug: str
    committee_id: int
    post: str
    way: str
    tie: str
    state: str
    ends_at: datetime
    opened_by: int
    counted_by: int | None
    body: Body

    @property
    def is_running(self) -> bool:
        """Whether nobody knows yet who won."""
        return self.state in RUNNING

    @property
    def slips(self) -> str:
        """What its slips are for."""
        return f"election/{self.id}"

    @property
    def won(self) -> Candidate | None:
        """Who won; None while it runs and where nobody did."""
        return self.body.standing[0] if self.state == "done" and self.body.standing else None

    def is_open_at(self, now: datetime) -> bool:
        """Whether a child can vote at the tablet."""
        return self.way == AT_THE_TABLET and self.state == "open" and now < self.ends_at


def lock_body(keyring: Keyring, slug: str, body: Body) -> bytes:
    """Lock who stands."""
    standing = [[one.nickname, one.picture] for one in body.standing]
    kept = {"standing": standing, "voters": body.voters, "where": body.where}
    return keep(keyring, KEPT_WORDS, kept, _purpose("election", slug), _ROOM_OF_A_BODY)


def open_body(keyring: Keyring, slug: str, blob: bytes) -> Body:
    """Who stands.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    kept: Any = open_kept(keyring, KEPT_WORDS, blob, _purpose("election", slug))
    standing = tuple(Candidate(nickname, picture) for nickname, picture in kept["standing"])
    return Body(standing, kept["voters"], kept["where"])


def lock_count(keyring: Keyring, slug: str, count: tuple[int, ...]) -> bytes:
    """Lock what the first adult counted: votes of each who stands, then those for nobody."""
    return keep(keyring, KEPT_WORDS, list(count), _purpose("count", slug), _ROOM_OF_A_COUNT)


def open_count(keyring: Keyring, slug: str, blob: bytes) -> tuple[int, ...]:
    """What the first adult counted; shown to nobody."""
    return tuple(open_kept(keyring, KEPT_WORDS, blob, _purpose("count", slug)))


def _purpose(what: str, slug: str) -> Context:
    return context("committee", what, slug)
