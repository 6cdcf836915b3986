"""Figures as bars: a panel for each table, a group for each setting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

from benchmark.figures import Figure  # noqa: E402
from benchmark.tables import number  # noqa: E402

COLOURS = {"clip-classify": "#d1495b", "clip-classify --decode fast": "#f0a3ad", "HF transformers": "#edae49", "open_clip": "#66a182",
           "ONNX Runtime": "#2e6f95", "OpenVINO": "#8d96a3", "limit: matrix products alone": "#dddddd"}
HATCHES = {"fp32": "", "bf16": "//", "int8": "xx"}


def draw(figures: Sequence[Figure], path: Path) -> None:
    shown = [figure for figure in figures if figure.best is not None]
    panels = list(dict.fromkeys((figure.table, figure.model, figure.unit) for figure in shown))
    if not panels:
        return
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    canvas, axes = pyplot.subplots(rows, columns, figsize=(8 * columns, 3.6 * rows), squeeze=False, layout="constrained")
    for panel, place in zip(panels, axes.flat):
        _panel([figure for figure in shown if (figure.table, figure.model, figure.unit) == panel], place)
    for place in list(axes.flat)[len(panels):]:
        place.remove()
    entries = {label: bars for place in canvas.axes for bars, label in zip(*place.get_legend_handles_labels())}
    canvas.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=6, fontsize=8, frameon=False)
    canvas.savefig(path, dpi=110)
    pyplot.close(canvas)


def _panel(figures: Sequence[Figure], axes) -> None:
    settings = list(dict.fromkeys(figure.setting for figure in figures))
    rows = list(dict.fromkeys((figure.contender, figure.precision) for figure in figures))
    values = {(figure.contender, figure.precision, figure.setting): figure.best for figure in figures}
    width = 0.85 / len(rows)
    for index, (contender, precision) in enumerate(rows):
        places, heights = [], []
        for column, setting in enumerate(settings):
            if (contender, precision, setting) in values:
                places.append(column + (index - (len(rows) - 1) / 2) * width)
                heights.append(values[contender, precision, setting])
        bars = axes.bar(places, heights, width, label=f"{contender} {precision}", color=COLOURS.get(contender, "#999999"),
                        hatch=HATCHES.get(precision, ""), edgecolor="white", linewidth=0.5)
        axes.bar_label(bars, [number(height) for height in heights], fontsize=6, rotation=90 if len(rows) > 6 else 0, padding=1)
    if not figures[0].more_is_better and max(figure.best for figure in figures) > 20 * min(figure.best for figure in figures):
        axes.set_yscale("log")
    axes.margins(y=0.18)
    axes.set_xticks(range(len(settings)), settings, fontsize=8)
    axes.set_ylabel(f"{figures[0].unit} ({'more' if figures[0].more_is_better else 'less'} is better)", fontsize=8)
    axes.set_title(f"{figures[0].table}: {figures[0].model}", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
