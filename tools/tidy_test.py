#!/usr/bin/env python3
"""Each house rule against texts it must refuse and texts it must let pass."""
import unittest

import tidy

LONG_BODY = "    step();\n" * 60
# rule, path, text, lines that must be found (none: the text is fine)
CASES = [
    ("clock", "src/domain/loan/loan.cpp", "int a;\nauto now = std::chrono::system_clock::now();\n", [2]),
    ("clock", "src/store/store.cpp", "const auto t = time(nullptr);\n", [1]),
    ("clock", "src/base/clock.cpp", "auto now = std::chrono::system_clock::now();\n", []),
    ("clock", "src/domain/loan/loan.cpp", "// never system_clock::now here\n", []),
    ("clock", "src/domain/loan/loan.cpp", "const auto now = clock.now();\n", []),
    ("clock", "src/domain/loan/loan.cpp", "const auto start = std::chrono::steady_clock::now();\n", [1]),
    ("clock", "src/domain/loan/loan_test.cpp", "const auto start = std::chrono::steady_clock::now();\n", []),
    ("clock", "src/domain/loan/loan_test.cpp", "const auto now = std::chrono::system_clock::now();\n", [1]),
    ("randomness", "src/engine/match/rank.cpp", "std::random_device device;\n", [1]),
    ("randomness", "src/engine/match/rank_test.cpp", "std::mt19937_64 random(seed);\n", []),
    ("randomness", "src/engine/match/rank.cpp", "const auto brand(name);\n", []),
    ("environment", "src/store/store.cpp", 'auto home = std::getenv("HOME");\n', [1]),
    ("environment", "src/app/config.cpp", 'auto home = std::getenv("HOME");\n', []),
    ("environment", "src/store/store_test.cpp", 'auto home = std::getenv("RONGQIAO_SHARED");\n', []),
    ("catch", "src/domain/loan/loan.cpp", "try {\n    go();\n} catch (const std::exception&) {\n}\n", [3]),
    ("catch", "src/edge/api/people.cpp", "} catch (const std::exception&) {\n", [1]),
    ("catch", "src/edge/api/api.cpp", "} catch (const std::exception&) {\n", []),
    ("catch", "src/edge/http/server.cpp", "} catch (const std::exception&) {\n", []),
    ("catch", "src/engine/pack/yaml.cpp", "// tidy-allow(catch): the parser throws.\n} catch (const E&) {\n", []),
    ("catch", "src/engine/pack/yaml.cpp", "// tidy-allow(catch):\n} catch (const E&) {\n", [2]),
    ("catch", "src/engine/pack/yaml.cpp", "// tidy-allow(clock): wrong rule.\n} catch (const E&) {\n", [2]),
    ("output", "src/domain/loan/loan.cpp", 'std::cout << "hello";\n', [1]),
    ("output", "src/domain/loan/loan.cpp", 'printf("%d", 1);\n', [1]),
    ("output", "src/domain/loan/loan.cpp", 'snprintf(line, sizeof line, "%d", 1);\n', []),
    ("output", "src/app/main.cpp", 'std::cout << "hello";\n', []),
    ("sharing", "src/domain/loan/loan.hpp", "std::shared_ptr<Loan> loan;\n", [1]),
    ("sharing", "src/edge/http/session.hpp", "std::shared_ptr<Session> session;\n", []),
    ("foreign-table", "src/domain/loan/loan_sql.cpp", 'rows("select id from party_party where id = ?");\n', [1]),
    ("foreign-table", "src/domain/loan/loan_sql.cpp", 'rows("select a from loan_loan "\n     "join party on 1 = 1");\n', [1]),
    ("foreign-table", "src/domain/loan/loan_sql.cpp", 'run("insert into journal values (1)");\n', [1]),
    ("foreign-table", "src/domain/loan/loan_sql.cpp", 'run("update fact_value set x = 1");\n', [1]),
    ("foreign-table", "src/domain/loan/loan_sql.cpp", 'run(R"(\n  create table loan_loan (id text);\n  create table other (id text))");\n', [3]),
    ("foreign-table", "src/domain/loan/loan_sql.cpp", 'run("create index loan_by_day on outbox(day)");\n', [1]),
    ("foreign-table", "src/domain/loan/loan_sql.cpp",
     'run("insert into loan_loan (id) values (?) on conflict (id) do update set day = excluded.day");\n', []),
    ("foreign-table", "src/domain/loan/loan_sql.cpp",
     'run("with open as (select id from loan_loan) select id from open, json_each(x)");\n', []),
    ("foreign-table", "src/domain/loan/loan.cpp", 'invalid("x", {"借据号", "Select one from the list"});\n', [1]),
    ("foreign-table", "src/domain/loan/loan.cpp", 'invalid("x", {"借据号", "Choose one from the list"});\n', []),
    ("awaited", "src/edge/http/server.cpp", "co_await offload(pool, [request] { return handle(request); });\n", [1]),
    ("awaited", "src/edge/http/server.cpp", "const auto a = co_await f({.a = text});\n", [1]),
    ("awaited", "src/edge/http/server.cpp", "const auto a = co_await f(x ? y : z);\n", [1]),
    ("awaited", "src/edge/http/server.cpp", "return f(co_await a(), co_await b());\n", [1]),
    ("awaited", "src/edge/http/server.cpp", "const auto a = co_await f(co_await b());\n", [1]),
    ("awaited", "src/edge/http/server.cpp", "if (co_await f(x)) {\n    g();\n}\n", []),
    ("awaited", "src/edge/http/server.cpp", "const auto read = co_await read_some(buffers[0](1), token);\n", []),
    ("naming", "src/domain/loan/loan.hpp", "class LoanManager {\n", [1]),
    ("naming", "src/domain/loan/loan_util.hpp", "int a;\n", [1]),
    ("naming", "src/domain/loan/loan.hpp", "struct Loan {\n", []),
    ("long-function", "src/domain/loan/loan.cpp", "int a;\n\nvoid f() {\n" + LONG_BODY + "}\n", [3]),
    ("long-function", "src/domain/loan/loan.hpp", "class Loan {\n    void f() {\n" + LONG_BODY + "    }\n};\n", [2]),
    ("long-function", "src/domain/loan/loan.cpp", "const Row rows[] = {\n" + LONG_BODY + "};\n", []),
    ("long-function", "src/domain/loan/loan.cpp", "void f() {\n" + LONG_BODY[:-12 * 3] + "}\n", []),
    ("leftover", "docs/words.md", "one\nTO" "DO: write this\n", [2]),
    ("leftover", "web/src/App.vue", "// FIX" "ME\n", [1]),
    ("leftover", "web/src/App.vue", "methodology, todo lists\n", []),
    ("workplace", "docs/words.md", "see /wo" "rk/main\n", [1]),
    ("workplace", "src/store/store_test.cpp", 'open("/tm' 'p/x");\n', [1]),
    ("workplace", "docs/words.md", "see docs/work/plan.md and ../work/x\n", []),
    ("long-file", "src/domain/loan/loan.cpp", "int a;\n" * 601, [1]),
    ("long-file", "src/domain/loan/loan.cpp", "int a;\n" * 600, []),
    ("long-file", "docs/words.md", "word\n" * 601, []),
]

# Two files of one module; the names that may not stand in both.
ONE = """#include <a>
namespace loan {
namespace {

const Text unit_word{"a", "b"};
constexpr std::array<int, 3> weights = {1, 2, 3};
using Codes = std::vector<int>;

struct Row {
    int shared = 0;
};

template <class T>
bool one_of(const T& codes) {
    return shared(codes);
}

} // namespace

int shared() {
    return 1;
}

} // namespace loan
"""
PAIRS = [
    ("namespace {\nconst Text unit_word;\n} // namespace\n", ["unit_word"]),
    ("namespace {\nint weights[] = {1};\nstruct Row;\n} // namespace\n", ["weights", "Row"]),
    ("namespace {\nstd::string_view one_of(int a) {\n} // namespace\n", ["one_of"]),
    ("namespace {\nusing Codes = int;\n} // namespace\n", ["Codes"]),
    ("namespace {\nint other(int unit_word) {\n    int weights = 1;\n}\n} // namespace\nint Row() {\n}\n", []),
    ("namespace {\nint shared;\n} // namespace\n", []),
    ("namespace {\n// tidy-allow(repeated-name): a second overload.\nbool one_of(int a) {\n} // namespace\n", []),
]


class Rules(unittest.TestCase):
    def test_each_case_gives_exactly_its_lines(self):
        for rule, path, text, want in CASES:
            with self.subTest(rule=rule, path=path, text=text[:80]):
                got = [line for line, name, _ in tidy.check(path, text) if name == rule]
                self.assertEqual(got, want)

    def test_every_rule_has_a_text_it_refuses_and_one_it_lets_pass(self):
        for rule in tidy.CPP_RULES | tidy.TEXT_RULES:
            outcomes = {bool(want) for name, _, _, want in CASES if name == rule}
            self.assertEqual(outcomes, {True, False}, rule)

    def test_a_name_stands_in_one_unnamed_namespace_of_a_module(self):
        for text, want in PAIRS:
            with self.subTest(text=text):
                found = tidy.check_modules({"src/domain/loan/a.cpp": ONE, "src/domain/loan/b.cpp": text})
                self.assertEqual([sentence.split()[0] for _, _, _, sentence in found], want)
                self.assertEqual(list(tidy.check_modules({"src/domain/loan/a.cpp": ONE, "src/domain/fact/b.cpp": text})), [])

    def test_digit_separators_and_quotes_do_not_confuse_the_reader(self):
        text = "const int a = 1'000'000; // it's\nconst char c = '\"';\nstd::cout << 1;\n"
        self.assertEqual([line for line, rule, _ in tidy.check("src/store/a.cpp", text) if rule == "output"], [3])


if __name__ == "__main__":
    unittest.main()
