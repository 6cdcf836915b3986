"""Who takes part: each with the commands that run it, and what keeps it from taking part."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmark import machine
from benchmark.measure import python
from benchmark.peer import TOP

ROOT = Path(__file__).resolve().parents[2]
NO_BF16 = "left out: this CPU has no bf16"


@dataclass(frozen=True)
class Contender:
    name: str
    precision: str
    kind: str  # of benchmark.towers and benchmark.peer; "" for clip-classify
    options: tuple[str, ...] = ()  # of clip-classify

    @property
    def label(self) -> str:
        return f"{self.name} {self.precision}"

    @property
    def exact(self) -> bool:
        """Whether its answers must be the reference's."""
        return self.precision == "fp32" and not self.options

    @property
    def ours(self) -> bool:
        return not self.kind

    @property
    def products(self) -> tuple[str, ...]:
        """What benchmark.prepare makes for it, beside the source and the pixels."""
        if self.ours:
            return ("exported-int8",) if self.precision == "int8" else ("exported",)
        if self.kind == "onnxruntime":
            whole = ("image.onnx", "text.onnx")
            return (*whole, "image-int8.onnx", "text-int8.onnx") if self.precision == "int8" else whole
        if self.kind == "openvino":
            return ("image.onnx", "text.onnx", *(("openvino-int8",) if self.precision == "int8" else ()))
        return ("open_clip.pt",) if self.kind == "open_clip" else ()


class Field:
    """The contenders of a run."""

    def __init__(self, program: Path, threads: int, chosen: list[str]) -> None:
        self.program, self.threads = program, threads
        self.help = _output(program, "--help")
        self.exporter_help = _output(*python("export_model", "--help"))
        everyone = [
            *(Contender("clip-classify", precision, "") for precision in ("fp32", "bf16", "int8")),
            Contender("HF transformers", "fp32", "hf"), Contender("HF transformers", "bf16", "hf"),
            Contender("open_clip", "fp32", "open_clip"), Contender("open_clip", "bf16", "open_clip"),
            Contender("ONNX Runtime", "fp32", "onnxruntime"), Contender("ONNX Runtime", "int8", "onnxruntime"),
            *(Contender("OpenVINO", precision, "openvino") for precision in ("fp32", "bf16", "int8")),
        ]
        self.contenders = [one for one in everyone if not chosen or any(name.lower() in one.label.lower() for name in chosen)]

    def takes_decode_option(self) -> bool:
        return "--decode" in self.help

    def absent(self, contender: Contender, model: str) -> str:
        """Why it can't take part; empty when it can."""
        if contender.precision == "bf16" and not machine.has_bf16():
            return NO_BF16
        if model == "compact" and not contender.ours:
            return "left out: only clip-classify runs compact"
        if contender.ours and contender.precision == "int8":
            if model == "compact":
                return "left out: compact comes in one precision"
            if "int8" not in self.help or "--calibrate" not in self.exporter_help:
                return "left out: this clip-classify has no int8"
        if model == "tiny" and contender.kind == "open_clip":
            return "left out: open_clip has no such architecture"
        return "left out: compact comes in one precision" if model == "compact" and contender.precision == "bf16" else ""

    def taking_part(self, model: str) -> list[Contender]:
        return [contender for contender in self.contenders if not self.absent(contender, model)]

    def model_folder(self, contender: Contender, folder: Path) -> Path:
        return ROOT / "models/compact" if folder.name == "compact" else folder / contender.products[0]

    def tower_command(self, contender: Contender, folder: Path, pixels: Path | None = None) -> list[str]:
        if contender.ours:
            return [str(self.program.with_name("time_encoder")), str(self.model_folder(contender, folder)), contender.precision,
                    str(pixels or folder / "pixels.f32"), str(self.threads)]
        if contender.kind == "limit":
            return python("benchmark.gemm", contender.precision, folder, str(self.threads))
        return python("benchmark.towers", contender.kind, contender.precision, folder, str(self.threads))

    def classify_command(self, contender: Contender, folder: Path, images: Path, labels: Path, cache: Path | None = None) -> list[str]:
        """`cache` keeps a peer's label embeddings; clip-classify's own is where XDG_CACHE_HOME says."""
        if contender.ours:
            return [str(self.program), str(images), "--labels-file", str(labels), "--model", str(self.model_folder(contender, folder)),
                    "--precision", contender.precision, "--threads", str(self.threads), "-k", str(TOP), "--json", "-v",
                    *contender.options]
        return python("benchmark.peer", contender.kind, contender.precision, folder, str(self.threads), labels, images, cache or "-")


def _output(*command: str | Path) -> str:
    from benchmark.measure import environment

    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, env=environment({}))
    return done.stdout
