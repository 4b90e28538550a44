"""Tables of committees. Children's texts, nicknames and counts are encrypted; no column shows them.

Ids of what comes from children are random, and these tables have no order of arrival.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class CommitteeRow(Base):
    """One committee of a site.

    `preset` is a key of `committee_kinds.PRESETS`; adults choose the `name`. The facilitator (`facilitator_id`)
    owes answers unless the preset wants an adult named for each item. `check_days` is how long advocates have to
    check a suggestion. `goes_up_to_id` is the committee to which it passes what it cannot settle. The rhythm counts
    from the meeting at `first_at`, in the site's time zone. A new `calendar_version` ends every link to its
    calendar. A closed committee keeps everything.
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
    """One meeting: planned, held, missed or cancelled. Attendance is a count, never names (S28).

    `planned_for` is the moment in the rhythm, wherever the meeting was moved; an extra meeting has none. `quorum` is
    the number of children required on that day. `sequence` goes up, and `changed_at` is set, whenever it is moved or
    cancelled. `minutes` is `draft`, `approved` or `locked`, empty before there are any; `body` holds the three fields,
    encrypted. `version` goes up with every change of the minutes.
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
    """One field of the minutes as a voice recording; encrypted."""

    __tablename__ = "minutes_voices"
    __table_args__ = (UniqueConstraint("meeting_id", "field"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    field: Mapped[str] = mapped_column(String(10))
    sound: Mapped[bytes] = mapped_column(LargeBinary)


class AgendaItemRow(Base):
    """One item of an agenda. It belongs to the committee, not to a child (S27).

    `body` is its content, `support` the number of "me too" at the last weekly count; both are encrypted and of one
    length. `position` orders an agenda, smallest first. `day` is the day on which it came onto the agenda or last
    changed its state. `meeting_id` is the meeting that will discuss it or discussed it last. `from_id` is the item that
    it was in the committee below.
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
    """The last week in which "me too" was counted at a site, such as `2026-W48`: it is counted once a week."""

    __tablename__ = "support_counted"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    week: Mapped[str] = mapped_column(String(8))


class ElectionRow(Base):
    """An election or nomination for one post. Once it is over, only the winner is kept.

    `slug` is in its addresses. `way` is `paper`, `hands`, `slips` or `nomination`; `tie` the rule chosen before (`lot`
    or `again`); `state` is `open`, `counted_once`, `done`, `again`, `too_few`, `nobody` or `called_off`. `body` holds
    the candidates and, once over, only the winner (or those of a run-off); encrypted. `first_count` is the first
    adult's count until the second adult has counted; encrypted, then deleted. `key` names the key file of its ballots.
    `ends_at` is when it ends, or when it ended.
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
    """One secret vote, encrypted and of one length, until it is counted. No other column says anything about it."""

    __tablename__ = "ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("elections.id"), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class RepresentativeRow(Base):
    """A child elected or nominated by other children, for a term.

    `body` holds nickname, picture and why the term ended, encrypted. `verifier` is derived from the picture code;
    random bytes while there is none. `code_hash` and `code_until` exist from when the facilitator asks for new pictures
    until the child has seen them. No sign-in is recorded.
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
