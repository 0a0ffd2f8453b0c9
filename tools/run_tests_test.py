#!/usr/bin/env python3
"""The runner of the test steps: what it chooses, and that nothing but a passed step counts as passed."""
import contextlib
import io
import pathlib
import sys
import tempfile
import threading
import unittest

import run_tests
from counts import Count
from run_tests import Absent, Step


def absent(_log):
    raise Absent("nothing there")


def broken(log):
    log.command(sys.executable, "-c", "print('the reason'); raise SystemExit(3)")
    return Count(passed=1)


def hanging(log):
    log.deadline = 0
    log.command(sys.executable, "-c", "import time; time.sleep(600)")
    return Count(passed=1)


def missing(log):
    log.command("no-such-program-anywhere")
    return Count(passed=1)


def faulty(_log):
    return Count(passed=len(None))


# what the step does, whether absence is let pass, the outcome, the count
CASES = [
    (lambda log: Count(passed=2, skipped=1), False, "passed", Count(2, 0, 1)),
    (lambda log: Count(passed=2, failed=1), False, "failed", Count(2, 1, 0)),
    (absent, False, "failed", Count(0, 1, 0)),
    (absent, True, "absent", Count(0, 0, 1)),
    (broken, True, "failed", Count(0, 1, 0)),
    (hanging, True, "failed", Count(0, 1, 0)),
    (missing, True, "failed", Count(0, 1, 0)),
    (faulty, True, "failed", Count(0, 1, 0)),
]


class Runner(unittest.TestCase):
    @contextlib.contextmanager
    def logs(self):
        """A folder for logs that is gone afterwards."""
        kept = run_tests.LOGS, run_tests.ROOT
        with tempfile.TemporaryDirectory() as folder:
            run_tests.LOGS = run_tests.ROOT = pathlib.Path(folder)
            try:
                yield
            finally:
                run_tests.LOGS, run_tests.ROOT = kept

    def test_a_failure_far_above_the_end_is_shown(self):
        passed = [f"ok    screen {i}" for i in range(200)]
        text = "\n".join(passed[:100] + ["FAIL  the ninth screen", "      because"] + passed[100:])
        told = run_tests.telling(text)
        self.assertEqual(told[:2], ["FAIL  the ninth screen", "      because"])
        self.assertEqual(told[-1], "ok    screen 199")
        self.assertLess(len(told), run_tests.TAIL_LINES + 2 * run_tests.FAILED_LINES)
        self.assertEqual(run_tests.telling("one\ntwo"), ["one", "two"])

    def test_each_outcome(self):
        with self.logs():
            for run, absent_ok, outcome, count in CASES:
                with self.subTest(run=run.__name__, absent_ok=absent_ok), contextlib.redirect_stdout(io.StringIO()) as said:
                    step = Step("try", "a try", run)
                    run_tests.perform(step, absent_ok)
                    self.assertEqual((step.outcome, step.count), (outcome, count))
                    if run is broken:
                        self.assertIn("the reason", said.getvalue())

    def test_steps_that_wait_run_in_order_beside_those_that_compute(self):
        seen = []
        met = threading.Barrier(2, timeout=60)

        def waiting(_log):
            met.wait()  # only while a step that computes runs
            seen.append("waits")
            return Count(failed=1)

        def beside(_log):
            met.wait()
            return Count(passed=1)

        def after(name):
            def run(_log):
                seen.append(name)
                return Count(passed=1)

            return run

        steps = [Step("waits", "", waiting, waits=True), Step("waits too", "", after("waits too"), waits=True),
                 Step("beside", "", beside), Step("lost", "", after("lost"), ("waits",)),
                 Step("last", "", after("last"), ("waits too",))]
        with self.logs(), contextlib.redirect_stdout(io.StringIO()):
            run_tests.run_all(steps, False)
        self.assertEqual(seen, ["waits", "waits too", "last"])
        self.assertEqual([step.outcome for step in steps], ["failed", "passed", "passed", "not run", "passed"])

    def test_a_named_step_brings_what_it_needs_in_order(self):
        self.assertEqual([step.name for step in run_tests.chosen(["browser"])], ["configure", "web-install", "web", "build", "browser"])

    def test_without_names_every_step_runs(self):
        self.assertEqual(run_tests.chosen([]), run_tests.STEPS)

    def test_every_need_is_a_step_that_comes_earlier(self):
        seen = set()
        for step in run_tests.STEPS:
            self.assertLessEqual(set(step.needs), seen, step.name)
            seen.add(step.name)

    def test_an_unknown_step_is_refused(self):
        with self.assertRaises(SystemExit):
            run_tests.chosen(["nonsense"])


if __name__ == "__main__":
    unittest.main()
