"""`flask films`: list what an adult has to sign, and keep a folder of films.

Lines go to standard output, everything else to standard error.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.staff_session import Signer
from youthvoice.audit.audit_log import Log
from youthvoice.clips import availability
from youthvoice.clips.audio_files import NotAClip
from youthvoice.clips.film_files import MAX_FILM_BYTES
from youthvoice.clips.labels import FILM_REFUSALS
from youthvoice.clips.store import keep_clip
from youthvoice.clips.text_collector import SpokenText, split_voice
from youthvoice.read_aloud import status

_FILM_NAME: Final = re.compile(r"([0-9a-f]{24})\.(webm|mp4)")


@click.command("films")
@click.argument("questionnaire", type=int)
@click.argument("voice")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def films(questionnaire: int, voice: str, folder: Path | None) -> None:
    """Keep the films of FOLDER, if there is one; then list each text of VOICE with its state and the name of its file.

    QUESTIONNAIRE is the number in the address of the page on which it is recorded, VOICE is such as hi.ins: texts in
    Hindi in Indian Sign Language. A film is NAME.webm or NAME.mp4. Signed in: a coordinator or an advocate.
    """
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR, ADVOCATE)
    with current_app.test_request_context():
        text_statuses = _list_texts(questionnaire, voice, person)
        texts = {line.spoken_text.name: line.spoken_text for line in text_statuses}
        errors = list(_keep_films(folder, texts, person)) if folder else []
        for line in _list_texts(questionnaire, voice, person):
            click.echo(f"{line.state}\t{line.spoken_text.name}\t{line.spoken_text.words}")
    for error in errors:
        click.echo("".join(sign if sign.isprintable() else "?" for sign in error), err=True)  # of a name from anywhere
    if errors:
        raise click.exceptions.Exit(1)


def _list_texts(questionnaire: int, voice: str, person: Signer) -> list[status.TextStatus]:
    """List each text of a voice with the state of its film; refuses a questionnaire or a voice that is not there."""
    availability.forget_index()
    with db.reading(db.engine()) as session:
        scope = status.find_scope(session, questionnaire, person.site_ids, context.now(), "")
        if scope is None:
            raise click.ClickException(f"There is no questionnaire {questionnaire} for your sites.")
        if not split_voice(voice)[1] or voice not in scope.voices:
            voices = ", ".join(code for code in scope.voices if split_voice(code)[1])
            raise click.ClickException(f"No films are made for {voice}. There are: {voices or 'none'}.")
        return status.list_texts(session, scope, voice)[0]


def _keep_films(folder: Path, texts: Mapping[str, SpokenText], person: Signer) -> Iterator[str]:
    """Keep every film of a folder that belongs to a text; gives what is wrong with each other file."""
    for file in sorted(folder.iterdir()):
        match = _FILM_NAME.fullmatch(file.name)
        if match is None or match[1] not in texts or not file.is_file():
            yield f"{file}: no text has this name."
            continue
        with file.open("rb") as stream, db.writing(db.engine()) as session:
            try:
                film = stream.read(MAX_FILM_BYTES + 1)
                keep_clip(session, texts[match[1]], film, person.handle, Log(context.today(), person.handle))
            except NotAClip as refused:
                yield f"{file}: {FILM_REFUSALS[refused.code]}"
