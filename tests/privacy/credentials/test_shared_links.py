"""A link and a number open a key only together (PRIVACY.md C)."""

import pytest

from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials.shared_links import (
    LinkSecrets,
    decrypt_for_link,
    encrypt_for_link,
    new_number,
    read_number,
)
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context

PURPOSE, SALT, PEPPER, KEY = sealing_context("review-link", "ab"), b"s" * 16, b"p" * 32, b"k" * 32
GIVEN = LinkSecrets("token", "12345678")


def test_both_together_open_it() -> None:
    assert decrypt_for_link(encrypt_for_link(KEY, GIVEN, SALT, PEPPER, PURPOSE), GIVEN, SALT, PEPPER, PURPOSE) == KEY


@pytest.mark.parametrize(
    ("given", "salt", "pepper", "purpose"),
    [
        (LinkSecrets("token", "12345679"), SALT, PEPPER, PURPOSE),
        (LinkSecrets("tokem", "12345678"), SALT, PEPPER, PURPOSE),
        (LinkSecrets("token1", "2345678"), SALT, PEPPER, PURPOSE),
        (GIVEN, b"t" * 16, PEPPER, PURPOSE),
        (GIVEN, SALT, b"q" * 32, PURPOSE),
        (GIVEN, SALT, PEPPER, sealing_context("review-link", "cd")),
    ],
)
def test_one_of_them_alone_opens_nothing(given: LinkSecrets, salt: bytes, pepper: bytes, purpose: str) -> None:
    blob = encrypt_for_link(KEY, GIVEN, SALT, PEPPER, PURPOSE)
    with pytest.raises(CannotOpen):
        decrypt_for_link(blob, given, salt, pepper, sealing_context(*purpose.split("|")[1:]))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234 5678", "12345678"),
        (" 12-34.56/78\n", "12345678"),
        ("१२३४ ५६७८", "12345678"),
        ("١٢٣٤ ٥٦٧٨", "12345678"),
        ("1234567", ""),
        ("123456789", ""),
        ("", ""),
        ("½" * 8, ""),
        ("word", ""),
        ("1" * 5000, ""),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, read: str) -> None:
    assert read_number(typed) == read


def test_a_new_number_has_eight_digits_always() -> None:
    assert {len(new_number()) for _ in range(400)} == {8}
    assert read_number(new_number())
