"""Compose the mail of staff: neutral words, one link, nothing of a child and nothing about anybody. Sends nothing."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from youthvoice.mail.messages import Words
from youthvoice.web.languages import direction, tag

_SAYS = {
    # kind: lines before the link, words of the link
    "invitation": (
        (_l("an account was prepared for you. Choose your password within seven days."),),
        _l("Open the page"),
        _l("The link works once. If you expected nothing, do not open it."),
    ),
    "sign_in": ((_l("please sign in."),), _l("Sign in"), ""),
    "renewed": (
        (_l("your account has a new password; the old one is dead."),),
        _l("Sign in"),
        _l("If you did not choose it, tell a child advocate today: somebody else did, in your name."),
    ),
    "ended": (
        (_l("your account was ended."),),
        _l("Open the page"),
        _l("If you did not expect this, ask those you worked with."),
    ),
}


def words_for(kind: str, mail_name: str, language: str, link: str) -> Words:
    """The words of one mail.

    Args:
        kind: `invitation`, `sign_in`, `renewed` or `ended`.
        mail_name: the site's neutral name.
        language: of whoever gets it.
        link: where to go.
    """
    lines, link_words, after = _SAYS[kind]
    with force_locale(language):
        given = {
            "lines": [str(line) for line in lines],
            "link": link,
            "link_words": str(link_words),
            "after": str(after),
            "mail_name": mail_name,
            "tag": tag(language),
            "direction": direction(language),
        }
        page = current_app.jinja_env.get_template  # the work process has no page around its words
        return Words(
            sender_name=mail_name,
            subject=str(_("A letter for you")),
            text=page("staff/letter.txt").render(given),
            html=page("staff/letter.html").render(given),
            language=language,
        )
