"""Somebody in office, and signed in at a tablet: what tests of representatives stand on. Plainly invented."""

from flask.testing import FlaskClient

from tests.committees.meeting_house import DAY
from tests.pages import Visitor
from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives import picture_codes as rep_codes
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.candidate_pictures import SHELF
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.committees.representatives.picture_codes import Where
from youthvoice.committees.representatives.session_cookie import COOKIE, PATH
from youthvoice.privacy.credentials.picture_codes import Code
from youthvoice.sites import store as places
from youthvoice.sites.store import Here
from youthvoice.threads.child_codes.screens import FIELDS

USUAL = {"flip_club": "nomination", "bal_panchayat": "paper", "dormitory": "hands"}


def make(
    committee: CommitteeFacts, nickname: str = "River", post: str = "", day: object = DAY, picture: str = SHELF[0].code
) -> RepFacts:
    """Somebody begins her term in a committee."""
    at = (post or committee.kind.posts[0], nickname, picture, USUAL[committee.preset], day)
    with db.writing(db.engine()) as session:
        made = representatives.appoint(session, running.keyring(), committee, *at)  # type: ignore[arg-type]
    return now(made)


def now(one: RepFacts | bytes) -> RepFacts:
    """Somebody as she is now."""
    with db.reading(db.engine()) as session:
        found = representatives.find(session, running.keyring(), one if isinstance(one, bytes) else one.id)
    assert found
    return found


def dealt(one: RepFacts, site_id: int) -> Code:
    """Her pictures, as she sees them at a tablet with her facilitator's word."""
    with db.writing(db.engine()) as session:
        word = rep_codes.new_word(session, running.keyring(), one.id, running.now())
        site = places.site(session, site_id)
        assert site
        where = Where(Here(1, places.facts(site)), running.today(site.time_zone))
    code = rep_codes.pictures_for(db.engine(), running.keyring(), word.lower().replace("-", " "), where, running.now())
    assert code
    return code


def chosen(who: str, code: Code) -> dict[str, object]:
    """What a form of hers sends."""
    return {"who": who, **{name: str(pick) for name, pick in zip(FIELDS, code.picks, strict=True)}}


def other(code: Code) -> Code:
    """Seven pictures that are not hers."""
    return Code((*code.picks[:-1], (code.picks[-1] + 1) % 9))


def comes(tablet: Visitor, one: RepFacts, site_id: int) -> Code:
    """She signs in at a tablet, with pictures that she was dealt just now."""
    code = dealt(one, site_id)
    page = tablet.send("/agenda/mine", chosen(one.key, code)).text
    assert "Put on the agenda" in page
    return code


def cookie_name() -> str:
    """What the cookie of her sign-in is called."""
    return COOKIE


def cookie(client: FlaskClient) -> str:
    """The cookie of her sign-in; empty for none."""
    found = client.get_cookie(COOKIE, path=PATH)
    return found.value if found else ""
