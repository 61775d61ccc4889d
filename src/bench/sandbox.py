#!/usr/bin/env python3
"""The rounds of sandbox.sh: the same `true` in the sandboxes of several tools, in turns.

    sandbox.py ROUNDS DIRECTORY ROOT JAVA-COMMAND...

Prints a table. A tool that does not work is named and left out.
"""

import json
import os
import statistics
import subprocess
import sys
import time

WARM_UP = 300  # of the JVM: interpreted and half compiled code is what start-up measures


def spawn(words: list[str]) -> float:
    begin = time.perf_counter()
    pid = os.posix_spawnp(words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)])
    status = os.waitpid(pid, 0)[1]
    seconds = time.perf_counter() - begin
    if status != 0:
        raise RuntimeError(f"{words[0]}: status {status}")
    return seconds


class Jvm:
    """One JVM that does a sandbox for each line."""

    def __init__(self, words: list[str]) -> None:
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, what: str) -> float:
        assert self.process.stdin and self.process.stdout
        print(what, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the JVM has ended: {self.process.wait()}")
        return int(line) / 1e9


def bundle(tool: str, directory: str, root: str) -> str:
    """A bundle as `TOOL spec` makes it, with the namespaces of jbuild and without a terminal, limits of
    processes and a control group."""
    place = os.path.join(directory, tool)
    os.mkdir(place)
    subprocess.run([tool, "spec"], cwd=place, check=True)
    path = os.path.join(place, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    config["process"].update(terminal=False, args=["/bin/true"])
    config["process"].pop("rlimits", None)
    config["root"] = {"path": root, "readonly": False}
    config["mounts"] = [mount for mount in config["mounts"] if mount["destination"] != "/sys/fs/cgroup"]
    kinds = ["pid", "network", "ipc", "uts", "mount", "cgroup"]
    config["linux"]["namespaces"] = [{"type": kind} for kind in kinds]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    return place


def main() -> None:
    rounds, directory, root = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    jvm = Jvm(sys.argv[4:])
    tools = {"jbuild, sandbox": lambda: jvm.measure("sandbox"), "jbuild, run --rm": lambda: jvm.measure("run")}
    bwrap = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"]
    bwrap += ["--die-with-parent", "--new-session", "--bind", root, "/", "--proc", "/proc", "--dev", "/dev", "/bin/true"]
    tools["bubblewrap"] = lambda: spawn(bwrap)
    count = iter(range(1_000_000))
    for tool in ("crun", "runc"):
        try:
            place = bundle(tool, directory, root)
        except FileNotFoundError:
            print(f"{tool}: not found", file=sys.stderr)
            continue
        run = [tool, "--root", os.path.join(directory, "state"), "run", "--bundle", place]
        tools[tool] = lambda run=run: spawn(run + [f"bench{next(count)}"])
        if tool == "crun":
            off = run[:1] + ["--cgroup-manager=disabled"] + run[1:]
            tools["crun, no control group"] = lambda off=off: spawn(off + [f"bench{next(count)}"])
    for _ in range(WARM_UP):
        jvm.measure("sandbox")
        jvm.measure("run")
    samples: dict[str, list[float]] = {}
    broken: set[str] = set()
    for _ in range(rounds):
        for name, measure in tools.items():
            if name in broken:
                continue
            try:
                samples.setdefault(name, []).append(measure() * 1e3)
            except (OSError, RuntimeError) as error:
                print(f"{name}: left out: {error}", file=sys.stderr)
                broken.add(name)
    print("| tool | n | min, ms | median, ms | max, ms | sandbox / it | run --rm / it |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    sandbox, run = (statistics.median(samples[name]) for name in ("jbuild, sandbox", "jbuild, run --rm"))
    for name, times in samples.items():
        if name not in broken:
            median = statistics.median(times)
            figures = f"{min(times):.2f} | {median:.2f} | {max(times):.2f} | {sandbox / median:.2f} | {run / median:.2f}"
            print(f"| {name} | {len(times)} | {figures} |")


main()
