"""A house with a season behind it, and tablets and a box that were away with sheets of every kind. Plainly invented."""

import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.attacks.byte_watchers import ByteWatchers
from tests.support.attacks.whole_site import SECOND, Life, start
from tests.support.child_at_tablet import JSON, WEBM, whole
from tests.support.committees import House
from tests.support.elections import close as close_election, deal, open_election, vote
from tests.support.meetings import held
from tests.support.offline import deliver, manifest_of, outer_of, seal, seal_letter
from tests.support.people import Somebody, on_tablet, signed_in
from tests.support.publications import link_to
from tests.support.representatives import comes, make as make_representative
from tests.support.reviews import review_at
from tests.support.rounds import answers, facts, open_round, starter
from tests.support.threads import picks, told
from tests.support.village import empty_box, run
from tests.support.village_day import VillageDay
from tests.support.visitor import Visitor
from tests.surveys.choices.test_choices import Home
from youthvoice import context, db
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.meetings.calendar import link_token
from youthvoice.publications.store import list_editions
from youthvoice.sites.models import TabletRow
from youthvoice.sites.tablets.store import retire_tablet
from youthvoice.sites.tablets.tablet_status import clear_unopened
from youthvoice.slips.store import slip_fields, slip_screens
from youthvoice.surveys.responses.store import deal_round_slips
from youthvoice.surveys.rounds.entities import Round

BOX, WORDS = "Village well", "purple giraffe"
Deed = Callable[[], None]
Given = dict[str, tuple[Visitor, Collection[str]]]


@dataclass
class LateHouse:
    """The house, who looks at it, and what lay on its tablets; in an application context.

    Attributes:
        day: its agenda, a vote, an open round, and the tablet that was away.
        people: by role.
        rounds: `choice`, closed at the next daily hour; `slips`, asks for them; `ended` while the tablet was away and
            waits for it; `counted` long ago, its view was sent.
        votes: `counted` while the tablet was away; in `last` only one child has not voted.
        box: in a village.
    """

    app: Flask
    clock: StillClock
    visitor: Callable[[], Visitor]
    folder: Path
    day: VillageDay = field(init=False)
    people: dict[str, Somebody] = field(init=False)
    rounds: dict[str, Round] = field(init=False)
    votes: dict[str, tuple[Election, dict[str, int]]] = field(init=False)
    box: Flask = field(init=False)

    def __post_init__(self) -> None:
        began = start(self.app, self.clock, self.folder)
        self.people, site, here = dict(began.people), began.site_id, dict(began.people)
        adults = (here["advocate"], here[SECOND], here["facilitator"], here["coordinator"], here["outside_recipient"])
        self.day = VillageDay(self.visitor, House(site, *adults))
        self.rounds, self.votes = self._asks(Life(self.app, self.clock, self.people, site)), self._lets_vote()
        self.slips = iter(self._dealt())
        held(self.day.committee)
        review_at(site, here["advocate"], here["reviewer"], 9, invited=("coordinator", "facilitator"))
        self.mina, self.child = make_representative(self.day.committee), told(site)
        self.second_at = on_tablet(self.visitor(), site, "Second")
        self.second = manifest_of(self.second_at)
        self.given_back = self._lets_go()
        self.box = self._box_in_the_village()
        with db.writing(db.engine()) as session:
            for person in session.scalars(select(PersonRow)):
                person.mail = encrypt_address(f"{person.handle}@example.org")
        self.delivered = 0
        self.reports(waiting=True)
        self.reports(waiting=True, of=self.second, refused=True)
        with db.writing(db.engine()) as session:
            clear_unopened(
                session, session.scalars(select(TabletRow.id).where(TabletRow.name == "Second")).one(), context.today()
            )

    def _asks(self, life: Life) -> dict[str, Round]:
        site, by, now = [self.day.house.site_id], self.day.house.joshi.id, context.now()
        round_ = open_round(site, by, starts_at=now - timedelta(days=9), ends_at=now - timedelta(hours=20), invited=14)
        for nth in range(11):
            life.sends(round_, None, is_content=nth < 6)
        with db.reading(db.engine()) as session:
            counted = next(edition.first.frozen["round"] for edition in list_editions(session, site, ("sent",)))
        home = Home(site[0], self.day.house.joshi, self.day.house.asha, self.visitor)
        return {
            "single": self.day.round,
            "choice": home.opened(),
            "slips": open_round(site, by, starter("daily-life-13-17"), slips=True),
            "ended": round_,
            "counted": facts(counted),
        }

    def _lets_vote(self) -> dict[str, tuple[Election, dict[str, int]]]:
        made = {}
        for name in ("counted", "last"):
            election = open_election(self.day.house, voters=6)
            *others, slip = deal(election, 6)
            for one in others:
                vote(election, 0, one)
            made[name] = (election, dict(zip(slip_fields(len(slip)), slip, strict=True)))
        close_election(made["counted"][0])
        return made

    def _dealt(self) -> list[dict[str, int]]:
        facts, site = self.rounds["slips"], self.day.house.site_id
        with db.writing(db.engine()) as session:
            dealt = deal_round_slips(session, facts, site, 8)
        return [
            {
                name: screen.index(one)
                for name, screen, one in zip(slip_fields(len(slip)), slip_screens(len(slip)), slip, strict=True)
            }
            for slip in dealt
        ]

    def _lets_go(self) -> dict[str, Any]:
        found = manifest_of(on_tablet(self.visitor(), self.day.house.site_id, "Given back"))
        with db.writing(db.engine()) as session:
            row = session.scalars(select(TabletRow).where(TabletRow.name == "Given back")).one()
            retire_tablet(session, row.id, context.today())
        return found

    def _box_in_the_village(self) -> Flask:
        box, setup = empty_box(self.folder, self.clock), str(self.folder / "setup")
        run(self.app.test_cli_runner(), "box", BOX, setup, "--site", "example-house")
        run(box.test_cli_runner(), "setup", setup)
        return box

    def reports(
        self, *, waiting: bool, nth: int = 0, of: Mapping[str, Any] | None = None, refused: bool = False
    ) -> None:
        """A tablet says how it stands, as its worker does after every delivery: each time something else."""
        since = f"2026-11-{20 - nth % 4}" if waiting else ""
        report = {"waiting": waiting, "since": since, "room": bool(nth % 2), "clock": 0, "refused": refused}
        said = {"report": report, "pass": (of or self.day.manifest)["pass"]}
        by = self.day.tablet if of is None or of == self.day.manifest else self.second_at
        assert by.ask("POST", "/offline/status", json=said).status_code == 204

    def watchers(self) -> ByteWatchers:
        """Everybody."""
        return ByteWatchers(self.app, *self.eyes())

    def eyes(self) -> tuple[dict[str, Visitor], Given, Given]:
        """Everybody in a browser of her own: staff, others, and who has a few pages. Sessions end after hours."""
        new, site, committee = self.visitor, self.day.house.site_id, self.day.committee
        staff = {role: signed_in(new(), one) for role, one in self.people.items() if role != SECOND}
        mina, phone = on_tablet(new(), site, f"Mina's {context.now():%d %H}"), new()
        mina.client.set_cookie("language", "en")
        comes(mina, self.mina, site)
        phone.open("/reply?at=example-house")
        assert phone.ask("POST", "/reply", data=picks(self.child.code, at="example-house")).status_code == 303
        with db.reading(db.engine()) as session:
            families = [f"/views/{link_to(one.first.slug)}" for one in list_editions(session, [site], ("sent",))]
        others: Given = {
            "tablet": (on_tablet(new(), site, f"Another {context.now():%d %H}"), ()),
            "anybody": (new(), [*families, f"/calendar/{link_token(committee)}.ics"]),
        }
        single: Given = {
            "representative": (mina, [f"/agenda/mine{end}" for end in ("", "/meetings", "/order", "/hand-over")]),
            "child": (phone, ["/reply/open", "/reply/write"]),
        }
        return staff, others, single

    def late_sheets(self) -> dict[str, Deed]:
        """Everything that can come late and that nobody is told of at once, by what it is."""
        found: dict[str, Deed] = {"what an adult cleared": self._cleared}
        for kind in ("survey", "vote", "suggest", "me_too", "we_did"):
            found[kind] = partial(self._delivers, self.day.seals(kind, WORDS))
        letter, slip = answers(food="good", letter_box=WORDS), next(self.slips)
        asked = {name: f"/survey/{one.slug}" for name, one in self.rounds.items()}
        found["slip"] = self._form(asked["slips"], letter | slip)
        found["slip spent before"] = self._form(asked["slips"], letter | slip, late=True)
        found["no slip"] = self._form(asked["slips"], letter, late=True)
        found["choice"] = self._form(asked["choice"], answers(choice="picture_1"))
        found["round that ended"] = self._form(asked["ended"], letter)
        found["round that was counted"] = self._form(asked["counted"], letter, late=True)
        for name, (election, picks_) in self.votes.items():
            found[f"vote, {name}"] = self._form(
                f"/vote/{election.slug}", {**picks_, "choice": 1}, late=name == "counted"
            )
        found["suggestion by voice"] = self._voice("/agenda/suggest", committee=self.day.committee.id, topic="play")
        found["tablet given back"] = self._form(asked["single"], letter, of=self.given_back)
        again = self.day.seals("survey", WORDS)
        found["a sheet"] = found["the same sheet again"] = partial(self._delivers, again)
        found["what does not open"] = self._spoilt
        found["stick from the box"] = self._stick
        return found

    def quiet_sheets(self) -> dict[str, Deed]:
        """What waits for the next hour, a week's end, a round's end, or nothing."""
        found: dict[str, Deed] = {
            kind: partial(self._delivers, self.day.seals(kind, WORDS))
            for kind in ("survey", "suggest", "me_too", "we_did", "vote")
        }
        path = f"/survey/{self.rounds['slips'].slug}"
        return found | {"slip": self._form(path, answers(food="good", letter_box=WORDS) | next(self.slips))}

    def sheets_that_count_nowhere(self) -> dict[str, Deed]:
        """Of what was open when the tablet was online last, and is closed by now."""
        asked = {name: f"/survey/{self.rounds[name].slug}" for name in ("ended", "choice")}
        given = {"ended": answers(food="good", letter_box=WORDS), "choice": answers(choice="picture_1")}
        found: dict[str, Deed] = {name: self._form(path, given[name], late=True) for name, path in asked.items()}
        return found | {"vote": partial(self._delivers, self.day.seals("vote"), late=True)}

    def tablets_are_empty(self) -> None:
        """Both were online, and have nothing any more."""
        for of in (self.day.manifest, self.second):
            self.reports(waiting=False, of=of)

    def told(self) -> dict[str, Deed]:
        """What its readers see at once."""
        words = {"topic": "broken", "words": WORDS}
        return {
            "told": partial(self._delivers, self.day.seals("tell", WORDS)),
            "told by voice": self._voice("/tell", code="1234567", topic="broken"),
            "told of danger": self._form("/tell", {**words, "topic": "unsafe", "danger": "yes"}, code="2345678"),
        }

    def _delivers(self, envelope: bytes, late: bool = False) -> None:
        said = deliver(self.visitor(), envelope)
        assert (said.status_code, said.get_json().get("late", False)) == (201, late), said.text
        self.delivered += 1
        self.reports(waiting=True, nth=self.delivered)
        self.reports(waiting=bool(self.delivered % 2), nth=self.delivered, of=self.second)

    def _form(
        self,
        path: str,
        fields: Mapping[str, object],
        *,
        late: bool = False,
        of: Mapping[str, Any] | None = None,
        code: str = "",
    ) -> Deed:
        return partial(self._delivers, seal(of or self.day.manifest, path, fields, code=code), late)

    def _voice(self, path: str, code: str = "", **fields: object) -> Deed:
        """With a recording, in the larger size."""
        number = secrets.token_hex(16)
        form = whole(WEBM, sheet=number, **{name: str(value) for name, value in fields.items()})
        head = {
            "path": path,
            "type": form["content_type"],
            "language": "en",
            "pass": self.day.manifest["pass"],
            "code": code,
            "sheet": number,
        }
        letter = json.dumps(head).encode() + b"\n" + form["data"]
        return partial(self._delivers, seal_letter(self.day.manifest, letter, outer_of(number), step="voice"))

    def _spoilt(self) -> None:
        """It was altered, or its key ended, or is missing for now: it stays on the tablet."""
        for envelope, status in (
            (self._altered(), 410),
            (self._under("intake-2024-01"), 410),
            (self._under("intake-2026-10"), 423),
        ):
            assert deliver(self.visitor(), envelope).status_code == status
        self.reports(waiting=True, refused=True)

    def _cleared(self) -> None:
        """It never opens, and an adult has read so: its own tablet drops it."""
        assert deliver(self.second_at, self._altered()).status_code == 201
        self.reports(waiting=False, of=self.second)

    def _altered(self) -> bytes:
        good = self.day.seals("survey", WORDS)
        return good[:-1] + bytes([good[-1] ^ 1])

    def _under(self, key: str) -> bytes:
        return self.day.seals("survey", WORDS).replace(self.day.manifest["key"]["name"].encode(), key.encode())

    def _stick(self) -> None:
        """A child answers at the box, and two people bring a stick."""
        at, path = Visitor(self.box), f"/survey/{self.day.round.slug}"
        at.client.set_cookie("language", "en")
        at.open(path)
        at.send(path, answers(food="good", letter_box=WORDS), 201, headers=JSON)
        out, back = str(self.folder / f"out-{self.delivered}"), str(self.folder / f"back-{self.delivered}")
        run(self.box.test_cli_runner(), "out", out)
        run(self.app.test_cli_runner(), "in", out, back)
        self.delivered += 1
