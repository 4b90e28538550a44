"""The page of a form says by its status whether something in it is wrong."""

from flask import Flask
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from wtforms import StringField
from wtforms.validators import InputRequired

from youthvoice.web.form_page import show_form


class NameForm(FlaskForm):
    name = StringField(validators=[InputRequired()])


def test_the_status_of_a_form_page_says_whether_something_is_wrong() -> None:
    app = Flask(__name__)
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_loader = DictLoader({"name.html": "{{ hint }}: {{ form.name.errors | length }}"})
    with app.test_request_context(method="POST"):
        assert show_form("name.html", NameForm(), hint="Who") == ("Who: 0", 200)
        form = NameForm()
        assert not form.validate_on_submit()
        assert show_form("name.html", form, hint="Who") == ("Who: 1", 422)
