"""Put the packages together: with `blueprints` and `cli` the only module that knows every one of them."""

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

from youthvoice import blueprints, cli, context, db, metadata
from youthvoice.access import form_tokens, guard, permissions
from youthvoice.accountability.entities import answerable_rounds, published_views, reply_events
from youthvoice.accounts.account_requests import ACCOUNT_REQUEST_KINDS
from youthvoice.accounts.agreement import request_kinds
from youthvoice.accounts.people.offboarding import forget_duties, reads_alone
from youthvoice.accounts.routes.staff import sign_in
from youthvoice.accounts.sign_in import staff_session
from youthvoice.clips import availability
from youthvoice.committees.elections.form_adapter import ELECTION_REQUEST_KINDS
from youthvoice.committees.meetings import outcomes
from youthvoice.config import Settings, SettingsError, environment
from youthvoice.dashboard import menu
from youthvoice.grievances import conversion, reader_offboarding
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.jobs.routes.public import work_pages
from youthvoice.kiosk import enrolment
from youthvoice.publications import status
from youthvoice.sites.store import list_sites
from youthvoice.sites.tablets import device
from youthvoice.sites.tablets.device import enrolment_slowed
from youthvoice.startup import prepare
from youthvoice.surveys.rounds import status as rounds_status
from youthvoice.surveys.rounds.form_adapter import ROUND_REQUEST_KINDS
from youthvoice.surveys.rounds.store import title_of_round
from youthvoice.threads.retention.letter_holds import LETTER_REQUEST_KINDS
from youthvoice.threads.thread_ports import reports, round_titles
from youthvoice.web import assets, compression, errors, headers, rate_limits, uploads, url_converters
from youthvoice.web.errors import init_app
from youthvoice.web.graphics import picture_labels
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


TOP = Path(__file__).parent.parent


MAX_BYTES = 64 * 1024  # of a request; the questionnaire upload alone may have more


def create_app(settings: Settings | None = None, clock: context.Clock = context.wall_clock) -> Flask:
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
    app.request_class = uploads.InMemoryRequest
    try:
        engine = db.make_engine(settings.database_url)
    except OSError as error:
        raise SettingsError(f"The folder of the database cannot be made: {error.strerror}.") from None
    try:
        keyring = prepare(settings, engine, metadata.full_metadata())
    except BaseException:
        engine.dispose()
        raise
    context.init_app(app, context.Runtime(settings, keyring, clock, engine))
    app.config.from_mapping(_flask_settings(settings, keyring.key("cookie").hex()))
    app.session_interface = StaffSessions()
    db.init_app(app)
    _connect_ports(app)
    _add_web(app)
    _add_features(app)
    cli.init_app(app)
    return app


def _flask_settings(settings: Settings, secret: str) -> dict[str, object]:
    return {
        "SECRET_KEY": secret,
        "MAX_CONTENT_LENGTH": MAX_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_BYTES,
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
        "RATELIMIT_STORAGE_OPTIONS": rate_limits.store_options(settings.limits_url),
        "JSON_SORT_KEYS": False,
    }


def _add_web(app: Flask) -> None:
    if not is_development(app):
        at_home = FixedHost(app.wsgi_app, context.runtime_of(app).settings.url)
        app.wsgi_app = ProxyFix(at_home, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    url_converters.init_app(app)
    Babel(app, locale_selector=languages.locale)
    init_app(app)
    app.before_request(guard.check_sender_first)
    headers.init_app(app)
    compression.init_app(app)
    try:
        rate_limits.limiter.init_app(app)
    except (ConfigurationError, ImportError):
        raise SettingsError(
            "YOUTHVOICE_LIMITS_URL cannot be used; write redis://host:port. Valkey speaks the same."
        ) from None
    assets.init_app(app)
    availability.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


class FixedHost:
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


def is_development(app: Flask) -> bool:
    """Whether an application was made for development."""
    return bool(context.runtime_of(app).settings.development)


def _connect_ports(app: Flask) -> None:
    """Give lower packages what they ask of higher ones."""
    guard.find_caller.connect(app, staff_session.find_caller)
    guard.answer_signed_out.connect(app, sign_in.answer_signed_out)
    errors.give_back_form.connect(app, sign_in.return_unkept_form)
    published_views.connect(app, status)
    answerable_rounds.connect(app, rounds_status)
    reply_events.connect(app, {"item": outcomes})
    request_kinds.connect(
        app, {**ACCOUNT_REQUEST_KINDS, **LETTER_REQUEST_KINDS, **ROUND_REQUEST_KINDS, **ELECTION_REQUEST_KINDS}
    )
    reads_alone.connect(app, reader_offboarding.reads_alone)
    forget_duties.connect(app, on_call_rota.forget_duties_of)
    reports.connect(app, conversion)
    round_titles.connect(app, title_of_round)
    enrolment_slowed.connect(app, enrolment.is_enrolment_slowed)


def _add_features(app: Flask) -> None:
    csrf = CSRFProtect(app)
    app.register_error_handler(CSRFError, sign_in.answer_expired_token)
    for pages in blueprints.PUBLIC_BLUEPRINTS:
        csrf.exempt(pages)
        app.register_blueprint(pages)
    for pages in (*blueprints.STAFF_BLUEPRINTS, work_pages):
        app.register_blueprint(pages)
    app.context_processor(_what_every_page_knows)


def _what_every_page_knows() -> dict[str, object]:
    language = languages.chosen()
    known: dict[str, object] = {"language": languages.tag(language), "direction": languages.direction(language)}
    known["picture_name"] = picture_labels.picture_label
    known["exit_href"] = url_for("kiosk.exit_page", code=language)
    if at := device.current_tablet_if_known():
        known["voices"] = " ".join(languages.tag(code) for code in at.voices)
    if request.path.startswith("/staff") and (caller := guard.caller_if_any()) is not None:
        page = "" if request.endpoint == "staff.sign_in" else request.endpoint or ""
        known |= {
            "caller": {
                "id": caller.person_id,
                "name": caller.name,
                "roles": permissions.role_label(caller.role),
                "sites": join_list(site.name for site in list_sites(db.session(), caller.site_ids)),
            },
            "may": caller.may,  # by itself: inside a `call` block Jinja means something else by `caller`
            "staff_menu": () if caller.password_known else menu.groups(caller, page),
            "sign_out_href": url_for("staff.sign_out"),
            "me_href": url_for("own.me"),
            "sign_in_href": url_for("staff.sign_in", back=url_for("awake.signed_in")),
        }
    return known
