"""A receipt leads back to no sheet."""

from pathlib import Path

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.receipts import receipt_of

SHEET = bytes(range(16))


def test_a_receipt_is_worth_nothing_without_the_house_s_key(tmp_path: Path) -> None:
    """Whoever knows ids of sheets and takes the database must not be able to look them up."""
    one, other = (Keyring.open(tmp_path / name, create=True) for name in ("one", "other"))
    assert receipt_of(one, "receipt", SHEET) == receipt_of(one, "receipt", SHEET)
    assert receipt_of(one, "receipt", SHEET) != receipt_of(other, "receipt", SHEET)
    assert receipt_of(one, "receipt", SHEET) != receipt_of(one, "late-receipt", SHEET)
