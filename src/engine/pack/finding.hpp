// What reading or checking a pack found: where, what, and how to put it right.
#pragma once

#include "base/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pack {

// An error keeps the pack from being used; a warning is probably a slip; a note tells of something
// that is so on purpose, such as a contradiction in the figures of the plan itself.
enum class Severity { error, warning, note };
BOOST_DESCRIBE_ENUM(Severity, error, warning, note)

// Lines and columns count from 1, columns in characters; 0 stands for the file as a whole.
struct Place {
    std::string file; // the pack's folder as it was given, and the path inside it
    int line = 0;
    int column = 0;
    friend bool operator==(const Place&, const Place&) = default;
};
BOOST_DESCRIBE_STRUCT(Place, (), (file, line, column))

struct Finding {
    Severity severity = Severity::error;
    std::string file;
    int line = 0;
    int column = 0;
    std::string code; // pack.unknown_key, pack.reference, rule.type …
    base::Text message;
    base::Text cure;
    friend bool operator==(const Finding&, const Finding&) = default;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (severity, file, line, column, code, message, cure))

[[nodiscard]] Finding finding(
    Severity severity, const Place& place, std::string code, base::Text message, base::Text cure);

[[nodiscard]] bool any_error(const std::vector<Finding>& findings);

// By file, line and column, the graver first, then by code and words.
void sort(std::vector<Finding>& findings);

enum class Language { zh, en };

// For a terminal: one paragraph a finding, "file:line:column: error: message [code]", then the
// cure; a closing line counts them.
[[nodiscard]] std::string report(const std::vector<Finding>& findings, Language language);

// Where each value of a pack was written, by its JSON pointer: "/products/3/eligibility".
class Places {
public:
    void put(std::string pointer, Place place);
    // Everything at and below `from` of another table, to be found below `to` here; what stood
    // there is forgotten.
    void adopt(const Places& other, std::string_view from, const std::string& to);
    // Of the value itself, else of the nearest thing around it; an empty Place when nothing is.
    [[nodiscard]] Place of(std::string_view pointer) const;

    [[nodiscard]] bool has(std::string_view pointer) const { return places_.contains(pointer); }

private:
    std::map<std::string, Place, std::less<>> places_;
};

// The candidate most like the word, by edits; empty when none is near.
[[nodiscard]] std::string nearest(
    std::string_view word, const std::vector<std::string>& candidates);
// "a, b, c", at most `most` of them, then an ellipsis.
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::size_t most = 24);

} // namespace pack
