"""The course of a training as a picture: SVG from the lines that clip-classify train --contrastive --json wrote."""

from __future__ import annotations

WIDTH, HEIGHT = 420, 260  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 40, 36
INK, GRID = "#333333", "#dddddd"
COLOURS = ("#1f6fb4", "#d1491b")


def svg(epochs: list[dict]) -> str:
    loss = [("trained on", [e["loss"] for e in epochs])]
    recall = []
    if all("validation" in e for e in epochs):
        loss.append(("held out", [e["validation"]["loss"] for e in epochs]))
        recall = [("of images", [100 * e["validation"]["image_recall_at_1"] for e in epochs]),
                  ("of texts", [100 * e["validation"]["text_recall_at_1"] for e in epochs])]
    panels = [panel("loss", loss, max(max(values) for _, values in loss), 0)]
    if recall:
        panels.append(panel("recall@1 of held-out pairs, %", recall, 100, WIDTH))
    width = WIDTH * len(panels)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{HEIGHT}" fill="white"/>', *panels, "</svg>", ""])


def panel(title: str, lines: list[tuple[str, list[float]]], top: float, offset: int) -> str:
    count = max(len(lines[0][1]), 2)
    step = nice_step(top / 5)
    top = step * max(1, -(-top // step))

    def x(epoch: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (epoch - 1) / (count - 1)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    parts = [f'<g transform="translate({offset} 0)">', f'<text x="{LEFT}" y="18" font-weight="bold" fill="{INK}">{title}</text>']
    for mark in range(round(top / step) + 1):
        value = mark * step
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end" fill="{INK}">{value:g}</text>')
    for epoch in sorted({1, *range(5, count + 1, max(5, 5 * round(count / 30))), count}):
        parts.append(f'<text x="{x(epoch):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle" fill="{INK}">{epoch}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 4}" text-anchor="middle" fill="{INK}">epoch</text>')
    for index, (name, values) in enumerate(lines):
        path = " ".join(f"{x(epoch + 1):.1f},{y(value):.1f}" for epoch, value in enumerate(values))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[index]}" stroke-width="2"/>')
        at = WIDTH - RIGHT - 190 + 100 * index
        parts.append(f'<path d="M{at} 30h12" stroke="{COLOURS[index]}" stroke-width="2"/>')
        parts.append(f'<text x="{at + 16}" y="34" fill="{INK}">{name}</text>')
    return "\n".join([*parts, "</g>"])


def nice_step(least: float) -> float:
    """The next of 1, 2 and 5 times a power of ten."""
    power = 1.0
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999)
