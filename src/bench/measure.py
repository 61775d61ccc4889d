#!/usr/bin/env python3
"""Runs one command and prints `seconds peak_kib own_kib exit_status`.

    measure.py STDOUT STDERR COMMAND [ARGUMENT...]

The time is that from before the fork until the process is gone. `peak_kib` is what wait4(2) says: the
largest resident size of the process or of any descendant that it waited for. `own_kib` is that of the
process alone: the last high-water mark (VmHWM) that /proc showed before it ended, looked at 50 times a
second. The standard streams of the command go to the two files, its standard input is empty.
"""

import os
import re
import select
import signal
import subprocess
import sys
import time

POLL_MILLISECONDS = 20


def high_water_kib(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            found = re.search(r"^VmHWM:\s+(\d+)", status.read(), re.MULTILINE)
    except FileNotFoundError:
        return 0
    return int(found.group(1)) if found else 0


def wait_and_watch(pid: int) -> tuple[float, int]:
    """The time at which the process ended, and its own high-water mark."""
    peak = 0
    pidfd = os.pidfd_open(pid)
    ended = select.poll()
    ended.register(pidfd, select.POLLIN)
    while not ended.poll(POLL_MILLISECONDS):
        peak = high_water_kib(pid) or peak
    end = time.monotonic()
    os.close(pidfd)
    return end, peak


def main() -> None:
    stdout, stderr, *command = sys.argv[1:]
    with open(stdout, "wb") as out, open(stderr, "wb") as err:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        end, own = wait_and_watch(child.pid)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    print(f"{end - start:.6f} {usage.ru_maxrss} {own} {child.returncode}")


if __name__ == "__main__":
    main()
