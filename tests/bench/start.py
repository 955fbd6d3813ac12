#!/usr/bin/python3
# start.py - seconds from starting Tiller to its window, and to the starter's first picture
#
# Under any X display; without one:
#   GSK_RENDERER=cairo xvfb-run -a dbus-run-session -- tests/bench/start.py build/app/tiller \
#     [ROUNDS [--forget]]
#
# The window counts when it is on screen; the picture when the line below it counts an iteration,
# with Run pressed as soon as it can be. --forget asks the system
# to forget the program and its libraries before each round, as after a start of the machine.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import pyatspi

STEP = 0.005
LIMIT = 60


def libraries(program):
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [program] + re.findall(r"=> (\S+) \(", text)


def forget(files):
    for name in files:
        fd = os.open(name, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def wait(what, look, process):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and process.poll() is None:
        found = look()
        if found:
            return found
        time.sleep(STEP)
    sys.exit(f"start.py: {what} did not come" + (
        "" if process.poll() is None else f": Tiller ended with {process.returncode}"))


def is_on_screen(process):
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(process.pid)],
                           capture_output=True, text=True)
    return found.stdout.strip()


def find_program(process):
    for program in pyatspi.Registry.getDesktop(0):
        if program is not None and program.get_process_id() == process.pid and program.childCount:
            return program
    return None


def find(program, role, name):
    def fits(item):
        return item.getRoleName() == role and item.name == name
    return pyatspi.findDescendant(program, fits)


def run_button(program):
    button = find(program, "push button", "Run") or find(program, "button", "Run")
    if button is not None and button.getState().contains(pyatspi.STATE_SENSITIVE):
        return button
    return None


def has_iterated(status):
    status.clear_cache()
    return re.match(r"[1-9][0-9]*/", status.description)


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(path):
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, TILLER_DATA_DIR=folder, GSETTINGS_BACKEND="memory")
        start = time.monotonic()
        process = subprocess.Popen([path], env=environment, stderr=subprocess.DEVNULL)
        try:
            wait("the window", lambda: is_on_screen(process), process)
            marks = [(time.monotonic() - start, processor_seconds(process))]
            program = wait("the program on its bus", lambda: find_program(process), process)
            button = wait("Run", lambda: run_button(program), process)
            marks.append((time.monotonic() - start, processor_seconds(process)))
            # Looking for it takes the program's time, and is not counted.
            status = find(program, "label", "Status")
            start = time.monotonic() - marks[1][0]
            button.queryAction().doAction(0)
            wait("a picture", lambda: has_iterated(status), process)
            marks.append((time.monotonic() - start, processor_seconds(process)))
            return marks
        finally:
            process.kill()
            process.wait()


def main():
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} TILLER [ROUNDS [--forget]]")
    path, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    files = libraries(path) if "--forget" in sys.argv else []
    measure(path)
    results = []
    for _ in range(rounds):
        forget(files)
        results.append(measure(path))
    for name, marks in zip(("window", "Run can be pressed", "first picture"), zip(*results)):
        times = [mark[0] for mark in marks]
        print(f"{name}: median {statistics.median(times):.2f} s, "
              f"{min(times):.2f} to {max(times):.2f}; "
              f"processor {statistics.median(mark[1] for mark in marks):.2f} s")


if __name__ == "__main__":
    main()
