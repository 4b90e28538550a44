"""Write the lock files of requirements from pyproject.toml: hashes, no index address.

The first line of each is a digest of the dependency table, so that a test can tell a stale file without network.
Versions that are locked stay as long as they fit; to take newer ones, remove all files first.
Run through `make lock`; needs `uv` on the path (it is not a dependency of the application).
"""

import hashlib
import json
import subprocess
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
FILES = {
    "requirements-test.txt": ("--extra", "analysis", "--extra", "print", "--extra", "test"),
    "requirements.txt": ("--extra", "analysis", "--extra", "print", "--constraint", "requirements-test.txt"),
    "requirements-release.txt": ("--extra", "release", "--constraint", "requirements-test.txt"),
    "requirements-docs.txt": ("--extra", "docs", "--constraint", "requirements-test.txt"),
}


def digest() -> str:
    """The first line of each file: SHA-256 of the dependency tables as sorted JSON."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    table = [sorted(project["dependencies"]), *(sorted(extras[name]) for name in sorted(extras))]
    return "# dependencies sha256 " + hashlib.sha256(json.dumps(table).encode()).hexdigest()


def main() -> None:
    """Resolve for every Python from 3.11 and write both files: what runs is at the versions that were tested."""
    for name, extra in FILES.items():
        command = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--output-file", name, *extra]
        subprocess.run(command, cwd=TOP, check=True, capture_output=True)  # versions that stand in the file stay
        made = (TOP / name).read_text("utf-8")
        (TOP / name).write_text(f"{digest()}\n{made}", "utf-8")


if __name__ == "__main__":
    main()
