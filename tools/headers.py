#!/usr/bin/env python3
"""Whether every header compiles alone, that is, includes whatever it needs, by itself or through what it includes.

usage: headers.py SOURCES COMMANDS FOLDER

SOURCES is the folder of the headers (NAME_test.hpp apart), COMMANDS a compile_commands.json that says where included
files are looked for, FOLDER is made anew and holds what clang wants to keep.

Compiled one by one, 300 headers read the standard library 300 times and each other over and over, which takes a quarter
of an hour of a processor. Here clang reads each text once. Every header of ours is a module of its own, and clang builds a
module with nothing in sight but what its text includes: a name that another header would have brought is an error.
Headers from outside are parts of one module, for many of them do not compile alone; a part shows only itself and what it
includes. What C headers are made of stays plain text within them.
"""
import concurrent.futures
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

CLANG = "clang++-19"
INCLUDED = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.M)
# `#ifndef NAME` and `#define NAME` upon it, or `#pragma once`: a second reading gives nothing.
GUARD = re.compile(r"^\s*#\s*(?:pragma once|(?:ifndef|if\s*!\s*defined\s*\(?)\s*(\w+)\)?\s*\n\s*#\s*define\s+\1\b)", re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\\\n", re.S)
# Guarded by looks, yet meant to be read several times, each time with other macros.
READ_AGAIN = ("/bits/mofunc_impl.h", "/has_member_function_callable_with.hpp")
# Parts of C headers, which mean nothing without the one that includes them; and clang's own, which are such parts as
# well, but for those whose macros everybody expects of <cstdint> and <climits>.
C_PARTS = re.compile(r"/(?:bits|asm|asm-generic|gnu|linux)/|/lib/clang/\d+/include/(?!(?:stdint|limits|inttypes)\.h$)")
CPP = re.compile(r"/include/(?:.*/)?(?:c\+\+|boost)/")


def search_words(commands):
    """The words of the compiler's commands that say in what language and where to look, each once."""
    words = {}
    for command in commands:
        given = iter(shlex.split(command["command"]))
        for word in given:
            if word == "-isystem":
                words[word, next(given)] = None
            elif re.match(r"-[ID].|-std=", word):
                words[word,] = None
    return [word for pair in words for word in pair]


def outside(headers, words, folder):
    """The files from outside that the headers read, those they name first and the others as they are met."""
    named = sorted({name for header in headers for name in INCLUDED.findall(header.read_text(encoding="utf-8"))})
    roots = folder / "outside.cpp"
    roots.write_text("".join(f"#include <{name}>\n" for name in named), encoding="utf-8")
    asked = subprocess.run([CLANG, *words, "-fsyntax-only", "-w", "-H", roots], capture_output=True, text=True)
    if asked.returncode:
        sys.exit(f"headers from outside do not compile:\n{asked.stderr}")
    read = re.findall(r"^(\.+) (.+)$", asked.stderr, re.M)
    met = sorted(read, key=lambda line: len(line[0]) > 1)
    return list(dict.fromkeys(pathlib.Path(path).resolve() for _, path in met))


def is_part(path):
    """Whether a file from outside is a part of the module, with a face of its own."""
    text = COMMENT.sub("", path.read_text(encoding="utf-8", errors="replace"))
    if str(path).endswith(READ_AGAIN) or not GUARD.search(text):
        return False
    return bool(CPP.search(str(path)) or not C_PARTS.search(str(path)))


def module_map(names, outside_files):
    lines = ["module outside [system] {"]
    lines += [f'  module part_{i} {{ header "{path}" export * }}' for i, path in enumerate(outside_files) if is_part(path)]
    lines.append("}")
    lines += [f'module {name} {{ header "{header}" export * }}' for name, header in names.items()]
    return "\n".join(lines) + "\n"


def check(sources, commands, folder):
    """How many headers there are, and what clang says of those that do not compile alone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    headers = sorted(path for path in sources.rglob("*.hpp") if not path.stem.endswith("_test"))
    words = search_words(commands)
    names = {"own_" + re.sub(r"\W", "_", str(header.relative_to(sources))): header for header in headers}
    if len(names) != len(headers):
        sys.exit("two headers have names that differ in marks alone")
    (folder / "module.map").write_text(module_map(names, outside(headers, words, folder)), encoding="utf-8")

    # Without `cxx-modules` the parts of the module from outside see each other while it is built, as they must.
    words += ["-fsyntax-only", "-w", "-fmodules", "-fno-implicit-module-maps", "-Xclang", "-fno-cxx-modules",
              f"-fmodules-cache-path={folder / 'cache'}", f"-fmodule-map-file={folder / 'module.map'}"]

    def refusal(name, *included):
        """What clang says against headers, or nothing."""
        text = folder / f"{name}.cpp"
        text.write_text("".join(f'#include "{header}"\n' for header in included), encoding="utf-8")
        asked = subprocess.run([CLANG, *words, text], capture_output=True, text=True)
        return asked.stderr or "clang failed" if asked.returncode else ""

    if not refusal("every", *headers):
        return len(headers), {}
    # The first that fails ends that reading; now each has its own, and those that are sound are read already.
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        said = both.map(lambda name: refusal(name, names[name]), names)
    return len(headers), {str(header.relative_to(sources)): text for header, text in zip(headers, said) if text}


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sources, commands, folder = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    number, failed = check(sources, json.loads(commands.read_text(encoding="utf-8")), folder)
    for header, said in failed.items():
        print(f"FAIL  {header} does not compile alone\n{said}")
    print(f"{number - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed or not number else 0)


if __name__ == "__main__":
    main()
