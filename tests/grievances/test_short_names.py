"""What staff call a report."""

import secrets

from youthvoice.grievances.short_names import SHORT_NAME_ALPHABET, normalise_short_name, short_name


def test_a_name_is_three_letters_that_make_no_word_and_are_not_mistaken() -> None:
    names = [short_name(secrets.token_bytes(16)) for _ in range(500)]
    assert {len(name) for name in names} == {3}
    assert not set("".join(names)) - set(SHORT_NAME_ALPHABET)
    assert not set(SHORT_NAME_ALPHABET) & set("AEIOU01Y")
    assert len(set(names)) > 450


def test_the_same_report_is_always_called_the_same() -> None:
    assert short_name(bytes(16)) == short_name(bytes(16)) == "222"


def test_a_name_is_found_however_it_is_typed() -> None:
    assert normalise_short_name(" report 7qk ") == normalise_short_name("7QK") == normalise_short_name("7-q-k") == "7QK"
    assert normalise_short_name("") == ""
