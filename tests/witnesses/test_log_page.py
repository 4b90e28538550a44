"""The log can be read by whom it is for, and tells nobody what no page of hers tells (S14, S22; PRIVACY.md C)."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.structure import names
from tests.support.committees import make_house
from tests.support.elections import open_election
from tests.support.open_rounds import questions
from tests.support.people import Somebody, agrees, house, make_person, signed_in
from tests.support.reports import WORDS, tell
from tests.support.visitor import Visitor, calm
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.person_names import rename_person
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.short_names import short_name
from youthvoice.sites.store import add_group, get_site
from youthvoice.surveys.questionnaires.store import add_questionnaire, approve_questionnaire, version_label
from youthvoice.witnesses.log_actions import LOG_ACTIONS, find_action
from youthvoice.witnesses.log_scopes import ACTOR_ONLY, is_in_a_scope, log_scopes

Visitors = Callable[[], Visitor]
LOG = "/staff/log/"


ACTS = {
    "إخبار", "إدخال", "إرسال", "إزالة", "إضافة", "إعادة", "إعطاء", "إعفاء", "إفادة",
    "إقرار", "إنشاء", "إنهاء", "إيقاف", "إلغاء", "أخذ", "استعادة", "استلام", "البتّ",
    "التوقيع", "الرفض", "العمل", "السماح", "الموافقة", "بدء", "بيان", "تأكيد", "تحديد",
    "تحويل", "تجربة", "تسجيل", "تغيير", "تفعيل", "تقديم", "تكليف", "توزيع", "حذف",
    "حفظ", "دخول", "دعوة", "رفض", "سؤال", "سحب", "صياغة", "طباعة", "طلب",
    "فتح", "محاولة", "مقارنة", "منع",
}  # fmt: skip
"""What Arabic calls an act by, of whoever did it."""
HAPPENED = {"انقضى", "حُذف", "عُدّت", "كُتبت"}
"""What Arabic says of what nobody did."""


@pytest.fixture
def team(app: Flask) -> dict[str, Somebody]:
    site_id, people = house(["coordinator", "outside_recipient", "facilitator"])
    with db.writing(db.engine()) as session:
        people["asha"] = make_person(session, "advocate", site_id, handle="asha", name="Asha Rao")
        people["ravi"] = make_person(session, "advocate", site_id, handle="ravi", name="Ravi Menon")
    return people


def _site(team: dict[str, Somebody]) -> int:
    (site_id,) = team["asha"].site_ids
    return site_id


def _rows(page: str) -> list[tuple[str, ...]]:
    """Who, did, about: of every line."""
    found = re.findall(r"<tr>\s*(<td data-head=\"Who\">.*?)</tr>", page, re.DOTALL)
    plain = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in found
    ]
    return [(who, did, about) for who, did, about in plain]


def _opens(browser: Visitor, path: str) -> None:
    browser.open(path)
    browser.send(path)


def test_a_reader_sees_who_opened_her_report_by_the_day(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    told = tell(_site(team), [team["asha"], team["ravi"], team["outside_recipient"]])
    _opens(signed_in(visitor(), team["ravi"]), told.path)
    _opens(signed_in(visitor(), team["ravi"]), told.path)
    asha = signed_in(visitor(), team["asha"])
    page = asha.open(LOG).text
    name = f"Report {short_name(told.id)}"
    assert _rows(page).count(("Ravi Menon", "Opened a report", name)) == 1, "once a day, however often"
    assert f'href="{told.path}"' in page
    assert "no line is missing or changed" in page
    assert WORDS not in page
    assert not re.search(r"\d\d:\d\d", page), "days, never hours"
    assert ("You", "Opened a report", name) in _rows(signed_in(visitor(), team["ravi"]).open(LOG).text)


@pytest.mark.parametrize("path", [LOG, LOG + "?kind=children"])
def test_whoever_was_left_out_and_whoever_manages_see_no_line_of_it(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], path: str
) -> None:
    """S14, S22: what others do with a report changes not a byte of anybody else's log, page or file."""
    others = [signed_in(visitor(), team[who]) for who in ("asha", "coordinator", "facilitator")]
    before = [(calm(one.open(path).text), _saved(one)) for one in others]
    before = [(calm(one.open(path).text), _saved(one)) for one in others]  # with the line of the file that each saved
    told = tell(_site(team), [team["ravi"], team["outside_recipient"]], left_out=[team["asha"]])
    _opens(signed_in(visitor(), team["ravi"]), told.path)
    with db.writing(db.engine()) as session:
        Log(context.today(), "work").add(session, "clock.over", told.id.hex())
    assert [(calm(one.open(path).text), _saved(one)) for one in others] == before


def _saved(browser: Visitor) -> str:
    browser.open(LOG)
    return str(browser.send("/staff/log/lines.csv").text)


def test_the_file_holds_exactly_what_the_page_shows_and_is_a_line_itself(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    told = tell(_site(team), [team["asha"], team["ravi"]])
    _opens(signed_in(visitor(), team["ravi"]), told.path)
    asha = signed_in(visitor(), team["asha"])
    page = asha.open(LOG).text
    head, *rows = csv.reader(io.StringIO(asha.send("/staff/log/lines.csv").text))
    assert head == ["day", "who", "did", "about"]
    named = [(team["asha"].name if who == "You" else who, did, about) for who, did, about in _rows(page)]
    assert sorted((who, did, about) for _day, who, did, about in rows) == sorted(named), "a file knows no “You”"
    assert ("You", "Saved lines of the log as a file", "") in _rows(asha.open(LOG).text)
    assert "Saved lines" not in signed_in(visitor(), team["ravi"]).open(LOG).text


def test_the_file_bears_the_day_in_its_name(app: Flask, visitor: Visitors, team: dict[str, Somebody]) -> None:
    asha = signed_in(visitor(), team["asha"])
    asha.open(LOG)
    saved = asha.send("/staff/log/lines.csv")
    assert saved.headers["Content-Disposition"] == f"attachment; filename=log-{context.today()}.csv"


def test_both_lines_of_an_act_of_two_say_what_it_is_about_and_who_the_other_is(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    """The page on which she agrees promises both names in the log; *About* was empty."""
    with db.writing(db.engine()) as session:
        ids = [add_group(session, _site(team), name).id for name in ("Class VI", "Class VII")]
    tomas, asha = signed_in(visitor(), team["coordinator"]), signed_in(visitor(), team["asha"])
    tomas.open(f"/staff/rounds/apart/{_site(team)}")
    tomas.send(f"/staff/rounds/apart/{_site(team)}", {"groups": ids, "second": team["asha"].id})
    agrees(asha)
    his, other = team["coordinator"].name, "Asha Rao"
    both = f"Groups that share no child · with {other}"
    assert ("You", "Asked a second adult", both) in _rows(tomas.open(LOG).text)
    about = "Example House · Class VI and Class VII · with " + other
    assert ("You", "Said with a child advocate that groups share no child", about) in _rows(tomas.open(LOG).text)
    rows = _rows(asha.open(LOG).text)
    assert ("You", "Agreed as the second adult", f"Groups that share no child · with {his}") in rows
    assert not [row for row in _rows(signed_in(visitor(), team["ravi"]).open(LOG).text) if "second adult" in row[1]]


def test_a_rename_says_both_names_and_who_agreed(app: Flask, visitor: Visitors, team: dict[str, Somebody]) -> None:
    with db.writing(db.engine()) as session:
        for name in ("Asha Devi", "Asha Iyer"):
            asha = session.get_one(PersonRow, team["asha"].id)
            rename_person(session, asha, name, team["ravi"].id, context.today())
            Log(context.today(), "asha").add(session, "person.rename", f"{asha.id} with {team['ravi'].id}")
    rows = _rows(signed_in(visitor(), team["coordinator"]).open(LOG).text)
    assert ("Asha Iyer", "Changed her name", "Asha Devi is now Asha Iyer · with Ravi Menon") in rows


def test_a_line_about_a_questionnaire_names_it_and_why_a_question_may_be_asked(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    why = "It asks about the rules here, not about her."
    with db.writing(db.engine()) as session:
        log = Log(context.today(), "asha")
        questionnaire_row = add_questionnaire(session, questions(), "tomas", context.today(), log)
        approve_questionnaire(
            session, questionnaire_row, team["asha"].id, context.today(), log, overrides={"food": why}
        )
        label = version_label(questionnaire_row)
    about = f"Example days · {label}"
    rows = _rows(signed_in(visitor(), team["coordinator"]).open(LOG).text)
    assert ("Asha Rao", "Approved a questionnaire", about) in rows
    did = "Said why a question that seems to ask about abuse may be asked"
    assert ("Asha Rao", did, f"{about} · food · “{why}”") in rows


def test_somebody_outside_sees_kinds_of_acts_by_day_and_no_name_number_or_report(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], clock: StillClock
) -> None:
    told = tell(_site(team), [team["ravi"]], left_out=[team["outside_recipient"]])
    _opens(signed_in(visitor(), team["ravi"]), told.path)
    olga = signed_in(visitor(), team["outside_recipient"])
    page = olga.open(LOG + "days").text
    assert "What children said was opened or worked on" in page
    assert "Ravi" not in page
    assert short_name(told.id) not in page
    clock.move(days=1)
    quiet = calm(signed_in(visitor(), team["outside_recipient"]).open(LOG + "days").text)
    with db.writing(db.engine()) as session:  # its clock runs out on a day on which nobody was there
        Log(context.today(), "work").add(session, "clock.over", told.id.hex())
    assert calm(signed_in(visitor(), team["outside_recipient"]).open(LOG + "days").text) == quiet


def test_a_coordinator_sees_people_and_set_up_of_her_sites_and_no_others(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    _other, far = house(["advocate"], "hill-school")
    with db.writing(db.engine()) as session:
        for one in (team["ravi"], far["advocate"]):
            Log(context.today(), team["asha"].handle).add(session, "person.training", f"{one.id} until never")
            Log(context.today(), team["asha"].handle).add(session, "letter.give", str(one.id))
    rows = _rows(signed_in(visitor(), team["coordinator"]).open(LOG).text)
    assert ("Asha Rao", "Recorded a training", "Ravi Menon") in rows
    assert not [row for row in rows if far["advocate"].name in row or "letter" in row[1]]
    assert [row for row in _rows(signed_in(visitor(), team["facilitator"]).open(LOG).text) if row[0] != "You"] == []


def test_it_is_filtered_by_kind_and_day_and_paged(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], clock: StillClock
) -> None:
    with db.writing(db.engine()) as session:
        for nth in range(60):
            Log(context.today(), "asha").add(session, "round.open", f"r{nth}")
            Log(context.today(), "asha").add(session, f"choice.{nth}")
        for who in ("asha", "ravi"):
            Log(context.today(), who).add(session, "sign-in")
    asha = signed_in(visitor(), team["asha"])
    assert [row[1] for row in _rows(asha.open(LOG + "?kind=sign_in").text)] == ["Signed in"]
    day = context.today()
    clock.move(days=40)
    asha = signed_in(visitor(), team["asha"])
    assert _rows(asha.open(LOG).text) == [], "the last month"
    assert _rows(asha.open(f"{LOG}?first={day}&last={day}").text)
    asha.open(LOG + "?kind=else", 400)
    asha.open(LOG + "?first=yesterday", 400)


def test_more_than_fifty_lines_are_parted_and_all_of_them_counted(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    with db.writing(db.engine()) as session:
        people = [
            make_person(session, "reviewer", _site(team), handle=f"r{nth}", name=f"Mina {nth}") for nth in range(60)
        ]
        for one in people:
            Log(context.today(), "asha").add(session, "person.training", f"{one.id} until never")
    asha = signed_in(visitor(), team["asha"])
    first, second = _rows(asha.open(LOG).text), _rows(asha.open(LOG + "?page=2").text)
    assert (len(first), len(second)) == (50, 10)
    assert not set(first) & set(second)
    assert "60 lines" in asha.page


@pytest.mark.dialect("the chain is read from a number on")
@pytest.mark.parametrize("change", [{"subject": "1 until 2099-01-01"}, {"action": "fill"}, {"number": 4000}])
def test_a_changed_line_is_told_on_the_page(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], change: dict[str, object]
) -> None:
    with db.writing(db.engine()) as session:
        for nth in range(3):
            Log(context.today(), "asha").add(session, "person.training", f"{nth} until never")
    assert "no line is missing or changed" in signed_in(visitor(), team["asha"]).open(LOG).text
    with db.writing(db.engine()) as session:
        middle = session.scalars(select(AuditEntryRow.number).order_by(AuditEntryRow.number)).all()[1]
        session.execute(update(AuditEntryRow).where(AuditEntryRow.number == middle).values(**change))
    page = signed_in(visitor(), team["asha"]).open(LOG).text
    assert "The log was changed or cut." in page
    assert "no line is missing or changed" not in page


def test_every_action_that_the_log_ever_knew_has_words() -> None:
    known = {code for code in names.kept("log_actions") if not code.startswith("questionnaire.draft")}
    assert [code for code in sorted(known) if find_action(code).words == code] == []
    assert all(str(action.words) for action in LOG_ACTIONS.values())


def _logged() -> set[str]:
    """What the code hands to a log, as far as it stands there in letters."""
    calls = re.compile(r"\.add\((?:db\.)?session(?:\(\))?, [\"']([a-z_-]+(?:\.[a-z_-]+)+)[\"']")
    return {code for file in names.HOUSE.rglob("*.py") for code in calls.findall(file.read_text("utf-8"))}


def test_every_act_that_is_logged_is_found_by_somebody_else_too_or_it_says_why_not(app: Flask) -> None:
    """`groups.apart` was in nobody's scope: the scope named `group.`."""
    begins = {f"{code.partition('.')[0]}." for code in LOG_ACTIONS}
    written = {code for code in names.dotted_codes() if f"{code.partition('.')[0]}." in begins}
    known = set(LOG_ACTIONS) | {code for code in names.kept("log_actions") if "." in code}
    assert [code for code in sorted(known | _logged()) if not is_in_a_scope(code)] == []
    assert not [code for code in ACTOR_ONLY if not any(one.startswith(code) for one in written | known)], "left over"


def test_every_act_that_has_words_is_kept_in_the_list_of_what_is_stored() -> None:
    """Whoever renames an address of a page must not rename an act in the logs of every house by the way."""
    whole = {code for code in LOG_ACTIONS if "." in code and not code.endswith((".", "-", "_"))}
    assert whole - set(names.kept("log_actions")) == set(), "write it down in tests/structure/stored/log_actions.txt"


def test_a_scope_speaks_for_acts_that_there_are(app: Flask) -> None:
    written = set(names.dotted_codes()) | LOG_ACTIONS.keys()
    codes = {code for scope in log_scopes() for code in scope.actions}
    assert [code for code in sorted(codes) if not any(one.startswith(code) for one in written)] == []


def test_an_advocate_finds_what_one_adult_did_alone_with_groups_slips_and_representatives(
    app: Flask, visitor: Visitors
) -> None:
    home = make_house()
    committee = home.committee("dormitory", name="Dormitory 2")
    election = open_election(home)
    with db.writing(db.engine()) as session:
        log = Log(context.today(), home.joshi.handle)
        slug = get_site(session, home.site_id).slug
        log.add(session, "groups.apart", f"{slug} with {home.asha.id}: 1 2")
        log.add(session, "representative.word", str(committee.id))
        log.add(session, "slips.anew", election.slug)
    acts = {did for who, did, _about in _rows(signed_in(visitor(), home.asha).open(LOG).text) if who != "You"}
    assert acts >= {
        "Said with a child advocate that groups share no child",
        "Gave a representative new pictures",
        "Printed new slips or cards: the earlier ones are no longer valid",
    }


def test_in_arabic_a_line_names_the_act_and_no_man_or_woman(app: Flask) -> None:
    with app.test_request_context(), force_locale("ar"):
        words = {str(action.words) for action in LOG_ACTIONS.values()}
    assert sorted(line for line in words if line.split()[0] not in ACTS | HAPPENED) == []
