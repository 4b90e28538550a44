"""Tables of publications, and of the addresses of guardians."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class PublicationRow(Base):
    """A frozen view of one round's batch for one audience; written once, never changed.

    `locked` is the encrypted view: bands, texts in every language, and nothing that could lead to a count
    (`encryption`). `state` goes waiting -> approved -> sent, or waiting -> sent_back; the reason is encrypted in
    `reason`. `slug` is in addresses of staff pages. A correction is a new version.
    """

    __tablename__ = "publications"
    __table_args__ = (UniqueConstraint("round_id", "audience", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    audience: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_on: Mapped[date]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_on: Mapped[date | None] = mapped_column(index=True)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_on: Mapped[date | None]


class PublicationSiteRow(Base):
    """A site whose children, guardians and staff may see a publication, and when its guardians got a letter about it.

    `told_of` is the day of the answer that they know: from their second letter, or from a first one that contained it.
    """

    __tablename__ = "publication_sites"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True, index=True)
    sent_on: Mapped[date | None]
    letters: Mapped[int | None]
    told_of: Mapped[date | None]
    told_letters: Mapped[int | None]


class InfluenceYearRow(Base):
    """A calendar year of adults' answers to children, in bands, of every site; written once, encrypted."""

    __tablename__ = "influence_years"

    year: Mapped[int] = mapped_column(primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class CareQuarterRow(Base):
    """A quarter of a site, with each step of care; written once, encrypted. `first` is its first day."""

    __tablename__ = "care_quarters"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class GuardianAddressRow(Base):
    """A guardian's address, encrypted; mail goes only to cleared ones. The fingerprint is unique at a site.

    `kind` is who reads there: a legal guardian, other family, or the committee that inspects the site.
    """

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    language: Mapped[str] = mapped_column(String(12))
    entered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    cleared_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cleared_on: Mapped[date | None]
    refused_on: Mapped[date | None]
    unsubscribed_on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(20), default="guardian", server_default="guardian")


class GuardianLetterRow(Base):
    """A letter to an address: one row for each view in it.

    `told_of` is the day of the answer that the letter contained; the outbox knows whether it arrived.
    """

    __tablename__ = "guardian_letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(120), default="")
    told_of: Mapped[date | None]
    written_on: Mapped[date]


class SubscriptionRow(Base):
    """Regular letters: who at a site gets them, and how often.

    `audience` is a kind of address, or a group of staff; `language` is empty for every language without a row of its
    own. `since` is the first day whose views it covers; `done_for` is the start of the last period that was sent.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("site_id", "audience", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    audience: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12), default="")
    rhythm: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    since: Mapped[date]
    done_for: Mapped[date]
    letters: Mapped[int] = mapped_column(default=0)
    sent_on: Mapped[date | None]
