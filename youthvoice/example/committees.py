"""The example's committees: a club and a dormitory with something on their agendas. All invented."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts import store as staff
from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import ItemBody
from youthvoice.committees.presets import PRESETS
from youthvoice.committees.representatives import store as representatives
from youthvoice.example.rounds import log_of
from youthvoice.sites import store as places

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
        ),
        ItemBody(
            "food",
            "more",
            {"en": "Fruit every day", "hi": "हर दिन फल", "ar": "فاكهة كل يوم"},
        ),
        ItemBody(
            "play", "talk", {"en": "Football after homework", "hi": "होमवर्क के बाद फ़ुटबॉल", "ar": "كرة القدم بعد الواجب"}
        ),
    ),
    "Dormitory 2": (
        ItemBody(
            "learning", "talk", {"en": "A quiet place to read", "hi": "पढ़ने के लिए शांत जगह", "ar": "مكان هادئ للقراءة"}
        ),
    ),
}


_IN_OFFICE: Final = (
    ("Club by the river", "member", "Rainbow", "1F308", "nomination"),
    ("Dormitory 2", "speaker", "Turtle", "1F422", "hands"),
)
"""Committee, post, nickname, picture, and how she came to it; her facilitator gives her pictures."""


def set_up(session: Session, site_id: int) -> None:
    """Two committees, with what children put on their agendas."""
    site, lata = places.site(session, site_id), staff.by_handle(session, "lata")
    if site is None or lata is None:
        raise LookupError(site_id)
    today = running.today(site.time_zone)
    for preset, name, place, days in _COMMITTEES:
        kind = PRESETS[preset]
        first = running.now().replace(hour=10, minute=30, second=0, microsecond=0) + timedelta(
            days=days - kind.rhythm_days
        )
        numbers = {name: getattr(kind, name) for name in ("rhythm_days", "quorum", "term_days")}
        values = numbers | {"preset": preset, "name": name, "place": place, "first_at": first, "check_days": 2}
        made = store.add(session, site_id, values | {"facilitator_id": lata.id, "opened_on": today})
        log_of("tomas").add(session, "committee.set_up", str(made.id))
        for body in _ITEMS[name]:
            items.add(session, running.keyring(), made.id, body, today)
        for of, post, nickname, picture, way in _IN_OFFICE:
            if of == name:
                representatives.appoint(session, running.keyring(), made, post, nickname, picture, way, today)
