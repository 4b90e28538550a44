"""What a watcher of the machine reads: the text format of Prometheus, version 0.0.4.

Nothing here counts a child or changes because one did something, not even a request that is answered. A test holds
every name and label. Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from youthvoice.monitoring.installation_state import BEAT_STEP, JOB_STEP, InstallationState
from youthvoice.monitoring.stored_content import CONTENT

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_DAY: Final = timedelta(days=1)


class Sample(NamedTuple):
    """One value, with its labels."""

    value: float
    labels: Mapping[str, str] = {}


class Gauge(NamedTuple):
    """One metric: its name, what it means, and its values; without one where nothing is known."""

    name: str
    meaning: str
    samples: tuple[Sample, ...]


def write_metrics(state: InstallationState) -> str:
    """The whole answer."""
    return "".join(_write(gauge) for gauge in list_gauges(state))


def list_gauges(state: InstallationState) -> Iterator[Gauge]:
    """Every metric of a state."""
    about = {"version": state.version, "database": state.database, "migration": state.migration}
    yield Gauge("youthvoice_info", "Version, kind of database and its last migration.", (Sample(1, about),))
    yield Gauge(
        "youthvoice_database_current",
        "Whether the database has every migration of the program.",
        (Sample(state.is_current),),
    )
    yield Gauge(
        "youthvoice_work_beat_age_seconds",
        "Time since a work process last reported, in steps of 300; +Inf if none ever did.",
        (Sample(_seconds(state.age(state.beat_at, BEAT_STEP))),),
    )
    yield Gauge(
        "youthvoice_job_last_success_age_seconds",
        "Time since a job last did its work, in steps of 900; +Inf if it never did.",
        tuple(Sample(_seconds(state.age(job.succeeded_at, JOB_STEP)), {"job": job.name}) for job in state.jobs),
    )
    yield Gauge(
        "youthvoice_job_failing",
        "Whether a job failed and did not succeed since.",
        tuple(Sample(job.is_failing, {"job": job.name}) for job in state.jobs),
    )
    yield Gauge(
        "youthvoice_messages_fault",
        "Whether messages did not leave at the daily check at three in the morning, UTC; never how many.",
        tuple(Sample(fault in state.delivery_faults, {"fault": fault}) for fault in ("given_up", "sms", "stuck")),
    )
    yield Gauge(
        "youthvoice_content_fault",
        "Whether some of it did not open, or the log was changed, at the last nightly check; nothing before the first.",
        ()
        if (faults := state.content_faults) is None
        else tuple(Sample(name in faults, {"fault": name}) for name in CONTENT.faults),
    )
    backup = state.age(state.backup_at, _DAY)
    yield Gauge(
        "youthvoice_backup_age_days",
        "Whole days since the last good backup; +Inf if there was none.",
        (Sample(_seconds(backup) / _DAY.total_seconds()),),
    )
    yield Gauge(
        "youthvoice_backup_refused",
        "Whether a backup was refused since the last good one.",
        (Sample(bool(state.backup_refusal)),),
    )
    yield Gauge(
        "youthvoice_disk_free_bytes",
        "Room on the disk, down to a step of 1, 2 or 5.",
        tuple(Sample(free, {"disk": disk}) for disk, free in state.free_bytes.items()),
    )
    certificate = state.certificate
    yield Gauge(
        "youthvoice_certificate_days",
        "Whole days until the certificate ends; nothing where no proxy of this machine shows it.",
        () if certificate is None else (Sample((certificate.end - state.at).days),),
    )
    yield Gauge(
        "youthvoice_certificate_due",
        "Whether the certificate should have been renewed by now, for how long it lives.",
        () if certificate is None else (Sample(certificate.find_urgency(state.at) is not None),),
    )
    yield Gauge(
        "youthvoice_key_files_missing", "Lasting key files that are not there.", (Sample(len(state.missing_keys)),)
    )


def _seconds(age: timedelta | None) -> float:
    return float("inf") if age is None else age.total_seconds()


def _write(gauge: Gauge) -> str:
    lines = [f"# HELP {gauge.name} {gauge.meaning}", f"# TYPE {gauge.name} gauge"]
    lines += [f"{gauge.name}{_labels(sample.labels)} {_number(sample.value)}" for sample in gauge.samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    written = ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items())
    return f"{{{written}}}" if written else ""


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return "+Inf" if value == float("inf") else f"{value:g}" if value != int(value) else str(int(value))
