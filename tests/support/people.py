"""Make sites, people and tablets for tests, and sign people in."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy.orm import Session

from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.accounts.people.store import FROM_THE_START, Newcomer, add_person, change_person, key_binding
from youthvoice.accounts.store import find_person_row
from youthvoice.privacy.credentials import one_time_codes
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.credentials.second_factors import SecondFactors, encrypt_second_factors
from youthvoice.privacy.crypto.argon2 import Argon2Cost
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.privacy.crypto.symmetric_encryption import KEY_BYTES, encrypt
from youthvoice.sites.store import Site, add_site
from youthvoice.sites.tablets import store
from youthvoice.translation.catalogue_texts import is_source, read_texts
from youthvoice.translation.models import LanguageSignatureRow
from youthvoice.translation.rules import list_open
from youthvoice.web.i18n.languages import TRANSLATED
from youthvoice.web.rate_limits import TABLET_COOKIE

CHEAP = Argon2Cost(time=1, memory_kib=8)
TRAINED = date(2099, 12, 31)
PASSWORD = "correct horse battery staple"
FIRST_NAMES = (
    "--coordinator", "Lata Joshi", "--first-advocate", "Asha Rao", "--second-advocate", "Meera Nair",
    "--outside-recipient", "Olga Weber",
)  # fmt: skip
"""The first four people of an installation, as options of `youthvoice staff found`."""


@dataclass(frozen=True)
class Somebody:
    """An adult of a test."""

    id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    private_key: bytes
    public_key: bytes
    password: str = PASSWORD


def make_site(session: Session, slug: str = "example-house", **values: object) -> Site:
    """A site with a helpline that somebody called, in English, Hindi and Arabic, for which its coordinator signed."""
    usual: dict[str, object] = {
        "name": slug.replace("-", " ").title(),
        "mail_name": "The letter of the week",
        "time_zone": "Asia/Kolkata",
        "languages": ["en", "hi", "ar"],
        "checked_languages": ["en"],
        "helpline_name": "Example line",
        "helpline_number": "1098",
        "helpline_hours": "day and night",
        "helpline_languages": ["en", "hi"],
        "helpline_tested": date(2026, 11, 24),
        "danger_number": "112",
        "danger_adult": "the person at the gate",
    }
    site = add_site(session, slug, {**usual, **values})
    for code in site.languages:
        if code in TRANSLATED and not is_source(code):
            texts = [*_open_texts(code)]
            who = {"signed_by": "Coordinator Example", "signed_on": date(2026, 11, 24), "way": "taken"}
            session.add(LanguageSignatureRow(site_id=site.id, language=code, texts=texts, **who))
    return site


@cache
def _open_texts(language: str) -> tuple[str, ...]:
    """What a coordinator signs for: the same at every site of a test."""
    return tuple(text.name for text in list_open(read_texts(language), {}))


def make_person(
    session: Session,
    role: str,
    *sites: int,
    handle: str = "",
    name: str = "",
    language: str = "en",
    password: str = PASSWORD,
    trusted: bool = True,
    trained_until: date | None = TRAINED,
) -> Somebody:
    """Somebody with a role at some sites; the handle is the role's name unless told.

    Trusted and trained unless told; an outside recipient was reached by a test.
    """
    handle = handle or role.replace("_", "-")
    name = name or f"{handle.replace('-', ' ').title()} Example"
    pair = new_pair()
    keyring = context.keyring()
    secret = make_secret(password, keyring.key("pepper"), key_binding(handle, 1), pair=pair, cost=CHEAP)
    since = FROM_THE_START if trusted else None
    tested = context.today() if role == "outside_recipient" and trained_until else None
    newcomer = Newcomer(handle, name, role, secret, language, since, trained_until=trained_until, tested_on=tested)
    person = add_person(session, newcomer, sites)
    return Somebody(person.id, handle, name, role, frozenset(sites), pair.private, pair.public, password)


def with_codes(person: Somebody, secret: str = "", *, as_in_0_2_0: bool = False) -> str:
    """Let somebody sign in with one-time codes; gives the secret of her telephone."""
    secret = secret or one_time_codes.new_secret()
    with db.writing(db.engine()) as session:
        row = find_person_row(session, person.id)
        assert row
        key = HKDF(SHA256(), KEY_BYTES, None, b"youthvoice/1|one-time-codes|key").derive(person.private_key)
        old = encrypt(key, secret.encode(), "one-time-codes|secret")
        blob = old if as_in_0_2_0 else encrypt_second_factors(SecondFactors(secret), person.private_key)
        change_person(session, row, codes=blob, code_used=0)
    return secret


def signed_in(visitor: Visitor, person: Somebody) -> Visitor:
    """Give a browser the session of somebody, without the sign-in page. Commits in a transaction of its own."""
    token = session_token()
    with db.writing(db.engine()) as session:
        sessions.start(session, person.id, person.private_key, token, context.now())
    visitor.client.set_cookie(cookie_name(), token, httponly=True, samesite="Lax")
    return visitor


def on_tablet(visitor: Visitor, site_id: int, name: str = "Tablet 1") -> Visitor:
    """Make a browser an enrolled tablet of a site. Commits in a transaction of its own."""
    with db.writing(db.engine()) as session:
        code = store.start_enrolment(session, site_id, name)
        token = store.enrol_device(session, code)
    assert token
    visitor.client.set_cookie(TABLET_COOKIE, token)
    return visitor


def house(roles: Collection[str], slug: str = "example-house") -> tuple[int, dict[str, Somebody]]:
    """A committed site with one person of each role; gives its id and the people by role."""
    assert current_app
    with db.writing(db.engine()) as session:
        site_id = make_site(session, slug).id
        people = {role: make_person(session, role, site_id) for role in roles}
    return site_id, people


def agrees(browser: Visitor, status: int = 200) -> str:
    """The second adult, signed in in this browser, opens what waits for her on her To do page and agrees to it.

    Gives the path that she is led to.
    """
    page = browser.open("/staff/").text
    addresses = re.findall(r'href="(/staff/requests/\d+)"', page)
    assert addresses, "nothing waits for her"
    browser.open(addresses[-1])
    return str(browser.send(f"{addresses[-1]}/agree", status=status).request.path)
