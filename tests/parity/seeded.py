"""Models of every family with seeded random weights, as folders and checkpoints that scripts/export_model.py reads.

Trained weights can't be downloaded where the tests run. The architectures are the real ones; where `small` is asked for,
with fewer layers and the same kinds of parts. Weights go through the same code as trained ones.
"""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path

import torch

OAI = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
HALF = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
WORDS = """a photo of the cat dog red blue green round small large two three old new house tree river car bicycle rocket
coffee astronaut city street night day people child woman man food bread table chair window door sky cloud 猫 狗 照片 一张 红色
的 图片 两只 和 个 气球 صورة قطة كلب фотография кота собака дерево हाथी बिल्ली की तस्वीर 犬 の 写真 ねこ 고양이 사진""".split()


def sentences(count: int = 20_000) -> list[str]:
    rng = random.Random(1)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, 12))) for _ in range(count)]


def sentencepiece_file(path: Path, kind: str = "unigram", **options) -> None:
    import sentencepiece

    settings = {"vocab_size": 400, "character_coverage": 1.0, "hard_vocab_limit": False, "minloglevel": 2} | options
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(sentences()), model_writer=model, model_type=kind, **settings)
    path.write_bytes(model.getvalue())


def _save(model: torch.nn.Module, folder: Path) -> None:
    """Weights that keep activations in range whatever the depth; biases and scales that are not trivial."""
    model.save_pretrained(folder)


def seed_weights(model: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """What initialisation left at 0 or 1 (biases, norms) is moved off it: a part left out of an export then shows."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if tensor.ndim <= 1 and "logit" not in name:
                tensor += 0.05 * torch.randn(tensor.shape, generator=generator)
        for name, tensor in model.named_buffers():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 1.5, generator=generator)
            elif name.endswith("running_mean"):
                tensor.normal_(0, 0.1, generator=generator)
    return model.eval()


def processor(folder: Path, kind: str, size: int, squash: bool, norm: dict) -> None:
    settings = {
        "image_processor_type": kind, "do_resize": True, "resample": 3, "do_rescale": True, "rescale_factor": 1 / 255,
        "do_normalize": True, "do_convert_rgb": True, "do_center_crop": not squash, **norm,
        "size": {"height": size, "width": size} if squash else {"shortest_edge": size},
    }
    if not squash:
        settings["crop_size"] = {"height": size, "width": size}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))


def clip_tokenizer(folder: Path) -> None:
    """CLIP's real vocabulary, from open_clip, as Hugging Face stores it."""
    from open_clip.tokenizer import default_bpe

    from export.tokenizers import _byte_characters

    merges = gzip.open(default_bpe()).read().decode().split("\n")[1 : 49152 - 256 - 2 + 1]
    tokens = [*_byte_characters(), *(c + "</w>" for c in _byte_characters()), *(m.replace(" ", "") for m in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77}))


def hf_clip(folder: Path, vision: dict, text: dict, width: int, size: int = 224, **more) -> None:
    from transformers import CLIPConfig, CLIPModel

    config = CLIPConfig(text_config=text, vision_config={"image_size": size, **vision}, projection_dim=width, **more)
    seed_weights(CLIPModel(config)).save_pretrained(folder)
    clip_tokenizer(folder)
    processor(folder, "CLIPImageProcessor", size, False, OAI)


def openai_b32(folder: Path) -> None:
    torch.manual_seed(0)
    hf_clip(folder, {"patch_size": 32}, {}, 512)
