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
from youthvoice.box.bundle import BACK, OUT, BundleBack, BundleOut, box_key, lock_back, lock_out, open_back
from youthvoice.box.house_side import deliver_bundle, gather_shelf
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
    first = lock_back(key, shown, BundleBack((), gather_shelf(_app(), tablet_id)))
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
        store.replace_shelf(session, back.shelf)
    click.echo("This box is ready.")


@group.command("out")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def out(file: Path) -> None:
    """In the box: write everything that waits to FILE. Nothing is forgotten before a file comes back."""
    _only_in_a_box()
    with db.reading(db.engine()) as session:
        shelf, envelopes = store.find_manifest(session), store.list_envelopes(session)
    if shelf is None:
        _no("This box was not set up yet: flask bundle setup FILE.")
    made = BundleOut(int(context.now().timestamp()), tuple(envelopes))
    _write(file, lock_out(context.keyring().key(BOX), str(shelf["pass"]), made))
    click.echo(str(file))


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
    key, shown = box_key(context.keyring(), done.tablet_id), tablet_pass.make_pass(context.keyring(), done.tablet_id)
    _write(back, lock_back(key, shown, BundleBack(done.taken, gather_shelf(_app(), done.tablet_id))))
    click.echo(str(back))
    if done.refused:
        click.echo("Something could not be taken; it stays in the box. An adult looks at it there.", err=True)
        raise click.exceptions.Exit(1)


def _take_back(file: Path, content: bytes) -> None:
    with db.writing(db.engine()) as session:
        shelf = store.find_manifest(session)
        try:
            back = open_back(context.keyring().key(BOX), str((shelf or {}).get("pass", "")), content)
        except (CannotOpen, KeyGone):
            _no(f"{file}: it is damaged, or for another box.")
        store.forget_envelopes(session, back.taken)
        store.replace_shelf(session, back.shelf)
    click.echo("The box shows what is new, and has forgotten what the main house has.")


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
