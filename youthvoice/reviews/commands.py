"""`youthvoice reviews`: seal a pack for another organisation, and open one there."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.store import find_person
from youthvoice.audit.audit_log import Log
from youthvoice.backups.durable_file import write_new_file
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone, Refused
from youthvoice.privacy.credentials.published_keys import PRIVATE_KEY_WORD, format_key, read_key
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import PackHandover
from youthvoice.reviews.outside.labels import HANDOVER_REFUSAL_LABELS
from youthvoice.reviews.outside.pack_file import hand_over_pack, hand_over_proposed, open_pack_file
from youthvoice.reviews.outside.pack_proposals import today_of
from youthvoice.sites.store import get_site
from youthvoice.threads.store import ReaderKey

group = AppGroup("reviews", help="Packs of care-plan reviews for other organisations.")


@group.command("make-key")
@click.argument("file", type=click.Path(path_type=Path))
def make_key(file: Path) -> None:
    """Write a new secret key to FILE, and print its public key, which others may know."""
    pair = new_pair()
    _write_new(file, format_key(pair.private, PRIVATE_KEY_WORD).encode() + b"\n")
    click.echo(format_key(pair.public))


@group.command("open")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="The file of make-key.")
def open_file(file: Path, key_file: Path) -> None:
    """Print the content of a sealed pack as JSON."""
    private = read_key(_read(key_file).decode("utf-8", "replace"), PRIVATE_KEY_WORD)
    if private is None:
        raise click.ClickException(f"{key_file}: this is no secret key of `youthvoice reviews make-key`.")
    try:
        pack_file = open_pack_file(_read(file), private)
    except CannotOpen:
        raise click.ClickException(f"{file}: it is no pack, was altered, or is sealed to another key.") from None
    click.echo(json.dumps(pack_file, ensure_ascii=False, indent=1))


@group.command("export")
@click.argument("review")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "to", help="Name of the other organisation.")
@click.option("--key", help="The public key that it publishes, youthvoice-key:...")
@click.option("--yes-on", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the child said yes.")
@click.option("--how", type=click.Choice(rules.BESIDE_ADVOCATE), help="How she said it.")
@click.option("--leave-out", multiple=True, type=click.Choice(rules.PACK_PARTS), help="What does not go; repeat it.")
@with_appcontext
def export(  # noqa: PLR0917 - an option each
    review: str,
    file: Path,
    to: str | None,
    key: str | None,
    yes_on: datetime | None,
    how: str | None,
    leave_out: tuple[str, ...],
) -> None:
    """Seal the pack of REVIEW (the 32 digits of its address). Signs in the advocate who carries it.

    With --to, --key, --yes-on and --how: with the consent that the child gave in person. Without them: what the child
    agreed to on their own page, or what two adults agreed to on a legal ground.
    """
    consent_options = (to, key, yes_on, how)
    if any(consent_options) != all(consent_options) or (leave_out and not any(consent_options)):
        raise click.ClickException("--to, --key, --yes-on and --how go together; --leave-out needs them.")
    public = read_key(key) if key else None
    if key and public is None:
        raise click.ClickException("--key: this is no public key, or it was copied with a fault.")
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, ADVOCATE)
    log = Log(context.today(), person.handle)
    try:
        with db.writing(db.engine()) as session:
            row = find_person(session, person.person_id)
            stored_review = store.find_review(session, _id(review), to_change=True)
            if stored_review is None or row is None or stored_review.site_id not in person.site_ids:
                raise click.ClickException(f"There is no review {review} at your sites.")
            reader_key = ReaderKey(person.person_id, row.public_key, frozenset(person.site_ids))
            language = get_site(session, stored_review.site_id).languages[0]
            if public and to and yes_on and how:
                left_out = {*leave_out, *(("voice",) if "words" in leave_out else ())}  # no recording without the words
                parts = tuple(part for part in rules.PACK_PARTS if part not in left_out)
                day = today_of(session, stored_review)
                handover = PackHandover(day, person.person_id, to.strip(), yes_on.date(), how, parts=parts)
                file_content = hand_over_pack(
                    session, stored_review, handover, public, reader_key, person.private_key, log, language
                )
            else:
                file_content = hand_over_proposed(session, stored_review, reader_key, person.private_key, log, language)
            _write_new(file, file_content)
    except Refused as refused:
        raise click.ClickException(str(HANDOVER_REFUSAL_LABELS[refused.code])) from None
    except ConcurrentUpdate:
        raise click.ClickException(str(HANDOVER_REFUSAL_LABELS["nothing_agreed"])) from None
    except (CannotOpen, KeyGone):
        raise click.ClickException(str(HANDOVER_REFUSAL_LABELS["not_open"])) from None
    click.echo(file)


def _id(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return b""


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from None


def _write_new(file: Path, data: bytes) -> None:
    try:
        write_new_file(file, data)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from None
