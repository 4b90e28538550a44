"""The children's board of a site: you said, we did. Rounds, items of committees and choices, the newest first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability import store as answers
from youthvoice.publications import adult_answers as replies
from youthvoice.publications import render as showing
from youthvoice.publications import store
from youthvoice.publications.board import entry as said
from youthvoice.publications.board import school_session as session_lines
from youthvoice.publications.board.entry import Said, Told
from youthvoice.publications.snapshot import Frozen
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds import store as surveys
from youthvoice.surveys.rounds.entities import EXEMPT, RoundFacts
from youthvoice.web.graphics import pictures

MOST_SHOWN = 30  # entries of a page; a round is never cut in two
MOST_SMALL = 3  # rounds under ten that are told of
_Source = tuple[date, str, Callable[[], Told | None]]  # the day of its news, what tells it apart, what it says


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the board.

    Attributes:
        told: what is on it.
        earlier: number of the next page; None where there is nothing earlier.
    """

    told: tuple[Told, ...]
    earlier: int | None


def board(session: Session, site_id: int, language: str, today: date, number: int = 1) -> Page:
    """What children of a site are shown, the newest first.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
        number: of the page, from 1.
    """
    every = (one for _day, _key, make in _sources(session, site_id, language, today) if (one := make()) is not None)
    pages = _in_pages(every)
    here = next(islice(pages, number - 1, None), ())
    answered_first = tuple(sorted(here, key=lambda one: not one.is_answered))
    return Page(answered_first, number + 1 if here and next(pages, ()) else None)


def _in_pages(every: Iterator[Told]) -> Iterator[tuple[Told, ...]]:
    """Whole entries, as many as fit on each page; opened only as far as somebody turns."""
    page: list[Told] = []
    for one in every:
        if page and sum(len(told_.said) for told_ in page) + len(one.said) > MOST_SHOWN:
            yield tuple(page)
            page = []
        page.append(one)
    if page:
        yield tuple(page)


def _sources(session: Session, site_id: int, language: str, today: date) -> list[_Source]:
    """Everything there is, the newest first; nothing is opened yet."""
    rounds = {facts.id: facts for facts in surveys.rounds_at(session, [site_id])}
    answered = owing.settled_on(session, rounds.values())
    found: list[_Source] = []
    shown = store.on_the_board(session, site_id)
    after = {rounds[round_id].pair: slug for slug, round_id, _day in shown if rounds[round_id].wave == "post"}
    for slug, round_id, day in shown:
        facts = rounds[round_id]
        news = answered.get(facts.slug, day)
        both = after.get(facts.pair, "") if facts.wave == "pre" else ""
        found.append((max(day, news), slug, partial(_view, session, slug, language, today, site_id, both)))
    for owed_id, day in answers.from_rooms(session, site_id):
        found.append((day, str(owed_id), partial(_from_a_room, session, owed_id, language, today)))
    counted = (facts for facts in rounds.values() if facts.purpose not in EXEMPT)  # of a choice its own board tells
    small = [facts for facts in counted if facts.outcome == "too_few"]
    told_elsewhere = {rounds[round_id].pair for _slug, round_id, _day in shown} - {None}
    for facts in small[-MOST_SMALL:]:
        day = answered.get(facts.slug, facts.ends_at.date())
        bears = facts.pair not in told_elsewhere
        found.append((day, facts.slug, partial(_too_few, session, facts, language, today, bears=bears)))
    return sorted(found, key=lambda one: (-one[0].toordinal(), one[1]))


def _view(  # noqa: PLR0913, PLR0917 - a view, to whom, and what says the same
    session: Session, slug: str, language: str, today: date, site_id: int, both: str = ""
) -> Told | None:
    """What a view says; nothing where the view of the round after, `both`, says it beside its own with their answer."""
    after = store.by_slug(session, running.keyring(), both) if both else None
    if after is not None and after.frozen["before"]:
        return None
    found = store.by_slug(session, running.keyring(), slug)
    return told(session, found.frozen, language, today, site_id) if found else None


def told(session: Session, frozen: Frozen, language: str, today: date, site_id: int | None = None) -> Told:
    """What the board says of one view, in the language that gettext speaks now.

    Args:
        session: only read.
        frozen: the view for children.
        language: of the reader.
        today: at the site.
        site_id: whose board, where several chose together; the first of them when None.
    """
    view = showing.view(frozen, showing.best(frozen, language))
    of_a_choice = (session, running.keyring(), "choice", frozen["round"], site_id)
    owed = answers.about(*of_a_choice) if view.is_choice else replies.owed_for(session, frozen)
    teller = said.Teller.of(session, owed, frozen, today)
    if view.is_choice:
        return Told(view.title, tuple(_chosen(teller, view)) or (_nothing_chosen(),))
    findings = [teller.finding(finding) for finding in view.findings]
    findings += teller.to_the_rest(findings)
    findings.sort(key=lambda one: not one.reply)  # answered first, and among them what was answered to all at once last
    # Where no question can be told of, children still see that they were counted, and what adults answered.
    return Told(view.title, tuple(findings) or (teller.whole("", view.answered),))


def _chosen(teller: said.Teller, view: showing.View) -> Iterator[Said]:
    """What won, and, where an adult owes that it is done, how far that is (S33)."""
    for place, (question, winner, picture) in enumerate(view.won):
        if teller.owed is None or place:
            yield Said(picture, question, None, "yes", str(_("You chose:")), winner, "")
        else:
            yield teller.whole(picture, question, chosen=str(_("You chose: %(winner)s", winner=winner)))


def _nothing_chosen() -> Said:
    return Said("", str(_("Too few of us voted, so nothing was chosen.")), None, "", "", "", "")


def _from_a_room(session: Session, owed_id: int, language: str, today: date) -> Told | None:
    """What a committee asked; or a choice of which no view is on this board, for then the view says it."""
    owed = answers.one(session, running.keyring(), owed_id)
    if owed is None or (owed.kind == "choice" and _is_published(session, owed.subject, owed.site_id)):
        return None
    teller = said.Teller.of(session, owed, None, today)
    if owed.kind == "session":
        line = session_lines.line(session, owed.subject, owed.site_id, language, today)
        return Told(line.title, (teller.whole(owed.picture, line.sentence),)) if line else None
    shown = next((code for code in (language, "en") if owed.about.get(code)), next(iter(owed.about)))
    about = owed.about[shown] if shown == language else replies.in_words(owed.about, shown)
    picture = owed.picture if pictures.is_known(owed.picture) else ""
    return Told("", (teller.whole(picture, about),), is_choice=owed.kind == "choice")


def _is_published(session: Session, slug: str, site_id: int) -> bool:
    facts = surveys.round_by_slug(session, slug)
    return facts is not None and any(
        facts.id == round_id for _slug, round_id, _day in store.on_the_board(session, site_id)
    )


def _too_few(session: Session, facts: RoundFacts, language: str, today: date, *, bears: bool) -> Told:
    """Rounds that were never counted are told of kindly (PRIVACY.md A1), with the answer if it `bears` one."""
    about = str(_("Fewer than ten of us answered, so nothing was counted."))
    if surveys.questions_of(session, facts).letter_boxes:
        about += " " + str(_("Only the letter box was read."))
    owed = answers.about(session, running.keyring(), "round", facts.slug)
    teller = said.Teller.of(session, owed, None, today)
    one = teller.whole("", about) if bears and owed and owed.last() else Said("", about, None, "", "", "", "")
    return Told(facts.title_in(language), (one,))


def is_here(session: Session, site_id: int, owed: answers.OwedFacts) -> bool:
    """Whether something owed is on the board of a site: its own, or a round that several sites held together."""
    if owed.site_id == site_id:
        return True
    facts = surveys.round_by_slug(session, owed.subject) if owed.kind == "round" else None
    return facts is not None and site_id in facts.site_ids
