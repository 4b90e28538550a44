"""A representative posts: what she sent, what is kind to say of it, and the item that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.accounts import store as people
from youthvoice.committees.agenda import content_check as no_names
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import MOST_LETTERS, TOPICS, WISHES, ItemBody
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.sign_in import Signed
from youthvoice.privacy.keys.keyring import Keyring

SOURCE: Final = "representative"


@dataclass(frozen=True, slots=True)
class Posted:
    """What she sent; a code that is on no tile counts as nothing.

    Attributes:
        topic: key of `TOPICS`, or empty.
        wish: key of `WISHES`, or empty.
        words: as she typed them.
        alone: whether children talk about it without adults first; only where meetings begin so.
    """

    topic: str
    wish: str
    words: str = field(repr=False)
    alone: bool = False

    @property
    def wrong(self) -> Mapping[str, str]:
        """What is missing or too much, as code by the name of its box."""
        found = {
            "topic": "" if self.topic else "choose",
            "wish": "" if self.wish else "choose",
            "words": "too_long" if len(self.words.strip()) > MOST_LETTERS else "",
        }
        return {name: code for name, code in found.items() if code}

    def body(self, language: str) -> ItemBody:
        """The item: it belongs to the committee, and says of nobody that it was she (S27)."""
        said = {language: self.words.strip()} if self.words.strip() else {}
        return ItemBody(self.topic, self.wish, said, source=SOURCE, alone=self.alone)


def read(form: Mapping[str, str]) -> Posted:
    """What a form of hers says."""
    topic, wish = form.get("topic", ""), form.get("wish", "")
    words = form.get("words", "").replace("\r\n", "\n").replace("\0", "")
    return Posted(topic if topic in TOPICS else "", wish if wish in WISHES else "", words, bool(form.get("alone")))


def looks_like(session: Session, keyring: Keyring, signed: Signed, posted: Posted, day: date) -> str:
    """What her words look like, as `no_names.why`; nothing is asked of the database where there are none."""
    if not posted.words.strip():
        return ""
    here = [signed.site.id]
    nicknames = representatives.names(representatives.in_office(session, keyring, here, day))
    adults = [one.name for one in people.people_of(session, here)]
    return no_names.why([posted.words], nicknames, adults)


def post(session: Session, keyring: Keyring, signed: Signed, posted: Posted, language: str, day: date) -> None:  # noqa: PLR0913, PLR0917 - who, what, in which language, when
    """Put it on the agenda; the same once more on one day, as by a second tap, is there already.

    Args:
        session: may write.
        keyring: the key files.
        signed: who posts.
        posted: nothing in it is wrong.
        language: the one she chose.
        day: today at the site.
    """
    alone = posted.alone and signed.committee.kind.alone_first
    body = replace(posted, alone=alone).body(language)
    newest = items.latest(session, keyring, [signed.committee.id], ["on_agenda"], 1)
    if not any(one.day == day and one.body == body for one in newest):
        items.add(session, keyring, signed.committee.id, body, day)
