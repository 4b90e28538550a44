"""The children's board of a site, "you said, we did": its entries, its pages, and its line about a school session."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from flask import render_template
from flask_babel import force_locale, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import labels, taps
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.rules import WHOLE
from youthvoice.accountability.store import find_answer_due, find_by_subject, list_board_subjects
from youthvoice.good_news.store import list_board_weeks
from youthvoice.publications import adult_answers, store
from youthvoice.publications.influence import labels as influence_labels
from youthvoice.publications.influence.years import FROZEN_IN, InfluenceYear, list_influence_years, worst_first
from youthvoice.publications.letter_themes import theme_words
from youthvoice.publications.render import RenderedFinding, RenderedView, best_language, mark_language, render_view
from youthvoice.publications.snapshot import Frozen
from youthvoice.sites.store import Site
from youthvoice.surveys.rounds.entities import UNATTENDED, Round
from youthvoice.surveys.rounds.status import settled_days
from youthvoice.surveys.rounds.store import find_round, list_rounds, questionnaire_of_round
from youthvoice.surveys.school_sessions.store import find_school_session
from youthvoice.web.graphics import pictures
from youthvoice.web.i18n import languages

Words = Markup | str


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One card on the board: what children said, what adults answered, and what changed.

    Attributes:
        picture: OpenMoji code, or empty.
        sentence: what children said.
        finding: its bands; None for a choice, an agenda item, and a round under ten.
        reply: yes, partly, no_because, or empty while there is no answer.
        verdict: the opening of the answer.
        words: the text of the answer.
        who: who answered, and from when it is done.
        chosen: of a choice: the winner; where everything has one answer: what was said first.
        asks: the subject of the question "is it really done?"; empty if it is not asked.
        done: the sentence that children said it is done.
        before: the previous answer that children opened again, with its opening.
    """

    picture: str
    sentence: Markup | str
    finding: RenderedFinding | None = None
    reply: str = ""
    verdict: str = ""
    words: Markup | str = ""
    who: str = ""
    chosen: Markup | str = ""
    asks: str = ""
    done: str = ""
    before: Markup | str = ""

    @property
    def changed(self) -> str:
        """What changed since the wave before, in words; empty if nothing can be said."""
        return (self.finding.change_sentence or self.finding.changed) if self.finding else ""

    @property
    def shows_rows(self) -> bool:
        """Whether its sentence does not contain the finding: many answers, or parts."""
        return self.finding is not None and not self.finding.beads


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One round on the board, an agenda item or good news (without a title), or how adults answered in a year."""

    title: str
    cards: tuple[BoardCard, ...]
    is_choice: bool = False
    is_year: bool = False
    is_good: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether adults have answered any part of it."""
        return any(card.reply for card in self.cards)

    @property
    def hidden_changes(self) -> tuple[str, ...]:
        """Its questions whose ranges are too wide to show a change."""
        return tuple(card.finding.question_text for card in self.cards if card.finding and card.finding.is_hidden)

    @property
    def open_cards(self) -> tuple[BoardCard, ...]:
        """The cards shown without unfolding: all with an answer or a question to children, at least the first one."""
        if self.is_year:
            return self.cards
        return tuple(card for card in self.cards if card.reply or card.asks or card.done) or self.cards[:1]


@dataclass(frozen=True, slots=True)
class BoardStory:
    """A card with its place on the board.

    Attributes:
        card: the card.
        entry: the entry it belongs to.
        is_first: whether it is the first card of its entry here, and shows the title.
    """

    card: BoardCard
    entry: BoardEntry
    is_first: bool


def _stories(entries: Sequence[BoardEntry], cards: Callable[[BoardEntry], Sequence[BoardCard]]) -> list[BoardStory]:
    """The stories of some cards of each entry."""
    return [BoardStory(card, entry, place == 0) for entry in entries for place, card in enumerate(cards(entry))]


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """Builds the cards of one entry, with the answers of adults, in the present gettext language.

    Attributes:
        answer_due: about it; None if there is none.
        frozen: the view, if there is one.
        names: of adults.
        today: at the site.
    """

    answer_due: AnswerDue | None
    frozen: Frozen | None
    names: labels.PersonNames
    today: date

    @classmethod
    def of(cls, session: Session, answer_due: AnswerDue | None, frozen: Frozen | None, today: date) -> "_CardBuilder":
        """A builder with the names of all adults in the answers."""
        return cls(answer_due, frozen, adult_answers.names_beside_answers(session, answer_due), today)

    def finding(self, finding: RenderedFinding) -> BoardCard:
        """The card of a published question; an answer to the round as a whole has a card of its own at the end."""
        answer_due = self.answer_due
        if (
            answer_due
            and answer_due.reply()
            and not answer_due.reply(finding.name)
            and finding.name not in answer_due.again
        ):
            return BoardCard(finding.picture, finding.sentence, finding)
        return self._card(finding.picture, finding.sentence, finding, finding.name)

    def everything_else(self, cards: Sequence[BoardCard]) -> Iterator[BoardCard]:
        """The card of the answer to the round as a whole, if some question has no answer of its own."""
        if not cards or self.answer_due is None:
            return
        unanswered = self.answer_due.reply() is not None and not all(card.verdict for card in cards)
        if unanswered or WHOLE in self.answer_due.again:
            if any(card.reply for card in cards):
                yield self.whole("", _("Everything else you said"))
            else:
                sentences = (card.sentence for card in cards if not card.finding or card.finding.beads)
                yield self.whole(cards[0].picture, _("Everything you said"), chosen=next(sentences, ""))

    def whole(self, picture: str, sentence: Words, chosen: Words = "") -> BoardCard:
        """The card of something with a single answer."""
        return self._card(picture, sentence, None, WHOLE, chosen)

    def _card(
        self, picture: str, sentence: Words, finding: RenderedFinding | None, part: str, chosen: Words = ""
    ) -> BoardCard:
        """One card, with the answer about a part."""
        reply = self.answer_due.reply(part) if self.answer_due else None
        answer = self._answer_values(reply) if reply else self._waiting_values()
        asks, done, before = self._tap_subject(reply), self._done_sentence(reply), self._answer_before(part)
        return BoardCard(picture, sentence, finding, *answer, chosen, asks, done, before)

    def _answer_values(self, reply: Reply) -> tuple[str, str, Markup | str, str]:
        """The values of a card about an answer: kind, opening, text, author."""
        wording = self.answer_due.wording(reply.part) if self.answer_due else "round"
        decider = self.frozen["decider"] if self.frozen else ""
        who = labels.by_whom_label(reply, self.names.get(reply.by, decider), self.today)
        return reply.kind, labels.reply_opening_label(reply.kind, wording), adult_answers.spoken_words(reply), who

    def _waiting_values(self) -> tuple[str, str, Markup | str, str]:
        """The same values while nobody has answered: who answers by when."""
        kind = self.answer_due.kind if self.answer_due else "round"
        if self.frozen is not None:
            waits = adult_answers.waiting_sentence(self.frozen, self.answer_due, self.today, self.names)
        else:
            waits = labels.waiting_label(self.answer_due, self.names, self.today) if self.answer_due else ""
        return "", labels.unanswered_label(kind), waits, ""

    def _tap_subject(self, reply: Reply | None) -> str:
        """The subject of the question "is it really done?"; empty if it is not asked."""
        if self.answer_due is None or reply is None or not reply.may_ask_children(self.today):
            return ""
        return str(taps.tap_subject(self.answer_due, reply.part))

    @staticmethod
    def _done_sentence(reply: Reply | None) -> str:
        """The sentence that children said it is done; else empty."""
        return str(_("We say: it is done.")) if reply and reply.confirmed_on else ""

    def _answer_before(self, part: str) -> Markup | str:
        """The previous answer, until there is a new one."""
        reply = self.answer_due.last(part) if self.answer_due and part in self.answer_due.again else None
        if reply is None:
            return ""
        return Markup("{} {} {}").format(_("Before:"), self._answer_values(reply)[1], adult_answers.spoken_words(reply))


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
    agreed = school_session.heard.sentence
    sentence = agreed.get(language) or next(iter(agreed.values()), "") or str(_("We talked together."))
    return str(title), sentence


MAX_ENTRIES = 30  # entries of a page; a round is never cut in two

MAX_SMALL_ENTRIES = 3  # rounds under ten that are shown

MAX_OPEN_STORIES = 4  # stories that a page shows without unfolding

_Source = tuple[date, str, Callable[[], BoardEntry | None]]  # day of its news, unique key, maker of the entry


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the board.

    Attributes:
        entries: the entries on it.
        earlier: number of the next page; None if there is nothing earlier.
    """

    entries: tuple[BoardEntry, ...]
    earlier: int | None

    @property
    def open_stories(self) -> tuple[BoardStory, ...]:
        """The stories shown without unfolding: answered ones first, a change and good news among them."""
        board_stories = _stories([entry for entry in self.entries if not entry.is_year], lambda entry: entry.open_cards)
        board_stories.sort(key=lambda story: (not story.card.reply, not story.card.changed))  # stable
        stories = board_stories[:MAX_OPEN_STORIES]
        good = [story for story in board_stories if story.entry.is_good]
        changed = [story for story in board_stories if story.card.changed]
        for place, wanted in ((-2, good), (-1, changed)):
            if wanted and wanted[0] not in stories:
                stories[place] = wanted[0]
        return tuple(stories)

    @property
    def folded_stories(self) -> tuple[BoardStory, ...]:
        """All other stories, in order."""
        open_ids = {id(story.card) for story in self.open_stories}
        stories = _stories(self.entries, lambda entry: entry.cards)
        return tuple(story for story in stories if id(story.card) not in open_ids)

    @property
    def hidden_changes(self) -> tuple[str, ...]:
        """The questions whose ranges are too wide to show a change; listed once."""
        return tuple(dict.fromkeys(hidden_change for entry in self.entries for hidden_change in entry.hidden_changes))


def load_board(session: Session, site_id: int, language: str, today: date, number: int = 1) -> BoardPage:
    """One page of a site's board, the newest first.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
        number: of the page, from 1.
    """
    board_entries = (
        board_entry
        for _day, _key, make in _sources(session, site_id, language, today)
        if (board_entry := make()) is not None
    )
    pages = _in_pages(board_entries)
    entries = next(islice(pages, number - 1, None), ())
    answered_first = tuple(sorted(entries, key=lambda entry: not entry.is_answered))
    return BoardPage(answered_first, number + 1 if entries and next(pages, ()) else None)


def render_board(site: Site, page: BoardPage, number: int, submission_id: str) -> str:
    """One page of the board, for children of a site.

    Args:
        site: of the tablet.
        page: from `load_board`.
        number: of the page, from 1.
        submission_id: the submission id of this page.
    """
    template_values = {"page": page, "number": number, "sheet": submission_id, "site": site, "front_href": "/language"}
    return render_template("publications/board/we_did.html", **template_values)


def find_newest_answer(session: Session, site_id: int, language: str, today: date) -> BoardCard | None:
    """The newest answer of adults, for the first page; None if there is none.

    It decrypts only as many entries as it needs.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
    """
    for _day, _key, make in _sources(session, site_id, language, today, news=False):
        entry = make()
        cards = entry.cards if entry is not None and not entry.is_year else ()
        if answers := [card for card in cards if card.reply and card.sentence]:
            return answers[0]
    return None


def _in_pages(board_entries: Iterator[BoardEntry]) -> Iterator[tuple[BoardEntry, ...]]:
    """Groups whole entries into pages; entries are decrypted only as far as a reader turns pages."""
    page: list[BoardEntry] = []
    for board_entry in board_entries:
        if page and sum(len(entry.cards) for entry in page) + len(board_entry.cards) > MAX_ENTRIES:
            yield tuple(page)
            page = []
        page.append(board_entry)
    if page:
        yield tuple(page)


def _sources(session: Session, site_id: int, language: str, today: date, *, news: bool = True) -> list[_Source]:
    """The sources of all board entries, the newest first, with good news or without; nothing is decrypted yet."""
    rounds = {round_.id: round_ for round_ in list_rounds(session, [site_id])}
    answered = settled_days(session, rounds.values())
    sources: list[_Source] = []
    views = store.list_views_on_board(session, site_id)
    later_slugs = {rounds[round_id].pair: slug for slug, round_id, _day in views if rounds[round_id].wave == "post"}
    for slug, round_id, day in views:
        round_ = rounds[round_id]
        later_slug = later_slugs.get(round_.pair, "") if round_.wave == "pre" else ""
        view = partial(_entry_of_round_view, session, slug, language, today, site_id, later_slug)
        sources.append((max(day, answered.get(round_.slug, day)), slug, view))
    for due_id, day in list_board_subjects(session, site_id):
        sources.append((day, str(due_id), partial(_entry_of_answer, session, due_id, language, today)))
    if year := next(iter(list_influence_years(session)), None):
        sources.append((date(year.year + 1, FROZEN_IN, 1), f"year-{year.year}", partial(_entry_of_year, year, site_id)))
    counted = (round_ for round_ in rounds.values() if round_.purpose not in UNATTENDED)  # a choice has one of its own
    small = [
        round_ for round_ in counted if round_.outcome == "too_few" and not (round_.has_cards and round_.wave == "pre")
    ]
    published_pairs = {rounds[round_id].pair for _slug, round_id, _day in views} - {None}
    for round_ in small[-MAX_SMALL_ENTRIES:]:
        day = answered.get(round_.slug, round_.ends_at.date())
        bears = round_.pair not in published_pairs
        make = partial(_entry_of_small_round, session, round_, language, today, bears=bears)
        sources.append((day, round_.slug, make))
    for entry_id, week in list_board_weeks(session, site_id, today) if news else ():
        sources.append((week, f"good-{entry_id.hex()}", partial(_entry_of_good_news, session, entry_id, language)))
    return sorted(sources, key=lambda source: (-source[0].toordinal(), source[1]))


def _entry_of_good_news(session: Session, entry_id: bytes, language: str) -> BoardEntry | None:
    card = adult_answers.good_news_card(session, entry_id, language)
    return BoardEntry("", (BoardCard(*card),), is_good=True) if card else None


def _entry_of_round_view(  # noqa: PLR0913, PLR0917 - a view, its reader, and a later view
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
    builder = _CardBuilder.of(session, answer_due, frozen, today)
    if view.is_choice:
        nothing = BoardCard("", _("Too few of us voted, so nothing was chosen."))
        return BoardEntry(view.title, tuple(_chosen(builder, view)) or (nothing,))
    cards = [builder.finding(finding) for finding in view.findings]
    cards += builder.everything_else(cards)
    cards += [BoardCard("1F4DD", words) for words in theme_words(session, frozen)]
    cards.sort(key=lambda card: not card.reply)  # answered cards first, the answer to the whole last among them
    # If no question can be published, children still see that they were counted, and what adults answered.
    return BoardEntry(view.title, tuple(cards) or (builder.whole("", view.answered),))


def _chosen(builder: _CardBuilder, view: RenderedView) -> Iterator[BoardCard]:
    """The winners of a choice; the first with the answer due, if an adult must carry it out (S33)."""
    for place, (question, winner, picture) in enumerate(view.won):
        if builder.answer_due is None or place:
            yield BoardCard(picture, question, reply="yes", verdict=_("You chose:"), words=winner)
        else:
            yield builder.whole(picture, question, chosen=str(_("You chose: %(winner)s", winner=winner)))


def _entry_of_answer(session: Session, due_id: int, language: str, today: date) -> BoardEntry | None:
    """The entry of an agenda item, a session, or a choice without a view on this board."""
    answer_due = find_answer_due(session, due_id)
    if answer_due is None or (
        answer_due.kind == "choice" and _is_published(session, answer_due.subject, answer_due.site_id)
    ):
        return None
    builder = _CardBuilder.of(session, answer_due, None, today)
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


def _entry_of_year(year: InfluenceYear, site_id: int) -> BoardEntry | None:
    """How adults answered these children in a year, the worst result first; None for fewer than ten words."""
    group = year.group_of(site_id)
    if group is None:
        return None
    lines = influence_labels.lines_of_group(group)
    cards = []
    for question in worst_first(group):
        sentence, line = influence_labels.board_sentence(question, lines[question]), lines[question]
        beads = (line["low"], line["high"], line["n"], sentence)
        cards.append(BoardCard("", sentence, RenderedFinding(question, sentence, "", (), beads, "", "")))
    return BoardEntry(str(year.year), tuple(cards), is_year=True)


def _entry_of_small_round(session: Session, round_: Round, language: str, today: date, *, bears: bool) -> BoardEntry:
    """A round under ten, which was never counted (PRIVACY.md A1); with its answer, if `bears` is true."""
    about = str(_("Fewer than ten of us answered, so nothing was counted."))
    if questionnaire_of_round(session, round_).letter_boxes:
        about += " " + str(_("Only the letter box was read."))
    answer_due = find_by_subject(session, "round", round_.slug)
    builder = _CardBuilder.of(session, answer_due, None, today)
    card = builder.whole("", about) if bears and answer_due and answer_due.last() else BoardCard("", about)
    return BoardEntry(round_.title_in(language), (card,))


def is_on_board(session: Session, site_id: int, answer_due: AnswerDue) -> bool:
    """Whether an answer due is on the board of a site: its own, or that of a round of several sites together."""
    if answer_due.site_id == site_id:
        return True
    round_ = find_round(session, answer_due.subject) if answer_due.kind == "round" else None
    return round_ is not None and site_id in round_.site_ids
