"""Compose the mail of staff: neutral words, a link to who is invited, nothing of a child or anybody. Sends nothing."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from youthvoice.mail.messages import Words
from youthvoice.web.i18n.languages import direction, tag

_AS_ALWAYS = _l("Open the staff pages as you always do: this letter holds no link. If one does, it is a trick.")
_SAYS = {
    # kind: lines, words of the link where there is one, lines after it
    "invitation": (
        (_l("an account was prepared for you. Choose your password within seven days."),),
        _l("Open the page"),
        _l("The link works once. If you expected nothing, do not open it."),
    ),
    "sign_in": ((_l("please sign in."),), "", _AS_ALWAYS),
    "renewed": (
        (_l("your account has a new password; the old one is dead."),),
        "",
        _l("If you did not choose it, tell a child advocate today: somebody else did, in your name."),
    ),
    "ended": ((_l("your account was ended."),), "", _l("If you did not expect this, ask those you worked with.")),
}


def words_for(kind: str, mail_name: str, language: str, link: str = "", word: str = "") -> Words:
    """The words of one mail. Only an invitation leads somewhere: nobody learns to type a password after a mail.

    Args:
        kind: `invitation`, `sign_in`, `renewed` or `ended`.
        mail_name: the site's neutral name.
        language: of whoever gets it.
        link: where an invitation leads.
        word: what the staff of a site know its notices by; or empty.
    """
    lines, link_words, after = _SAYS[kind]
    with force_locale(language):
        given = {
            "lines": [str(line) for line in lines],
            "link": link,
            "link_words": str(link_words),
            "after": str(after),
            "word": word,
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
