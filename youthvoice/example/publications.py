"""The example's first view: approved, sent to invented guardians, answered by the adult who promised to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import store as answers
from youthvoice.accounts import store as staff
from youthvoice.example.rounds import at, log_of
from youthvoice.mail.send_job import send_due
from youthvoice.publications import store
from youthvoice.publications.guardians import send as sending
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.review import approval as approving
from youthvoice.publications.review.drafting_job import draft_due
from youthvoice.sites import store as places

_GUARDIANS: Final = (("guardian-one@example.org", "en"), ("guardian-two@example.org", "hi"))
_TO_CLEAR: Final = ("guardian-three@example.org", "ar")
# question -> what Lata answered
_ANSWERS: Final = {
    "food": ("partly", {
        "en": "There is fruit on four days now. On three days the market is closed.",
        "hi": "अब चार दिन फल मिलते हैं। तीन दिन बाज़ार बंद रहता है।",
        "ar": "توجد فاكهة في أربعة أيام الآن. السوق مغلق في ثلاثة أيام.",
    }),
    "sleep": ("yes", {
        "en": "Each bed has a second blanket since last week.",
        "hi": "पिछले हफ़्ते से हर बिस्तर पर दूसरा कंबल है।",
        "ar": "منذ الأسبوع الماضي على كل سرير بطانية ثانية.",
    }),
    "play": ("no_because", {
        "en": "It is dark at seven. We asked the town for a lamp and tell you what it says.",
        "hi": "सात बजे अँधेरा हो जाता है। हमने नगर से एक बत्ती माँगी है; जवाब आने पर बताएँगे।",
        "ar": "يحل الظلام في السابعة. طلبنا من البلدية مصباحًا وسنخبركم بما تقول.",
    }),
}  # fmt: skip
_WHOLE: Final = {
    "en": "Food is better on four days, beds are warmer, and we asked for a lamp.",
    "hi": "चार दिन खाना बेहतर है, बिस्तर ज़्यादा गर्म हैं, और हमने एक बत्ती माँगी है।",
    "ar": "الطعام أفضل في أربعة أيام، والأسرّة أدفأ، وطلبنا مصباحًا.",
}

_TALKED: Final = {"en": "We sat with the whole group, said where help is, and put a light into the hall at night."}


def write_to_guardians(session: Session) -> None:
    """Two cleared addresses, and one that waits for an advocate."""
    site, tomas, asha = _site(session), _person(session, "tomas"), _person(session, "asha")
    keyring, today = running.keyring(), running.today()
    for address, language in (*_GUARDIANS, _TO_CLEAR):
        addresses.add(session, keyring, site, address, language, tomas)
    for entry in addresses.entries(session, keyring, [site]):
        if entry.address != _TO_CLEAR[0]:
            addresses.decide(session, entry.id, [site], asha, today, log_of("asha"), clear=True)


def send_the_first_view(slug: str, moment: datetime) -> None:
    """Asha approves, Tomas sends, the mail goes out, Lata answers - on their days.

    Args:
        slug: of the round.
        moment: when Asha approves.
    """
    with at(moment):
        draft_due()
        with db.writing(db.engine()) as session:
            write_to_guardians(session)
            edition = store.waiting(session, running.keyring(), [_site(session)])[0]
            approving.approve(session, edition, _person(session, "asha"), running.today(), log_of("asha"))
        with db.writing(db.engine()) as session, current_app.test_request_context():
            site = _site(session)
            sender = sending.Sender(_person(session, "tomas"), running.now(), log_of("tomas"))
            sending.send(session, store.to_send(session, running.keyring(), [site])[0], [site], sender)
        send_due()
    with at(moment + timedelta(days=3)), db.writing(db.engine()) as session:
        owed = answers.about(session, running.keyring(), "round", slug)
        if owed is None:
            raise LookupError(slug)
        for question, (kind, words) in _ANSWERS.items():
            _reply(session, owed.id, question, kind, words)
        _reply(session, owed.id, "", "partly", _WHOLE)
    with at(moment + timedelta(days=4, hours=6)):  # past the daily hour
        sending.answers_due()
        send_due()


def talk_with_the_group(moment: datetime) -> None:
    """Asha writes down what was done about what the children of closed rounds said of their safety.

    Args:
        moment: when she does.
    """
    with at(moment), db.writing(db.engine()) as session:
        keyring, asha = running.keyring(), _person(session, "asha")
        for task in answers.mine(session, keyring, asha, ADVOCATE, {_site(session)}):
            if task.kind == "safety":
                answers.reply(session, keyring, task.id, "", "done", _TALKED, asha, running.today())


def _site(session: Session) -> int:
    found = places.site_by_slug(session, "example-house")
    if found is None:
        raise LookupError("example-house")
    return found.id


def _person(session: Session, handle: str) -> int:
    found = staff.by_handle(session, handle)
    if found is None:
        raise LookupError(handle)
    return found.id


def _reply(session: Session, owed_id: int, part: str, kind: str, words: Mapping[str, str]) -> None:
    lata = _person(session, "lata")
    answers.reply(session, running.keyring(), owed_id, part, kind, words, lata, running.today())
