#!/usr/bin/env python3
"""The check of headers alone: what it refuses and what it lets pass."""
import pathlib
import tempfile
import unittest

import headers

GOOD = {
    "base/name.hpp": "#pragma once\n#include <string>\nstruct Name { std::string text; };\n",
    "base/list.hpp": '#pragma once\n#include "base/name.hpp"\n#include <climits>\n#include <vector>\n'
                     "inline std::vector<Name> none() { return {}; }\ninline int most() { return INT_MAX; }\n",
    "base/set.hpp": "#pragma once\n#include <set>\n#include <cstdint>\n#define LEAST 3\n"
                    "inline std::set<std::uint8_t> some() { return {LEAST}; }\n",
    "base/kept.hpp": "#pragma once\n#include <optional>\ntemplate <class T> struct Kept { std::optional<T> value; };\n",
    "base/shared_test.hpp": "what several tests share is not checked\n",
}
# A header that leans upon others, in words that another header of the same run includes, and what it leans upon.
BAD = {
    "the standard library": "#pragma once\ninline std::vector<int> one() { return {1}; }\n",
    "another name of it": "#pragma once\n#include <cstdint>\ninline std::set<int> one() { return {1}; }\n",
    "a template's body": "#pragma once\n#include <string>\nstruct One { std::optional<std::string> text; };\n",
    "a header of ours": '#pragma once\n#include "base/set.hpp"\ninline Name one() { return {}; }\n',
    "a macro of ours": "#pragma once\ninline int one() { return LEAST; }\n",
    "a macro from outside": "#pragma once\n#include <cstdint>\ninline int one() { return INT_MAX; }\n",
    "a function of C": "#pragma once\n#include <string_view>\ninline void one() { std::longjmp(nullptr, 1); }\n",
}


class Headers(unittest.TestCase):
    def checked(self, texts):
        with tempfile.TemporaryDirectory() as place:
            sources = pathlib.Path(place, "src")
            for name, text in texts.items():
                (sources / name).parent.mkdir(parents=True, exist_ok=True)
                (sources / name).write_text(text, encoding="utf-8")
            commands = [{"command": f"clang++ -std=c++2b -I{sources} -c x.cpp"}]
            return headers.check(sources, commands, pathlib.Path(place, "made"))

    def test_headers_that_include_what_they_need_pass(self):
        self.assertEqual(self.checked(GOOD), (4, {}))

    def test_each_that_leans_upon_others_is_named(self):
        wrong = {f"zeal/{name.replace(' ', '_')}.hpp": text for name, text in BAD.items()}
        upon = {"zeal/upon.hpp": f'#pragma once\n#include "{next(iter(wrong))}"\n'}
        number, failed = self.checked(GOOD | wrong | upon)
        self.assertEqual((number, set(failed)), (5 + len(wrong), {*wrong, *upon}))

    def test_the_words_that_say_where_to_look_are_kept_once(self):
        commands = [{"command": "/usr/bin/clang++ -DA=1 -Isrc -isystem /x -O0 -std=c++2b -o a.o -c a.cpp"},
                    {"command": "/usr/bin/clang++ -DB -Isrc -isystem /x -std=c++2b -o b.o -c b.cpp"}]
        self.assertEqual(headers.search_words(commands), ["-DA=1", "-Isrc", "-isystem", "/x", "-std=c++2b", "-DB"])


if __name__ == "__main__":
    unittest.main()
