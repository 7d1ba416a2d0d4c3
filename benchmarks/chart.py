"""The figures of the benchmarks as a table and a picture in ``docs/performance.md``."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from measure import Figure
from stages import Budget, budget_rows

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
PICTURE = DOCS / "images" / "benchmarks.png"


class Results(msgspec.Struct):
    """All figures so far, and the machine of the last ones."""

    machine: str = ""
    figures: list[Figure] = []
    budget: Budget = {}


def write_report(results: Results) -> None:
    """Put what was measured into the page, between the marks that are there for it, and draw the picture."""
    figures = sorted(results.figures, key=lambda figure: figure.benchmark)
    page = PAGE.read_text(encoding="utf-8")
    page = _replace(page, "machine", [results.machine])
    page = _replace(page, "figures", _figure_rows(figures))
    if results.budget:
        page = _replace(page, "budget", budget_rows(results.budget))
    PAGE.write_text(page, encoding="utf-8")
    _draw(figures)


def _replace(page: str, mark: str, lines: Sequence[str]) -> str:
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.S)
    return between.sub(lambda match: f"{match[1]}{chr(10).join(lines)}\n{match[2]}", page)


def _figure_rows(figures: Sequence[Figure]) -> list[str]:
    rows = [
        "| | what | rival | ours | rival's | ratio (median) | range | rounds | goal |",
        "| --- | --- | --- | ---: | ---: | --- | --- | ---: | --- |",
    ]
    for figure in figures:
        low, high = min(figure.ratios), max(figure.ratios)
        rows.append(
            f"| ({figure.benchmark}) | {figure.what} | {figure.rival} | {figure.ours} | {figure.theirs} "
            f"| **{figure.median:.3g}** {figure.ratio} | {low:.3g}–{high:.3g} | {len(figure.ratios)} | {_tell_goal(figure)} |"
        )
    return rows


def _tell_goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    bound = f"{'≥' if figure.least else '≤'} {figure.goal:.3g}"
    return f"{bound}, {'reached' if is_reached(figure) else '**not reached**'}"


def is_reached(figure: Figure) -> bool | None:
    """Say whether the median is within the goal; nothing where there is none."""
    if figure.goal is None:
        return None
    return figure.median >= figure.goal if figure.least else figure.median <= figure.goal


def _draw(figures: Sequence[Figure]) -> None:
    """Draw every ratio with its range, and its goal as a bar across."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    drawn = figures[::-1]
    colours = {True: "tab:green", False: "tab:red", None: "tab:blue"}
    figure, axes = plt.subplots(figsize=(11, 0.45 * len(drawn) + 1.4), layout="constrained")
    for place, one in enumerate(drawn):
        low, high = min(one.ratios), max(one.ratios)
        axes.plot([low, high], [place, place], color=colours[is_reached(one)], linewidth=4, alpha=0.4)
        axes.plot([one.median], [place], "o", color=colours[is_reached(one)])
        axes.annotate(f" {one.median:.3g}", (high, place), va="center")
        if one.goal is not None:
            axes.plot([one.goal], [place], "|", color="black", markersize=16)
    axes.set_yticks(
        range(len(drawn)), [f"({one.benchmark}) {one.what}\nagainst {one.rival}: {one.ratio}" for one in drawn],
        fontsize=7,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.axvline(1, color="grey", linewidth=0.5)
    axes.set_xlabel("ratio: dot = median, band = range of the rounds, stroke = goal")
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})
    plt.close(figure)
