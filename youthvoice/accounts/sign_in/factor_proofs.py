"""What a person shows besides the password: a one-time code, a recovery code, or a passkey's answer."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts import store
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import change_person, replace_recovery_codes, spend_recovery_code
from youthvoice.accounts.sign_in.key_challenges import KeyChallenge
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import one_time_codes, passkeys
from youthvoice.privacy.credentials.second_factors import (
    SecondFactors,
    decrypt_second_factors,
    encrypt_second_factors,
)
from youthvoice.privacy.keys.key_names import PEPPER

_STEPS_STILL_GOOD = 2  # back from now: an earlier code is refused anyway


@dataclass(frozen=True, slots=True)
class FactorProof:
    """What a person typed, or what a key answered.

    Attributes:
        code: as typed; a one-time code or a recovery code.
        answer: of a passkey, JSON as the browser sent it.
        challenge: that the page held; None for none, or one that is no longer valid.
    """

    code: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    challenge: KeyChallenge | None = None


def use_factor(session: Session, person_id: int, private_key: bytes, proof: FactorProof) -> bool:
    """Whether a second factor is right now, or none is needed; what works once is used up.

    The record is encrypted again, whichever of the factors it was, so that two copies of the database do not tell them
    apart. Call `passkeys.load_library` before the transaction if there is an answer.
    """
    person = store.lock_person_row(session, person_id)
    if proof.challenge is not None and not proof.challenge.spend(session):
        return False
    if person.codes is None:
        return store.is_vouched_for(person, store.site_ids_of_people(session, [person_id])[person_id])
    try:
        second_factors = decrypt_second_factors(person.codes, private_key)
    except CannotOpen:
        return False
    step = earlier_step(person)
    if proof.answer:
        if (answered := _check_passkey(second_factors, person_id, proof)) is None:
            return False
        second_factors = second_factors.with_passkey(answered)
    elif (matching := _find_step(second_factors, proof.code, person.code_used)) is not None:
        step = matching
    elif not spend_recovery_code(session, person_id, _hash_recovery_code(proof.code, person_id)):
        return False
    keep_factors(session, person, second_factors, private_key, step)
    return True


def earlier_step(person: PersonRow) -> int:
    """The half minute to store where no code was used: the next code of a telephone stays good."""
    now = int(context.now().timestamp()) // one_time_codes.SECONDS
    return max(person.code_used or 0, now - _STEPS_STILL_GOOD)


def keep_factors(
    session: Session, person: PersonRow, second_factors: SecondFactors, private_key: bytes, step: int
) -> None:
    """Store what a person signs in with besides the password; no record if there is none.

    Args:
        session: may write.
        person: whose row is locked.
        second_factors: all of them.
        private_key: of the person.
        step: the half minute of the last code that was used.

    Raises:
        NoRoom: they are too many, or too long.
    """
    blob = encrypt_second_factors(second_factors, private_key) if second_factors else None
    change_person(session, person, codes=blob, code_used=step if blob else None)


def create_recovery_codes(session: Session, person_id: int) -> tuple[str, ...]:
    """Make ten recovery codes, which are shown once; the earlier ones end."""
    recovery_codes = one_time_codes.new_recovery_codes()
    replace_recovery_codes(session, person_id, [_hash_recovery_code(code, person_id) for code in recovery_codes])
    return recovery_codes


def _hash_recovery_code(code: str, person_id: int) -> bytes:
    return one_time_codes.recovery_hash(code, person_id, context.keyring().key(PEPPER))


def _find_step(second_factors: SecondFactors, code: str, last: int | None) -> int | None:
    if not second_factors.secret:
        return None
    return one_time_codes.matching_step(second_factors.secret, code, context.now(), last)


def _check_passkey(second_factors: SecondFactors, person_id: int, proof: FactorProof) -> passkeys.Passkey | None:
    """The passkey that answered this person's challenge, with its new count; None if none did."""
    relying_party = passkeys.find_relying_party(context.settings().url)
    challenge = proof.challenge
    if relying_party is None or challenge is None or challenge.person_id != person_id:
        return None
    try:
        return passkeys.check_answer(
            relying_party, challenge.challenge, second_factors.user_handle, second_factors.passkeys, proof.answer
        )
    except passkeys.WrongAnswer:
        return None
