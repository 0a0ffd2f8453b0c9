// Made-up firms and rules for measurements, the same on every machine: README.md describes them.
#pragma once

#include "engine/rule/rule.hpp"

#include <filesystem>

namespace bench {

// splitmix64, at any place of its sequence.
[[nodiscard]] std::uint64_t mixed(std::uint64_t number);

struct Condition {
    std::string text; // for rule::compile
    std::string sql;
};

struct GroupWish {
    std::vector<std::size_t> keys;
    std::vector<std::size_t> measures;
    std::string sql;
};

class Firms {
public:
    static constexpr std::size_t choices = 18; // c0 … c17, 2 to 64 values, the first the commonest
    static constexpr std::size_t amounts = 16; // m18 … m33, lognormal; some in whole yuan
    static constexpr std::size_t dates = 6;    // d34 … d39, of twenty-two years
    static constexpr std::size_t count = choices + amounts + dates;
    static const base::Date today;

    Firms();

    [[nodiscard]] const rule::Schema& schema() const { return schema_; }

    // 64 bits: a code, fen, days since 1970; nothing where unknown.
    [[nodiscard]] std::optional<std::int64_t> value(std::size_t row, std::size_t place) const;
    void fill(std::size_t row, rule::Row& out) const;

    // 5 to 12 predicates each, drawn from about 30 a column with the first ones favoured.
    [[nodiscard]] std::vector<Condition> rules(std::size_t wanted) const;
    // `parts` amounts, each of which holds for so many firms in a thousand.
    [[nodiscard]] std::string of_share(int per_mille, std::size_t parts) const;
    [[nodiscard]] std::vector<GroupWish> groupings() const;

    [[nodiscard]] std::size_t money_place() const { return choices + 1; }

    // As CSV, empty where unknown; all columns, or those at some places. Answers the SQL that makes
    // its table.
    [[nodiscard]] std::string write(
        const std::filesystem::path& file,
        std::size_t rows,
        std::vector<std::size_t> places = {}) const;

private:
    [[nodiscard]] Condition predicate(std::size_t place, std::uint64_t dice) const;
    [[nodiscard]] Condition of_choice(std::size_t place, std::uint64_t dice) const;
    [[nodiscard]] std::int64_t at_share(std::size_t place, double share) const;
    [[nodiscard]] std::string literal(std::size_t place, std::int64_t value) const;

    rule::Schema schema_;
    std::vector<std::vector<std::int64_t>> sorted_; // by place, a sample to take quantiles of
    std::vector<std::vector<double>> weights_;      // of choices, summed up
};

} // namespace bench
