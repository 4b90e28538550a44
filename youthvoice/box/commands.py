"""`flask bundle ...`: what a box in a village and its main house give each other, as files that two people carry."""

import base64
import json
import os
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accounts.sign_in import staff_session
from youthvoice.audit.audit_log import Log
from youthvoice.box import store
from youthvoice.box.bundle import BACK, OUT, box_key, lock_out, open_back
from youthvoice.box.house_side import answer_bundle, deliver_bundle, first_bundle
from youthvoice.box.house_visit import bundle_of_all, hand_over
from youthvoice.box.network import HouseNotReached
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.keys.key_names import BOX
from youthvoice.sites.store import find_site_by_slug_or_name
from youthvoice.sites.tablets import device, tablet_pass, tablet_status

group = AppGroup("bundle", help="What a box in a village and its main house give each other.")


@group.command("box")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", "site_name", required=True, help="Whose children use it.")
@with_appcontext
def make_box(name: str, file: Path, site_name: str) -> None:
    """In the main house: make a place for a box called NAME, and write FILE, with which it is set up once."""
    person = staff_session.sign_in_for_command()
    with db.writing(db.engine()) as session:
        site = find_site_by_slug_or_name(session, site_name)
        if site is None:
            raise click.ClickException(f"There is no site {site_name}.")
        staff_session.require_role(person, COORDINATOR, site_id=site.id)
        tablet_id = device.add_box(session, site.id, name.strip()[:80], context.today(site.time_zone))
        Log(context.today(), person.handle).add(session, "tablet.new", site.slug)
    key, shown = box_key(context.keyring(), tablet_id), tablet_pass.make_pass(context.keyring(), tablet_id)
    first = first_bundle(_app(), tablet_id)
    told = {"pass": shown, "key": key.hex(), "first": base64.b64encode(first).decode()}
    _write(file, json.dumps(told).encode())
    click.echo(f"{file}: bring it to the box by hand, run flask bundle setup there, and delete it. It holds a key.")


@group.command("setup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def set_up(file: Path) -> None:
    """In the box: take up FILE from the main house, once."""
    _only_in_a_box()
    try:
        told = json.loads(_read(file))
        shown, key, first = str(told["pass"]), bytes.fromhex(told["key"]), base64.b64decode(told["first"])
        back = open_back(key, shown, first)
    except (ValueError, KeyError, TypeError, CannotOpen):
        _no(f"{file}: this is no file of flask bundle box.")
    if context.keyring().versions(BOX):
        _no("This box was set up before. A new one begins with an empty data folder and an empty key folder.")
    context.keyring().adopt(BOX, key)
    with db.writing(db.engine()) as session:
        store.take_back(session, shown, back)
    click.echo("This box is ready.")


@group.command("out")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def out(file: Path) -> None:
    """In the box: write everything that waits to FILE. Nothing is forgotten before a file comes back."""
    _only_in_a_box()
    store.mix_what_waits(db.engine())
    state = _state()
    _write(file, lock_out(context.keyring().key(BOX), state.shown, bundle_of_all(state)))
    click.echo(str(file))


@group.command("send")
@with_appcontext
def send() -> None:
    """In the box: do now what its work process does when it meets a network: bring what waits, take in what is new."""
    _only_in_a_box()
    _state()
    house = context.settings().box_house or _no("Set YOUTHVOICE_BOX_HOUSE to the https:// address of the main house.")
    try:
        done = hand_over(house)
    except HouseNotReached as error:
        _no(f"{house}: {_NOT_REACHED[error.code]} Nothing is lost: everything waits here that the house does not have.")
    if done.gone:
        click.echo("The main house has let this box go.")
    elif not done.shows:
        _no("The clock of the main house is behind: this box goes on showing what it shows.")
    else:
        click.echo("The main house has everything, and this box shows what is new.")
    _say_what_stays(len(done.refused))


@group.command("in")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("back", type=click.Path(path_type=Path), required=False)
@with_appcontext
def take_in(file: Path, back: Path | None) -> None:
    """Take in FILE. In the main house two people sign, and BACK is written for the box."""
    content = _read(file)
    if content.startswith(BACK) and context.settings().box:
        _take_back(file, content)
        return
    if not content.startswith(OUT) or context.settings().box:
        _no(f"{file}: this is no bundle, or it is for the other side.")
    if back is None:
        _no("Say where the file goes that the box gets back: flask bundle in FILE BACK.")
    first = staff_session.sign_in_for_command()
    second = staff_session.sign_in_second_for_command(first)
    staff_session.require_role(first, COORDINATOR)
    try:
        done = deliver_bundle(_app(), content)
    except (CannotOpen, KeyGone):
        _no(f"{file}: it is damaged, or comes from a box that is none of ours. Write it anew in the box.")
    with db.writing(db.engine()) as session:
        for person in (first, second):
            Log(context.today(), person.handle).add(session, "bundle.in", str(done.tablet_id))
        tablet_status.record_report(session, done.tablet_id, done.report, context.now(), emptied_at=done.emptied_at)
    _write(back, answer_bundle(_app(), done))
    click.echo(str(back))
    _say_what_stays(done.refused)


def _take_back(file: Path, content: bytes) -> None:
    state = _state()
    try:
        back = open_back(context.keyring().key(BOX), state.shown, content)
    except (CannotOpen, KeyGone):
        _no(f"{file}: it is damaged, or for another box.")
    with db.writing(db.engine()) as session:
        taken = store.take_back(session, state.shown, back)
    store.mix_what_waits(db.engine())
    if back.gone:
        click.echo("The main house has let this box go. Bring one more file of flask bundle out, then it is empty.")
    elif taken == "older":
        click.echo("This file is older than what the box shows. It shows the same, and forgot what the house has.")
    else:
        click.echo("The box shows what is new, and has forgotten what the main house has.")


_NOT_REACHED = {
    "network": "no network, or nobody answers there.",
    "portal": "what answered is not the main house. Sign in to the network first, if it asks for that.",
    "refused": "it does not know this box. Was it brought back from a backup of before the box was made?",
    "busy": "it has too much to do. Try again in a few minutes.",
}


def _say_what_stays(refused: int) -> None:
    if refused:
        click.echo("Something could not be taken; it stays in the box. An adult looks at it there.", err=True)
        raise click.exceptions.Exit(1)


def _state() -> store.BoxState:
    with db.reading(db.engine()) as session:
        return store.find_state(session) or _no("This box was not set up yet: flask bundle setup FILE.")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return] # noqa: SLF001 - Flask's own way


def _only_in_a_box() -> None:
    if not context.settings().box:
        _no("This is a main house. In a box YOUTHVOICE_BOX is 1.")


def _no(why: str) -> NoReturn:
    raise click.ClickException(why)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _no(f"{file}: {error.strerror}.")


def _write(file: Path, content: bytes) -> None:
    """A file that only its owner reads; what is there is never written over."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
    except OSError as error:
        _no(f"{file}: {error.strerror}.")
