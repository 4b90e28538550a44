"""A page pressed once is, with any hole, exactly the page; and is never compressed again."""

import gzip
import zlib

import pytest
from hypothesis import given, strategies as st

from youthvoice.web.pages.page_cache import PrerenderedPage


@given(before=st.binary(), after=st.binary(), hole=st.binary(max_size=2000))
def test_unpressing_gives_the_page_back(before: bytes, after: bytes, hole: bytes) -> None:
    page = PrerenderedPage.of(before, after)
    assert gzip.decompress(page.gzip(hole)) == page.plain(hole) == before + hole + after


def test_one_page_serves_many_sheets() -> None:
    page = PrerenderedPage.of(b"<p>" * 5000, b"</p>" * 5000)
    assert gzip.decompress(page.gzip(b"one")) != gzip.decompress(page.gzip(b"two"))


def test_the_hole_lies_open_in_the_pressed_page_so_nothing_was_compressed_again() -> None:
    assert b"sheet-0123456789" in PrerenderedPage.of(b"before" * 99, b"after" * 99).gzip(b"sheet-0123456789")


def test_a_hole_may_be_empty_and_may_be_as_long_as_one_block_but_no_longer() -> None:
    page = PrerenderedPage.of(b"a", b"b")
    assert gzip.decompress(page.gzip(b"")) == b"ab"
    assert len(gzip.decompress(page.gzip(bytes(0xFFFF)))) == 0xFFFF + 2
    with pytest.raises(ValueError, match="65535"):
        page.gzip(bytes(0x10000))


def test_pressing_costs_little_more_than_compressing_the_whole() -> None:
    html = b"".join(b"<li class='tile'>%d</li>" % number for number in range(3000))
    page = PrerenderedPage.of(html[:20000], html[20000:])
    assert len(page.gzip(b"x" * 32)) < len(gzip.compress(html, 9)) * 1.1 + 300


def test_a_reader_that_takes_one_byte_at_a_time_reads_it_too() -> None:
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    pressed = PrerenderedPage.of(b"before", b"after").gzip(b"-")
    assert b"".join(reader.decompress(pressed[at : at + 1]) for at in range(len(pressed))) == b"before-after"
    assert reader.eof
    assert not reader.unused_data
