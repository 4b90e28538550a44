"""The papers as pages for a browser: which of them are in the menu, and which links stay."""

import re
from pathlib import Path
from typing import cast

import pytest

from scripts import docs_site, release
from tests.support.long_tests import long_test

_LOADED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=[\"']([^\"']+)|url\([\"']?(\w+:[^)]+)")


def test_every_paper_is_in_the_menu_once(tmp_path: Path) -> None:
    docs_site.copy_papers(docs_site.TOP, tmp_path / "papers")
    menu = cast("list[dict[str, str | list[str]]]", docs_site.site_settings(tmp_path / "papers", tmp_path)["nav"])
    entries = [value for chapter in menu for value in chapter.values()]
    files = [file for entry in entries for file in ([entry] if isinstance(entry, str) else entry)]
    papers = [path for name in ("", "docs/**/", "deploy/") for path in docs_site.TOP.glob(f"{name}*.md")]
    assert sorted(files) == sorted(paper.relative_to(docs_site.TOP).as_posix() for paper in papers)


def test_papers_bear_the_day_of_their_commit_and_of_an_archive_one_fixed_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert docs_site.papers_moment() == release.commit_moment()
    monkeypatch.setattr(release, "TOP", tmp_path)
    assert docs_site.papers_moment() == release.FIRST_YEAR_OF_ZIP


def test_a_link_out_of_the_papers_is_its_words_and_one_between_them_stays(tmp_path: Path) -> None:
    (tmp_path / "units.service").touch()
    text = "[code](../youthvoice/cli.py#L1), [folder](../surveys), [unit](units.service), [paper](lost.md#a), "
    text += "[here](#a), [site](https://example.org), ![picture](lost.png)\n```\n[code](../x.py)\n```\n"
    kept = "code, folder, [unit](units.service), [paper](lost.md#a), "
    kept += "[here](#a), [site](https://example.org), ![picture](lost.png)\n```\n[code](../x.py)\n```\n"
    assert docs_site.without_lost_links(text, tmp_path) == kept


@long_test("BUILT")
def test_pages_fetch_nothing_and_are_the_same_bytes_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        docs_site.main([str(folder)])
        made.append({file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()})
    assert made[0] == made[1]
    texts = [body.decode() for file, body in made[0].items() if file.suffix in {".html", ".css"}]
    loaded = [address for text in texts for pair in _LOADED.findall(text) for address in pair if address]
    assert "css/theme.css" in loaded
    assert [address for address in loaded if re.match(r"(?!data:)\w+:|//", address)] == []
    assert "Searching needs a server" in capsys.readouterr().out
