"""What a child reads is in words of hers, in each language. Source: CHILD-UX.md, "Tone"."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import house, make_person, on_tablet
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db

PAGES = (
    "/", "/language", "/open", "/tell", "/reply", "/agenda", "/agenda/meetings", "/mine", "/see",
    "/we-did", "/rights", "/help",
)  # fmt: skip
HARD = {
    "en": ("rough", "exact totals", "coordinator"),
    "hi": ("मोटी गिनती", "सही-सही", "सुगमकर्ता", "समन्वयक", "समीक्षा", "दबाइए", "दबाने"),
    "ar": ("تقريبية", "الدقيقة", "التنسيق", "الميسر", "لا يرى هذا"),
}


@pytest.mark.parametrize("language", HARD)
def test_no_page_of_a_child_says_what_only_adults_say(
    app: Flask, visitor: Callable[[], Visitor], language: str
) -> None:
    """One word for a tap in Hindi; in Arabic no verb that makes a man of the woman who reads."""
    site_id, people = house(["advocate", "facilitator", "safeguarding_lead", "outside_recipient"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    tablet = on_tablet(visitor(), site_id)
    survey = f"/survey/{open_round([site_id], people['facilitator'].id).slug}"
    tablet.open(f"/language/{language}", follow=False, status=302)
    for path in (*PAGES, survey):
        words = html.unescape(re.sub(r"<(svg|script|style).*?</\1>", "", tablet.open(path).text, flags=re.DOTALL))
        seen = re.sub(r"\s+", " ", words).lower()
        assert [word for word in HARD[language] if word in seen] == [], path
