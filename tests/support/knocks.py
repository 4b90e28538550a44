"""A site where children can knock: adults who listen, advocates who see what was missed, and a tablet."""

from collections.abc import Callable

from sqlalchemy import select

from tests.support.introductions import introduce
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.introductions import drawn_portraits
from youthvoice.knocks.job import empty_due_boxes
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.knocks.page import forget_people
from youthvoice.knocks.rules import KnockBox, WeeklyHour
from youthvoice.knocks.store import ListeningTime, OwnKnocks, keep_listening_time, load_own_knocks, open_box
from youthvoice.sites.store import get_site
from youthvoice.web.random_ids import new_submission_id

ROLES = {
    "lata": "facilitator",
    "joshi": "coordinator",
    "asha": "advocate",
    "ravi": "advocate",
    "meera": "safeguarding_lead",
}
CLOTHES = list(drawn_portraits.CLOTHES)[:5]
TUESDAY_AT_FOUR = WeeklyHour(1, 16)


class KnockSite:
    """A site; Lata listens on a bench on Tuesdays and Thursdays at four, Asha in a library on Wednesdays at nine."""

    def __init__(self, visitor: Callable[[], Visitor], slug: str = "example-house") -> None:
        self.visitor = visitor
        with db.writing(db.engine()) as session:
            self.site = make_site(session, slug)
            self.people = {
                name: make_person(session, role, self.site.id, handle=f"{name}-{slug}", name=name.title())
                for name, role in ROLES.items()
            }
        for name, clothes in zip(self.people, CLOTHES, strict=True):
            introduce(self.people[name].id, clothes, self.people["joshi"].id, words=f"is {name}")
        self.listens("lata", "bench", TUESDAY_AT_FOUR, WeeklyHour(3, 16))
        self.listens("asha", "library", WeeklyHour(2, 9))
        self.tablet = on_tablet(visitor(), self.site.id)

    def listens(self, name: str, place: str, *hours: WeeklyHour) -> None:
        time = ListeningTime(self.site.id, self.people[name].id, place, hours)
        with db.writing(db.engine()) as session:
            keep_listening_time(session, time, Log(context.today(), "test"))
        forget_people(self.site.id)

    def browser(self, name: str) -> Visitor:
        return signed_in(self.visitor(), self.people[name])

    def fields(self, name: str = "lata", wish: str = "talk", without: tuple[str, ...] = ()) -> dict[str, object]:
        left_out = [self.people[other].id for other in without]
        return {"adult": self.people[name].id, "wish": wish, "left_out": left_out}

    def knocks(self, name: str = "lata", wish: str = "talk", without: tuple[str, ...] = (), sheet: str = "") -> None:
        form = {**self.fields(name, wish, without), "sheet": sheet or new_submission_id()}
        answer = self.tablet.ask("POST", "/talk", data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 201, answer.text

    def passes(self) -> None:
        """The work process looks once."""
        empty_due_boxes()

    def sees(self, name: str) -> OwnKnocks:
        with db.reading(db.engine()) as session:
            site = get_site(session, self.site.id)
            return load_own_knocks(session, [site], self.people[name].id)[site.id]

    def box(self) -> KnockBox:
        with db.reading(db.engine()) as session:
            locked = session.scalar(select(KnockBoxRow.locked).where(KnockBoxRow.site_id == self.site.id))
        return open_box(context.keyring(), self.site.id, locked or b"")

    def marks(self, name: str, mark: str, status: int = 200) -> str:
        browser = self.browser(name)
        browser.open("/staff/knocks/")
        return browser.send(f"/staff/knocks/{self.site.id}/mark", {"mark": mark}, status).text
