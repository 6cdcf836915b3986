"""Child processes and what they cost: seconds from start to exit, and peak memory."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "CLIP_CLASSIFY_CACHE", "CLIP_CLASSIFY_MODEL")  # of the environment


class Failed(Exception):
    """A contender gave no figure; the words say why."""


@dataclass
class Run:
    seconds: float
    peak_mb: float
    records: list[dict]
    words: str  # standard error


def environment(changes: dict[str, str]) -> dict[str, str]:
    """No contender looks for models or updates elsewhere; Python ones may keep their compiled files."""
    fixed = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": str(SCRIPTS),
             "PYTHONWARNINGS": "ignore"}
    inherited = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    return inherited | fixed | changes


def run(command: list[str], limit: float, expected: int, cache: Path) -> Run:
    """Waits for a command that must write `expected` JSON lines within `limit` seconds. `cache` takes the place of the
    user's, so that clip-classify knows from earlier runs only what it is meant to."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment({"XDG_CACHE_HOME": str(cache)}),
                                 start_new_session=True)
        watch = _Watch(child.pid, limit)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        watch.end()
        out.seek(0)
        err.seek(0)
        words = err.read().decode(errors="replace")
        if watch.killed:
            raise Failed(f"stopped after {limit:.0f} s")
        if child.returncode != 0:
            raise Failed(f"exit {child.returncode}: {reason(words)}")
        records = [json.loads(line) for line in out.read().splitlines()]
        if len(records) != expected or any("error" in record for record in records):
            raise Failed(f"{len(records)} records in place of {expected}, or some with errors")
        return Run(seconds, max(usage.ru_maxrss * 1024 / 1e6, watch.peak / 1e6), records, words)


def reason(words: str) -> str:
    """The line of standard error that says why: of a Python exception its first, otherwise the last."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception): ", line)]
    return (errors or lines or ["no words"])[-1][:200]


class _Watch:
    """Ends a child that takes too long, and sums the memory of all its processes (shared pages counted once), which
    no call to the system gives for those of a DataLoader."""

    def __init__(self, pid: int, limit: float) -> None:
        self.pid, self.deadline = pid, time.monotonic() + limit
        self.peak, self.killed = 0, False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            processes = _with_children(self.pid)
            if len(processes) > 1:  # of a single process the system's own figure is exact, and free
                self.peak = max(self.peak, sum(map(_proportional_bytes, processes)))
            if time.monotonic() > self.deadline and not self.killed:
                self.killed = True
                os.killpg(self.pid, 9)


def _with_children(pid: int) -> list[int]:
    try:
        children = [child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(descendant for child in children for descendant in _with_children(int(child)))]


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


class Worker:
    """A process that stays: it holds a tower and answers a line with a line."""

    def __init__(self, command: list[str], limit: float) -> None:
        self.limit = limit
        self._err = tempfile.TemporaryFile()
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._err, text=True,
                                       env=environment({}))
        try:
            self._answer()
        except Failed:
            self.close()
            raise

    def ask(self, line: str) -> list:
        try:
            self._child.stdin.write(line + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # _answer tells why
        return json.loads(self._answer())

    def _answer(self) -> str:
        timer = threading.Timer(self.limit, self._child.kill)
        timer.start()
        try:
            while line := self._child.stdout.readline():
                if line.startswith(("ready", "[")):  # libraries chat on standard output, too
                    return line
        finally:
            timed_out = not timer.is_alive()
            timer.cancel()
        self._err.seek(0)
        words = reason(self._err.read().decode(errors="replace"))
        raise Failed(f"stopped after {self.limit:.0f} s" if timed_out else f"exit {self._child.wait()}: {words}")

    def close(self) -> None:
        self._child.kill()
        self._child.wait()
        with contextlib.suppress(BrokenPipeError):  # it died with words unread
            self._child.stdin.close()
        self._child.stdout.close()
        self._err.close()


def python(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", *map(str, arguments)]
