"""Tables of sites, groups, tablets and services."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class SiteRow(Base):
    """One shelter, school, village or drop-in centre, with its helpline and emergency contacts.

    `mail_name` is the neutral name in mail. `mail_picture`, an OpenMoji code, and `mail_word` are on each letter to
    families, who know them from paper; `staff_word` is on each notice to staff. Families call `ask_number`.
    `languages` are offered to children; of `wanted_languages`, asked for when the site was made, a coordinator signs
    for the others. The page for adults names those not in `checked_languages`. With `strip_words` the strip above a
    child's screens names readers and shows no face. `jurisdiction` names the file with the deadlines of its
    reports. `sign_language`, an ISO 639-3 code or empty, is the sign language of its films, and `sign_name` how
    the site writes it. `phone_number` is that of its telephone line for children, who see it from
    `phone_heard` on, the day on which the line first read seven keys under it.
    `closing_asked` is the last day for which two adults ask, `closes_on` the last day once the outside recipient
    confirmed it. `version` increases with every change, for cached pages.
    """

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    mail_name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    daily_hour: Mapped[int] = mapped_column(default=17)
    languages: Mapped[list[str]] = mapped_column(JSON)
    checked_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    wanted_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    helpline_name: Mapped[str] = mapped_column(String(120), default="")
    helpline_number: Mapped[str] = mapped_column(String(40), default="")
    helpline_hours: Mapped[str] = mapped_column(String(120), default="")
    helpline_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    helpline_tested: Mapped[date | None]
    danger_number: Mapped[str] = mapped_column(String(40), default="")
    danger_adult: Mapped[str] = mapped_column(String(120), default="")
    jurisdiction: Mapped[str] = mapped_column(String(40), default="general", server_default="general")
    mail_picture: Mapped[str] = mapped_column(String(20), default="", server_default="")
    mail_word: Mapped[str] = mapped_column(String(40), default="", server_default="")
    staff_word: Mapped[str] = mapped_column(String(40), default="", server_default="")
    ask_number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    ask_hours: Mapped[str] = mapped_column(String(120), default="", server_default="")
    strip_words: Mapped[bool] = mapped_column(default=False, server_default=false())
    sign_language: Mapped[str] = mapped_column(String(3), default="", server_default="")
    sign_name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    phone_number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    phone_heard: Mapped[date | None]
    closing_asked: Mapped[date | None]
    closes_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class GroupRow(Base):
    """A class, dormitory or club of a site.

    `apart` is one number for all groups that, as two adults declared, share no child; None without a declaration.
    """

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(80))
    apart: Mapped[int | None]


class TabletRow(Base):
    """A shared device. The row stays when it is retired, so that it can report that it is empty.

    Attributes:
        code_hash: of the code that enrols it; None from then on.
        token_hash: of the token in its cookie; None before.
        successor_id: the later row, where the same device was connected again.
        passes_from: a delivery that has only a pass, issued on an earlier day, is refused.
        lost_on: the day from which on nobody knows who has it.
        voices: languages, joined by spaces, in which somebody checked the tablet's own voice.
        status: its last report (`tablet_status`), at `status_at`.
        shown: its last report before the daily hour; coordinators see it until the next one.
        emptied_at: all that was sent on it until then has arrived; None while a retired one may still take more. It
            counts for rounds and for passes.
        waits_since: what waits on it was sent after this moment, the enrolment at first. It counts for slips; an adult
            cannot set it back.
        cleared_on: the day on which an adult read that an envelope on it never opens.
        clears: whether it still has to delete that envelope.
        refused_on: the last day on which a delivery in its name was refused, for its pass had ended (`passes_from`).
    """

    __tablename__ = "tablets"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    code_until: Mapped[datetime | None] = mapped_column(Utc)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    enrolled_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    successor_id: Mapped[int | None]
    passes_from: Mapped[int] = mapped_column(default=0, server_default="0")
    lost_on: Mapped[date | None]
    voices: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    status_at: Mapped[datetime | None] = mapped_column(Utc)
    shown: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    emptied_at: Mapped[datetime | None] = mapped_column(Utc)
    waits_since: Mapped[datetime | None] = mapped_column(Utc)
    cleared_on: Mapped[date | None]
    clears: Mapped[bool] = mapped_column(default=False, server_default=false())
    refused_on: Mapped[date | None]


class ServiceRow(Base):
    """A service near a site, such as a clinic. `kind` and `languages` are codes; `verified_on` is the last check."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(200), default="", server_default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    verified_on: Mapped[date | None]
