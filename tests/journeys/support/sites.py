"""A site of its own for each journey: its people, a round that is open, a code for its tablet. Plainly invented."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.journeys.support.server import TOP, House
from tests.support.choices import open_ready_choice
from tests.support.committees import make_committee
from tests.support.people import Somebody, make_person, make_site
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, FACILITATOR, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.sites.tablets import store
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import add_questionnaire, approve_questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.rounds import opening as rounds_opening
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.store import end_round, find_round, questionnaire_of_round
from youthvoice.threads.models import LetterRow

STARTERS = TOP / "surveys"
SURVEY = "daily-life-10-12"


@dataclass(frozen=True)
class Place:
    """One site in a running house."""

    house: House
    site_id: int
    name: str
    people: dict[str, Somebody]
    code: str
    round: Round | None

    @property
    def url(self) -> str:
        """Where its pages are."""
        return self.house.url

    @property
    def survey(self) -> str:
        """The path of the open round."""
        assert self.round
        return f"/survey/{self.round.slug}"

    def sheets(self) -> int:
        """How many children's sheets the open round holds."""
        assert self.round
        with self.house.app.app_context(), db.reading(db.engine()) as session:
            return session.scalar(select(func.count()).where(ResponseRow.round_id == self.round.id)) or 0

    def letters(self) -> int:
        """How many letters lie in the letter box of the open round."""
        assert self.round
        with self.house.app.app_context(), db.reading(db.engine()) as session:
            return session.scalar(select(func.count()).where(LetterRow.round_id == self.round.id)) or 0

    def questions(self) -> Questionnaire:
        """What the open round asks."""
        assert self.round
        with self.house.app.app_context(), db.reading(db.engine()) as session:
            return questionnaire_of_round(session, self.round)

    def end_round(self) -> None:
        """The coordinator ends the round now."""
        assert self.round
        with self.house.app.app_context(), db.writing(db.engine()) as session:
            end_round(session, self.round, context.now(), context.today(), log_of("coordinator"))

    def meets(self, *presets: str) -> None:
        """Committees meet here from now on, with the facilitator of the place."""
        with self.house.app.app_context():
            for preset in presets:
                make_committee(self.site_id, self.people["lata"], preset)

    def opens_choice(self) -> str:
        """An everyday choice is open from now on; gives its address."""
        with self.house.app.app_context():
            return open_ready_choice(self.site_id, self.people["lata"], self.people["asha"])

    def sheets_of(self, path: str) -> int:
        """How many sheets lie in the round at an address."""
        with self.house.app.app_context(), db.reading(db.engine()) as session:
            round_ = find_round(session, path.removeprefix("/survey/"))
            assert round_
            return session.scalar(select(func.count()).where(ResponseRow.round_id == round_.id)) or 0

    def new_tablet(self, former_token: str = "") -> str:
        """Connect one more tablet without the page, which takes twenty codes a minute; gives what its cookie holds."""
        with self.house.app.app_context(), db.writing(db.engine()) as session:
            code = store.start_enrolment(session, self.site_id, session_token()[:8])
            token = store.enrol_device(session, code, former_token)
        assert token
        return token

    def new_session(self, person: Somebody) -> tuple[str, str]:
        """Sign somebody in without the page; gives the name of the cookie, and what it holds."""
        token = session_token()
        with self.house.app.app_context(), db.writing(db.engine()) as session:
            sessions.start(session, person.id, person.private_key, token, context.now())
            return cookie_name(), token


def log_of(handle: str) -> Log:
    """The log in somebody's name."""
    return Log(context.today(), handle)


def settle(house: House, *, survey: str | Path | None = SURVEY, group_name: str = "", **site: object) -> Place:
    """Make a site with two advocates, a coordinator and a facilitator who decides; open a round there.

    Args:
        house: a running one.
        survey: a starter questionnaire or a file; None for a site without a round.
        group_name: of the group that is asked; everybody when empty.
        site: columns of the site that are not as usual.
    """
    mark = secrets.token_hex(3)
    with house.app.app_context():
        with db.writing(db.engine()) as session:
            today = context.today("Asia/Kolkata")
            made = make_site(session, f"example-{mark}", name="Example House", helpline_tested=today, **site)
            people = _people(session, made.id, mark)
            code = store.start_enrolment(session, made.id, "Tablet 1")
            site_id = made.id
        round_ = _open(survey, site_id, people, group_name) if survey else None
    return Place(house, site_id, "Example House", people, code, round_)


def _people(session: Session, site_id: int, mark: str) -> dict[str, Somebody]:
    names = (
        ("asha", ADVOCATE),
        ("ravi", ADVOCATE),
        ("tomas", COORDINATOR),
        ("lata", FACILITATOR),
        ("olga", OUTSIDE_RECIPIENT),
        ("meera", SAFEGUARDING_LEAD),
    )
    return {
        name: make_person(session, role, site_id, handle=f"{name}-{mark}", name=f"{name.title()} Example")
        for name, role in names
    }


def _open(survey: str | Path, site_id: int, people: dict[str, Somebody], group_name: str) -> Round:
    file = survey if isinstance(survey, Path) else STARTERS / f"{survey}.toml"
    questionnaire = read_toml(file, file.stem)
    now, today = context.now(), context.today("Asia/Kolkata")
    asha, tomas, lata = (people[name] for name in ("asha", "tomas", "lata"))
    with db.writing(db.engine()) as session:
        questionnaire_row = add_questionnaire(session, questionnaire, tomas.handle, today, log_of(tomas.handle))
        approve_questionnaire(session, questionnaire_row, asha.id, today, log_of(asha.handle))
        opening = RoundOpening(
            questionnaire_id=questionnaire_row.id,
            purpose=questionnaire.purpose,
            link="none",
            spans=(Span.of_days("single", today, today + timedelta(days=7), "Asia/Kolkata", now),),
            site_ids=(site_id,),
            time_zone="Asia/Kolkata",
            invited=20,
            permission="Example permission, on file",
            decider_id=lata.id,
            answer_due=today + timedelta(days=28),
            opened_by=tomas.id,
            seconded_by=asha.id,
            group_name=group_name,
        )
        return rounds_opening.open_rounds(session, opening, log_of(tomas.handle))[0]
