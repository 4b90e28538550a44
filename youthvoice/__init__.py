"""Youth Voice: children are heard, nobody can tell which child, and something comes back.

What lies in which package stands in `docs/architecture.md`; imports point down only, in the order of `pyproject.toml`.
"""
