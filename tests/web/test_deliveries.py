"""What a page's script, and the worker on a tablet, read of a form that is not taken: one shape, made in one place."""

from pathlib import Path

from flask import Flask

from youthvoice.web.deliveries import refusal

PACKAGE = Path(__file__).parents[2] / "youthvoice"


def test_a_refused_form_names_each_screen_with_its_reason_the_first_one_first(app: Flask) -> None:
    with app.test_request_context():
        reply = app.make_response(refusal({"tell": "Too long.", "agenda": "Whose?"}, 422))
    assert (reply.status_code, reply.mimetype) == (422, "application/json")
    assert reply.get_json() == {"refused": [{"name": "tell", "why": "Too long."}, {"name": "agenda", "why": "Whose?"}]}


def test_the_script_reads_what_is_sent_and_nothing_else_sends_it() -> None:
    script = (PACKAGE / "web/static/child/screens.js").read_text("utf-8")
    assert "said.refused[0].name" in script
    assert "complain({ name, why })" in script
    makers = {path.name for path in PACKAGE.rglob("*.py") if "jsonify(refused=[" in path.read_text("utf-8")}
    assert makers == {"deliveries.py"}
