"""Close a house: who decides it, and its commands."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import update

from tests.support.command_line import run
from tests.support.people import PASSWORD, Somebody
from tests.support.reports import Told, tell
from youthvoice import context, db
from youthvoice.accounts.store import list_advocates
from youthvoice.backups.copy_key import join_halves, make_halves
from youthvoice.closing.records_file import digest_of, open_file_key, proof_of
from youthvoice.privacy.credentials.published_keys import format_key
from youthvoice.sites.last_day import NOTICE_DAYS
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.store import list_tablets, retire_tablet
from youthvoice.threads.letters.letter_box import seal_letter
from youthvoice.threads.letters.store import add_letters
from youthvoice.threads.models import LetterRow

ROLES = ["coordinator", "advocate", "facilitator", "outside_recipient"]

SIGN_INS = ("YOUTHVOICE_SIGN_IN", "YOUTHVOICE_SECOND_SIGN_IN", "YOUTHVOICE_THIRD_SIGN_IN")


def choose_last_day() -> date:
    return context.today("Asia/Kolkata") + timedelta(days=NOTICE_DAYS)


def run_close(app: Flask, *words: object, by: tuple[Somebody, ...] = (), types: str = "") -> tuple[int, str]:
    """A command of `youthvoice close`: how it ended, and what it said."""
    signing = {name: f"{person.handle}:{PASSWORD}" for name, person in zip(SIGN_INS, by, strict=False)}
    answer = app.test_cli_runner().invoke(args=["close", *map(str, words)], env=signing, input=types)
    return answer.exit_code, answer.output


def close_house(app: Flask, people: dict[str, Somebody]) -> date:
    """Two adults ask for a last day, and the outside recipient confirms it."""
    day = choose_last_day()
    two = (people["coordinator"], people["advocate"])
    assert run_close(app, "decide", "example-house", "--on", day, by=two)[0] == 0
    assert run_close(app, "confirm", "example-house", "--on", day, by=(people["outside_recipient"],))[0] == 0
    return day


VOICE = secrets.token_bytes(3000)
LAMP = "The lamp in the hall is broken."
SOUP = "There is never soup on Sunday."


class Holder:
    """An organisation outside, with both halves of a key."""

    def __init__(self, folder: Path) -> None:
        first, second, public = make_halves()
        self.folder, self.public_key, self.line = folder, public, format_key(public)
        self.private = join_halves([first, second]) or b""
        self.halves: list[object] = []
        for name, half in (("a", first), ("b", second)):
            (folder / name).write_text(half)
            self.halves += ["--half", folder / name]

    def digits(self, file: Path) -> str:
        """What the holder reads out once a file is opened."""
        return proof_of(open_file_key(file, self.private))

    def reads(self, file: Path) -> dict[str, bytes]:
        """The names and bytes of the pages of a file; no installation is there."""
        pages = self.folder / f"pages-{secrets.token_hex(4)}"
        words = ["close", "read-records", file, pages, *self.halves]
        answer = run(*map(str, words), settings={"YOUTHVOICE_DATA": str(self.folder / "nowhere")})
        assert answer.exit_code == 0, answer.output
        assert digest_of(file) in answer.output
        assert self.digits(file) in answer.output
        assert not (self.folder / "nowhere").exists()
        return {page.name: page.read_bytes() for page in pages.iterdir()}


def site_of(people: dict[str, Somebody]) -> int:
    return next(iter(people["advocate"].site_ids))


def closed(report: Told, **state: object) -> Told:
    report.changes(state="closed", clocks={}, **state)
    return report


def write_letter(site_id: int, words: str, **columns: object) -> bytes:
    """A letter that advocates may read now; its id."""
    with db.writing(db.engine()) as session:
        site, readers = get_site(session, site_id), list_advocates(session, site_id)
        letter = seal_letter(
            context.keyring(), words, site=site, round_id=1, question="box", readers=readers, now=context.now()
        )
        add_letters(session.connection(), [replace(letter, round_id=None)])
        columns = {"shown_from": context.now(), **columns}
        session.execute(update(LetterRow).where(LetterRow.id == letter.id).values(**columns))
    return letter.id


def hold_letter(site_id: int, words: str) -> bytes:
    """A letter that two advocates put on hold; its id."""
    return write_letter(site_id, words, held=True, looked_at_on=context.today())


class EndingHouse:
    """A house on the day after its last one, with three people who may end it."""

    def __init__(self, app: Flask, people: dict[str, Somebody], holder: Holder, folder: Path) -> None:
        self.app, self.people, self.holder, self.folder = app, people, holder, folder
        self.site_id = site_of(people)
        self.received: list[str] = []
        self.slug = "example-house"
        self.three = tuple(people[role] for role in ("coordinator", "advocate", "outside_recipient"))

    def finishes(self, *more: str, by: tuple[Somebody, ...] = (), types: str = "Example House\n") -> tuple[int, str]:
        note = self.folder / f"note-{secrets.token_hex(4)}.txt"
        received = [word for digits in self.received for word in ("--received", digits)]
        words = ("finish", self.slug, "--key", self.holder.line, "--note", note, *received, *more)
        return run_close(self.app, *words, by=by or self.three, types=types)

    def exports(self, person: Somebody) -> Path:
        file = self.folder / f"records-{secrets.token_hex(4)}"
        code, output = run_close(self.app, "records", "example-house", file, "--key", self.holder.line, by=(person,))
        assert code == 0, output
        self.received.append(self.holder.digits(file))
        return file

    def looks_at_everything(self) -> None:
        """The tablet is retired, and somebody has read every letter."""
        with db.writing(db.engine()) as session:
            session.execute(update(LetterRow).values(looked_at_on=context.today()))
            for tablet in list_tablets(session, [self.site_id]):
                retire_tablet(session, tablet.id, context.today())

    def tells(self, words: str, reads: tuple[str, ...] = ("advocate",), **state: Any) -> Told:
        """A report that two readers closed."""
        sound = state.pop("sound", b"")
        report = tell(self.site_id, [self.people[name] for name in reads], words=words, sound=sound)
        return closed(report, **state)
