"""One asks, a second agrees, each in her own sign-in: who may be the second, and the request between them.

What is asked for is kept locked, bound to who asks whom, so that nobody who only writes in the database can ask in
somebody's name. What it means, and how it is done, a package further up knows: it connects a `RequestKind`.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller, caller_log
from youthvoice.accounts import mail, store
from youthvoice.accounts.models import AgreementRequestRow, PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.context import Port
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import lock_json, unlock_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS

REQUEST_LASTS: Final = timedelta(days=7)

_REMEMBERED: Final = timedelta(days=30)  # after its end; so long the one who asked can read what became of it

_ROOM: Final = 4_000  # bytes

_LARGEST: Final = 2**31 - 1  # number of a row


@dataclass(frozen=True, slots=True)
class AgreementRequest:
    """A request as the two of them see it.

    Attributes:
        kind: one of the application's kinds.
        asked_by: who asks.
        asked_of: who shall agree.
        until: it is void from this moment on.
        state: `waits`, `agreed`, `refused` or `over`.
        data: what is asked for, as its kind wrote it.
        site_ids: both must work at each of these.
        reason: why it was refused.
        href: where what came of it is.
    """

    id: int
    kind: str
    asked_by: int
    asked_of: int
    until: datetime
    state: str
    data: Mapping[str, Any] = field(repr=False)
    site_ids: frozenset[int]
    reason: str = field(default="", repr=False)
    href: str = ""


class RequestLine(NamedTuple):
    """One line of what is asked for: what it is called, what was said, and where more of it stands."""

    label: str
    words: str
    href: str = ""


class RequestOutcome(NamedTuple):
    """What came of it.

    Attributes:
        href: where it is; empty where there is nothing to see.
        second_may_look: whether the one who agreed may open that.
        page: shown this once to the one who agreed, instead.
    """

    href: str
    second_may_look: bool = True
    page: str = ""


class CannotBeDone(Exception):
    """It cannot be done any more; the argument says why, in words for the one who agreed."""


class RequestKind(Protocol):
    """What a request of one kind means."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """What is asked for, in a few words."""

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[RequestLine]:
        """Everything that is fixed by a yes."""

    def carry_out(self, session: Session, agreement_request: AgreementRequest, second: Caller) -> RequestOutcome:
        """Do it, weighed as things are now; the caller commits.

        Raises:
            CannotBeDone: the transaction is rolled back.
        """


@runtime_checkable
class SecretRequestKind(Protocol):
    """A kind whose very asking tells something that the second adult may not know; she then finds nothing."""

    def may_know(self, session: Session, data: Mapping[str, Any], second: Caller) -> bool:
        """Whether it tells her nothing that she does not know herself."""


@runtime_checkable
class CorrectableRequestKind(Protocol):
    """A kind whose form can be filled in anew with what was asked."""

    def correct(self, session: Session, data: Mapping[str, Any], first: Caller) -> str:
        """Fill the form in for whoever asked; gives its address, or nothing where there is no room for it."""

    def lay_aside(self, session: Session, data: Mapping[str, Any], first: Caller) -> str:
        """Keep it, filled in, for whoever takes it back; gives the page where it lies, or nothing without room."""


request_kinds: Final = Port[Mapping[str, RequestKind]]("request_kinds")


def _kind_in_log(kind: str) -> str:
    """What the log calls a kind: one whose very asking tells something is told apart from no other such one."""
    return "secret" if isinstance(request_kinds()[kind], SecretRequestKind) else kind


def kind_of(agreement_request: AgreementRequest) -> RequestKind:
    """What a request means."""
    return request_kinds()[agreement_request.kind]


def ask_second(  # noqa: PLR0913, PLR0917 - who asks whom for what, where
    session: Session, kind: str, data: Mapping[str, Any], site_ids: Collection[int], first: Caller, second_id: int
) -> int:
    """Ask a second adult; the caller commits. She is asked by mail to sign in.

    Args:
        session: may write.
        kind: one of the application's kinds.
        data: what JSON can say.
        site_ids: both must work at each of these.
        first: who asks.
        second_id: who shall agree.

    Returns:
        The number of the request.

    Raises:
        ValueError: this person cannot be the second one there.
    """
    second = next(
        (person for person in list_possible_seconds(session, first.person_id, site_ids) if person.id == second_id), None
    )
    if second is None:
        raise ValueError("She cannot be the second adult here")
    now = context.now()
    session.execute(delete(AgreementRequestRow).where(AgreementRequestRow.until <= now - _REMEMBERED))
    until, mark = now + REQUEST_LASTS, secrets.token_bytes(16)
    # Never the number of one that was taken back: a page of that one would agree to this one, unread.
    number = secrets.randbelow(_LARGEST) + 1
    who = {"asked_by": first.person_id, "asked_of": second_id}
    row = AgreementRequestRow(id=number, mark=mark, kind=kind, **who, until=until, state="waits")
    _lock(row, AgreementRequest(0, kind, first.person_id, second_id, until, "waits", data, frozenset(site_ids)))
    session.add(row)
    session.flush()
    caller_log().add(session, "request.ask", f"{row.id} {_kind_in_log(kind)} of {second_id}")
    if find_request(session, row.id, second_id) is not None:
        mail.ask_to_sign_in(session, second, "request", row.id, now.date().isoformat())
    return row.id


def find_request(session: Session, request_id: int, person_id: int) -> AgreementRequest | None:
    """A request that somebody made, or that is for her to agree to; None of anybody else's."""
    row = session.get(AgreementRequestRow, request_id)
    agreement_request = _opened(row) if row is not None and person_id in {row.asked_by, row.asked_of} else None
    return agreement_request if agreement_request and _may_know(session, agreement_request, person_id) else None


def _may_know(session: Session, agreement_request: AgreementRequest, person_id: int) -> bool:
    kind = kind_of(agreement_request)
    if person_id == agreement_request.asked_by or not isinstance(kind, SecretRequestKind):
        return True
    return kind.may_know(session, agreement_request.data, _caller(session, person_id))


def list_requests(session: Session, person_id: int) -> list[AgreementRequest]:
    """What waits for somebody, and what she asked for herself, the oldest first; agreed ones are left out."""
    condition = or_(AgreementRequestRow.asked_by == person_id, AgreementRequestRow.asked_of == person_id)
    query = (
        select(AgreementRequestRow)
        .where(condition, AgreementRequestRow.state != "agreed")
        .order_by(AgreementRequestRow.until)
    )
    agreements = [_opened(row) for row in session.scalars(query)]
    hers_now = [
        agreement_request
        for agreement_request in agreements
        if agreement_request and (agreement_request.asked_by == person_id or agreement_request.state == "waits")
    ]
    return [agreement_request for agreement_request in hers_now if _may_know(session, agreement_request, person_id)]


def list_waiting_requests(session: Session, kind: str) -> list[AgreementRequest]:
    """Every request of one kind that somebody has not answered yet, the oldest first."""
    query = select(AgreementRequestRow).where(AgreementRequestRow.kind == kind, AgreementRequestRow.state == "waits")
    agreements = [_opened(row) for row in session.scalars(query.order_by(AgreementRequestRow.until))]
    return [
        agreement_request
        for agreement_request in agreements
        if agreement_request and agreement_request.state == "waits"
    ]


def lock_request(session: Session, request_id: int, person_id: int) -> AgreementRequest | None:
    """The same as `find_request`; whoever answers it at the same moment waits."""
    session.get(AgreementRequestRow, request_id, with_for_update=True, populate_existing=True)
    return find_request(session, request_id, person_id)


def do_both_count(session: Session, agreement_request: AgreementRequest) -> bool:
    """Whether the two are still there, counted, and at each of the sites: asked again when she agrees."""
    first = store.find_person_row(session, agreement_request.asked_by)
    seconds = {
        person.id for person in list_possible_seconds(session, agreement_request.asked_by, agreement_request.site_ids)
    }
    firsts = {
        person.id for person in list_possible_seconds(session, agreement_request.asked_of, agreement_request.site_ids)
    }
    return first is not None and agreement_request.asked_of in seconds and agreement_request.asked_by in firsts


def carry_out_request(session: Session, agreement_request: AgreementRequest, second: Caller) -> RequestOutcome:
    """Carry it out; the caller commits.

    Raises:
        CannotBeDone: the transaction must be rolled back.
    """
    if not do_both_count(session, agreement_request):
        raise CannotBeDone(_("One of the two does not work there any more, or is not confirmed."))
    done = kind_of(agreement_request).carry_out(session, agreement_request, second)
    row = session.get_one(AgreementRequestRow, agreement_request.id)
    row.state = "agreed"
    _lock(row, agreement_request, href=done.href)
    caller_log().add(
        session,
        "request.agree",
        f"{agreement_request.id} {_kind_in_log(agreement_request.kind)} by {agreement_request.asked_by}",
    )
    return done


def refuse_request(session: Session, agreement_request: AgreementRequest, reason: str) -> None:
    """The second adult says no, and why; the first finds it on her To do page and is asked to sign in."""
    row = session.get_one(AgreementRequestRow, agreement_request.id)
    row.state = "refused"
    _lock(row, agreement_request, reason=reason)
    caller_log().add(
        session,
        "request.refuse",
        f"{agreement_request.id} {_kind_in_log(agreement_request.kind)} by {agreement_request.asked_by}",
    )
    first = store.find_person_row(session, agreement_request.asked_by)
    if first is not None and first.left_on is None:
        mail.ask_to_sign_in(session, first, "request", agreement_request.id, "refused")


def take_back_request(session: Session, agreement_request: AgreementRequest) -> None:
    """Whoever asked does not ask any more, or has read what became of it."""
    session.execute(delete(AgreementRequestRow).where(AgreementRequestRow.id == agreement_request.id))
    if agreement_request.state == "waits":
        caller_log().add(
            session,
            "request.take-back",
            f"{agreement_request.id} {_kind_in_log(agreement_request.kind)} of {agreement_request.asked_of}",
        )


def first_caller(session: Session, agreement_request: AgreementRequest) -> Caller:
    """Who asks, as she stands now; she holds no session here, and opens nothing."""
    return _caller(session, agreement_request.asked_by)


def _caller(session: Session, person_id: int) -> Caller:
    person = session.get_one(PersonRow, person_id)
    sites = store.site_ids_of_people(session, [person.id])[person.id]
    role = store.find_acting_role(person, sites)
    return Caller(person.id, person.handle, person.name, role, sites, person.language, token="")


def log_of_first(first: Caller) -> Log:
    """The log, in the name of whoever asked."""
    return Log(context.today(), first.handle)


def _purpose(row: AgreementRequestRow) -> SealingContext:
    """Bound to everything beside it: no agreed request waits again, and none lasts longer."""
    until = int(row.until.timestamp())
    return sealing_context("request", row.mark.hex(), row.kind, row.asked_by, row.asked_of, row.state, until)


def _lock(row: AgreementRequestRow, agreement_request: AgreementRequest, reason: str = "", href: str = "") -> None:
    inside = {
        "data": dict(agreement_request.data),
        "sites": sorted(agreement_request.site_ids),
        "reason": reason,
        "href": href,
    }
    row.body = lock_json(context.keyring(), KEPT_WORDS, inside, _purpose(row), _ROOM)


def _opened(row: AgreementRequestRow) -> AgreementRequest | None:
    """None where the row was altered, or made, behind our back, or nobody knows its kind any more."""
    try:
        inside = unlock_json(context.keyring(), KEPT_WORDS, row.body, _purpose(row))
    except (CannotOpen, KeyGone):
        return None
    if row.kind not in request_kinds():
        return None
    state = "over" if row.state == "waits" and row.until <= context.now() else row.state
    said = (inside["data"], frozenset(inside["sites"]), inside["reason"], inside["href"])
    return AgreementRequest(row.id, row.kind, row.asked_by, row.asked_of, row.until, state, *said)


def list_possible_seconds(session: Session, first_id: int, site_ids: Collection[int]) -> list[store.Person]:
    """Who may agree with somebody, by name: another adult who counts by now and works at each of these sites.

    Nobody whom a coordinator let in is among them before an advocate has met her.
    """
    there = store.list_trusted_people(session, site_ids)
    sites = store.site_ids_of_people(session, [person.id for person in there])
    return [person for person in there if person.id != first_id and set(site_ids) <= sites[person.id]]
