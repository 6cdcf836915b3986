"""The losses of contrastive training beside open_clip's, on the same batch: their values and what they ask of every number."""
import os
import pathlib
import subprocess

import numpy as np
import pytest
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CLIP_CLASSIFY", str(ROOT / "build/bin/clip-classify"))
DUMP_LOSS = pathlib.Path(PROGRAM).with_name("dump_loss")
WIDTH = 32


def ours(kind, images, texts, scale, bias):
    done = subprocess.run(
        [DUMP_LOSS, kind, str(len(images)), str(WIDTH), repr(scale), repr(bias)],
        input=torch.cat([images, texts]).detach().numpy().tobytes(), capture_output=True, check=True)
    numbers = torch.from_numpy(np.frombuffer(done.stdout, dtype=np.float32).copy())
    rows = numbers[3:].reshape(2, -1, WIDTH)
    return {"loss": numbers[0], "scale": numbers[1], "bias": numbers[2], "images": rows[0], "texts": rows[1]}


def theirs(kind, images, texts, scale, bias):
    from open_clip.loss import ClipLoss, SigLipLoss

    images, texts = images.clone().requires_grad_(), texts.clone().requires_grad_()
    log_scale = torch.tensor(scale).log().requires_grad_()
    added = torch.tensor(bias, requires_grad=True)
    if kind == "clip":
        loss = ClipLoss()(images, texts, log_scale.exp())
        added.grad = torch.zeros(())
    else:
        loss = SigLipLoss()(images, texts, log_scale.exp(), added)
    loss.backward()
    return {"loss": loss.detach(), "scale": log_scale.grad, "bias": added.grad, "images": images.grad, "texts": texts.grad}


@pytest.mark.parametrize("kind, scale, bias", [("clip", 14.3, 0.0), ("clip", 100.0, 0.0), ("siglip", 10.0, -10.0), ("siglip", 117.3, -12.9)])
@pytest.mark.parametrize("rows", [2, 64])
def test_as_open_clip(kind, scale, bias, rows):
    generator = torch.Generator().manual_seed(rows)
    images = torch.nn.functional.normalize(torch.randn(rows, WIDTH, generator=generator), dim=1)
    # Texts near their images, so that a loss that paired them otherwise would be far off.
    texts = torch.nn.functional.normalize(images + 0.2 * torch.randn(rows, WIDTH, generator=generator), dim=1)
    expected = theirs(kind, images, texts, scale, bias)
    for name, value in ours(kind, images, texts, scale, bias).items():
        assert torch.allclose(value, expected[name], rtol=1e-5, atol=1e-5), name
    mixed = theirs(kind, images, texts.roll(1, 0), scale, bias)
    assert (mixed["loss"] - expected["loss"]).abs() > 0.1
