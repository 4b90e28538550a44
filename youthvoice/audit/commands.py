"""`flask audit ...`."""

import click
from flask.cli import AppGroup

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.heads import Head, NotAHead, written
from youthvoice.audit.verification import Fault, faults

group = AppGroup("audit", help="The append-only log.")

_WORDS = {
    "line": "the log breaks at line {}: it was edited, removed or moved",
    "short": "the log was cut: there was a line {}",
    "other": "line {} is not the line that was there",
    "kept_head": "a kept head, of line {}, was not written by this house",
}


class _HeadType(click.ParamType[Head]):
    name = "number:hex"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        """A head as a daily note bears it."""
        try:
            return written(str(value))
        except NotAHead:
            self.fail("a head looks like 123:0af3..., with 64 letters and digits after the colon", param, ctx)


@group.command("verify")
@click.option(
    "--head", "held", type=_HeadType(), multiple=True, help="That somebody outside holds; may be given again."
)
def verify(held: tuple[Head, ...]) -> None:
    """Find a line that was edited, removed, moved or cut off; exit 1 when there is one."""
    with db.reading(db.engine()) as session:
        found = faults(session, running.keyring().key("audit"), held)
    if found:
        raise click.ClickException("; ".join(said(fault) for fault in found))
    click.echo(
        "The log is whole." if held else "The log is whole, as far as this house knows. A head held outside says more."
    )


def said(fault: Fault) -> str:
    """A fault in words, for whoever runs the house."""
    return _WORDS[fault.code].format(fault.number)
