"""How large it can become: the page says what the script computes, and nothing else."""

from dataclasses import replace

import pytest

from scripts.scale import PAGE, Country, Measured, Need, page, walls


def test_the_page_says_what_the_script_computes() -> None:
    assert PAGE.read_text("utf-8") == page(Country(), Measured()), "python scripts/scale.py"


def test_it_is_computed_from_what_is_measured_and_assumed() -> None:
    """By hand: 10 sites of 100 children who all answer a round a month in 100 hours of a year."""
    country = Country(sites=10, children_at_a_site=100, rounds=12, answering=1.0, days=50, hours=2, peak=3.0, use=0.5)
    country = replace(country, families=2, reports=50, report_minutes=60, work_minutes=3_000, night_minutes=1)
    measured = Measured(response_ms=100.0, night_ms=60.0, next_letter_ms=40.0)
    need = Need(country, replace(measured, round_bytes=10**6, report_bytes=10**6, letter_bytes=0))
    assert need.responses == 12_000
    assert need.peak_per_s == pytest.approx(0.1)
    assert need.web_cores == pytest.approx(0.02)
    assert need.night_seconds == pytest.approx(1.0)
    assert need.night_cores == pytest.approx(1 / 60)
    assert (need.reports, need.advocates) == (50, 1)
    assert need.row_gb == pytest.approx(0.17)
    assert (need.waiting, need.receipts) == (1_000, 13_000)
    lines = replace(measured, log_check_us=60.0, view_check_us=0.0, database_share=0.5)
    assert Need(replace(country, log_lines=1_000), lines).check_minutes == pytest.approx(0.1)
    assert Need(country, lines).database_cores == pytest.approx(0.005)
    reached = {what: sites for sites, what in walls(need)}
    assert reached["a hundred full-time advocates have no more time"] == pytest.approx(1_000)
    assert reached["a midnight takes 1 minutes of eight cores"] == pytest.approx(4_800)
    assert [sites for sites, _what in walls(need)] == sorted(reached.values())
