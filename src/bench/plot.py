#!/usr/bin/env python3
"""Draws samples of peers.sh and growth.sh as SVG charts, readable on light and on dark.

    plot.py SAMPLES.tsv... --out DIRECTORY

Makes peers.svg, bars by case and tool, and growth-SERIES.svg, lines on logarithmic axes. Points and bars
are medians, thin lines reach from the minimum to the maximum.
"""

import argparse
import math
import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from table import PLAIN, Samples

STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 14px; font-weight: 600 }
.faint { fill: #656d76 }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.jbuild { fill: #0969da; stroke: #0969da } .docker { fill: #bc4c00; stroke: #bc4c00 }
.buildah { fill: #8250df; stroke: #8250df } .podman { fill: #1a7f37; stroke: #1a7f37 }
.plain { fill: #818b98; stroke: #818b98 }
.line { stroke-width: 2 } .span { stroke-width: 1 } .reach { stroke: #1f2328 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .faint { fill: #9198a1 } .grid { stroke: #3d444d } .reach { stroke: #e6edf3 }
  .jbuild { fill: #4493f8; stroke: #4493f8 } .docker { fill: #db6d28; stroke: #db6d28 }
  .buildah { fill: #ab7df8; stroke: #ab7df8 } .podman { fill: #3fb950; stroke: #3fb950 }
}
</style>"""
GROWTH = {
    "steps": ("RUN steps of a build, --no-cache", "steps"),
    "files": ("COPY, the first build ever", "files"),
    "layers": ("run true in an image of many layers", "layers"),
    "parent": ("RUN that writes one byte, --no-cache", "megabytes below it"),
}
PEER_CASES = re.compile(r"(run|copy|write|true|import|grep)\b")


@dataclass(frozen=True)
class Point:
    x: float
    low: float
    median: float
    high: float


def spread(x: float, seconds: list[float]) -> Point:
    return Point(x, min(seconds), statistics.median(seconds), max(seconds))


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def css(tool: str) -> str:
    return tool if tool in ("jbuild", "docker", "buildah", "podman") else "plain"


def plain_name(tool: str) -> str:
    return PLAIN.get(tool, tool).replace("\\|", "|")


def text(x: float, y: float, content: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def svg(width: int, height: int, parts: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join([head, STYLE, *parts, "</svg>"]) + "\n"


def logarithmic(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Maps low..high to start..end; a single value goes to the middle."""
    if low == high:
        return lambda _: (start + end) / 2
    scale = (end - start) / math.log(high / low)
    return lambda value: start + math.log(value / low) * scale


def decades(low: float, high: float) -> tuple[float, float]:
    """The powers of ten around a range: at least one decade, so that what is flat looks flat."""
    bottom = math.floor(math.log10(low))
    top = max(math.ceil(math.log10(high)), bottom + 1)
    return 10.0**bottom, 10.0**top


def ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each decade, or only 1 when there are many decades."""
    exponents = range(round(math.log10(low)), round(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(exponents) <= 3 else (1,)
    values = [step * 10.0**exponent for exponent in exponents for step in steps]
    return [value for value in values if value <= high * 1.001]


def curve(
    tool: str, points: list[Point], x_of: Callable[[float], float], y_of: Callable[[float], float], figures: int
) -> list[str]:
    """One tool's line; its figures stand so many pixels below the points."""
    path = " ".join(f"{x_of(p.x):.1f},{y_of(p.median):.1f}" for p in points)
    parts = [f'<polyline points="{path}" class="line {css(tool)}" style="fill:none"/>']
    for p in points:
        parts.append(line(x_of(p.x), y_of(p.low), x_of(p.x), y_of(p.high), f"span {css(tool)}"))
        parts.append(f'<circle cx="{x_of(p.x):.1f}" cy="{y_of(p.median):.1f}" r="3.5" class="{css(tool)}"/>')
        figure = f"{p.median:.2f}" if p.median < 10 else f"{p.median:.0f}"
        parts.append(text(x_of(p.x), y_of(p.median) + figures, figure, "middle", "faint"))
    parts.append(text(x_of(points[-1].x) + 22, y_of(points[-1].median) + 4, tool))
    return parts


def growth_chart(title: str, unit: str, curves: dict[str, list[Point]]) -> str:
    width, height, left, right, top, bottom = 560, 340, 60, 90, 44, 52
    points = [p for of_tool in curves.values() for p in of_tool]
    xs = sorted({p.x for p in points})
    low, high = decades(min(p.low for p in points), max(p.high for p in points))
    x_of = logarithmic(xs[0], xs[-1], left + 20, width - right)
    y_of = logarithmic(low, high, height - bottom, top)
    parts = [text(left, 20, title, kind="title")]
    for tick in ticks(low, high):
        parts.append(line(left, y_of(tick), width - right + 20, y_of(tick), "grid"))
        parts.append(text(left - 8, y_of(tick) + 4, f"{number(tick)} s", "end", "faint"))
    for x in xs:
        parts.append(text(x_of(x), height - bottom + 20, number(x), "middle", "faint"))
    parts.append(text((left + width - right) / 2, height - 12, unit, "middle"))
    uppermost = max(curves, key=lambda tool: curves[tool][-1].median)
    for tool, of_tool in curves.items():
        parts += curve(tool, of_tool, x_of, y_of, -9 if tool == uppermost else 18)
    return svg(width, height, parts)


def growth_curves(samples: Samples, series: str) -> dict[str, list[Point]]:
    curves: dict[str, list[Point]] = {}
    for (case, tool), measured in samples.series.items():
        match = re.fullmatch(rf"{series}-(\d+)(-true)?", case)
        if match and measured.seconds:
            curves.setdefault(tool, []).append(spread(int(match.group(1)), measured.seconds))
    return {tool: sorted(points, key=lambda p: p.x) for tool, points in curves.items()}


def bar(y: float, tool: str, p: Point, left: float, scale: float) -> list[str]:
    figure = f"{p.median:.2f}" if p.median < 10 else f"{p.median:.1f}"
    middle = y + 5.5
    return [
        f'<rect x="{left}" y="{y}" width="{p.median * scale:.1f}" height="11" class="{css(tool)}"/>',
        line(left + p.low * scale, middle, left + p.high * scale, middle, "span reach"),
        text(left + p.high * scale + 6, y + 10, f"{figure} s  {plain_name(tool)}", kind="faint"),
    ]


def peers_chart(samples: Samples) -> str:
    """Bars on a linear scale of each case's own: what is to be seen is the ratio between the tools."""
    bars = {key: spread(0, s.seconds) for key, s in samples.series.items() if s.seconds and PEER_CASES.match(key[0])}
    cases = [case for case in samples.titles if any(of == case for of, _ in bars)]
    width, left, right = 720, 20, 180
    parts = [text(left, 20, "Seconds, less is better; each case has a scale of its own", kind="title")]
    y = 36.0
    for case in cases:
        parts.append(text(left, y + 14, samples.titles[case]))
        y += 20
        of_case = [(tool, p) for (of, tool), p in bars.items() if of == case]
        scale = (width - left - right) / max(p.high for _, p in of_case)
        for tool, p in of_case:
            parts += bar(y, tool, p, left, scale)
            y += 16
        y += 8
    return svg(width, round(y) + 4, parts)


def draw(samples: Samples, out: Path) -> None:
    if any(PEER_CASES.match(case) for case, _ in samples.series):
        (out / "peers.svg").write_text(peers_chart(samples), encoding="utf-8")
        return
    for series, (title, unit) in GROWTH.items():
        curves = growth_curves(samples, series)
        if curves:
            (out / f"growth-{series}.svg").write_text(growth_chart(title, unit, curves), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="draws samples of peers.sh and growth.sh as SVG charts")
    parser.add_argument("samples", nargs="+")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in arguments.samples:
        draw(Samples(path), arguments.out)


if __name__ == "__main__":
    main()
