"""Frozen settings, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Mode = Literal["development", "production"]


class SettingsError(ValueError):
    """A setting is missing or wrong; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a deployment may set; README.md lists each with its default.

    Attributes:
        mode: `development` relaxes HTTPS and allows development keys; `production` refuses both.
        url: public address used in links of mail, without a slash at the end.
        database_url: SQLAlchemy URL.
        data: folder of the embedded database and the `.eml` outbox.
        keys: folder of key files, bound to one database.
        port: where `flask serve` listens on 127.0.0.1.
        smtp_url: `smtp://user:password@host:port` or `smtps://...`; None writes `.eml` files.
        limits_url: storage of Flask-Limiter.
        example: whether `flask serve` loads the example site into an empty development database.
        web_workers: web processes that `flask serve` starts.
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

    @property
    def development(self) -> bool:
        """Whether this runs on a developer's or visitor's machine."""
        return self.mode == "development"

    @property
    def outbox(self) -> Path:
        """The folder that receives `.eml` files when no SMTP server is set."""
        return self.data / "outbox"

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
        )

    def refusals(self) -> list[str]:
        """What keeps production from starting, one sentence each; empty when all is well."""
        if self.development:
            return []
        wrong = []
        if not self.url.startswith("https://") or not urlsplit(self.url).hostname:
            wrong.append(
                "YOUTHVOICE_URL must be the https:// address that people use. "
                "(For the example that `make run` serves: YOUTHVOICE_MODE=development.)"
            )
        keys = self.keys.resolve()
        if any(_one_holds_the_other(keys, folder) for folder in self._with_data()):
            wrong.append("YOUTHVOICE_KEYS must lie outside YOUTHVOICE_DATA, so that no backup holds both.")
        return wrong

    def _with_data(self) -> list[Path]:
        """The folders that hold data, links followed: that of `data`, and that of an embedded database elsewhere."""
        url = make_url(self.database_url)
        embedded = [Path(url.database).resolve().parent] if url.drivername == "sqlite" and url.database else []
        return [self.data.resolve(), *embedded]


def _one_holds_the_other(keys: Path, data: Path) -> bool:
    return keys == data or data in keys.parents or keys in data.parents


def _mode(text: str) -> Mode:
    if text == "development":
        return "development"
    if text == "production":
        return "production"
    raise SettingsError(f"YOUTHVOICE_MODE is {text!r}; it can be development or production.")


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


def _database_url(text: str | None, data: Path) -> str:
    if not text:
        return f"sqlite:///{data / 'youthvoice.sqlite3'}"
    for old in ("postgres://", "postgresql://"):
        if text.startswith(old):
            text = "postgresql+psycopg://" + text.removeprefix(old)
    try:
        known = make_url(text).get_backend_name() in {"sqlite", "postgresql"}
    except ArgumentError:
        known = False
    if not known:
        raise SettingsError(
            "YOUTHVOICE_DATABASE_URL is no address of a database; write sqlite:////path/file.sqlite3 or "
            "postgresql://user:password@host/name."
        )
    return text
