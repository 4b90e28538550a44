"""The example's rounds: one answered and sent, one waiting for approval, one open today."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as staff
from youthvoice.audit.log import Log
from youthvoice.sites import store as places
from youthvoice.surveys.questionnaires import answer_encoding as coding
from youthvoice.surveys.questionnaires import store as questionnaire_store
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers
from youthvoice.surveys.questionnaires.toml.questionnaire import read_toml
from youthvoice.surveys.responses import store as responses
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.surveys.rounds.opening import store as opening_store
from youthvoice.surveys.rounds.opening.rules import Opening
from youthvoice.surveys.rounds.periods import Span
from youthvoice.threads.letters.letter import SealedLetter, seal_letter

STARTERS: Final = Path(__file__).parents[2] / "surveys"
_SEED: Final = 24  # the same example every time


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the house believe that it is another moment, so that the example has a past."""
    real = current_app.extensions["youthvoice.clock"]
    current_app.extensions["youthvoice.clock"] = lambda: moment
    try:
        yield
    finally:
        current_app.extensions["youthvoice.clock"] = real


def log_of(handle: str) -> Log:
    """The log in somebody's name."""
    return Log(running.keyring().key("audit"), running.today(), handle)


def bring_questionnaires(session: Session) -> None:
    """Import every starter questionnaire; the advocate approves them."""
    asha = staff.by_handle(session, "asha")
    if asha is None:
        raise LookupError("asha")
    for file in sorted(STARTERS.glob("*.toml")):
        read = read_toml(file, file.stem)
        stored = questionnaire_store.add_questionnaire(session, read, "tomas", running.today(), log_of("tomas"))
        questionnaire_store.approve(session, stored, asha.id, running.today(), log_of("asha"))


def open_round(session: Session, name: str, last: date, due: date, invited: int) -> RoundFacts:
    """Open one round from today, as Tomas, seconded by Asha; Lata will answer."""
    site = places.site_by_slug(session, "example-house")
    stored = questionnaire_store.latest_approved(session, name)
    people = {handle: staff.by_handle(session, handle) for handle in ("tomas", "asha", "lata")}
    tomas, asha, lata = people["tomas"], people["asha"], people["lata"]
    if site is None or stored is None or tomas is None or asha is None or lata is None:
        raise LookupError(name)
    opening = Opening(
        questionnaire_id=stored.id,
        purpose="regular",
        link="none",
        spans=(Span.of_days("single", running.today(site.time_zone), last, site.time_zone, running.now()),),
        site_ids=(site.id,),
        time_zone=site.time_zone,
        invited=invited,
        permission="Example permission of the house's guardians, on file",
        decider_id=lata.id,
        answer_due=due,
        opened_by=tomas.id,
        seconded_by=asha.id,
    )
    return opening_store.open_rounds(session, running.keyring(), opening, log_of("tomas"))[0]


def answer(slug: str, children: int, letters: tuple[str, ...] = ()) -> None:
    """Let so many invented children answer a round, through the code that takes a tablet's sheets."""
    chance = random.Random(_SEED + children)  # noqa: S311 - an example, not a secret
    with db.writing(db.engine()) as session:
        facts = store.round_by_slug(session, slug)
        if facts is None:
            raise LookupError(slug)
        questions = store.questions_of(session, facts)
        for number in range(children):
            words = letters[number : number + 1]
            sealed = [_letter(session, facts, questions, text) for text in words]
            coded = coding.encode(questions, _answers(questions, chance))
            day = running.today()
            response = responses.respond(
                running.keyring(), facts, secrets.token_bytes(16), coded, day=day, letters=sealed
            )
            responses.take(session.connection(), response)


def _letter(session: Session, facts: RoundFacts, questions: Questionnaire, text: str) -> SealedLetter:
    site = places.site(session, facts.site_ids[0])
    if site is None:
        raise LookupError(facts.slug)
    readers = staff.advocates(session, site.id, running.keyring().key("people"), running.now())
    box = questions.letter_boxes[0].name
    return seal_letter(
        running.keyring(), text, box=site, round_id=facts.id, question=box, readers=readers, now=running.now()
    )


def _answers(questions: Questionnaire, chance: random.Random) -> Answers:
    """One invented child: mostly content, sometimes not, and now and then silent."""
    given: dict[str, Answer] = {}
    for question in questions.questions:
        if question.coded and chance.random() > 0.06:  # noqa: PLR2004 - about one in sixteen skips
            weights = [3 if key in question.good else 2 for key in question.keys]
            if question.single and question.kind != "number":
                given[question.name] = chance.choices(question.keys, weights)[0]
            elif question.kind == "choose_many":
                given[question.name] = tuple(sorted(set(chance.choices(question.keys, k=2)), key=question.keys.index))
    return questions.kept(given)
