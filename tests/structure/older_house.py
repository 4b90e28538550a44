"""Make a small house in which there is one of everything, and pack it: `python -m tests.structure.older_house FILE`.

`test_opens_older_data.py` opens one in a version that is to come, and each that lies in `data/`: run this with the code
of a release, for `data/house-` with the number of its last migration and `.tar.xz`, and never anew to please a test.
The example's people, sites and words are invented, and its keys open nothing else.
"""

import json
import os
import re
import secrets
import sqlite3
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from tests.conftest import StillClock
from tests.support.people import on_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.rules import Candidate, ElectionOpening
from youthvoice.committees.elections.store import add_election, find_election
from youthvoice.committees.representatives.picture_sign_in import deal_pictures, new_word
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.committees.representatives.store import list_representatives
from youthvoice.committees.store import list_committees
from youthvoice.config import Settings
from youthvoice.example import loader, rounds
from youthvoice.example.rounds import log_of
from youthvoice.factory import create_app
from youthvoice.privacy.credentials.picture_codes import SCREENS, PictureCode
from youthvoice.sites.store import CurrentTablet, find_site_by_slug
from youthvoice.slips.store import deal_slips, slip_screens
from youthvoice.surveys.rounds.store import list_open_rounds

BEEP = Path(__file__).parents[1] / "journeys/beep.webm"
JSON = {"Accept": "application/json"}
FOOD = "Fruit is all gone on Friday"
ANSWER = "A new lamp comes on Friday."
AGAIN = "It is still dark on the stairs"
SAID = {"report": FOOD, "answer": ANSWER, "again": AGAIN, "suggestion": "A swing behind the house"}


@dataclass
class Maker:
    """The house while it is made.

    Attributes:
        app: the application.
        clock: its clock.
        facts: what a test has to know to open everything.
    """

    app: Flask
    clock: StillClock
    facts: dict[str, Any] = field(default_factory=lambda: {"said": SAID})

    def desk(self, handle: str) -> Visitor:
        """Somebody who has signed in with her password."""
        desk = Visitor(self.app)
        desk.open("/staff/sign-in")
        desk.send("/staff/sign-in", {"handle": handle, "password": self.facts["passwords"][handle]})
        return desk

    def learn(self) -> None:
        """The passwords and pictures that the example writes beside its keys."""
        said = (context.settings().keys / "example-sign-ins.txt").read_text("utf-8")
        self.facts["passwords"] = dict(re.findall(r"^(\w+):(\S+)  ", said, re.MULTILINE))
        names = re.findall(r"^pictures: (.*?)  ", said, re.MULTILINE)[0].split(", ")
        known = [[picture.name for picture in screen] for screen in SCREENS]
        self.facts["pictures"] = [screen.index(name) for screen, name in zip(known, names, strict=True)]


def make(app: Flask, clock: StillClock) -> dict[str, Any]:
    """Fill a house in which there is nothing yet."""
    made = Maker(app, clock)
    loader.load()
    made.learn()
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        here = CurrentTablet(1, site)
    tablet = on_tablet(Visitor(app), site.id)
    made.facts["tablet"] = tablet.client.get_cookie("tablet").value  # type: ignore[union-attr]
    _child_side(made, tablet)
    _report(made, tablet)
    _committees(made, here)
    _agreement(made)
    _smaller()
    return made.facts


def _child_side(made: Maker, tablet: Visitor) -> None:
    """Twelve answer the round of today, one taps "me too", one tells with her voice, one suggests something."""
    with db.reading(db.engine()) as session:
        slug = next(
            round_.slug for round_ in list_open_rounds(session, 1, context.now()) if round_.purpose == "regular"
        )
    rounds.answer(slug, 12)
    made.facts["round"] = slug
    page = tablet.open("/agenda").text
    tablet.send("/agenda/me-too", {"more": re.findall(r'name="more" value="(\w+)"', page)[0]})
    tablet.open("/tell")
    sound = BEEP.read_bytes()
    told: dict[str, object] = {"topic": "food", "words": FOOD, "voice": (BytesIO(sound), "voice", "audio/webm")}
    tablet.send("/tell", told, 201, headers=JSON)
    page = tablet.open("/agenda/suggest").text
    whose = re.findall(r'name="committee" value="(\d+)"', page)[0]
    tablet.send("/agenda/suggest", {"committee": whose, "words": SAID["suggestion"]}, 201, headers=JSON)


def _report(made: Maker, tablet: Visitor) -> None:
    """Asha answers the report of the example; the child writes back."""
    desk = made.desk("asha")
    paths = sorted(set(re.findall(r"/staff/reports/[0-9a-f]{32}", desk.open("/staff/reports/").text)))
    for path in paths:
        desk.open(path)
        page = desk.send(path).text
        if "brokn" in page:
            made.facts["report"] = path
            desk.send(f"{path}/answer", {"words": ANSWER})
        else:
            made.facts["spoken"] = path
    made.clock.move(hours=1)
    tablet.open("/reply")
    picks = {f"p{nth}": str(pick) for nth, pick in enumerate(made.facts["pictures"], 1)}
    tablet.send("/reply", dict(picks), 303, follow=False)
    assert ANSWER in tablet.open("/reply/open").text
    tablet.send("/reply/said", {"kind": "child", "words": AGAIN}, 303, follow=False)


def _committees(made: Maker, tablet: CurrentTablet) -> None:
    """An election with four votes in the box, and a representative who has her pictures."""
    with db.writing(db.engine()) as session:
        lata = find_person_row_by_handle(session, "lata")
        assert lata
        committee = next(
            committee for committee in list_committees(session, [tablet.site.id]) if committee.preset == "dormitory"
        )
        stand = tuple(
            Candidate(name, one.code) for name, one in zip(("Mina", "Tara"), CANDIDATE_PICTURES, strict=False)
        )
        ends = context.now() + timedelta(hours=8)
        opening = ElectionOpening(post="speaker", way="slips", tie="lot", standing=stand, voters=5, ends_at=ends)
        slug = add_election(session, committee.id, opening, lata.id, log_of("lata"), "")
        election = find_election(session, slug)
        assert election
        dealt = deal_slips(session, election.slips, 5, most=5)
        shown = [[screen.index(one) for screen, one in zip(slip_screens(len(of)), of, strict=True)] for of in dealt]
        for slip in shown[:4]:
            ballot_box.cast(session, election, secrets.token_bytes(16), 1, tuple(slip), context.now())
        representative = list_representatives(session, committee.id)[0]
        word = new_word(session, representative, lata.id, context.today())
    code = deal_pictures(word, tablet)
    assert isinstance(code, PictureCode)
    made.facts |= {"election": slug, "slip": shown[4], "representative": representative.key, "hers": list(code.picks)}


def _agreement(made: Maker) -> None:
    """Asha asks Ravi to agree that a letter is kept past its end; he has not answered."""
    with db.reading(db.engine()) as session:
        ravi = find_person_row_by_handle(session, "ravi")
        assert ravi
    desk = made.desk("asha")
    letter = min(re.findall(r"/staff/letters/[0-9a-f]{32}", desk.open("/staff/letters/").text))
    desk.open(f"{letter}/hold")
    made.facts["asked"] = desk.send(f"{letter}/hold", {"second": ravi.id}).request.path
    made.facts["letter"] = letter
    made.facts["letters"] = [*loader._LETTERS, *loader._LETTERS_ABOUT_FRUIT]  # noqa: SLF001 - what the example says, no more


def _smaller() -> None:
    """All clips but one go, and the view that waits, whose bodies are large: the job freezes it again."""
    with db.writing(db.engine()) as session:
        waits = "SELECT id FROM publications WHERE state = 'waiting'"
        session.execute(text(f"DELETE FROM publication_sites WHERE publication_id IN ({waits})"))  # noqa: S608 - ours
        session.execute(text("DELETE FROM publications WHERE state = 'waiting'"))
        session.execute(text("DELETE FROM clips WHERE name <> (SELECT min(name) FROM clips)"))


def pack(settings: Settings, facts: dict[str, Any], clock: StillClock, copy: Path, out: Path) -> None:
    """Everything in one file: the database, the key files, a backup, and what a test has to know."""
    database = settings.data / "youthvoice.sqlite3"
    small = settings.data / "small.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("VACUUM INTO ?", (str(small),))
    known = settings.data / "facts.json"
    known.write_text(json.dumps({**facts, "now": clock().isoformat()}, indent=1), "utf-8")
    with tarfile.open(out, "w:xz" if out.suffix == ".xz" else "w") as packed:
        packed.add(small, "var/youthvoice.sqlite3", filter=_nobodys)
        packed.add(copy, "copy.backup", filter=_nobodys)
        packed.add(known, "facts.json", filter=_nobodys)
        for key in sorted(settings.keys.iterdir()):
            packed.add(key, f"keys/{key.name}", filter=_nobodys)


def _nobodys(one: tarfile.TarInfo) -> tarfile.TarInfo:
    one.uid = one.gid = 0
    one.uname = one.gname = ""
    one.mtime = 0
    one.mode = 0o600
    return one


def main(out: Path) -> None:
    """A new house in a folder that is gone afterwards; compressed where the file's name says so."""
    clock = StillClock()
    with tempfile.TemporaryDirectory() as folder:
        where = {"YOUTHVOICE_DATA": f"{folder}/var", "YOUTHVOICE_KEYS": f"{folder}/keys"}
        settings = Settings.read({"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", **where})
        app = create_app(settings, clock)
        app.config["TESTING"] = True
        with app.app_context():
            facts = make(app, clock)
            answer = app.test_cli_runner().invoke(args=["backup", f"{folder}/copy.backup"])
            assert answer.exit_code == 0, answer.output
            db.engine().dispose()
        pack(settings, facts, clock, Path(folder, "copy.backup"), out)
    os.chmod(out, 0o644)  # noqa: PTH101 - plain


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
