"""Drives the built program as its users do: real processes, real files, real pipes.

The program is build/bin/clip-classify, or what the environment variable CLIP_CLASSIFY names.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CLIP_CLASSIFY", str(REPOSITORY / "build/bin/clip-classify"))
PHOTOS = REPOSITORY / "tests/data/photos"
MODEL = REPOSITORY / "models/compact"


@dataclass
class Result:
    """What a finished run left behind; the assertions say in one place what a clean run looks like."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def labels(self) -> list[str | None]:
        """The best of each image."""
        return [record.get("label") for record in self.records]

    def ok(self, code: int = 0) -> "Result":
        assert self.code == code, f"exit {self.code}: {self.err}"
        return self

    def fails(self, code: int, *words: str) -> "Result":
        """One line on standard error that starts with the program's name and holds `words`."""
        assert self.code == code, f"exit {self.code}: {self.err}"
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("clip-classify: "), self.err
        for word in words:
            assert word in lines[0], self.err
        return self


class Command:
    """The program in a folder of its own, with nothing inherited that could change its answers."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def environment(self, **changes: str) -> dict[str, str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8",
                       "CLIP_CLASSIFY_CACHE": str(self.cache)}
        return environment | changes

    @property
    def cache(self) -> pathlib.Path:
        """Of known labels; beside the folder, which holds only what the test puts there."""
        return self.folder.with_name(self.folder.name + "-cache")

    def __call__(self, *arguments: str | bytes | os.PathLike, stdin: bytes | None = None,
                 timeout: float = 120, prefix: tuple[str, ...] = (), **environment: str) -> Result:
        done = subprocess.run(
            [*prefix, PROGRAM, *arguments], cwd=self.folder, env=self.environment(**environment), timeout=timeout,
            input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, check=False)
        return Result(done.returncode, done.stdout, done.stderr.decode(errors="replace"))

    def start(self, *arguments: str | os.PathLike, **streams) -> subprocess.Popen:
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment(), **streams)

    def photo(self, name: str, as_name: str | bytes | None = None) -> pathlib.Path:
        """A copy of a sample photo in the folder."""
        target = os.path.join(os.fsencode(self.folder), os.fsencode(as_name or name))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(PHOTOS / name, target)
        return pathlib.Path(os.fsdecode(target))

    def write(self, name: str, content: str | bytes) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


@pytest.fixture
def run(tmp_path: pathlib.Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def model_copy(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the shipped model that a test may damage."""
    return pathlib.Path(shutil.copytree(MODEL, tmp_path / "model-copy"))


def replace_file(model: pathlib.Path, name: str, content: bytes) -> None:
    """Puts other bytes in a model's file, which model.json then vouches for."""
    (model / name).write_bytes(content)
    files = json.loads((model / "model.json").read_text())["files"]
    files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    edit_manifest(model, files=files)


def edit_manifest(model: pathlib.Path, **changes) -> None:
    """Replaces top-level fields of model.json; None takes a field out."""
    manifest = json.loads((model / "model.json").read_text())
    for key, value in changes.items():
        if value is None:
            del manifest[key]
        else:
            manifest[key] = value
    (model / "model.json").write_text(json.dumps(manifest))
