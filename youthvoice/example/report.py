"""The example report: told two days ago, in words that a first visitor may read. Plainly invented."""

import secrets
from pathlib import Path
from typing import Final

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as staff
from youthvoice.example.people import SLUG
from youthvoice.grievances.intake import new_report as filing
from youthvoice.grievances.intake import receive as arriving
from youthvoice.grievances.intake.submission import Told
from youthvoice.privacy.credentials.picture_codes import Code
from youthvoice.sites import store as places

TOLD: Final = Told(
    topic="broken",
    whom="several",
    by_whom="thing",
    words="the lamp on the stairs is brokn. we are afraid to go down at night",
    may_know="ask",
    come="no",
)


def tell() -> Code:
    """A child of the example tells; gives her seven pictures, which only this example ever writes down."""
    keyring, now = running.keyring(), running.now()
    with db.reading(db.engine()) as session:
        found = places.site_by_slug(session, SLUG)
        if found is None:
            raise LookupError(SLUG)
        site = places.facts(found)
        readers = staff.readers(session, site.id, keyring.key("people"), now)
    report = filing.report(site, TOLD, secrets.token_bytes(16), readers, now)
    with db.writing(db.engine()) as session:
        kept = arriving.keep(session, report)
    if kept is None or kept.code is None:
        raise LookupError("the report")
    return kept.code


def keep_pictures(file: Path, code: Code) -> None:
    """Write the pictures under the sign-ins of the example."""
    with file.open("a", encoding="utf-8") as out:
        out.write(
            f"pictures: {', '.join(picture.name for picture in code.pictures)}  (the answer to an example report)\n"
        )
