"""Somebody in office, and signed in at a tablet: what tests of representatives stand on. Plainly invented."""

from flask.testing import FlaskClient

from tests.support.committees import DAY
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives import picture_sign_in
from youthvoice.committees.representatives.picture_sign_in import COOKIE_PATH, SESSION_COOKIE
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES, Representative
from youthvoice.committees.representatives.store import begin_term, find_representative
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.store import CurrentTablet, find_site
from youthvoice.threads.child_fields import CODE_FIELDS

USUAL = {"flip_club": "nomination", "bal_panchayat": "paper", "dormitory": "hands"}


def make(
    committee: Committee,
    nickname: str = "River",
    post: str = "",
    day: object = DAY,
    picture: str = CANDIDATE_PICTURES[0].code,
) -> Representative:
    """Somebody begins her term in a committee."""
    at = (post or committee.kind.posts[0], nickname, picture, USUAL[committee.preset], day)
    with db.writing(db.engine()) as session:
        made = begin_term(session, committee, *at)  # type: ignore[arg-type]
    return now(made)


def now(one: Representative | bytes) -> Representative:
    """Somebody as she is now."""
    with db.reading(db.engine()) as session:
        representative = find_representative(session, one if isinstance(one, bytes) else one.id)
    assert representative
    return representative


def dealt(representative: Representative, site_id: int, by: int = 0) -> PictureCode:
    """Her pictures, as she sees them at a tablet with her facilitator's word."""
    with db.writing(db.engine()) as session:
        word = picture_sign_in.new_word(session, representative, by=by, day=context.today())
        site = find_site(session, site_id)
        assert site
    code = picture_sign_in.deal_pictures(word.lower().replace("-", " "), CurrentTablet(1, site))
    assert code
    return code


def chosen(who: str, code: PictureCode) -> dict[str, object]:
    """What a form of hers sends."""
    return {"who": who, **{name: str(pick) for name, pick in zip(CODE_FIELDS, code.picks, strict=True)}}


def other(code: PictureCode) -> PictureCode:
    """Seven pictures that are not hers."""
    return PictureCode((*code.picks[:-1], (code.picks[-1] + 1) % 9))


def comes(tablet: Visitor, representative: Representative, site_id: int) -> PictureCode:
    """She signs in at a tablet, with pictures that she was dealt just now."""
    code = dealt(representative, site_id)
    page = tablet.send("/agenda/mine", chosen(representative.key, code)).text
    assert "Put on the list" in page
    return code


def cookie_name() -> str:
    """What the cookie of her sign-in is called."""
    return SESSION_COOKIE


def cookie(client: FlaskClient) -> str:
    """The cookie of her sign-in; empty for none."""
    found = client.get_cookie(SESSION_COOKIE, path=COOKIE_PATH)
    return found.value if found else ""
