"""A site at which every step is done, so that nothing but what is due stands on To do."""

from tests.pages import Visitor
from tests.people import Somebody, make_person, on_tablet
from tests.publications.scene import House, make_house, starter
from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store
from youthvoice.accounts.mail import addresses as mail_addresses
from youthvoice.audit.log import Log
from youthvoice.grievances.rota import store as on_call
from youthvoice.grievances.rota.store import Duty
from youthvoice.surveys.questionnaires import store as questionnaire_store
from youthvoice.witnesses import store as witnesses
from youthvoice.witnesses.store import Outside

QUESTIONS = "daily-life-10-12"


def set_person(person: Somebody, **columns: object) -> None:
    """Change columns of somebody's row that nothing vouches for."""
    with db.writing(db.engine()) as session:
        row = store.find(session, person.id)
        assert row
        for name, value in columns.items():
            setattr(row, name, value)


def reach(*people: Somebody) -> None:
    """Each of them wrote an address."""
    for person in people:
        set_person(person, mail=mail_addresses.locked(running.keyring(), "somebody@example.org"))


def put_on_call(site_id: int, person: Somebody) -> None:
    """The site has a rota."""
    with db.writing(db.engine()) as session:
        on_call.add(session, Duty(0, site_id, person.id, weekday=1))


def watch_the_log(by: Somebody, confirmed_by: Somebody) -> None:
    """Two addresses outside hold the head of the log."""
    with db.writing(db.engine()) as session:
        for slot in (1, 2):
            entered = Outside(slot, f"log-{slot}@example.org", entered_by=by.id)
            witnesses.enter(session, running.keyring(), entered)
            witnesses.confirm(session, running.keyring(), entered, confirmed_by.id)


def bring_questions() -> int:
    """A questionnaire that waits for an advocate; gives its row."""
    log = Log(running.keyring().key("audit"), running.today(), "coordinator")
    with db.writing(db.engine()) as session:
        return questionnaire_store.add_questionnaire(
            session, starter(QUESTIONS), "coordinator", running.today(), log
        ).id


def approve_questions(questionnaire_id: int, by: Somebody) -> None:
    """An advocate says yes."""
    log = Log(running.keyring().key("audit"), running.today(), by.handle)
    with db.writing(db.engine()) as session:
        kept = questionnaire_store.stored_questionnaire(session, questionnaire_id)
        assert kept
        questionnaire_store.approve(session, kept, by.id, running.today(), log)


def heard_house(tablet: Visitor) -> House:
    """A house with one adult of every role and a second advocate, where children are heard and a round is open."""
    home = make_house()
    with db.writing(db.engine()) as session:
        second = make_person(session, "advocate", home.site_id, handle="second")
    advocate, outside = home.people["advocate"], home.people["outside_recipient"]
    reach(advocate, second, outside, home.people["safeguarding_lead"])
    put_on_call(home.site_id, advocate)
    watch_the_log(advocate, outside)
    on_tablet(tablet, home.site_id)
    approve_questions(bring_questions(), advocate)
    home.open(starter(QUESTIONS))
    return home
