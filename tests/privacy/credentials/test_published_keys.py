"""A published key is copied without a fault, or not at all."""

import pytest

from youthvoice.privacy.credentials.published_keys import PRIVATE_KEY_WORD, format_key, read_key

KEY = bytes(range(32))
TEXT = format_key(KEY)


def test_a_key_comes_back_however_it_is_spaced() -> None:
    assert read_key(TEXT) == KEY
    assert read_key(f"  {TEXT.upper()}\n") == KEY
    assert read_key(TEXT.replace(" ", "\n")) == KEY


@pytest.mark.parametrize("nth", range(len(TEXT)))
def test_no_single_letter_may_be_wrong(nth: int) -> None:
    if TEXT[nth] != " ":
        assert read_key(TEXT[:nth] + ("7" if TEXT[nth] != "7" else "6") + TEXT[nth + 1 :]) != KEY


@pytest.mark.parametrize("text", ["", ":", "youthvoice-key:", TEXT[:-9], TEXT + "a", "a" * 9000, "youthvoice-key:ß"])
def test_what_is_no_key_is_refused(text: str) -> None:
    assert read_key(text) is None


def test_nobody_publishes_a_secret_key() -> None:
    assert read_key(format_key(KEY, PRIVATE_KEY_WORD)) is None
