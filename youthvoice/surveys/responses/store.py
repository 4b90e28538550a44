"""Take one child's answers, once: sealed before any write begins, with the slip that she put in.

A sheet is locked before the first write, so that nothing slow happens while others wait in line.
Slips are dealt at each site of a round by itself.
Source: PRIVACY.md A1 (late sheets), A2 (sealed until counted), C (receipts), T8.
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
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, lock_padded, sealing_context
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import Site
from youthvoice.slips import store
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

_STEP = 128  # bytes; sheets of all questionnaires up to 124 coded bytes look alike

_sheets: Table = ResponseRow.__table__  # type: ignore[assignment] # Core, not objects: this is the busiest write of the house

_batches: Table = BatchRow.__table__  # type: ignore[assignment]

_HOLD = CompiledStatement(
    select(_batches.c.closed_on, _batches.c.looked)
    .where(_batches.c.id == bindparam("batch"))
    .with_for_update(read=True)
)

_ADD_SHEET = CompiledStatement(insert(_sheets))


@dataclass(frozen=True, slots=True)
class SealedResponse:
    """One child's answers, unreadable, ready to be stored. Made by `seal_response`.

    Attributes:
        sheet_id: 16 random bytes, made once per sheet.
        receipt: 32 bytes, keyed hash of the sheet's id.
        late_receipt: another one, which is kept instead when the sheet came too late; nobody without the key can tell
            which of the two a receipt is.
        month: of the receipt, `2026-11`.
        round_id: which round.
        batch_id: what it is counted with.
        blob: the coded answers, locked; None when the batch is known to be closed.
        letters: words of the letter boxes, sealed.
        is_first_wave: of two that cards link: once that one is over it is late, though its batch is open, so that
            nobody answers "before" when the session is behind her.
        letter_receipts: by which the words of its letters are known, 32 bytes each; without them what comes again
            brings no letter.
    """

    sheet_id: bytes
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
    """What a child put in beside her answers: what it is for, its pictures, as what it was dealt, and which half.

    It may have waited on the tablet that delivers it since `waits_since`. It is spent, never stored.
    """

    of: str
    picks: store.Picks
    name: str = ""
    is_twin: bool = False
    waits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What became of a response.

    Attributes:
        late: its batch was closed: letters were delivered, the coded answers discarded.
        repeated: it had been taken before; nothing was written but letters with other words, and it is late if it was
            late then.
    """

    late: bool
    repeated: bool


def seal_response(
    round_: Round,
    sheet_id: bytes,
    coded: bytes | None,
    *,
    day: date,
    letters: Sequence[SealedLetter] = (),
) -> SealedResponse:
    """Lock one child's answers under the open-answers key of its round.

    Args:
        round_: which round.
        sheet_id: 16 bytes.
        coded: from `answer_encoding.encode_answers`; None when the batch is closed, so that no ended key is made anew.
        day: today; only its month is kept.
        letters: from `threads.letters.letter_box.seal_letter`.

    Raises:
        ValueError: the sheet's id has another length.
    """
    if len(sheet_id) != SUBMISSION_ID_BYTES:
        raise ValueError("A sheet's id has 16 bytes")
    blob = None
    if coded is not None:
        key = receipts.first_key(context.keyring(), round_.answers_key)
        blob = lock_padded(key, coded, _padded(len(coded)), _purpose(round_.slug, sheet_id))
    return SealedResponse(
        sheet_id,
        *receipts_of_submission(context.keyring(), sheet_id),
        receipts.receipt_month(day),
        round_.id,
        round_.batch_id,
        blob,
        tuple(letters),
        is_first_wave=round_.has_cards and round_.wave == "pre",
    )


def receipts_of_submission(keyring: Keyring, sheet_id: bytes) -> tuple[bytes, bytes]:
    """The keyed hashes (32 bytes) a sheet is known by: after it was counted, after it came too late for that."""
    return receipts.receipt_of(keyring, "receipt", sheet_id), receipts.receipt_of(keyring, "late-receipt", sheet_id)


def store_response(connection: Connection, response: SealedResponse) -> StoreResult:
    """Store a response, at most once, however often and from however many places it comes.

    The batch's row is held against closing until the commit: a sheet is counted or late, never lost between.

    Args:
        connection: may write; a transaction is begun where none is.
        response: from `seal_response`.
    """
    if not connection.in_transaction():
        connection.begin()
    ((closed_on, looked),) = _HOLD.rows(connection, {"batch": response.batch_id})
    is_over = closed_on is not None or (response.is_first_wave and looked is not None)
    late = is_over or response.blob is None
    if late and receipts.has_receipt(connection, response.receipt):
        return _repeated(connection, response, late=False)
    receipt = response.late_receipt if late else response.receipt
    if not receipts.add_receipt(connection, receipt, response.month):
        return _repeated(connection, response, late=late)
    if not late:
        sheet = {"id": response.sheet_id, "round_id": response.round_id, "blob": response.blob}
        _ADD_SHEET.rows(connection, sheet)
    for letter_receipt in response.letter_receipts:
        receipts.add_receipt(connection, letter_receipt, response.month)
    add_letters(connection, response.letters)
    return StoreResult(late=late, repeated=False)


def _repeated(connection: Connection, response: SealedResponse, *, late: bool) -> StoreResult:
    """The sheet came before. A letter is never dropped for that, unless it says the same."""
    both = zip(response.letters, response.letter_receipts, strict=False)
    new = [letter for letter, words in both if receipts.add_receipt(connection, words, response.month)]
    add_letters(connection, new)
    return StoreResult(late=late, repeated=True)


def store_response_with_slip(connection: Connection, response: SealedResponse, slip: PresentedSlip) -> StoreResult:
    """As `store_response`, for a round that asks for slips; one is spent in the same transaction, and stands in no row.

    What comes late counts nothing and needs no slip; what came before needs no other.

    Raises:
        Refused: `slip`, it was spent already or never dealt; the transaction must be rolled back.
    """
    taken = store_response(connection, response)
    if not taken.late and not taken.repeated and not _spend(connection, slip):
        raise Refused("slip")
    return taken


def _spend(connection: Connection, slip: PresentedSlip) -> bool:
    return store.spend_slip(connection, slip.of, slip.picks, slip.name, slip.is_twin, waits_since=slip.waits_since)


def _padded(length: int) -> int:
    return -(-(length + 4) // _STEP) * _STEP


def _purpose(slug: str, sheet_id: bytes) -> SealingContext:
    return sealing_context("sheet", slug, sheet_id.hex())


def seal_form(
    round_: Round, site: Site, sheet: bytes, form: ResponseForm, slip: PresentedSlip | None = None
) -> SealedResponse:
    """Lock the coded answers and seal each letter to the advocates of the site.

    Where nobody can read letters the page has no box; words that come all the same are not kept.

    Args:
        round_: the round.
        site: where the tablet is; its advocates read the letters.
        sheet: 16 bytes.
        form: validated.
        slip: that she put in; of a card, its mark lies behind the answers.
    """
    written = form.letters()
    readers = readers_at(site.id) if written else ()
    letters = seal_letters(round_, site, written, readers, again=_came_before(sheet)) if readers else []
    words = [
        receipts.content_receipt(
            context.keyring(), sheet, letter_words.question, letter_words.text, str(letter_words.shared)
        )
        for letter_words in (written if readers else ())
    ]
    coded = form.coded() + behind_answers(round_, site.id, slip) if round_.closed_on is None else None
    response = seal_response(round_, sheet, coded, day=context.today(site.time_zone), letters=letters)
    return replace(response, letter_receipts=tuple(words))


def _came_before(sheet: bytes) -> bool:
    with db.reading(db.engine()) as session:
        return any(
            receipts.has_receipt(session.connection(), receipt)
            for receipt in receipts_of_submission(context.keyring(), sheet)
        )


def behind_answers(round_: Round, site_id: int, slip: PresentedSlip | None) -> bytes:
    """What lies behind the answers of a sheet: of a round with cards the mark of hers, or that she has none."""
    if not round_.has_cards:
        return b""
    return cards.card_mark(round_, site_id, slip.picks) if slip else cards.NO_CARD


def seal_letters(
    round_: Round, site: Site, written: Sequence[LetterWords], readers: Sequence[KeyHolder], *, again: bool = False
) -> list[SealedLetter]:
    """Words of letter boxes, each sealed to the advocates of the site; `again` where their sheet came before."""
    return [
        seal_letter(
            context.keyring(),
            letter_words.text,
            box=site,
            round_id=round_.id,
            question=letter_words.question,
            readers=readers,
            now=context.now(),
            shared=letter_words.shared,
            again=again,
        )
        for letter_words in written
    ]


_ROUND: Final = "round"


def slip_purpose(round_: Round, site_id: int) -> str:
    """What the slips, or the halves of cards, of a round at a site are for."""
    if round_.has_cards:
        return cards.card_purpose(round_, round_.wave, site_id)
    return f"{_ROUND}/{round_.slug}/{site_id}"


def deal_round_slips(
    session: Session, round_: Round, site_id: int, number: int, *, anew: bool = False
) -> list[tuple[Picture, ...]]:
    """Deal slips at a site, beside those that were dealt there before.

    Args:
        session: may write.
        round_: the round.
        site_id: where.
        number: how many.
        anew: whether those of before are withdrawn: they were lost, or somebody saw them.

    Raises:
        Refused: as `deal_slips`: one child is invited for each that is good there. The transaction must be rolled back.
    """
    purpose = slip_purpose(round_, site_id)
    if anew:
        store.withdraw_slips(session, purpose)
    return store.deal_slips(session, purpose, number, most=round_.invited)


def deal_cards(
    session: Session, round_: Round, site_id: int, number: int, *, anew: bool = False
) -> list[tuple[Picture, ...]]:
    """Deal cards for a pair at a site, while its first wave is open; as `deal_round_slips`.

    Args:
        session: may write.
        round_: the first wave.
        site_id: where.
        number: how many.
        anew: whether those of before are withdrawn.

    Raises:
        Refused: as `deal_round_slips`.
    """
    halves = [cards.card_purpose(round_, wave, site_id) for wave in ("pre", "post")]
    name = cards.card_name(round_, site_id)
    if anew:
        store.withdraw_slips(session, *halves)
    return store.deal_slips(session, halves[0], number, most=round_.invited, twin=halves[1], name=name)


def forget_round_slips(session: Session, round_: Round) -> None:
    """The round was counted, or given up: nobody needs its slips any more."""
    store.forget_slips(session, f"pair/{round_.pair}" if round_.has_cards else f"{_ROUND}/{round_.slug}")


def screens_for_slip(round_: Round) -> tuple[tuple[str, tuple[Picture, ...]], ...]:
    """The screens on which a child puts hers in, each with the name of its box; none where no slip is asked for."""
    if not round_.slips and not round_.has_cards:
        return ()
    length = store.slip_length(round_.invited)
    return tuple(zip(store.slip_fields(length), store.slip_screens(length), strict=True))


def read_slip_boxes(round_: Round, sent: Mapping[str, Any]) -> dict[str, str]:
    """What was sent, by box, as far as it is one of ours."""
    if is_without_card(round_, sent):
        return {store.slip_fields(1)[0]: cards.WITHOUT_CARD}
    chosen = {name: str(sent.get(name, "")) for name, _pictures in screens_for_slip(round_)}
    return {name: pick for name, pick in chosen.items() if store.read_picks([pick], 1)}


def is_without_card(round_: Round, sent: Mapping[str, Any]) -> bool:
    """Whether a child said on the first screen that she has no card: her sheet stands alone."""
    return round_.has_cards and sent.get(store.slip_fields(1)[0]) == cards.WITHOUT_CARD


def missing_pictures(round_: Round, put_in: Mapping[str, str]) -> dict[str, str]:
    """Screens on which she chose nothing, and the words for it."""
    return {name: _("Tap one picture first.") for name, _pictures in screens_for_slip(round_) if not put_in.get(name)}


def no_good_message(round_: Round) -> str:
    """What is said of a slip, or a card, that was used and of one that was never dealt: the same."""
    if round_.has_cards:
        return str(_("This card was used already, or is none of ours. Look at it again, or go on without."))
    return str(_("This slip was used already, or is none of ours. Look at its pictures again."))


def refused_slip_messages(round_: Round, words: str) -> dict[str, str]:
    """Why no slip is taken, at each of its screens: her answers are still there, and she may send them again."""
    return dict.fromkeys((name for name, _pictures in screens_for_slip(round_)), words)


def make_presented_slip(round_: Round, site_id: int, put_in: Mapping[str, str]) -> PresentedSlip:
    """The slip that she put in.

    Raises:
        ValueError: something is missing.
    """
    names = store.slip_fields(store.slip_length(round_.invited))
    picks: store.Picks | None = store.read_picks([put_in.get(name, "") for name in names], len(names))
    if picks is None:
        raise ValueError("a slip has a picture of each screen")
    return (
        present_card(round_, site_id, picks)
        if round_.has_cards
        else PresentedSlip(slip_purpose(round_, site_id), picks)
    )


def present_card(round_: Round, site_id: int, picks: store.Picks) -> PresentedSlip:
    """One half of a card, for the wave that a round is."""
    name = cards.card_name(round_, site_id)
    return PresentedSlip(slip_purpose(round_, site_id), picks, name, is_twin=round_.wave == "post")
