"""A questionnaire with the round and the sites around it: what is recorded depends on all three."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.clips import availability as shelf
from youthvoice.clips import store as clips
from youthvoice.read_aloud import status as states
from youthvoice.read_aloud import texts
from youthvoice.read_aloud.status import Line
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses import preview as previewing
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts


@dataclass(frozen=True, slots=True)
class Around:
    """What a recording is for.

    Attributes:
        id: the version of the questionnaire.
        questions: the same, read.
        sites: of the round that are the caller's; all of hers when there is no round.
        round: open or coming; one as if it were, when there is none.
        opened: whether there is one.
        rounds: all that are open or coming, to choose from.
    """

    id: int
    questions: Questionnaire
    sites: tuple[SiteFacts, ...]
    round: RoundFacts
    opened: bool
    rounds: tuple[RoundFacts, ...]

    @property
    def slug(self) -> str:
        """Of the round; empty when there is none."""
        return self.round.slug if self.opened else ""


def around(
    session: Session, questionnaire_id: int, site_ids: Collection[int], now: datetime, slug: str
) -> Around | None:
    """A questionnaire at the caller's sites.

    Args:
        session: only read.
        questionnaire_id: which version.
        site_ids: the caller's.
        now: this moment.
        slug: of one of its rounds; the one that ends last if empty.

    Returns:
        None where there is no such questionnaire or round, or no site.
    """
    stored = store.stored_questionnaire(session, questionnaire_id)
    sites = places.sites_of(session, site_ids)
    if stored is None or not sites:
        return None
    rounds = [one for one in store.rounds_at(session, site_ids) if _is_for(one, questionnaire_id, now)]
    rounds.sort(key=lambda one: one.ends_at, reverse=True)
    chosen = next((one for one in rounds if not slug or one.slug == slug), None)
    if slug and chosen is None:
        return None
    there = [places.facts(site) for site in sites if chosen is None or site.id in chosen.site_ids]
    questions = store.questionnaire(session, questionnaire_id)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)  # the same round all day
    facts = chosen or previewing.as_if_open(stored, questions, there[0], midnight)
    return Around(questionnaire_id, questions, tuple(there), facts, chosen is not None, tuple(rounds))


def _is_for(facts: RoundFacts, questionnaire_id: int, now: datetime) -> bool:
    return facts.questionnaire_id == questionnaire_id and facts.state(now) in {"open", "coming"}


def listed(session: Session, at: Around, language: str) -> tuple[list[Line], int]:
    """Every text with its state, and how many wait for a round."""
    found = texts.texts(at.round, at.questions, at.sites, language, opened=at.opened)
    mine = clips.recorded(session, language, [one.name for one in found.all])
    return states.lines(found, mine, clips.by_place(session, language), shelf.known().takes), found.waiting


def how_far(at: Around, language: str) -> tuple[int, int]:
    """How many texts of a language can be heard, and how many there are."""
    found = texts.texts(at.round, at.questions, at.sites, language, opened=at.opened)
    return texts.recorded(found, shelf.known().takes.keys()), len(found.all)
