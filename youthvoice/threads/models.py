"""Columns of letters and threads. Days only; no order of arrival is kept (tables without row numbers, random ids)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class LetterRow(Base):
    """Free text of a survey, or a suggestion: sealed to a key of its own, under a layer of its destruction month.

    `box` is `survey` or `agenda`: the letter box of a round and a question of it, or that of a committee's agenda.
    `shown_from` is the daily hour from which advocates see it; `day` is the day it arrived. The child's yes to others
    reading it is sealed with the words. One that is `held` does not end with its month.

    Of a suggestion `due_on` is the day until which the child was told that it is decided, and `looked_at_on` the day on
    which somebody decided that it waits; decided otherwise, it is deleted.
    """

    __tablename__ = "letters"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    box: Mapped[str] = mapped_column(String(10), default="survey", server_default="survey")
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    destruction_month: Mapped[str] = mapped_column(String(7))
    day: Mapped[date]
    shown_from: Mapped[datetime] = mapped_column(Utc)
    looked_at_on: Mapped[date | None]
    held: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    due_on: Mapped[date | None]


class ReceiptRow(Base):
    """A keyed hash of a sheet's id, kept twelve months, so that a repeat is a success and never counts twice."""

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


class ThreadRow(Base):
    """A sealed conversation, such as a report. From outside: that it exists, where, since which day, how large.

    `marks` is what is known without opening it (`marks`). `locator` and `reply_key` belong to the child's code;
    a thread without one has random bytes there. `receipt` is the hash of the sheet that brought it; `code_seen` says
    that the child has finished looking at her code, so that the sheet does not show it again.
    """

    __tablename__ = "threads"
    __table_args__ = (UniqueConstraint("site_id", "locator"), {"sqlite_with_rowid": False})

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
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


class ThreadEntryRow(Base):
    """One thing said or done in a thread, for its readers."""

    __tablename__ = "thread_entries"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ThreadReplyRow(Base):
    """One thing said to the child, or a step of her thread, sealed to the key of her code."""

    __tablename__ = "thread_replies"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class HandoverItemRow(Base):
    """Something that an advocate sealed to one adult, such as a facilitator: chosen words, never the thread's key.

    `opened_on` is the day of her first look; until then it waits on her To do page.
    """

    __tablename__ = "handed_items"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    day: Mapped[date]
    opened_on: Mapped[date | None]
    destruction_month: Mapped[str] = mapped_column(String(7))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class CodeAttemptRow(Base):
    """Wrong picture codes of one tablet, or of the phones of one place, on one day.

    `who` is a keyed hash of either, another one every day. `slot` is a keyed hash too: of the stretch of time in which
    a place that is slowed took its last try. `noise` changes with every try: a wrong one and a right one write alike.
    No address, no time.
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
    """Something that many children wrote, in words that two advocates agreed; written once, the same for everybody.

    `subject` is `round/` with the round's slug, or `reports/` with site and year. `locked` is its words by language.
    How many wrote it is kept nowhere. The id is random, and themes stand in its order.
    """

    __tablename__ = "themes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    subject: Mapped[str] = mapped_column(String(160), index=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    day: Mapped[date]
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    agreed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
