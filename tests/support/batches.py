"""A house to close batches in: a site, its people, rounds, and children who send sheets. Plainly invented."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, func, select

from tests.support import shared_setup
from tests.support.running import running
from youthvoice import db
from youthvoice.accountability.entities import AnswerDue, letter_readers, reply_events
from youthvoice.accountability.store import create_answer_due, list_answers_due_of
from youthvoice.accounts.models import PersonRow, PersonSiteRow
from youthvoice.config import Settings
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.models import SiteRow
from youthvoice.surveys.batches.closing_job import ClosingReport, close_due
from youthvoice.surveys.batches.store import BatchNotCounted, load_counts
from youthvoice.surveys.models import BatchRow, QuestionnaireRow, ResponseRow, RoundRow, RoundSiteRow
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import Option, Purpose, Question, Questionnaire, make_words
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.responses.store import StoreResult, seal_response, store_response
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round

OPENED = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # nine in the morning in Kolkata
ENDS = OPENED + timedelta(days=7)
AFTER = ENDS + timedelta(minutes=1)
SITE, OTHER_SITE = 1, 2
ADVOCATE, COORDINATOR, DECIDER = 1, 2, 3
QUARTER_KEY = "open-answers-2026Q4"


def a_question(name: str, *keys: str, **more: object) -> Question:
    options = tuple(Option(key, make_words(en=key.title())) for key in keys or ("yes", "no"))
    kind = more.pop("kind", "choose_one" if keys else "yes_no")
    return Question(name=name, kind=kind, text=make_words(en=f"About {name}?", hi=f"{name}?"), options=options, **more)  # type: ignore[arg-type]


def a_questionnaire(purpose: Purpose = "regular") -> Questionnaire:
    """Two plain questions and one of safety; a choice has only a meal to choose."""
    asked = [
        a_question("food", "bad", "good"),
        a_question("friends"),
        a_question("night", safety=True, harm=("no",)),
    ]
    if purpose == "choice":
        asked = [a_question("meal", "rice", "bread", "soup")]
    return Questionnaire(
        name=purpose, title=make_words(en="Days here"), purpose=purpose, ages="10-12", languages=("en", "hi"),
        questions=tuple(asked),
    )  # fmt: skip


@dataclass
class House:
    """Where batches are closed."""

    engine: Engine
    keyring: Keyring
    app: Flask

    def enter(self) -> None:
        """Let a thread run with the keys and the database of this house."""
        self.app.app_context().push()

    def open(self, purpose: Purpose = "regular", **more: object) -> Round:
        """Open a round; `invited`, `key`, `sites`, `ends_at`, `slips`, `split`, `questionnaire` say what is not so."""
        slug = secrets.token_hex(4)
        questionnaire = more.get("questionnaire") or a_questionnaire(purpose)
        assert isinstance(questionnaire, Questionnaire)
        usual = {"regular": QUARTER_KEY, "awareness": QUARTER_KEY}.get(purpose, f"open-answers-{purpose}-{slug}")
        with db.writing(self.engine) as session:
            batch = BatchRow(answers_key=more.get("key", usual))
            questionnaire_row = session.scalar(
                select(QuestionnaireRow).where(QuestionnaireRow.digest == questionnaire.digest)
            )
            questionnaire_row = questionnaire_row or _stored(questionnaire)
            session.add_all([batch, questionnaire_row])
            session.flush()
            opened = _round(slug, questionnaire_row.id, batch.id, purpose)
            opened.ends_at = more.get("ends_at", ENDS)  # type: ignore[assignment]
            opened.invited = more.get("invited", 20)  # type: ignore[assignment]
            opened.slips = bool(more.get("slips"))
            opened.split = str(more.get("split", ""))
            session.add(opened)
            session.flush()
            sites = more.get("sites", (SITE,))
            assert isinstance(sites, tuple)
            session.add_all(RoundSiteRow(round_id=opened.id, site_id=one, first=one == sites[0]) for one in sites)
            create_answer_due(
                session, site_id=sites[0], kind="round", subject=slug, about={"en": "Days here"},
                due=date(2026, 12, 12), owner_id=DECIDER
            )  # fmt: skip
        return self.facts(slug)

    def facts(self, slug: str) -> Round:
        with db.reading(self.engine) as session:
            round_ = find_round(session, slug)
        assert round_ is not None
        return round_

    def send(self, round_: Round, **given: Answer) -> StoreResult:
        """One child sends a sheet."""
        with db.reading(self.engine) as session:
            coded = encode_answers(questionnaire_of_round(session, round_), given)
        made = seal_response(round_, secrets.token_bytes(16), coded, day=OPENED.date())
        with db.writing(self.engine) as session:
            return store_response(session.connection(), made)

    def send_many(self, round_: Round, children: int, **given: Answer) -> None:
        """Several children send the same."""
        for _ in range(children):
            self.send(round_, **given)

    def close(self, now: datetime = AFTER) -> ClosingReport:
        return close_due(now)

    def batch(self, round_: Round) -> BatchRow:
        with db.reading(self.engine) as session:
            found = session.get_one(BatchRow, round_.batch_id)
            session.expunge(found)
        return found

    def number(self, round_: Round) -> int | None:
        """How many children were counted; None where nobody was."""
        with db.reading(self.engine) as session:
            try:
                return load_counts(session, round_.batch_id).n
            except BatchNotCounted:
                return None

    def sheets(self) -> int:
        with db.reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(ResponseRow)) or 0

    def tasks(self, site_id: int = SITE) -> list[AnswerDue]:
        """What the advocates of a site owe."""
        with db.reading(self.engine) as session:
            return list_answers_due_of(session, ADVOCATE, "advocate", {site_id})


@contextmanager
def house(settings: Settings, keys: Path) -> Iterator[House]:
    """An empty house on either database."""
    shared_setup.lay_tables(settings.database_url)
    engine = db.make_engine(settings.database_url)
    keyring = Keyring.open(keys, create=True, development=True)
    keyring.key_or_new("audit")
    with db.writing(engine) as session:
        session.add_all([_site(SITE), _site(OTHER_SITE)])
        session.add_all(
            _person(number, role) for number, role in enumerate(("advocate", "coordinator", "facilitator"), 1)
        )
        session.flush()
        session.add_all(PersonSiteRow(person_id=number, site_id=SITE) for number in (ADVOCATE, COORDINATOR, DECIDER))
    try:
        with running(settings, keyring, engine, lambda: AFTER) as app:
            reply_events.connect(app, {})
            letter_readers.connect(app, {})
            yield House(engine, keyring, app)
    finally:
        engine.dispose()


def _site(number: int) -> SiteRow:
    return SiteRow(
        id=number, slug=f"example-{number}", name="Example House", mail_name="Example", languages=["en", "hi"],
        time_zone="Asia/Kolkata",
    )  # fmt: skip


def _person(number: int, role: str) -> PersonRow:
    return PersonRow(
        id=number, handle=f"example-{role}", name=f"Example {role}", role=role, salt=bytes(32),
        verifier_hash=bytes(32), public_key=bytes(32), wrapped_private_key=b"", cost={}, seal=bytes(32),
    )  # fmt: skip


def _stored(questionnaire: Questionnaire) -> QuestionnaireRow:
    return QuestionnaireRow(
        name=questionnaire.name, version=secrets.randbelow(10**6), digest=questionnaire.digest,
        body=questionnaire.to_json(), imported_by="example", imported_on=OPENED.date(),
    )  # fmt: skip


def _round(slug: str, questionnaire_id: int, batch_id: int, purpose: str) -> RoundRow:
    return RoundRow(
        slug=slug, questionnaire_id=questionnaire_id, batch_id=batch_id, purpose=purpose, wave="single",
        starts_at=OPENED, permission="example", decider_id=DECIDER, answer_due=date(2026, 12, 12),
        opened_by=COORDINATOR, seconded_by=ADVOCATE,
    )  # fmt: skip
