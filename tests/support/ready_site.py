"""A site at which every step is done, so that nothing but what is due stands on To do."""

from tests.support.people import Somebody, make_person, on_tablet
from tests.support.publications import House, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.grievances.deadlines.on_call_rota import Duty, add_duty
from youthvoice.surveys.questionnaires.store import add_questionnaire, approve_questionnaire, find_stored_questionnaire
from youthvoice.witnesses.store import WitnessAddress, confirm_witness, enter_witness

QUESTIONS = "daily-life-10-12"


def set_person(person: Somebody, **columns: object) -> None:
    """Change columns of somebody's row that nothing vouches for."""
    with db.writing(db.engine()) as session:
        row = find_person_row(session, person.id)
        assert row
        for name, value in columns.items():
            setattr(row, name, value)


def reach(*people: Somebody) -> None:
    """Each of them wrote an address."""
    for person in people:
        set_person(person, mail=encrypt_address("somebody@example.org"))


def put_on_call(site_id: int, person: Somebody) -> None:
    """The site has a rota."""
    with db.writing(db.engine()) as session:
        add_duty(session, Duty(site_id=site_id, person_id=person.id, weekday=1))


def watch_the_log(by: Somebody, confirmed_by: Somebody) -> None:
    """Two addresses outside hold the head of the log."""
    with db.writing(db.engine()) as session:
        for slot in (1, 2):
            address = WitnessAddress(slot, f"log-{slot}@example.org", entered_by=by.id)
            enter_witness(session, address)
            confirm_witness(session, address, confirmed_by.id)


def bring_questions() -> int:
    """A questionnaire that waits for an advocate; gives its row."""
    log = Log(context.today(), "coordinator")
    with db.writing(db.engine()) as session:
        return add_questionnaire(session, starter(QUESTIONS), "coordinator", context.today(), log).id


def approve_questions(questionnaire_id: int, by: Somebody) -> None:
    """An advocate says yes."""
    log = Log(context.today(), by.handle)
    with db.writing(db.engine()) as session:
        questionnaire_row = find_stored_questionnaire(session, questionnaire_id)
        assert questionnaire_row
        approve_questionnaire(session, questionnaire_row, by.id, context.today(), log)


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
