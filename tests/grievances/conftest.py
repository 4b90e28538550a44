"""A site and whoever reads reports there, for tests of the desk."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.support.people import Somebody, make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db


@dataclass
class Team:
    """A site and whoever reads reports there; and a site elsewhere, where Asha works too."""

    site_id: int
    other_id: int
    asha: Somebody
    ravi: Somebody
    lead: Somebody
    olga: Somebody
    lata: Somebody
    visitor: Callable[[], Visitor]

    def at(self, who: Somebody) -> Visitor:
        """A browser in which she is signed in."""
        return signed_in(self.visitor(), who)


@pytest.fixture
def team(app: Flask, visitor: Callable[[], Visitor]) -> Team:
    with db.writing(db.engine()) as session:
        here, there = make_site(session).id, make_site(session, "hill-school").id
        asha = make_person(session, "advocate", here, there, handle="asha", name="Asha Example")
        ravi = make_person(session, "advocate", here, handle="ravi", name="Ravi Example")
        lead = make_person(session, "safeguarding_lead", here, handle="lee", name="Lee Example")
        olga = make_person(session, "outside_recipient", here, handle="olga", name="Olga Example")
        lata = make_person(session, "facilitator", here, handle="lata", name="Lata Example")
    return Team(here, there, asha, ravi, lead, olga, lata, visitor)
