"""int8 for the image tower's linear layers: scales of the activations measured on photos, weights with one a row.

The archive stays portable. A layer's weight is stored as int8 with a scale for each row, and its input goes through
`fake_quantize_per_tensor_affine`: run as it is, that is fp32 arithmetic on rounded numbers; clip-classify puts real int8
layers in its place on loading. Not quantized: convolutions, attention's own products, norms, the last projection, and
the text tower, whose embeddings of labels are computed once and kept.
"""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image, ImageOps
from torch.nn import functional

from export.dual_encoder import DualEncoder, ExportError

PHOTOS = 64  # that are looked at; more change the scales little
SAMPLES = 20_000  # of a layer's input, from each photo
MARGINS = [1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4]  # of the range, tried for the least error
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
TOLERANCE = 0.02  # of a component of the golden image's embedding


class QuantizedLinear(torch.nn.Module):
    """A linear layer of 8-bit numbers, in fp32 arithmetic."""

    def __init__(self, linear: torch.nn.Linear, low: float, high: float) -> None:
        super().__init__()
        scale = linear.weight.detach().abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / 127
        self.register_buffer("integers", torch.round(linear.weight.detach() / scale).to(torch.int8))
        self.register_buffer("scale", scale)
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach().clone())
        self.step = (high - low) / 255
        self.zero_point = round(-low / self.step)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.fake_quantize_per_tensor_affine(x, self.step, self.zero_point, 0, 255)
        return functional.linear(x, self.integers.float() * self.scale, self.bias)


def calibration_photos(folder: Path) -> list[Path]:
    """Those to measure on, evenly out of all in the folder and below it."""
    if not folder.is_dir():
        raise ExportError(f"--calibrate {folder}: no such folder")
    photos = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not photos:
        raise ExportError(f"--calibrate {folder}: no photos in it (jpg, png, webp, bmp, tif)")
    photos = photos[:: -(-len(photos) // PHOTOS)]
    for photo in photos:
        _open(photo).close()
    return photos


def _open(photo: Path) -> Image.Image:
    try:
        return Image.open(photo)
    except (OSError, Image.DecompressionBombError) as error:
        raise _unreadable(photo, error) from error


def _unreadable(photo: Path, error: Exception) -> ExportError:
    return ExportError(f"--calibrate: {photo}: not a photo that can be read ({error})")


def quantize_image_tower(dual: DualEncoder, photos: list[Path]) -> None:
    """Replaces the tower's linear layers in place, for activations as on the photos."""
    names = [name for name, module in dual.image_tower.named_modules() if _can_be_quantized(name, module, dual.image_tower)]
    if not names:
        raise ExportError("its image encoder has no linear layers that int8 would help (a convolutional network?); leave out --precision int8")
    samples = _measure(dual, names, photos)
    for name in names:
        low, high = _range(samples[name])
        parent, _, child = name.rpartition(".")
        owner = dual.image_tower.get_submodule(parent)
        setattr(owner, child, QuantizedLinear(owner.get_submodule(child), low, high))


def _can_be_quantized(name: str, module: torch.nn.Module, tower: torch.nn.Module) -> bool:
    # Attention of torch.nn reads its layers' weights and does not call them: those stay as they are. So does a layer
    # outside the blocks (the projection): it is small, and its error would go straight into the embedding.
    parent = tower.get_submodule(name.rpartition(".")[0])
    in_a_block = any(part.isdigit() for part in name.removeprefix("model.").split(".")[1:-1])
    return isinstance(module, torch.nn.Linear) and not isinstance(parent, torch.nn.MultiheadAttention) and in_a_block


@torch.no_grad()
def _measure(dual: DualEncoder, names: list[str], photos: list[Path]) -> dict[str, torch.Tensor]:
    """Some of what each layer is given, its least and greatest value among them."""
    seen: dict[str, list[torch.Tensor]] = {name: [] for name in names}

    def keep(name: str):
        def hook(_, inputs) -> None:
            values = inputs[0].flatten()
            seen[name] += [values[:: max(1, len(values) // SAMPLES)].clone(), torch.stack([values.min(), values.max()])]
        return hook

    hooks = [dual.image_tower.get_submodule(name).register_forward_pre_hook(keep(name)) for name in names]
    try:
        for photo in photos:
            try:
                picture = ImageOps.exif_transpose(_open(photo)).convert("RGB")
            except OSError as error:
                raise _unreadable(photo, error) from error
            dual.image_tower(torch.as_tensor(dual.original.pixels(picture))[None])
    finally:
        for hook in hooks:
            hook.remove()
    return {name: torch.cat(values) for name, values in seen.items()}


def _range(values: torch.Tensor) -> tuple[float, float]:
    """The range around zero whose 256 steps give the least squared error; cutting off a few far values often does."""
    low, high = min(values.min().item(), 0.0), max(values.max().item(), 1e-6)
    def error(margin: float) -> float:
        step = (high - low) * margin / 255
        rounded = torch.fake_quantize_per_tensor_affine(values, step, round(-low * margin / step), 0, 255)
        return (rounded - values).square().mean().item()

    margin = min(MARGINS, key=error)
    return low * margin, high * margin
