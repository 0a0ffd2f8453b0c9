// What the parts of the check share; of no use outside this module.
#pragma once

#include "engine/match/match.hpp"
#include "engine/pack/check.hpp"
#include "engine/rule/rule.hpp"

#include <functional>

namespace pack {

using Codes = std::vector<std::string>;

class Checker {
public:
    Checker(const Loaded& loaded, std::vector<Finding>& findings)
        : loaded_(loaded)
        , findings_(findings) {}

    [[nodiscard]] const Pack& pack() const { return loaded_.pack; }

    [[nodiscard]] const Loaded& loaded() const { return loaded_; }

    [[nodiscard]] bool any_error() const { return pack::any_error(findings_); }

    void add(Severity severity, const Place& place, std::string code, Text message, Text cure);

    void error(const std::string& pointer, std::string code, Text message, Text cure) {
        add(Severity::error,
            loaded_.places.of(pointer),
            std::move(code),
            std::move(message),
            std::move(cure));
    }

    void warn(const std::string& pointer, std::string code, Text message, Text cure) {
        add(Severity::warning,
            loaded_.places.of(pointer),
            std::move(code),
            std::move(message),
            std::move(cure));
    }

    void note(const std::string& pointer, std::string code, Text message, Text cure) {
        add(Severity::note,
            loaded_.places.of(pointer),
            std::move(code),
            std::move(message),
            std::move(cure));
    }

    // `pack.reference` unless the code is among them; `what` names the kind: {"责任单位", "unit"}.
    bool known(
        const std::string& pointer, const Text& what, const std::string& code, const Codes& codes);
    void all_known(
        const std::string& pointer, const Text& what, const Codes& words, const Codes& codes);
    // `pack.range` unless least <= value <= most.
    void within(
        const std::string& pointer, std::int64_t value, std::int64_t least, std::int64_t most);

private:
    const Loaded& loaded_;
    std::vector<Finding>& findings_;
};

[[nodiscard]] inline std::string at(
    const char* section, std::size_t index, const char* member = "") {
    return "/" + std::string(section) + "/" + std::to_string(index) + member;
}

[[nodiscard]] bool one_of(const Codes& codes, std::string_view word);

template <class T>
[[nodiscard]] Codes codes_of(const std::vector<T>& items) {
    Codes codes;
    for (const auto& item : items) {
        if constexpr (requires { item.code; }) {
            codes.push_back(item.code);
        } else {
            codes.push_back(item.name);
        }
    }
    return codes;
}

// "嘉善县经信局" and every alias → code of the unit.
[[nodiscard]] std::map<std::string, std::string> unit_names(const Pack& pack);

// The catalogue as rules see it. Ranked choices are written best first in a pack and lowest first
// for the rules, so that B 级及以上 is >= "B".
[[nodiscard]] std::vector<rule::Attribute> rule_attributes(const Pack& pack);

// `watches` and `when` as one expression.
[[nodiscard]] std::string signal_text(const Signal& signal);

[[nodiscard]] match::Offer offer_of(
    const Product& product, const rule::Program* eligibility, Rate rate);

void check_catalogue(Checker& checker); // header, attributes, sources, scopes, lists, form of codes
void check_parties(Checker& checker);   // units, institutions, roles, refusals
void check_products(Checker& checker);  // what is no expression
void check_process(Checker& checker);
void check_instruments(Checker& checker); // kinds, lives, laws
void check_plan(Checker& checker);        // tasks, targets, indicators
void check_consistency(Checker& checker); // checks, and what they flag
void check_security(Checker& checker);    // registration of security interests; its roles
void check_money(Checker& checker);       // guarantees, programmes and their courses
void check_tables(Checker& checker);
// Expressions, quality rules, signals and cases; nothing is compiled when the catalogue itself has
// errors.
void check_rules(Checker& checker);

// Where in its file a place inside a scalar is: `line` and `column` count in the value as parsed,
// from 1. Works for plain, quoted, literal and folded scalars alike, since these differ in blanks
// and escapes only.
[[nodiscard]] Place place_inside(
    const Loaded& loaded, const Place& scalar, std::string_view value, int line, int column);

struct Contradiction {
    std::string clause; // as written
    int line = 1;       // where it begins in the expression, as in rule::Finding
    int column = 1;
};

// Why an expression fails for every row: a clause that is false whatever the data, or one that
// excludes what stands before it. Nothing when it may hold.
[[nodiscard]] std::optional<Contradiction> contradiction(const rule::Program& program);

} // namespace pack
