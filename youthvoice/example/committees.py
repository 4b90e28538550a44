"""The example's committees: their agendas, their representatives, and one meeting with minutes."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.committees.agenda.entities import ItemBody
from youthvoice.committees.agenda.store import add_item, find_item
from youthvoice.committees.committee_kinds import PRESETS
from youthvoice.committees.entities import Committee
from youthvoice.committees.job import meetings_due
from youthvoice.committees.meetings import minutes, outcomes
from youthvoice.committees.meetings.rules import Minutes
from youthvoice.committees.meetings.store import add_meeting, find_meeting, record_attendance
from youthvoice.committees.representatives.store import begin_term
from youthvoice.committees.store import add_committee, list_committees
from youthvoice.example.rounds import log_of, person_id, require
from youthvoice.sites.store import get_site

# kind, name, place, days until its next meeting
_COMMITTEES: Final = (
    ("flip_club", "Club by the river", "The big room", 5),
    ("dormitory", "Dormitory 2", "The room with the blue door", 2),
)

_ITEMS: Final[dict[str, tuple[ItemBody, ...]]] = {
    "Club by the river": (
        ItemBody(
            "broken",
            "mend",
            {"en": "The stairs are dark", "hi": "सीढ़ियों पर अँधेरा है", "ar": "الدرج مظلم"},
            picture="1F4A1",
        ),
        ItemBody(
            "food",
            "more",
            {"en": "Fruit every day", "hi": "हर दिन फल", "ar": "فاكهة كل يوم"},
            picture="1F34E",
        ),
        ItemBody(
            "play",
            "talk",
            {"en": "Football after homework", "hi": "होमवर्क के बाद फ़ुटबॉल", "ar": "كرة القدم بعد الواجب"},
            picture="26BD",
        ),
    ),
    "Dormitory 2": (
        ItemBody(
            "learning",
            "talk",
            {"en": "A quiet place to read", "hi": "पढ़ने के लिए शांत जगह", "ar": "مكان هادئ للقراءة"},
            picture="1F4D6",
        ),
    ),
}

_IN_OFFICE: Final = (
    ("Club by the river", "member", "Rainbow", "1F308", "nomination"),
    ("Dormitory 2", "speaker", "Turtle", "1F422", "hands"),
)
"""Committee, post, nickname, picture, and how the representative was chosen; the facilitator gives out the code."""


def set_up_committees(session: Session, site_id: int) -> None:
    """Set up two committees, with items on their agendas."""
    today = context.today(get_site(session, site_id).time_zone)
    for preset, name, place, days in _COMMITTEES:
        kind = PRESETS[preset]
        # so that a club's first meeting was held already
        first = context.now().replace(hour=10, minute=30, second=0, microsecond=0) + timedelta(
            days=days - kind.rhythm_days
        )
        numbers = {name: getattr(kind, name) for name in ("rhythm_days", "quorum", "term_days")}
        values = numbers | {"preset": preset, "name": name, "place": place, "first_at": first, "check_days": 2}
        committee = add_committee(
            session, site_id, values | {"facilitator_id": person_id(session, "lata"), "opened_on": today}
        )
        log_of("tomas").add(session, "committee.set_up", str(committee.id))
        for body in _ITEMS[name]:
            add_item(session, committee.id, body, today)
        for of, post, nickname, picture, way in _IN_OFFICE:
            if of == name:
                begin_term(session, committee, post, nickname, picture, way, today)


_ITEM: Final = ItemBody(
    "play",
    "talk",
    {"en": "Who keeps the ball", "hi": "गेंद कौन रखे", "ar": "من يحتفظ بالكرة"},
    source="meeting",
    picture="26BD",
)

_DECIDED: Final = {
    "en": "Another one of us keeps it each week.",
    "hi": "हर हफ़्ते हममें से कोई दूसरा उसे रखेगा।",
    "ar": "كل أسبوع تبقى الكرة مع واحد آخر منا.",
}

_MINUTES: Final = Minutes(
    "The ball, and the stairs that are dark.",
    "Another one of us keeps the ball each week.",
    "Two of us hang up a list by Friday. Ms Lata looks at the lamp.",
    "en",
)


def hold_first_meeting(site_id: int) -> None:
    """Hold the club's first meeting, with minutes that children approved; later meetings are planned by the job."""
    with db.writing(db.engine()) as session:
        _hold(
            session,
            next(committee for committee in list_committees(session, [site_id]) if committee.preset == "flip_club"),
        )
    meetings_due()


def _hold(session: Session, committee: Committee) -> None:
    begins, ends = committee.first_at, committee.first_at + timedelta(hours=1)
    meeting = add_meeting(session, committee, begins, "", begins - timedelta(days=7))
    record_attendance(session, committee, meeting, 7, 1, ends)
    current_meeting = require(find_meeting(session, meeting.id))
    item = require(find_item(session, add_item(session, committee.id, _ITEM, begins.date())))
    entry = outcomes.OutcomeEntry("settled", decided=_DECIDED)
    outcomes.record_outcome(session, committee, current_meeting, item, entry, ends, begins.date())
    minutes.write(session, current_meeting, _MINUTES)
    minutes.approve(session, require(find_meeting(session, current_meeting.id)), 7, committee.quorum, begins.date())
