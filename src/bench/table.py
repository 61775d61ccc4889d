#!/usr/bin/env python3
"""The tables of docs/benchmarks.md out of the samples of peers.sh or growth.sh.

    table.py SAMPLES.tsv

A row a case and tool: number of samples, minimum, median and maximum in seconds, the median as a multiple
of jbuild's, peak memory of jbuild, and whether jbuild's median meets its targets. Nothing is dropped.
"""

import csv
import statistics
import sys
from dataclasses import dataclass, field

PEAK_LIMIT_MB = 256
PLAIN = {
    "pipe": "tar c \\| tee F \\| sha256sum",
    "cp": "cp -a",
    "find": "find -printf, all of stat",
    "recipe": "xorriso, loop mounts, cp -a",
    "debugfs": "debugfs rdump",
}


@dataclass
class Series:
    """All samples of one tool at one case."""

    seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0  # of the process and all that it waited for
    own_mb: float = 0  # of the JVM alone
    error: str = ""


@dataclass(frozen=True)
class Target:
    """jbuild must need at most `factor` times the fastest of `references`, or `factor` seconds if there is none."""

    factor: float
    references: tuple[tuple[str, str], ...] = ()  # case, tool
    name: str = ""


def beside(factor: float, case: str, *tools: str) -> Target:
    name = tools[0] if len(tools) == 1 else "the faster of " + " and ".join(tools)
    return Target(factor, tuple((case, tool) for tool in tools), name)


PIPE = Target(1.2, (("copy-first", "pipe"),), "tar, tee, sha256sum")
TARGETS: dict[str, list[Target]] = {
    "run-cold": [beside(0.4, "run-cold", "docker")],
    "run-cached": [beside(0.3, "run-cached", "buildah"), beside(2, "run-cached", "docker")],
    "copy-first": [beside(0.35, "copy-first", "docker"), PIPE],
    "copy-again": [beside(0.35, "copy-again", "docker"), PIPE],
    "copy-cached": [beside(0.6, "copy-cached", "docker")],
    "write-delete": [beside(1, "write-delete", "docker")],
    "true": [beside(0.6, "true", "podman")],
    "import-tar": [beside(0.65, "import-tar", "docker", "podman")],
    "import-gz": [beside(0.65, "import-gz", "docker", "podman")],
    "import-zst": [beside(0.65, "import-zst", "docker", "podman")],
    "centos": [beside(0.5, "centos", "recipe")],
    "squashfs-gzip": [beside(1, "squashfs-gzip", "sqfs2tar")],
    "squashfs-zstd": [beside(1, "squashfs-zstd", "sqfs2tar")],
    "squashfs-lz4": [beside(1, "squashfs-lz4", "sqfs2tar")],
    "squashfs-xz": [beside(1.3, "squashfs-xz", "sqfs2tar")],
    "ext4": [beside(1, "ext4", "debugfs")],
    "grep-inside": [beside(0.7, "grep-inside", "podman")],
    "grep-whole": [beside(0.7, "grep-whole", "podman")],
    "start-images": [Target(0.09)],
}


def targets_of(case: str, tool: str) -> list[Target]:
    if not tool.startswith("jbuild") or tool.endswith("archive off"):
        return []
    if case.startswith("layers-") and not case.startswith("layers-1-"):
        what = case.rsplit("-", 1)[1]
        return [Target(1.3, ((f"layers-1-{what}", "jbuild"),), "1 layer")]
    if case.startswith("parent-") and case != "parent-10":
        return [Target(1.3, (("parent-10", "jbuild"),), "a parent of 10 MB")]
    return TARGETS.get(case, [])


class Samples:
    """A samples.tsv: titles of cases, and series by case and tool, in the order of the file."""

    def __init__(self, path: str) -> None:
        self.titles: dict[str, str] = {}
        self.notes: list[str] = []
        self.series: dict[tuple[str, str], Series] = {}
        with open(path, newline="", encoding="utf-8") as file:
            lines = file.read().splitlines()
        for line in lines:
            if line.startswith("#title\t"):
                _, case, title = line.split("\t")
                self.titles[case] = title
            elif line.startswith("#note\t"):
                self.notes.append(line.split("\t")[1])
        rows = csv.DictReader(
            (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        for row in rows:
            self._add(row)

    def _add(self, row: dict[str, str]) -> None:
        series = self.series.setdefault((row["case"], row["tool"]), Series())
        if row["error"]:
            series.error = row["error"]
            return
        series.seconds.append(float(row["seconds"]))
        series.peak_mb = max(series.peak_mb, int(row["peak_kib"] or 0) * 1024 / 1e6)
        series.own_mb = max(series.own_mb, int(row["own_kib"] or 0) * 1024 / 1e6)

    def tools(self, case: str) -> list[str]:
        """jbuild first, the others as the file has them."""
        tools = [tool for (of, tool) in self.series if of == case]
        return sorted(tools, key=lambda tool: not tool.startswith("jbuild"))

    def median(self, case: str, tool: str) -> float | None:
        series = self.series.get((case, tool))
        return statistics.median(series.seconds) if series and series.seconds else None


def seconds(value: float) -> str:
    return f"{value:.4f}" if value < 0.01 else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def verdict(samples: Samples, target: Target, ours: float) -> str:
    if not target.references:
        return f"≤ {target.factor:g} s: " + ("met" if ours <= target.factor else "**not met**")
    medians = [m for case, tool in target.references if (m := samples.median(case, tool)) is not None]
    goal = f"≤ {target.factor:g} × {target.name}"
    if not medians:
        return f"{goal}: no figure to compare with"
    ratio = ours / min(medians)
    return f"{goal}: {ratio:.2f}, " + ("met" if ratio <= target.factor else "**not met**")


def failure(series: Series) -> str:
    error = series.error.replace("|", "/")
    return error if error.startswith("left out") else f"failed: {error}"


def row(samples: Samples, case: str, tool: str, ours: float | None) -> str:
    series = samples.series[case, tool]
    name = PLAIN.get(tool, tool)
    if not series.seconds:
        return f"| | {name} | | | | | | | {failure(series)} |"
    median = statistics.median(series.seconds)
    times = " | ".join(seconds(v) for v in (min(series.seconds), median, max(series.seconds)))
    ratio = f"{median / ours:.2f}" if ours else ""
    jbuild = tool.startswith("jbuild")
    peak = f"{series.peak_mb:.0f} ({series.own_mb:.0f})" if jbuild and series.peak_mb else ""
    remarks = [verdict(samples, target, median) for target in targets_of(case, tool)]
    if series.error:
        remarks.append("then " + failure(series))
    return f"| | {name} | {len(series.seconds)} | {times} | {ratio} | {peak} | {'; '.join(remarks)} |"


def table(samples: Samples) -> list[str]:
    lines = [
        "| case | tool | n | min | median | max | × jbuild | peak MB (JVM) | target |",
        "| --- | --- | --: | --: | --: | --: | --: | --: | --- |",
    ]
    for case, title in samples.titles.items():
        tools = samples.tools(case)
        ours = samples.median(case, "jbuild")
        for first, tool in zip([True] + [False] * len(tools), tools):
            line = row(samples, case, tool, ours)
            lines.append(f"| {title} {line[2:]}" if first else line)
    return lines


def peak_line(samples: Samples) -> str:
    peaks = [(s.peak_mb, case) for (case, tool), s in samples.series.items() if tool.startswith("jbuild")]
    if not peaks:
        return "jbuild was not measured."
    peak, case = max(peaks)
    met = "met" if peak <= PEAK_LIMIT_MB else "**not met**"
    return f"Highest peak of jbuild: {peak:.0f} MB resident ({samples.titles[case]}); ≤ {PEAK_LIMIT_MB} MB: {met}."


def main() -> None:
    samples = Samples(sys.argv[1])
    print("\n".join(table(samples)))
    print()
    print(" ".join([*samples.notes, peak_line(samples)]))


if __name__ == "__main__":
    main()
