"""Columns of committees. Children's words, nicknames and counts are locked; of them a column says nothing.

Ids of what comes from children are random, and tables of them have no order of arrival.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class CommitteeRow(Base):
    """One committee of a site.

    `preset` is a key of `entities.PRESETS`; `name` is given by adults. `facilitator_id` owes answers where the preset
    does not want an adult named for each item. `check_days` is how long advocates have to check a suggestion.
    `goes_up_to_id` is the committee to which it hands what it cannot settle. `first_at` is a meeting from which the
    rhythm counts, at the site's own clock. A new `calendar_version` ends every link to its calendar. Closed ones keep
    everything.
    """

    __tablename__ = "committees"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    preset: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(80))
    facilitator_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
    first_at: Mapped[datetime] = mapped_column(Utc)
    rhythm_days: Mapped[int]
    quorum: Mapped[int]
    term_days: Mapped[int]
    check_days: Mapped[int]
    calendar_version: Mapped[int] = mapped_column(default=1)
    goes_up_to_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]


class MeetingRow(Base):
    """One meeting: planned, held, missed or cancelled. How many were there is a count, never a name (S28).

    `planned_for` is the moment of the rhythm for which it stands, wherever it was moved; one that was added has none.
    `quorum` is how many children were needed on that day. `sequence` goes up, and `changed_at` is set, whenever it is
    moved or cancelled. `minutes` is `draft`, `approved` or `locked`, empty before there are any; `body` holds the three
    fields, locked. `version` goes up with every change of the minutes.
    """

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("committee_id", "starts_at"), UniqueConstraint("committee_id", "planned_for"))

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    starts_at: Mapped[datetime] = mapped_column(Utc)
    planned_for: Mapped[datetime | None] = mapped_column(Utc)
    place: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10), default="planned")
    children: Mapped[int | None]
    adults: Mapped[int | None]
    quorum: Mapped[int | None]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(Utc)
    minutes: Mapped[str] = mapped_column(String(10), default="")
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    approved_on: Mapped[date | None]
    locked_on: Mapped[date | None]


class MinutesVoiceRow(Base):
    """One field of the minutes, spoken; locked."""

    __tablename__ = "minutes_voices"
    __table_args__ = (UniqueConstraint("meeting_id", "field"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    field: Mapped[str] = mapped_column(String(10))
    sound: Mapped[bytes] = mapped_column(LargeBinary)


class AgendaItemRow(Base):
    """One thing on an agenda. It belongs to the committee, not to a child (S27).

    `body` is what it says, `support` how many said "me too" as of the last weekly count, both locked and of one length.
    `position` orders an agenda, smallest first. `day` is the day it came onto the agenda, or changed its state last.
    `meeting_id` is the meeting that talks, or talked last, about it. `from_id` is the item it was in the committee
    below.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_committee_id_state", "committee_id", "state", "position"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    state: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]
    day: Mapped[date]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    from_id: Mapped[bytes | None] = mapped_column(ForeignKey("items.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    support: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)


class SupportCountRow(Base):
    """The last week in which "me too" was counted at a site, such as `2026-W48`: once a week, whoever counts."""

    __tablename__ = "support_counted"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    week: Mapped[str] = mapped_column(String(8))


class ElectionRow(Base):
    """How a committee gets somebody for one post. Only who won is ever kept once it is over.

    `slug` is what addresses bear. `way` is `paper`, `hands`, `slips` or `nomination`; `tie` the rule chosen before
    (`lot` or `again`); `state` is `open`, `counted_once`, `done`, `again`, `too_few`, `nobody` or `called_off`. `body`
    holds who stands and, once over, only who won (or who stands again); locked. `first_count` is what the first adult
    counted, until the second has; locked, then gone. `key` names the key file of its ballots. `ends_at` is when it
    ends, and once it is over, when it was.
    """

    __tablename__ = "elections"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(24), unique=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    post: Mapped[str] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(12))
    tie: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    ends_at: Mapped[datetime] = mapped_column(Utc)
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    first_count: Mapped[bytes | None] = mapped_column(LargeBinary)
    counted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class BallotRow(Base):
    """One secret vote, locked and of one length, until counted. Nothing stands beside it."""

    __tablename__ = "ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("elections.id"), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class RepresentativeRow(Base):
    """A child elected or nominated by peers, for a term. `body` holds nickname, picture and why it ended, locked.

    `verifier` is what her picture code becomes; while she has none, random bytes. `code_hash` and `code_until` are
    there from when her facilitator asks for pictures until she has seen them. No sign-in is recorded anywhere.
    """

    __tablename__ = "representatives"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    post: Mapped[str] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    verifier: Mapped[bytes] = mapped_column(LargeBinary(32))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    code_until: Mapped[datetime | None] = mapped_column(Utc)
