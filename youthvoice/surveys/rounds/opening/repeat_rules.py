"""The same children are asked the same question at most once a quarter, a lasting fact once a year. Pure.

A group counts as its whole site, in every order: whole site then group, group then whole site, one group then another.
A reader who holds the whole site and one class can take the class away. Two groups are taken to share children too:
nobody here keeps who is in a group, a child may be in a class, a dormitory and a club, a group can be made anew under
another name, and "the class" beside "the class without one" tells that one's answer. So of all and of each group of a
site only one is asked a question in a quarter; who wants to hear several classes asks the whole site.

Source: PRIVACY.md A1, A7 and T9; differencing attacks on tables.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from youthvoice.privacy.keys.keyring import quarter_of
from youthvoice.surveys.questionnaires.question_identity import identities
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.surveys.rounds.periods import Span


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as T9 sees it.

    Attributes:
        identity: of the question, whatever it is called.
        periods: what is remembered: every quarter it is asked in, `2026Q4`; of a lasting fact the year too.
        looks: which remembered periods forbid it, as SQL patterns.
    """

    identity: str
    periods: tuple[str, ...]
    looks: tuple[str, ...]


def asks(questions: Questionnaire, purpose: str, spans: Iterable[Span], time_zone: str) -> tuple[Ask, ...]:
    """Every counted question with the periods it is asked in.

    A pair is one asking, a choice is exempt.

    Source: PRIVACY.md A1, A11 and T9.
    """
    if purpose in EXEMPT:
        return ()
    quarters = sorted({quarter for span in spans for quarter in _quarters(span, time_zone)})
    years = sorted({quarter[:4] for quarter in quarters})
    lasting: dict[str, bool] = {}
    for one in questions.coded:
        for known in identities(one):
            lasting[known] = lasting.get(known, False) or one.lasting
    return tuple(
        Ask(known, (*quarters, *years), tuple(f"{year}%" for year in years))
        if a_year
        else Ask(known, tuple(quarters), tuple(quarters))
        for known, a_year in lasting.items()
    )


def _quarters(span: Span, time_zone: str) -> Iterator[str]:
    day, last = span.first_day(time_zone), span.last_day(time_zone)
    while quarter_of(day) <= quarter_of(last):
        yield quarter_of(day)
        day = (day.replace(day=1) + timedelta(days=95)).replace(day=1)  # from any month into the next quarter
