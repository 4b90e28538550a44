"""Store one child's response, once: encrypted before any write begins, and with the slip that the child used.

A response is encrypted before the first write, so that nothing slow happens while other writers wait. Each site of a
round has slips of its own.

Source: PRIVACY.md A1 (late responses), A2 (sealed until counted), C (receipts), T8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Connection, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, encrypt_padded, sealing_context
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import Site
from youthvoice.slips import store
from youthvoice.slips.rules import slip_length
from youthvoice.surveys.models import BatchRow, ResponseRow
from youthvoice.surveys.responses import cards
from youthvoice.surveys.responses.forms import LetterWords, ResponseForm
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads import receipts
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.letters.letter_box import SealedLetter, seal_letter
from youthvoice.threads.letters.store import add_letters
from youthvoice.threads.readership import readers_at

SUBMISSION_ID_BYTES = 16

_STEP = 128  # bytes; responses of up to 124 coded bytes have one length

_responses: Table = ResponseRow.__table__  # type: ignore[assignment] # Core, not objects: the busiest write

_batches: Table = BatchRow.__table__  # type: ignore[assignment]

_LOCK_BATCH = CompiledStatement(
    select(_batches.c.closed_on, _batches.c.looked)
    .where(_batches.c.id == bindparam("batch"))
    .with_for_update(read=True)
)

_ADD_RESPONSE = CompiledStatement(insert(_responses))


@dataclass(frozen=True, slots=True)
class SealedResponse:
    """One child's response, encrypted and ready to be stored; from `seal_response`.

    Attributes:
        submission_id: 16 random bytes, new for each sending.
        receipt: 32 bytes, keyed hash of the submission id.
        late_receipt: stored instead when the response is late; without the key nobody can tell the two kinds apart.
        month: of the receipt, such as `2026-11`.
        round_id: of its round.
        batch_id: of the batch it is counted with.
        blob: the coded answers, encrypted; None where none can count: the batch is known to be closed, the child
            skipped, or what a tablet delivers is not valid.
        letters: the texts of the letter boxes, sealed.
        is_first_wave: whether it belongs to the first of two waves that cards link. It is late once that wave is over,
            though the batch is open, so that nobody answers "before" after the session.
        letter_receipts: receipts of the letters' texts, 32 bytes each; a repeat without them stores no letter.
    """

    submission_id: bytes
    receipt: bytes
    late_receipt: bytes
    month: str
    round_id: int
    batch_id: int
    blob: bytes | None
    letters: tuple[SealedLetter, ...] = ()
    is_first_wave: bool = False
    letter_receipts: tuple[bytes, ...] = ()


class PresentedSlip(NamedTuple):
    """The slip that a child sent beside the answers: its purpose, pictures, name when dealt, and which half it is.

    It may have waited since `waits_since` on the tablet that delivers it. It is spent, never stored.
    """

    purpose: str
    picks: store.Picks
    name: str = ""
    is_second_half: bool = False
    waits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What happened to a response.

    Attributes:
        late: whether its coded answers were discarded, for its batch was closed, its wave over, or `blob` was None;
            its letters were delivered.
        repeated: whether it was stored before: only letters with a new text were written, and it is late if it was
            late the first time.
    """

    late: bool
    repeated: bool


def seal_response(
    round_: Round,
    submission_id: bytes,
    coded: bytes | None,
    *,
    day: date,
    letters: Sequence[SealedLetter] = (),
) -> SealedResponse:
    """Encrypt one child's answers under the open-answers key of the round.

    Args:
        round_: its round.
        submission_id: 16 bytes.
        coded: from `answer_encoding.encode_answers`, with the card's mark in a round with cards; None when the batch
            is closed, so that no destroyed key is created again.
        day: today; only its month is kept.
        letters: from `threads.letters.letter_box.seal_letter`.

    Raises:
        ValueError: the submission id has another length.
    """
    if len(submission_id) != SUBMISSION_ID_BYTES:
        raise ValueError("A submission id has 16 bytes")
    blob = None
    if coded is not None:
        key = receipts.first_key(context.keyring(), round_.answers_key)
        blob = encrypt_padded(key, coded, _padded_length(len(coded)), _purpose(round_.slug, submission_id))
    return SealedResponse(
        submission_id,
        *receipts_of_submission(context.keyring(), submission_id),
        month=receipts.receipt_month(day),
        round_id=round_.id,
        batch_id=round_.batch_id,
        blob=blob,
        letters=tuple(letters),
        is_first_wave=round_.has_cards and round_.wave == "pre",
    )


def receipts_of_submission(keyring: Keyring, submission_id: bytes) -> tuple[bytes, bytes]:
    """The two keyed hashes (32 bytes) of a submission id: as a counted response, and as a late one."""
    counted, late = (receipts.receipt_of(keyring, kind, submission_id) for kind in ("receipt", "late-receipt"))
    return counted, late


def store_response(connection: Connection, response: SealedResponse) -> StoreResult:
    """Store a response at most once, however often and from however many places it is sent.

    The batch's row is locked against closing until the commit, so that a response is counted or late, never lost
    between.

    Args:
        connection: may write; a transaction is begun where none is.
        response: from `seal_response`.
    """
    if not connection.in_transaction():
        connection.begin()
    ((closed_on, looked),) = _LOCK_BATCH.rows(connection, {"batch": response.batch_id})
    is_over = closed_on is not None or (response.is_first_wave and looked is not None)  # looked: first wave was checked
    late = is_over or response.blob is None
    if late and receipts.has_receipt(connection, response.receipt):
        return _store_repeat(connection, response, late=False)
    receipt = response.late_receipt if late else response.receipt
    if not receipts.add_receipt(connection, receipt, response.month):
        return _store_repeat(connection, response, late=late)
    if not late:
        _ADD_RESPONSE.rows(
            connection, {"id": response.submission_id, "round_id": response.round_id, "blob": response.blob}
        )
    for letter_receipt in response.letter_receipts:
        receipts.add_receipt(connection, letter_receipt, response.month)
    add_letters(connection, response.letters)
    return StoreResult(late=late, repeated=False)


def _store_repeat(connection: Connection, response: SealedResponse, *, late: bool) -> StoreResult:
    """Store of a repeated response only those letters whose text is new."""
    pairs = zip(response.letters, response.letter_receipts, strict=False)
    new = [letter for letter, receipt in pairs if receipts.add_receipt(connection, receipt, response.month)]
    add_letters(connection, new)
    return StoreResult(late=late, repeated=True)


def store_response_with_slip(connection: Connection, response: SealedResponse, slip: PresentedSlip) -> StoreResult:
    """Store a response to a round that asks for slips, and spend its slip in the same transaction.

    No row keeps the slip. A late response is not counted and needs no slip; a repeated one needs no second slip.

    Raises:
        Refused: `slip` was spent already or never dealt; the transaction must be rolled back.
    """
    store_result = store_response(connection, response)
    if not store_result.late and not store_result.repeated and not _spend_slip(connection, slip):
        raise Refused("slip")
    return store_result


def _spend_slip(connection: Connection, slip: PresentedSlip) -> bool:
    return store.spend_slip(
        connection, slip.purpose, slip.picks, slip.name, slip.is_second_half, waits_since=slip.waits_since
    )


def _padded_length(length: int) -> int:
    return -(-(length + 4) // _STEP) * _STEP


def _purpose(slug: str, submission_id: bytes) -> SealingContext:
    return sealing_context("sheet", slug, submission_id.hex())


def seal_form(
    round_: Round, site: Site, submission_id: bytes, form: ResponseForm, slip: PresentedSlip | None = None
) -> SealedResponse:
    """Encrypt the coded answers of a form, and seal each letter to the advocates of the site.

    Where nobody can read letters the page has no letter box; a text that is sent all the same is not stored.

    Args:
        round_: the round.
        site: where the tablet is; its advocates read the letters.
        submission_id: 16 bytes.
        form: a valid form.
        slip: that the child used; the mark of a card follows the answers.
    """
    letter_words_list = form.letters()
    readers = readers_at(site.id) if letter_words_list else ()
    letters = (
        seal_letters(round_, site, letter_words_list, readers, again=_was_stored_before(submission_id))
        if readers
        else []
    )
    letter_receipts = [
        receipts.content_receipt(
            context.keyring(),
            submission_id,
            letter_words.question,
            letter_words.text,
            str(letter_words.shared),
            *([letter_words.voice] if letter_words.voice else []),
        )
        for letter_words in (letter_words_list if readers else ())
    ]
    coded = form.coded() + card_suffix(round_, site.id, slip) if round_.closed_on is None else None
    response = seal_response(round_, submission_id, coded, day=context.today(site.time_zone), letters=letters)
    return replace(response, letter_receipts=tuple(letter_receipts))


def _was_stored_before(submission_id: bytes) -> bool:
    with db.engine().connect() as connection:
        return any(
            receipts.has_receipt(connection, receipt)
            for receipt in receipts_of_submission(context.keyring(), submission_id)
        )


def card_suffix(round_: Round, site_id: int, slip: PresentedSlip | None) -> bytes:
    """The bytes that follow the coded answers in a round with cards: the mark of the child's card, or `NO_CARD`."""
    if not round_.has_cards:
        return b""
    return cards.card_mark(round_, site_id, slip.picks) if slip else cards.NO_CARD


def seal_letters(
    round_: Round,
    site: Site,
    letter_words_list: Sequence[LetterWords],
    readers: Sequence[KeyHolder],
    *,
    again: bool = False,
) -> list[SealedLetter]:
    """Seal the texts of letter boxes to the advocates of the site; `again` where the response was stored before."""
    return [
        seal_letter(
            context.keyring(),
            letter_words.text,
            letter_words.voice,
            site=site,
            round_id=round_.id,
            question=letter_words.question,
            readers=readers,
            now=context.now(),
            shared=letter_words.shared,
            again=again,
            voice_kind=letter_words.voice_kind,
        )
        for letter_words in letter_words_list
    ]


_ROUND: Final = "round"


def slip_purpose(round_: Round, site_id: int) -> str:
    """The purpose of the slips, or of the card halves, of a round at a site."""
    if round_.has_cards:
        return cards.card_purpose(round_, round_.wave, site_id)
    return f"{_ROUND}/{round_.slug}/{site_id}"


def deal_round_slips(
    session: Session, round_: Round, site_id: int, number: int, *, replace_earlier: bool = False
) -> list[tuple[Picture, ...]]:
    """Deal slips at a site, in addition to those dealt there before.

    Args:
        session: may write.
        round_: the round.
        site_id: where.
        number: how many.
        replace_earlier: whether to withdraw the earlier ones, which were lost or seen by somebody.

    Raises:
        Refused: as `deal_slips`; a site never has more valid slips than invited children. Roll back then.
    """
    purpose = slip_purpose(round_, site_id)
    if replace_earlier:
        store.withdraw_slips(session, purpose)
    return store.deal_slips(session, purpose, number, most=round_.invited)


def deal_cards(
    session: Session, round_: Round, site_id: int, number: int, *, replace_earlier: bool = False
) -> list[tuple[Picture, ...]]:
    """Deal cards for a pair of waves at a site, while the first wave is open; as `deal_round_slips`.

    Args:
        session: may write.
        round_: the first wave.
        site_id: where.
        number: how many.
        replace_earlier: whether to withdraw the earlier ones.

    Raises:
        Refused: as `deal_round_slips`.
    """
    halves = [cards.card_purpose(round_, wave, site_id) for wave in ("pre", "post")]
    name = cards.card_name(round_, site_id)
    if replace_earlier:
        store.withdraw_slips(session, *halves)
    return store.deal_slips(session, halves[0], number, most=round_.invited, second_purpose=halves[1], name=name)


def forget_round_slips(session: Session, round_: Round) -> None:
    """Delete the slips of a round whose batch has closed."""
    store.forget_slips(session, f"pair/{round_.pair}" if round_.has_cards else f"{_ROUND}/{round_.slug}")


def screens_for_slip(round_: Round) -> tuple[tuple[str, tuple[Picture, ...]], ...]:
    """The screens on which a child enters a slip, each with the name of its field; empty where none is needed."""
    if not round_.slips and not round_.has_cards:
        return ()
    length = slip_length(round_.invited)
    return tuple(zip(store.slip_fields(length), store.slip_screens(length), strict=True))


def read_slip_boxes(round_: Round, sent: Mapping[str, Any]) -> dict[str, str]:
    """Read the picks of a slip from a form, by field name; values that no screen offers are dropped."""
    if is_without_card(round_, sent):
        return {store.slip_fields(1)[0]: cards.WITHOUT_CARD}
    picks = {name: str(sent.get(name, "")) for name, _pictures in screens_for_slip(round_)}
    return {name: pick for name, pick in picks.items() if store.read_picks([pick], 1)}


def is_without_card(round_: Round, sent: Mapping[str, Any]) -> bool:
    """Whether the child chose "no card" on the first screen; such a response is not linked to another."""
    return round_.has_cards and sent.get(store.slip_fields(1)[0]) == cards.WITHOUT_CARD


def missing_picture_messages(round_: Round, picks_by_field: Mapping[str, str]) -> dict[str, str]:
    """Error messages for the screens on which the child chose no picture."""
    return {
        name: _("Tap one picture first.")
        for name, _pictures in screens_for_slip(round_)
        if not picks_by_field.get(name)
    }


def invalid_slip_message(round_: Round) -> str:
    """The error message for a slip or card that was used already, and for one that was never dealt: the same text."""
    if round_.has_cards:
        return str(_("This card was used already, or is none of ours. Look at it again, or go on without."))
    return str(_("This slip was used already, or is none of ours. Look at its pictures again."))


def refused_slip_messages(round_: Round, message: str) -> dict[str, str]:
    """The same error message at each screen of the slip; the child's answers stay, and can be sent again."""
    return dict.fromkeys((name for name, _pictures in screens_for_slip(round_)), message)


def make_presented_slip(round_: Round, site_id: int, picks_by_field: Mapping[str, str]) -> PresentedSlip:
    """Make the slip from the picks that a child entered.

    Raises:
        ValueError: a picture is missing.
    """
    names = store.slip_fields(slip_length(round_.invited))
    picks: store.Picks | None = store.read_picks([picks_by_field.get(name, "") for name in names], len(names))
    if picks is None:
        raise ValueError("a slip has a picture of each screen")
    return (
        present_card(round_, site_id, picks)
        if round_.has_cards
        else PresentedSlip(slip_purpose(round_, site_id), picks)
    )


def present_card(round_: Round, site_id: int, picks: store.Picks) -> PresentedSlip:
    """The half of a card that belongs to the round's wave."""
    name = cards.card_name(round_, site_id)
    return PresentedSlip(slip_purpose(round_, site_id), picks, name, is_second_half=round_.wave == "post")
