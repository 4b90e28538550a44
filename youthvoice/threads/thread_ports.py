"""What this package asks of packages above it: reports made from an agenda, the titles of rounds.

The package `grievances` makes the report; `ports` connects it. Source: DESIGN.md 3 and 5, "An agenda"; S26.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.context import Port
from youthvoice.sites.store import Site


@dataclass(frozen=True, slots=True)
class AgendaReferral:
    """What leaves an agenda, or what a child says to a review of her care plan and an advocate takes for a danger.

    Attributes:
        id: of the suggestion or item, or of what is taken of a statement, 16 bytes: of one there is one report.
        agenda: name of the committee; of a review the number of the case.
        words: as given.
        voice: as recorded; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`.
        language: of the words.
        of_review: whether it is of a review.
    """

    id: bytes
    agenda: str
    words: str = field(repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = ""
    language: str = "en"
    of_review: bool = False


@dataclass(frozen=True, slots=True)
class ReferralResult:
    """What the agenda says of it, and nothing more: neither how pressing it is, nor whom it is kept from.

    Attributes:
        name: one adult who has it in hand.
        until: the day by which she answers; as long as of anything that is not pressing.
    """

    name: str
    until: date


class ReferralRefused(Exception):
    """Nothing was written: the form says why, beside what was chosen."""


class AlreadyReferred(Exception):
    """Somebody made a report of it; nothing was written."""


class ReportPort(Protocol):
    """The package that makes reports, seen from below: imports point down only."""

    def asking(self, site: Site) -> Any:
        """The form: `topic`, `hurt`, `danger` and `left_out`, as read from the request."""

    def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
        self, session: Session, log: Log, caller: Caller, site: Site, referral: AgendaReferral, form: Any
    ) -> ReferralResult:
        """Make a report of it, in the transaction of whoever takes it off the agenda.

        Args:
            session: may write; its caller commits, or rolls back where this raises.
            log: in the name of the caller.
            caller: an advocate.
            site: where.
            referral: what.
            form: from `asking`, found right.

        Raises:
            ReferralRefused, AlreadyReferred: see there.
        """


reports: Final = Port[ReportPort]("reports")
sealed_words: Final = Port[Callable[[Session, int, Collection[int]], set[int]]]("sealed_words")
"""Of some sites those where something that a child said after a review lies sealed to one person and to no other."""

round_titles: Final = Port[Callable[[Session, int], Mapping[str, str]]]("round_titles")
"""The title of a round, by language."""
