"""The example's rounds and choices: two answered, the later one sent, one waiting for approval, one open today."""

import random
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from flask import current_app
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import replies, store
from youthvoice.accountability.store import find_by_subject, list_answers_due_of
from youthvoice.accounts.store import find_person_by_handle, list_advocates
from youthvoice.audit.audit_log import Log
from youthvoice.jobs.turns import run_to_end
from youthvoice.mail.transport import send_due
from youthvoice.publications.guardians.mail import Sender, send_due_answers, send_edition
from youthvoice.publications.guardians.store import add_address, decide_address, list_addresses
from youthvoice.publications.guardians.subscriptions import set_subscription
from youthvoice.publications.letter_themes import publish_theme
from youthvoice.publications.review.drafting import approve_edition, draft_due
from youthvoice.publications.store import list_editions_to_send, list_waiting_editions
from youthvoice.sites.store import Site, find_site_by_slug, get_site
from youthvoice.surveys.choices import rules
from youthvoice.surveys.choices.forms import load_ready_choice, picture_of_kind
from youthvoice.surveys.choices.store import find_choice, open_choice, plan_choice, prepare_choice
from youthvoice.surveys.questionnaires import answer_encoding, store as questionnaires
from youthvoice.surveys.questionnaires.drafts.draft import draft_of
from youthvoice.surveys.questionnaires.drafts.store import add_draft
from youthvoice.surveys.questionnaires.picture_library import picture_name
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers
from youthvoice.surveys.responses.forms import LetterWords
from youthvoice.surveys.responses.store import seal_letters, seal_response, store_response
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import open_rounds
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round
from youthvoice.threads.agreed_themes import Theme
from youthvoice.threads.letters.store import count_letters_of_round, list_letters, mark_letter_opened
from youthvoice.threads.store import ReaderKey

T = TypeVar("T")

_SEED: Final = 24  # the same example every time


@contextmanager
def pretend_moment(moment: datetime) -> Iterator[None]:
    """Set the application's clock to another moment, so that the example has a past."""
    with context.override(current_app, clock=lambda: moment):
        yield


def require(value: T | None) -> T:
    """A value that the example has just created.

    Raises:
        LookupError: it is None.
    """
    if value is None:
        raise LookupError
    return value


def person_id(session: Session, handle: str) -> int:
    """The row of one of the example's people."""
    return require(find_person_by_handle(session, handle)).id


def log_of(handle: str) -> Log:
    """A log in the name of this person."""
    return Log(context.today(), handle)


def bring_questionnaires(session: Session) -> None:
    """Import every starter questionnaire; the advocate approves them."""
    asha = person_id(session, "asha")
    for name in sorted(questionnaires.starter_names()):
        questionnaire, today = questionnaires.load_starter(name), context.today()
        questionnaire_row = questionnaires.add_questionnaire(session, questionnaire, "tomas", today, log_of("tomas"))
        questionnaires.approve_questionnaire(session, questionnaire_row, asha, today, log_of("asha"))


def begin_draft(session: Session) -> None:
    """Begin a draft of a questionnaire as a coordinator: with one more question, not yet written in one language.

    It begins today, because the job deletes drafts that nobody has changed for a month.
    """
    stored = require(questionnaires.latest_approved_version(session, "daily-life-10-12"))
    body = draft_of(questionnaires.load_questionnaire(session, stored.id), stored.version)
    words = {"en": "What should grow in our garden?", "hi": "हमारे बगीचे में क्या उगना चाहिए?"}
    body.add({"name": "garden", "kind": "words", "picture": "1F331", "text": words})
    add_draft(session, body, person_id(session, "tomas"), context.today())


def open_round(session: Session, name: str, last: date, due: date, invited: int) -> Round:
    """Open a round from today as Tomas, seconded by Asha, with Lata as decider; split where a question allows it."""
    site = require(find_site_by_slug(session, "example-house"))
    stored = require(questionnaires.latest_approved_version(session, name))
    splitting = questionnaires.load_questionnaire(session, stored.id).splitting
    opening = RoundOpening(
        questionnaire_id=stored.id,
        purpose="regular",
        spans=(Span.of_days("single", context.today(site.time_zone), last, site.time_zone, context.now()),),
        site_ids=(site.id,),
        time_zone=site.time_zone,
        invited=invited,
        permission="Example permission of the house's guardians, on file",
        decider_id=person_id(session, "lata"),
        answer_due=due,
        opened_by=person_id(session, "tomas"),
        seconded_by=person_id(session, "asha"),
        split=next((question.split for question in splitting if question.split), ""),
    )
    return open_rounds(session, opening, log_of("tomas"))[0]


def answer(slug: str, children: int, letters: tuple[str, ...] = ()) -> None:
    """Add answers of invented children to a round, through the code that receives a tablet's submissions."""
    chance = random.Random(_SEED + children)  # noqa: S311 - an example, not a secret
    with db.writing(db.engine()) as session:
        round_ = require(find_round(session, slug))
        questionnaire = questionnaire_of_round(session, round_)
        site, box = get_site(session, round_.site_ids[0]), next(iter(questionnaire.letter_boxes), None)
        readers = list_advocates(session, site.id)
        for number in range(children):
            written = [LetterWords(box.name, text, shared=False) for text in letters[number : number + 1] if box]
            sealed_letters = seal_letters(round_, site, written, readers)
            coded = answer_encoding.encode_answers(questionnaire, _answers(questionnaire, chance))
            day = context.today()
            response = seal_response(round_, secrets.token_bytes(16), coded, day=day, letters=sealed_letters)
            store_response(session.connection(), response)


def _answers(questionnaire: Questionnaire, chance: random.Random) -> Answers:
    """Answers of one invented child: mostly content, sometimes not, and now and then skipped."""
    answers: dict[str, Answer] = {}
    for question in questionnaire.questions:
        if question.coded and chance.random() > 0.06:  # noqa: PLR2004 - about one in sixteen skips
            weights = [3 if key in question.good else 2 for key in question.keys]
            if question.bins:
                answers[question.name] = str(chance.choice(question.bins).low)
            elif question.single:
                answers[question.name] = chance.choices(question.keys, weights)[0]
            else:
                answers[question.name] = tuple(sorted(set(chance.choices(question.keys, k=2)), key=question.keys.index))
    return questionnaire.kept(answers)


_KIND = "food"

_CHILDREN = 32


def ask_choice(session: Session, site_id: int) -> None:
    """Open a choice about food until tomorrow evening, by Lata, approved by Asha; Tomas is the decision-maker."""
    site = get_site(session, site_id)
    store.set_decision_maker(session, site_id, person_id(session, "tomas"), log_of("tomas"), site.slug)
    choice = require(find_choice(session, _prepare(session, site, person_id(session, "lata")), [site_id]))
    open_choice(session, choice, person_id(session, "asha"), log_of("asha"))


def _prepare(session: Session, site: Site, lata_id: int) -> int:
    question = load_ready_choice(_KIND).questions[0]
    rows = [rules.OptionLine(picture_name(option.picture or ""), option.text) for option in question.options]
    proposal = rules.ChoiceProposal(_KIND, question.text, rows, picture_of_kind(_KIND), load_ready_choice(_KIND).title)
    questionnaire = rules.make_choice_questionnaire(proposal, site.id, site.checked_languages)
    questionnaire_row = questionnaires.add_questionnaire(
        session, questionnaire, "lata", context.today(), log_of("lata")
    )
    tomorrow = rules.next_evening(context.now(), site.daily_hour, site.time_zone) + timedelta(days=1)
    due = tomorrow + timedelta(days=2)
    choice_row = plan_choice(
        site, tomorrow, decider_id=lata_id, answer_due=due, invited=_CHILDREN, ties=rules.TIE_RULES[0]
    )
    return prepare_choice(
        session, questionnaire_row.id, choice_row, lata_id, context.today(site.time_zone), log_of("lata")
    )


_GUARDIANS: Final = (("guardian-one@example.org", "en", "guardian"), ("guardian-two@example.org", "hi", "family"))

_TO_CLEAR: Final = ("guardian-three@example.org", "ar", "guardian")

# question -> what Lata answered
_ANSWERS: Final = {
    "food": ("partly", {
        "en": "There is fruit on four days now. On three days the market is closed.",
        "hi": "अब चार दिन फल मिलते हैं। तीन दिन बाज़ार बंद रहता है।",
        "ar": "توجد فاكهة في أربعة أيام الآن. السوق مغلق في ثلاثة أيام.",
    }),
    "sleep": ("yes", {
        "en": "Each bed has a second blanket since last week.",
        "hi": "पिछले हफ़्ते से हर बिस्तर पर दूसरा कंबल है।",
        "ar": "منذ الأسبوع الماضي على كل سرير بطانية ثانية.",
    }),
    "wishes": ("no_because", {
        "en": "More sport must wait: it is dark at seven. We asked the town for a lamp and tell you what it says.",
        "hi": "खेल-कूद अभी नहीं बढ़ सकता: सात बजे अँधेरा हो जाता है। हमने नगर से एक बत्ती माँगी है; जवाब आने पर बताएँगे।",
        "ar": "لا يمكن أن تزيد الرياضة الآن: يحل الظلام في السابعة. طلبنا من البلدية مصباحًا وسنخبركم بما تقول.",
    }),
}  # fmt: skip

_WHOLE: Final = {
    "en": "Food is better on four days, beds are warmer, and we asked for a lamp.",
    "hi": "चार दिन खाना बेहतर है, बिस्तर ज़्यादा गर्म हैं, और हमने एक बत्ती माँगी है।",
    "ar": "الطعام أفضل في أربعة أيام، والأسرّة أدفأ، وطلبنا مصباحًا.",
}

_FIRST_WHOLE: Final = {
    "en": "There is fruit on one day now. We look for more.",
    "hi": "अब एक दिन फल मिलते हैं। हम और खोज रहे हैं।",
    "ar": "توجد فاكهة في يوم واحد الآن. نبحث عن المزيد.",
}

_TALKED: Final = {"en": "We sat with the whole group, said where help is, and put a light into the hall at night."}


def write_to_guardians(session: Session) -> None:
    """Add two cleared addresses of guardians, and one that waits for an advocate."""
    site_id, tomas, asha = _site_id(session), person_id(session, "tomas"), person_id(session, "asha")
    today = context.today()
    for address, language, kind in (*_GUARDIANS, _TO_CLEAR):
        add_address(session, site_id, address, language, tomas, kind)
    for entry in list_addresses(session, [site_id]):
        if entry.address != _TO_CLEAR[0]:
            decide_address(session, entry.id, [site_id], asha, today, log_of("asha"), clear=True)


_RHYTHMS: Final = (("guardian", "quarterly"), ("family", "monthly"), ("review", "on_publication"))


def set_rhythms(session: Session) -> None:
    """Subscribe legal guardians every quarter, other family every month, and reviewers to each view."""
    site_id, tomas = _site_id(session), person_id(session, "tomas")
    for audience, how_often in _RHYTHMS:
        set_subscription(session, site_id, audience, "", how_often, tomas, context.today(), log_of("tomas"))


def approve_the_first_view(slug: str, moment: datetime) -> None:
    """Approve the first view as Asha, without mail, and answer it as Lata three days later.

    Args:
        slug: of the round.
        moment: of the approval.
    """
    with pretend_moment(moment):
        run_to_end(draft_due)
        with db.writing(db.engine()) as session:
            edition = list_waiting_editions(session, [_site_id(session)])[0]
            approve_edition(session, edition, person_id(session, "asha"), context.today(), log_of("asha"))
    with pretend_moment(moment + timedelta(days=3)), db.writing(db.engine()) as session:
        reply(session, require(find_by_subject(session, "round", slug)).id, "", "partly", _FIRST_WHOLE)


def send_the_view(slug: str, moment: datetime) -> None:
    """Approve a view as Asha, send it as Tomas, and answer it as Lata, each on its day.

    Args:
        slug: of the round.
        moment: of the approval.
    """
    with pretend_moment(moment):
        run_to_end(draft_due)
        with db.writing(db.engine()) as session:
            write_to_guardians(session)
            edition = list_waiting_editions(session, [_site_id(session)])[0]
            approve_edition(session, edition, person_id(session, "asha"), context.today(), log_of("asha"))
        with db.writing(db.engine()) as session:
            tell_theme_of_letters(session, slug)
        with db.writing(db.engine()) as session, current_app.test_request_context():
            site_id = _site_id(session)
            sender = Sender(person_id(session, "tomas"), context.now(), log_of("tomas"))
            send_edition(session, list_editions_to_send(session, [site_id])[0], [site_id], sender)
        run_to_end(send_due)
    with pretend_moment(moment + timedelta(days=3)), db.writing(db.engine()) as session:
        answer_due = require(find_by_subject(session, "round", slug))
        for question, (kind, words) in _ANSWERS.items():
            reply(session, answer_due.id, question, kind, words)
        reply(session, answer_due.id, "", "partly", _WHOLE)
    with pretend_moment(moment + timedelta(days=4, hours=6)):  # past the daily hour
        send_due_answers()
        run_to_end(send_due)


_THEME: Final = {
    "en": "Many of us wish for fruit every day.",
    "hi": "हममें से कई रोज़ फल चाहते हैं।",
    "ar": "كثيرون منا يريدون فاكهة كل يوم.",
}


def open_letters(moment: datetime) -> None:
    """Open every letter in the letter box as Asha.

    Args:
        moment: of the opening.
    """
    with pretend_moment(moment), db.writing(db.engine()) as session:
        asha = require(find_person_by_handle(session, "asha"))
        reader_key = ReaderKey(asha.id, asha.public_key, frozenset({_site_id(session)}))
        for envelope in list_letters(session, reader_key, context.now()):
            mark_letter_opened(session, envelope.id, context.today())


def tell_theme_of_letters(session: Session, slug: str) -> None:
    """Publish a theme of a round's letters, written by Asha and agreed by Ravi.

    Raises:
        LookupError: the theme was refused, with the code of the refusal.
    """
    both = person_id(session, "asha"), person_id(session, "ravi")
    letters = count_letters_of_round(session, require(find_round(session, slug)).id, context.now())
    edition = list_editions_to_send(session, [_site_id(session)])[0]
    theme = Theme(_THEME, is_quote=False, day=context.today())
    if refused := publish_theme(session, edition, theme, letters, both, log_of("asha")):
        raise LookupError(refused.code)


def talk_with_the_group(moment: datetime) -> None:
    """Record as Asha what was done about answers on safety in closed rounds.

    Args:
        moment: of the record.
    """
    with pretend_moment(moment), db.writing(db.engine()) as session:
        asha = person_id(session, "asha")
        for answer_due in list_answers_due_of(session, asha, ADVOCATE, {_site_id(session)}):
            if answer_due.kind == "safety":
                replies.record_reply(session, answer_due.id, "", "done", _TALKED, asha, context.today())


def _site_id(session: Session) -> int:
    return require(find_site_by_slug(session, "example-house")).id


def reply(session: Session, answer_due_id: int, part: str, kind: str, words: Mapping[str, str]) -> None:
    """Record a reply by Lata to an answer due, or to one part of it, today."""
    lata = person_id(session, "lata")
    replies.record_reply(session, answer_due_id, part, kind, words, lata, context.today())
