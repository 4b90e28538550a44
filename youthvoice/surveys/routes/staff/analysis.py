"""The analysis of a closed round, for advocates - HTTP only. Each use is logged, a download like a page."""

import csv
import io
import json
from http import HTTPStatus

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.errors import Refused
from youthvoice.surveys.analysis import charts, labels
from youthvoice.surveys.analysis.report import AnalysedQuestion, Analysis, analyse_round
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.labels import round_label
from youthvoice.surveys.rounds.store import find_round
from youthvoice.web.i18n import languages

analysis_pages = StaffBlueprint("analysis", __name__, url_prefix="/staff/rounds/<slug>/analysis", menu="rounds.index")


def _round(slug: str) -> Round:
    round_ = find_round(db.session(), slug)
    if round_ is None or not current_caller().site_ids & set(round_.site_ids):
        abort(404)
    return round_


def _logged_analysis(round_: Round, what: str) -> Analysis:
    """The analysis; its use is logged before anybody sees it.

    Raises:
        Refused: there is no analysis.
    """
    analysis = analyse_round(db.session(), round_)
    with db.writing(db.engine()) as session:  # a GET request has no transaction that may write
        caller_log().add(session, "analysis.open", f"{round_.slug} {what}")
    return analysis


@analysis_pages.get("")
@permission_required("analysis.open")
def detail(slug: str) -> ResponseReturnValue:
    """Show the sentence, figures and charts of every question; or why there is no analysis."""
    round_ = _round(slug)
    label = round_label(round_, languages.chosen())
    analysis = _logged_analysis(round_, "page")
    return render_template(
        "surveys/analysis/analysis.html",
        facts=round_,
        named=label,
        analysis=analysis,
        pictures={name: charts.draw_chart(name, analysis) for name in charts.CHARTS},
        labels=labels,
        say=languages.chosen(),
    )


@analysis_pages.get("/figures.csv")
@permission_required("analysis.open")
def figures_csv(slug: str) -> ResponseReturnValue:
    """Download counts and figures as CSV, a row each."""
    return _file(_as_csv(_logged_analysis(_round(slug), "figures.csv")), "text/csv", f"{slug}.csv")


@analysis_pages.get("/figures.json")
@permission_required("analysis.open")
def figures_json(slug: str) -> ResponseReturnValue:
    """Download the same as JSON, with every change from one answer to another."""
    analysis = _logged_analysis(_round(slug), "figures.json")
    return _file(
        json.dumps(analysis.as_data(), ensure_ascii=False, indent=2) + "\n", "application/json", f"{slug}.json"
    )


@analysis_pages.get("/shares.svg")
@permission_required("analysis.open")
def shares_svg(slug: str) -> ResponseReturnValue:
    """Download the chart of shares before and after."""
    return _chart_file(slug, "shares")


@analysis_pages.get("/moves.svg")
@permission_required("analysis.open")
def moves_svg(slug: str) -> ResponseReturnValue:
    """Download the chart of changes between answers."""
    return _chart_file(slug, "moves")


def _chart_file(slug: str, name: str) -> Response:
    chart = charts.draw_chart(name, _logged_analysis(_round(slug), f"{name}.svg")) or abort(404)
    return _file(str(chart), "image/svg+xml", f"{slug}-{name}.svg")


@analysis_pages.errorhandler(Refused)
def _refused(refused: Refused) -> ResponseReturnValue:
    """Say why there is no analysis."""
    round_ = _round((request.view_args or {})["slug"])
    status = HTTPStatus.SERVICE_UNAVAILABLE if refused.code == "busy" else HTTPStatus.CONFLICT
    label, reason = round_label(round_, languages.chosen()), labels.ANALYSIS_REFUSALS[refused.code]
    return render_template("surveys/analysis/refused.html", facts=round_, named=label, why=reason), status


def _file(content: str, mimetype: str, name: str) -> Response:
    return Response(
        content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="analysis-{name}"'}
    )


_COLUMNS = ("question", "answer", "before", "after")


def _as_csv(analysis: Analysis) -> str:
    """A row for every answer of every question, and one for every figure."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([*_COLUMNS, "test", "statistic", "p", "effect", "ci_low", "ci_high", "verdict"])
    for question in analysis.as_data()["questions"]:
        before = question["counts"]["before"] or {}
        for answer in question["categories"]:
            writer.writerow(
                [question["name"], answer, before.get(answer, ""), question["counts"]["after"].get(answer, "")]
            )
        for figure in (question, *question["also"]):
            values = [figure[name] for name in ("test", "statistic", "p", "effect", "ci_low", "ci_high")]
            writer.writerow([question["name"], "", "", "", *values, figure.get("verdict", "")])
    return output.getvalue()


@analysis_pages.context_processor
def _words() -> dict[str, object]:
    return {
        "answer_words": _answer_words,
        "answers_to": _answers_to,
        "keys_of": _keys,
        "heads_of": _heads,
        "results_of": lambda one: (one.result.main, *one.result.also),
    }


def _answers_to(question: AnalysedQuestion) -> tuple[str, ...]:
    """Every possible answer, in order."""
    return (*question.question.keys, DONT_KNOW, DID_NOT_SAY)


def _answer_words(question: AnalysedQuestion, key: str) -> str:
    """The label of an answer in the reader's language."""
    silent = {DONT_KNOW: _("I don't know"), DID_NOT_SAY: _("did not say")}
    if key in silent:
        return str(silent[key])
    words = next(tile.text for tile in question.question.tiles if tile.key == key)
    return words.get(languages.chosen()) or next(iter(words.values()))


def _keys(question: AnalysedQuestion) -> list[str]:
    """The answers that a child gave in either wave, as declared."""
    return [key for key in _answers_to(question) if question.counts.before.get(key) or question.counts.after.get(key)]


def _heads(question: AnalysedQuestion) -> list[str]:
    """The heads of the table of changes: the answer before, then one column for each answer now."""
    return [str(_("Before")), *(_answer_words(question, key) for key in _keys(question))]
