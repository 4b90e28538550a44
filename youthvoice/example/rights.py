"""The example's pair of rounds: the same questions about rights before and after a session, linked by cards."""

import random
import secrets
from datetime import datetime, timedelta
from typing import Final

from youthvoice import context, db
from youthvoice.example.rounds import log_of, person_id, pretend_moment, require
from youthvoice.jobs.turns import run_to_end
from youthvoice.publications.review.drafting import approve_edition, draft_due
from youthvoice.publications.store import list_waiting_editions
from youthvoice.sites.store import find_site_by_slug
from youthvoice.slips.store import Picks, slip_screens
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.questionnaires import answer_encoding, store as questionnaires
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.responses import store
from youthvoice.surveys.rounds.entities import CARD, Round, Span
from youthvoice.surveys.rounds.opening import open_rounds
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.store import questionnaire_of_round

_NAME: Final = "rights"

_SEED: Final = 7  # the same children every time

_CHILDREN: Final = 28

_AWAY_AFTER: Final = 2  # children who answered before and were absent after

_LOST: Final = 1  # child who lost the second half of the card

_DAYS_BETWEEN: Final = 14

_KNEW: Final = 0.4

_LEARNT: Final = 0.6  # of those who did not know

_FORGOT: Final = 0.06


def ask_before_and_after(first: datetime) -> None:
    """Open the pair, answer both waves, close it, and approve the result as Asha.

    Args:
        first: when the first wave opens.
    """
    second = first + timedelta(days=_DAYS_BETWEEN)
    with pretend_moment(first):
        waves, deck = _open(first, second)
        knew = _answer_before(waves[0], deck)
    with pretend_moment(second + timedelta(hours=2)):
        _answer_after(waves[1], deck, knew)
    with pretend_moment(second + timedelta(days=2)):
        close_due(context.now(), actor="example")
        run_to_end(draft_due)
        with db.writing(db.engine()) as session:
            for edition in list_waiting_editions(session, [waves[1].site_ids[0]]):
                if edition.first.round_id == waves[1].id:
                    approve_edition(session, edition, person_id(session, "asha"), context.today(), log_of("asha"))


def _open(first: datetime, second: datetime) -> tuple[list[Round], list[Picks]]:
    with db.writing(db.engine()) as session:
        site = require(find_site_by_slug(session, "example-house"))
        zone, now = site.time_zone, context.now()
        spans = (
            Span.of_days("pre", first.date(), first.date(), zone, now),
            Span.of_days("post", second.date(), second.date(), zone, now),
        )
        opening = RoundOpening(
            questionnaire_id=require(questionnaires.latest_approved_version(session, _NAME)).id,
            purpose="awareness",
            link=CARD,
            spans=spans,
            site_ids=(site.id,),
            time_zone=zone,
            invited=_CHILDREN,
            permission="Example permission of the house's guardians, on file",
            decider_id=person_id(session, "lata"),
            answer_due=second.date() + timedelta(days=40),
            opened_by=person_id(session, "tomas"),
            seconded_by=person_id(session, "asha"),
        )
        waves = open_rounds(session, opening, log_of("tomas"))
        cards = store.deal_cards(session, waves[0], site.id, _CHILDREN)
    return waves, [
        tuple(screen.index(picture) for screen, picture in zip(slip_screens(len(card)), card, strict=True))
        for card in cards
    ]


def _answer_before(round_: Round, deck: list[Picks]) -> dict[Picks, set[str]]:
    """Everybody answers; returns what each child knows."""
    chance = random.Random(_SEED)  # noqa: S311 - an example, not a secret
    questionnaire = _questions(round_)
    knew = {card: {question.name for question in questionnaire.coded if chance.random() < _KNEW} for card in deck}
    for card in deck:
        _send(round_, questionnaire, knew[card], card, chance)
    return knew


def _answer_after(round_: Round, deck: list[Picks], knew: dict[Picks, set[str]]) -> None:
    """Two children are absent, one has lost the card; most have learnt something, some have forgotten it."""
    chance = random.Random(_SEED + 1)  # noqa: S311 - an example, not a secret
    questionnaire = _questions(round_)
    for nth, card in enumerate(deck[_AWAY_AFTER:]):
        names = {name for name in sorted(knew[card]) if chance.random() >= _FORGOT}
        learnt = {
            question.name
            for question in questionnaire.coded
            if question.name not in knew[card] and chance.random() < _LEARNT
        }
        _send(round_, questionnaire, names | learnt, None if nth < _LOST else card, chance)


def _questions(round_: Round) -> Questionnaire:
    with db.reading(db.engine()) as session:
        return questionnaire_of_round(session, round_)


def _send(
    round_: Round, questionnaire: Questionnaire, knows: set[str], card: Picks | None, chance: random.Random
) -> None:
    answers = {
        question.name: _answer(question, chance, knows=question.name in knows)
        for question in questionnaire.coded
        if question.single
    }
    slip = store.present_card(round_, round_.site_ids[0], card) if card else None
    coded = answer_encoding.encode_answers(questionnaire, questionnaire.kept(answers))
    suffix = store.card_suffix(round_, round_.site_ids[0], slip)
    sealed_response = store.seal_response(round_, secrets.token_bytes(16), coded + suffix, day=context.today())
    with db.writing(db.engine()) as session:
        if slip:
            store.store_response_with_slip(session.connection(), sealed_response, slip)
        else:
            store.store_response(session.connection(), sealed_response)


def _answer(question: Question, chance: random.Random, *, knows: bool) -> str:
    good = (question.right,) if question.right else question.good
    others = [key for key in question.keys if key not in good]
    return chance.choice(good if good and knows else others or question.keys)
