"""Does an item name somebody, or say that somebody hurts somebody? It is read by everybody (S26). Pure.

It only warns: an advocate decides. What is found are names of adults of the site and words of hurting; a name that
nobody knows here is found by her alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from youthvoice.privacy.plain_words import folded, parts_of, words_of

_LEAST_LETTERS: Final = 3

_HURTING: Final = (
    "hit hits hitting beat beats beating beaten slap slaps slapped kick kicks kicked punch punches punched push pushes "
    "pushed touch touches touched hurt hurts steal steals stole shout shouts shouted yell yells yelled scold scolds "
    "scolded bully bullies bullied threaten threatens threatened afraid scared kill "
    "मारता मारती मारते मारा मारी पीटता पीटती पीटते पीटा छूता छूती छूते छुआ डाँटता डांटता डाँटती डांटती डराता डराती डर "
    "चुराया चिल्लाता चिल्लाती "
    "يضرب تضرب ضرب ضربني يضربني ضربه يلمس لمس لمسني يلمسني يصرخ تصرخ يهدد هددني يخيف خائف خائفة سرق"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at: `kind` is `name` or `hurting`; `words` as they stand there."""

    kind: str
    words: str


def warnings(texts: Iterable[str], names: Iterable[str]) -> list[Notice]:
    """What in some texts may be about one person; each thing once, in the order in which it stands there.

    Args:
        texts: as they shall stand on the agenda.
        names: of adults of the site.
    """
    known = {word for name in names for _typed, word in parts_of(name) if len(word) >= _LEAST_LETTERS}
    found = []
    for typed, word in (each for text in texts for each in words_of(text)):
        if word in known:
            found.append(Notice("name", typed))
        elif word in _HURTS:
            found.append(Notice("hurting", typed))
    return list(dict.fromkeys(found))


_HURTS: Final = frozenset(folded(word) for word in _HURTING.split())
