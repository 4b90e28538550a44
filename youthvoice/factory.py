"""Put the rooms together: with `rooms` and `cli` the only module that knows every one of them."""

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import Flask, Request, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from limits.errors import ConfigurationError
from werkzeug.middleware.proxy_fix import ProxyFix

from youthvoice import blueprints as rooms
from youthvoice import cli, db
from youthvoice import context as running
from youthvoice import metadata as tables
from youthvoice.access import form_tokens, guard
from youthvoice.access import role_labels as roles
from youthvoice.accounts import request_kinds
from youthvoice.accounts.routes.staff import expired_session as signed_out
from youthvoice.accounts.sign_in import session as signing_in
from youthvoice.clips import availability as shelf
from youthvoice.committees.agenda import reply_events as answered
from youthvoice.committees.elections import request_kinds as election_requests
from youthvoice.config import Settings, SettingsError, environment
from youthvoice.dashboard import menu
from youthvoice.grievances import offboarding as leaving
from youthvoice.grievances.conversion import from_agenda
from youthvoice.grievances.rota import store as on_call
from youthvoice.jobs.routes import public as health_routes
from youthvoice.kiosk import enrolment as enrolling
from youthvoice.publications import status as standing
from youthvoice.sites import store as places_store
from youthvoice.sites.tablets import current as tablets
from youthvoice.startup import prepare
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds import store as rounds
from youthvoice.surveys.rounds.opening import request_kinds as round_requests
from youthvoice.threads.letters import key_wrap_upgrade as old_wraps
from youthvoice.threads.letters import request_kinds as letter_requests
from youthvoice.web import assets, errors, headers, uploads
from youthvoice.web import rate_limits as limits
from youthvoice.web import responses as serving
from youthvoice.web import url_converters as converters
from youthvoice.web.i18n import languages
from youthvoice.web.i18n import picture_labels as picture_words
from youthvoice.web.i18n.lists import listed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOP = Path(__file__).parent.parent
MOST_BYTES = 64 * 1024  # of a request; the questionnaire upload alone may have more


def create_app(settings: Settings | None = None, clock: running.Clock = running.wall_clock) -> Flask:
    """Make the application.

    Args:
        settings: read from the environment and the file `.env` when None.
        clock: gives this moment in UTC.

    Raises:
        SettingsError: a setting is missing or unsafe; the message says what to do.
    """
    settings = settings or Settings.read(environment(os.environ))
    if refusals := settings.refusals():
        raise SettingsError("\n" + "\n".join(f"- {line}" for line in refusals))
    app = Flask(__name__, static_folder=None)
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
        "RATELIMIT_STORAGE_OPTIONS": limits.store_options(settings.limits_url),
        "JSON_SORT_KEYS": False,
    }


def _add_web(app: Flask) -> None:
    if not running_development(app):
        at_home = AtOneAddress(app.wsgi_app, app.extensions["youthvoice.settings"].url)
        app.wsgi_app = ProxyFix(at_home, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    converters.init_app(app)
    Babel(app, locale_selector=languages.locale)
    errors.init_app(app)
    app.before_request(guard.ask_first)
    headers.init_app(app)
    serving.init_app(app)
    try:
        limits.limiter.init_app(app)
    except (ConfigurationError, ImportError):
        raise SettingsError(
            "YOUTHVOICE_LIMITS_URL cannot be used; write redis://host:port. Valkey speaks the same."
        ) from None
    assets.dress(app)
    shelf.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


class AtOneAddress:
    """In production every request is for `YOUTHVOICE_URL`, whatever its headers call it.

    What a request says of its host leads no redirect, link or calendar to another one.
    """

    def __init__(self, run: "WSGIApplication", url: str) -> None:
        self._run, self._at = run, urlsplit(url)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._at.netloc, self._at.scheme
        return self._run(environ, start_response)


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
    app.extensions["youthvoice.not_kept"] = signed_out.not_kept
    app.register_error_handler(CSRFError, signed_out.an_old_form_came)
    app.extensions["youthvoice.views"] = standing
    app.extensions["youthvoice.asked"] = owing
    app.extensions["youthvoice.answered"] = {"item": answered}
    kinds = (request_kinds, letter_requests, round_requests, election_requests)
    app.extensions["youthvoice.requests"] = {name: kind for room in kinds for name, kind in room.KINDS.items()}
    app.extensions["youthvoice.reads_alone"] = leaving.reads_alone
    app.extensions["youthvoice.reports"] = from_agenda
    app.extensions["youthvoice.round_title"] = rounds.title_of
    app.extensions["youthvoice.forget_duties"] = on_call.forget_person
    app.extensions["youthvoice.enrolment_is_slowed"] = enrolling.is_slowed
    for pages in rooms.CHILD_PAGES:
        csrf.exempt(pages)
        app.register_blueprint(pages)
    for pages in (*rooms.STAFF_PAGES, health_routes.pages):
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
        page = "" if request.endpoint == "staff.sign_in" else request.endpoint or ""
        known |= {
            "caller": {
                "id": caller.person_id,
                "name": caller.name,
                "roles": roles.words(caller.role),
                "sites": listed(site.name for site in places_store.sites_of(db.session(), caller.site_ids)),
            },
            "may": caller.may,  # by itself: inside a `call` block Jinja means something else by `caller`
            "staff_menu": () if caller.password_known else menu.groups(caller, page),
            "sign_out_href": url_for("staff.sign_out"),
            "me_href": url_for("own.me"),
            "sign_in_href": url_for("staff.sign_in", back=url_for("awake.signed_in")),
        }
    return known
