"""The child's recordings in a report, each with its transcript and with what the child said about it."""

from dataclasses import dataclass
from datetime import date

from youthvoice.grievances import transcripts
from youthvoice.grievances.case.context import ReportContext
from youthvoice.threads.entities import CHILD, ThreadEntry

VOICE_KINDS = frozenset({"voice", "child_voice"})


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of the child.

    Attributes:
        entry: with the sound; without it once the recording has ended.
        transcript: the newest one; None where nobody wrote one.
        listened: the transcript with these words, where the newest one says that another reader listened and changed
            nothing; None without one.
        question: the question to the child that is not settled yet; None without one.
        answer: the child's answer to the newest transcript; empty without one.
    """

    entry: ThreadEntry
    transcript: ThreadEntry | None
    listened: ThreadEntry | None
    question: transcripts.TranscriptQuestion | None
    answer: str

    @property
    def words(self) -> str:
        """The newest transcript; empty without one."""
        return str(self.transcript.said["words"]) if self.transcript else ""

    def may_ask(self, report: ReportContext, words: str) -> bool:
        """Whether the caller may ask the child about these words: somebody else wrote them, and the caller listened.

        Where nobody else reads the report the writer asks. Otherwise a slip, or a wish, of one adult would stand in
        place of the child's voice.
        """
        written = self.listened or self.transcript
        return not report.others or (written is not None and written.by != report.caller_id and words == self.words)

    @property
    def ended_on(self) -> date | None:
        """The day on which the recording ended, as the child wished; None while it is there."""
        ended = self.entry.said.get("ended")
        return date.fromisoformat(ended) if ended else None

    @property
    def may_be_written(self) -> bool:
        """Whether a reader may write down the words: the child has not decided."""
        return bool(self.entry.sound) and self.answer not in {transcripts.YES, transcripts.KEEP}

    @property
    def may_be_asked(self) -> bool:
        """Whether there are words about which the child is not asked now, and which the child did not call wrong."""
        return bool(self.entry.sound and self.words) and self.question is None and not self.answer

    @property
    def ends(self) -> bool:
        """Whether the child said yes, and the recording is still there."""
        return self.answer == transcripts.YES and self.question is not None


def list_recordings(report: ReportContext) -> list[Recording]:
    """All recordings of the child in a report, in order."""
    transcripts_by_id = {entry.id.hex(): entry for entry in report.of_kind("transcript")}
    newest = {entry.said["recording"]: entry for entry in transcripts_by_id.values()}
    answers = {entry.said["ask"]: str(entry.said["answer"]) for entry in report.of_kind(transcripts.QUESTION)}
    return [
        Recording(
            entry,
            transcript=(transcript := newest.get(entry.id.hex())),
            listened=transcripts_by_id.get(transcript.said.get("listened", "")) if transcript else None,
            question=transcripts.find_question(report.case, entry.id),
            answer=answers.get(transcript.said.get("ask"), "") if transcript else "",
        )
        for entry in report.entries
        if entry.by == CHILD and entry.kind in VOICE_KINDS
    ]
