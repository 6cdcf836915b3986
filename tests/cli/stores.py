"""What the tests of stores, caches and resumed runs share: many small images that are all different."""

from __future__ import annotations

import os
import pathlib
import signal
import sqlite3
import subprocess
import time

from conftest import Command

LABELS = ("--labels", "cat,dog", "--json")


def small_image(number: int) -> bytes:
    """A PNM of 8 by 8 pixels in a colour of its own."""
    return b"P6\n8 8\n255\n" + bytes((number % 256, number // 256, 128)) * 64


def small_images(run: Command, count: int, folder: str = "images") -> list[str]:
    return [str(run.write(f"{folder}/{number:04}.ppm", small_image(number)).relative_to(run.folder))
            for number in range(count)]


def settle(seconds: float = 3.1) -> None:
    """Until files that were just written are old enough for their times to be trusted."""
    time.sleep(seconds)


def kill_when(process: subprocess.Popen, condition, signum: int = signal.SIGKILL, timeout: float = 60) -> None:
    """Ends a running process as soon as the condition holds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signum)
    assert process.wait(30) == -signum


def lines_in(path: pathlib.Path) -> int:
    return path.read_bytes().count(b"\n") if os.path.exists(path) else 0


def stored(run: Command) -> int:
    """How many embeddings a.store holds."""
    try:
        with sqlite3.connect(run.folder / "a.store") as store:
            return store.execute("SELECT count(*) FROM embeddings").fetchone()[0]
    except sqlite3.OperationalError:
        return 0  # being made


def feed_until_stored(run: Command, process: subprocess.Popen, paths: list[str]) -> int:
    """Feeds a run with `--files-from -` one image at a time, slower than its writing to a.store, which is once a
    second, until something is there, however slow the machine is. Returns how many it fed."""
    for fed, path in enumerate(paths, 1):
        process.stdin.write(os.fsencode(path) + b"\n")
        process.stdin.flush()
        deadline = time.monotonic() + (0.5 if fed < len(paths) else 60)
        while time.monotonic() < deadline:
            if stored(run) > 0:
                return fed
            time.sleep(0.02)
    raise AssertionError("nothing was stored")
