"""Youth Voice: children are heard, nobody can tell which child, and something comes back.

`docs/architecture.md` says what is in which package; imports point down only, in the order of `pyproject.toml`.
"""
