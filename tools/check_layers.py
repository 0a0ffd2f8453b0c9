#!/usr/bin/env python3
"""Fails when a file includes a module its own module does not declare, or a library confined to another place.

usage: check_layers.py SRC MODULES

MODULES is written by CMake: one line a module, `folder: folders it needs`. A need reaches what its own needs reach,
since a public header may show the types of the module below it.
"""
import pathlib
import re
import sys

# Where a third-party library may be included. A library not named here may be included anywhere.
HOMES = {
    "boost/beast": ("edge/http/",),
    "boost/asio": ("edge/",),
    "sqlite3": ("store/",),
    "yaml-cpp": ("engine/pack/",),
    "CLI/": ("app/",),
    "argon2": ("domain/identity/",),
    "xlsxwriter": ("engine/table/",),
    "minizip": ("engine/table/",),
    "expat": ("engine/table/",),
}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_modules(text):
    """Folder of each module -> set of folders it declares a need of."""
    modules = {}
    for line in text.splitlines():
        folder, _, needs = line.partition(":")
        modules[folder.strip()] = set(needs.split())
    return modules


def reach(modules, start):
    seen, waiting = {start}, [start]
    while waiting:
        for need in modules.get(waiting.pop(), set()) - seen:
            seen.add(need)
            waiting.append(need)
    return seen


def owner(modules, path):
    """The deepest module folder that holds the path, or None."""
    holding = [folder for folder in modules if path.startswith(folder + "/")]
    return max(holding, key=len, default=None)


def check_file(modules, path, text):
    """Findings of one file; `path` is relative to src. Each finding is (line, sentence)."""
    home = owner(modules, path)
    if home is None:
        return [(1, "belongs to no module: its folder has no CMakeLists.txt with add_module")]
    allowed = reach(modules, home)
    is_test = path.endswith("_test.cpp")
    findings = []
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        bracket, target = include.groups()
        if bracket == "<":
            for library, places in HOMES.items():
                if target.startswith(library) and not path.startswith(places) and not is_test:
                    findings.append((number, f"<{target}> may be included in {', '.join(places)} only"))
            continue
        if "/" not in target:
            findings.append((number, f'"{target}" must be written from src/, as "{home}/{target}"'))
            continue
        module = owner(modules, target)
        if module is None:
            findings.append((number, f'"{target}" belongs to no module'))
        elif module not in allowed and not (is_test and rank(module) <= rank(home)):
            findings.append((number, f"{home} does not declare a need of {module}"))
    return findings


def rank(folder):
    """Height of a folder's layer; a test may look at anything not higher than itself (TEST_NEEDS links it)."""
    return ["base", "engine", "store", "domain", "edge", "app"].index(folder.split("/")[0])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    src, modules = pathlib.Path(sys.argv[1]), read_modules(pathlib.Path(sys.argv[2]).read_text())
    total = files = 0
    for file in sorted(src.rglob("*.[ch]pp")):
        files += 1
        path = file.relative_to(src).as_posix()
        for line, sentence in check_file(modules, path, file.read_text()):
            print(f"src/{path}:{line}: {sentence}")
            total += 1
    print(f"{total} findings in {files} files of {len(modules)} modules")
    sys.exit(total > 0)


if __name__ == "__main__":
    main()
