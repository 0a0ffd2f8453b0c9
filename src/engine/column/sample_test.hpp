// Random schemas, rows and expressions for this module's tests. What a seed makes is the same on
// every machine.
#pragma once

#include "engine/column/table.hpp"
#include "engine/rule/rule.hpp"

namespace column {

inline const base::Date sample_day = base::Date::of(2026, 11, 23);

// Printed once; RONGQIAO_SEED repeats a run.
[[nodiscard]] std::uint64_t sample_seed();
// How much to try: RONGQIAO_CASES=100 is a hundred times as much as usual.
[[nodiscard]] int sample_cases(int usual);

class Sampler {
public:
    explicit Sampler(std::uint64_t seed);
    ~Sampler();

    std::int64_t pick(std::int64_t least, std::int64_t most);
    bool chance(int percent);
    // One to three attributes of every type, in random order.
    rule::Schema schema();
    // Mostly small values, so that comparisons meet; some at the ends of what there is.
    rule::Value value(const rule::Attribute& attribute);
    rule::Row row(const rule::Schema& schema, int missing_percent);
    // Text that may or may not compile: types are mostly, units always respected.
    std::string condition(const rule::Schema& schema, int depth);
    std::string computed(const rule::Schema& schema, rule::Type type, int depth);

private:
    class Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace column
