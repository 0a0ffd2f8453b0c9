#include "edge/api/shape.hpp"

#include <array>

namespace api {
namespace {

struct Word {
    std::string_view name;
    std::string_view schema;
};

// The words every answer is made of, with their units.
constexpr auto words = std::to_array<Word>({
    {"Money",
     R"({"type":"integer","format":"int64","description":"An amount in fen (分), a hundredth of a yuan."})"},
    {"Rate",
     R"({"type":"integer","format":"int64","description":"A share in parts per million: 1 % is 10000."})"},
    {"Id",
     R"({"type":"string","pattern":"^[0-9]+$","description":"An identifier: a decimal number as text."})"},
    {"Date", R"({"type":"string","format":"date","description":"A day, YYYY-MM-DD."})"},
    {"Instant",
     R"({"type":"string","format":"date-time","description":"A moment in UTC, RFC 3339."})"},
    {"Period",
     R"({"type":"string","description":"A month, quarter, half or year: 2023-07, 2023Q3, 2023H2, 2023."})"},
});

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

} // namespace

std::string component_name(std::string_view pretty_function) {
    const auto begin = pretty_function.find("T = ") + 4;
    const auto end = pretty_function.find_first_of(";]", begin);
    std::string name(pretty_function.substr(begin, end - begin));
    replace_all(name, "{anonymous}::", "");
    replace_all(name, "(anonymous namespace)::", "");
    replace_all(name, "api::", "");
    replace_all(name, "base::", "");
    replace_all(name, "::", ".");
    replace_all(name, "<", ".");
    replace_all(name, ", ", ".");
    replace_all(name, ">", "");
    replace_all(name, " ", "");
    return name;
}

std::string reference_to(const std::string& component) {
    return R"({"$ref":"#/components/schemas/)" + component + "\"}";
}

std::string word_schema(Schemas& all, std::string_view word) {
    for (const auto& [name, schema] : words) {
        if (name == word) all[std::string(name)] = schema;
    }
    return reference_to(std::string(word));
}

} // namespace api
