"""Open rounds for tests without the coordinator's pages, and answer them as a tablet does. Plainly invented."""

import re
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.surveys.models import BatchRow, QuestionnaireRow, RoundRow, RoundSiteRow
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import find_round

STARTERS = Path(__file__).parents[2] / "surveys"
DUE = date(2026, 12, 12)


def starter(name: str = "daily-life-10-12") -> Questionnaire:
    """A questionnaire of `surveys/`."""
    return read_toml(STARTERS / f"{name}.toml", name)


def open_round(
    site_ids: Sequence[int], decider_id: int, questionnaire: Questionnaire | None = None, **columns: object
) -> Round:
    """Open a round since an hour, for a week, with twenty invited; columns of `rounds` say what is not as usual."""
    questions, now = questionnaire or starter(), context.now()
    slug = secrets.token_hex(6)
    usual: dict[str, object] = {
        "purpose": questions.purpose,
        "wave": "single",
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(days=7),
        "invited": 20,
        "permission": "example",
        "answer_due": DUE,
    }
    with db.writing(db.engine()) as session:
        batch = BatchRow(answers_key=f"open-answers-test-{slug}")
        questionnaire_row = QuestionnaireRow(
            name=questions.name,
            version=secrets.randbelow(10**6),
            digest=questions.digest,
            body=questions.to_json(),
            imported_by="example",
            imported_on=now.date(),
        )
        session.add_all([batch, questionnaire_row])
        session.flush()
        who = {"decider_id": decider_id, "opened_by": decider_id, "seconded_by": decider_id}
        opened = RoundRow(
            slug=slug, questionnaire_id=questionnaire_row.id, batch_id=batch.id, **{**usual, **who, **columns}
        )
        session.add(opened)
        session.flush()
        session.add_all(RoundSiteRow(round_id=opened.id, site_id=one, first=one == site_ids[0]) for one in site_ids)
    return facts(slug)


def facts(slug: str) -> Round:
    """A round as it stands now."""
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
    assert round_ is not None
    return round_


def close(round_: Round) -> None:
    """Its batch is closed, as far as its row goes."""
    with db.writing(db.engine()) as session:
        session.get_one(BatchRow, round_.batch_id).closed_on = context.today()


def end(round_: Round) -> None:
    """It ended a minute ago."""
    with db.writing(db.engine()) as session:
        session.get_one(RoundRow, round_.id).ends_at = context.now() - timedelta(minutes=1)


def sheet_of(page: str) -> str:
    """The number of the sheet in a page."""
    found = re.findall(r'name="sheet" value="([0-9a-f]{32})"', page)
    assert len(found) == 1
    return str(found[0])


def answers(**given: object) -> dict[str, object]:
    """Fields as the page sends them: `answers(food="good")`."""
    return {f"a-{name}": value for name, value in given.items()}


def taken_of(visitor: Visitor, round_: Round, status: int = 201, **given: object) -> dict[str, object]:
    """Send as the tablet's script does; gives the JSON."""
    visitor.open(f"/survey/{round_.slug}")
    answer = visitor.send(f"/survey/{round_.slug}", answers(**given), status, headers={"Accept": "application/json"})
    said = answer.get_json()
    assert isinstance(said, dict)
    return said
