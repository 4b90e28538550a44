"""A site ends: only where nothing is open, by three, and then nothing of it is left or opens (S16, S14)."""

import errno
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import func, select, update

from tests.conftest import StillClock
from tests.support.closing import LAMP, SOUP, VOICE, EndingHouse, run_close
from tests.support.command_line import run
from tests.support.committees import make_committee
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.publications import House as PublishingHouse, starter
from tests.support.reports import tell
from tests.support.suggestions import JSON
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.store import list_advocates, list_people, lock_readers
from youthvoice.audit.audit_log import find_log_faults
from youthvoice.backups.archive import CannotRestore, check_copy
from youthvoice.backups.copy_key import CopyKey
from youthvoice.closing import commands, destruction, finish
from youthvoice.closing.ended_page import CLOSED, IN_DANGER, make_ended_server
from youthvoice.closing.finish import is_finished, is_last_site
from youthvoice.closing.note import check_note
from youthvoice.closing.site_rows import FOUND_FIRST, GOES, STAYS
from youthvoice.committees.suggestions.page import take_suggestion
from youthvoice.config import Settings
from youthvoice.good_news.encryption import GoodNews
from youthvoice.good_news.page import take_good_news
from youthvoice.metadata import full_metadata
from youthvoice.sites.last_day import NOTICE_DAYS
from youthvoice.sites.models import SiteRow
from youthvoice.sites.store import get_site
from youthvoice.startup import find_end
from youthvoice.threads.letters.letter_box import Suggestion
from youthvoice.threads.models import ThreadRow
from youthvoice.threads.store import change_case_state, find_thread

NICKNAME = "Little Sparrow"


def on_disk(settings: Settings, *others: Path) -> bytes:
    """Every byte of the folders of a house, and of other files."""
    folders = [settings.data, settings.keys, *([settings.backups] if isinstance(settings.backups, Path) else [])]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in [*files, *others])


def says(settings: Settings, *words: str) -> str:
    """What a command says in another process of an installation."""
    environment = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_DATA": str(settings.data),
        "YOUTHVOICE_KEYS": str(settings.keys),
        "YOUTHVOICE_DATABASE_URL": settings.database_url,
        "YOUTHVOICE_EXAMPLE": "0",
    }
    answer = run(*words, settings=environment)
    return f"{answer.output}{answer.exception or ''}"


def test_a_house_ends_and_leaves_a_page_that_says_whom_to_call(ending: EndingHouse) -> None:
    ending.tells(LAMP, harm=True, sound=VOICE)
    ending.tells(SOUP)
    assert "a record is not with the holder" in ending.finishes()[1]
    file = ending.exports(ending.people["advocate"])
    settings = context.settings()
    code, output = ending.finishes()
    assert code == 0, output
    assert sorted(path.name for path in settings.data.iterdir()) == ["ended.html", "ended.json"]
    assert list(settings.keys.iterdir()) == []
    page = (settings.data / "ended.html").read_text()
    assert "This house is closed." in page
    assert 'href="tel:1098"' in page
    assert 'dir="rtl"' in page
    assert ".whole{white-space:nowrap}" in page  # no number breaks in the middle
    assert "the person at the gate" not in page
    (note,) = ending.folder.glob("note-*.txt")
    assert check_note(note.read_text()) in output
    assert run_close(ending.app, "check-note", note, "--records", file, "--records", Path(f"{note}.log"))[0] == 0
    other = ending.folder / "other"
    other.write_bytes(b"something else")
    assert run_close(ending.app, "check-note", note, "--records", other)[0] == 1
    note.write_text(note.read_text().replace("Coordinator Example", "Somebody Else"))
    assert run_close(ending.app, "check-note", note)[0] == 1
    assert LAMP.encode() in b"".join(ending.holder.reads(file).values())
    assert b"site.close.confirm" in b"".join(ending.holder.reads(Path(f"{note}.log")).values())


def test_no_byte_that_a_child_said_is_left_and_nothing_that_is_left_opens(
    ending: EndingHouse, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    clock.move(days=-NOTICE_DAYS)
    settings = replace(context.settings(), backups=ending.folder / "backups")
    ending.folder.joinpath("backups").mkdir()
    ending.folder.joinpath("backups", "youthvoice-backups.txt").touch()
    with context.override(ending.app, settings=settings):
        tablet = on_tablet(visitor(), ending.site_id)
        readers = re.findall(r'name="shown" value="([0-9 ]+)"', tablet.open("/good").text)
        tablet.send("/good", {"shown": readers[0], "words": f"{NICKNAME} mended the swing."}, 201, headers=JSON)
        ending.tells(f"{LAMP} {NICKNAME}", harm=True, sound=VOICE)
        report = ending.tells(SOUP)
        settings.outbox.mkdir()
        settings.outbox.joinpath("1.eml").write_text(f"Subject: {SOUP}")
        answer = ending.app.test_cli_runner().invoke(args=["backup"])
        assert answer.exit_code == 0, answer.output
        stray = [file.read_bytes() for file in ending.folder.joinpath("backups").glob("*.bak")]
        clock.move(days=NOTICE_DAYS)
        ending.looks_at_everything()
        file = ending.exports(ending.people["advocate"])
        code, output = ending.finishes()
        assert code == 0, output
    assert len(stray) == 2
    assert [path.name for path in ending.folder.joinpath("backups").iterdir()] == ["youthvoice-backups.txt"]
    left = on_disk(settings, *ending.folder.glob("note-*"), file)
    for planted in (LAMP.encode(), SOUP.encode(), NICKNAME.encode(), VOICE[:48], report.id, *_parts(stray)):
        assert planted not in left
    for content in stray:  # a copy that somebody carried away the day before
        copy = ending.folder / "copy.bak"
        copy.write_bytes(content)
        for key in (person.private_key for person in ending.people.values()):
            with pytest.raises(CannotRestore):
                check_copy(full_metadata(), CopyKey(key), copy)
    said = says(settings, "restore", str(copy))
    assert "This installation has ended" in said
    assert list(settings.keys.iterdir()) == []


def _parts(contents: Iterable[bytes]) -> list[bytes]:
    return [content[at : at + 32] for content in contents for at in range(1000, len(content) - 32, 50_000)]


@pytest.mark.parametrize(
    "words", [("doctor",), ("work", "--once"), ("backup", "x.bak"), ("close", "status", "example-house")]
)
def test_a_command_says_that_the_house_has_ended_and_makes_no_key(ending: EndingHouse, words: tuple[str, ...]) -> None:
    settings = context.settings()
    code, output = ending.finishes()
    assert code == 0, output
    assert "This installation has ended" in says(settings, *words)
    assert list(settings.keys.iterdir()) == []
    assert sorted(path.name for path in settings.data.iterdir()) == ["ended.html", "ended.json"]


class Killed(BaseException):
    """The process is gone."""


def test_wherever_it_is_killed_a_second_run_ends_it(ending: EndingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    ending.tells(SOUP)
    settings, whole, files = context.settings(), destruction.destroy_file, 0

    def kill_after_some(file: Path) -> None:
        nonlocal files
        files += 1
        whole(file)
        if files % 3 == 0:
            raise Killed

    monkeypatch.setattr(destruction, "destroy_file", kill_after_some)
    runs = 0
    with suppress(Killed):
        ending.finishes()
    while (end := find_end(settings.data)) and not end.done:
        runs += 1
        assert "Not everything is destroyed yet" in says(settings, "doctor")
        with suppress(Killed):
            run_close(ending.app, "finish", "example-house")
    assert runs > 3
    assert sorted(path.name for path in settings.data.iterdir()) == ["ended.html", "ended.json"]
    assert list(settings.keys.iterdir()) == []


def test_every_table_is_decided() -> None:
    tables = full_metadata().tables
    assert sorted([*GOES, *FOUND_FIRST, *STAYS]) == sorted(tables)
    for name, goes_with in GOES.items():
        column = tables[name].c[goes_with.column]
        assert {key.column.table.name for key in column.foreign_keys} == {goes_with.parent or "sites"}, name
    for name in STAYS:  # a row that stays can lose what it points to
        for key in tables[name].foreign_keys:
            assert key.parent.nullable or key.column.table.name in STAYS, f"{name}.{key.parent.name}"


def _publish_round(ending: EndingHouse, questionnaire: str, *others: int) -> str:
    """A round of this site, and of others, that was counted and published; its name."""
    publishing = PublishingHouse(ending.site_id, ending.people)
    (round_,) = publishing.open(starter(questionnaire), ending.site_id, *others)
    publishing.count(round_, 24)
    assert publishing.edition()
    return round_.slug


def test_a_second_run_destroys_nothing_of_another_installation(
    ending: EndingHouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, others = context.settings(), tmp_path / "other-keys"
    others.mkdir()
    (others / "threads.v1.key").write_text("of another house")
    monkeypatch.setattr(commands, "_destroy", _killed)
    with pytest.raises(Killed):
        ending.finishes()
    monkeypatch.undo()
    with context.override(ending.app, settings=replace(settings, keys=others)):
        code, output = run_close(ending.app, "finish", "example-house")
    assert code == 1
    assert f"They were: {settings.keys}, " in output
    assert (others / "threads.v1.key").read_text() == "of another house"
    assert run_close(ending.app, "finish", "example-house")[0] == 0
    assert list(settings.keys.iterdir()) == []


def test_a_key_and_a_database_that_are_links_end_where_they_are(ending: EndingHouse, tmp_path: Path) -> None:
    settings = context.settings()
    files = [settings.keys / "threads.v1.key"]
    if file := db.embedded_file(settings.database_url):
        db.engine().dispose()
        files.append(file)
    for each in files:
        each.symlink_to(each.rename(tmp_path / each.name))
    assert ending.finishes()[0] == 0
    assert [each for each in files if (tmp_path / each.name).exists() or each.is_symlink()] == []


def test_where_another_site_goes_on_the_rows_of_this_one_go_and_the_other_keeps_everything(
    ending: EndingHouse, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
        stays = make_person(session, "advocate", other, handle="other-advocate")
        both = make_person(session, "outside_recipient", other, ending.site_id, handle="both")
    ending.tells(LAMP, harm=True, sound=VOICE)
    _publish_round(ending, "daily-life-10-12")
    shared = _publish_round(ending, "daily-life-13-17", other)
    here, there = ending.tells(SOUP), tell(other, [stays, both], words="The gate squeaks.")
    ending.exports(ending.people["advocate"])
    metadata, settings = full_metadata(), context.settings()
    assert "No answer yet" in ending.finishes()[1]
    with db.writing(db.engine()) as session:
        session.execute(update(metadata.tables["owed"]).values(settled_on=context.today()))
    code, output = ending.finishes()
    assert code == 0, output
    with db.reading(db.engine()) as session:
        for name, goes_with in GOES.items():
            if not goes_with.parent:
                column = metadata.tables[name].c[goes_with.column]
                assert not session.scalar(select(func.count()).where(column == ending.site_id)), name
        assert not session.scalar(select(func.count()).where(metadata.tables["threads"].c.id == here.id))
        assert list(session.scalars(select(metadata.tables["rounds"].c.slug))) == [shared]
        assert find_log_faults(session, context.keyring().key("audit")) == []
        handles = {person.handle for person in list_people(session, [other])}
    assert handles == {"other-advocate", "both"}
    assert there.marks.state == "new"
    for person in (stays, both):
        page = signed_in(visitor(), person).open("/staff/reports/")
        assert there.path in page.text
    signed_in(visitor(), ending.people["advocate"]).open("/staff/reports/", 302, follow=False)
    if db.embedded_file(settings.database_url):
        assert here.id not in on_disk(settings)
    assert "written anew" in run_close(ending.app, "finish", "example-house")[1]
    runner = ending.app.test_cli_runner()
    assert runner.invoke(args=["work", "--once"]).output == ""
    assert "Example House" not in runner.invoke(args=["doctor"]).output


def test_a_site_whose_name_begins_alike_goes_on(ending: EndingHouse) -> None:
    """A slug has up to fifty characters, and two houses of one organisation share most of them."""
    slugs = [f"observation-home-for-girls-at-the-{place}" for place in ("river", "river-bank")]
    with db.writing(db.engine()) as session:
        other = make_site(session, slugs[1]).id
        stays = make_person(session, "advocate", other, handle="other-advocate")
        session.execute(update(SiteRow).where(SiteRow.id == ending.site_id).values(slug=slugs[0]))
        third = make_site(session, "third-house")
    report = tell(other, [stays])
    ending.slug = slugs[0]
    assert ending.finishes()[0] == 0
    with db.reading(db.engine()) as session:
        assert not is_finished(session, get_site(session, other))
        assert not is_last_site(session, third)
    assert report.marks.state == "new"


def test_where_it_is_killed_before_the_end_is_noted_nothing_has_happened(
    ending: EndingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ending.tells(SOUP)
    keys = context.keyring().names()
    for name in ("write_records", "write_new_file", "durable_file", "keep_end"):
        with monkeypatch.context() as patch:
            patch.setattr(finish, name, _killed)
            with pytest.raises(Killed):
                ending.finishes()
        assert context.keyring().names() == keys
        assert report.marks.state == "closed"
        assert run_close(ending.app, "status", "example-house", by=ending.three[:1])[0] == 0
    assert ending.finishes()[0] == 0


def _killed(*_arguments: object, **_named: object) -> None:
    raise Killed


def test_the_service_of_an_ended_house_shows_whom_to_call_at_every_address(ending: EndingHouse) -> None:
    assert ending.finishes()[0] == 0
    page = (context.settings().data / "ended.html").read_bytes()
    assert all(gettext_in("hi", sentence).encode() in page for sentence in (*CLOSED, IN_DANGER))
    server = make_ended_server(0, page)
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        for path, method, status in (
            ("/", "GET", 200),
            ("/tell", "GET", 200),
            ("/staff/", "GET", 200),
            ("/tell", "POST", 410),
        ):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request(method, path, body="words=soup" if method == "POST" else None)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (status, page), path
            assert "default-src 'none'" in str(answer.getheader("Content-Security-Policy"))
            connection.close()
    finally:
        server.shutdown()
        server.server_close()


def gettext_in(language: str, sentence: str) -> str:
    with force_locale(language):
        translated = str(gettext(sentence))
    assert translated != sentence
    return translated


def test_what_no_longer_opens_holds_the_end_up_until_three_people_accept_it_and_the_note_says_so(
    ending: EndingHouse,
) -> None:
    """Whoever writes in the database cannot end a report by damaging it."""
    report = ending.tells(SOUP)
    with db.writing(db.engine()) as session:
        session.execute(update(ThreadRow).where(ThreadRow.id == report.id).values(marks=bytes(1280)))
    code, output = ending.finishes()
    assert code == 1
    assert "does not open any more" in output
    assert ending.finishes("--with-damaged")[0] == 0
    (note,) = ending.folder.glob("note-*.txt")
    assert "did not open any more" in note.read_text()


def test_what_comes_while_the_name_is_typed_ends_nothing(ending: EndingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        commands, "_ask_for_name", lambda *_arguments, **_named: tell(ending.site_id, [ending.three[1]])
    )
    code, output = ending.finishes()
    assert (code, "Something has not ended here" in output) == (1, True)
    assert context.keyring().names()
    assert find_end(context.settings().data) is None
    assert list(ending.folder.glob("note-*")) == []


@pytest.mark.dialect
@pytest.mark.parametrize("kind", ["good news", "suggestion"])
def test_good_news_and_a_suggestion_written_while_a_site_ends_keep_it_open(ending: EndingHouse, kind: str) -> None:
    """Each holds the readers, as a report does: what is written first is there when the end looks."""
    with db.writing(db.engine()) as session:
        make_site(session, "other-house")
        site, readers = get_site(session, ending.site_id), list_advocates(session, ending.site_id)
    committee = make_committee(site.id, ending.people["facilitator"])
    results = list[tuple[int, str]]()

    def finish_now() -> None:
        with ending.app.app_context():
            results.append(ending.finishes())

    with db.writing(db.engine()) as session:
        if kind == "suggestion":
            assert take_suggestion(session, site, committee.id, Suggestion(words=SOUP), bytes(16))
        else:
            assert take_good_news(session, site, GoodNews(words=SOUP), readers, bytes(16))
        waiting = threading.Thread(target=finish_now)
        waiting.start()
        waiting.join(2)
        assert not results, "it waits"
    waiting.join()
    assert results[0][0] == 1
    assert "Something has not ended here" in results[0][1]


@pytest.mark.dialect
def test_a_report_that_is_written_while_a_site_ends_keeps_it_open(ending: EndingHouse) -> None:
    """Its writer holds the readers; else it would go, unread, with the rows of the site."""
    with db.writing(db.engine()) as session:
        make_site(session, "other-house")
    report, results = ending.tells(SOUP), list[tuple[int, str]]()

    def finish_now() -> None:
        with ending.app.app_context():
            results.append(ending.finishes())

    with db.writing(db.engine()) as session:
        lock_readers(session)
        thread = find_thread(session, report.id, to_change=True)
        assert thread
        change_case_state(session, thread, thread.case.having(state="open"))
        waiting = threading.Thread(target=finish_now)
        waiting.start()
        waiting.join(2)
    waiting.join()
    assert results[0][0] == 1
    assert "Something has not ended here" in results[0][1]
    assert report.marks.state == "open"


def test_a_file_that_cannot_be_destroyed_is_named_and_the_next_run_goes_on(
    ending: EndingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, elsewhere = context.settings(), ending.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.eml").write_text(SOUP)
    (settings.data / "outbox").symlink_to(elsewhere)
    with monkeypatch.context() as patch:
        patch.setattr(destruction, "destroy_file", _refused)
        code, output = ending.finishes()
    assert code == 1
    assert "audit.v1.key: Permission denied." in output
    assert "go on: youthvoice close finish example-house" in output
    assert run_close(ending.app, "finish", "example-house")[0] == 0
    assert sorted(path.name for path in settings.data.iterdir()) == ["ended.html", "ended.json"]
    assert list(elsewhere.iterdir()) == []


def _refused(file: Path) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(file))
