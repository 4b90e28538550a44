"""The children's board of a site: you said, we did; its entries, and its line about a school session."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import confirmation, labels
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.rules import WHOLE
from youthvoice.accountability.store import find_answer_due, find_by_subject, list_board_subjects
from youthvoice.publications import adult_answers, store
from youthvoice.publications.influence import labels as influence_labels
from youthvoice.publications.influence.years import FROZEN_IN, InfluenceYear, list_influence_years, worst_first
from youthvoice.publications.letter_themes import theme_words
from youthvoice.publications.render import RenderedFinding, RenderedView, best_language, render_view
from youthvoice.publications.snapshot import Frozen
from youthvoice.sites.store import Site
from youthvoice.surveys.rounds.entities import EXEMPT, Round
from youthvoice.surveys.rounds.status import settled_days
from youthvoice.surveys.rounds.store import find_round, list_rounds, questionnaire_of_round
from youthvoice.surveys.school_sessions.store import find_school_session
from youthvoice.web.graphics import pictures


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One thing on the board.

    Attributes:
        picture: OpenMoji code, or empty.
        sentence: what we said.
        finding: its bands; None for a choice, an item and a round under ten.
        reply: yes, partly, no_because, or empty while nobody answered.
        verdict: how the answer begins.
        words: the answer itself.
        who: who answered, and from when it is done.
        chosen: of a choice, what won.
        asks: what a tap on "is it really done?" is about; empty where that is not asked.
        done: that children said that it is done.
        before: the answer that they opened again, with how it began.
    """

    picture: str
    sentence: Markup | str
    finding: RenderedFinding | None = None
    reply: str = ""
    verdict: str = ""
    words: Markup | str = ""
    who: str = ""
    chosen: str = ""
    asks: str = ""
    done: str = ""
    before: Markup | str = ""

    @property
    def changed(self) -> str:
        """What changed since the wave before, in words; empty where nothing can be said of it."""
        return (self.finding.change_sentence or self.finding.changed) if self.finding else ""

    @property
    def shows_rows(self) -> bool:
        """Whether its sentence does not say what was found: many answers, or parts."""
        return self.finding is not None and not self.finding.beads


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One round on the board, one thing that a committee asked (without a title), or how adults answered in a year."""

    title: str
    cards: tuple[BoardCard, ...]
    is_choice: bool = False
    is_year: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether adults have answered anything of it."""
        return any(card.reply for card in self.cards)

    @property
    def hidden_changes(self) -> tuple[str, ...]:
        """Its questions of which the ranges hide whether something changed."""
        return tuple(card.finding.asked for card in self.cards if card.finding and card.finding.is_hidden)

    @property
    def open_cards(self) -> tuple[BoardCard, ...]:
        """What is read without unfolding: all that is answered or asks something, at least the first one."""
        if self.is_year:
            return self.cards
        return tuple(card for card in self.cards if card.reply or card.asks or card.done) or self.cards[:1]


@dataclass(frozen=True, slots=True)
class BoardStory:
    """A card where it stands on the board.

    Attributes:
        card: what was said, done and changed.
        entry: what it belongs to.
        is_first: whether it is the first of it here, and bears its title.
    """

    card: BoardCard
    entry: BoardEntry
    is_first: bool


def _stories(entries: Sequence[BoardEntry], cards: Callable[[BoardEntry], Sequence[BoardCard]]) -> list[BoardStory]:
    return [BoardStory(card, entry, place == 0) for entry in entries for place, card in enumerate(cards(entry))]


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """Says what adults answered about one thing, in the language that gettext speaks now.

    Attributes:
        owed: what is owed about it; None where nothing is known.
        frozen: the view, where there is one.
        known: names.
        today: at the site.
    """

    owed: AnswerDue | None
    frozen: Frozen | None
    known: labels.PersonNames
    today: date

    @classmethod
    def of(cls, session: Session, answer_due: AnswerDue | None, frozen: Frozen | None, today: date) -> "_CardBuilder":
        """With the names of everybody in it."""
        return cls(answer_due, frozen, adult_answers.names_beside_answers(session, answer_due), today)

    def finding(self, finding: RenderedFinding) -> BoardCard:
        """A published question; what was answered to everything at once is told once, at the end."""
        answer_due = self.owed
        if (
            answer_due
            and answer_due.reply()
            and not answer_due.reply(finding.name)
            and finding.name not in answer_due.again
        ):
            return BoardCard(finding.picture, finding.sentence, finding)
        return self._entry(finding.picture, finding.sentence, finding, finding.name)

    def everything_else(self, cards: Sequence[BoardCard]) -> Iterator[BoardCard]:
        """What was answered to everything at once, where something has no answer of its own."""
        if not cards or self.owed is None:
            return
        unanswered = self.owed.reply() is not None and not all(card.verdict for card in cards)
        if unanswered or WHOLE in self.owed.again:
            about = _("Everything else you said") if any(card.reply for card in cards) else _("Everything you said")
            yield self.whole("", about)

    def whole(self, picture: str, sentence: Markup | str, chosen: str = "") -> BoardCard:
        """Something that has one answer."""
        return self._entry(picture, sentence, None, WHOLE, chosen)

    def _entry(
        self, picture: str, sentence: Markup | str, finding: RenderedFinding | None, part: str, chosen: str = ""
    ) -> BoardCard:
        reply = self.owed.reply(part) if self.owed else None
        answer = self._answer(reply) if reply else self._waits()
        return BoardCard(
            picture, sentence, finding, *answer, chosen, self._asks(reply), self._done(reply), self._before(part)
        )

    def _answer(self, reply: Reply) -> tuple[str, str, Markup | str, str]:
        wording = self.owed.wording(reply.part) if self.owed else "round"
        decider = self.frozen["decider"] if self.frozen else ""
        who = labels.by_whom_label(reply, self.known.get(reply.by, decider), self.today)
        return reply.kind, labels.reply_opening_label(reply.kind, wording), adult_answers.spoken_words(reply), who

    def _waits(self) -> tuple[str, str, Markup | str, str]:
        kind = self.owed.kind if self.owed else "round"
        if self.frozen is not None:
            waits = adult_answers.waiting_sentence(self.frozen, self.owed, self.today, self.known)
        else:
            waits = labels.waiting_label(self.owed, self.known, self.today) if self.owed else ""
        return "", labels.unanswered_label(kind), waits, ""

    def _asks(self, reply: Reply | None) -> str:
        if self.owed is None or reply is None or not reply.may_ask_children(self.today):
            return ""
        return str(confirmation.tap_subject(self.owed, reply.part))

    @staticmethod
    def _done(reply: Reply | None) -> str:
        return str(_("We say: it is done.")) if reply and reply.confirmed_on else ""

    def _before(self, part: str) -> Markup | str:
        """The answer of before, as long as no new one is there."""
        reply = self.owed.last(part) if self.owed and part in self.owed.again else None
        if reply is None:
            return ""
        return Markup("{} {} {}").format(_("Before:"), self._answer(reply)[1], adult_answers.spoken_words(reply))


def school_session_line(
    session: Session, subject: str, site_id: int, language: str, today: date
) -> tuple[str, str] | None:
    """Where a session was, and what the advocates agreed to say of it, else only that it was; nothing before its day.

    Args:
        session: only read.
        subject: as something is owed about it.
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

MAX_SMALL_ENTRIES = 3  # rounds under ten that are told of

MAX_OPEN_STORIES = 4  # what a page shows without unfolding

_Source = tuple[date, str, Callable[[], BoardEntry | None]]  # the day of its news, what tells it apart, what it says


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the board.

    Attributes:
        entries: what is on it.
        earlier: number of the next page; None where there is nothing earlier.
    """

    entries: tuple[BoardEntry, ...]
    earlier: int | None

    @property
    def open_stories(self) -> tuple[BoardStory, ...]:
        """What is read without unfolding: what adults answered comes first, and what changed is among them."""
        board_stories = _stories([entry for entry in self.entries if not entry.is_year], lambda entry: entry.open_cards)
        board_stories.sort(key=lambda story: (not story.card.reply, not story.card.changed))  # stable
        stories = board_stories[:MAX_OPEN_STORIES]
        later = [story for story in board_stories[MAX_OPEN_STORIES:] if story.card.changed]
        if later and not any(story.card.changed for story in stories):
            stories[-1:] = later[:1]
        return tuple(stories)

    @property
    def folded_stories(self) -> tuple[BoardStory, ...]:
        """Everything else, in its order."""
        shown = {id(story.card) for story in self.open_stories}
        return tuple(
            story for story in _stories(self.entries, lambda entry: entry.cards) if id(story.card) not in shown
        )

    @property
    def hidden_changes(self) -> tuple[str, ...]:
        """The questions of which the ranges hide whether something changed; said once."""
        return tuple(dict.fromkeys(hidden_change for entry in self.entries for hidden_change in entry.hidden_changes))


def load_board(session: Session, site_id: int, language: str, today: date, number: int = 1) -> BoardPage:
    """What children of a site are shown, the newest first.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
        number: of the page, from 1.
    """
    every = (
        board_entry
        for _day, _key, make in _sources(session, site_id, language, today)
        if (board_entry := make()) is not None
    )
    pages = _in_pages(every)
    here = next(islice(pages, number - 1, None), ())
    answered_first = tuple(sorted(here, key=lambda entry: not entry.is_answered))
    return BoardPage(answered_first, number + 1 if here and next(pages, ()) else None)


def render_board(site: Site, page: BoardPage, number: int, sheet: str) -> str:
    """One page of the board as children of a site see it.

    Args:
        site: of the tablet.
        page: from `load_board`.
        number: of the page, from 1.
        sheet: the number of this page's sheet.
    """
    template_values = {"page": page, "number": number, "sheet": sheet, "site": site, "front_href": "/language"}
    return render_template("publications/board/we_did.html", **template_values)


def find_newest_answer(session: Session, site_id: int, language: str, today: date) -> BoardCard | None:
    """What adults answered last, for the first page; opens no more than it needs. None where nobody has answered.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
    """
    for _day, _key, make in _sources(session, site_id, language, today):
        entry = make()
        if entry is not None and not entry.is_year and (card := next(filter(_is_told, entry.cards), None)):
            return card
    return None


def _is_told(card: BoardCard) -> bool:
    return bool(card.reply and card.sentence)


def _in_pages(every: Iterator[BoardEntry]) -> Iterator[tuple[BoardEntry, ...]]:
    """Whole entries, as many as fit on each page; opened only as far as somebody turns."""
    page: list[BoardEntry] = []
    for board_entry in every:
        if page and sum(len(entry.cards) for entry in page) + len(board_entry.cards) > MAX_ENTRIES:
            yield tuple(page)
            page = []
        page.append(board_entry)
    if page:
        yield tuple(page)


def _sources(session: Session, site_id: int, language: str, today: date) -> list[_Source]:
    """Everything there is, the newest first; nothing is opened yet."""
    rounds = {round_.id: round_ for round_ in list_rounds(session, [site_id])}
    answered = settled_days(session, rounds.values())
    found: list[_Source] = []
    views = store.list_views_on_board(session, site_id)
    after = {rounds[round_id].pair: slug for slug, round_id, _day in views if rounds[round_id].wave == "post"}
    for slug, round_id, day in views:
        facts = rounds[round_id]
        news = answered.get(facts.slug, day)
        both = after.get(facts.pair, "") if facts.wave == "pre" else ""
        found.append(
            (max(day, news), slug, partial(_entry_of_round_view, session, slug, language, today, site_id, both))
        )
    for owed_id, day in list_board_subjects(session, site_id):
        found.append((day, str(owed_id), partial(_entry_of_answer, session, owed_id, language, today)))
    if year := next(iter(list_influence_years(session)), None):
        found.append((date(year.year + 1, FROZEN_IN, 1), f"year-{year.year}", partial(_entry_of_year, year, site_id)))
    counted = (facts for facts in rounds.values() if facts.purpose not in EXEMPT)  # of a choice its own board tells
    small = [facts for facts in counted if facts.outcome == "too_few" and not (facts.has_cards and facts.wave == "pre")]
    told_elsewhere = {rounds[round_id].pair for _slug, round_id, _day in views} - {None}
    for facts in small[-MAX_SMALL_ENTRIES:]:
        day = answered.get(facts.slug, facts.ends_at.date())
        bears = facts.pair not in told_elsewhere
        found.append((day, facts.slug, partial(_entry_of_small_round, session, facts, language, today, bears=bears)))
    return sorted(found, key=lambda one: (-one[0].toordinal(), one[1]))


def _entry_of_round_view(  # noqa: PLR0913, PLR0917 - a view, to whom, and what says the same
    session: Session, slug: str, language: str, today: date, site_id: int, both: str = ""
) -> BoardEntry | None:
    """What a view says; nothing where the view of the round after, `both`, says it beside its own with their answer."""
    after = store.find_publication_by_slug(session, both) if both else None
    if after is not None and after.frozen["before"]:
        return None
    publication = store.find_publication_by_slug(session, slug)
    return entry_of_view(session, publication.frozen, language, today, site_id) if publication else None


def entry_of_view(
    session: Session, frozen: Frozen, language: str, today: date, site_id: int | None = None
) -> BoardEntry:
    """What the board says of one view, in the language that gettext speaks now.

    Args:
        session: only read.
        frozen: the view for children.
        language: of the reader.
        today: at the site.
        site_id: whose board, where several chose together; the first of them when None.
    """
    view = render_view(frozen, best_language(frozen, language))
    if view.is_choice:
        answer_due = find_by_subject(session, "choice", frozen["round"], site_id)
    else:
        answer_due = adult_answers.find_answer_due_for(session, frozen)
    builder = _CardBuilder.of(session, answer_due, frozen, today)
    if view.is_choice:
        return BoardEntry(view.title, tuple(_chosen(builder, view)) or (_nothing_chosen(),))
    cards = [builder.finding(finding) for finding in view.findings]
    cards += builder.everything_else(cards)
    cards += [BoardCard("1F4DD", words) for words in theme_words(session, frozen)]
    cards.sort(key=lambda card: not card.reply)  # answered first, and among them what was answered to all at once last
    # Where no question can be told of, children still see that they were counted, and what adults answered.
    return BoardEntry(view.title, tuple(cards) or (builder.whole("", view.answered),))


def _chosen(builder: _CardBuilder, view: RenderedView) -> Iterator[BoardCard]:
    """What won, and, where an adult owes that it is done, how far that is (S33)."""
    for place, (question, winner, picture) in enumerate(view.won):
        if builder.owed is None or place:
            yield BoardCard(picture, question, reply="yes", verdict=_("You chose:"), words=winner)
        else:
            yield builder.whole(picture, question, chosen=str(_("You chose: %(winner)s", winner=winner)))


def _nothing_chosen() -> BoardCard:
    return BoardCard("", _("Too few of us voted, so nothing was chosen."))


def _entry_of_answer(session: Session, owed_id: int, language: str, today: date) -> BoardEntry | None:
    """What a committee asked; or a choice of which no view is on this board, for then the view says it."""
    answer_due = find_answer_due(session, owed_id)
    if answer_due is None or (
        answer_due.kind == "choice" and _is_published(session, answer_due.subject, answer_due.site_id)
    ):
        return None
    builder = _CardBuilder.of(session, answer_due, None, today)
    if answer_due.kind == "session":
        line = school_session_line(session, answer_due.subject, answer_due.site_id, language, today)
        return BoardEntry(line[0], (builder.whole(answer_due.picture, line[1]),)) if line else None
    shown = next((code for code in (language, "en") if answer_due.about.get(code)), next(iter(answer_due.about)))
    about = answer_due.about[shown] if shown == language else adult_answers.words_with_language(answer_due.about, shown)
    picture = answer_due.picture if pictures.is_picture(answer_due.picture) else ""
    return BoardEntry("", (builder.whole(picture, about),), is_choice=answer_due.kind == "choice")


def _is_published(session: Session, slug: str, site_id: int) -> bool:
    round_ = find_round(session, slug)
    return round_ is not None and any(
        round_.id == round_id for _slug, round_id, _day in store.list_views_on_board(session, site_id)
    )


def _entry_of_year(year: InfluenceYear, site_id: int) -> BoardEntry | None:
    """How adults answered these children in a year, what went worst first; nothing where they said fewer than ten."""
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
    """Rounds that were never counted are told of kindly (PRIVACY.md A1), with the answer if it `bears` one."""
    about = str(_("Fewer than ten of us answered, so nothing was counted."))
    if questionnaire_of_round(session, round_).letter_boxes:
        about += " " + str(_("Only the letter box was read."))
    answer_due = find_by_subject(session, "round", round_.slug)
    builder = _CardBuilder.of(session, answer_due, None, today)
    card = builder.whole("", about) if bears and answer_due and answer_due.last() else BoardCard("", about)
    return BoardEntry(round_.title_in(language), (card,))


def is_on_board(session: Session, site_id: int, answer_due: AnswerDue) -> bool:
    """Whether something owed is on the board of a site: its own, or a round that several sites held together."""
    if answer_due.site_id == site_id:
        return True
    round_ = find_round(session, answer_due.subject) if answer_due.kind == "round" else None
    return round_ is not None and site_id in round_.site_ids
