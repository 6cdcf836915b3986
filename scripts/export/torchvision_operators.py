"""Lets torchvision's Python parts be imported beside a torch that its compiled part does not fit.

open_clip needs torchvision's transforms, which are Python; the wheel's compiled operators load only with the very
build of torch they were made for. Declaring the operators' names first is enough for the import.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import torch

_declared = None  # the library must live as long as its declarations


def declare() -> None:
    global _declared
    if _declared is not None:
        return
    package = Path(importlib.util.find_spec("torchvision").submodule_search_locations[0])
    for compiled in package.glob("_C*.so"):
        try:
            torch.ops.load_library(compiled)
            return
        except OSError:
            pass  # made for another build of torch
    names = set(re.findall(r'register_meta\("(\w+)"\)', (package / "_meta_registrations.py").read_text()))
    _declared = torch.library.Library("torchvision", "FRAGMENT")
    for name in sorted(names | {"nms", "qnms"}):
        if not hasattr(torch.ops.torchvision, name):
            _declared.define(f"{name}(Tensor x) -> Tensor")
