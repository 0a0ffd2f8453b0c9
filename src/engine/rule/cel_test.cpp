// CEL's own cases (cel-spec, tests/simple), where they are at hand: whatever of them our subset
// accepts must mean what CEL says. What it does not accept is counted, not judged; the exact border
// is the conformance runner's business.
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rule {
namespace {

struct Example {
    std::string name;
    std::string expression;
    std::string kind;  // int64_value, bool_value, string_value, double_value, eval_error
    std::string value; // text of the value; unescaped for strings
};

// A quoted string of the protobuf text format, after which nothing stands on the line but closing
// braces.
std::optional<std::string> unquoted(std::string_view text) {
    if (text.size() < 2 || (text.front() != '"' && text.front() != '\'')) return std::nullopt;
    const char quote = text.front();
    std::string out;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == quote) {
            const auto rest = text.substr(i + 1);
            if (rest.find_first_not_of(" }") != std::string_view::npos) return std::nullopt;
            return out;
        }
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        i += 1;
        if (i == text.size()) return std::nullopt;
        static constexpr std::string_view letters = "nrt\\\"'";
        static constexpr std::string_view meanings = "\n\r\t\\\"'";
        const auto place = letters.find(text[i]);
        if (place == std::string_view::npos)
            return std::nullopt; // the rarer escapes are left to the runner
        out += meanings[place];
    }
    return std::nullopt;
}

std::string after(std::string_view line, std::string_view mark) {
    const auto at = line.find(mark);
    if (at == std::string_view::npos) return {};
    auto text = line.substr(at + mark.size());
    while (!text.empty() && (text.back() == ' ' || text.back() == '}')) {
        if (text.back() == '}' && text.find('"') != std::string_view::npos) break;
        text.remove_suffix(1);
    }
    return std::string(text);
}

// Reads the layout the files have: one member a line, a test closed by a brace under its opening.
std::vector<Example> examples_in(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<Example> examples;
    std::string line;
    Example one;
    bool inside = false;
    bool plain = true;
    while (std::getline(file, line)) {
        if (line == "  test {") {
            one = {};
            inside = plain = true;
        } else if (inside && line == "  }") {
            if (plain && !one.expression.empty() && !one.kind.empty()) examples.push_back(one);
            inside = false;
        } else if (inside && line.starts_with("    name: ")) {
            one.name = after(line, "name: ");
        } else if (inside && line.starts_with("    expr: ")) {
            const auto text = unquoted(after(line, "expr: "));
            plain = plain && text.has_value();
            one.expression = text.value_or("");
        } else if (inside && line.starts_with("    eval_error")) {
            one.kind = "eval_error";
        } else if (inside && (line.starts_with("    value: {") || line.starts_with("      "))) {
            for (const std::string_view kind :
                 {"int64_value", "bool_value", "string_value", "double_value"}) {
                const auto value = after(line, std::string(kind) + ": ");
                if (value.empty() || !one.kind.empty()) continue;
                one.kind = kind;
                const auto text = kind == "string_value" ? unquoted(value) : std::optional(value);
                plain = plain && text.has_value();
                one.value = text.value_or("");
            }
        } else if (inside && !line.starts_with("    description") && !line.starts_with("    }")) {
            plain = false; // bindings, declarations, containers, switched-off checks
        }
    }
    return examples;
}

Value expected(const Example& example) {
    if (example.kind == "bool_value") return example.value == "true";
    if (example.kind == "string_value") return example.value;
    if (example.kind == "int64_value")
        return static_cast<std::int64_t>(std::strtoll(example.value.c_str(), nullptr, 10));
    if (example.kind == "double_value") return std::strtod(example.value.c_str(), nullptr);
    return {};
}

Type type_for(const Example& example) {
    if (example.kind == "int64_value") return Type::integer;
    if (example.kind == "double_value") return Type::number;
    if (example.kind == "string_value") return Type::text;
    return Type::boolean;
}

TEST(Cel, what_the_subset_accepts_means_what_cel_says) {
    const char* shared = std::getenv("RONGQIAO_SHARED");
    const std::filesystem::path root = shared != nullptr
                                           ? std::filesystem::path(shared)
                                           : std::filesystem::path(SOURCE_DIR) / ".." / "shared";
    const auto folder = root / "data/vec-cel-spec/tests/simple/testdata";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "cel-spec vectors are not at " << folder;
    const Schema schema;
    const auto today = base::Date::of(2026, 11, 23);
    int passed = 0;
    int outside = 0;
    for (const auto* name :
         {"basic",
          "logic",
          "integer_math",
          "lists",
          "string",
          "macros",
          "parse",
          "plumbing",
          "conversions"}) {
        for (const auto& example : examples_in(folder / (std::string(name) + ".textproto"))) {
            const auto program = compile(example.expression, schema, type_for(example));
            if (!program) {
                outside += 1;
                continue;
            }
            EXPECT_EQ(evaluate(*program, Row(schema), today), expected(example))
                << name << ": " << example.name << ": " << example.expression;
            passed += 1;
        }
    }
    std::printf("cel-spec: %d accepted, %d outside the subset\n", passed, outside);
    EXPECT_GT(passed, 140);
}

} // namespace
} // namespace rule
