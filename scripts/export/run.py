"""The export itself: load, trace, compare, write."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

import torch

from export import golden, quantization, torchvision_operators, tracing
from export.dual_encoder import DualEncoder, ExportError

TOKENIZER_FILES = {"clip_bpe": "merges.txt", "wordpiece": "vocab.txt", "sentencepiece": "sentencepiece.model"}
# Halfway between cosines of texts that fit and that don't, as CLIP's usually are; LAION kept pairs above 0.28
# (Schuhmann et al. 2022). CLIP itself never learned to judge a label alone.
ALONE_COSINE = 0.25


@contextlib.contextmanager
def step(what: str):
    began = time.monotonic()
    print(f"{what} ... ", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        print("failed", file=sys.stderr)
        raise
    print(f"{time.monotonic() - began:.1f} s", file=sys.stderr)


def export(arguments) -> int:
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        _check_output(arguments.output, arguments.force)
        photos = quantization.calibration_photos(arguments.calibrate) if arguments.calibrate else []
        with step(f"Reading {arguments.model or arguments.open_clip}"):
            dual = load(arguments)
        if arguments.precision in ("fp16", "bf16"):
            _round_weights(dual, getattr(torch, {"fp16": "float16", "bf16": "bfloat16"}[arguments.precision]))
        if arguments.template:
            dual.templates = arguments.template
        if arguments.licence:
            dual.licence = arguments.licence
        _write(dual, arguments, photos)
    except ExportError as error:
        return _fail(str(error))
    except MemoryError:
        return _fail("out of memory: this model needs more than this machine has")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _fail(f"{arguments.output}: no space left on the device")
        return _fail(_explained(error, arguments))
    except (ValueError, KeyError, RuntimeError) as error:
        return _fail(f"{arguments.model or arguments.open_clip}: {_first_line(error)}")
    print(f"{arguments.output}: check it with clip-classify model verify {arguments.output}", file=sys.stderr)
    return 0


def load(arguments) -> DualEncoder:
    torchvision_operators.declare()
    if arguments.open_clip:
        from export import from_open_clip

        return from_open_clip.load(arguments.open_clip)
    from export import from_mclip, from_transformers

    if from_transformers.configuration(arguments.model).get("model_type") == "M-CLIP":
        return from_mclip.load(arguments.model, arguments.image_model)
    return from_transformers.load(arguments.model)


def _write(dual: DualEncoder, arguments, photos: list[Path]) -> None:
    """Into a folder beside the output, which takes its place only when all is there."""
    output: Path = arguments.output
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        traced = {}
        size = dual.image["size"]
        texts = dual.golden_texts
        pixels = torch.rand(3, 3, *size, generator=torch.Generator().manual_seed(0)) * 2 - 1
        with step("Tracing the image encoder"):
            traced["image"] = tracing.trace(dual.image_tower, (pixels[:2],), "image encoder")
            with torch.no_grad():
                tracing.require_same(traced["image"](pixels), dual.original.embed_images(pixels), "image encoder")
        with step("Tracing the text encoder"):
            traced["text"] = tracing.trace(dual.text_tower, _text_inputs(dual, texts[:1] * 2), "text encoder")
            with torch.no_grad():
                for some in (texts, [texts[-1]], ["a", texts[0] * 3, texts[-1]]):
                    tracing.require_same(traced["text"](*_text_inputs(dual, some)), dual.original.embed_texts(some), "text encoder")
        manifest = _manifest(dual, arguments)
        if arguments.precision == "int8":
            with step(f"Measuring activations on {arguments.calibrate}"):
                quantization.quantize_image_tower(dual, photos)
                traced["image"] = tracing.trace(dual.image_tower, (pixels[:2],), "image encoder")
        with step("Writing"):
            for kind, module in traced.items():
                if arguments.precision in ("fp16", "bf16"):
                    module = module.half() if arguments.precision == "fp16" else module.bfloat16()
                module.save(str(folder / manifest[kind]["encoder"]))
            (folder / manifest["text"]["tokenizer"]["file"]).write_bytes(dual.tokenizer_file)
            manifest["files"] = {file.name: _sum(file) for file in sorted(folder.iterdir())}
            (folder / "model.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        folder.chmod(0o755)
        if output.exists():
            shutil.rmtree(output)
        folder.rename(output)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _text_inputs(dual: DualEncoder, texts: list[str]) -> tuple[torch.Tensor, ...]:
    """What our C++ gives the encoder: the ids, padded as the manifest says, and the mask."""
    rows = dual.original.ids(texts)
    length = dual.text["context_length"] if dual.text["padding"] == "context" else max(map(len, rows))
    ids = torch.full((len(rows), length), dual.text["pad"], dtype=torch.long)
    mask = torch.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return (ids, mask) if dual.text["mask"] else (ids,)


def _manifest(dual: DualEncoder, arguments) -> dict:
    name = arguments.name or arguments.output.name
    # Of the encoder's own size: a pixel that resizing rounds the other way would count for the encoder's error.
    height, width = dual.image["size"]
    picture = golden.golden_image(width, height)
    image_row = tracing.unit(dual.original.embed_images(dual.original.pixels(picture)[None]))[0]
    text_rows = tracing.unit(dual.original.embed_texts(dual.golden_texts))
    score = {"scale": dual.scale, "bias": dual.bias, "activation": dual.activation}
    if dual.activation == "softmax":
        score["multi_label"] = {"scale": dual.scale, "bias": -dual.scale * ALONE_COSINE}
    kind = dual.text["tokenizer"]["kind"]
    return {
        "format_version": 1,
        "name": name,
        "description": f"{dual.family}, {arguments.precision} weights, exported by scripts/export_model.py",
        "source": dual.source,
        "licence": dual.licence,
        "image": {"encoder": "image_encoder.pt", **dual.image},
        "text": {"encoder": "text_encoder.pt", **dual.text,
                 "tokenizer": {"kind": kind, "file": TOKENIZER_FILES[kind], **dual.text["tokenizer"]}},
        "embedding_width": image_row.shape[0],
        "precisions": ["fp32", "int8"] if arguments.precision == "int8" else ["fp32", "bf16", "fp16"],
        "score": score,
        "templates": dual.templates,
        "golden": {
            "image": {"width": picture.width, "height": picture.height, "embedding": image_row.tolist()} |
                     ({"tolerance": quantization.TOLERANCE} if arguments.precision == "int8" else {}),
            "texts": [{"text": text, "ids": ids, "embedding": row.tolist()}
                      for text, ids, row in zip(dual.golden_texts, dual.original.ids(dual.golden_texts), text_rows)],
        },
    }


def _round_weights(dual: DualEncoder, dtype: torch.dtype) -> None:
    """The original gets the stored weights, too: what it answers with them is what C++ must answer."""
    with torch.no_grad():
        for module in dual.weights:
            for tensor in [*module.parameters(), *module.buffers()]:
                if tensor.is_floating_point():
                    tensor.data = tensor.data.to(dtype).to(tensor.dtype)


def _sum(file: Path) -> dict:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return {"sha256": digest.hexdigest(), "bytes": file.stat().st_size}


def _check_output(output: Path, force: bool) -> None:
    if output.exists():
        is_model = (output / "model.json").is_file()
        if not is_model and (not output.is_dir() or any(output.iterdir())):
            raise ExportError(f"{output} exists and is not a model folder; choose another")
        if is_model and not force:
            raise ExportError(f"{output} holds a model already; --force replaces it")


def _explained(error: OSError, arguments) -> str:
    source = arguments.model or arguments.open_clip
    name = type(error).__name__
    if "Offline" in name or "Connection" in name or "LocalEntryNotFound" in name or "couldn't connect" in str(error):
        return f"{source}: the model hub can't be reached; connect to the network, or give a local folder"
    if "NotFound" in name or "is not a local folder" in str(error):
        return f"{source}: no such model: neither a folder here nor a Hugging Face id"
    return f"{source}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _fail(message: str) -> int:
    print(f"export_model.py: {message}", file=sys.stderr)
    return 2
