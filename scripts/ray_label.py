#!/usr/bin/env python3
"""Labels images on a Ray cluster: a list of paths in, a line of JSON an image out, in the order of the list.

    find photos -name '*.jpg' | scripts/ray_label.py --workers 8 -- --labels cat,dog > labels.jsonl

Each worker keeps one clip-classify process and feeds it over a pipe: `clip-classify --files-from - --json` takes a path
and gives a line until its input ends. What stands behind `--` goes to clip-classify. A process that dies is started
again with the paths it has not answered; a Ray worker that dies is replaced by Ray. One image a batch and one thread a
worker (--batch-size 1 --threads 1) make every line the same whichever worker writes it, since which images share a batch
shows in the last digits; the workers are what runs at the same time.

It needs Ray (pip install 'ray[data]'), and the images and clip-classify at the same paths on every machine. Other
engines talk to the same process over the same pipe; in Spark, where a line out belongs to no particular path in, the
"path" in it says which:

    paths.pipe("clip-classify --files-from - --json --batch-size 1 --threads 1 --labels cat,dog")
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import ray
import ray.data

AHEAD = 8  # paths sent before the first is answered, so that decoding runs beside the model: far below a pipe's 64 KiB
ATTEMPTS = 3


class Labeller:
    """One clip-classify process, for as long as the worker lives."""

    def __init__(self, command: list[str]) -> None:
        self._command = [*command, "--files-from", "-", "-0", "--json", "--batch-size", "1", "--threads", "1"]
        self._process: subprocess.Popen | None = None

    def __call__(self, batch: dict) -> dict:
        paths, lines, deaths = list(batch["path"]), [], 0
        while len(lines) < len(paths):
            before = len(lines)
            try:
                self._answer(paths[before:], lines)
            except BrokenPipeError:
                deaths = deaths + 1 if len(lines) == before else 1
                code = self._process.wait()
                self._process = None
                if deaths == ATTEMPTS:
                    raise RuntimeError(f"{' '.join(self._command)}: ended {deaths} times with exit status {code}; "
                                       f"try it by hand on {paths[before]!r}") from None
        return {"line": lines}

    def _answer(self, paths: list[bytes], lines: list[bytes]) -> None:
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for index in range(len(paths) + AHEAD):
            if index < len(paths):
                self._process.stdin.write(paths[index] + b"\0")
                self._process.stdin.flush()
            if AHEAD <= index:
                line = self._process.stdout.readline()
                if not line.endswith(b"\n"):
                    raise BrokenPipeError
                lines.append(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, help="processes at the same time (default: %(default)s)")
    parser.add_argument("--address", help="of a Ray cluster (default: this machine alone)")
    parser.add_argument("--program", default="clip-classify", help="default: %(default)s")
    parser.add_argument("--block", type=int, default=64, help="paths given to a worker at a time (default: %(default)s)")
    parser.add_argument("arguments", nargs="+", metavar="ARGUMENT", help="of clip-classify, behind --")
    options = parser.parse_args()
    # Ray tells of dead workers on standard output, which is the labels'.
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    paths = [{"path": line} for line in sys.stdin.buffer.read().split(b"\n") if line]
    if options.address:
        ray.init(address=options.address, log_to_driver=False)
    else:
        ray.init(num_cpus=options.workers, include_dashboard=False, log_to_driver=False)
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    blocks = max(1, (len(paths) + options.block - 1) // options.block)
    labelled = ray.data.from_items(paths, override_num_blocks=blocks).map_batches(
        Labeller, fn_constructor_args=([options.program, *options.arguments],), batch_size=options.block,
        compute=ray.data.ActorPoolStrategy(size=options.workers), num_cpus=1)
    for row in labelled.iter_rows():
        results.write(row["line"])
        results.flush()


if __name__ == "__main__":
    main()
