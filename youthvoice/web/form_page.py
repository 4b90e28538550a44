"""Render the page of a form, at first and again with its errors."""

from flask import render_template
from flask_wtf import FlaskForm

UNPROCESSABLE = 422


def add_error(form: FlaskForm, name: str, message: str) -> None:
    """Add an error to a field, once; to the whole form where there is no such field."""
    if name in form:
        form[name].errors = list(dict.fromkeys([*form[name].errors, message]))
    else:
        form.form_errors = [*form.form_errors, message]


def show_form(template: str, form: FlaskForm, **template_values: object) -> tuple[str, int]:
    """Render a form; with status 422 where it has errors, so that scripts and tests can tell.

    Args:
        template: reads `form`.
        form: with its errors, if any.
        template_values: further values for the template.
    """
    return render_template(template, form=form, **template_values), UNPROCESSABLE if form.errors else 200
