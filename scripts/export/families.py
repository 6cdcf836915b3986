"""The families that are known to export, for --list."""

from __future__ import annotations

ROWS = [
    ("OpenAI CLIP", "openai/clip-vit-base-patch32, -patch16, clip-vit-large-patch14, -patch14-336", "--open-clip RN50:openai"),
    ("OpenCLIP LAION, DataComp", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "--open-clip ViT-B-32:laion2b_s34b_b79k, ViT-B-16:datacomp_xl_s13b_b90k"),
    ("DFN", "", "--open-clip ViT-B-16:dfn2b, ViT-H-14-quickgelu:dfn5b"),
    ("MetaCLIP", "facebook/metaclip-b32-400m", "--open-clip ViT-B-32-quickgelu:metaclip_400m"),
    ("MetaCLIP 2, multilingual", "facebook/metaclip-2-worldwide-huge-quickgelu", ""),
    ("EVA02-CLIP", "", "--open-clip EVA02-B-16:merged2b_s8b_b131k"),
    ("SigLIP", "google/siglip-base-patch16-224", "--open-clip ViT-B-16-SigLIP:webli"),
    ("SigLIP 2 of fixed size, multilingual", "google/siglip2-base-patch16-224", "--open-clip ViT-B-16-SigLIP2:webli"),
    ("MobileCLIP, MobileCLIP2", "", "--open-clip MobileCLIP-S1:datacompdr, MobileCLIP2-S0:dfndr2b"),
    ("Chinese-CLIP", "OFA-Sys/chinese-clip-vit-base-patch16", ""),
    ("XLM-RoBERTa, multilingual", "", "--open-clip xlm-roberta-base-ViT-B-32:laion5b_s13b_b90k"),
    ("M-CLIP, multilingual", "M-CLIP/XLM-Roberta-Large-Vit-B-32 --image-model openai/clip-vit-base-patch32", ""),
    ("AltCLIP, Chinese and English", "BAAI/AltCLIP", ""),
]


def table() -> str:
    lines = []
    for family, hugging_face, open_clip in ROWS:
        lines.append(family)
        lines += [f"    {example}" for example in (hugging_face, open_clip) if example]
    return "\n".join(lines)
