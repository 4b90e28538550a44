"""A key file is lost or cut while it runs: whoever sends keeps what she wrote, and it goes on once the file is back."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.house import ANSWERS, House, build, opened
from tests.attacks.overload.test_no_room import stored
from youthvoice.web.random_ids import new_submission_id


@pytest.fixture
def home(tmp_path: Path) -> House:
    return build(tmp_path / "house", 1)


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:20])])
@pytest.mark.parametrize("name", ["pepper", "people"])
def test_a_child_keeps_her_words_and_is_told_to_wait(home: House, name: str, damage: Callable[[Path], object]) -> None:
    file, sheet = Path(home.settings.keys) / f"{name}.v1.key", new_submission_id()
    body = urlencode([("sheet", sheet), *ANSWERS])
    with opened(home) as app:
        headers = {"Cookie": home.cookies[0], "Sec-Fetch-Site": "same-origin"}
        form = {"data": body, "content_type": "application/x-www-form-urlencoded", "headers": headers}
        browser, key = app.test_client(use_cookies=False), file.read_bytes()
        damage(file)
        front, sent = browser.get("/", headers=headers), browser.post(f"/survey/{home.slug}", **form)
        refused = sent if name == "pepper" else front  # the names of adults need the other one
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert "This has to wait a little." in refused.text
        if name == "pepper":
            assert all(f'value="{value}"' in sent.text for _field, value in ANSWERS), "the form comes back to her"
        staff = browser.post("/staff/sign-in", data={"handle": "asha", "password": "x"}, headers=headers)
        assert staff.status_code < 500 or "This could not be kept" in staff.text
        file.write_bytes(key)
        file.chmod(0o600)
        assert browser.get("/", headers=headers).status_code == 200
        assert browser.post(f"/survey/{home.slug}", **form).status_code == 303
        assert stored(home) == 1


@pytest.mark.parametrize("path", ["/no-such-page", "/survey/no-such-round"])
def test_an_error_page_waits_too_and_no_log_has_the_address(
    home: House, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It failed as well, and Flask's own line of that named the page, and what the error said."""
    with opened(home) as app:
        app.config["PROPAGATE_EXCEPTIONS"] = False  # as a house has it
        Path(home.settings.keys, "people.v1.key").unlink()
        headers = {"Cookie": home.cookies[0], "Sec-Fetch-Site": "same-origin"}
        answer = app.test_client(use_cookies=False).get(path, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "This has to wait a little." in answer.text
    assert "KeyGone" in caplog.text
    assert "no-such" not in caplog.text
    assert "There is no key" not in caplog.text
