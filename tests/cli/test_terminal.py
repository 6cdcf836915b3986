"""What a person sees on a terminal: a real pseudo-terminal, its bytes read back."""

import os
import pty
import subprocess

import pytest
from conftest import PHOTOS, PROGRAM, Command

LABELS = ("--labels", "cat,dog")


def on_terminal(run: Command, *arguments: str, stdout_too: bool, **environment: str) -> tuple[int, str]:
    """Exit code and what the terminal showed."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], cwd=run.folder, stdin=subprocess.DEVNULL,
                               stdout=terminal if stdout_too else subprocess.DEVNULL, stderr=terminal,
                               env=run.environment(TERM="xterm", **environment))
    os.close(terminal)
    shown = b""
    while True:
        try:
            block = os.read(controller, 65536)
        except OSError:  # Linux answers EIO once the other side is closed
            break
        if not block:
            break
        shown += block
    os.close(controller)
    return process.wait(60), shown.decode()


def test_colour_only_on_a_terminal(run: Command):
    photo = str(PHOTOS / "cat.jpg")
    assert "\x1b[" in on_terminal(run, photo, *LABELS, stdout_too=True)[1]
    assert "\x1b[" not in on_terminal(run, photo, *LABELS, stdout_too=True, NO_COLOR="1")[1]
    assert "\x1b[" not in on_terminal(run, photo, *LABELS, "--color", "never", stdout_too=True)[1]
    assert "\x1b[" not in run(photo, *LABELS).ok().text
    assert "\x1b[" in run(photo, *LABELS, "--color", "always").ok().text


@pytest.fixture
def many_photos(run: Command) -> None:
    for index in range(40):
        run.photo("cat.jpg", f"{index}.jpg")


@pytest.mark.usefixtures("many_photos")
class TestProgress:
    def test_on_a_terminal_after_a_moment(self, run: Command):
        code, shown = on_terminal(run, ".", *LABELS, stdout_too=False)
        assert code == 0 and "/40 images" in shown and "left" in shown
        assert shown.endswith("\r\x1b[K")

    def test_not_where_results_scroll(self, run: Command):
        assert "images" not in on_terminal(run, ".", *LABELS, stdout_too=True)[1]

    def test_never_or_quiet(self, run: Command):
        for option in (["--progress", "never"], ["-q"]):
            assert on_terminal(run, ".", *LABELS, *option, stdout_too=False) == (0, "")

    def test_not_in_a_pipe_unless_asked(self, run: Command):
        assert run(".", *LABELS, "--json").ok().err == ""
        assert "/40 images" in run(".", *LABELS, "--json", "--progress", "always").ok().err
