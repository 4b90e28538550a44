"""The adults of the house, each in a browser of her own."""

from collections.abc import Callable

import pytest

from tests.publications.guardians.test_way_to_guardians import Adult
from tests.support.people import signed_in
from tests.support.publications import House
from tests.support.visitor import Visitor


@pytest.fixture
def adult(home: House, visitor: Callable[[], Visitor]) -> Adult:
    return lambda role: signed_in(visitor(), home.people[role])
