#include "engine/column/decide.hpp"

#include "engine/column/run.hpp"

#include <cstring>

namespace column {
namespace {

// Calls f(first word of the tile in the whole table, its words) for every tile, entered.
template <class F>
void each_tile(const Table& table, Run& run, F&& f) {
    for (std::size_t block = 0; block < table.blocks().size(); ++block) {
        const auto words = table.blocks()[block]->words();
        for (std::size_t first = 0; first < words; first += run.tile_words()) {
            const auto count = std::min(run.tile_words(), words - first);
            run.enter(block, first, count);
            f(block * block_words + first, count);
        }
    }
}

// A tile's results go to as many places as there are rules, which no hardware foresees.
constexpr std::size_t fetched_ahead = 4; // rules

void fetch(Verdicts& verdicts, std::size_t at, std::size_t words) {
    constexpr std::size_t line_words = 8;
    for (std::size_t w = 0; w < words; w += line_words) {
        __builtin_prefetch(verdicts.holds.data() + at + w, 1);
        __builtin_prefetch(verdicts.unknown.data() + at + w, 1);
    }
}

} // namespace

void decide(const Table& table, const Plan& plan, std::vector<Verdicts>& out) {
    out.resize(plan.roots().size());
    for (auto& verdicts : out) {
        if (verdicts.holds.size() == table.rows()) continue;
        verdicts = {Bitmap(table.rows()), Bitmap(table.rows())};
    }
    Run run(table, plan);
    each_tile(table, run, [&](std::size_t at, std::size_t words) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (i + fetched_ahead < out.size()) fetch(out[i + fetched_ahead], at, words);
            const auto planes = run.root(i);
            std::memcpy(out[i].holds.data() + at, planes.yes, words * sizeof(Word));
            auto* const unknown = out[i].unknown.data() + at;
            kernel::neither(run.valid(), planes.yes, planes.no, words, unknown);
        }
    });
}

std::vector<Verdicts> decide(const Table& table, const Plan& plan) {
    std::vector<Verdicts> out;
    decide(table, plan, out);
    return out;
}

Verdicts decide(const Table& table, const rule::Program& program, base::Date today) {
    const rule::Program* const programs[] = {&program};
    const Plan plan(table.schema(), programs, today);
    return std::move(decide(table, plan).front());
}

std::vector<Tally> tally(const Table& table, const Plan& plan) {
    std::vector<Tally> out(plan.roots().size());
    Run run(table, plan);
    each_tile(table, run, [&](std::size_t, std::size_t words) {
        const auto rows = kernel::count(run.valid(), words);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto planes = run.root(i);
            const auto holds = kernel::count(planes.yes, words);
            const auto fails = kernel::count(planes.no, words);
            out[i].holds += static_cast<std::int64_t>(holds);
            out[i].unknown += static_cast<std::int64_t>(rows - holds - fails);
        }
    });
    return out;
}

std::optional<Computed> compute(
    const Table& table, const rule::Program& program, base::Date today) {
    const auto plan = Plan::of_value(table.schema(), program, today);
    if (!plan) return std::nullopt;
    Computed out{plan->terms()[plan->value()].type, {}, Bitmap(table.rows())};
    out.raws.resize(table.rows());
    Run run(table, *plan);
    each_tile(table, run, [&](std::size_t at, std::size_t words) {
        const auto vector = run.value(plan->value());
        const auto rows = std::min(words * word_bits, table.rows() - at * word_bits);
        std::memcpy(out.raws.data() + at * word_bits, vector.raws, rows * sizeof(Raw));
        std::memcpy(out.known.data() + at, vector.known, words * sizeof(Word));
    });
    return out;
}

} // namespace column
