"""The command `youthvoice surveys analyse`: print the analysis of a closed round for an advocate who signs in."""

import json

import click
from flask.cli import with_appcontext

from youthvoice import db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts.sign_in import staff_session
from youthvoice.errors import Refused
from youthvoice.surveys.analysis import labels
from youthvoice.surveys.analysis.report import Analysis, Wanted, analyse_round
from youthvoice.surveys.command_line import log_of, round_of


@click.command("analyse")
@click.argument("round_", metavar="ROUND")
@click.option("--json", "as_json", is_flag=True, help="All counts and figures as JSON.")
@click.option("--paired", "wanted", flag_value="paired", type=str, help="Refuse where waves are not linked.")
@click.option("--unpaired", "wanted", flag_value="unpaired", type=str, help="Refuse where waves are linked.")
@with_appcontext
def analyse(round_: str, wanted: Wanted | None, *, as_json: bool) -> None:
    """Say what changed between two waves, with how much doubt. Signed in: an advocate; each opening is logged."""
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, ADVOCATE)
    with db.reading(db.engine()) as session:
        analysed_round = round_of(session, round_, person)
        try:
            analysis = analyse_round(session, analysed_round, wanted or "any")
        except Refused as refused:
            raise click.ClickException(str(labels.ANALYSIS_REFUSALS[refused.code])) from None
    with db.writing(db.engine()) as session:
        log_of(person).add(session, "analysis.open", f"{analysed_round.slug} command")
    if as_json:
        click.echo(json.dumps(analysis.as_data(), ensure_ascii=False, indent=2))
        return
    _print_analysis(analysis)


def _print_analysis(analysis: Analysis) -> None:
    click.echo("You may recognise a child in these numbers. They never leave you.")
    if analysis.is_compared:
        pairs = "not linked" if analysis.n_pairs is None else f"{analysis.n_pairs} pairs"
        click.echo(f"{analysis.n_pre} sheets before, {analysis.n_post} after, {pairs}.")
    else:
        click.echo(f"{analysis.n_post} sheets; asked once.")
    for question in analysis.questions:
        click.echo(f"{question.question.name}: {question.verdict or dict(question.counts.after)}")
