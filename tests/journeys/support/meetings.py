"""What adults do around an agenda and its meetings, as sentences."""

import re

from playwright.sync_api import expect

from tests.journeys.support.navigators import StaffDesk


def puts_it_on_the_agenda(desk: StaffDesk, words: dict[str, str]) -> None:
    """An advocate opens the only suggestion and finds words for it; a voice would tell which child spoke."""
    desk.opens("/staff/")
    desk.presses("Suggestions")
    desk.presses("Open it")
    desk.presses("Put it on the agenda")
    desk.fills(**{f"words_{language}": said for language, said in words.items()})
    desk.presses("Put it on the agenda")
    desk.reads("It is on the agenda.")


def says_who_was_there(desk: StaffDesk, meeting_id: int, children: int, adults: int) -> None:
    """Numbers, no names."""
    desk.opens(f"/staff/meetings/{meeting_id}")
    desk.fills(children=str(children), adults=str(adults))
    desk.presses("Save")


def says_what_came_of_it(desk: StaffDesk, meeting_id: int, outcome: str, of: str = "") -> None:
    """Of the first item, or of this one; more is filled in before it is kept."""
    desk.opens(f"/staff/meetings/{meeting_id}")
    desk.page.get_by_role("row").filter(has_text=of).get_by_role("link", name="Say what came of it").first.click()
    desk.page.locator(f"input[name=outcome][value={outcome}]").check()


def answers(desk: StaffDesk, title: str, words: dict[str, str]) -> None:
    """Yes, in one sentence, in each language of the site."""
    desk.opens("/staff/answers/")
    desk.page.get_by_role("link", name=re.compile(title)).first.click()
    desk.page.locator("input[name=kind][value=yes]").check()
    desk.fills(**{f"words_{language}": text for language, text in words.items()})
    desk.presses("Save the answer")
    desk.reads("Your answer is kept.")


def holds(desk: StaffDesk, name: str, value: str) -> None:
    """A box of the form still has what was typed into it."""
    expect(desk.page.locator(f"[name='{name}']").first).to_have_value(value)
