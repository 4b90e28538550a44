"""Two lives of one house, in which children answered oppositely; and what a thief sees of either. Plainly invented."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import LargeBinary, select

from tests.conftest import StillClock
from tests.support.batches import a_question
from tests.support.people import make_person, on_tablet, signed_in
from tests.support.publications import House, make_house, starter
from tests.support.rounds import answers as fields, open_round, sheet_of
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.quiet_pages import rewrite_pages
from youthvoice.accountability.store import create_answer_due, find_by_subject, list_answers_due_of, list_settled_of
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire, make_words
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.responses.store import seal_response, store_response
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import questionnaire_of_round

Sheets = Sequence[Mapping[str, Answer]]
Picture = dict[str, list[tuple[object, ...]]]

STARTER = "daily-life-10-12"
TALKED = "We sat with everybody under the mango tree."
GUARDIAN = "guardian@example.org"


@dataclass(frozen=True)
class Said:
    """What the children of one life said, and the adults to them.

    Attributes:
        starter: sheets of a starter questionnaire with a safety question.
        small: sheets of a round that stays under ten.
        sheet: sheets of a round that asks about before and now.
        choice: sheets of a choice.
        letter: one child's words.
        shared: whether others may read them.
        reply: kind and words of the decider.
        reason: why the second view was sent back.
    """

    starter: Sheets
    small: Sheets
    sheet: Sheets
    choice: Sheets
    letter: str
    shared: bool
    reply: tuple[str, str]
    reason: str


def calm() -> Said:
    """Nobody says harm; everybody agrees."""
    kind: dict[str, Answer] = {"food": "good", "safe_at_night": "always", "wishes": ("sport", "music", "art")}
    return Said(
        starter=[kind] * 14,
        small=[{"night": "yes"}] * 7,
        sheet=[{"before_rest": "yes", "rest": "yes"}] * 12,
        choice=[{"meal": "rice"}] * 6,
        letter="Thank you for the kites", shared=False,
        reply=("yes", "Yes."), reason="No.",
    )  # fmt: skip


def afraid() -> Said:
    """Everybody says harm; nobody agrees with anybody."""
    return Said(
        starter=[
            {"food": ("good", "bad", None)[at % 3], "safe_at_night": ("never", "sometimes")[at % 2]} for at in range(14)
        ],
        small=[{"night": "no", "friends": "no"}] * 7,
        sheet=[{"before_rest": ("yes", "no", None)[at % 3], "rest": ("no", "yes")[at % 2]} for at in range(12)],
        choice=[{}] * 6,
        letter="I hear steps on the roof", shared=True,
        reply=("no_because", "The cook left, and the council has paid for nobody else until the new year comes. " * 4),
        reason="The third sentence says that most are afraid; say it in another way. " * 6,
    )  # fmt: skip


def live(said: Said, visitor: Callable[[], Visitor], clock: StillClock) -> House:
    """From the opening of five rounds to the answers of the adults."""
    home = make_house()
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", home.site_id, handle="second-advocate")
    rounds = [
        (_owed_round(home, questions), sheets)
        for questions, sheets in ((starter(STARTER), said.starter), (_small(), said.small), (_sheet(), said.sheet))
    ]
    round_ = _owed_round(home, _choice())
    for opened, sheets in (*rounds, (round_, said.choice)):
        for sheet in sheets:
            _send(opened, sheet)
    _write(said, on_tablet(visitor(), home.site_id), rounds[0][0])
    clock.move(days=8)
    close_due(context.now())
    drafting.draft_due()
    _adults(said, home, visitor, rounds[0][0].slug)
    rewrite_pages()
    return home


def tasks(home: House, *, settled: bool = False) -> list[AnswerDue]:
    """The tasks about safety that the advocates have, or had."""
    advocate = home.people["advocate"].id
    with db.reading(db.engine()) as session:
        who = (advocate, "advocate", {home.site_id})
        found = list_settled_of(session, *who, 99) if settled else list_answers_due_of(session, *who)
    return [answer_due for answer_due in found if answer_due.kind == "safety"]


def picture() -> Picture:
    """Every row of every table as it looks without key files: what is locked or random by its length only."""
    made: Picture = {}
    with db.reading(db.engine()) as session:
        for table in metadata.full_metadata().sorted_tables:
            rows = session.execute(select(table)).all()
            made[table.name] = sorted(
                (tuple(_seen(table.name, column, value) for column, value in zip(table.columns, row, strict=True)))
                for row in rows
            )  # fmt: skip
    return made


def _seen(table: str, column: object, value: object) -> str:
    name = getattr(column, "name", "")
    is_random_place = name == "place" and isinstance(value, int)  # of a `LargeRow`; others hold where something is
    if is_random_place or (table, name) in {("owed", "id"), ("questionnaires", "version")}:
        return "random number"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return re.sub("[0-9a-f]{12,}", lambda found: f"<{len(found[0])}>", value)
    return value.isoformat() if isinstance(value, (date, datetime)) else repr(value)


def locked_columns() -> set[str]:
    """The columns that hold bytes."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.full_metadata().sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }


def _small() -> Questionnaire:
    asked = (a_question("friends"), a_question("night", safety=True, harm=("no",)))
    return _questionnaire("small", *asked)


def _sheet() -> Questionnaire:
    return _questionnaire("sheet", a_question("before_rest"), a_question("rest", pair="before_rest", moment="now"))


def _choice() -> Questionnaire:
    return replace(_questionnaire("choice", a_question("meal", "rice", "bread", "soup")), purpose="choice")


def _questionnaire(name: str, *asked: object) -> Questionnaire:
    return Questionnaire(
        name=name, title=make_words(en=f"Days of {name}"), purpose="regular", ages="10-12", languages=("en",),
        questions=asked,  # type: ignore[arg-type]
    )  # fmt: skip


def _owed_round(home: House, questionnaire: Questionnaire) -> Round:
    decider = home.people["coordinator"].id
    round_ = open_round([home.site_id], decider, questionnaire)
    with db.writing(db.engine()) as session:
        create_answer_due(
            session, site_id=home.site_id, kind="round", subject=round_.slug,
            about=questionnaire.title, due=round_.answer_due, owner_id=decider
        )  # fmt: skip
    return round_


def _send(round_: Round, sheet: Mapping[str, Answer]) -> None:
    with db.reading(db.engine()) as session:
        coded = encode_answers(questionnaire_of_round(session, round_), sheet)
    made = seal_response(round_, secrets.token_bytes(16), coded, day=context.today())
    with db.writing(db.engine()) as session:
        store_response(session.connection(), made)


def _write(said: Said, tablet: Visitor, round_: Round) -> None:
    sheet = sheet_of(tablet.open(f"/survey/{round_.slug}").text)
    shared = {"a-letter_box-shared": "yes"} if said.shared else {}
    given = fields(food=said.starter[0]["food"], letter_box=said.letter)
    tablet.ask("POST", f"/survey/{round_.slug}", data={"sheet": sheet, **given, **shared})


def _adults(said: Said, home: House, visitor: Callable[[], Visitor], slug: str) -> None:
    """The advocates send one view back and approve the other, the coordinator answers and sends it, tasks are done."""
    advocate = signed_in(visitor(), home.people["advocate"])
    coordinator = signed_in(visitor(), home.people["coordinator"])
    with db.reading(db.engine()) as session:
        waiting = list_waiting_editions(session, [home.site_id])
    views = {edition.first.frozen["round"]: edition.first.slug for edition in waiting}
    here, (other,) = views.pop(slug), views.values()
    for path in (f"{here}/approve", f"{other}/send-back"):
        advocate.open(f"/staff/publications/{path.split('/')[0]}")
        advocate.send(f"/staff/publications/{path}", {"reason": said.reason})
    coordinator.open("/staff/addresses/")
    given = {"site_id": home.site_id, "language": "hi", "kind": "guardian", "lines": GUARDIAN}
    coordinator.send("/staff/addresses/", given)
    advocate.open("/staff/addresses/clearing")
    advocate.send("/staff/addresses/1/decide", {"decision": "clear"})
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    with db.reading(db.engine()) as session:
        owed = find_by_subject(session, "round", slug)
    kind, sentence = said.reply
    assert owed is not None
    coordinator.open(f"/staff/answers/{owed.id}")
    coordinator.send(f"/staff/answers/{owed.id}", {"kind": kind, "words_en": sentence})
    for task in tasks(home):
        advocate.open(f"/staff/answers/{task.id}")
        advocate.send(f"/staff/answers/{task.id}", {"kind": "done", "words_en": TALKED})
