"""What the parts share: the field, the models and photos they need, and turns within rounds."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.contenders import Contender, Field
from benchmark.measure import Failed, environment, python, reason
from benchmark.photos import make_photos

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 1200.0  # of one run
ADJECTIVES = """red blue green yellow black white grey brown old new small large round square long short wet dry clean dirty bright dark
heavy light soft hard open closed broken whole wooden metal plastic paper glass stone striped spotted plain shiny""".split()
NOUNS = """cat dog horse cow sheep bird fish car bicycle train boat plane house tree river mountain beach road bridge table chair cup bowl
plate knife fork spoon bottle book lamp clock phone camera shoe hat coat shirt apple banana bread cake flower leaf stone ball box bag
door window garden""".split()
PLACES = """kitchen street garden forest field room shop school hospital station harbour desert valley village city park museum library
office theatre market factory farm castle church cellar attic bathroom bedroom corridor hall yard tunnel tower stadium airport hotel
restaurant workshop studio gallery cave swamp lake island meadow orchard greenhouse stable barn""".split()


@dataclass
class Bench:
    field: Field
    cache: Path
    models: list[str]
    rounds: int
    quick: bool
    scratch: Path
    profiles: list[dict] = field(default_factory=list)  # seconds a stage, of clip-classify's runs

    def say(self, words: str) -> None:
        print(f"benchmark.py: {words}", file=sys.stderr, flush=True)

    def photos(self, size: str, count: int) -> Path:
        return make_photos(self.cache / "photos", size, count)

    def labels(self, count: int) -> Path:
        """Distinct labels, a line each."""
        path = self.scratch / f"labels-{count}.txt"
        if count == 10:
            names = ["cat", "dog", "coffee", "rocket", "astronaut", "bicycle", "galaxy", "grass", "bricks", "motorcycle"]
        else:
            names = [f"{adjective} {noun} in the {place}" for place, noun, adjective in itertools.product(PLACES, NOUNS, ADJECTIVES)]
            names = names[:count]
        if len(set(names)) != count:
            raise ValueError(f"there are no {count} labels")
        path.write_text("\n".join(names) + "\n", encoding="utf-8")
        return path

    def empty_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.scratch))

    @staticmethod
    def forget_labels(place: Path) -> None:
        """So that they are new to clip-classify's next run there; what it knows of the model's files stays."""
        for file in place.rglob("labels*"):
            file.unlink()

    def folder(self, model: str, contenders: Iterable[Contender]) -> tuple[Path, dict[Contender, str]]:
        """The model's folder with what the contenders need, and why some can't take part."""
        if model == "compact":
            return self._compact(), {}
        folder = self.cache / "models" / self._version() / model
        self._make(folder, "source", "pixels.f32")
        problems = {}
        for contender in contenders:
            try:
                self._make(folder, *contender.products)
            except Failed as failure:
                problems[contender] = str(failure)
        return folder, problems

    def _make(self, folder: Path, *products: str) -> None:
        missing = [product for product in products if not (folder / product).exists()]
        if not missing:
            return
        self.say(f"making {', '.join(missing)} of {folder.name} (kept in {self.cache})")
        command = python("benchmark.prepare", folder.name, folder, self.photos("2 MP", 32), *missing)
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment({}))
        if done.returncode != 0:
            raise Failed(f"could not be prepared: {reason(done.stderr)}")

    def _compact(self) -> Path:
        """models/compact with pixels beside it; nobody else runs it, so any pixels of its size do."""
        folder = self.cache / "models/compact"
        if not (folder / "pixels.f32").exists():
            folder.mkdir(parents=True, exist_ok=True)
            photos = sorted(self.photos("0.3 MP", 8).iterdir())
            images = [np.asarray(Image.open(path).resize((260, 260)), dtype=np.float32).transpose(2, 0, 1) for path in photos]
            (np.stack(images) / 127.5 - 1).astype(np.float32).tofile(folder / "pixels.f32")
        return folder

    @staticmethod
    def _version() -> str:
        """Of all that decides what the prepared files hold."""
        sources = [*sorted((ROOT / "scripts/export").glob("*.py")), *sorted((ROOT / "scripts").glob("requirements-*.txt")),
                   ROOT / "scripts/benchmark/prepare.py", ROOT / "scripts/export_model.py", ROOT / "tests/parity/seeded.py"]
        return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]

    def in_warm_turns(self, able: dict[str, Contender], warm: Callable[[Contender], None], task: Callable[[Contender], None],
                      problems: dict[Contender, str]) -> None:
        """`task` in turns, once `warm` has filled everyone's caches; why one left the field goes to `problems`."""
        def give_up(label: str, words: str) -> None:
            problems[able[label]] = words

        self.in_turns([(label, lambda one=one: warm(one)) for label, one in able.items()], 1, give_up)
        ready = [(label, lambda one=one: task(one)) for label, one in able.items() if one not in problems]
        self.in_turns(ready, self.rounds, give_up)

    def in_turns(self, tasks: list[tuple[str, Callable[[], None]]], rounds: int, failed: Callable[[str, str], None]) -> None:
        """Every task once a round, in another order each time; one that fails is told and leaves the field."""
        gone: set[str] = set()
        for index in range(rounds):
            first = index % max(len(tasks), 1)
            for name, task in tasks[first:] + tasks[:first]:
                if name in gone:
                    continue
                try:
                    task()
                except Failed as failure:
                    gone.add(name)
                    failed(name, str(failure))
