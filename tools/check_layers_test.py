#!/usr/bin/env python3
"""The layer check against includes it must refuse and includes it must let pass."""
import unittest

import check_layers

MODULES = check_layers.read_modules(
    "base:\nengine/rule: base\nstore: base\ndomain/party: store\ndomain/loan: domain/party\nedge/http: base\napp: edge/http domain/loan\n")
# path under src/, line of text, whether it must be refused
CASES = [
    ("domain/loan/loan.cpp", '#include "domain/party/party.hpp"', False),
    ("domain/loan/loan.cpp", '#include "store/database.hpp"', False),   # through party
    ("domain/loan/loan.cpp", '#include "engine/rule/rule.hpp"', True),  # not declared
    ("domain/party/party.cpp", '#include "domain/loan/loan.hpp"', True),
    ("domain/loan/loan_test.cpp", '#include "engine/rule/rule.hpp"', False),
    ("domain/loan/loan_test.cpp", '#include "edge/http/server.hpp"', True),
    ("domain/loan/loan.cpp", '#include "loan.hpp"', True),
    ("domain/loan/loan.cpp", '#include "domain/none/none.hpp"', True),
    ("edge/http/server.cpp", "#include <boost/beast/core.hpp>", False),
    ("app/main.cpp", "#include <boost/beast/core.hpp>", True),
    ("store/store.cpp", "#include <sqlite3.h>", False),
    ("domain/loan/loan_sql.cpp", "  #  include <sqlite3.h>", True),
    ("domain/loan/loan.cpp", "#include <vector>", False),
    ("stray/a.cpp", "int a;", True),
]


class Layers(unittest.TestCase):
    def test_each_case(self):
        for path, text, refused in CASES:
            with self.subTest(path=path, text=text):
                self.assertEqual(bool(check_layers.check_file(MODULES, path, text)), refused)

    def test_findings_name_the_line(self):
        findings = check_layers.check_file(MODULES, "domain/party/party.cpp", 'int a;\n#include "domain/loan/loan.hpp"\n')
        self.assertEqual(findings, [(2, "domain/party does not declare a need of domain/loan")])


if __name__ == "__main__":
    unittest.main()
