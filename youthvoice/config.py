"""Immutable settings, read once from the environment and from a file `.env`."""

import os
import pwd
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Mode = Literal["development", "production"]

SETTINGS: Final = frozenset({
    "YOUTHVOICE_MODE", "YOUTHVOICE_URL", "YOUTHVOICE_DATABASE_URL", "YOUTHVOICE_DATA", "YOUTHVOICE_KEYS",
    "YOUTHVOICE_PORT", "YOUTHVOICE_WORKERS", "YOUTHVOICE_SMTP_URL", "YOUTHVOICE_LIMITS_URL", "YOUTHVOICE_EXAMPLE",
    "YOUTHVOICE_FONTS", "YOUTHVOICE_BOX", "YOUTHVOICE_BOX_HOUSE", "YOUTHVOICE_SMS", "YOUTHVOICE_PHONE",
    "YOUTHVOICE_CONTACT", "YOUTHVOICE_BACKUPS", "YOUTHVOICE_BACKUP_KEY", "YOUTHVOICE_METRICS_PORT", "YOUTHVOICE_LOG",
    "YOUTHVOICE_PRACTICE",
})  # fmt: skip
"""What a file `.env` may set; not the sign-ins of people, which belong to a single command and not into a file."""

PRACTICE_FOLDER: Final = "youthvoice-practice-"
"""How the name of the folder of a practice installation begins; nothing else is in such a folder."""

_QUOTES = ("'", '"')


def shared_folder(name: str) -> Path:
    """A folder that is beside the code in a checkout, and inside the package where it is installed.

    Args:
        name: `surveys`, `translations` or `guide`.
    """
    top = Path(__file__).parent.parent
    beside = top / "docs" / name if name == "guide" else top / name
    return beside if (top / "pyproject.toml").exists() else Path(__file__).parent / "shared" / name


def read_version() -> str:
    """The version of this program in `pyproject.toml`: that of the checkout, else of the installed package."""
    project = Path(__file__).parent.parent / "pyproject.toml"
    if project.exists():
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    from importlib.metadata import version  # noqa: PLC0415 - a checkout is not installed

    return version("youthvoice")


@dataclass(frozen=True, slots=True)
class SftpAddress:
    """A folder on another machine, reached by SFTP. No part of it needs quotes, or begins with a dash.

    Attributes:
        user: there.
        host: its name or number.
        port: of SSH.
        path: absolute.
    """

    user: str
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        """As it is set."""
        return f"sftp://{self.user}@{self.host}{f':{self.port}' if self.port != _SSH_PORT else ''}{self.path}"


_SSH_PORT, _LAST_PORT = 22, 65535

_SFTP_ADDRESS = re.compile(
    r"sftp://(\w[\w.-]{0,63})@([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?((?:/[\w.-]+)+)/?",
    re.ASCII,
)


class SettingsError(ValueError):
    """A setting is missing or wrong; the message says what to do."""


class NoInstallation(SettingsError):
    """There is no installation with these settings, and the command may not create one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a deployment may set; docs/operations.md lists each with its default.

    Attributes:
        mode: `development` relaxes HTTPS and allows development keys; `production` refuses both.
        url: public address used in links of mail, without a slash at the end.
        database_url: SQLAlchemy URL.
        data: folder of the embedded database and the `.eml` outbox.
        keys: folder of key files, bound to one database.
        port: where `youthvoice serve` listens on 127.0.0.1.
        smtp_url: `smtp://user:password@host:port` or `smtps://...`; None writes `.eml` files in development, and sends
            no mail in production.
        limits_url: storage of Flask-Limiter.
        example: whether `youthvoice serve` loads the example site into an empty development database.
        web_workers: web processes that `youthvoice serve` starts.
        fonts: folder of the fonts for paper.
        box: whether this is a box in a village, which stores sealed envelopes for its main server and opens none.
        box_server: in a box, the address of its main server on a network; None where only sticks are carried.
        sms: configuration of the gammu-smsd that warns the people on call of danger; None without one.
        phone: serial port of the voice modem on which children hear their answers; None without one.
        metrics_port: where `youthvoice serve` answers `/metrics` on 127.0.0.1; None for nowhere.
        json_log: whether the log has a JSON object a line.
        practice: whether this is a practice installation, in which nothing is real; `youthvoice practice` makes one.
        contact: `mailto:` or `https:` address of the person who hears of a weakness here, if there is one.
        backups: folder of the nightly copies, such as a mounted stick, or one of another machine; None where each copy
            names its file.
        backup_key: public key, of `youthvoice recovery make-key`, whose other half two people hold; None without.
    """

    mode: Mode
    url: str
    database_url: str
    data: Path
    keys: Path
    port: int
    smtp_url: str | None
    limits_url: str
    example: bool
    web_workers: int = 2
    fonts: Path = Path("/usr/share/fonts")
    box: bool = False
    box_server: str | None = None
    sms: Path | None = None
    phone: Path | None = None
    contact: str | None = None
    backups: Path | SftpAddress | None = None
    backup_key: str | None = None
    metrics_port: int | None = None
    json_log: bool = False
    practice: bool = False

    @property
    def development(self) -> bool:
        """Whether this runs on a developer's or visitor's machine."""
        return self.mode == "development"

    @property
    def sends_mail(self) -> bool:
        """Whether mail is sent; in production without a server it stays in the outbox, encrypted."""
        return self.development or self.smtp_url is not None

    @property
    def sends_sms(self) -> bool:
        """Whether text messages are sent; in development without a gammu-smsd they are written into a folder."""
        return self.development or self.sms is not None

    @property
    def outbox(self) -> Path:
        """The folder that receives `.eml` files in development when no SMTP server is set."""
        return self.data / "outbox"

    def cookie_name(self, name: str) -> str:
        """The name of a cookie: in production bound to the host, so that no neighbouring domain can set it.

        Browsers do not tell ports apart: a practice installation has names of its own beside a development one.
        """
        if not self.development:
            return f"__Host-{name}"
        return f"practice-{name}" if self.practice else name

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read `YOUTHVOICE_*` from an environment.

        Raises:
            SettingsError: a value cannot be used.
        """
        data = Path(environment.get("YOUTHVOICE_DATA") or "var").absolute()
        port = _number(environment, "YOUTHVOICE_PORT", 8000)
        return cls(
            mode=_mode(environment.get("YOUTHVOICE_MODE") or "production"),
            url=(environment.get("YOUTHVOICE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            database_url=_database_url(environment.get("YOUTHVOICE_DATABASE_URL"), data),
            data=data,
            keys=Path(environment.get("YOUTHVOICE_KEYS") or "var-keys").absolute(),
            port=port,
            smtp_url=_smtp_url(environment.get("YOUTHVOICE_SMTP_URL")),
            limits_url=environment.get("YOUTHVOICE_LIMITS_URL") or "memory://",
            example=environment.get("YOUTHVOICE_EXAMPLE", "1") != "0",
            web_workers=max(1, _number(environment, "YOUTHVOICE_WORKERS", 2)),
            fonts=Path(environment.get("YOUTHVOICE_FONTS") or "/usr/share/fonts").absolute(),
            box=environment.get("YOUTHVOICE_BOX", "0") == "1",
            box_server=_server_url(environment.get("YOUTHVOICE_BOX_HOUSE")),
            sms=Path(sms).absolute() if (sms := environment.get("YOUTHVOICE_SMS")) else None,
            phone=Path(phone).absolute() if (phone := environment.get("YOUTHVOICE_PHONE")) else None,
            contact=_contact(environment.get("YOUTHVOICE_CONTACT")),
            backups=_backups(environment.get("YOUTHVOICE_BACKUPS")),
            backup_key=environment.get("YOUTHVOICE_BACKUP_KEY") or None,
            metrics_port=_number(environment, "YOUTHVOICE_METRICS_PORT", 0) or None,
            json_log=_is_json(environment.get("YOUTHVOICE_LOG") or "text"),
            practice=environment.get("YOUTHVOICE_PRACTICE", "0") == "1",
        )

    def refusals(self) -> list[str]:
        """What keeps production or practice from starting, one sentence each; empty when nothing does."""
        if self.practice and not self._is_only_practice():
            return ["YOUTHVOICE_PRACTICE is set by `youthvoice practice` alone, in its own folder. Take it out here."]
        if self.development:
            return []
        wrong = []
        if not self.url.startswith("https://") or not urlsplit(self.url).hostname:
            wrong.append(
                "YOUTHVOICE_URL must be the https:// address that people use. "
                "(For the example that `make run` serves: YOUTHVOICE_MODE=development.)"
            )
        keys = self.keys.resolve()
        if any(_is_one_inside_the_other(keys, folder) for folder in self._data_folders()):
            wrong.append("YOUTHVOICE_KEYS must lie outside YOUTHVOICE_DATA, so that no backup holds both.")
        if self.box_server and not self.box_server.startswith("https://"):
            wrong.append("YOUTHVOICE_BOX_HOUSE must be the https:// address of the main server.")
        if owner := self._other_owner():
            wrong.append(f"{self.data} is of the user {owner}, and root must not write there: sudo -u {owner} ...")
        return wrong

    def _is_only_practice(self) -> bool:
        """Whether all of it is in one folder made for practice, nothing leaves it, and no other machine is served."""
        folder = self.data.resolve().parent
        leads_outside = (self.smtp_url, self.sms, self.phone, self.backups, self.metrics_port, self.box)
        return (
            self.development
            and not any(leads_outside)
            and folder.name.startswith(PRACTICE_FOLDER)
            and self.keys.resolve().parent == folder
            and self.database_url == _database_url(None, self.data)
            and self.url == f"http://127.0.0.1:{self.port}"
        )

    def _other_owner(self) -> str:
        """The user who could no longer read what root writes here; empty where there is none."""
        if os.geteuid() != 0 or not self.data.exists() or (owner := self.data.stat().st_uid) == 0:
            return ""
        try:
            return pwd.getpwuid(owner).pw_name
        except KeyError:
            return str(owner)

    def _data_folders(self) -> list[Path]:
        """The folders with data, with links resolved: that of `data`, and that of an embedded database elsewhere."""
        url = make_url(self.database_url)
        embedded = [Path(url.database).resolve().parent] if url.get_backend_name() == "sqlite" and url.database else []
        return [self.data.resolve(), *embedded]


INSTALLATION: Final = "YOUTHVOICE_HOUSE"
"""Which installation of this machine is meant, in the environment of a command or a service; see `settings_file`."""

SETTINGS_FOLDER: Final = Path("/etc/youthvoice")
"""Where the installations of a machine have their settings, a file each."""

CADDYFILE: Final = Path("/etc/caddy/Caddyfile")
"""Read by the proxy that `youthvoice init` puts in front of an installation, where it is installed."""

_INSTALLATION_NAME = re.compile(r"[a-z][a-z0-9]{0,15}")


def settings_file(process_environment: Mapping[str, str]) -> Path:
    """The settings file of a command: that of the installation it names, else `.env` in the current folder.

    Args:
        process_environment: `YOUTHVOICE_HOUSE` is the name of a file below `/etc/youthvoice`, or a path.

    Raises:
        SettingsError: that is no name of an installation.
    """
    installation_name = process_environment.get(INSTALLATION)
    if not installation_name or "/" in installation_name:
        return Path(installation_name or ".env")
    if not _INSTALLATION_NAME.fullmatch(installation_name):
        raise SettingsError(
            f"{installation_name!r} is no name of an installation: a small letter, then letters and digits, 16. "
            "A path of its settings file holds a /."
        )
    return SETTINGS_FOLDER / f"{installation_name}.conf"


def service_unit(*, box: bool = False) -> str:
    """The unit of systemd that serves the installation of this process; empty where its settings have no name.

    Args:
        box: whether it is a box in a village.
    """
    file = settings_file(os.environ)
    if file.parent != SETTINGS_FOLDER:
        return ""
    return "youthvoice-box" if box else f"youthvoice@{file.stem}"


SERVICES: Final = Path("/etc/systemd/system/multi-user.target.wants")
"""Where each service has a link that starts with the machine."""


def list_units(kind: Literal["web", "work"], unit: str) -> list[str]:
    """Units such as `youthvoice-work@1`, where processes are services of their own; empty where `unit` serves them.

    Source: deploy/README.md.
    """
    links = SERVICES.glob(f"youthvoice-{kind}@*.service") if unit == "youthvoice@house" else ()
    return sorted(link.stem for link in links)


def command_for(file: Path, words: str) -> str:
    """A command for the installation with a settings file, as somebody types it."""
    if file.parent != SETTINGS_FOLDER:
        return f"youthvoice --house {file} {words}"
    return f"youthvoice {words}" if file.stem == "house" else f"youthvoice --house {file.stem} {words}"


def unfinished_file(file: Path) -> Path:
    """Beside a settings file, the file that is there from the first step of `youthvoice init` to its last."""
    return file.with_suffix(".answers")


def name_unfinished(file: Path | None = None) -> str:
    """That `youthvoice init` did not reach its end, and how it goes on; empty where it did.

    Args:
        file: the settings file; by default that of this process.
    """
    file = (file or settings_file(os.environ)).absolute()
    try:
        begun = unfinished_file(file).stat().st_mtime
    except OSError:
        return ""
    go_on = command_for(file, "init")
    day = datetime.fromtimestamp(begun, UTC).date()
    return f"It was begun on {day} and is not finished. To go on, as root: {go_on}"


def name_process_user() -> str:
    """The user as whom this process runs."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def name_settings_place() -> str:
    """Where the settings of this process come from, for a message of a command."""
    here = settings_file(os.environ).absolute()
    return f"the environment and {here}" if here.is_file() else f"the environment alone ({here} does not exist)"


def environment(process_environment: Mapping[str, str], file: Path | None = None) -> Mapping[str, str]:
    """The environment, completed by the settings of the file.

    A line is `NAME=VALUE`, the value in quotes or not, or empty, or a comment after `#`. A name that the file may not
    set is reported on standard error and ignored, so that a misspelt name is noticed.

    Args:
        process_environment: the environment.
        file: by default that of `settings_file`; it need not exist unless the environment names an installation.

    Raises:
        NoInstallation: an installation is named that has no file.
        SettingsError: the file cannot be read, or a line is invalid; the message never shows a value.
    """
    file = file or settings_file(process_environment)
    try:
        text = file.read_text("utf-8") if file.is_file() else None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"{file} cannot be read. It must be plain text in UTF-8, open to whoever starts; root may do that."
        ) from None
    if text is None and process_environment.get(INSTALLATION):
        raise NoInstallation(
            f"Nothing is installed here: {file} does not exist. "
            + (name_unfinished(file) or f"A new installation is made by: {command_for(file, 'init')}")
        )
    from_file: dict[str, str] = {}
    for number, name, value in _lines(text or "", file):
        if name in from_file:
            raise SettingsError(f"{file}, line {number}: {name} stands there twice. Keep one of the two.")
        if name in SETTINGS:
            from_file[name] = value
        else:
            sys.stderr.write(f"{file}, line {number}: {name} is no setting for this file and is not used.\n")
    return {**from_file, **process_environment}


def _lines(text: str, file: Path) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        entry = line.strip().removeprefix("export ").strip()
        if not entry or entry.startswith("#"):
            continue
        name, sign, value = (part.strip() for part in entry.partition("="))
        if not sign or not name.isidentifier() or not name.isascii():
            raise SettingsError(f"{file}, line {number} is not NAME=VALUE. A line of words begins with #.")
        if value[:1] in _QUOTES and (value[-1:] != value[:1] or len(value) == 1):
            raise SettingsError(f"{file}, line {number}: the quotes around the value of {name} do not close.")
        yield number, name, value[1:-1] if value[:1] in _QUOTES else value


def _is_one_inside_the_other(keys: Path, data: Path) -> bool:
    return keys == data or data in keys.parents or keys in data.parents


def _mode(text: str) -> Mode:
    if text == "development":
        return "development"
    if text == "production":
        return "production"
    raise SettingsError(f"YOUTHVOICE_MODE is {text!r}; it can be development or production.")


def _is_json(text: str) -> bool:
    if text in {"text", "json"}:
        return text == "json"
    raise SettingsError(f"YOUTHVOICE_LOG is {text!r}; it can be text or json.")


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise SettingsError(f"{name} is {text!r}; it must be a whole number.")
    return int(text)


def _smtp_url(text: str | None) -> str | None:
    if text and urlsplit(text).scheme not in {"smtp", "smtps"}:
        raise SettingsError(
            "YOUTHVOICE_SMTP_URL is no address of a mail server; write smtp:// or smtps://user:password@host:port."
        )
    return text or None


def _backups(text: str | None) -> Path | SftpAddress | None:
    if not text or "://" not in text:
        return Path(text).absolute() if text else None
    match = _SFTP_ADDRESS.fullmatch(text)
    if match is None or not 0 < (port := int(match[3] or _SSH_PORT)) <= _LAST_PORT:
        raise SettingsError(
            "YOUTHVOICE_BACKUPS is neither a folder nor sftp://user@host/path or sftp://user@host:port/path, of "
            "letters, digits and . _ - alone. A key opens it, and no password."
        )
    return SftpAddress(match[1], match[2], port, match[4])


def _server_url(text: str | None) -> str | None:
    if not text:
        return None
    at = urlsplit(text.rstrip("/"))
    if at.scheme not in {"http", "https"} or not at.hostname or at.path or at.query:
        raise SettingsError(
            "YOUTHVOICE_BOX_HOUSE is no address of a server; write https:// and its name, and nothing behind it."
        )
    return text.rstrip("/")


def _contact(text: str | None) -> str | None:
    if not text:
        return None
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text, re.ASCII):
        return f"mailto:{text}"
    if re.fullmatch(r"https://[\w.-]+(:\d+)?(/[!-~]*)?", text, re.ASCII):
        return text
    raise SettingsError("YOUTHVOICE_CONTACT is no address; write one of mail, or the https:// address of a page.")


def _with_each_host(url: str) -> str:
    """An address with several hosts as the driver takes it; the one that can be written is meant unless it says so."""
    parts = urlsplit(url)
    sign_in, at, places = parts.netloc.rpartition("@")
    if "," not in places:
        return url
    each = [urlsplit(f"//{place}") for place in places.split(",")]
    hosts, ports = ",".join(place.hostname or "" for place in each), ",".join(str(place.port or 5432) for place in each)
    query = {"target_session_attrs": "read-write", **dict(parse_qsl(parts.query)), "host": hosts, "port": ports}
    return f"{parts.scheme}://{sign_in}{at}{parts.path}?{urlencode(query)}"


def _database_url(text: str | None, data: Path) -> str:
    if not text:
        return f"sqlite:///{data / 'youthvoice.sqlite3'}"
    try:
        for old in ("postgres://", "postgresql://"):
            if text.startswith(old):
                text = _with_each_host("postgresql+psycopg://" + text.removeprefix(old))
        is_supported = make_url(text).get_backend_name() in {"sqlite", "postgresql"}
    except (ArgumentError, ValueError):  # the second one of a port that is no number
        is_supported = False
    if not is_supported:
        raise SettingsError(
            "YOUTHVOICE_DATABASE_URL is no address of a database; write sqlite:////path/file.sqlite3 or "
            "postgresql://user:password@host/name."
        )
    return text
