"""What an advocate does with good news: open it, ask a second adult for board or adult, say why not, make a report.

Only `open_for_caller` decrypts it; its caller logs that. What the advocate keeps to herself stays in the letter box and
ends with its month. An entry of the board has nothing of the letter it came from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import list_trusted_people, names_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.committees.representatives.name_check import find_name_notices
from youthvoice.errors import ConcurrentUpdate
from youthvoice.good_news import encryption, labels, store
from youthvoice.sites.store import Site, find_site, get_site
from youthvoice.threads import readership, thread_ports
from youthvoice.threads.letters.letter_box import EncryptedLetter
from youthvoice.threads.letters.store import GOOD_BOX, LetterEnvelope, find_letter, remove_good_news
from youthvoice.web.i18n.languages import LANGUAGES

KIND: Final = "good_news"


@dataclass(frozen=True, slots=True)
class PendingNews:
    """Good news before an advocate, not decrypted.

    Attributes:
        envelope: from outside.
        site: of the tablet on which it was sent.
        locked: its encrypted letter.
    """

    envelope: LetterEnvelope
    site: Site
    locked: EncryptedLetter

    @property
    def id(self) -> bytes:
        """16 bytes."""
        return self.envelope.id


def find_pending(session: Session, caller: Caller, letter_id: bytes) -> PendingNews | None:
    """Good news for an advocate; None if it is gone, or the caller's key does not open it."""
    key = readership.reader_key(session, caller)
    stored = find_letter(session, letter_id, key, context.now(), GOOD_BOX)
    return PendingNews(stored[0], get_site(session, stored[0].site_id), stored[1]) if stored else None


def open_for_caller(pending_news: PendingNews, caller: Caller) -> encryption.GoodNews:
    """Decrypt good news.

    Raises:
        CannotOpen, KeyGone: it can no longer be decrypted.
    """
    return encryption.open_good_news(context.keyring(), pending_news.locked, caller.person_id, open_private_key(caller))


def find_pointer(session: Session, site: Site, words: Mapping[str, str]) -> str:
    """What in a sentence points at somebody, or at danger; empty where nothing does."""
    notices = find_name_notices(session, [site.id], words.values())
    return notices[0].words if notices else ""


def ask_for_board(
    session: Session, caller: Caller, pending_news: PendingNews, board_news: encryption.BoardNews, second_id: int
) -> int:
    """Ask a second adult to agree to a sentence for the board or one adult; returns the number of the request.

    The second adult reads the sentence, and nothing of what the child said.

    Raises:
        ValueError: this person cannot be asked.
    """
    for agreement_request in list_own_requests(session, caller.person_id, pending_news.id):
        agreement.take_back_request(session, agreement_request)
    data = {
        "letter": pending_news.id.hex(),
        "site": pending_news.site.id,
        "topic": board_news.topic,
        "words": dict(board_news.words),
        "adult": board_news.adult,
        "left_out": board_news.left_out,
    }
    return agreement.ask_second(session, KIND, data, [pending_news.site.id], caller, second_id)


def list_own_requests(session: Session, person_id: int, letter_id: bytes) -> list[agreement.AgreementRequest]:
    """An advocate's requests about one letter that wait for a second adult."""
    own = agreement.list_own_requests(session, KIND, person_id)
    return [agreement_request for agreement_request in own if agreement_request.data["letter"] == letter_id.hex()]


def decline(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session, caller: Caller, log: Log, pending_news: PendingNews, why: str, topic: str = "other"
) -> None:
    """Say on the board why something is not there, or did not go to an adult, and remove it from the letter box.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    _remove(session, pending_news.id)
    today = context.today(pending_news.site.time_zone)
    store.add_board_news(
        session, pending_news.site.id, encryption.BoardNews(topic, {}, why), today, caller.person_id, None
    )
    log.add(session, "good_news.decline", pending_news.site.slug)


def make_report(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session, caller: Caller, log: Log, pending_news: PendingNews, good_news: encryption.GoodNews, form: Any
) -> None:
    """Make a report of good news that says that a child is hurt, and remove it from the letter box.

    Raises:
        ReferralRefused: too few could read it; the form says so.
        ConcurrentUpdate: a colleague has decided.
    """
    words = good_news.words or ", ".join(str(labels.TOPIC_LABELS[topic]) for topic in good_news.topics)
    referral = thread_ports.ReportReferral(
        pending_news.id,
        "",
        words,
        voice=good_news.voice,
        voice_kind=good_news.voice_kind,
        language=good_news.language,
        kind="good_news",
        left_out=frozenset(good_news.left_out),
    )
    try:
        thread_ports.reports().make(session, log, caller, pending_news.site, referral, form)
    except thread_ports.AlreadyReferred:
        raise ConcurrentUpdate from None
    _remove(session, pending_news.id)


def take_back(session: Session, caller: Caller, log: Log, entry: store.BoardNewsEntry, why: str) -> None:
    """Take an entry off the board, which says why.

    An advocate whom the child left out may do so, too: an entry of the board does not say who was left out.
    """
    store.remove_board_news(session, entry.id)
    if not entry.news.why:
        today = context.today(get_site(session, entry.site_id).time_zone)
        # the board says of thanks that they were thanks
        reason = encryption.BoardNews("adult" if entry.news.adult else "other", {}, why)
        store.add_board_news(session, entry.site_id, reason, today, caller.person_id, None)
    log.add(session, "good_news.take_back", entry.id.hex())


def _remove(session: Session, letter_id: bytes) -> None:
    if not remove_good_news(session, letter_id):
        raise ConcurrentUpdate


class BoardNewsRequest:
    """An advocate asks a second adult to agree to a sentence for the children's board."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as RequestKind
        """What is requested."""
        return str(_("A child's thanks to an adult") if data.get("adult") else _("Good news for the children's board"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """The sentence in each language, and where it will be."""
        site, adult = find_site(session, data["site"]), data.get("adult", 0)
        name = names_of_people(session, [adult]).get(adult, "") if adult else ""
        if adult:
            changes = _(
                "%(name)s finds it from next week on, for four weeks. Agree only if it shows nobody.", name=name
            )
        else:
            changes = _(
                "Children of this site read it on their board, without a day. Agree only if nobody can be told from it."
            )
        return [
            agreement.RequestLine(_("Where"), site.name if site else ""),
            agreement.RequestLine(_("About"), str(labels.TOPIC_LABELS[data["topic"]])),
            *(agreement.RequestLine(LANGUAGES[code].name, text) for code, text in data["words"].items()),
            agreement.RequestLine(_("What changes"), changes),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Publish the sentence, for the board or its adult, and delete the letter, after checking both again."""
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        site = find_site(session, data["site"])
        if site is None or not first.may("letters.read"):
            raise agreement.CannotBeDone(_("One of the two no longer works there, or is not confirmed."))
        adult = data.get("adult", 0)
        if adult and adult not in {person.id for person in list_trusted_people(session, [site.id])}:
            raise agreement.CannotBeDone(_("Whom the child thanks no longer works there."))
        if pointer := find_pointer(session, site, data["words"]):
            raise agreement.CannotBeDone(points_at_label(pointer))
        if not remove_good_news(session, bytes.fromhex(data["letter"])):
            raise agreement.CannotBeDone(_("A colleague has decided about it already."))
        left_out = tuple(data.get("left_out", ())) if adult else ()
        board_news = encryption.BoardNews(data["topic"], data["words"], adult=adult, left_out=left_out)
        today = context.today(site.time_zone)
        store.add_board_news(session, site.id, board_news, today, first.person_id, second.person_id)
        agreement.log_of_first(first).add(session, "good_news.publish", f"{site.slug} with {second.person_id}")
        return agreement.RequestOutcome(url_for("letters.index"), second_may_look=False)


def points_at_label(words: str) -> str:
    """Why a sentence cannot go on the board: it points at somebody, or says that a child is hurt."""
    return str(_("This may point at somebody: %(words)s. The board names nobody and no number to call.", words=words))


GOOD_NEWS_REQUEST_KINDS: Final[Mapping[str, agreement.RequestKind]] = {KIND: BoardNewsRequest()}
