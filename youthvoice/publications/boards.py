"""The children's board of a site: you said, we did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.answers import store as answers
from youthvoice.answers.store import Given, OwedFacts
from youthvoice.publications import replies, showing, store
from youthvoice.publications.freezing import Frozen
from youthvoice.publications.showing import Finding
from youthvoice.surveys import store as surveys

MOST_SMALL = 3  # rounds under ten that are told of
_NOTHING = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing on the board.

    Attributes:
        picture: OpenMoji code, or empty.
        sentence: what we said.
        finding: its bands; None for a choice and a round under ten.
        reply: yes, partly, no_because, or empty while nobody answered.
        verdict: how the answer begins.
        words: the answer itself.
        who: who answered.
    """

    picture: str
    sentence: str
    finding: Finding | None
    reply: str
    verdict: str
    words: Markup | str
    who: str


@dataclass(frozen=True, slots=True)
class Told:
    """One round on the board."""

    title: str
    said: tuple[Said, ...]


def board(session: Session, site_id: int, language: str, today: date) -> list[Told]:
    """What children of a site are shown, the newest first.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
    """
    shown = [told(session, frozen, language, today) for frozen in store.board(session, running.keyring(), site_id)]
    return [*shown, *_too_few(session, site_id, language)]


def told(session: Session, frozen: Frozen, language: str, today: date) -> Told:
    """What the board says of one view, in the language that gettext speaks now."""
    view = showing.view(frozen, showing.best(frozen, language))
    owed = replies.owed_for(session, frozen)
    won = [_won(question, winner, picture) for question, winner, picture in view.won]
    findings = [_said(frozen, finding, owed, today) for finding in view.findings]
    if findings and owed and (given := owed.reply()):
        findings += _to_the_rest(frozen, given, findings, today)
    # Where no question can be told of, children still see that they were counted, and what adults answered.
    return Told(view.title, (*won, *findings) or (_only_counted(frozen, view.answered, owed, today),))


def _won(question: str, winner: str, picture: str) -> Said:
    return Said(picture, question, None, "yes", str(_("You chose:")), winner, "")


def _said(frozen: Frozen, finding: Finding, owed: OwedFacts | None, today: date) -> Said:
    given = owed.reply(finding.name) if owed else None
    to_all = owed is not None and owed.reply() is not None  # it is told once, at the end
    answer = _answer(frozen, given, today) if given or not to_all else _NOTHING
    return Said(finding.picture, finding.sentence, finding, *answer)


def _to_the_rest(frozen: Frozen, given: Given, said: Sequence[Said], today: date) -> Iterator[Said]:
    """What was answered to everything at once, where something has no answer of its own."""
    if all(one.verdict for one in said):
        return
    about = _("Everything else you said") if any(one.verdict for one in said) else _("Everything you said")
    yield Said("", str(about), None, *_answer(frozen, given, today))


def _only_counted(frozen: Frozen, answered: str, owed: OwedFacts | None, today: date) -> Said:
    if frozen["purpose"] == "choice":
        return Said("", str(_("Too few of us voted, so nothing was chosen.")), None, "", "", "", "")
    return Said("", answered, None, *_answer(frozen, owed.reply() if owed else None, today))


def _answer(frozen: Frozen, given: Given | None, today: date) -> tuple[str, str, Markup | str, str]:
    if given:
        return given.kind, replies.strong(given.kind), replies.spoken(given), frozen["decider"]
    return "", str(_("Not answered yet.")), replies.waits(frozen, today), ""


def _too_few(session: Session, site_id: int, language: str) -> Iterator[Told]:
    """Rounds that were never counted are told of kindly (PRIVACY.md A1), with the answer if there is one."""
    small = [facts for facts in surveys.rounds_at(session, [site_id]) if facts.outcome == "too_few"]
    for facts in reversed(small[-MOST_SMALL:]):
        about = str(_("Fewer than ten of us answered, so nothing was counted."))
        if surveys.questions_of(session, facts).letter_boxes:
            about += " " + str(_("Only the letter box was read."))
        owed = answers.about(session, running.keyring(), "round", facts.slug)
        given = owed and owed.reply()
        answer = (
            (given.kind, replies.strong(given.kind), replies.spoken(given), facts.decider_name) if given else _NOTHING
        )
        yield Told(facts.title_in(language), (Said("", about, None, *answer),))
