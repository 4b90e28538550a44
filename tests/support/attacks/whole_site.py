"""One site with everything switched on that tells anybody anything, and the lives it can go on to. Plainly invented.

A life goes on in a copy of the data and key folders, with the same random numbers: two lives that differ in nothing but
what children said differ in no byte that was not theirs to differ.
"""

import random
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import StillClock
from tests.support.attacks.crawler import walk
from tests.support.long_tests import breadth
from tests.support.people import Somebody, make_person, make_site, on_tablet, signed_in
from tests.support.publications import ROLES, link_to, starter
from tests.support.reviews import review_at, say
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import find_by_subject
from youthvoice.audit.audit_log import Log
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.grievances import statistics
from youthvoice.grievances.models import ReportYearRow
from youthvoice.jobs.worker import run_once
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.encrypted_json import encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.publications.guardians.mail import Sender, send_edition
from youthvoice.publications.guardians.store import add_address, decide_address, list_addresses
from youthvoice.publications.guardians.subscriptions import set_subscription
from youthvoice.publications.influence.years import ChildrensWord, count_influence, store_influence_year
from youthvoice.publications.review.drafting import approve_edition
from youthvoice.publications.snapshot import Frozen
from youthvoice.publications.store import list_editions, list_editions_to_send, list_waiting_editions
from youthvoice.reviews.decisions import Decision, decide
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.store import find_review
from youthvoice.schedule import JOBS
from youthvoice.sites.store import get_site
from youthvoice.slips.store import Picks, slip_screens
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import Question
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.questionnaires.store import add_questionnaire
from youthvoice.surveys.responses.forms import LetterWords
from youthvoice.surveys.responses.store import (
    card_suffix,
    deal_cards,
    present_card,
    seal_letters,
    seal_response,
    store_response,
    store_response_with_slip,
)
from youthvoice.surveys.rounds.entities import CARD, Round, Span
from youthvoice.surveys.rounds.opening import open_rounds
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round
from youthvoice.threads.agreed_themes import Theme, add_theme, reports_subject, round_subject
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.letters.store import add_letters
from youthvoice.threads.readership import readers_at

CHILDREN, CONTENT = 24, 16
"""Children of a round, and how many are content, without the one who may be: 15 to 24 of 24 are one band."""
LANGUAGES = tuple(breadth(["hi"], ["en"]))
"""Two of one thing are as many pages more; in the second each says the same."""
SECOND = "second-advocate"
YEAR = 2024
Seen = dict[str, dict[str, str]]


@dataclass
class Life:
    """The site as it goes on; in an application context."""

    app: Flask
    clock: StillClock
    people: Mapping[str, Somebody]
    site_id: int
    eyes: dict[str, Visitor] = field(default_factory=dict)

    def works(self, **later: float) -> None:
        """Time goes on, and the work process looks once at everything."""
        self.clock.move(**later)
        assert run_once(self.app, JOBS) == []

    def opens(self, name: str, spans: Sequence[Span], link: str = "none", split: str = "") -> list[Round]:
        """Two adults open a round, or a pair; its view in parts where they say by what."""
        log, who = Log(context.today(), "coordinator"), self.people
        questionnaire = replace(starter(name), languages=LANGUAGES)
        with db.writing(db.engine()) as session:
            questionnaire_row = add_questionnaire(session, questionnaire, "coordinator", context.today(), log)
            opening = RoundOpening(
                questionnaire_id=questionnaire_row.id, purpose=questionnaire.purpose, link=link, spans=tuple(spans),
                site_ids=(self.site_id,), time_zone="Asia/Kolkata", invited=CHILDREN + 2, permission="the school",
                decider_id=who["coordinator"].id, answer_due=spans[-1].ends_at.date() + timedelta(days=20),
                opened_by=who["coordinator"].id, seconded_by=who["facilitator"].id, split=split,
            )  # fmt: skip
            return open_rounds(session, opening, log)

    def sends(self, round_: Round, card: Picks | None, *, is_content: bool, age: str = "9") -> None:
        """One child's sheet, with her half of a card where there is one, and her age where it is asked."""
        with db.reading(db.engine()) as session:
            questionnaire = questionnaire_of_round(session, round_)
        slip = present_card(round_, self.site_id, card) if card else None
        given = {
            question.name: age if question.split else _answer(question, is_content=is_content)
            for question in questionnaire.coded
        }
        coded = encode_answers(questionnaire, questionnaire.kept(given)) + card_suffix(round_, self.site_id, slip)
        made = seal_response(round_, secrets.token_bytes(16), coded, day=context.today())
        with db.writing(db.engine()) as session:
            if slip:
                store_response_with_slip(session.connection(), made, slip)
            else:
                store_response(session.connection(), made)

    def writes(self, round_: Round, letters: int) -> None:
        """Letters come in, none of them with a sheet."""
        with db.writing(db.engine()) as session:
            site, written = get_site(session, self.site_id), [LetterWords("letter", "More fruit", shared=False)]
            for _nth in range(letters):
                sealed = seal_letters(round_, site, written, readers_at(self.site_id))
                add_letters(session.connection(), sealed)

    def taps(self) -> None:
        """A child says of everything on the board that it is not done yet."""
        board = self.eyes["tablet"].open("/we-did").text
        asked = re.findall(r'name="sheet" value="(\w+)"><input type="hidden" name="about" value="([^"]+)"', board)
        assert asked, "the board asks"
        for sheet, about in asked:
            data = {"sheet": sheet, "about": about, "what": "not_yet"}
            assert self.eyes["tablet"].ask("POST", "/we-did", data=data).status_code == 303

    def decides(self) -> None:
        """An advocate approves what waits, the coordinator sends it and answers, two advocates agree on a theme."""
        advocate, coordinator = self.people["advocate"].id, self.people["coordinator"].id
        day, log = context.today(), Log(context.today(), "advocate")
        with db.writing(db.engine()) as session:
            for edition in list_waiting_editions(session, [self.site_id]):
                approve_edition(session, edition, advocate, day, log)
        with db.writing(db.engine()) as session, self.app.test_request_context():
            for edition in list_editions_to_send(session, [self.site_id]):
                send_edition(session, edition, [self.site_id], Sender(coordinator, context.now(), log))
                self._answers(session, edition.first.frozen, coordinator)
                theme = Theme({"en": "Many of us wish for fruit."}, is_quote=False, day=day)
                add_theme(session, round_subject(edition.first.frozen["round"]), theme, *self._advocates)

    def _answers(self, session: Session, frozen: Frozen, by: int) -> None:
        answer_due = find_by_subject(session, "round", frozen["round"])
        assert answer_due
        for part in ("", *[one["name"] for one in frozen["questions"][:2]]):
            words = {"en": f"We thought about {part or 'all of it'} and do it."}
            replies.record_reply(session, answer_due.id, part, "yes", words, by, context.today())

    def prepares(self, wish: str, words: str) -> Review:
        """A child says to her review what she wants, to her advocate and to who decides; it is in five days."""
        invited = ("coordinator", "facilitator", "safeguarding_lead")
        review = review_at(self.site_id, self.people["advocate"], self.people["reviewer"], 5, invited=invited)
        say(review, Statement(good=("friends",), change=(wish,), words=words), [self.people["reviewer"]])
        return review

    def decides_at(self, review: Review, wish: str, sentence: str) -> None:
        """Her words were opened by who may; each wish, and the plan, ends with a decision."""
        for who in ("advocate", "reviewer"):
            page = f"/staff/reviews/{review.key}"
            self.eyes[who].open(page)
            assert "I want" in self.eyes[who].send(f"{page}/open").text
        for part in (wish, "own", "plan"):
            with db.writing(db.engine()) as session:
                held = find_review(session, review.id, to_change=True)
                assert held
                kind = "kept" if part == "plan" else "no_because"
                made = Decision(part, kind, {"en": "You stay here." if part == "plan" else sentence})
                log, by = Log(context.today(), "reviewer"), self.people["reviewer"].id
                decide(session, held, made, held.version, by, log)

    def freezes(self, minds: Sequence[bool]) -> None:
        """A year before, of reports and of all children's words: whether each was put right, and what many told of."""
        told, answered, day = date(YEAR, 3, 2), date(YEAR, 3, 9), context.today()
        marks = [CaseState("report", days={"answered": answered.isoformat()} if one else {}) for one in minds]
        words = [ChildrensWord(self.site_id, told, answered, in_time=True, changed=True, helped=one) for one in minds]
        kept, of = statistics.year_to_data(statistics.count_year(YEAR, marks)), ("report-year", self.site_id, YEAR)
        locked = encrypt_json(context.keyring(), KEPT_WORDS, kept, sealing_context(*of), 2048)
        theme = Theme({"en": "Some were afraid on the stairs."}, is_quote=False, day=day)
        with db.writing(db.engine()) as session:
            store_influence_year(session, count_influence(YEAR, words), 1)
            session.add(ReportYearRow(site_id=self.site_id, year=YEAR, locked=locked))
            add_theme(session, reports_subject(self.site_id, YEAR), theme, *self._advocates)

    @property
    def _advocates(self) -> tuple[int, int]:
        return self.people["advocate"].id, self.people[SECOND].id

    def writes_to_families(self) -> None:
        """Three families in two languages, and a rhythm for everybody."""
        advocate, coordinator = self.people["advocate"].id, self.people["coordinator"].id
        day, log = context.today(), Log(context.today(), "coordinator")
        with db.writing(db.engine()) as session:
            for nth, (kind, language) in enumerate((("guardian", "hi"), ("guardian", "en"), ("family", "en"))):
                add_address(session, self.site_id, f"home-{nth}@example.org", language, coordinator, kind)
            for one in list_addresses(session, [self.site_id]):
                decide_address(session, one.id, [self.site_id], advocate, day, log, clear=True)
            for audience, rhythm in (("guardian", "quarterly"), ("family", "weekly"), ("review", "on_publication")):
                set_subscription(session, self.site_id, audience, "", rhythm, coordinator, day, log)

    def everybody_comes(self) -> None:
        """Each with a session or a tablet of her own."""
        self.eyes = {who: signed_in(Visitor(self.app), one) for who, one in self.people.items() if who != SECOND}
        self.eyes["tablet"] = on_tablet(Visitor(self.app), self.site_id, f"Tablet {self.clock.moment:%d %B}")
        self.eyes["anybody"] = Visitor(self.app)

    def everything(self, links: Sequence[str] = (), readers: Collection[str] = ()) -> Seen:
        """Every page, file and paper that anybody is led to, but for exact counts.

        Args:
            links: those in a family's letter.
            readers: who looks; everybody unless told.
        """
        child = ["/", "/we-did", "/rights", "/help"]
        starts = {"tablet": child, "anybody": [*child, *(f"/influence{end}" for end in ("", ".csv", ".json")), *links]}
        folder = str(context.settings().data.parent)  # of this life alone; coordinators read where data and keys lie
        seen = {
            who: {at: said.replace(folder, "") for at, said in walk(eye.client, starts.get(who, ["/staff/"])).items()}
            for who, eye in self.eyes.items()
            if not readers or who in readers
        }
        led = [who for who, pages in seen.items() if any("/analysis" in address for address in pages)]
        assert led in ([], ["advocate"]), "exact counts are for advocates alone (A13)"
        return seen

    def links(self) -> list[str]:
        """What stands in the letters of a family."""
        with db.reading(db.engine()) as session:
            editions = list_editions(session, [self.site_id], ("sent",))
        return [f"/views/{link_to(one.first.slug)}" for one in editions]

    def packs(self) -> list[str]:
        """Packs of sheets, which are made for whoever opens them."""
        page = self.eyes["coordinator"].open("/staff/subscriptions/").text
        return re.findall(r'href="(/staff/subscriptions/paper/\d+/[\d-]+/\w+)"', page)

    def letters(self) -> dict[str, bytes]:
        """Every mail there is, by the name of its file."""
        return {file.name: file.read_bytes() for file in sorted(context.settings().data.rglob("*.eml"))}


def _answer(question: Question, *, is_content: bool) -> Answer:
    if question.safety:
        # nobody says harm: of one child, too, it is told by a task (A9)
        return next(key for key in reversed(question.keys) if key not in question.harm)
    if not question.single:
        return question.keys[:1] if is_content else question.keys[-1:]
    good = (question.right,) if question.right else question.good or question.keys[:1]
    return good[0] if is_content else next(key for key in question.keys if key not in good)


@contextmanager
def same_random(seed: int) -> Iterator[None]:
    """Slugs, numbers and tokens are drawn alike in every life."""
    dice = random.Random(seed)  # noqa: S311 - so that two lives can be compared
    drawn: dict[str, object] = {
        "token_bytes": lambda n=32: dice.randbytes(n),
        "token_hex": lambda n=32: dice.randbytes(n).hex(),
        "token_urlsafe": lambda n=32: dice.randbytes(n).hex(),
        "choice": dice.choice,
        "randbelow": dice.randrange,
        "SystemRandom": lambda: dice,
    }
    with ExitStack() as stack:
        for name, draw in drawn.items():
            stack.enter_context(patch.object(secrets, name, draw))
        random.seed(seed)  # what parts a mail
        yield


@dataclass(frozen=True)
class Start:
    """Where lives begin: folders, a moment, who is there, and what the children have in their hands."""

    folder: Path
    moment: datetime
    people: Mapping[str, Somebody]
    site_id: int
    slugs: tuple[str, ...]
    deck: Sequence[Picks]

    @contextmanager
    def life(self, folder: Path, seed: int) -> Iterator[tuple[Life, list[Round]]]:
        """A life from there on, in a copy; with its rounds: one alone, the two of a pair by cards, one in parts."""
        shutil.copytree(self.folder, folder)
        clock = StillClock()
        clock.moment = self.moment
        app = create_app(settings_in(folder), clock)
        app.config["TESTING"] = True
        with app.app_context(), same_random(seed):
            with db.reading(db.engine()) as session:
                rounds = [round_ for slug in self.slugs if (round_ := find_round(session, slug))]
            yield Life(app, clock, self.people, self.site_id), rounds
        runtime_of(app).engine.dispose()


def settings_in(folder: Path) -> Settings:
    """Of a site whose folders lie in another one."""
    return Settings.read({
        "YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0",
        "YOUTHVOICE_DATA": str(folder / "data"), "YOUTHVOICE_KEYS": str(folder / "keys"),
    })  # fmt: skip


def start(app: Flask, clock: StillClock, folder: Path) -> Start:
    """A site with a season behind it; today a round, a pair and a round in parts were opened.

    It lies in a folder for lives to copy.
    """
    with db.writing(db.engine()) as session:
        site_id = make_site(session, languages=list(LANGUAGES)).id
        people = {role: make_person(session, role, site_id) for role in ROLES}
        people[SECOND] = make_person(session, "advocate", site_id, handle=SECOND)
    clock.move(days=-100)
    life = Life(app, clock, people, site_id)
    (earlier,) = life.opens("daily-life-10-12", [Span("single", clock.moment, clock.moment + timedelta(days=7))])
    for nth in range(CHILDREN):
        life.sends(earlier, None, is_content=nth < CHILDREN // 2)
    life.writes(earlier, 6)
    life.writes_to_families()
    life.works(days=8)
    life.decides()
    life.works(days=92)
    now = clock.moment
    (single,) = life.opens("daily-life-10-12", [Span("single", now, now + timedelta(days=28))])
    spans = [
        Span("pre", now, now + timedelta(days=7)),
        Span("post", now + timedelta(days=21), now + timedelta(days=28)),
    ]
    waves = life.opens("rights", spans, CARD)
    parts = life.opens("needs-check", [Span("single", now, now + timedelta(days=28))], split="age")
    with db.writing(db.engine()) as session:
        dealt = deal_cards(session, waves[0], site_id, CHILDREN)
    deck = [tuple(s.index(one) for s, one in zip(slip_screens(len(card)), card, strict=True)) for card in dealt]
    life.works()
    runtime_of(app).engine.dispose()
    return Start(folder, now, people, site_id, tuple(one.slug for one in (single, *waves, *parts)), deck)
