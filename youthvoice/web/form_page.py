"""The page of a form: as it is opened, and once more with what is wrong in it."""

from flask import render_template
from flask_wtf import FlaskForm

UNPROCESSABLE = 422


def add_error(form: FlaskForm, name: str, message: str) -> None:
    """Say what is wrong at a box, once; above all of them where there is no such box."""
    if name in form:
        form[name].errors = list(dict.fromkeys([*form[name].errors, message]))
    else:
        form.form_errors = [*form.form_errors, message]


def show_form(template: str, form: FlaskForm, **shown: object) -> tuple[str, int]:
    """Render a form; 422 where something in it is wrong, so that scripts and tests can tell.

    Args:
        template: reads `form`.
        form: with its errors, if any.
        shown: what else the template reads.
    """
    return render_template(template, form=form, **shown), UNPROCESSABLE if form.errors else 200
