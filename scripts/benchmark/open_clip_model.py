"""open_clip's model with the weights that benchmark.prepare put under its names."""

from __future__ import annotations

from pathlib import Path

import torch

from benchmark.prepare import ARCHITECTURES


def load(folder: Path):
    """(model, preprocess, tokenizer), as open_clip's own examples have them."""
    from export import torchvision_operators

    torchvision_operators.declare()
    import open_clip

    name = ARCHITECTURES[folder.name]["open_clip"]
    model, _, preprocess = open_clip.create_model_and_transforms(name, pretrained=None)
    model.load_state_dict(torch.load(folder / "open_clip.pt", map_location="cpu"))
    return model.eval(), preprocess, open_clip.get_tokenizer(name)
