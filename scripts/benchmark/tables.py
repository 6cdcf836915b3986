"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.figures import Figure, ratio, share_of_limit


def as_text(figures: Sequence[Figure]) -> str:
    """A table for each part and model, in the order in which they first appear."""
    groups = list(dict.fromkeys((figure.table, figure.model) for figure in figures))
    return "\n\n".join(_table([figure for figure in figures if (figure.table, figure.model) == group]) for group in groups)


def _table(figures: Sequence[Figure]) -> str:
    settings = list(dict.fromkeys(figure.setting for figure in figures))
    rows = list(dict.fromkeys((figure.contender, figure.precision) for figure in figures))
    cells = {(figure.contender, figure.precision, figure.setting): figure for figure in figures}
    first = figures[0]
    lines = [f"### {first.table}: {first.model}, {first.unit}", "",
             f"| | {' | '.join(settings)} | |", f"|---|{'---|' * len(settings)}---|"]
    for contender, precision in rows:
        found = [cells.get((contender, precision, setting)) for setting in settings]
        shown = [_cell(figure, figures) if figure else "" for figure in found]
        remarks = dict.fromkeys(text for figure in found if figure for text in (figure.problem, figure.note) if text)
        lines.append(f"| {' '.join(filter(None, (contender, precision)))} | {' | '.join(shown)} | {'; '.join(remarks)} |")
    return "\n".join(lines)


def _cell(figure: Figure, figures: Sequence[Figure]) -> str:
    if figure.best is None:
        return "-"
    text = number(figure.best)
    times, share = ratio(figure, figures), share_of_limit(figure, figures)
    if times is not None:
        text += f" ({times:.2f}x)"
    if share is not None:
        text += f" {share:.0%}"
    return text


def number(value: float) -> str:
    """Three digits that count, no more."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
