#!/usr/bin/env python3
"""House rules that no compiler checks. Prints `file:line: rule: sentence` and fails on any finding.

usage: tidy.py [FILE...]     all files of the repository when none is named

A place that has a good reason to differ says so on its line, or at most two lines above:
    // tidy-allow(catch): yaml-cpp reports bad syntax by throwing.
Every rule has cases in tidy_test.py; a rule without a case fails that test.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIPPED_FOLDERS = {".git", "build", "node_modules", "dist", "data", "__pycache__"}
TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".ts", ".vue", ".mjs", ".js", ".css", ".html", ".yaml", ".yml", ".md", ".txt",
                 ".cmake", ".sh", ".query"}
CODE_SUFFIXES = {".cpp", ".hpp", ".py", ".ts", ".vue", ".mjs"}
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 60

LEXEME = re.compile(
    r'//[^\n]*|/\*.*?\*/'                      # comments
    r'|R"(?P<mark>[^()\\\s]{0,16})\((?P<raw>.*?)\)(?P=mark)"'
    r'|"(?P<plain>(?:[^"\\\n]|\\.)*)"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'",   # a quote after a digit separates thousands
    re.S)


class Source:
    """One C++ file, told apart: `code` has comments and literals blanked, line for line; `strings` are the literals,
    adjacent ones joined, each with the line it starts on."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.is_test = path.endswith(("_test.cpp", "_fuzz.cpp"))
        pieces, self.strings, last = [], [], 0
        previous_end = None
        for match in LEXEME.finditer(text):
            between = text[last:match.start()]
            pieces.append(between)
            pieces.append(re.sub(r"[^\n]", " ", match.group()))
            last = match.end()
            literal = match.group("raw") if match.group("raw") is not None else match.group("plain")
            if literal is None:
                if match.group().startswith("'"):
                    previous_end = None
                continue
            line = text.count("\n", 0, match.start()) + 1
            if previous_end is not None and not "".join(pieces)[previous_end:-len(match.group())].strip():
                start, joined = self.strings[-1]
                self.strings[-1] = (start, joined + literal)
            else:
                self.strings.append((line, literal))
            previous_end = match.end()
        pieces.append(text[last:])
        self.code = "".join(pieces)

    def module(self):
        """Name of the module a file of src/ belongs to: its innermost folder."""
        return pathlib.PurePosixPath(self.path).parent.name

    def lines_matching(self, pattern):
        for number, line in enumerate(self.code.split("\n"), 1):
            if re.search(pattern, line):
                yield number


# --- rules over C++ under src/ -------------------------------------------------------------------------------------


def clock(source):
    if source.path != "src/base/clock.cpp":
        # A test may time itself; what day it is, it is told like everything else.
        clocks = "system" if source.is_test else "system|steady|high_resolution"
        for line in source.lines_matching(rf"({clocks})_clock::now|\bgettimeofday\(|\bclock_gettime\("
                                          r"|\btime\((nullptr|NULL|0)\)"):
            yield line, "time is an argument: take a Clock, or base::monotonic_ns for a duration"


def randomness(source):
    if not source.is_test:
        for line in source.lines_matching(r"std::random_device|\bs?rand\(|std::mt19937"):
            yield line, "randomness is an argument: take the generator, or a seed the caller printed"


def environment(source):
    if not source.path.startswith("src/app/") and not source.is_test:
        for line in source.lines_matching(r"\bgetenv\b|\benviron\b"):
            yield line, "only app reads the environment; take a piece of Config"


# The dispatcher, the socket beneath it, the job runner, the store's writer and main.
CATCHING = ("src/edge/api/api.cpp", "src/edge/http/", "src/edge/jobs/", "src/store/", "src/app/main.cpp")


def catch(source):
    if source.is_test or source.path.startswith(CATCHING):
        return
    for line in source.lines_matching(r"\bcatch\s*\("):
        yield line, "faults are caught by the dispatcher, the job runner, the store's writer and main; answers are Results"


def output(source):
    if not source.path.startswith("src/app/") and not source.is_test:
        for line in source.lines_matching(r"std::(cout|cerr|clog)\b|\b(printf|fprintf|puts|fputs|putchar)\s*\("):
            yield line, "only app prints; elsewhere log an event with fields"


def sharing(source):
    if source.path.startswith(("src/base/", "src/engine/", "src/domain/")) and not source.is_test:
        for line in source.lines_matching(r"\b(std::)?(shared_ptr|make_shared|weak_ptr)\b"):
            yield line, "base, engine and domain own by value or unique_ptr"


STATEMENT = re.compile(
    r"\s*(select\b.*\bfrom\b|insert\s+(or\s+\w+\s+)?into\b|update\s+\w+\s+set\b|delete\s+from\b|replace\s+into\b|with\s+(recursive\s+)?\w+"
    r"(\s*\([^)]*\))?\s+as\b|create\s+(unique\s+|temp\s+|virtual\s+)*(table|index|view|trigger)\b|alter\s+table\b|drop\s+table\b)",
    re.I | re.S)
TABLE = re.compile(
    r"(?<!distinct )\b(?:from|join|into|update|table(?:\s+if\s+(?:not\s+)?exists)?)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()|"
    r"\b(?:into|table(?:\s+if\s+not\s+exists)?|references)\s+([a-z_][a-z0-9_]*)|"
    r"\bindex\b[^;]*?\bon\s+([a-z_][a-z0-9_]*)", re.I)
COMMON_TABLE = re.compile(r"\b([a-z_][a-z0-9_]*)\s*(?:\([^()]*\))?\s+as\s+(?:not\s+materialized\s+|materialized\s+)?\(", re.I)


def foreign_table(source):
    module = source.module()
    if source.path.startswith("src/store/"):
        return
    for line, literal in source.strings:
        if not STATEMENT.match(literal):
            continue
        own = {name.lower() for name in COMMON_TABLE.findall(literal)} | {"set", "if", "select", "values"}
        for match in TABLE.finditer(literal):
            table = next(group for group in match.groups() if group).lower()
            if table in own or table == module or table.startswith(module + "_"):
                continue
            yield line + literal.count("\n", 0, match.start()), (
                f"table {table} is not {module}_…: tables are private to their module, ask its public face")


def awaited(source):
    for match in re.finditer(r"\bco_await\b", source.code):
        expression = expression_after(source.code, match.end())
        if re.search(r"(?<![\w\])])\s*\[[^\]]*\]\s*[({]|\{|\s\?\s|\bco_await\b", expression):
            yield source.code.count("\n", 0, match.start()) + 1, (
                "g++ 12 may destroy this twice: one co_await a statement, every argument a named variable")


def expression_after(code, start):
    """Text from `start` to the end of the awaited expression: its semicolon, or the bracket that closes around it."""
    depth = 0
    for place in range(start, len(code)):
        letter = code[place]
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if depth < 0 or (letter == ";" and depth == 0):
            return code[start:place]
    return code[start:]


def naming(source):
    for number, line in enumerate(source.code.split("\n"), 1):
        match = re.search(r"\b(?:class|struct|enum class|namespace)\s+(\w*(?:Manager|Helper|Utils?|Data|manager|helper|utils?))\b", line)
        if match:
            yield number, f"{match[1]} says nothing: name the thing for what it is or does"
    if re.search(r"(^|_)(manager|helpers?|utils?|misc|common)\.[ch]pp$", pathlib.PurePosixPath(source.path).name):
        yield 1, "the file's name says nothing: name it for its subject"


def long_function(source):
    if source.is_test:
        return
    opened = {}
    for number, line in enumerate(source.code.split("\n"), 1):
        indent = len(line) - len(line.lstrip())
        body = line.strip()
        if indent in (0, 4) and body.endswith("{") and not re.match(r"(namespace|class|struct|enum|union|extern)\b|.*=\s*\{$", body):
            opened[indent] = number
        elif indent in opened and body in ("}", "};"):
            start = opened.pop(indent)
            if number - start + 1 > FUNCTION_LINES_MAX and not (indent == 4 and 0 in opened):
                yield start, f"{number - start + 1} lines; a function fits a screen ({FUNCTION_LINES_MAX} at most)"


CPP_RULES = {"clock": clock, "randomness": randomness, "environment": environment, "catch": catch, "output": output,
             "sharing": sharing, "foreign-table": foreign_table, "awaited": awaited, "naming": naming,
             "long-function": long_function}

# --- one rule over the files of a module, which are compiled as one -----------------------------------------------------

DECLARED = re.compile(r"(?:(?:struct|class|union|enum(?: class)?)\s+(?P<type>\w+)(?=[\s:{;])|using\s+(?P<alias>\w+)\s*=|"
                      r"(?!using\b|template\b|static_assert\b|friend\b|namespace\b|return\b)[\w:<>,&*\s\[\]]*?[\s&*>](?P<name>\w+)\s*(?:[({=;]|\[[^\]]*\]\s*[={;]))")


def unnamed(source):
    """Names declared in the unnamed namespaces of a file: name -> its first line. Rests on clang-format's layout:
    what stands in a namespace starts its line, and its end is marked."""
    names, inside = {}, False
    for number, (code, line) in enumerate(zip(source.code.split("\n"), source.text.split("\n")), 1):
        if code.rstrip() == "namespace {":
            inside = True
        elif line.rstrip() == "} // namespace":
            inside = False
        elif inside and code[:1].strip():
            match = DECLARED.match(code)
            if match:
                names.setdefault(next(group for group in match.groups() if group), number)
    return names


def repeated_names(sources):
    """Findings (path, line, sentence) over the files of one module."""
    first = {}
    for source in sources:
        for name, line in unnamed(source).items():
            if name in first and first[name] != source.path:
                yield source.path, line, f"{name} is also in an unnamed namespace of {first[name]}, and both are compiled as one file"
            first.setdefault(name, source.path)


def check_modules(texts):
    """`texts` maps paths to texts; findings as (path, line, rule, sentence)."""
    modules = {}
    for path, text in sorted(texts.items()):
        if path.startswith("src/") and path.endswith(".cpp") and not path.endswith(("_test.cpp", "_fuzz.cpp", "/main.cpp")):
            source = Source(path, text)
            modules.setdefault(pathlib.PurePosixPath(path).parent, []).append(source)
    for sources in modules.values():
        for path, line, sentence in repeated_names(sources):
            if not allowed(texts[path].split("\n"), line, "repeated-name"):
                yield path, line, "repeated-name", sentence


# --- rules over every text of the repository ------------------------------------------------------------------------


def leftover(path, text):
    # Spelt in two halves, so that this file passes its own rule.
    pattern = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    for number, line in enumerate(text.split("\n"), 1):
        if pattern.search(line):
            yield number, "finish it, or say plainly in docs/ what is not done"


def workplace(path, text):
    pattern = re.compile(r"(?<![\w.])/(wo" r"rk|tm" r"p|ro" r"ot|ho" r"me)/")
    for number, line in enumerate(text.split("\n"), 1):
        if pattern.search(line):
            yield number, "an absolute path of one machine: use a path from the repository, or RONGQIAO_SHARED"


def long_file(path, text):
    if pathlib.PurePosixPath(path).suffix in CODE_SUFFIXES:
        lines = text.count("\n")
        if lines > FILE_LINES_MAX and ".gen." not in path and not path.endswith(".d.ts"):
            yield 1, f"{lines} lines; split by subject ({FILE_LINES_MAX} at most)"


TEXT_RULES = {"leftover": leftover, "workplace": workplace, "long-file": long_file}


def check(path, text):
    """All findings of one file as (line, rule, sentence), without the allowed ones."""
    findings = [(line, rule, sentence) for rule, find in TEXT_RULES.items() for line, sentence in find(path, text)]
    if path.startswith("src/") and path.endswith((".cpp", ".hpp")):
        source = Source(path, text)
        findings += [(line, rule, sentence) for rule, find in CPP_RULES.items() for line, sentence in find(source)]
    lines = text.split("\n")
    return sorted(finding for finding in findings if not allowed(lines, *finding[:2]))


def allowed(lines, number, rule):
    near = lines[max(0, number - 3):number]
    return any(re.search(rf"tidy-allow\({re.escape(rule)}\): \S", line) for line in near)


def all_files():
    for file in sorted(ROOT.rglob("*")):
        inside = file.relative_to(ROOT)
        if SKIPPED_FOLDERS.isdisjoint(inside.parts) and file.is_file():
            if file.suffix in TEXT_SUFFIXES or inside.as_posix() in ("dev", ".ci/run"):
                yield file


def main():
    files = [pathlib.Path(name).resolve() for name in sys.argv[1:]] or list(all_files())
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    findings = [(path, *finding) for path, text in texts.items() for finding in check(path, text)]
    findings += check_modules(texts)
    for path, line, rule, sentence in sorted(findings):
        print(f"{path}:{line}: {rule}: {sentence}")
    print(f"{len(findings)} findings in {len(files)} files, {len(CPP_RULES) + len(TEXT_RULES) + 1} rules")
    sys.exit(len(findings) > 0)


if __name__ == "__main__":
    main()
