"""Somebody of a second site opens nothing of the first and changes nothing there; a coordinator reads no child."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, g
from sqlalchemy import select

from tests.support.attacks import committee_rows
from tests.support.introductions import introduce
from tests.support.long_tests import RUNS_LONG, breadth, long_test
from tests.support.people import Somebody, make_person, make_site, on_tablet, signed_in
from tests.support.publications import House, make_house
from tests.support.reports import tell
from tests.support.reviews import review_at, say
from tests.support.rounds import answers, open_round, sheet_of
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ROLES, may
from youthvoice.accountability.store import create_answer_due, list_answers_due_of
from youthvoice.accounts import agreement
from youthvoice.accounts.invitations import Guest, add_invitation
from youthvoice.accounts.models import AgreementRequestRow, InvitationRow
from youthvoice.accounts.store import Reader
from youthvoice.audit.audit_log import Log
from youthvoice.good_news.encryption import BoardNews
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.good_news.store import add_board_news
from youthvoice.grievances.deadlines.on_call_rota import Duty, add_duty, list_duties
from youthvoice.introductions.models import IntroductionRow
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.guardians.subscriptions import set_subscription
from youthvoice.publications.models import SubscriptionRow
from youthvoice.reviews.models import ReviewLinkRow, ReviewRow
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.statement import Statement
from youthvoice.sites import service_directory
from youthvoice.sites.models import TabletRow
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody
from youthvoice.surveys.questionnaires.drafts.store import add_draft
from youthvoice.threads.case_state import REPORT
from youthvoice.threads.handover_items import add_handover, seal_handover
from youthvoice.threads.models import HandoverItemRow, LetterRow, ThreadEntryRow
from youthvoice.threads.store import list_all_threads

WORDS = "purple giraffe of the attic"
SUGGESTED = "green lamp of the cellar"
NOT_OF_A_SITE = frozenset(
    {"questionnaire_id", "code", "take", "token", "slot", "preset", "step"}
)  # of all, of whoever holds the link, or a page of a form that is nobody's yet
CHANGING = frozenset({"audit_entries", "staff_sessions", "heartbeats", "wrong_tries"})


@pytest.fixture
def home(app: Flask, visitor: Callable[[], Visitor]) -> House:
    """A house with everything in it: a view, a letter, an address, a tablet, tasks."""
    made = make_house()
    made.counted()
    made.edition()
    round_ = open_round([made.site_id], made.people["coordinator"].id)
    child = on_tablet(visitor(), made.site_id)
    number = sheet_of(child.open(f"/survey/{round_.slug}").text)
    child.ask("POST", f"/survey/{round_.slug}", data={"sheet": number, **answers(letter_box=WORDS)})
    tell(made.site_id, [made.people["advocate"]], words=WORDS)
    with db.writing(db.engine()) as session:
        add_address(session, made.site_id, "one@example.org", "en", made.people["coordinator"].id)
        guest = Guest("Mina Example", "advocate", frozenset({made.site_id}))
        host = made.people["advocate"].id
        add_invitation(session, guest, host)
        create_answer_due(
            session, site_id=made.site_id, kind="safety", subject=f"{round_.slug}/night",
            about={"en": "Canary of the night"}, due=context.today(), owner_role="advocate"
        )  # fmt: skip
        add_duty(session, Duty(site_id=made.site_id, person_id=host, weekday=0))
        service_directory.add_service(session, made.site_id, {"name": "Example clinic", "kind": "health"})
        garden = DraftBody("garden", {"title": {"en": "Example House"}, "languages": ["en"], "ages": "7-9"})
        garden.head["purpose"] = "regular"
        garden.add({"name": "warm", "kind": "words", "text": {"en": "Example House?"}})
        add_draft(session, garden, made.people["coordinator"].id, context.today())
        reader = Reader(made.people["facilitator"].id, "", made.people["facilitator"].public_key)
        said = {"words": WORDS}
        add_handover(session, seal_handover(context.keyring(), reader, context.today(), "2029-11", said))
    with app.test_request_context("/staff/"), db.writing(db.engine()) as session:
        boss, second = made.people["coordinator"], made.people["facilitator"]
        first = Caller(boss.id, boss.handle, boss.name, boss.role, boss.site_ids, "en", "")
        g.caller = first
        agreement.ask_second(
            session, "leave", {"person_id": made.people["reviewer"].id}, boss.site_ids, first, second.id
        )
    committee_rows.fill(made, visitor, SUGGESTED)
    review = review_at(made.site_id, made.people["advocate"], made.people["reviewer"])
    say(review, Statement(words=WORDS))
    new_review_link = review_links.prepare_link(bytes(32), 3)
    with db.writing(db.engine()) as session:
        review_links.add_link(session, review, new_review_link, host, Log(context.today(), "advocate"))
    return made


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a page of staff may change."""
    with db.reading(db.engine()) as session:
        named = [one for one in metadata.full_metadata().sorted_tables if one.name not in CHANGING]
        return {one.name: sorted((tuple(row) for row in session.execute(select(one))), key=repr) for one in named}


def ids_of(home: House) -> dict[str, list[str]]:
    """What stands in addresses, by the name it has in the rule."""
    round_ = open_round([home.site_id], home.people["coordinator"].id)
    introduce(home.people["advocate"].id, "d9694a", home.people["coordinator"].id)
    with db.writing(db.engine()) as session:
        boss, log = home.people["coordinator"].id, Log(context.today(), "coordinator")
        set_subscription(session, home.site_id, "guardian", "en", "monthly", boss, context.today(), log)
        rhythm = session.scalars(select(SubscriptionRow.id)).one()
        news = BoardNews("play", {"en": "The new swing is fun."})
        add_board_news(session, home.site_id, news, context.today(), home.people["advocate"].id, boss)
        board_news = session.scalars(select(GoodNewsRow.id)).one()
    with db.reading(db.engine()) as session:
        letter = session.scalars(select(LetterRow.id).where(LetterRow.box == "survey")).one().hex()
        tablet = session.scalars(select(TabletRow.id)).first()
        review = session.scalars(select(ReviewRow.id)).one()
        link = session.scalars(select(ReviewLinkRow.id)).one()
        report = next(thread.id for thread in list_all_threads(session, (REPORT,)))
        entry = session.scalars(select(ThreadEntryRow.id).where(ThreadEntryRow.thread_id == report)).one()
        (duty,) = list_duties(session, [home.site_id])
        (service,) = service_directory.list_services(session, [home.site_id])
        item = session.scalars(select(HandoverItemRow.id)).one()
        asked_for = session.scalars(select(AgreementRequestRow.id)).one()
        invitation = session.scalars(select(InvitationRow.id)).one()
        tasks = list_answers_due_of(session, home.people["advocate"].id, "advocate", [home.site_id])
        face = session.scalars(select(IntroductionRow.digest).where(IntroductionRow.kind == "portrait")).one()
    more = committee_rows.ids()
    return more | {
        "slug": [round_.slug, home.edition().first.slug, *more["slug"]], "letter_id": [letter],
        "tablet_id": [str(tablet)],
        "owed_id": [str(answer_due.id) for answer_due in tasks], "address_id": ["1"], "site_id": [str(home.site_id)],
        "entry_id": [board_news.hex()],
        "person_id": [str(one.id) for one in home.people.values()], "group_id": ["1"], "part": ["food"],
        "language": ["en"], "invitation_id": [str(invitation)], "month": ["2026-11"],
        "key": [review.hex()], "link": [link.hex()],
        "report": [report.hex()], "entry": [entry.hex()], "act": ["note"], "duty_id": [str(duty.id)],
        "service_id": [str(service.id)], "request_id": [str(asked_for)], "item": [item.hex()], "nth": ["0"],
        "mark": ["0" * 16],
        "draft_id": ["1"], "question_id": ["1"],
        "subscription_id": [str(rhythm)], "quarter": ["2026-10-01"], "year": ["2026"], "digest": [face],
    }  # fmt: skip


def knocks(app: Flask, ids: dict[str, list[str]], role: str = "") -> Iterator[tuple[str, str, str]]:
    """Every address of staff with somebody's ids in it, and how it is asked; questionnaires and clips belong to all.

    Of a page that a role may not open, one address: who may not is refused before it is read.
    """
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff") or not rule.arguments or NOT_OF_A_SITE & rule.arguments:
            continue
        permission = str(vars(app.view_functions[rule.endpoint])["permission"])
        first, *rest = sorted(rule.arguments, key=lambda name: -len(ids[name]))
        for one in ids[first] if not role or may(role, permission) else ids[first][:1]:
            with app.test_request_context():
                filled = {name: ids[name][0] for name in rest} | {first: one}
                path = rule.rule
                for name, value in filled.items():
                    path = path.replace(f"<int:{name}>", value).replace(f"<{name}>", value)
            for method in {"GET", "POST"} & (rule.methods or set()):
                yield method, path, permission


@long_test("RUN")
def test_a_second_site_opens_and_changes_nothing(app: Flask, home: House, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "other-house").id
        strangers: list[Somebody] = [
            make_person(session, role, elsewhere, handle=f"other-{role.replace('_', '-')}") for role in ROLES
        ]
    ids = ids_of(home)
    before, refused = everything(), set[tuple[str, str]]()
    for stranger in strangers:
        browser = signed_in(visitor(), stranger)
        browser.open("/staff/me")
        for method, path, permission in knocks(app, ids, stranger.role):
            if not may(stranger.role, permission):
                if (method, path) in refused and not RUNS_LONG:
                    continue  # `tests/access/test_routes.py` lets everybody knock
                refused.add((method, path))
            data = {**browser.hidden, "decision": "clear", "name": "x", "reason": "x"} if method == "POST" else None
            answer = browser.ask(method, path, data=data)
            assert answer.status_code in {403, 404}, f"{stranger.role} {method} {path} {answer.status_code}"
            assert "Example House" not in answer.text
    assert everything() == before


def test_the_same_knocks_open_doors_at_home(app: Flask, home: House, visitor: Callable[[], Visitor]) -> None:
    """The attack can succeed: with her own ids an advocate gets in."""
    browser = signed_in(visitor(), home.people["advocate"])
    opened = [browser.ask(method, path).status_code for method, path, _ in knocks(app, ids_of(home)) if method == "GET"]
    assert opened.count(200) >= 4


@pytest.mark.parametrize(
    "role", breadth(["coordinator"], [role for role in ROLES if role not in {"advocate", "coordinator"}])
)
def test_nobody_but_the_advocate_reads_a_child_or_a_safety_task(
    app: Flask, home: House, visitor: Callable[[], Visitor], role: str, clock: object
) -> None:
    clock.move(days=10)  # type: ignore[attr-defined]
    with db.writing(db.engine()) as session:
        somebody = home.people.get(role) or make_person(session, role, home.site_id, handle=role)
    browser = signed_in(visitor(), somebody)
    known = knocks(app, ids_of(home), "" if RUNS_LONG else role)  # a page that she may not open is refused unread
    pages = [path for method, path, _ in known if method == "GET"]
    pages += [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff") and not rule.arguments]
    for path in pages:
        answer = browser.ask("GET", path)
        for canary in (WORDS, SUGGESTED, "Canary of the night"):
            assert canary.encode() not in answer.data, path
        assert b"/staff/letters/" not in answer.data or answer.status_code != 200, path


def test_a_number_of_a_task_does_not_tell_how_many_came_before_it(home: House) -> None:
    with db.writing(db.engine()) as session:
        made = [
            create_answer_due(
                session, site_id=home.site_id, kind="round", subject=f"r{at}", about={"en": "x"},
                due=context.today(), owner_role="advocate"
            ).id
            for at in range(4)
        ]  # fmt: skip
    assert max(made) - min(made) > 100
