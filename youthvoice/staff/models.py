"""Columns of people and where they work."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class Person(Base):
    """An adult with an account and a key pair.

    `seal` is a MAC, under a key file, over id, role, sites and public key: whoever writes a public key into a stolen
    database gets nothing sealed to it.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(12), default="en")
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    verifier_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_version: Mapped[int] = mapped_column(default=1)
    cost: Mapped[dict[str, int]] = mapped_column(JSON)
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    trained_until: Mapped[date | None]
    left_on: Mapped[date | None]


class PersonSite(Base):
    """A site where a person works."""

    __tablename__ = "person_sites"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True, index=True)


class WrongTry(Base):
    """Wrong passwords for one handle (hashed) in one hour; a row, so that every process sees it."""

    __tablename__ = "wrong_tries"

    handle_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    hour: Mapped[datetime] = mapped_column(Utc, primary_key=True)
    tries: Mapped[int]
