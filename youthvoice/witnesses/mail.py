"""Compose the notes that go outside. Sends nothing.

They name neither house nor child; whoever sees the inbox reads a number and a row of letters.
"""

from datetime import date

from flask import current_app
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from youthvoice.audit.heads import Head
from youthvoice.mail.messages import Words
from youthvoice.web.i18n.languages import direction, tag


def daily(head: Head, day: date, language: str) -> Words:
    """The head of a day."""
    with force_locale(language):
        lines = [
            _("Day: %(day)s", day=format_date(day, "d MMMM y")),
            _("Keep this note for a year. If a day is missing, or the number before the colon goes down, ask at once."),
        ]
        return _words(language, lines, str(head))


def changed(language: str) -> Words:
    """The head that was kept last is not in the log any more."""
    with force_locale(language):
        return _words(
            language,
            [
                _("What was noted before was changed or cut off since."),
                _("Please ask at once, with the last note that you have."),
            ],
        )


def farewell(language: str) -> Words:
    """No note comes to this address any more."""
    with force_locale(language):
        return _words(
            language,
            [
                _("This is the last note: your address was taken away."),
                _("If nobody told you why, please ask. Keep the notes that you have."),
            ],
        )


def _words(language: str, lines: list[str], code: str = "") -> Words:
    page = current_app.jinja_env.get_template  # the work process has no page around its words
    given = {"lines": lines, "code": code, "tag": tag(language), "direction": direction(language)}
    return Words(
        sender_name=str(_("Daily note")),
        subject=str(_("Daily note")),
        text=page("witnesses/note.txt").render(given),
        html=page("witnesses/note.html").render(given),
        language=language,
    )
