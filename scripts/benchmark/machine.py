"""The machine and the versions that figures belong to."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8")  # as in /proc/cpuinfo
PACKAGES = ("torch", "transformers", "open_clip_torch", "onnxruntime", "openvino", "nncf", "Pillow")


def cpu_info() -> dict[str, str]:
    """The first processor's lines of /proc/cpuinfo."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def cpu_features() -> list[str]:
    flags = cpu_info().get("flags", "").split()
    return [feature for feature in FEATURES if feature in flags]


def has_bf16() -> bool:
    return any(feature in cpu_features() for feature in ("avx512_bf16", "amx_bf16"))


def describe(program: Path, threads: int) -> dict:
    info = cpu_info()
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.splitlines()
    return {
        "cpu": f"{info.get('model name', platform.machine())} (family {info.get('cpu family', '?')}, model {info.get('model', '?')})",
        "features": cpu_features(),
        "cores": os.cpu_count(),
        "threads": threads,
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        "system": platform.platform(),
        "program": version[0] if version else "",
        "libraries": [line for line in version[1:] if not line.startswith("image formats")],
        "packages": {name: installed(name) for name in PACKAGES},
    }


class Bystanders:
    """How much of the processors others took (the host of a virtual machine included) since this was made. Children of
    this process count once they have been waited for."""

    def __init__(self) -> None:
        self._began = self._now()

    def share(self) -> float:
        seconds, busy, own = (end - start for start, end in zip(self._began, self._now()))
        return max(0.0, busy - own) / max(seconds * (os.cpu_count() or 1), 1e-9)

    @staticmethod
    def _now() -> tuple[float, float, float]:
        """Seconds on the clock, busy of all processors, and of this process and its children."""
        ticks = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        times = os.times()
        busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # without idle and waiting for disks
        return times.elapsed, busy, times.user + times.system + times.children_user + times.children_system


def installed(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def as_text(machine: dict) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    return "\n".join((
        f"{machine['cpu']}, {machine['cores']} cores, {machine['threads']} threads used, {machine['memory_gb']} GB",
        f"features: {', '.join(machine['features']) or 'none of those looked for'}; {machine['system']}",
        f"{machine['program']}; {'; '.join(machine['libraries'])}",
        packages,
    ))
