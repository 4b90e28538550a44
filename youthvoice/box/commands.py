"""Commands `youthvoice bundle ...`: set up a box in a village, and exchange files that two people carry."""

import base64
import json
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accounts.sign_in import staff_session
from youthvoice.audit.audit_log import Log
from youthvoice.backups.durable_file import refuse_if_there, write_new_file
from youthvoice.box import store
from youthvoice.box.bundle import box_key, encrypt_bundle, is_newer, open_answer, side_of
from youthvoice.box.network import ServerNotReached
from youthvoice.box.server_side import BundleBusy, answer_bundle, deliver_bundle, first_bundle
from youthvoice.box.server_visit import bundle_for_stick, exchange_with_server
from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.jobs.file_order import rewrite_file
from youthvoice.privacy.keys.key_names import BOX
from youthvoice.sites.store import find_site_by_slug_or_name
from youthvoice.sites.tablets import tablet_pass, tablet_status
from youthvoice.sites.tablets.store import add_box, confirm_box_delivered, find_undelivered_box

group = AppGroup("bundle", help="What a box in a village and its main server give each other.")


@group.command("box")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", "site_name", required=True, help="Whose children use it.")
@with_appcontext
def make_box(name: str, file: Path, site_name: str) -> None:
    """On the main server: make a place for a box called NAME, and write FILE, with which it is set up once."""
    _refuse_if_there(file)
    person = staff_session.sign_in_for_command()
    with db.writing(db.engine()) as session:
        site = find_site_by_slug_or_name(session, site_name)
        if site is None:
            raise click.ClickException(f"There is no site {site_name}.")
        staff_session.require_role(person, COORDINATOR, site_id=site.id)
        name = name.strip()[:80]
        tablet_id = find_undelivered_box(session, site.id, name)
        is_begun = tablet_id is not None
        if tablet_id is None:
            tablet_id = add_box(session, site.id, name, context.today(site.time_zone))
            Log(context.today(), person.handle).add(session, "tablet.new", site.slug)
    key, pass_text = box_key(context.keyring(), tablet_id), tablet_pass.make_pass(context.keyring(), tablet_id)
    try:
        first = first_bundle(_app(), tablet_id)
    except Refused:
        _fail(f"{_NO_PAGES} {_GO_ON}")
    values = {"pass": pass_text, "key": key.hex(), "first": base64.b64encode(first).decode()}
    _write(file, json.dumps(values).encode(), _GO_ON)
    with db.writing(db.engine()) as session:
        confirm_box_delivered(session, tablet_id)
    click.echo(f"{file}: bring it to the box, run youthvoice bundle setup there, and delete it. It holds a key.")
    if is_begun:  # it was killed before it recorded that the file is there, or before the file was
        click.echo(_BEGUN, err=True)


@group.command("setup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def set_up(file: Path) -> None:
    """In the box: take up FILE from the main server, once."""
    content = _read(file)
    context.open_installation(current_app, lambda settings: settings.box)
    _require_box()
    try:
        setup = json.loads(content)
        pass_text, key, first = str(setup["pass"]), bytes.fromhex(setup["key"]), base64.b64decode(setup["first"])
        if is_newer(first):
            _fail(f"{file}: {_BOX_OLDER}")
        answer = open_answer(key, pass_text, first)
    except (ValueError, KeyError, TypeError, CannotOpen):
        _fail(f"{file}: this is no file of youthvoice bundle box.")
    keyring = context.keyring()
    with db.reading(db.engine()) as session:
        box_state = store.find_state(session)
    # Where the power failed between key and pages, the same file goes on from there; after them nothing is left to do.
    is_other = box_state is not None and box_state.pass_text != pass_text
    if is_other or (keyring.versions(BOX) and keyring.key(BOX) != key):
        _fail("This box was set up before. A new one begins with an empty data folder and an empty key folder.")
    if box_state is None:
        keyring.adopt(BOX, key)
        store.take_answer(db.engine(), pass_text, answer)
    click.echo("This box is ready.")


@group.command("out")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def out(file: Path) -> None:
    """In the box: write everything that waits to FILE. Nothing is forgotten before a file comes back."""
    _require_box()
    state = _state()
    _refuse_if_there(file)
    rewrite_file()
    box_bundle = bundle_for_stick(state)
    _write(
        file,
        encrypt_bundle(context.keyring().key(BOX), state.pass_text, box_bundle),
        "Nothing is lost: everything waits in the box. Write it anew where there is room.",
    )
    click.echo(str(file))
    if box_bundle.more:
        click.echo("More waits than one file holds. Write the next one when the file has come back.", err=True)


@group.command("send")
@with_appcontext
def send() -> None:
    """In the box: do now what its work process does when it meets a network: bring what waits, take in what is new."""
    _require_box()
    _state()
    url = context.settings().box_server or _fail("Set YOUTHVOICE_BOX_HOUSE to the https:// address of the main server.")
    try:
        done = exchange_with_server(url)
    except ServerNotReached as error:
        _fail(f"{url}: {_NOT_REACHED[error.code]} Nothing is lost: everything waits here that the server lacks.")
    if done.gone:
        click.echo("The main server has let this box go.")
    elif not done.shows:
        _fail("The clock of the main server is behind: this box goes on showing what it shows.")
    else:
        click.echo("The main server has everything, and this box shows what is new.")
    _report_refused(len(done.refused))


@group.command("in")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("back", type=click.Path(path_type=Path), required=False)
@with_appcontext
def take_in(file: Path, back: Path | None) -> None:
    """Take in FILE. On the main server two people sign, and BACK is written for the box."""
    content, in_box = _read(file), context.settings().box
    if side_of(content) != ("back" if in_box else "out"):
        _fail(f"{file}: this is no bundle, or it is for the other side.")
    if is_newer(content):
        _fail(f"{file}: {_BOX_OLDER if in_box else _SERVER_OLDER} Nothing is lost: everything waits in the box.")
    if in_box:
        _take_back(file, content)
        return
    if back is None:
        _fail("Say where the file goes that the box gets back: youthvoice bundle in FILE BACK.")
    _refuse_if_there(back)
    first = staff_session.sign_in_for_command()
    second = staff_session.sign_in_second_for_command(first)
    staff_session.require_role(first, COORDINATOR)
    try:
        bundle_delivery = deliver_bundle(_app(), content)
    except (CannotOpen, KeyGone):
        _fail(f"{file}: it is damaged, or comes from a box that is none of ours. Write it anew in the box.")
    except BundleBusy:
        _fail("Another file of this box is taken in just now. Nothing is lost: do this again in a minute.")
    with db.writing(db.engine()) as session:
        for person in (first, second):
            Log(context.today(), person.handle).add(session, "bundle.in", str(bundle_delivery.tablet_id))
        tablet_status.record_report(
            session,
            bundle_delivery.tablet_id,
            bundle_delivery.report,
            context.now(),
            emptied_at=bundle_delivery.emptied_at,
        )
    otherwise = f"The main server has what lies in {file}. Take it in once more where there is room: it counts once."
    try:
        answer = answer_bundle(_app(), bundle_delivery)
    except Refused:
        _fail(f"{_NO_PAGES} {otherwise}")
    _write(back, answer, otherwise)
    click.echo(str(back))
    _report_refused(bundle_delivery.refused)


def _take_back(file: Path, content: bytes) -> None:
    state = _state()
    try:
        answer = open_answer(context.keyring().key(BOX), state.pass_text, content)
    except (CannotOpen, KeyGone):
        _fail(f"{file}: it is damaged, or for another box.")
    taken = store.take_answer(db.engine(), state.pass_text, answer)
    rewrite_file()
    if answer.gone:
        click.echo("The main server let this box go. Bring one more file of youthvoice bundle out, then it is empty.")
    elif taken == "older":
        click.echo("This file is older than what the box shows. It shows the same, and forgot what the server has.")
    else:
        click.echo("The box shows what is new, and has forgotten what the main server has.")


_NO_PAGES = "The pages of a box cannot be made now: the disk may be full, youthvoice doctor says it."

_BEGUN = (
    "A box of this name was begun before. If a file was written for it then, and this box is another one: delete both "
    "files, and make a box of another name. Two boxes with one key count as one."
)

_GO_ON = "Mend that, then run this again: it goes on with the same box."

_SERVER_OLDER = (
    "the box has a later version than the main server. Install that version there, restart it, and do this again."
)

_BOX_OLDER = (
    "the main server has a later version than the box. Install that version in the box, restart it, and do this again."
)

_NOT_REACHED = {
    "network": "no network, or nobody answers there.",
    "certificate": (
        "what answers has no certificate for that name that is valid today. Is the clock of this box right? "
        "Sign in to the network first, if it asks for that."
    ),
    "portal": "what answered is not the main server. Sign in to the network first, if it asks for that.",
    "refused": "it does not know this box. Was it brought back from a backup of before the box was made?",
    "house_older": _SERVER_OLDER,
    "house_newer": _BOX_OLDER,
    "busy": "it has too much to do. Try again in a few minutes.",
}


def _report_refused(refused: int) -> None:
    if refused:
        click.echo(
            "Something could not be taken; it stays in the box. What then: docs/box.md, When something happens.",
            err=True,
        )
        raise click.exceptions.Exit(1)


def _state() -> store.BoxState:
    with db.reading(db.engine()) as session:
        return store.find_state(session) or _fail("This box was not set up yet: youthvoice bundle setup FILE.")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return] # noqa: SLF001 - Flask's own way


def _require_box() -> None:
    if not context.settings().box:
        _fail("This is the main server. In a box YOUTHVOICE_BOX is 1.")


def _fail(why: str) -> NoReturn:
    raise click.ClickException(why)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _fail(f"{file}: {error.strerror}.")


def _refuse_if_there(file: Path) -> None:
    try:
        refuse_if_there(file)
    except OSError as error:
        _fail(f"{file}: {error.strerror}. What is there is never written over: name another file.")


def _write(file: Path, content: bytes, otherwise: str) -> None:
    """Write a file that only its owner can read, whole or not at all; `otherwise` says what to do when that fails."""
    try:
        write_new_file(file, content)
    except OSError as error:
        _fail(f"{file}: {error.strerror}. {otherwise}")
