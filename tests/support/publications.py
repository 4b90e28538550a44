"""A house with counted batches, for tests of what is published. Plainly invented."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from tests.support import people
from tests.support.people import Somebody
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.keys.key_names import LINKS
from youthvoice.publications.guardians.guardian_links import LINK_DAYS, make_link_token
from youthvoice.publications.models import GuardianAddressRow, PublicationRow, PublicationSiteRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import Edition, list_editions
from youthvoice.surveys.batches.store import encrypt_counts, encrypt_winners
from youthvoice.surveys.models import BatchRow
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.questionnaires.store import add_questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.rounds import opening as rounds_opening
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.split import DeclaredSplit
from youthvoice.surveys.rounds.store import questionnaire_of_round

STARTERS = Path(__file__).parents[2] / "surveys"
ROLES = ("advocate", "coordinator", "facilitator", "reviewer", "safeguarding_lead", "outside_recipient")

Counts = dict[str, dict[str, int]]
Spread = Callable[[Question, int], dict[str, int]]


def starter(name: str) -> Questionnaire:
    """One of the questionnaires that come with the house."""
    return read_toml(STARTERS / f"{name}.toml", name)


def evenly(question: Question, n: int) -> dict[str, int]:
    """Answers spread over the options and silence; of many choices everybody takes about half."""
    keys = (*question.keys, "dont_know", "did_not_say")
    if not question.single:
        return dict.fromkeys(question.keys, n // 2) | {"dont_know": 0, "did_not_say": 0}
    return {key: n // len(keys) + (place < n % len(keys)) for place, key in enumerate(keys)}


def kindly(question: Question, n: int) -> dict[str, int]:
    """Most on the good side of a scale; else evenly."""
    if not question.good:
        return evenly(question, n)
    rest = n // 6
    counts = dict.fromkeys((*question.keys, "dont_know", "did_not_say"), 0)
    counts[question.good[0]], counts["did_not_say"] = n - rest, rest
    return counts


def counts_of(questionnaire: Questionnaire, n: int, spread: Spread = kindly) -> Counts:
    """Counts of every question."""
    return {question.name: spread(question, n) for question in questionnaire.coded}


@dataclass(frozen=True)
class House:
    """A site with one adult of every role; in an application context."""

    site_id: int
    people: Mapping[str, Somebody]

    def open(
        self, questionnaire: Questionnaire, *sites: int, pair: bool = False, group_name: str = "", split: str = ""
    ) -> list[Round]:
        """A round, or the two of a pair, of 60 invited children or more."""
        with db.writing(db.engine()) as session:
            log = Log(context.today(), "coordinator")
            questionnaire_row = add_questionnaire(session, questionnaire, "coordinator", context.today(), log)
            now = context.now()
            waves = ("pre", "post") if pair else ("single",)
            spans = tuple(
                Span(wave, now + timedelta(days=9 * place), now + timedelta(days=9 * place + 7))
                for place, wave in enumerate(waves)
            )
            opening = RoundOpening(
                questionnaire_id=questionnaire_row.id,
                purpose=questionnaire.purpose,
                link="none",
                spans=spans,
                site_ids=sites or (self.site_id,),
                time_zone="Asia/Kolkata",
                invited=2_000_000,
                permission="the school",
                decider_id=self.people["coordinator"].id,
                answer_due=date(2026, 12, 20),
                opened_by=self.people["coordinator"].id,
                seconded_by=self.people["facilitator"].id,
                group_name=group_name,
                split=split,
            )
            return rounds_opening.open_rounds(session, opening, log)

    def count(self, round_: Round, n: int, counts: Counts | None = None, split: DeclaredSplit | None = None) -> None:
        """Close a round's batch with these counts."""
        with db.writing(db.engine()) as session:
            questionnaire = questionnaire_of_round(session, round_)
            batch = session.get_one(BatchRow, round_.batch_id)
            batch.outcome, batch.closed_on = "counted", context.today()
            kept = counts or counts_of(questionnaire, n)
            batch.sealed_counts = encrypt_counts(context.keyring(), batch.id, n, kept, {}, split=split)

    def close(self, round_: Round, outcome: str, won: dict[str, str] | None = None) -> None:
        """Close a round's batch without counts."""
        with db.writing(db.engine()) as session:
            batch = session.get_one(BatchRow, round_.batch_id)
            batch.outcome, batch.closed_on = outcome, context.today()
            batch.sealed_counts = encrypt_winners(context.keyring(), batch.id, won) if won is not None else None

    def counted(self, name: str = "daily-life-10-12", n: int = 24, counts: Counts | None = None) -> Round:
        """A counted round of a starter questionnaire."""
        (facts,) = self.open(starter(name))
        self.count(facts, n, counts)
        return facts

    def edition(self) -> Edition:
        """The newest edition there is, after drafting what is due."""
        drafting.draft_due()
        with db.reading(db.engine()) as session:
            states = ("waiting", "approved", "sent", "sent_back")
            found = list_editions(session, [self.site_id], states)[0]
            session.expunge_all()
            return found


def make_house() -> House:
    """Build it."""
    site_id, everybody = people.house(ROLES)
    return House(site_id, everybody)


def link_to(slug: str) -> str:
    """The token in the first letter about a view to the first guardian there is."""
    with db.reading(db.engine()) as session:
        first = session.scalars(select(GuardianAddressRow).order_by(GuardianAddressRow.id).limit(1)).one()
        sent_on = session.scalar(
            select(PublicationSiteRow.sent_on)
            .join(PublicationRow, PublicationRow.id == PublicationSiteRow.publication_id)
            .where(PublicationRow.slug == slug, PublicationSiteRow.site_id == first.site_id)
        )
        return make_link_token(
            context.keyring().key(LINKS),
            slug,
            first.id,
            first.fingerprint,
            (sent_on or context.today()) + timedelta(days=LINK_DAYS),
        )
