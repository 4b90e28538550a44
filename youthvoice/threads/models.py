"""Tables of letters and threads. They store days and no order of arrival: ids and row numbers are random."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, LargeRow, Utc


class LetterRow(LargeRow, Base):
    """A letter of a survey, a suggestion or good news: sealed to its own key, then under that of its destruction month.

    `box` is `survey`, `agenda` or `good`: the letter box of a round and a question of it, that of a committee's agenda,
    or good news, which belongs to neither.
    `shown_from` is the daily hour from which advocates see it; `day` is the day it arrived. Whether the child lets
    others read it is sealed with the text. A `held` letter does not end with its month.

    For a suggestion `due_on` is the day by which advocates promised a decision to the child, and `looked_at_on` the day
    on which somebody put it on hold; any other decision deletes it.
    """

    __tablename__ = "letters"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    box: Mapped[str] = mapped_column(String(10), default="survey", server_default="survey")
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    destruction_month: Mapped[str] = mapped_column(String(7))
    day: Mapped[date]
    shown_from: Mapped[datetime] = mapped_column(Utc)
    looked_at_on: Mapped[date | None]
    held: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    due_on: Mapped[date | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ReceiptRow(Base):
    """A keyed hash of a submission id, stored for twelve months, so that a repeat succeeds and does not count twice."""

    __tablename__ = "receipts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), index=True)


class LetterKeyWrapRow(Base):
    """A letter's private key, wrapped to one advocate, or a decoy of the same shape (`key_wraps`).

    `tag` tells the installation which (`key_wraps.letter_tag`); a wrap without one opens for nobody.
    """

    __tablename__ = "wraps"
    __table_args__ = ({"sqlite_with_rowid": False},)

    letter_id: Mapped[bytes] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    tag: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class ThreadRow(LargeRow, Base):
    """A sealed conversation, such as a report. From outside it shows that it exists, its site, first day and size.

    `marks` is the encrypted `case_state`. `locator` and `reply_key` belong to the child's code; a thread without a code
    has random bytes there. `receipt` is the hash of the submission id; `code_seen` says that the child has finished
    looking at the picture code, so that the same submission does not show it again.
    """

    __tablename__ = "threads"
    __table_args__ = (UniqueConstraint("site_id", "locator"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    day: Mapped[date]
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    locator: Mapped[bytes] = mapped_column(LargeBinary(16))
    reply_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    receipt: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_seen: Mapped[bool]
    destruction_month: Mapped[str] = mapped_column(String(7), index=True)
    marks: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)


class ThreadKeyWrapRow(Base):
    """A thread's private key wrapped to one reader of the site, or a decoy of the same shape."""

    __tablename__ = "thread_wraps"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True, index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16))


class ThreadEntryRow(LargeRow, Base):
    """One entry of a thread, sealed to its readers."""

    __tablename__ = "thread_entries"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ThreadReplyRow(LargeRow, Base):
    """One message to the child, or a step of the timeline, sealed to the key of the child's code."""

    __tablename__ = "thread_replies"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class HandoverItemRow(Base):
    """A handover: texts that were sealed to one adult, such as a facilitator; never a thread's key.

    `opened_on` is the day of the first look; until then it waits on the recipient's To do page. `ends_on` is the last
    day of an entry that an interpreter reads, `renderings` how often she wrote what it says; other handovers have none.
    """

    __tablename__ = "handed_items"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    day: Mapped[date]
    opened_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(index=True)
    renderings: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    destruction_month: Mapped[str] = mapped_column(String(7))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class CodeAttemptRow(Base):
    """What is counted on one day, such as wrong picture codes on one tablet, or what it delivers.

    `who` is a keyed hash of the tablet or place and the day. `slot` is a keyed hash of the time slot in which a slowed
    place made its last attempt. `noise` changes with every attempt, so that a wrong and a right one write the same.
    `warned` says that advocates got a mail about it that day. No address or time is stored.
    """

    __tablename__ = "code_tries"
    __table_args__ = ({"sqlite_with_rowid": False},)

    who: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    day: Mapped[date]
    tries: Mapped[int] = mapped_column(default=0)
    slot: Mapped[bytes] = mapped_column(LargeBinary(32), default=bytes(32))
    noise: Mapped[bytes] = mapped_column(LargeBinary(8), default=bytes(8))
    warned: Mapped[bool] = mapped_column(default=False)


class ThemeRow(Base):
    """Something that many children wrote, in words that two advocates agreed. It is written once, the same for all.

    `subject` is `round/` with the round's slug, or `reports/` with site and year. `locked` is its text by language.
    How many wrote it is not stored. The id is random, and themes are listed in its order.
    """

    __tablename__ = "themes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    subject: Mapped[str] = mapped_column(String(160), index=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    day: Mapped[date]
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    agreed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
