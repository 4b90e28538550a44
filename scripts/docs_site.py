"""Make one folder of pages out of README, docs/ and deploy/, for a browser. Run through `make docs`.

Nothing on a page is fetched from anywhere: no fonts, no scripts of others. A link that leads nowhere ends it.
Equal byte for byte wherever the same papers are made: the date on the pages is the commit's.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from scripts.release import FIRST_YEAR_OF_ZIP, CannotRelease, commit_moment

TOP: Final = Path(__file__).resolve().parents[1]
CHAPTERS: Final = {
    "Guides": ("docs/guide",),
    "Running it": ("docs/operations.md", "docs/scale.md", "docs/box.md", "deploy/README.md"),
    "Kit for an organisation": ("docs/kit",),
    "Protection": ("docs/threat-model.md", "docs/threat-register.md", "docs/asvs.md", "SECURITY.md"),
    "Why it is as it is": ("docs/design",),
    "How it is built": ("docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md"),
    "Decisions": ("docs/decisions",),
    "The project": ("CHANGELOG.md", "GOVERNANCE.md", "CODE_OF_CONDUCT.md"),
}
"""Headings of the menu, and below each papers, or folders whose papers stand in the order of their names."""
STYLE: Final = """\
.wy-table-responsive table td, .wy-table-responsive table th { white-space: normal; }
.wy-nav-content { max-width: 60rem; }
@media print {
  .wy-nav-content { padding: 0; max-width: none; font-size: 10pt; }
  .wy-nav-content p, .wy-nav-content li { font-size: 10pt; line-height: 1.35; margin-bottom: 0.4em; }
  .wy-nav-content .wy-table-responsive table td { font-size: 9pt; padding: 2pt 5pt; line-height: 1.25; }
  .wy-nav-content .wy-table-responsive { margin-bottom: 1em; }
  [role="navigation"], .rst-footer-buttons, footer { display: none; }
}
"""
"""Cells of our tables hold sentences; the theme lets no line of one break, and prints as large as a screen."""
_LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def main(arguments: list[str] | None = None) -> None:
    """Write the pages, and say how they are read.

    Args:
        arguments: of the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="is written anew")
    folder = parser.parse_args(arguments).folder.absolute()
    with tempfile.TemporaryDirectory() as temporary:
        papers = Path(temporary, "papers")
        copy_papers(TOP, papers)
        settings = Path(temporary, "mkdocs.yml")
        settings.write_text(json.dumps(site_settings(papers, folder)), "utf-8")  # JSON is YAML
        command = [sys.executable, "-m", "mkdocs", "--quiet", "build", "--strict", "--clean"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(papers_moment()), "NO_MKDOCS_2_WARNING": "1"}
        if subprocess.run([*command, "--config-file", str(settings)], env=environment, check=False).returncode:
            raise SystemExit("No pages were made: what has to be put right stands above.")
    sys.stdout.write(
        f"Open {folder / 'index.html'} in a browser. Searching needs a server on this machine:\n"
        f"  {Path(sys.executable).name} -m http.server --bind 127.0.0.1 --directory {folder} 8080\n"
    )


def copy_papers(top: Path, papers: Path) -> None:
    """Copy every paper with its pictures; a link to what is no paper keeps its words alone."""
    for folder in ("docs", "deploy"):
        shutil.copytree(top / folder, papers / folder)
    for file in (*top.glob("*.md"), top / "LICENSE"):
        shutil.copy(file, papers)
    (papers / "pages.css").write_text(STYLE, "utf-8")
    for paper in papers.rglob("*.md"):
        paper.write_text(without_lost_links(paper.read_text("utf-8"), paper.parent), "utf-8")


def without_lost_links(text: str, beside: Path) -> str:
    """The text of a paper, in which a link to a file that does not lie there is its words.

    A link to another paper stays, there or not: that it leads nowhere is a fault that has to be seen.
    """

    def kept(link: re.Match[str]) -> str:
        file = link[2].partition("#")[0]
        stays = not file or ":" in file or file.endswith(".md") or (beside / file).is_file()
        return link[0] if stays else link[1]

    return "".join(part if part.startswith("```") else _LINK.sub(kept, part) for part in _FENCED.split(text))


def site_settings(papers: Path, folder: Path) -> dict[str, object]:
    """What mkdocs is told: pages that a browser opens without a server, in a theme that fetches nothing.

    Args:
        papers: where they were copied to.
        folder: of the pages.
    """
    return {
        "site_name": "Youth Voice",
        "docs_dir": str(papers),
        "site_dir": str(folder),
        "use_directory_urls": False,
        "theme": {"name": "readthedocs", "highlightjs": False, "navigation_depth": 3, "titles_only": False},
        "extra_css": ["pages.css"],
        "plugins": ["search"],
        "nav": [{"Youth Voice": "README.md"}, *_menu(papers)],
        "validation": {
            "nav": {"omitted_files": "warn", "not_found": "warn", "absolute_links": "warn"},
            "links": {"not_found": "warn", "anchors": "warn", "absolute_links": "warn", "unrecognized_links": "warn"},
        },
    }


def _menu(papers: Path) -> list[dict[str, list[str]]]:
    return [{chapter: _files(papers, places)} for chapter, places in CHAPTERS.items()]


def _files(papers: Path, places: tuple[str, ...]) -> list[str]:
    """Addresses of papers; of a folder its README first."""
    files = [file for place in places for file in _below(papers / place)]
    return [file.relative_to(papers).as_posix() for file in files]


def _below(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(place.glob("*.md"), key=lambda file: (file.name != "README.md", file.name))


def papers_moment() -> int:
    """When the papers were committed, in seconds since 1970; of an archive without a history the first of 1980."""
    try:
        return commit_moment()
    except CannotRelease:
        return FIRST_YEAR_OF_ZIP


if __name__ == "__main__":
    main()
