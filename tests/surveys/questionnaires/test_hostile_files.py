"""No questionnaire file takes more than 300 MB or 10 s, whatever is in it, and its memory comes back."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.long_tests import RUNS_LONG, breadth, long_test
from tests.surveys.questionnaires.test_xlsform import PLAIN, bare_xls, workbook
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.importer import MAX_CPU_SECONDS, read_file

pytestmark = pytest.mark.usefixtures("true_processes")
ROOT = Path(__file__).parents[3]
MEGABYTE = 1024 * 1024
SHORT_SECONDS = 2
ENDED_BY_ITS_TIME = "dots that look like words"
_SHORTER = f"""#!/bin/sh
exec {sys.executable} -E -s -c '
import runpy, sys
from youthvoice.jobs import isolated_process
limit = isolated_process.limit_this_process
def shorter(memory, seconds):
    assert seconds == {MAX_CPU_SECONDS}
    limit(memory, {SHORT_SECONDS})
isolated_process.limit_this_process = shorter
runpy.run_module(sys.argv[-1], run_name="__main__", alter_sys=True)
' "$@"
"""
"""An interpreter whose programs have less time than they ask for; one that asks for another time ends at once."""
_MEASURED = """
import json, resource, sys
sys.executable = sys.argv[2]
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.importer import read_file
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))  # so that a failure stays small

def highest():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])

before, found = highest(), ["read"]
try:
    read_file(sys.stdin.buffer.read(), sys.argv[1])
except QuestionnaireRefused as refused:
    found = [fault.code for fault in refused.faults]
used = resource.getrusage(resource.RUSAGE_CHILDREN)
took = used.ru_utime + used.ru_stime  # work, not the clock: others use this machine too
peak = max(highest(), used.ru_maxrss)
print(json.dumps([found, took, peak, highest() - before]))
"""


def _packed(part: bytes, how: int, megabytes: int) -> bytes:
    """A workbook with one part that says it holds 100 bytes."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", how, compresslevel=1) as book,
        book.open("xl/workbook.xml", "w", force_zip64=False) as written,
    ):
        for _ in range(megabytes):
            written.write(part * (MEGABYTE // len(part)))
    data = packed.getvalue()
    said, lie = struct.pack("<I", megabytes * MEGABYTE), struct.pack("<I", 100)
    return data.replace(said, lie)


def _in_a_folder(book: bytes) -> bytes:
    """A bare .xls as spreadsheet programs keep it: a file of sectors (OLE2) that holds one stream, `Book`."""
    many = max(8, -(-len(book) // 512))  # 4096 bytes at least, else it would lie among the small ones
    none, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<I", none) * 108
    chain = [table, end, *range(3, 2 + many), end]
    sectors = struct.pack(f"<{len(chain)}I", *chain) + struct.pack("<I", none) * (128 - len(chain))
    entries = b""
    for name, kind, child, start, size in (("Root Entry", 5, 1, end, 0), ("Book", 2, none, 2, many * 512)):
        spelled = (name + "\0").encode("utf-16-le")
        entries += spelled.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xIII", len(spelled), kind, 1, none, none, child, start, size, 0
        )
    return header + sectors + entries.ljust(512, b"\0") + book.ljust(many * 512, b"\0")


def _far_cells() -> bytes:
    grid = [[str(at) for at in range(3)]]
    sheets = {f"s{at}": grid for at in range(40)} | dict.fromkeys(("survey", "choices", "settings"), grid)
    near, far = struct.pack("<HHHH", 0, 2, 0, 1), struct.pack("<HHHH", 16383, 255, 0, 1)
    return _in_a_folder(bare_xls(sheets).replace(near, far))


def _dotted(inside: str = "%s = 1") -> bytes:
    return (inside % ".".join("a" * 100_000)).encode()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "dots in a header": (lambda: _dotted("[%s]"), "dots.toml"),
    ENDED_BY_ITS_TIME: (lambda: _dotted("""x = ['''\n " ''', {%s = 1}] # \""""), "dots.toml"),
    "blanks": (lambda: b'x = """\n[' + b" " * 200_000 + b'\n"""', "blanks.toml"),
    "lzma": (lambda: _packed(b"\0", zipfile.ZIP_LZMA, 200), "small.xlsx"),
    "deflated": (lambda: _packed(b"<a>", zipfile.ZIP_DEFLATED, 400), "small.xlsx"),
    "far cells": (_far_cells, "far.xls"),
}
ALIKE: dict[str, tuple[Callable[[], bytes], str]] = {
    "dots": (_dotted, "dots.toml"),
    "bzip2": (lambda: _packed(b"\0", zipfile.ZIP_BZIP2, 200), "small.xlsx"),
}
"""Refused by the same line as one of the others."""


@pytest.mark.parametrize(
    "kind",
    breadth(
        [ENDED_BY_ITS_TIME, "deflated"],
        [kind for kind in (*HOSTILE, *ALIKE) if kind not in {ENDED_BY_ITS_TIME, "deflated"}],
    ),
)
def test_no_file_takes_more_memory_or_time_than_the_house_has(kind: str, tmp_path: Path) -> None:
    """What is ended by its limit of time has a fifth of it here; that it asks for all of it is looked at on the way."""
    shortened = kind == ENDED_BY_ITS_TIME and not RUNS_LONG
    python = tmp_path / "python" if shortened else Path(sys.executable)
    if shortened:
        python.write_text(_SHORTER)
        python.chmod(0o700)
    make, name = (HOSTILE | ALIKE)[kind]
    data = make()
    assert len(data) < 2 * MEGABYTE
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, name, str(python)],
        input=data, capture_output=True, check=False, cwd=ROOT, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-800:]
    found, took, peak, grown = json.loads(done.stdout)
    sys.stdout.write(f"{kind}: {took:.1f} s, {peak / 1024:.0f} MiB, house +{grown / 1024:.0f} MiB, {found}\n")
    assert "read" not in found
    assert took < (SHORT_SECONDS if shortened else MAX_CPU_SECONDS) + 2
    assert took > SHORT_SECONDS - 0.5 or not shortened, "it was not ended by anything else"
    assert peak * 1024 < 300 * MEGABYTE
    assert grown * 1024 < 30 * MEGABYTE


def test_the_process_that_reads_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "told"
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\nenv > {told}\n")
    fake.chmod(0o700)
    monkeypatch.setenv("YOUTHVOICE_SECRET", "mild")
    monkeypatch.setattr(sys, "executable", str(fake))
    with pytest.raises(QuestionnaireRefused):
        read_file(b"", "x.toml")
    assert "YOUTHVOICE" not in told.read_text()


@long_test("RUN")
def test_a_fair_form_is_not_refused_because_the_machine_is_busy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a file may cost is measured in work: once nine seconds by the clock were all, whoever used them."""
    slow = tmp_path / "python"
    slow.write_text(f'#!/bin/sh\nsleep 10\nexec {sys.executable} "$@"\n')
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    assert read_file(workbook([PLAIN]), "Form.xlsx").questionnaire.name == "form"


def test_a_workbook_still_comes_in_through_the_process() -> None:
    file = read_file(workbook([PLAIN]), "Form.xlsx")
    assert file.questionnaire.name == "form"
    assert file.questionnaire.questions[0].text["en"] == PLAIN[2]


@pytest.mark.parametrize("data", [b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 no book", b"hello there"])
def test_a_broken_workbook_is_called_one(data: bytes) -> None:
    with pytest.raises(QuestionnaireRefused) as refused:
        read_file(data, "form.XLSX")
    assert [fault.code for fault in refused.value.faults] == ["broken_workbook"]


def test_two_words_with_dots_are_no_deep_key() -> None:
    with pytest.raises(QuestionnaireRefused) as refused:
        read_file(b'title = { en = "Wait.a.b.c.d.e.f.g.h.i.j.k" }\n', "x.toml")
    assert "too_deep" not in {fault.code for fault in refused.value.faults}
