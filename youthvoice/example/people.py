"""The example site's people and place: plainly invented."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE, COORDINATOR, FACILITATOR, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accounts.people import bootstrap as founding
from youthvoice.accounts.people.bootstrap import Founded, Prepared, Wanted
from youthvoice.sites import store as places

SLUG: Final = "example-house"
PEOPLE: Final = (
    Wanted("Tomas Example", COORDINATOR, "tomas"),
    Wanted("Asha Example", ADVOCATE, "asha"),
    Wanted("Ravi Example", ADVOCATE, "ravi"),
    Wanted("Meera Example", SAFEGUARDING_LEAD, "meera"),
    Wanted("Olga Example", OUTSIDE_RECIPIENT, "olga"),
    Wanted("Fatima Example", FACILITATOR, "fatima"),
    Wanted("Lata Example", FACILITATOR, "lata"),
)
_TRAINED: Final = timedelta(days=365)
DECIDER: Final = "lata"
_SITE: Final = {
    "name": "Example House",
    "mail_name": "Family letter",
    "time_zone": "Asia/Kolkata",
    "daily_hour": 17,
    "languages": ["en", "hi", "ar"],
    "checked_languages": ["en"],
    "helpline_name": "Example Child Line",
    "helpline_number": "0800 555 010",
    "helpline_hours": "24/7",
    "helpline_languages": ["en", "hi", "mr", "gom"],
    "danger_number": "555",
    "danger_adult": "Fatima Example",
    "mail_picture": "1F418",
    "mail_word": "Marigold",
    "staff_word": "Teapot",
    "ask_number": "0800 555 020",
    "ask_hours": "10:00-16:00",
}


def ready(today: date) -> list[Wanted]:
    """Everybody, trained for a year from now; the outside recipient was reached today. So children can tell.

    Nobody is asked for a password of her own: whoever tries the example is all of them, and it holds nothing real.
    """
    trained = [replace(one, trained_until=today + _TRAINED, password_known=False) for one in PEOPLE]
    return [replace(one, tested_on=today) if one.role == OUTSIDE_RECIPIENT else one for one in trained]


def add_site(session: Session, today: date) -> int:
    """Example House, with help that was tried out today. Returns its id."""
    site = places.add_site(session, SLUG, {**_SITE, "helpline_tested": today})
    for group in ("Class 5", "Dormitory 2"):
        places.add_group(session, site, group)
    return site.id


def add_people(session: Session, prepared: list[Prepared], site_id: int, people_key: bytes) -> list[Founded]:
    """Everybody, through the same code as `flask staff found`."""
    return founding.found(session, prepared, [site_id], people_key)


def keep_passwords(folder: Path, people: list[Founded]) -> Path:
    """Write the first passwords beside the development keys, readable by this account only."""
    file = folder / "example-sign-ins.txt"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.writelines(f"{one.handle}:{one.password}  {one.name}, {one.role}\n" for one in people)
    return file
