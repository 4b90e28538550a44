"""`youthvoice clips`: list what an adult has to read aloud or sign, and keep a folder of recordings or films.

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
from youthvoice.clips.audio_files import MAX_BYTES, MAX_CLIP_SECONDS, NotAClip
from youthvoice.clips.film_files import MAX_FILM_BYTES
from youthvoice.clips.labels import FILM_REFUSALS, refusal_labels
from youthvoice.clips.store import keep_clip
from youthvoice.clips.text_collector import SpokenText, split_voice
from youthvoice.read_aloud import status

_FILE_NAME: Final = re.compile(r"([0-9a-f]{24})\.(webm|ogg|opus|mp4)")
_MOST_BYTES: Final = max(MAX_BYTES, MAX_FILM_BYTES)


@click.command("clips")
@click.argument("questionnaire", type=int)
@click.argument("voice")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def clips(questionnaire: int, voice: str, folder: Path | None) -> None:
    """Keep the clips of FOLDER, if there is one; then list each text of VOICE with its state and the name of its file.

    QUESTIONNAIRE is the number in the address of the page on which it is recorded, VOICE is such as hi, or hi.ins for
    texts in Hindi in Indian Sign Language. A clip is NAME.webm, .ogg or .opus, a film NAME.webm or .mp4. Signed in: a
    coordinator or an advocate.
    """
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR, ADVOCATE)
    with current_app.test_request_context():
        text_statuses = _list_texts(questionnaire, voice, person)
        texts = {line.spoken_text.name: line.spoken_text for line in text_statuses}
        errors = list(_keep_clips(folder, texts, person)) if folder else []
        for line in _list_texts(questionnaire, voice, person):
            click.echo(f"{line.state}\t{line.spoken_text.name}\t{line.spoken_text.words}")
    for error in errors:
        click.echo("".join(sign if sign.isprintable() else "?" for sign in error), err=True)  # of a name from anywhere
    if errors:
        raise click.exceptions.Exit(1)


def _list_texts(questionnaire: int, voice: str, person: Signer) -> list[status.TextStatus]:
    """List each text of a voice with the state of its clip; refuses a questionnaire or a voice that is not there."""
    availability.forget_index()
    with db.reading(db.engine()) as session:
        scope = status.find_scope(session, questionnaire, person.site_ids, context.now(), "")
        if scope is None:
            raise click.ClickException(f"There is no questionnaire {questionnaire} for your sites.")
        if voice not in scope.voices:
            raise click.ClickException(f"Nothing is recorded for {voice}. There are: {', '.join(scope.voices)}.")
        return status.list_texts(session, scope, voice)[0]


def _keep_clips(folder: Path, texts: Mapping[str, SpokenText], person: Signer) -> Iterator[str]:
    """Keep every clip of a folder that belongs to a text; gives what is wrong with each other file."""
    for file in sorted(folder.iterdir()):
        match = _FILE_NAME.fullmatch(file.name)
        if match is None or match[1] not in texts or not file.is_file():
            yield f"{file}: no text has this name."
            continue
        try:
            with file.open("rb") as stream:
                clip = stream.read(_MOST_BYTES + 1)
            with db.writing(db.engine()) as session:
                keep_clip(session, texts[match[1]], clip, person.handle, Log(context.today(), person.handle))
        except OSError as error:
            yield f"{file}: {error.strerror}."
        except NotAClip as refused:
            is_film = bool(split_voice(texts[match[1]].language)[1])
            labels = FILM_REFUSALS if is_film else refusal_labels(MAX_CLIP_SECONDS)
            yield f"{file}: {labels[refused.code]}"
