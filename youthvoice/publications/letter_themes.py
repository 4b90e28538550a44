"""Themes of a round's letter box, shown beside its view: written by one advocate and agreed by a second.

Every audience reads them.

Source: PRIVACY.md A12; the rule and how they are kept: `threads.agreed_themes`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import get_locale, gettext as _, lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement
from youthvoice.audit.audit_log import Log
from youthvoice.committees.representatives.name_check import find_name_notices
from youthvoice.errors import Refused
from youthvoice.publications.adult_answers import words_with_language
from youthvoice.publications.snapshot import Frozen
from youthvoice.publications.store import VISIBLE_STATES, Edition, find_edition
from youthvoice.surveys.batches.store import load_counts
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import find_round
from youthvoice.threads import agreed_themes
from youthvoice.threads.letters.store import count_letters_of_round
from youthvoice.threads.theme_form import QUOTE_LABELS

THEME_REFUSAL_LABELS: Final = {
    "too_few_children": _l("Fewer than ten children were counted, so no theme is told."),
    "enough_themes": _l("There are five themes already: as many as one page tells."),
    "more_than_wrote": _l("There are fewer letters than that."),
    "not_many": _l("At least three answers, and one in four of the children, must say it."),
    "points_at_somebody": _l("This may point at somebody: %(words)s. A theme names nobody and no number to call."),
}


def find_theme_refusal(session: Session, edition: Edition, mentions: int, words: Mapping[str, str]) -> Refused | None:
    """Why a text cannot be a theme of a view; None if it can.

    Args:
        session: only read.
        edition: of the view.
        mentions: how many children say it, as an advocate counted.
        words: by language.

    Returns:
        Its code, at `mentions`, or at `words` with those that point at somebody.
    """
    round_ = find_round(session, edition.first.frozen["round"])
    children = max(edition.first.frozen["n"] or 0, _second_wave_size(session, round_))
    wrote = count_letters_of_round(session, round_.id, context.now()) if round_ else 0
    themes_so_far = len(agreed_themes.list_themes(session, agreed_themes.round_subject(edition.first.frozen["round"])))
    if code := agreed_themes.theme_refusal(children, wrote, mentions, agreed_themes.SHARE_OF_A_BATCH, themes_so_far):
        return Refused(code, "sheets")
    content_notices = find_name_notices(session, edition.site_ids, words.values())  # letters to families name no site
    return Refused("points_at_somebody", "words", content_notices[0].words) if content_notices else None


def publish_theme(  # noqa: PLR0913, PLR0917 - what, of which view, by whom
    session: Session, edition: Edition, theme: agreed_themes.Theme, mentions: int, by: tuple[int, int], log: Log
) -> Refused | None:
    """Publish a theme beside a view permanently, unless something speaks against it.

    Args:
        session: may write.
        edition: of the view.
        theme: on which two advocates agreed.
        mentions: how many children say it, as the first advocate counted.
        by: rows of the two.
        log: in the name of the first.

    Returns:
        As `find_theme_refusal`; then nothing was published.
    """
    if refused := find_theme_refusal(session, edition, mentions, theme.words):
        return refused
    subject = agreed_themes.round_subject(edition.first.frozen["round"])
    agreed_themes.add_theme(session, subject, theme, *by)
    log.add(session, "theme.add", f"{subject} with {by[1]}")
    return None


def _second_wave_size(session: Session, round_: Round | None) -> int:
    """The number of responses in the second of two linked waves, beside whose view a theme is shown; else 0.

    A child without a card could write a letter too, and is in no pair.
    """
    if round_ is None or not round_.has_cards or round_.outcome != "counted":
        return 0
    return load_counts(session, round_.batch_id).wave_sizes[1]


def theme_refusal_label(refused: Refused) -> str:
    """Why a text is no theme."""
    return str(THEME_REFUSAL_LABELS[refused.code]) % {"words": refused.name}


def can_have_theme(edition: Edition, session: Session) -> bool:
    """Whether a theme may be written beside a view."""
    frozen = edition.first.frozen
    if edition.state not in VISIBLE_STATES or "guardians" not in edition.rows or frozen["n"] is None:
        return False
    return (
        len(agreed_themes.list_themes(session, agreed_themes.round_subject(frozen["round"]))) < agreed_themes.MAX_THEMES
    )


def themes_of_view(session: Session, frozen: Frozen) -> list[agreed_themes.Theme]:
    """The themes of a view's round, in all their languages."""
    return agreed_themes.list_themes(session, agreed_themes.round_subject(frozen["round"]))


def theme_words(session: Session, frozen: Frozen) -> list[Markup]:
    """The themes of a view, each as `spoken_theme` renders it."""
    return [spoken_theme(theme) for theme in themes_of_view(session, frozen)]


def spoken_theme(theme: agreed_themes.Theme) -> Markup:
    """A theme in the language of the page, else in the first language it has, marked."""
    page_language = str(get_locale() or "en")
    words = {code: f"“{text}”" for code, text in theme.words.items()} if theme.is_quote else theme.words
    return words_with_language(words, page_language if page_language in words else next(iter(words)))


class ThemeRequest:
    """The request to a second advocate of the sites to agree to a theme; both can read the letters."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as `RequestKind`
        """What is requested."""
        return str(_("A theme of the letter box"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:  # noqa: ARG002 - as `title`
        """The full text of the theme, and what the first advocate says about it."""
        view = url_for("publications.detail", slug=data["slug"])
        return [
            agreement.RequestLine(_("View"), _("Look at it first"), view),
            agreement.RequestLine(_("Letters"), _("Read them again"), url_for("letters.index")),
            *(agreement.RequestLine(_("Theme"), text) for text in data["words"].values()),
            agreement.RequestLine(_("How"), str(QUOTE_LABELS[data["how"]])),
            agreement.RequestLine(_("Answers that say it"), str(data["sheets"])),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Publish the theme, after checking it against the present state."""
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        if not (first.may("letters.read") and second.may("letters.read")):
            raise agreement.CannotBeDone(_("Two advocates decide this."))
        edition = find_edition(session, data["slug"], agreement_request.site_ids)
        if edition is None or not can_have_theme(edition, session):
            raise agreement.CannotBeDone(_("No theme can be told beside this view."))
        theme = agreed_themes.Theme(data["words"], data["how"] == "quote", context.today())
        by = (first.person_id, second.person_id)
        if refused := publish_theme(session, edition, theme, data["sheets"], by, agreement.log_of_first(first)):
            raise agreement.CannotBeDone(theme_refusal_label(refused))
        return agreement.RequestOutcome(url_for("publications.detail", slug=data["slug"]))


THEME_REQUEST_KINDS: Final[Mapping[str, agreement.RequestKind]] = {"theme": ThemeRequest()}
