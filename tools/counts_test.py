#!/usr/bin/env python3
"""Counting test cases from the words of the runners, including those of a program that died."""
import unittest

import counts
from counts import Count

GOOGLE = """[==========] Running 3 tests from 1 test suite.
[==========] 3 tests from 1 test suite ran. (0 ms total)
[  PASSED  ] 1 test.
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] A.b
[  FAILED  ] 1 test, listed below:
[  FAILED  ] A.c
"""
# what a program printed, whether it exited with zero, the count
CASES = [
    (GOOGLE, False, Count(1, 1, 1)),
    (GOOGLE[:50], False, Count(0, 1, 0)),
    ("[==========] 2 tests from 1 test suite ran. (0 ms total)\n[  PASSED  ] 2 tests.\n", True, Count(2, 0, 0)),
    ("[==========] 2 tests from 1 test suite ran. (0 ms total)\n[  PASSED  ] 2 tests.\nleak\n", False, Count(2, 1, 0)),
    ("Ran 5 tests in 0.1s\n\nOK\n", True, Count(5, 0, 0)),
    ("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=1, skipped=1)\n", False, Count(2, 2, 1)),
    (" Test Files  1 passed (1)\n      Tests  1 failed | 11 passed | 2 skipped (14)\n", False, Count(11, 1, 2)),
    ("\x1b[2m      Tests \x1b[22m \x1b[32m12 passed\x1b[39m (12)\n", True, Count(12, 0, 0)),
    ("# tests 3\n# pass 3\n# fail 0\n", True, Count(3, 0, 0)),
    ("ℹ pass 3\nℹ fail 1\nℹ cancelled 1\n", False, Count(3, 2, 0)),
    ("journey: 7 passed, 1 failed, 2 skipped\n", False, Count(7, 1, 2)),
    ("nothing to count\n", True, Count(1, 0, 0)),
    ("", False, Count(0, 1, 0)),
]
JUNIT = """<?xml version="1.0"?><testsuite name="x">
<testcase name="unit.a" status="run"><system-out>[==========] 2 tests from 1 test suite ran. (0 ms total)
[  PASSED  ] 2 tests.</system-out></testcase>
<testcase name="unit.b" status="fail"><failure message=""/><system-out>Segmentation fault</system-out></testcase>
<testcase name="unit.c" status="notrun"/></testsuite>"""


class Counting(unittest.TestCase):
    def test_each_runner(self):
        for text, passed, want in CASES:
            with self.subTest(text=text):
                self.assertEqual(counts.of_output(text, passed), want)

    def test_a_ctest_report_sums_its_cases_and_a_missing_program_fails(self):
        self.assertEqual(counts.of_junit(JUNIT), Count(2, 2, 0))


if __name__ == "__main__":
    unittest.main()
