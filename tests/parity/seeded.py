"""Models of every family with seeded random weights, as folders and checkpoints that scripts/export_model.py reads.

Trained weights can't be downloaded where the tests run. The architectures are the real ones; where `small` is asked for,
with fewer layers and the same kinds of parts. Weights go through the same code as trained ones.
"""

from __future__ import annotations

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


VOCABULARY = 400  # pieces of the SentencePiece models trained here


def sentences(count: int = 20_000) -> list[str]:
    rng = random.Random(1)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, 12))) for _ in range(count)]


def sentencepiece_file(path: Path, kind: str = "unigram", **options) -> None:
    import sentencepiece

    settings = {"vocab_size": VOCABULARY, "character_coverage": 0.999, "hard_vocab_limit": False, "minloglevel": 2} | options
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(sentences()), model_writer=model, model_type=kind, **settings)
    path.write_bytes(model.getvalue())


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
    from export.tokenizers import byte_characters, clip_merges

    merges = clip_merges()
    tokens = [*byte_characters(), *(c + "</w>" for c in byte_characters()), *(m.replace(" ", "") for m in merges)]
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


# --- one function a row: what stands in the folder is what scripts/export_model.py is given -----------------------

SHALLOW = {"num_hidden_layers": 2}
# As in Google's repositories: SigLIP attends to its padding, so the tokenizers make no mask.
SIGLIP_INPUTS = {"model_max_length": 64, "model_input_names": ["input_ids"]}
T5 = {"pad_id": -1, "eos_id": 1, "unk_id": 2, "bos_id": -1, "control_symbols": ["<pad>"]}


def siglip(folder: Path, layers: dict, vocabulary: int, kind: str) -> None:
    from transformers import SiglipConfig, SiglipModel

    config = SiglipConfig(text_config={"vocab_size": vocabulary, **layers}, vision_config=dict(layers))
    model = seed_weights(SiglipModel(config))
    with torch.no_grad():  # as trained ones are: not what initialisation gives
        model.logit_scale.fill_(4.77)
        model.logit_bias.fill_(-12.9)
    model.save_pretrained(folder)
    processor(folder, "SiglipImageProcessor", 224, True, HALF)
    if kind == "siglip":
        sentencepiece_file(folder / "spiece.model", **T5)
        settings = {"tokenizer_class": "SiglipTokenizer", "pad_token": "</s>", **SIGLIP_INPUTS}
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    else:
        gemma_tokenizer(folder)


def gemma_tokenizer(folder: Path) -> None:
    """A small vocabulary of Gemma's kind: BPE over characters with bytes to fall back on, spaces as U+2581."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("\u2581", "merged_with_next")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=1200, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(sentences(), trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    from transformers import Siglip2Tokenizer

    merges = [tuple(merge.split(" ")) if isinstance(merge, str) else tuple(merge) for merge in trained["merges"]]
    Siglip2Tokenizer(vocab=trained["vocab"], merges=merges, padding_side="right", add_bos_token=False, add_eos_token=True,
                     **SIGLIP_INPUTS).save_pretrained(folder)


def xlm_tokenizer(folder: Path, context: int = 512) -> None:
    sentencepiece_file(folder / "sentencepiece.bpe.model", unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
    settings = {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": context}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def chinese_clip(folder: Path, vision: dict, text: dict, vocabulary: Path) -> None:
    from transformers import ChineseCLIPConfig, ChineseCLIPModel

    config = ChineseCLIPConfig(text_config={"vocab_size": 21128, **text}, vision_config={"patch_size": 16, **vision},
                               projection_dim=512)
    seed_weights(ChineseCLIPModel(config)).save_pretrained(folder)
    processor(folder, "ChineseCLIPImageProcessor", 224, True, OAI)
    (folder / "vocab.txt").write_bytes(vocabulary.read_bytes())
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True}))


def metaclip2(folder: Path, vision: dict, text: dict, width: int, size: int) -> None:
    from transformers import MetaClip2Config, MetaClip2Model

    text = {"vocab_size": 901629, "eos_token_id": 2, "bos_token_id": 0, "pad_token_id": 1, **text}
    config = MetaClip2Config(text_config=text, vision_config={"image_size": size, **vision}, projection_dim=width)
    seed_weights(MetaClip2Model(config)).save_pretrained(folder)
    processor(folder, "CLIPImageProcessor", size, True, OAI)
    xlm_tokenizer(folder, 77)


def altclip(folder: Path, vision: dict, text: dict) -> None:
    from transformers import AltCLIPConfig, AltCLIPModel

    config = AltCLIPConfig(text_config=text, vision_config=vision, projection_dim=768)
    seed_weights(AltCLIPModel(config)).save_pretrained(folder)
    processor(folder, "CLIPImageProcessor", 224, False, OAI)
    xlm_tokenizer(folder)


def mclip(folder: Path, settings: dict) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    base = XLMRobertaConfig(vocab_size=250002, max_position_embeddings=514, type_vocab_size=1, pad_token_id=1,
                            bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5, **settings)
    transformer = seed_weights(XLMRobertaModel(base))
    linear = torch.nn.Linear(base.hidden_size, 512)
    state = {f"transformer.{name}": value for name, value in transformer.state_dict().items()}
    state |= {f"LinearTransformation.{name}": value.detach() for name, value in linear.state_dict().items()}
    torch.save(state, folder / "pytorch_model.bin")
    config = {"model_type": "M-CLIP", "modelBase": "xlm-roberta-large", "numDims": 512,
              "transformerDimensions": base.hidden_size}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "base").mkdir()
    base.save_pretrained(folder / "base")
    xlm_tokenizer(folder)
    (folder / "image").mkdir()
    hf_clip(folder / "image", {"patch_size": 32, **SHALLOW}, SHALLOW, 512)


def open_clip_folder(folder: Path, architecture: str, tag: str | None = None, model_changes: dict | None = None,
                     tokenizer=None) -> None:
    """What open_clip's push_to_hf_hub writes: configuration, weights, and the tokenizer's files."""
    import open_clip
    from safetensors.torch import save_file

    config = open_clip.get_model_config(architecture)
    for part, changes in (model_changes or {}).items():
        config[part] = {**config[part], **changes} if isinstance(changes, dict) else changes
    preprocess = {key: value for key, value in (open_clip.get_pretrained_cfg(architecture, tag) or {}).items()
                  if key in ("mean", "std", "interpolation", "resize_mode")} if tag else {}
    if tokenizer:
        tokenizer(folder)
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": preprocess}))
    torch.manual_seed(0)
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=False, precision="fp32", pretrained_text=False)
    seed_weights(model)
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / "open_clip_model.safetensors")


def t5_tokenizer(folder: Path) -> None:
    sentencepiece_file(folder / "spiece.model", **T5)
    settings = {"tokenizer_class": "T5Tokenizer", "model_max_length": 64, "extra_ids": 0, "pad_token": "</s>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def xlm_open_clip(folder: Path, full: bool) -> None:
    """open_clip's xlm-roberta-base-ViT-B-32, its text model's configuration in the folder in place of the hub's."""
    from transformers import XLMRobertaConfig

    base = folder / "text"
    base.mkdir()
    XLMRobertaConfig(vocab_size=250002, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5,
                     **({} if full else SHALLOW)).save_pretrained(base)
    changes = {"text_cfg": {"hf_model_name": str(base), "hf_tokenizer_name": str(folder)}}
    if not full:
        changes["vision_cfg"] = {"layers": 2}
    open_clip_folder(folder, "xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k", changes, xlm_tokenizer)
