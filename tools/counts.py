"""How many test cases passed, failed and were skipped, read from what the test programs print."""
import dataclasses
import re
import xml.etree.ElementTree

COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclasses.dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, passed):
        if passed:
            self.passed += 1
        else:
            self.failed += 1

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def of_googletest(text):
    """Cases of one GoogleTest program, or None if the text does not end like one."""
    ran = re.search(r"^\[==========\] (\d+) tests? from .* ran\.", text, re.M)
    if not ran:
        return None
    failed = re.search(r"^\[  FAILED  \] (\d+) tests?, listed below", text, re.M)
    skipped = re.search(r"^\[  SKIPPED \] (\d+) tests?, listed below", text, re.M)
    passed = re.search(r"^\[  PASSED  \] (\d+) tests?\.", text, re.M)
    return Count(*(int(match[1]) if match else 0 for match in (passed, failed, skipped)))


def of_unittest(text):
    """Cases of one run of Python's unittest, or None."""
    ran = re.search(r"^Ran (\d+) tests? in ", text, re.M)
    if not ran:
        return None
    verdict = text[ran.end():]

    def number(*names):
        return sum(int(match[1]) for name in names for match in re.finditer(rf"\b{name}=(\d+)", verdict))

    failed, skipped = number("failures", "errors", "unexpected successes"), number("skipped")
    return Count(max(0, int(ran[1]) - failed - skipped), failed, skipped)


def of_plain(text):
    """The last plain closing line `N passed, N failed`, or None."""
    found = re.findall(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", text, re.M)
    return Count(*(int(number or 0) for number in found[-1])) if found else None


def of_vitest(text):
    """The line `Tests  1 failed | 11 passed | 2 skipped (14)`, or None."""
    line = re.search(r"^\s*Tests\s+(.*\(\d+\))\s*$", text, re.M)
    if not line:
        return None

    def number(word):
        match = re.search(rf"(\d+) {word}", line[1])
        return int(match[1]) if match else 0

    return Count(number("passed"), number("failed"), number("skipped") + number("todo"))


def of_node(text):
    """The summary of Node's own test runner (`# pass 3` or `ℹ pass 3`), or None."""
    numbers = dict(re.findall(r"^(?:#|ℹ) (pass|fail|skipped|cancelled) (\d+)$", text, re.M))
    if "pass" not in numbers:
        return None
    return Count(int(numbers["pass"]), int(numbers.get("fail", 0)) + int(numbers.get("cancelled", 0)), int(numbers.get("skipped", 0)))


def of_output(text, passed):
    """Cases in what one program printed; one case when it prints none. A program that failed counts as failed."""
    text = COLOURS.sub("", text)
    for reader in (of_plain, of_googletest, of_unittest, of_vitest, of_node):
        count = reader(text)
        if count is not None:
            break
    else:
        count = Count()
    if passed and not (count.passed or count.failed or count.skipped):
        count.passed = 1
    if not passed and not count.failed:
        count.failed = 1
    return count


def of_junit(text):
    """Sum over the tests of a ctest report, each counted by the cases its output tells of."""
    total = Count()
    for case in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        status = case.get("status", "run")
        output = case.findtext("system-out") or ""
        if status in ("notrun", "disabled"):
            total.add(False)
        else:
            total += of_output(output, status == "run")
    return total
