import errno
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader

from tests.support.long_tests import breadth
from youthvoice.web.pages import page_cache
from youthvoice.web.pages.page_cache import keep_compiled_templates


class Folder:
    """Templates in a folder, and processes that read them."""

    def __init__(self, path: Path) -> None:
        self.path, self.value, self.compiled = path, "old", 0

    def write(self, text: str) -> None:
        (self.path / "page.html").write_text(text)

    def kept(self) -> Path:
        return next(self.path.glob("__pycache__/page.html.*"))

    def process(self) -> Environment:
        app = Flask("app")
        keep_compiled_templates(app)
        environment = app.jinja_env
        environment.loader = FileSystemLoader(self.path)
        environment.filters["address"] = lambda name: f"{name}-{self.value}"
        compile_it = environment.compile

        def count(source: str, name: str, filename: str) -> object:
            self.compiled += 1
            return compile_it(source, name, filename)

        environment.compile = count  # type: ignore[method-assign,assignment]
        return environment

    def shown(self) -> str:
        return self.process().get_template("page.html").render()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    made = Folder(tmp_path)
    made.write("Good morning")
    yield made
    assert {file.name for file in tmp_path.iterdir()} <= {"page.html", "__pycache__"}


def test_a_second_process_compiles_nothing(folder: Folder) -> None:
    assert [folder.shown(), folder.shown()] == ["Good morning"] * 2
    assert folder.compiled == 1


def test_a_changed_template_is_compiled_again(folder: Folder) -> None:
    folder.shown()
    folder.write("Good night")
    assert folder.shown() == "Good night"
    assert folder.compiled == 2


def test_other_options_of_the_compiler_compile_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.shown()
    monkeypatch.setattr(page_cache, "_COMPILER", "another")
    folder.shown()
    assert folder.compiled == 2


def test_what_an_expression_gives_is_never_kept(folder: Folder) -> None:
    """The address of a script has its hash; with the hash of an older one its page would get none."""
    folder.write('{{ "kiosk.js"|address }} {% set name = "a.css"|address %}{{ name }} {{ "b.js"|address|upper }}')
    assert folder.shown() == "kiosk.js-old a.css-old B.JS-OLD"
    folder.value = "new"
    assert folder.shown() == "kiosk.js-new a.css-new B.JS-NEW"
    assert folder.compiled == 1


@pytest.mark.parametrize("bytes_left", [0, 1, 20, 40, 100])
def test_a_file_that_is_not_whole_is_compiled_again(folder: Folder, bytes_left: int) -> None:
    folder.shown()
    folder.kept().write_bytes(folder.kept().read_bytes()[:bytes_left])
    assert folder.shown() == folder.shown() == "Good morning"
    assert folder.compiled == 2


def test_a_file_of_which_a_byte_changed_is_compiled_again(folder: Folder) -> None:
    """The first bytes are a pickle, which raises whatever it likes: that page failed until it was removed."""
    folder.shown()
    good = folder.kept().read_bytes()
    for place in breadth([0, 40, len(good) // 2, len(good) - 1], range(len(good))):
        folder.kept().write_bytes(good[:place] + bytes([good[place] ^ 0x80]) + good[place + 1 :])
        compiled = folder.compiled
        assert folder.shown() == "Good morning"
        assert folder.compiled == compiled + 1


@pytest.mark.parametrize("bytes_left", [0, 1, 12, 20, 40, 100])
def test_code_that_is_not_whole_is_compiled_again_though_its_hash_is_right(folder: Folder, bytes_left: int) -> None:
    """Its pickle raised, and each page of that template failed."""
    folder.shown()
    code = folder.kept().read_bytes()[32:][:bytes_left]
    folder.kept().write_bytes(hashlib.sha256(code).digest() + code)
    assert folder.shown() == folder.shown() == "Good morning"
    assert folder.compiled == 2


def test_what_could_not_be_written_to_its_end_is_removed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start on a full disk left another file there."""

    def write_a_part(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(Path, "write_bytes", write_a_part)
    assert folder.shown() == "Good morning"
    assert list(folder.path.glob("__pycache__/*")) == []


def test_nothing_is_kept_where_python_keeps_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    folder.shown()
    assert not (folder.path / "__pycache__").exists()


def test_a_folder_that_cannot_be_written_keeps_nothing(folder: Folder) -> None:
    (folder.path / "__pycache__").write_text("no folder")
    assert [folder.shown(), folder.shown()] == ["Good morning"] * 2
    assert folder.compiled == 2
