"""Ports to packages above this one: to make a report of what an advocate reads elsewhere, and to ask two things.

The package `grievances` makes the report; `ports` connects it. Source: DESIGN.md 3 and 5, "An agenda"; S26.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, Protocol

from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.context import Port
from youthvoice.sites.store import Site

ReferralKind = Literal["agenda", "review", "good_news"]


@dataclass(frozen=True, slots=True)
class ReportReferral:
    """Content that an advocate takes from an agenda, from a statement to a review, or from good news, for a report.

    Attributes:
        id: of the suggestion, the item, the part of a statement, or the good news, 16 bytes; it allows only one report
            of each.
        source_name: name of the committee, or the case number of the review; empty of good news.
        words: the child's text.
        voice: the child's recording; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`; `lost` where the child spoke and the recording cannot be played.
        language: of the text.
        kind: where it is from.
        left_out: rows of `people` whom the child left out: they do not read the report either.
    """

    id: bytes
    source_name: str
    words: str = field(repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = ""
    language: str = "en"
    kind: ReferralKind = "agenda"
    left_out: frozenset[int] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class ReferralResult:
    """What the place that the content came from shows of the new report: neither its urgency nor who is excluded.

    Attributes:
        name: one adult who is responsible.
        until: the day by which they answer; the same as for anything that is not urgent.
    """

    name: str
    until: date


class ReferralRefused(Exception):
    """Nothing was written; the form shows why beside the choice."""


class AlreadyReferred(Exception):
    """Somebody has made a report of it already; nothing was written."""


class ReportPort(Protocol):
    """The package that makes reports, as seen from below: imports only run down."""

    def asking(self, site: Site) -> Any:
        """The form: `topic`, `hurt`, `danger` and `left_out`, as read from the request."""

    def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
        self, session: Session, log: Log, caller: Caller, site: Site, referral: ReportReferral, form: Any
    ) -> ReferralResult:
        """Make a report, in the transaction that takes the content off the agenda.

        Args:
            session: may write; its caller commits, or rolls back where this raises.
            log: in the name of the caller.
            caller: an advocate.
            site: where.
            referral: the content.
            form: from `asking`, validated.

        Raises:
            ReferralRefused, AlreadyReferred: see there.
        """


reports: Final = Port[ReportPort]("reports")
sealed_words: Final = Port[Callable[[Session, int, Collection[int]], set[int]]]("sealed_words")
"""Of these sites, those where something that a child wrote after a review is sealed to this one person alone."""

has_rota: Final = Port[Callable[[Session, int], bool]]("has_rota")
"""Whether somebody is on call at a site."""

round_titles: Final = Port[Callable[[Session, int], Mapping[str, str]]]("round_titles")
"""The title of a round, by language."""
