// The public test cases of CEL (cel-spec, tests/simple): read from their files and held against the
// rule engine. A case is outside the subset for a reason that is read off the case, never because
// it failed. Texts of error messages are not compared: the cases only mean that there is an error.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

namespace conformance {

enum class Verdict { passed, failed, outside };
BOOST_DESCRIBE_ENUM(Verdict, passed, failed, outside)

// Why a case asks for what the subset lacks.
enum class Reason { messages, proto_types, containers, enums, two_variable_macros, network_types };
BOOST_DESCRIBE_ENUM(
    Reason, messages, proto_types, containers, enums, two_variable_macros, network_types)

[[nodiscard]] base::Text label(Reason reason);

struct Counts {
    std::int64_t passed = 0;
    std::int64_t failed = 0;
    std::int64_t outside = 0;

    Counts& operator+=(const Counts& more);
    friend bool operator==(const Counts&, const Counts&) = default;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (passed, failed, outside))

// A case that did not pass, and why.
struct Miss {
    std::string section;
    std::string name;
    int line = 1; // of the file
    Verdict verdict = Verdict::failed;
    std::optional<Reason> reason; // of one outside
    std::string expression;
    std::string wanted; // of a failed one
    std::string got;
};
BOOST_DESCRIBE_STRUCT(Miss, (), (section, name, line, verdict, reason, expression, wanted, got))

struct Section {
    std::string name;
    Counts counts;
};
BOOST_DESCRIBE_STRUCT(Section, (), (name, counts))

struct Report {
    std::string name; // as the file calls itself
    Counts counts;
    std::vector<Section> sections;
    std::vector<Miss> misses;
};
BOOST_DESCRIBE_STRUCT(Report, (), (name, counts, sections, misses))

// The errors of read_textproto().
[[nodiscard]] base::Result<Report> run_text(std::string_view text);

} // namespace conformance
