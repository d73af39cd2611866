"""What a student's process writes, however hostile: drained, kept within limits, decoded."""

import sys
from pathlib import Path

from labs.runner.processes.launch import Process, launch
from labs.runner.processes.output import FIRST_LINES, LAST_LINES, LINE_LIMIT

WRITE = "import sys; w = sys.stdout.buffer.write; "


def ended(code: str) -> Process:
    """A Python process that ran `code` to its end."""
    process = launch("t", [sys.executable, "-c", code], folder=Path("/"), environ={})
    assert process.wait(60) is not None
    process.output.finish(20)
    return process


class TestHostileOutput:
    """Nothing that is written breaks the judge or makes the process wait."""

    def test_binary_is_decoded_with_replacement(self) -> None:
        """Octets that are no UTF-8 are kept as replacement letters."""
        process = ended(WRITE + r"w(b'\xff\xfe ok\n')")
        assert [line.text for line in process.output.lines()] == ["\ufffd\ufffd ok"]

    def test_a_line_without_an_end_is_kept(self) -> None:
        """The last line may lack its newline."""
        assert ended(WRITE + "w(b'end')").output.tail() == ["end"]

    def test_an_endless_line_is_cut(self) -> None:
        """Of one line so many octets are kept, and the next line is whole."""
        lines = ended(WRITE + r"w(b'x' * 5_000_000 + b'\nnext\n')").output.lines()
        assert [len(line.text) for line in lines] == [LINE_LIMIT, 4]

    def test_of_very_many_lines_the_first_and_the_last_are_kept(self) -> None:
        """The middle is dropped, the process is never held up."""
        process = ended(WRITE + r"[w(b'%d\n' % n) for n in range(200_000)]")
        texts = [line.text for line in process.output.lines()]
        assert len(texts) == FIRST_LINES + LAST_LINES
        assert (texts[0], texts[-1]) == ("0", "199999")

    def test_both_streams_are_told_apart(self) -> None:
        """A line knows where it was written."""
        process = ended("import sys; print('a'); print('b', file=sys.stderr)")
        assert [line.text for line in process.output.lines("stderr")] == ["b"]
