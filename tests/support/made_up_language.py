"""A pytest plugin: `translations` with the folder of one language more, which says each text in brackets."""

import os
import shutil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from youthvoice import config

CODE, NAME = "eo", "Esperanto"
FOLDER = "YOUTHVOICE_TEST_TRANSLATIONS"
OPENS, CLOSES = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"


def drop_in(folder: Path) -> None:
    """Copy the languages that are there into a folder, and add the made-up one: two files, no code."""
    shutil.copytree(config.shared_folder("translations"), folder)
    own = folder / CODE / "LC_MESSAGES"
    own.mkdir(parents=True)
    (folder / CODE / "language.toml").write_text(f'name = "{NAME}"\ngreeting = "Saluton"\n', "utf-8")
    with (folder / "child.pot").open("rb") as file:
        template = read_po(file)
    catalog = Catalog(CODE)
    for message in template:
        if isinstance(message.id, tuple):
            catalog.add(message.id, tuple(f"{OPENS}{text}{CLOSES}" for text in message.id))
        elif message.id:
            catalog.add(message.id, f"{OPENS}{message.id}{CLOSES}")
    with (own / "child.mo").open("wb") as out:
        write_mo(out, catalog)


def use(folder: Path) -> None:
    """Let the application read its languages there; before it is imported."""
    here = config.shared_folder
    config.shared_folder = lambda name: folder if name == "translations" else here(name)


if folder_of_the_run := os.environ.get(FOLDER):
    use(Path(folder_of_the_run))
