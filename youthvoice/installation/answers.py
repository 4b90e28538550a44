"""The answers to the questions of `youthvoice init`, kept until its last step is done: it goes on where it was cut.

They are beside the settings file, in a file that its owner alone can read; see `config.unfinished_file`.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from youthvoice.accounts.commands import FIRST_OPTIONS
from youthvoice.backups.durable_file import durable_file


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers.

    Attributes:
        site: the name of the first site, as children know it.
        time_zone: of the site.
        url: the https:// address that people open.
        languages: codes with commas between them.
        names: of the first four people, in the order of `FIRST_OPTIONS`.
        backups: the folder of the nightly copies; empty for none yet.
        database_url: of PostgreSQL; empty for an SQLite file.
    """

    site: str
    time_zone: str
    url: str
    languages: str
    names: tuple[str, ...]
    backups: str
    database_url: str


def keep_answers(file: Path, answers: Answers) -> None:
    """Keep the answers in a file.

    Raises:
        OSError: it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with durable_file(file) as out:
        out.write(json.dumps(asdict(answers), ensure_ascii=False, indent=1).encode())


def read_answers(file: Path) -> Answers | None:
    """The answers in a file; None where there is none.

    Raises:
        ValueError: it is damaged.
    """
    try:
        values = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    try:
        answers = Answers(**{**values, "names": tuple(values["names"])})
    except (TypeError, KeyError):
        raise ValueError(file) from None
    words = [*answers.names, *(value for name, value in values.items() if name != "names")]
    if len(answers.names) != len(FIRST_OPTIONS) or not all(isinstance(word, str) for word in words):
        raise ValueError(file)
    return answers
