"""Findings written as files that run without Tally: each fails against the faulty mock, and passes against the honest one.

Arguments: the binary tally, hurl, a folder to work in, and how many findings to try. Python's own interpreter runs the
files for pytest. The findings are of as many checks, and of as many ways of failing them, as the mock's faults give.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

tally, hurl, work, wanted = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
TOKEN = "token-of-the-emitted-files"
ENV = {**os.environ, "TALLY_TOKEN": TOKEN, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
# What these change is not in any response, or takes as long as a timeout.
LEFT_OUT = ("what is kept", "presets", "trouble")
FORMS = ("sh", "hurl", "pytest")
# The findings of one fault, at most.
EACH = 3


def faults():
    """The mock's faults, one of each group after the other."""
    groups, name = {}, None
    listed = subprocess.run([tally, "mock", "--list-faults"], env=ENV, capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        if re.match(r"\S", line):
            name = line.strip()
        elif re.match(r"  \S", line) and name not in LEFT_OUT:
            groups.setdefault(name, []).append(line.strip())
    for turn in range(max(map(len, groups.values()))):
        for of_group in groups.values():
            if turn < len(of_group):
                yield of_group[turn * 7 % len(of_group)] if len(of_group) % 7 else of_group[turn]


def find(fault):
    """Runs against a mock with the fault. Smoke runs are quick; what they miss, a standard run may find."""
    for profile in ("smoke", "standard"):
        folder = work / "found" / fault
        command = [tally, "conform", "--fault", fault, "--profile", profile, "--seed", "1", "--quiet", "--timeout", "5", "--max-time", "60"]
        for form in FORMS:
            command += ["--emit", form, str(folder / form)]
        command += ["--report", str(folder / "report"), "--counterexamples", str(folder / "counterexamples")]
        subprocess.run(command, env=ENV, capture_output=True, text=True)
        findings = json.loads((folder / "report" / "report.json").read_text())["findings"]
        if findings:
            return fault, findings
    return fault, []


def choose():
    """As many findings as wanted: first one of each way of failing each check, then others."""
    ways, first, others = set(), [], []
    with ThreadPoolExecutor(2) as pool:
        waiting, rest = [], faults()
        while len(first) + len(others) < 1.4 * wanted:
            while len(waiting) < 3 and (fault := next(rest, None)):
                waiting.append(pool.submit(find, fault))
            if not waiting:
                break
            fault, findings = waiting.pop(0).result()
            of_fault = 0
            for number, finding in enumerate(findings, 1):
                way = (finding["check"], finding["keyword"])
                if finding["keyword"] == "timeout" or of_fault == EACH:
                    continue
                of_fault += 1
                (others if way in ways else first).append((fault, number, finding))
                ways.add(way)
    return (first + others)[:wanted], len(ways)


class Mock:
    """A mock on a free port of this machine; with a fault, or honest."""

    def __init__(self, fault=None):
        command = [tally, "mock", "--addr", "127.0.0.1:0"] + (["--fault", fault] if fault else [])
        self.process = subprocess.Popen(command, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.root = self.process.stdout.readline().removeprefix("listening on ").strip()
        # What it says later is not read.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def run(form, path, root):
    env = {**ENV, "TALLY_TARGET": root}
    if form == "sh":
        command = ["/bin/sh", str(path)]
    elif form == "hurl":
        env |= {"HURL_SECRET_TALLY_TOKEN": TOKEN, "HURL_VARIABLE_TALLY_TARGET": root}
        command = [hurl, "--test", "--no-color", str(path)]
    else:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout[-1500:] + done.stderr[-1500:]


# The exit codes by which each form says that an assertion does not hold. Hurl has another one for a response that is
# cut off.
FAILS = {"sh": (1,), "hurl": (4,), "pytest": (1,)}
HURL_BROKEN = 3


def try_one(chosen, honest):
    fault, number, finding = chosen
    problems = []
    tried = 0
    for form in FORMS:
        folder = work / "found" / fault / form
        files = list(folder.glob(f"*{number:03}[-_]*")) if folder.is_dir() else []
        if len(files) != 1:
            problems.append(f"{form}: no file")
            continue
        tried += 1
        if TOKEN in files[0].read_text():
            problems.append(f"{form}: the token stands in the file")
        with Mock(fault) as mock:
            code, said = run(form, files[0], mock.root)
        is_broken = (form, finding["keyword"], code) == ("hurl", "broken", HURL_BROKEN)
        if code not in FAILS[form] and not is_broken:
            problems.append(f"{form} does not show it: exit code {code}\n{said}")
        code, said = run(form, files[0], honest.root)
        if code != 0:
            problems.append(f"{form} fails against the honest mock: exit code {code}\n{said}")
    return chosen, tried, problems


def main():
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    chosen, ways = choose()
    bad = 0
    tried = 0
    with Mock() as honest, ThreadPoolExecutor(2) as pool:
        for (fault, number, finding), files, problems in pool.map(lambda one: try_one(one, honest), chosen):
            tried += files
            verdict = "FAIL" if problems else "ok"
            requests = len(finding["before"]) + 1
            print(f"{verdict:4} {finding['check']}/{finding['keyword']} by {fault} ({requests} requests)", flush=True)
            for problem in problems:
                print(f"     {problem}")
            bad += bool(problems)
    print(f"{len(chosen)} findings of {ways} ways of failing, {tried} files, {bad} findings with problems")
    return 1 if bad or len(chosen) < wanted else 0


if __name__ == "__main__":
    sys.exit(main())
