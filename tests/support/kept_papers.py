"""A paper as somebody gets it: waited for, made by the work process, looked at."""

from collections.abc import Sequence

from tests.support import papers
from tests.support.visitor import Visitor
from youthvoice.printing.job import print_due


def get_papers(browser: Visitor, path: str, languages: Sequence[str] = ("en", "hi", "ar")) -> dict[str, bytes]:
    """The PDFs behind an address that ends in a language; each waits first, is tagged A4, and nothing overlaps.

    Args:
        browser: of somebody who may.
        path: without the language.
        languages: of the site.
    """
    for language in languages:
        papers.need_font(language)
        browser.open(f"{path}/{language}", 202)
    print_due()
    made = {language: browser.open(f"{path}/{language}").data for language in languages}
    for pdf in made.values():
        facts = papers.facts_of(pdf)
        assert facts["Tagged"] == "yes"
        assert "A4" in facts["Page size"]
        assert papers.overlaps(papers.words_of(pdf)) == []
        assert all(image.margins_are_white() for image in papers.images_of(pdf))
    return made
