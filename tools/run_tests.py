#!/usr/bin/env python3
"""Runs the tests of the repository, step by step; `./dev test` prepares the machine and calls this.

usage: run_tests.py [--list] [--absent-ok] [STEP...]

Without STEP every step runs. A step that was not named runs all the same when a named one needs it. Steps that mostly
wait, for the disk, a browser or one thread, run one after another beside those that compute. A failed step fails the
run, stops the steps that need it, and no others. Each step writes build/log/STEP.log. A step whose subject
is not there (no fuzzer, no web/) fails as well: a test that silently stopped running is worse than a red one.
--absent-ok lets such a step pass as absent.
"""
import concurrent.futures
import dataclasses
import glob
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable

import counts
from counts import Count

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "log"
FUZZ_SECONDS = 5
TAIL_LINES = 40
# How the runners of tests mark what failed: ours in the browser, GoogleTest, unittest, compilers, vitest. What stands
# below such a line says why.
FAILED = re.compile(r"^(FAIL|\[  FAILED  \]|FAIL:|ERROR:|\S+:\d+:\d+: (fatal )?error:|.*: Failure$| *[×✗] )")
FAILED_LINES = 10
FAILED_MOST = 10
# A step that hangs must not take the whole run with it; the longest, asan beside the browser, takes two thirds of this.
STEP_LIMIT_S = 55 * 60
# What is worth the price of the thread sanitizer: the code in which threads meet.
CONCURRENT_TESTS = ["store_test", "http_test", "jobs_test", "match_test", "census_test"]


# Steps that wait go before those that compute: a browser or a server that is kept waiting costs more than a compiler.
COMPUTING = ("nice", "-n", "5")

# Commands of the steps that run now; each leads a session of its own, which an interrupt does not reach.
RUNNING = set()
STOPPING = threading.Event()


class Absent(Exception):
    """The subject of a step does not exist."""


@dataclasses.dataclass
class Step:
    name: str
    why: str
    run: Callable[["Log"], Count]
    needs: tuple[str, ...] = ()
    waits: bool = False  # mostly for the disk or for one thread: it runs beside those that do not
    outcome: str = ""
    count: Count = dataclasses.field(default_factory=Count)
    seconds: float = 0.0


class Log:
    """Runs commands of one step; everything they print goes to one file."""

    def __init__(self, name, prefix=()):
        self.path = LOGS / f"{name}.log"
        self.prefix = prefix
        self.file = self.path.open("w", encoding="utf-8", errors="replace")
        self.failures = []
        self.deadline = time.monotonic() + STEP_LIMIT_S

    def command(self, *words, folder=ROOT, must=True, **environment):
        """Runs one command; True when it exited with zero. With `must` a failure ends the step."""
        if STOPPING.is_set():
            raise subprocess.CalledProcessError(-1, words)
        before = len(self.text())
        self.say(f"$ {' '.join(map(str, words))}")
        self.file.flush()
        left = self.deadline - time.monotonic()
        process = subprocess.Popen([str(word) for word in (*self.prefix, *words)], cwd=folder, stdin=subprocess.DEVNULL, stdout=self.file,
                                   stderr=subprocess.STDOUT, env={**os.environ, **environment}, start_new_session=True)
        RUNNING.add(process)
        try:
            status = process.wait(timeout=max(1.0, left))
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as stopped:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.say(f"stopped: {type(stopped).__name__}")
            if isinstance(stopped, KeyboardInterrupt):
                raise
            status = -1
        finally:
            RUNNING.discard(process)
        self.say(f"exit status {status}")
        self.file.flush()
        if status != 0:
            self.failures.append(self.text()[before:])
        if status != 0 and must:
            raise subprocess.CalledProcessError(status, words)
        return status == 0

    def say(self, line):
        self.file.write(line + "\n")

    def text(self):
        self.file.flush()
        return self.path.read_text(encoding="utf-8", errors="replace")


def need(condition, what):
    if not condition:
        raise Absent(what)


def stop_commands():
    STOPPING.set()
    for process in list(RUNNING):
        os.killpg(process.pid, signal.SIGKILL)


# --- steps ----------------------------------------------------------------------------------------------------------


def layout(log):
    files = [file for folder in ("src", "tests", "bench") for file in glob.glob(f"{folder}/**/*.[ch]pp", root_dir=ROOT, recursive=True)]
    need(files, "no C++ file")
    asked = subprocess.run(["clang-format-14", "--dry-run", *sorted(files)], cwd=ROOT, capture_output=True, text=True, check=True)
    crooked = {match[1] for match in re.finditer(r"^(\S+):\d+:\d+: warning: ", asked.stderr, re.M)}
    for file in sorted(crooked):
        log.say(f"{file} is not laid out; ./dev fmt does it")
    return Count(len(set(files) - crooked), len(crooked))


def configure(log):
    log.command("cmake", "--preset", "ci")
    return Count(passed=1)


def compile_all(log):
    log.command("cmake", "--build", "build", "--", "-k", 0)
    return Count(passed=1)


def labelled(label, build=BUILD, prefix=(), only="", jobs=2, **environment):
    """A step that runs the ctest tests of a label and counts the cases inside them."""

    def run(log):
        report = LOGS / f"{log.path.stem}-{label}.xml"
        report.unlink(missing_ok=True)
        words = [*prefix, "ctest", "--test-dir", build, "-L", f"^{label}$", "--no-tests=ignore", "-j", jobs,
                 "--output-junit", report, "--test-output-size-passed", 4_000_000, "--test-output-size-failed", 4_000_000]
        if only:
            words += ["-R", only]
        passed = log.command(*words, must=False, CTEST_OUTPUT_ON_FAILURE="1", **environment)
        count = counts.of_junit(report.read_text(encoding="utf-8", errors="replace"))
        need(count.passed + count.failed, f"no test is labelled {label}")
        if not passed and not count.failed:
            count.failed += 1
        return count

    return run


def packs(log):
    folders = sorted(path.parent for path in ROOT.glob("packs/*/pack.yaml"))
    need(folders, "no packs/NAME/pack.yaml")
    program = BUILD / "bin/rongqiao"
    need(program.exists(), "no program rongqiao")
    count = Count()
    for folder in folders:
        count.add(log.command(program, "pack", "check", folder, must=False))
    return count


def headers(log):
    log.command("cmake", "--preset", "tidy")
    before = len(log.text())
    passed = log.command(sys.executable, "tools/headers.py", "src", BUILD / "tidy/compile_commands.json", BUILD / "headers", must=False)
    return counts.of_output(log.text()[before:], passed)


def coroutines(log):
    files = sorted(path for path in (ROOT / "src").rglob("*.cpp") if "co_await" in path.read_text(encoding="utf-8"))
    need(files, "no coroutine")
    log.command("cmake", "--preset", "tidy")
    count = Count()
    for file in files:
        before = len(log.text())
        asked = log.command("clang-query-19", "-p", BUILD / "tidy", "-f", ROOT / "tools/coroutines.query", file, must=False)
        said = log.text()[before:]
        # clang-query exits with zero whatever it finds; each of its two questions must be answered with none.
        count.add(asked and said.count("\n0 matches.") == 2 and "error:" not in said)
    return count


def fuzz(log):
    log.command("cmake", "--preset", "asan")
    log.command("cmake", "--build", "build/asan", "--target", "fuzzers")
    fuzzers = sorted(path for path in (BUILD / "asan/fuzz").glob("*_fuzz") if os.access(path, os.X_OK))
    need(fuzzers, "no NAME_fuzz.cpp")
    count = Count()

    def run(fuzzer):
        corpus = BUILD / "asan/corpus" / fuzzer.name
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = [folder for folder in [ROOT / "tests/fuzz" / fuzzer.name] if folder.is_dir()]
        own = Log(fuzzer.name, log.prefix)
        own.deadline = log.deadline
        passed = own.command(
            fuzzer, f"-max_total_time={FUZZ_SECONDS}", "-timeout=10", "-rss_limit_mb=4096", "-max_len=65536", "-print_final_stats=1",
            f"-artifact_prefix={LOGS}/{fuzzer.name}-", corpus, *seeds, must=False,
            ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1", UBSAN_OPTIONS="print_stacktrace=1")
        own.file.close()
        log.failures += own.failures
        log.say(f"{fuzzer.name} {'passed' if passed else 'failed'}, see {own.path.relative_to(ROOT)}")
        return passed

    # Each is one thread, and a machine has two cores.
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for passed in both.map(run, fuzzers):
            count.add(passed)
    return count


def address(log):
    log.command("cmake", "--preset", "asan")
    log.command("cmake", "--build", "build/asan", "--target", "unit_tests")
    return labelled("unit", BUILD / "asan", ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1",
                    UBSAN_OPTIONS="print_stacktrace=1")(log)


def threads(log):
    log.command("cmake", "--preset", "tsan")
    targets = subprocess.run(["ninja", "-C", "build/tsan", "-t", "targets", "all"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tests = [test for test in CONCURRENT_TESTS if f"\n{test}: phony" in targets]
    need(len(tests) == len(CONCURRENT_TESTS), f"there is not every one of {', '.join(CONCURRENT_TESTS)}")
    # Flows of many clients at once join in where there are any; only they need the whole program.
    many = any((ROOT / "tests/flow").glob("many_*_test.py"))
    program = ["rongqiao"] if many else []
    log.command("cmake", "--build", "build/tsan", "--target", *tests, *program)
    # The sanitizer's map of memory leaves no room for much address randomisation.
    run = {"build": BUILD / "tsan", "prefix": ("setarch", "-R"), "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}
    names = "|".join(test.removesuffix("_test") for test in tests)
    count = labelled("unit", only=f"^unit[.]({names})$", **run)(log)
    return count + labelled("threads", jobs=1, **run)(log) if many else count


def npm(*scripts):
    """A step of npm scripts in web/; a script whose runner says how many cases it ran is counted by case."""

    def run(log):
        need((ROOT / "web/package.json").exists(), "no web/package.json")
        count = Count()
        for script in scripts:
            before = len(log.text())
            passed = log.command("npm", "run", script, folder=ROOT / "web", must=False, NO_COLOR="1",
                                 RONGQIAO_PROGRAM=str(BUILD / "bin/rongqiao"))
            count += counts.of_output(log.text()[before:], passed)
        return count

    return run


def install_web(log):
    need((ROOT / "web/package-lock.json").exists(), "no web/package-lock.json")
    log.command("npm", "ci", folder=ROOT / "web")
    return Count(passed=1)


# Cheap ones first among those that compute; those that wait have `waits`.
STEPS = [
    Step("format", "every C++ file is laid out by clang-format 14", layout),
    Step("configure", "the layers hold among the modules' declared needs", configure),
    Step("house", "includes keep to the declared needs; the house rules hold, and their own tests pass", labelled("house"), ("configure",)),
    Step("web-install", "the interface's packages come from the lock file", install_web, waits=True),
    Step("web", "lint, types, unit tests and build of the interface", npm("lint", "typecheck", "test", "build"), ("web-install",), waits=True),
    Step("build", "everything compiles without a warning, optimised, one file a module", compile_all, ("configure",)),
    Step("unit", "the base and the engines do what their tests say, optimised", labelled("unit"), ("build",)),
    Step("packs", "the policy packs are sound and their own cases pass", packs, ("build",)),
    Step("flow", "the real program over HTTP, its database and clock set by the test", labelled("flow", jobs=1), ("build",), waits=True),
    Step("model", "seeded random commands against a small model, invariants after every step", labelled("model", jobs=1), ("build",),
         waits=True),
    Step("kill", "killed at random moments, the program loses nothing it acknowledged and repeats nothing", labelled("kill", jobs=1),
         ("build",), waits=True),
    Step("browser", "three people go through the journey in a real browser, each screen checked for accessibility",
         npm("e2e"), ("web", "build"), waits=True),
    Step("headers", "every header compiles alone, without the precompiled one, by clang 19", headers),
    Step("coroutines", "no coroutine has a shape that g++ 12 miscompiles", coroutines),
    Step("asan", "each module does what its tests say, under the address and undefined-behaviour sanitizers", address),
    Step("fuzz", f"{FUZZ_SECONDS} s a parser of outside bytes, under sanitizers", fuzz),
    Step("tsan", "tests of the code in which threads meet, under the thread sanitizer", threads),
]


# --- the run --------------------------------------------------------------------------------------------------------


def chosen(names):
    """The steps to run, in order: all, or those named with what they need."""
    steps = {step.name: step for step in STEPS}
    unknown = [name for name in names if name not in steps]
    if unknown:
        sys.exit(f"No step is called {', '.join(unknown)}. The steps: {', '.join(steps)}")
    wanted, waiting = set(), list(names or steps)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += steps[name].needs
    return [step for step in STEPS if step.name in wanted]


def telling(text):
    """Of what a failed command printed: the failures it marked and what stands below each, and its last lines."""
    lines = text.splitlines()
    end = max(0, len(lines) - TAIL_LINES)
    shown, marks = set(), 0
    for i in range(end):
        if FAILED.match(lines[i]) and marks < FAILED_MOST and i not in shown:
            marks += 1
            shown.update(range(i, min(i + FAILED_LINES, end)))
    return [lines[i] for i in sorted(shown)] + lines[end:]


def perform(step, absent_ok):
    started = time.monotonic()
    log = Log(step.name, () if step.waits else COMPUTING)
    try:
        step.count = step.run(log)
        step.outcome = "failed" if step.count.failed else "passed"
    except Absent as what:
        log.say(f"absent: {what}")
        step.outcome = "absent" if absent_ok else "failed"
        step.count = Count(skipped=1) if absent_ok else Count(failed=1)
    except Exception as fault:
        if not isinstance(fault, subprocess.CalledProcessError):
            log.say("".join(traceback.format_exception(fault)))
        step.outcome, step.count = "failed", Count(failed=1)
    step.seconds = time.monotonic() - started
    told = [f"{step.name} {step.outcome} in {step.seconds:.1f} s"]
    if step.outcome == "failed":
        for text in log.failures or [log.text()]:
            told.append(f"  from {log.path.relative_to(ROOT)}:")
            told += [f"  | {line}" for line in telling(text)]
    elif step.outcome == "absent":
        told.append(f"  {log.text().splitlines()[-1]}")
    print("\n".join(told))  # in one piece: another lane prints as well
    log.file.close()


def run_lane(lane, steps, absent_ok, ended):
    """The steps of one lane in order, each when what it needs has ended, in whichever lane that is."""
    for step in lane:
        needed = [other for other in steps if other.name in step.needs]
        for other in needed:
            ended[other.name].wait()
        lost = [other.name for other in needed if other.outcome != "passed"]
        print(f"{step.name}: {step.why}")
        if lost:
            step.outcome, step.count = "not run", Count(failed=1)
            print(f"{step.name} not run, for {', '.join(lost)} did not pass")
        else:
            perform(step, absent_ok)
        ended[step.name].set()


def run_all(steps, absent_ok):
    """Two lanes side by side: the steps that compute, and those that wait."""
    ended = {step.name: threading.Event() for step in steps}
    lanes = [[step for step in steps if step.waits == waits] for waits in (True, False)]
    beside = threading.Thread(target=run_lane, args=(lanes[0], steps, absent_ok, ended), daemon=True)
    beside.start()
    try:
        run_lane(lanes[1], steps, absent_ok, ended)
        beside.join()
    except KeyboardInterrupt:
        stop_commands()
        raise


def summary(steps, seconds):
    width = max(len(step.name) for step in steps)
    total = Count()
    print(f"\n{'step':<{width}}  outcome   passed  failed  skipped     time")
    for step in steps:
        total += step.count
        print(f"{step.name:<{width}}  {step.outcome:<8}  {step.count.passed:>6}  {step.count.failed:>6}  {step.count.skipped:>7}  {step.seconds:>6.1f} s")
    print(f"\nIn {int(seconds) // 60} min {int(seconds) % 60} s.")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return total


def main():
    sys.stdout.reconfigure(line_buffering=True)
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    options = {word for word in sys.argv[1:] if word.startswith("-")}
    if options - {"--list", "--absent-ok"}:
        sys.exit(__doc__)
    if "--list" in options:
        for step in STEPS:
            print(f"{step.name:<12} {step.why}")
        return
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    steps = chosen(names)
    run_all(steps, "--absent-ok" in options)
    total = summary(steps, time.monotonic() - started)
    sys.exit(1 if total.failed or not total.passed else 0)


if __name__ == "__main__":
    main()
