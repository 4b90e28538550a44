"""The lock files of requirements are those of pyproject.toml, and name no index."""

from pathlib import Path

from scripts import lock_requirements


def test_the_lock_files_are_fresh_and_name_no_index() -> None:
    for name in lock_requirements.FILES:
        text = (TOP / name).read_text("utf-8")
        assert text.splitlines()[0] == lock_requirements.digest(), f"{name} is stale: make lock"
        assert "://" not in text
        assert "--index" not in text


TOP = Path(__file__).parents[2]
