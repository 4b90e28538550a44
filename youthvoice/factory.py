"""Create the application from all packages; only this, `blueprints`, `ports` and `cli` know every one of them."""

import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator, ValuesView
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from flask import Flask, Request, request
from flask.cli import FlaskGroup
from flask.sansio.blueprints import Blueprint
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from limits.errors import ConfigurationError
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Map, Rule

from youthvoice import cli, context, db, log_format, metadata
from youthvoice.access import form_tokens, guard, sessions
from youthvoice.clips import availability
from youthvoice.config import (
    INSTALLATION,
    NoInstallation,
    Settings,
    SettingsError,
    environment,
    name_settings_place,
)
from youthvoice.introductions import shown_introductions
from youthvoice.kiosk.offline.envelope_intake import accept_envelopes
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.startup import (
    become_owner,
    closed_path_advice,
    key_file_advice,
    prepare,
    refuse_ended,
    refuse_missing_files,
)
from youthvoice.web import assets, compression, headers, rate_limits, uploads, url_converters
from youthvoice.web.errors import init_app
from youthvoice.web.i18n import translations
from youthvoice.web.pages import unchanged_pages
from youthvoice.web.pages.page_cache import keep_compiled_templates

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


MAX_BYTES = 64 * 1024  # of a request to a page that `uploads.allow_larger` does not name


def create_app(
    settings: Settings | None = None, clock: context.Clock = context.wall_clock, *, lazy_pages: bool = False
) -> Flask:
    """Create the application, and an installation where there is none.

    Args:
        settings: read from the environment and the file `.env` when None.
        clock: returns the current time in UTC.
        lazy_pages: whether to import pages only when an address or a template is needed.

    Raises:
        SettingsError: a setting is missing or unsafe; the message says what to do.
    """
    settings = settings or Settings.read(environment(os.environ))
    app = _bare_application(box=settings.box)
    _open(app, settings, clock, may_create=True)
    if not lazy_pages:
        app.url_map.update()
    return app


def _bare_application(*, box: bool) -> "Application":
    """An application with its commands and translations, but without an installation."""
    app = Application(__name__, static_folder=None)
    app.request_class = uploads.InMemoryRequest
    app.config.from_mapping(BABEL_DEFAULT_LOCALE="en")
    translations.init_app(app)
    keep_compiled_templates(app)
    app.url_map.fill = partial(_add_pages, app)
    cli.init_app(app, box=box)
    return app


def _open(app: "Application", settings: Settings, clock: context.Clock, *, may_create: bool) -> None:
    """Set up an application's database, keys, and everything that pages share."""
    log_format.choose(is_json=settings.json_log)
    try:
        engine, keyring = _open_data(settings, may_create=may_create)
    except PermissionError as error:
        raise SettingsError(closed_path_advice(error.filename)) from None
    context.init_app(app, context.Runtime(settings, keyring, clock, engine, connect_ports=_connect_ports))
    app.config.from_mapping(_flask_settings(settings, keyring.key("cookie").hex()))
    app.session_interface = StaffSessions()
    db.init_app(app)
    _add_web(app)


def _open_data(settings: Settings, *, may_create: bool) -> tuple[Engine, Keyring]:
    refuse_ended(settings.data)
    if not may_create:
        refuse_missing_files(settings)
    if refusals := settings.refusals():
        raise SettingsError("\n" + "\n".join(f"- {line}" for line in refusals))
    try:
        engine = db.make_engine(settings.database_url, may_create=may_create)
    except OSError as error:
        raise SettingsError(f"The folder of the database cannot be made: {error.strerror}.") from None
    try:
        return engine, prepare(settings, engine, metadata.full_metadata(), may_create=may_create)
    except BaseException:
        engine.dispose()
        raise


def _connect_ports(app: Flask) -> None:
    from youthvoice import ports  # noqa: PLC0415 - a command without ports starts without these imports

    ports.connect(app)


def _add_pages(app: Flask) -> None:
    if context.runtime_of(app).settings.box:
        from youthvoice.box.routes.public import box  # noqa: PLC0415 - imported in a box only

        box.register(app)
        return
    from youthvoice import blueprints  # noqa: PLC0415 - half of what starting costs, and most commands show no page

    if not context.runtime_of(app).ports:
        _connect_ports(app)
    blueprints.register(app)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Import without garbage collection: it would look through all modules again and again, and none is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Address(Rule):
    """A rule whose addresses are compiled when the first of them is built: it takes half of what a rule costs."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - the library's signature
        compiled = cache(partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


class AddressMap(Map):
    """A URL map whose pages are imported on first use: a command without pages starts fast."""

    fill: Callable[[], None] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._filling, self._begun = threading.RLock(), False

    def update(self) -> None:
        """Import the pages, once; Werkzeug calls this before it matches an address.

        A concurrent second request waits: if it went on, it would get a 404, and Flask would accept no more pages.
        """
        if self.fill is not None:
            with self._filling:
                if not self._begun:
                    self._begun = True
                    with _uncollected():
                        self.fill()
                    self.fill = None
        super().update()


class Application(Flask):
    """Flask with pages that are imported on first use."""

    url_map_class = AddressMap
    url_rule_class = Address
    url_map: AddressMap

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, once the installation is open."""
        context.runtime_of(self)
        return super().__call__(environ, start_response)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """A page as it is: Flask would look, a dozen times in each request, whether it is a coroutine. None is."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Log the kind and place of an error, as everywhere: Flask's own line has the address that somebody opened."""
        where = log_format.name_place(exc_info[2])
        line = f"{exc_info[0].__name__} on {request.endpoint}, and on its error page\n{where}"
        self.logger.error(line)

    def iter_blueprints(self) -> ValuesView[Blueprint]:
        """Every blueprint, for the search of templates."""
        self.url_map.update()
        return super().iter_blueprints()


def _flask_settings(settings: Settings, secret: str) -> dict[str, object]:
    return {
        "SECRET_KEY": secret,
        "MAX_CONTENT_LENGTH": MAX_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_BYTES,
        "SESSION_COOKIE_NAME": "practice-form" if settings.practice else "form",
        "SESSION_COOKIE_PATH": "/staff",
        "SESSION_COOKIE_SECURE": not settings.development,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": sessions.MAX_DURATION,
        "WTF_CSRF_CHECK_DEFAULT": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_STORAGE_URI": settings.limits_url,
        "RATELIMIT_STORAGE_OPTIONS": rate_limits.store_options(settings.limits_url),
        "JSON_SORT_KEYS": False,
    }


def _add_web(app: Flask) -> None:
    if not context.runtime_of(app).settings.box:
        app.wsgi_app = accept_envelopes(app, app.wsgi_app)  # type: ignore[method-assign,assignment]
    if not is_development(app):
        fixed_host = FixedHost(app.wsgi_app, context.runtime_of(app).settings.url)
        app.wsgi_app = ProxyFix(fixed_host, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    if (settings := context.runtime_of(app).settings).practice:
        app.wsgi_app = OnThisMachine(app.wsgi_app, settings.port)  # type: ignore[method-assign]
    app.jinja_env.globals["practice"] = settings.practice
    url_converters.init_app(app)
    init_app(app)
    app.before_request(guard.limit_form_of_sender)
    app.before_request(guard.find_reader_of_missing_page)
    headers.init_app(app)
    compression.init_app(app)
    unchanged_pages.init_app(app)
    try:
        rate_limits.init_app(app)
    except (ConfigurationError, ImportError):
        raise SettingsError(
            "YOUTHVOICE_LIMITS_URL cannot be used; write redis://host:port. Valkey speaks the same."
        ) from None
    assets.init_app(app)
    availability.init_app(app)
    shown_introductions.init_app(app)


class FixedHost:
    """In production every request is for `YOUTHVOICE_URL`, whatever its Host header says.

    So a forged host cannot lead a redirect, link or calendar to another one.
    """

    def __init__(self, run: "WSGIApplication", url: str) -> None:
        self._app, self._url = run, urlsplit(url)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._url.netloc, self._url.scheme
        return self._app(environ, start_response)


class OnThisMachine:
    """In a practice installation every request comes from a browser on this machine; nothing else is read of others.

    So no real tablet is connected to it or delivers to it, whatever a proxy leads here: it keeps what it has.
    """

    def __init__(self, run: "WSGIApplication", port: int) -> None:
        self._app, self._hosts = run, {f"127.0.0.1:{port}", f"localhost:{port}"}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("HTTP_HOST") in self._hosts and not _PROXY_HEADERS & environ.keys():
            return self._app(environ, start_response)
        start_response("421 Misdirected Request", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
        return [b"This is a practice installation. It answers a browser on its own machine alone.\n"]


_PROXY_HEADERS: Final = frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in headers.PROXY_HEADERS)


class StaffSessions(SecureCookieSessionInterface):
    """Flask's session, used only for the token of staff forms: a child's page neither reads nor signs one.

    It belongs to one sign-in: values from before, or from another session, are dropped.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open the session under `/staff`; elsewhere it is empty and cannot be written."""
        if not request.path.startswith("/staff"):
            return cast("SecureCookieSession", self.make_null_session(app))
        cookie_session = super().open_session(app, request)
        if cookie_session is not None and form_tokens.clear_other_sign_in(
            cookie_session, request.cookies.get(guard.cookie_name(), "")
        ):
            cookie_session.modified = False  # nothing to save before a form puts its token into it
        return cookie_session


def is_development(app: Flask) -> bool:
    """Whether an application was made for development."""
    return bool(context.runtime_of(app).settings.development)


def start() -> Flask:
    """The application for commands: it reads settings now, and opens the installation on first use."""
    settings, settings_error = None, None
    try:
        settings = Settings.read(environment(os.environ))
    except SettingsError as error:
        settings_error = error

    def open_here(may_create: context.MayCreate) -> None:
        if isinstance(settings_error, NoInstallation):
            raise SystemExit(str(settings_error))
        if settings is None:
            raise SystemExit(f"Youth Voice does not start. {settings_error}")
        try:
            refuse_ended(settings.data)
            if INSTALLATION in os.environ:
                become_owner(settings.data)
            _open(app, settings, context.wall_clock, may_create=may_create(settings))
        except NoInstallation as error:
            raise SystemExit(str(error)) from None
        except SettingsError as error:
            raise SystemExit(f"Youth Voice does not start. {error}") from None
        except KeyFileError as error:
            raise SystemExit(f"Youth Voice does not start. {key_file_advice(error)}") from None
        where = context.runtime_of(app).engine.url.render_as_string(hide_password=True)
        log_format.write_line(f"Installation: {where}; settings from {name_settings_place()}.")

    app = _bare_application(box=settings is not None and settings.box)
    context.open_on_first_use(app, open_here, settings)
    return app


def main(installation_name: str | None = None) -> None:
    """Run a command of `youthvoice`, of the package and of a checkout.

    Args:
        installation_name: whose settings are meant unless an option or the environment says another one; None for
            the file `.env` in the current folder.
    """
    if installation_name:
        os.environ.setdefault(INSTALLATION, installation_name)
    group = FlaskGroup(create_app=start, add_default_commands=False, load_dotenv=False, add_version_option=False)
    group.params.clear()  # Flask's own: another application, a file of settings, debugging
    group._loaded_plugin_commands = True  # noqa: SLF001 - none of other packages
    cli.add_installation_option(cli.add_version_option(group)).main(prog_name="youthvoice")
