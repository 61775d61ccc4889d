#!/usr/bin/env python3
"""Compares what the tools made of each case, and explains the differences out of a document.

    compare.py CASES.json STATES EXPLANATIONS.md OUT

STATES/TOOL/KEY.json is what image.py printed, or {"failed": why}. Explanations are the rows of the table in
EXPLANATIONS.md whose first column is called `id`: the tools between which a difference is explained, and patterns
of shells for cases and differences. Writes OUT/table.md and OUT/differences.txt; ends with 1 if a difference
between jbuild and another tool is left without an explanation.

A difference is called `fails-TOOL`, `config.FIELD`, `history.steps`, `history.created_by`, `history.layer KEYWORD`,
`tree.only-TOOL PATH`, `tree.FIELD PATH` or `tree.directory-mtime PATH`; ` = ONE / OTHER` follows where a pattern is
about the values. One between jbuild and buildah is explained where docker, whose BuildKit is the judge, made
the same as jbuild.
"""

import fnmatch
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAIRS = (("jbuild", "docker"), ("jbuild", "buildah"), ("docker", "buildah"))
JUDGE = "as-buildkit"
State = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    kind: str
    path: str = ""
    values: str = ""
    about: str = ""  # the same for all pairs of tools: what cannot be said of "only one has it"

    @property
    def name(self) -> str:
        return f"{self.kind} {self.path}".strip()

    def matches(self, pattern: str) -> bool:
        text = f"{self.name} = {self.values}" if " = " in pattern else self.name
        # Brackets stand for themselves: values are JSON.
        return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))

    @property
    def topic(self) -> tuple[str, str]:
        return self.about or self.kind, self.path


@dataclass(frozen=True)
class Explanation:
    id: str
    tools: frozenset[str]
    cases: list[str]
    differences: list[str]

    def explains(self, case: str, pair: tuple[str, str], difference: Difference) -> bool:
        return (
            self.tools <= set(pair)
            and any(fnmatch.fnmatchcase(case, pattern) for pattern in self.cases)
            and any(difference.matches(pattern) for pattern in self.differences)
        )


def explanations(document: Path) -> list[Explanation]:
    found, inside = [], False
    for line in document.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == "id":
            inside = True
        elif inside and not cells[0].startswith("-"):
            quoted = [re.findall(r"`([^`]*)`", cell) for cell in cells]
            found.append(Explanation(quoted[0][0], frozenset(quoted[1]), quoted[2], quoted[3]))
    return found


def show(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()[:300]


def differences(pair: tuple[str, str], one: State, other: State) -> list[Difference]:
    if "failed" in one or "failed" in other:
        return failures(pair, one, other)
    found = []
    for name in sorted(one["config"].keys() | other["config"].keys()):
        values = one["config"].get(name), other["config"].get(name)
        if values[0] != values[1]:
            found.append(Difference(f"config.{name}", values=f"{show(values[0])} / {show(values[1])}"))
    found += histories(one["history"], other["history"])
    for path in sorted(one["tree"].keys() | other["tree"].keys()):
        found += rows(pair, path, one["tree"].get(path), other["tree"].get(path))
    return found


def failures(pair: tuple[str, str], one: State, other: State) -> list[Difference]:
    if "failed" in one and "failed" in other:
        return []
    tool, state = (pair[0], one) if "failed" in one else (pair[1], other)
    return [Difference(f"fails-{tool}", values=show(state["failed"]), about="fails")]


def histories(one: list[list[Any]], other: list[list[Any]]) -> list[Difference]:
    if len(one) != len(other):
        return [Difference("history.steps", values=f"{show(one)} / {show(other)}")]
    found = []
    texts = [(a[0], b[0]) for a, b in zip(one, other) if a[0] != b[0]]
    if texts:
        found.append(Difference("history.created_by", values=f"{show(texts[0][0])} / {show(texts[0][1])}"))
    for (text, empty), (_, other_empty) in zip(one, other):
        if empty != other_empty:
            words = ("none", "made") if empty else ("made", "none")
            found.append(Difference("history.layer", text.split(" ")[0], " / ".join(words)))
    return found


def rows(pair: tuple[str, str], path: str, one: State | None, other: State | None) -> list[Difference]:
    if one is None or other is None:
        tool, row = (pair[0], one) if other is None else (pair[1], other)
        return [Difference(f"tree.only-{tool}", path, show(row), "tree.only")]
    return [
        Difference(f"tree.{called(name, one, other)}", path, f"{show(value)} / {show(other[name])}")
        for name, value in one.items()
        if value != other[name]
    ]


def called(name: str, one: State, other: State) -> str:
    """Times of directories are set by whatever is made in them, and have reasons of their own."""
    return "directory-mtime" if name == "mtime" and one["kind"] == other["kind"] == "directory" else name


class Results:
    def __init__(self, states: Path, explained: list[Explanation]) -> None:
        self.states, self.explained = states, explained
        self.counts: dict[tuple[str, str], Counter[str]] = {pair: Counter() for pair in PAIRS}
        self.used: Counter[str] = Counter()
        self.details: list[str] = []
        self.unexplained = 0

    def state(self, tool: str, key: str) -> State | None:
        path = self.states / tool / f"{key}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def cells(self, case: str, key: str) -> list[str]:
        states = {tool: self.state(tool, key) for tool in ("jbuild", "docker", "buildah")}
        with_judge: set[tuple[str, str]] | None = None
        cells = []
        for pair in PAIRS:
            one, other = states[pair[0]], states[pair[1]]
            if one is None or other is None:
                self.counts[pair]["not built"] += 1
                cells.append("")
                continue
            found = differences(pair, one, other)
            agrees = with_judge if pair == ("jbuild", "buildah") else None
            cells.append(self.cell(case, pair, found, agrees, "failed" in one))
            if pair == ("jbuild", "docker") and ("failed" in one or "failed" not in other):
                with_judge = {difference.topic for difference in found}
        return cells

    def cell(
        self,
        case: str,
        pair: tuple[str, str],
        found: list[Difference],
        with_judge: set[tuple[str, str]] | None,
        failed: bool,
    ) -> str:
        if not found:
            word = "both fail" if failed else "equal"
            self.counts[pair][word] += 1
            return word
        reasons: dict[str, None] = {}
        open_kinds: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for difference in found:
            reason = self.reason(case, pair, difference, with_judge)
            kinds[difference.kind] += 1
            if reason:
                reasons[reason] = None
            else:
                open_kinds[difference.kind] += 1
            mark = reason or ("NOT EXPLAINED" if "jbuild" in pair else "")
            self.details.append(f"{case}\t{pair[0]}/{pair[1]}\t{difference.name}\t{difference.values}\t{mark}")
        if "jbuild" in pair:
            self.used.update(reasons.keys())
        text = ", ".join(f"only {kind[6:]} fails" if kind[:6] == "fails-" else kind for kind in kinds)
        if "jbuild" not in pair:
            self.counts[pair]["differ"] += 1
            return text
        self.unexplained += bool(open_kinds)
        self.counts[pair]["not explained" if open_kinds else "explained"] += 1
        marks = [*reasons, *([f"**not explained: {', '.join(open_kinds)}**"] if open_kinds else [])]
        return f"{text} ({'; '.join(marks)})"

    def reason(
        self, case: str, pair: tuple[str, str], difference: Difference, with_judge: set[tuple[str, str]] | None
    ) -> str | None:
        for explanation in self.explained:
            if explanation.explains(case, pair, difference):
                return explanation.id
        if with_judge is not None and difference.topic not in with_judge:
            return JUDGE
        return None


def summary(results: Results, left_out: Counter[str]) -> list[str]:
    words = ("equal", "both fail", "explained", "not explained", "differ", "not built")
    lines = ["| | " + " | ".join(words) + " |", "|---|" + "--:|" * len(words)]
    for pair, counts in results.counts.items():
        lines.append(f"| {pair[0]} / {pair[1]} | " + " | ".join(str(counts[word]) for word in words) + " |")
    lines.append("")
    lines.append("Explanations, and in how many cells: " + ", ".join(f"{i} {n}" for i, n in results.used.most_common()))
    unused = [e.id for e in results.explained if not results.used[e.id]]
    if unused:
        lines.append("Explanations of nothing: " + ", ".join(unused))
    if left_out:
        reasons = ", ".join(f"{reason} ({n})" for reason, n in left_out.most_common())
        lines.append(f"Left out: {sum(left_out.values())} cases: {reasons}")
    return lines


def main() -> None:
    cases = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    out = Path(sys.argv[4])
    out.mkdir(parents=True, exist_ok=True)
    results = Results(Path(sys.argv[2]), explanations(Path(sys.argv[3])))
    left_out: Counter[str] = Counter()
    lines = ["| case | " + " | ".join(f"{one} / {other}" for one, other in PAIRS) + " |", "|---|---|---|---|"]
    for case in cases:
        if case["left_out"]:
            left_out[case["left_out"]] += 1
        else:
            cells = results.cells(case["id"], case["key"])
            lines.append(f"| {case['id']} | " + " | ".join(cells) + " |")
    lines += ["", *summary(results, left_out)]
    (out / "table.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (out / "differences.txt").write_text("".join(f"{line}\n" for line in results.details), encoding="utf-8")
    print("\n".join(summary(results, left_out)))
    sys.exit(1 if results.unexplained else 0)


if __name__ == "__main__":
    main()
