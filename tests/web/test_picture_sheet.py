"""What a child taps when she tells lies in a file that the browser keeps, and the page stays light."""

from flask import Flask

from youthvoice.grievances.intake import intake_options
from youthvoice.web.assets import asset_address
from youthvoice.web.graphics import pictures


def test_every_picture_of_telling_lies_in_the_sheet() -> None:
    every = (
        intake_options.TOPICS,
        intake_options.WHOM,
        intake_options.BY_WHOM,
        intake_options.MAY_KNOW,
        intake_options.WHERE,
        intake_options.WITH,
    )
    codes = {one.picture for some in every for one in some if f"o-{one.picture}" not in pictures.own_drawings()}
    sheet = pictures.FILES[pictures.TELL_FILE]
    assert codes <= set(sheet)
    assert len(sheet) == len(set(sheet))


def test_each_sheet_is_served_whole_and_no_other_address(app: Flask) -> None:
    for name, codes in pictures.FILES.items():
        with app.test_request_context():
            address = asset_address(name)
        answer = app.test_client().get(address)
        assert answer.content_type == "image/svg+xml"
        assert all(f'id="p-{code}"' in answer.text for code in codes)
        wrong = address.replace(address.split(".")[1], "0" * 12)
        assert app.test_client().get(wrong).status_code == 404


def test_a_page_draws_what_lies_elsewhere_from_there_and_the_next_page_does_not() -> None:
    sprite = pictures.Sprite()
    sprite.take_from("/static/some.svg", ["1F35A"])
    assert 'href="/static/some.svg#p-1F35A"' in pictures.picture("1F35A", "circle", sprite)
    assert 'href="#p-1F6CF"' in pictures.picture("1F6CF", "circle", sprite)
    written = sprite.write()
    assert 'id="p-1F6CF"' in written
    assert 'id="p-1F35A"' not in written
    assert 'href="#p-1F35A"' in pictures.picture("1F35A", "circle", sprite)
