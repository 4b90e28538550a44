"""Texts around the same questions are the same in every house of a test."""

import pytest

from youthvoice.context import AppCache, CacheEntry
from youthvoice.read_aloud.page_texts import Texts

Key = tuple[object, ...]


class SharedCache(AppCache[Key, Texts]):
    """A cache of all applications: what its key does not tell apart, one test would show another."""

    def __init__(self) -> None:
        super().__init__(60)
        self._shared: dict[Key, CacheEntry[Texts]] = {}

    def _entries(self) -> dict[Key, CacheEntry[Texts]]:
        return self._shared


TEXTS = SharedCache()


@pytest.fixture(autouse=True)
def texts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of children is rendered three times for them: half of all that these tests take."""
    monkeypatch.setattr("youthvoice.read_aloud.page_texts._texts", TEXTS)
