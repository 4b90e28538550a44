"""Themes: one sentence about what many children wrote, agreed by two advocates. The rule for a theme, and its storage.

A theme is a paraphrase, or a quote whose writer agreed that others see it. It is never about an adult or an event that
somebody could recognise. It is shown without any number; how many children wrote it is not stored anywhere once the
request between the two advocates is deleted.

Source: PRIVACY.md A12.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.threads.models import ThemeRow

MIN_SHEETS: Final = 3
"""Letters or reports, at least, that say what a theme says."""

SHARE_OF_A_BATCH: Final = Fraction(1, 4)
"""Share of a batch's children, or of a site's reports of a year, that must say it."""

MAX_THEMES: Final = 5
"""Of one batch, or of one year of reports: they have to fit on one page."""

MAX_THEME_CHARACTERS: Final = 120

_ROOM: Final = 4_096  # bytes of a theme in every language

ThemeRefusal = Literal["too_few_children", "not_many", "more_than_wrote", "enough_themes"]


def theme_refusal(children: int, letters: int, matching: int, share: Fraction, themes: int) -> ThemeRefusal | None:
    """The reason why a sentence may not become a theme; None when it may.

    Args:
        children: in the batch.
        letters: letters in the letter box.
        matching: letters that say it.
        share: of the children who must say it.
        themes: that exist already.
    """
    if children < MIN_BATCH:
        return "too_few_children"
    if themes >= MAX_THEMES:
        return "enough_themes"
    if matching > letters:
        return "more_than_wrote"
    return "not_many" if matching < MIN_SHEETS or matching < share * children else None


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme.

    Attributes:
        words: by language.
        is_quote: word for word, with the child's yes; else a paraphrase.
        day: on which a second advocate agreed.
    """

    words: Mapping[str, str]
    is_quote: bool
    day: date


def round_subject(slug: str) -> str:
    """The subject under which the themes of a round's letter box are stored."""
    return f"round/{slug}"


def reports_subject(site_id: int, year: int) -> str:
    """The subject under which the themes of a site's reports of one year are stored."""
    return f"reports/{site_id}/{year}"


def add_theme(session: Session, subject: str, theme: Theme, written_by: int, agreed_by: int) -> None:
    """Store a theme permanently.

    Args:
        session: may write.
        subject: as in `ThemeRow`.
        theme: as agreed.
        written_by: row of the first advocate.
        agreed_by: row of the second.
    """
    theme_id = secrets.token_bytes(16)
    values = {"words": dict(theme.words), "quote": theme.is_quote}
    locked = encrypt_json(context.keyring(), KEPT_WORDS, values, _purpose(subject, theme_id), _ROOM)
    who = {"written_by": written_by, "agreed_by": agreed_by}
    session.add(ThemeRow(id=theme_id, subject=subject, locked=locked, day=theme.day, **who))
    session.flush()


def list_themes(session: Session, subject: str, known_to: int | None = None) -> list[Theme]:
    """The themes of a subject, in random order.

    Args:
        session: only read.
        subject: as in `ThemeRow`.
        known_to: only those that this person wrote or agreed to, where the others would reveal something to them.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one they were encrypted under.
    """
    return themes_by_subject(session, [subject], known_to)[subject]


def themes_by_subject(
    session: Session, subjects: Collection[str], known_to: int | None = None
) -> dict[str, list[Theme]]:
    """As `list_themes`, for each of these subjects."""
    query = select(ThemeRow).where(ThemeRow.subject.in_(subjects)).order_by(ThemeRow.id)
    if known_to is not None:
        query = query.where(or_(ThemeRow.written_by == known_to, ThemeRow.agreed_by == known_to))
    themes: dict[str, list[Theme]] = {subject: [] for subject in subjects}
    for row in session.scalars(query):
        themes[row.subject].append(_decrypt_theme(row))
    return themes


def _decrypt_theme(row: ThemeRow) -> Theme:
    content = decrypt_json(context.keyring(), KEPT_WORDS, row.locked, _purpose(row.subject, row.id))
    return Theme(content["words"], content["quote"], row.day)


def _purpose(subject: str, theme_id: bytes) -> SealingContext:
    return sealing_context("theme", subject, theme_id.hex())
