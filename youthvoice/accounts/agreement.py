"""Requests between two adults: one asks, a second agrees in their own session.

The content of a request is encrypted and bound to who asks whom. So a person who can only write to the database cannot
ask in another's name. What a request means and how it is carried out is in a package above, which registers a
`RequestKind`.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller, caller_log
from youthvoice.access.permissions import NEWCOMER
from youthvoice.accounts import mail, store
from youthvoice.accounts.models import AgreementRequestRow, PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.context import Port
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS

REQUEST_LASTS: Final = timedelta(days=7)

_REMEMBERED: Final = timedelta(days=30)  # after its end the first adult can read its result for this long

_ROOM: Final = 4_000  # bytes: up to here the contents of all requests are encrypted in one length


@dataclass(frozen=True, slots=True)
class AgreementRequest:
    """A request from one adult to another, as both see it.

    Attributes:
        kind: one of the application's kinds.
        asked_by: the person who asks.
        asked_of: the person who should agree.
        until: the request expires at this moment.
        state: `waits`, `agreed`, `refused` or `over`.
        data: what is requested, as its kind wrote it.
        site_ids: both must work at each of these.
        reason: why it was refused.
        href: where its result is.
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
    """One line of a request on its page: label, text, and a link to more; or a picture, or the address of a sound."""

    label: str
    words: str
    href: str = ""
    picture: str = ""
    sound: str = ""


class RequestOutcome(NamedTuple):
    """The result of a request that was carried out.

    Attributes:
        href: where the result is; empty if there is nothing to see.
        second_may_look: whether the second adult may open that page.
        page: a page that is shown once to the second adult instead.
    """

    href: str
    second_may_look: bool = True
    page: str = ""


class CannotBeDone(Exception):
    """The request can no longer be carried out; the argument says why, in words for the second adult."""


class RequestKind(Protocol):
    """What a request of one kind means."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """What is requested, in a few words."""

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[RequestLine]:
        """Everything that the agreement fixes."""

    def carry_out(self, session: Session, agreement_request: AgreementRequest, second: Caller) -> RequestOutcome:
        """Carry out the request, after checking it against the present state; the caller commits.

        Raises:
            CannotBeDone: the transaction is rolled back.
        """


@runtime_checkable
class SecretRequestKind(Protocol):
    """A kind of request that the second adult may not always know of; then the request is not shown."""

    def may_know(self, session: Session, data: Mapping[str, Any], second: Caller) -> bool:
        """Whether the request shows the second adult only what that person already knows."""


@runtime_checkable
class CorrectableRequestKind(Protocol):
    """A kind of request whose form can be filled in again with what was asked."""

    def correct(self, session: Session, data: Mapping[str, Any], first: Caller) -> str:
        """Fill in the form again for the first adult; returns its address, or an empty text without room for it."""

    def lay_aside(self, session: Session, data: Mapping[str, Any], first: Caller) -> str:
        """Save the filled-in form as a draft; returns the page where it is listed, or an empty text without room."""


request_kinds: Final = Port[Mapping[str, RequestKind]]("request_kinds")


def _kind_in_log(kind: str) -> str:
    """The kind as the log names it. All secret kinds have the same name, so the log does not tell which one it is."""
    return "secret" if isinstance(request_kinds()[kind], SecretRequestKind) else kind


def kind_of(agreement_request: AgreementRequest) -> RequestKind:
    """The registered kind of a request."""
    return request_kinds()[agreement_request.kind]


def ask_second(  # noqa: PLR0913, PLR0917 - who asks whom for what, where
    session: Session, kind: str, data: Mapping[str, Any], site_ids: Collection[int], first: Caller, second_id: int
) -> int:
    """Ask a second adult to agree; the caller commits. The second adult gets a mail that asks to sign in.

    Args:
        session: may write.
        kind: one of the application's kinds.
        data: values that JSON can hold.
        site_ids: both must work at each of these.
        first: the person who asks.
        second_id: the person who should agree.

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
    # Never reuse the number of a withdrawn request: its open page would agree to this one, unread.
    number = db.random_row_id()
    who = {"asked_by": first.person_id, "asked_of": second_id}
    row = AgreementRequestRow(id=number, mark=mark, kind=kind, **who, until=until, state="waits")
    _encrypt_content(row, data, site_ids)
    session.add(row)
    session.flush()
    caller_log().add(session, "request.ask", f"{row.id} {_kind_in_log(kind)} of {second_id}")
    if find_request(session, row.id, second_id) is not None:  # else the second adult may not know of it
        mail.ask_to_sign_in(session, second, "request", row.id, now.date().isoformat())
    return row.id


def find_request(session: Session, request_id: int, person_id: int) -> AgreementRequest | None:
    """A request for one of its two adults; None for anybody else."""
    row = session.get(AgreementRequestRow, request_id)
    agreement_request = _open_request(row) if row is not None and person_id in {row.asked_by, row.asked_of} else None
    return agreement_request if agreement_request and _may_know(session, agreement_request, person_id) else None


def _may_know(session: Session, agreement_request: AgreementRequest, person_id: int) -> bool:
    """Whether one of the two may see the request; the first adult always may."""
    kind = kind_of(agreement_request)
    if person_id == agreement_request.asked_by or not isinstance(kind, SecretRequestKind):
        return True
    return kind.may_know(session, agreement_request.data, _load_caller(session, person_id))


def list_requests(session: Session, person_id: int) -> list[AgreementRequest]:
    """The requests that wait for a person and those that the person made, the oldest first; without agreed ones."""
    condition = or_(AgreementRequestRow.asked_by == person_id, AgreementRequestRow.asked_of == person_id)
    query = (
        select(AgreementRequestRow)
        .where(condition, AgreementRequestRow.state != "agreed")
        .order_by(AgreementRequestRow.until)
    )
    agreements = [_open_request(row) for row in session.scalars(query)]
    visible = [
        agreement_request
        for agreement_request in agreements
        if agreement_request and (agreement_request.asked_by == person_id or agreement_request.state == "waits")
    ]
    return [agreement_request for agreement_request in visible if _may_know(session, agreement_request, person_id)]


def list_own_requests(session: Session, kind: str, person_id: int) -> list[AgreementRequest]:
    """The requests of one kind that an adult made, and that wait for a second one."""
    return [
        agreement_request
        for agreement_request in list_requests(session, person_id)
        if (agreement_request.kind, agreement_request.asked_by, agreement_request.state) == (kind, person_id, "waits")
    ]


def list_waiting_requests(session: Session, kind: str) -> list[AgreementRequest]:
    """Every unanswered request of one kind, the oldest first."""
    query = select(AgreementRequestRow).where(AgreementRequestRow.kind == kind, AgreementRequestRow.state == "waits")
    agreements = [_open_request(row) for row in session.scalars(query.order_by(AgreementRequestRow.until))]
    return [
        agreement_request
        for agreement_request in agreements
        if agreement_request and agreement_request.state == "waits"
    ]


def lock_request(session: Session, request_id: int, person_id: int) -> AgreementRequest | None:
    """Find a request as `find_request` does, and lock it: a second answer at the same moment waits."""
    session.get(AgreementRequestRow, request_id, with_for_update=True, populate_existing=True)
    return find_request(session, request_id, person_id)


def do_both_count(session: Session, agreement_request: AgreementRequest) -> bool:
    """Whether both adults are still trusted at each of the sites; checked again when the second adult agrees."""
    first = store.find_person_row(session, agreement_request.asked_by)
    seconds = {
        person.id for person in list_possible_seconds(session, agreement_request.asked_by, agreement_request.site_ids)
    }
    trusted = {row.id for row in store.list_trusted_person_rows(session, agreement_request.site_ids)}
    works_at = store.site_ids_of_people(session, [agreement_request.asked_by])[agreement_request.asked_by]
    does_first_count = agreement_request.asked_by in trusted and agreement_request.site_ids <= works_at
    return first is not None and agreement_request.asked_of in seconds and does_first_count


def carry_out_request(session: Session, agreement_request: AgreementRequest, second: Caller) -> RequestOutcome:
    """Carry out a request to which the second adult agreed; the caller commits.

    Raises:
        CannotBeDone: the transaction must be rolled back.
    """
    if not do_both_count(session, agreement_request):
        raise CannotBeDone(_("One of the two no longer works there, or is not confirmed."))
    outcome = kind_of(agreement_request).carry_out(session, agreement_request, second)
    row = session.get_one(AgreementRequestRow, agreement_request.id)
    row.state = "agreed"
    _encrypt_content(row, agreement_request.data, agreement_request.site_ids, href=outcome.href)
    _log_answer(session, "request.agree", agreement_request)
    return outcome


def refuse_request(session: Session, agreement_request: AgreementRequest, reason: str) -> None:
    """The second adult refuses, with a reason. The first sees it on the To do page and gets a mail to sign in."""
    row = session.get_one(AgreementRequestRow, agreement_request.id)
    row.state = "refused"
    _encrypt_content(row, agreement_request.data, agreement_request.site_ids, reason=reason)
    _log_answer(session, "request.refuse", agreement_request)
    first = store.find_person_row(session, agreement_request.asked_by)
    if first is not None and first.left_on is None:
        mail.ask_to_sign_in(session, first, "request", agreement_request.id, "refused")


def _log_answer(session: Session, action: str, agreement_request: AgreementRequest) -> None:
    kind = _kind_in_log(agreement_request.kind)
    caller_log().add(session, action, f"{agreement_request.id} {kind} by {agreement_request.asked_by}")


def take_back_request(session: Session, agreement_request: AgreementRequest) -> None:
    """The first adult withdraws a request, or has read its result: delete it."""
    session.execute(delete(AgreementRequestRow).where(AgreementRequestRow.id == agreement_request.id))
    if agreement_request.state == "waits":
        caller_log().add(
            session,
            "request.take-back",
            f"{agreement_request.id} {_kind_in_log(agreement_request.kind)} of {agreement_request.asked_of}",
        )


def first_caller(session: Session, agreement_request: AgreementRequest) -> Caller:
    """The first adult with the role of today, as a `Caller` without a session, who can open nothing."""
    return _load_caller(session, agreement_request.asked_by)


def _load_caller(session: Session, person_id: int) -> Caller:
    """A person as a `Caller` without a session."""
    person = session.get_one(PersonRow, person_id)
    sites = store.site_ids_of_people(session, [person.id])[person.id]
    role = store.find_acting_role(person, sites) or NEWCOMER
    return Caller(person.id, person.handle, person.name, role, sites, person.language, token="")


def log_of_first(first: Caller) -> Log:
    """The audit log, in the name of the first adult."""
    return Log(context.today(), first.handle)


def _purpose(row: AgreementRequestRow) -> SealingContext:
    """What the encryption is bound to: all columns beside it, so an agreed request cannot wait again or last longer."""
    until = int(row.until.timestamp())
    return sealing_context("request", row.mark.hex(), row.kind, row.asked_by, row.asked_of, row.state, until)


def _encrypt_content(
    row: AgreementRequestRow, data: Mapping[str, Any], site_ids: Collection[int], *, reason: str = "", href: str = ""
) -> None:
    """Encrypt the content of a request into its row."""
    content = {"data": dict(data), "sites": sorted(site_ids), "reason": reason, "href": href}
    row.body = encrypt_json(context.keyring(), KEPT_WORDS, content, _purpose(row), _ROOM)


def _open_request(row: AgreementRequestRow) -> AgreementRequest | None:
    """Decrypt a request; None if somebody altered or forged the row, or if its kind no longer exists."""
    try:
        content = decrypt_json(context.keyring(), KEPT_WORDS, row.body, _purpose(row))
    except (CannotOpen, KeyGone):
        return None
    if row.kind not in request_kinds():
        return None
    state = "over" if row.state == "waits" and row.until <= context.now() else row.state
    values = (content["data"], frozenset(content["sites"]), content["reason"], content["href"])
    return AgreementRequest(row.id, row.kind, row.asked_by, row.asked_of, row.until, state, *values)


def list_possible_seconds(session: Session, first_id: int, site_ids: Collection[int]) -> list[store.Person]:
    """The adults who may agree with a person, by name: trusted, and working at each of these sites.

    An adult whom a coordinator invited is not among them until an advocate has met them.
    """
    return [person for person in store.list_trusted_at_all(session, site_ids) if person.id != first_id]
