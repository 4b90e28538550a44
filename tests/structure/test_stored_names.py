"""What is stored or public keeps its name, wherever its module lies and whatever its class is called.

The lists lie in `stored/`, a line each; after something was added `python -m tests.structure.names` writes them anew. A
line that goes or changes takes something from houses that run: rows, bookmarks, scripts, kept forms. It needs a
migration, or a way for what was there before.
"""

from typing import get_args

import pytest
from flask import Flask

from tests.structure import names
from youthvoice import context, schedule
from youthvoice.access import guard, permissions
from youthvoice.accountability.rules import Rung
from youthvoice.accounts.sign_in import password_attempts, staff_session
from youthvoice.committees.representatives import picture_sign_in
from youthvoice.config import SETTINGS, Settings
from youthvoice.privacy.keys import key_names
from youthvoice.threads.child_codes import code_visit
from youthvoice.web import rate_limits
from youthvoice.web.i18n import languages

WHOLE = ("addresses", "columns", "commands", "data_files", "forms", "migrations", "permissions")
PARTS = ("brought", "closed_codes", "log_actions")
ADDED = "new: run `python -m tests.structure.names`, and read what it changed under tests/structure"
GONE = "gone or renamed, and houses that run have it: a migration, or a way for what was there before, comes first"


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_that_is_stored_or_public_changes_its_name(app: Flask, name: str) -> None:
    found, kept = names.whole_lists(app)[name], names.kept(name)
    assert sorted(set(kept) - set(found)) == [], GONE
    assert sorted(set(found) - set(kept)) == [], ADDED
    assert found == kept, "the same line stands there more or less often"


@pytest.mark.parametrize("name", PARTS)
def test_no_code_that_stands_in_rows_or_comes_with_requests_disappears(name: str) -> None:
    kept = names.kept(name)
    assert kept == sorted(set(kept))
    gone = set(kept) - names.parts_of_code()[name]
    assert [line for line in sorted(gone) if names.grown(line) == line] == [], GONE
    assert sorted(gone) == [], ADDED


@pytest.mark.parametrize("language", ["hi", "ar"])
def test_no_words_fall_out_of_the_catalogues_because_their_module_moved(language: str) -> None:
    """A folder that `translations/babel.cfg` does not reach loses its words with the next `make words`, in silence.

    Words that were said better, or are said no more, leave the list by hand.
    """
    assert sorted(set(names.kept("message_ids")) - names.message_ids(language)) == []


def test_key_files_keep_their_names() -> None:
    """S8: a key that is looked for under another name is a key that is gone."""
    named = {value for name, value in vars(key_names).items() if name.isupper() and isinstance(value, str)}
    assert named >= {
        "pepper", "cookie", "audit", "mail", "links", "kept-counts", "kept-words", "people", "backup", "intake",
        "threads", "database",
    }  # fmt: skip
    assert key_names.open_answers_key("2026Q4") == "open-answers-2026Q4"
    assert key_names.care_answers_key("arrivals", 3) == "open-answers-care-arrivals-3"
    assert key_names.intake_key("2026-11") == "intake-2026-11"
    assert key_names.destruction_key("2027-11") == "destruction-2027-11"


def test_roles_keep_their_codes() -> None:
    assert permissions.ROLES == (
        "advocate", "coordinator", "facilitator", "reviewer", "safeguarding_lead", "outside_recipient",
        "interpreter",
    )  # fmt: skip
    assert permissions.NEWCOMER == "newcomer"
    assert get_args(Rung) == ("owner", "decision_maker", "advocates", "leads", "outside")


def test_jobs_keep_their_names() -> None:
    """They stand in the log of the house, where whoever keeps it running looks for them."""
    assert {job.name for job in schedule.JOBS} >= {
        "answered", "answers", "clocks", "closing", "daily", "drafting", "drafts", "elections", "ends", "freezing",
        "guessing", "heads", "late letters", "letters", "mail", "meetings", "suggestions", "sweeping", "taps",
        "support", "turning",
    }  # fmt: skip


def test_settings_keep_their_names() -> None:
    assert set(SETTINGS) >= {
        "YOUTHVOICE_MODE", "YOUTHVOICE_URL", "YOUTHVOICE_DATABASE_URL", "YOUTHVOICE_DATA", "YOUTHVOICE_KEYS",
        "YOUTHVOICE_PORT", "YOUTHVOICE_WORKERS", "YOUTHVOICE_SMTP_URL", "YOUTHVOICE_LIMITS_URL", "YOUTHVOICE_EXAMPLE",
    }  # fmt: skip


def test_cookies_keep_their_names_and_places(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context("/"):
        named = [
            guard.cookie_name(),
            password_attempts.browser_cookie_name(),
            rate_limits.tablet_cookie(),
            languages.COOKIE,
        ]
        assert named == ["staff", "known", "tablet", "language"]
        production = Settings.read({"YOUTHVOICE_MODE": "production"})
        monkeypatch.setattr(context, context.settings.__name__, lambda: production)
        assert (guard.cookie_name(), password_attempts.browser_cookie_name()) == ("__Host-staff", "__Host-known")
        assert rate_limits.tablet_cookie() == "__Host-tablet"
    assert (app.config["SESSION_COOKIE_NAME"], app.config["SESSION_COOKIE_PATH"]) == ("form", "/staff")
    assert (code_visit.COOKIE, code_visit.PATH) == ("visit", "/reply")
    assert (picture_sign_in.SESSION_COOKIE, picture_sign_in.COOKIE_PATH) == ("representative", "/agenda")


def test_fields_that_are_never_kept_keep_their_names() -> None:
    """S8: a password that is called something else would be written into a page."""
    of_passwords, of_keys = {"password", "current", "new", "again", "code", "secret"}, {"key_answer", "key_challenge"}
    assert {"csrf_token", *of_passwords, *of_keys} == staff_session.SECRET_FIELDS


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("audit verify", 0),
        ("doctor", 1),  # a house without people is not ready
        ("surveys check /nowhere/no.toml", 1),
        ("surveys close-due", 0),
        ("surveys end no-such-round", 1),
        ("tablet", 1),
        ("work --once", 0),
        ("backup", 2),
        ("restore", 2),
    ],
)
def test_commands_keep_their_exit_codes(app: Flask, command: str, code: int) -> None:
    """Whoever runs them from a timer looks at nothing else."""
    answer = app.test_cli_runner().invoke(args=command.split())
    assert answer.exit_code == code, answer.output
