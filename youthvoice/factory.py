"""Put the rooms together: the only module, with `cli`, that knows every one of them."""

import os
from datetime import timedelta
from pathlib import Path
from typing import cast

from flask import Flask, Request, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from limits.errors import ConfigurationError
from werkzeug.middleware.proxy_fix import ProxyFix

from youthvoice import cli, db, running, tables
from youthvoice.access import form_tokens, guard, roles
from youthvoice.aloud import routes as aloud_routes
from youthvoice.aloud import tablet_routes
from youthvoice.answers import routes as answers_routes
from youthvoice.clips import routes as clip_routes
from youthvoice.clips import shelf
from youthvoice.committees import (
    agenda_routes,
    answered,
    check_routes,
    election_routes,
    post_routes,
    rep_routes,
    rep_staff_routes,
    suggest_routes,
    vote_routes,
)
from youthvoice.committees import routes as committee_routes
from youthvoice.config import Settings, SettingsError
from youthvoice.desk import menu
from youthvoice.desk import routes as desk_routes
from youthvoice.grievances import desk_routes as reports_desk_routes
from youthvoice.grievances import (
    figure_routes,
    from_agenda,
    handed_routes,
    helping_routes,
    leaving,
    letter_report_routes,
    on_call,
    report_routes,
    rota_routes,
    tell_routes,
)
from youthvoice.kiosk import enrolling, reply_routes, reply_thread_routes
from youthvoice.kiosk import routes as kiosk_routes
from youthvoice.places import routes as places_routes
from youthvoice.places import service_routes, tablets
from youthvoice.places import store as places_store
from youthvoice.preparing import prepare
from youthvoice.publications import address_routes, board_routes, pack_routes, staff_routes, standing
from youthvoice.publications import routes as view_routes
from youthvoice.staff import (
    awake_routes,
    invitation_routes,
    key_routes,
    leaving_routes,
    own_routes,
    signed_out,
    signing_in,
)
from youthvoice.staff import routes as people_routes
from youthvoice.surveys import questionnaire_routes, round_routes, slip_routes
from youthvoice.surveys import routes as survey_routes
from youthvoice.surveys import store as rounds
from youthvoice.threads import give_routes, hold_routes, old_wraps, picture_words
from youthvoice.threads import routes as letter_routes
from youthvoice.web import assets, converters, errors, headers, languages, limits, uploads
from youthvoice.web.lists import listed
from youthvoice.witnesses import routes as witness_routes
from youthvoice.work import routes as health_routes

TOP = Path(__file__).parent.parent
MOST_BYTES = 64 * 1024  # of a request; the questionnaire upload alone may have more
CHILD_PAGES = (
    kiosk_routes.pages,
    reply_routes.pages,
    reply_thread_routes.pages,
    survey_routes.pages,
    vote_routes.pages,
    tell_routes.pages,
    agenda_routes.pages,
    rep_routes.pages,
    post_routes.pages,
    suggest_routes.pages,
    view_routes.pages,
    board_routes.pages,
    clip_routes.pages,
)
STAFF_PAGES = (
    desk_routes.pages,
    people_routes.pages,
    invitation_routes.pages,
    key_routes.pages,
    leaving_routes.pages,
    own_routes.pages,
    awake_routes.pages,
    places_routes.pages,
    service_routes.pages,
    committee_routes.pages,
    election_routes.pages,
    rep_staff_routes.pages,
    check_routes.pages,
    questionnaire_routes.pages,
    round_routes.pages,
    slip_routes.pages,
    aloud_routes.pages,
    tablet_routes.pages,
    reports_desk_routes.pages,
    report_routes.pages,
    rota_routes.pages,
    handed_routes.pages,
    helping_routes.pages,
    letter_routes.pages,
    hold_routes.pages,
    give_routes.pages,
    letter_report_routes.pages,
    figure_routes.pages,
    pack_routes.pages,
    answers_routes.pages,
    staff_routes.pages,
    address_routes.pages,
    witness_routes.pages,
)


def create_app(settings: Settings | None = None, clock: running.Clock = running.wall_clock) -> Flask:
    """Make the application.

    Args:
        settings: read from the environment when None.
        clock: gives this moment in UTC.

    Raises:
        SettingsError: a setting is missing or unsafe; the message says what to do.
    """
    settings = settings or Settings.read(os.environ)
    if refusals := settings.refusals():
        raise SettingsError("\n" + "\n".join(f"- {line}" for line in refusals))
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.request_class = uploads.InMemory
    try:
        engine = db.make_engine(settings.database_url)
    except OSError as error:
        raise SettingsError(f"The folder of the database cannot be made: {error.strerror}.") from None
    try:
        keyring = prepare(settings, engine, tables.metadata())
    except BaseException:
        engine.dispose()
        raise
    old_wraps.tag(engine, keyring)
    app.extensions.update({"youthvoice.settings": settings, "youthvoice.keyring": keyring, "youthvoice.clock": clock})
    app.config.from_mapping(_flask_settings(settings, keyring.key("cookie").hex()))
    app.session_interface = StaffSessions()
    db.init_app(app, engine)
    _add_web(app)
    _add_rooms(app)
    cli.init_app(app)
    return app


def _flask_settings(settings: Settings, secret: str) -> dict[str, object]:
    return {
        "SECRET_KEY": secret,
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_BYTES,
        "SESSION_COOKIE_NAME": "form",
        "SESSION_COOKIE_PATH": "/staff",
        "SESSION_COOKIE_SECURE": not settings.development,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),
        "WTF_CSRF_CHECK_DEFAULT": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_TRANSLATION_DIRECTORIES": str(TOP / "translations"),
        "BABEL_DEFAULT_LOCALE": "en",
        "RATELIMIT_STORAGE_URI": settings.limits_url,
        "JSON_SORT_KEYS": False,
    }


def _add_web(app: Flask) -> None:
    if not running_development(app):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    converters.init_app(app)
    Babel(app, locale_selector=languages.locale)
    errors.init_app(app)
    headers.init_app(app)
    try:
        limits.limiter.init_app(app)
    except (ConfigurationError, ImportError):
        raise SettingsError(
            "YOUTHVOICE_LIMITS_URL cannot be used; write redis://host:port. Valkey speaks the same."
        ) from None
    assets.dress(app)
    shelf.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


class StaffSessions(SecureCookieSessionInterface):
    """Flask's session, which holds only the token of staff forms: a child's page neither reads nor signs one.

    It belongs to one sign-in: what was put into a browser before, or in another's session, is forgotten.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open it under `/staff`; elsewhere there is an empty one that cannot be written."""
        if not request.path.startswith("/staff"):
            return cast("SecureCookieSession", self.make_null_session(app))
        opened = super().open_session(app, request)
        if opened is not None and form_tokens.forget_others(opened, request.cookies.get(guard.cookie_name(), "")):
            opened.modified = False  # until a form puts its token into it there is nothing to keep
        return opened


def running_development(app: Flask) -> bool:
    """Whether an application was made for development."""
    return bool(app.extensions["youthvoice.settings"].development)


def _add_rooms(app: Flask) -> None:
    csrf = CSRFProtect(app)
    app.extensions["youthvoice.find_caller"] = signing_in.find_caller
    app.extensions["youthvoice.signed_out"] = signed_out.a_form_came
    app.register_error_handler(CSRFError, signed_out.an_old_form_came)
    app.extensions["youthvoice.views"] = standing
    app.extensions["youthvoice.answered"] = {"item": answered}
    app.extensions["youthvoice.reads_alone"] = leaving.reads_alone
    app.extensions["youthvoice.reports"] = from_agenda
    app.extensions["youthvoice.round_title"] = rounds.title_of
    app.extensions["youthvoice.forget_duties"] = on_call.forget_person
    app.extensions["youthvoice.enrolment_is_slowed"] = enrolling.is_slowed
    for pages in CHILD_PAGES:
        csrf.exempt(pages)
        app.register_blueprint(pages)
    for pages in (*STAFF_PAGES, health_routes.pages):
        app.register_blueprint(pages)
    app.context_processor(_what_every_page_knows)


def _what_every_page_knows() -> dict[str, object]:
    language = languages.chosen()
    known: dict[str, object] = {"language": languages.tag(language), "direction": languages.direction(language)}
    known["picture_name"] = picture_words.words
    known["exit_href"] = url_for("kiosk.away", code=language)
    if at := tablets.known_here():
        known["voices"] = " ".join(languages.tag(code) for code in at.voices)
    if request.path.startswith("/staff") and (caller := guard.current()) is not None:
        known |= {
            "caller": {
                "id": caller.person_id,
                "name": caller.name,
                "roles": roles.words(caller.role),
                "sites": listed(site.name for site in places_store.sites_of(db.session(), caller.site_ids)),
            },
            "may": caller.may,  # by itself: inside a `call` block Jinja means something else by `caller`
            "staff_menu": menu.groups(caller, "" if request.endpoint == "staff.sign_in" else request.endpoint or ""),
            "sign_out_href": url_for("staff.sign_out"),
            "me_href": url_for("own.me"),
            "sign_in_href": url_for("staff.sign_in", back=url_for("awake.signed_in")),
        }
    return known
