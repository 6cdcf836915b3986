"""Runs clip-classify and reads its records."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from .data import Photo


class Failed(Exception):
    """The program gave no answers; one line of why."""


class Program:
    def __init__(self, path: Path, model: str, scratch: Path) -> None:
        self._path = path
        self._model = model
        self.scratch = scratch
        self.photos = scratch / "photos.npy"

    def version(self) -> str:
        done = subprocess.run([self._path, "--version"], capture_output=True, text=True, check=False)
        return (done.stdout.splitlines() or [""])[0]

    def embed(self, photos: Sequence[Photo]) -> None:
        """Puts the photos' embeddings into `self.photos`, which the verbs take in place of images."""
        listed = self.scratch / "photos.txt"
        listed.write_text("".join(f"{photo.path}\n" for photo in photos), encoding="utf-8")
        self._run("embed", "--files-from", listed, "-o", self.photos)

    def records(self, verb: str, *arguments: str | Path) -> list[dict]:
        """A record a line."""
        return [json.loads(line) for line in self._run(verb, *arguments, "--json").splitlines()]

    def rows(self, verb: str, rows: Sequence[dict], *arguments: str | Path) -> list[dict]:
        """A record a row, in the rows' order."""
        path = self.scratch / f"{verb}.jsonl"
        write_jsonl(path, rows)
        records = self.records(verb, "--rows", path, *arguments)
        if len(records) != len(rows):
            raise Failed(f"{verb} answered {len(records)} of {len(rows)} rows")
        return records

    def _run(self, verb: str, *arguments: str | Path) -> str:
        command = [str(self._path), verb, *map(str, arguments), "--model", self._model, "--quiet"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):  # 1: some images failed, and their records say so
            raise Failed((done.stderr.strip().splitlines() or [f"{verb} exited with {done.returncode}"])[-1])
        return done.stdout


def write_jsonl(path: Path, rows: Iterable[dict]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
