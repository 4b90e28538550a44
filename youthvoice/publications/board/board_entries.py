"""Entries of the children's board: of a published view, a small round, an answer, a year, good news."""

from collections.abc import Iterator
from datetime import date

from flask_babel import force_locale, gettext as _
from sqlalchemy.orm import Session

from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import find_answer_due, find_by_subject
from youthvoice.publications import adult_answers, store
from youthvoice.publications.board.board_cards import BoardCard, BoardEntry, CardBuilder
from youthvoice.publications.influence import labels as influence_labels
from youthvoice.publications.influence.years import InfluenceYear, worst_first
from youthvoice.publications.letter_themes import theme_words
from youthvoice.publications.render import RenderedFinding, RenderedView, best_language, mark_language, render_view
from youthvoice.publications.snapshot import Frozen
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round
from youthvoice.surveys.school_sessions.store import find_school_session
from youthvoice.web.graphics import pictures
from youthvoice.web.i18n import languages


def entry_of_good_news(session: Session, entry_id: bytes, language: str) -> BoardEntry | None:
    """The entry of good news, or of why something is not there; None if it does not open."""
    card = adult_answers.good_news_card(session, entry_id, language)
    return BoardEntry("", (BoardCard(picture=card[0], sentence=card[1]),), is_good=True) if card else None


def entry_of_round_view(  # noqa: PLR0913, PLR0917 - a view, its reader, and a later view
    session: Session, slug: str, language: str, today: date, site_id: int, later_slug: str = ""
) -> BoardEntry | None:
    """The entry of a view; None if the view of the later wave, `later_slug`, shows the same beside its own."""
    later_view = store.find_publication_by_slug(session, later_slug) if later_slug else None
    if later_view is not None and later_view.frozen["before"]:
        return None
    publication = store.find_publication_by_slug(session, slug)
    return entry_of_view(session, publication.frozen, language, today, site_id) if publication else None


def entry_of_view(
    session: Session, frozen: Frozen, language: str, today: date, site_id: int | None = None
) -> BoardEntry:
    """The board entry of one view, in the present gettext language.

    Args:
        session: only read.
        frozen: the view for children.
        language: of the reader.
        today: at the site.
        site_id: whose board, if several sites chose together; the first of them if None.
    """
    best = best_language(frozen, language)
    with force_locale(best):
        view = render_view(frozen, best)
    view = view if best == languages.locale() else mark_language(view, best)
    if view.is_choice:
        answer_due = find_by_subject(session, "choice", frozen["round"], site_id)
    else:
        answer_due = adult_answers.find_answer_due_for(session, frozen)
    builder = CardBuilder.of(session, answer_due, frozen, today)
    if view.is_choice:
        nothing = BoardCard(sentence=_("Too few of us voted, so nothing was chosen."))
        return BoardEntry(view.title, tuple(_chosen(builder, view)) or (nothing,))
    cards = [builder.finding(finding) for finding in view.findings]
    cards += builder.everything_else(cards)
    cards += [BoardCard(picture="1F4DD", sentence=words) for words in theme_words(session, frozen)]
    cards.sort(key=lambda card: not card.reply)  # answered cards first, the answer to the whole last among them
    # If no question can be published, children still see that they were counted, and what adults answered.
    return BoardEntry(view.title, tuple(cards) or (builder.whole("", view.answered),))


def _chosen(builder: CardBuilder, view: RenderedView) -> Iterator[BoardCard]:
    """The winners of a choice; the first with the answer due, if an adult must carry it out (S33)."""
    for place, (question, winner, picture) in enumerate(view.won):
        if builder.answer_due is None or place:
            yield BoardCard(picture=picture, sentence=question, reply="yes", verdict=_("You chose:"), words=winner)
        else:
            yield builder.whole(picture, question, chosen=str(_("You chose: %(winner)s", winner=winner)))


def entry_of_answer(session: Session, due_id: int, language: str, today: date) -> BoardEntry | None:
    """The entry of an agenda item, a session, or a choice without a view on this board."""
    answer_due = find_answer_due(session, due_id)
    if answer_due is None or (
        answer_due.kind == "choice" and _is_published(session, answer_due.subject, answer_due.site_id)
    ):
        return None
    builder = CardBuilder.of(session, answer_due, None, today)
    if answer_due.kind == "session":
        line = school_session_line(session, answer_due.subject, answer_due.site_id, language, today)
        return BoardEntry(line[0], (builder.whole(answer_due.picture, line[1]),)) if line else None
    best = next((code for code in (language, "en") if answer_due.about.get(code)), next(iter(answer_due.about)))
    about = answer_due.about[best] if best == language else adult_answers.words_with_language(answer_due.about, best)
    picture = answer_due.picture if pictures.is_picture(answer_due.picture) else ""
    return BoardEntry("", (builder.whole(picture, about),), is_choice=answer_due.kind == "choice")


def _is_published(session: Session, slug: str, site_id: int) -> bool:
    """Whether a choice has a view on the board of a site."""
    round_ = find_round(session, slug)
    return round_ is not None and any(
        round_.id == round_id for _slug, round_id, _day in store.list_views_on_board(session, site_id)
    )


def entry_of_year(year: InfluenceYear, site_id: int) -> BoardEntry | None:
    """How adults answered these children in a year, the worst result first; None for fewer than ten words."""
    group = year.group_of(site_id)
    if group is None:
        return None
    lines = influence_labels.lines_of_group(group)
    cards = []
    for question in worst_first(group):
        sentence, line = influence_labels.board_sentence(question, lines[question]), lines[question]
        beads = (line["low"], line["high"], line["n"], sentence)
        finding = RenderedFinding(
            name=question, sentence=sentence, picture="", bars=(), beads=beads, mark="", changed=""
        )
        cards.append(BoardCard(sentence=sentence, finding=finding))
    return BoardEntry(str(year.year), tuple(cards), is_year=True)


def entry_of_small_round(
    session: Session, round_: Round, language: str, today: date, *, shows_answer: bool
) -> BoardEntry:
    """A round under ten, which was never counted (PRIVACY.md A1); with its answer, if `shows_answer` is true."""
    about = str(_("Fewer than ten of us answered, so nothing was counted."))
    if questionnaire_of_round(session, round_).letter_boxes:
        about += " " + str(_("Only the letter box was read."))
    answer_due = find_by_subject(session, "round", round_.slug)
    builder = CardBuilder.of(session, answer_due, None, today)
    card = builder.whole("", about) if shows_answer and answer_due and answer_due.last() else BoardCard(sentence=about)
    return BoardEntry(round_.title_in(language), (card,))


def school_session_line(
    session: Session, subject: str, site_id: int, language: str, today: date
) -> tuple[str, str] | None:
    """The title and sentence of a school session on the board; None before its day.

    The sentence is what the advocates agreed to publish, else only that the session took place.

    Args:
        session: only read.
        subject: of the answer due about it.
        site_id: whose children it was for.
        language: of the child.
        today: at the site.
    """
    school_session = find_school_session(session, int(subject), [site_id])
    if school_session is None or school_session.row.day > today:
        return None
    title = (
        _("After the session at %(school)s", school=school_session.where)
        if school_session.row.school
        else _("After the session")
    )
    agreed = school_session.record.sentence
    sentence = agreed.get(language) or next(iter(agreed.values()), "") or str(_("We talked together."))
    return str(title), sentence


def is_on_board(session: Session, site_id: int, answer_due: AnswerDue) -> bool:
    """Whether an answer due is on the board of a site: its own, or that of a round of several sites together."""
    if answer_due.site_id == site_id:
        return True
    round_ = find_round(session, answer_due.subject) if answer_due.kind == "round" else None
    return round_ is not None and site_id in round_.site_ids
