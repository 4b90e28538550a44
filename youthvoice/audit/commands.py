"""The commands `youthvoice audit ...`."""

import click
from flask.cli import AppGroup

from youthvoice import context, db
from youthvoice.audit.audit_log import LogFault, LogHead, NotAHead, find_log_faults, read_head

group = AppGroup("audit", help="The append-only log.")

_FAULT_TEXTS = {
    "line": "the log breaks at line {}: it was edited, removed or moved",
    "short": "the log was cut: there was a line {}",
    "other": "line {} is not the line that was there",
    "kept_head": "a kept head, of line {}, was not written by this house",
}


class _HeadType(click.ParamType[LogHead]):
    name = "number:hex"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> LogHead:
        """Parse a head as the daily note shows it."""
        try:
            return read_head(str(value))
        except NotAHead:
            self.fail("a head looks like 123:0af3..., with 64 letters and digits after the colon", param, ctx)


@group.command("verify")
@click.option(
    "--head", "heads", type=_HeadType(), multiple=True, help="That somebody outside holds; may be given again."
)
def verify(heads: tuple[LogHead, ...]) -> None:
    """Find a line that was edited, removed, moved or cut off; exit 1 when there is one."""
    with db.reading(db.engine()) as session:
        log_faults = find_log_faults(session, context.keyring().key("audit"), heads)
    if log_faults:
        raise click.ClickException("; ".join(fault_text(fault) for fault in log_faults))
    click.echo(
        "The log is whole." if heads else "The log is whole, as far as this house knows. A head held outside says more."
    )


def fault_text(fault: LogFault) -> str:
    """A fault in words, for the person who runs the installation."""
    return _FAULT_TEXTS[fault.code].format(fault.number)
