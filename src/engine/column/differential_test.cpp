// The columns against the one-row evaluator: random schemas, rows and expressions must come out the
// same, row by row. A difference is made small before it is reported.
#include "engine/column/decide.hpp"
#include "engine/column/sample_test.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace column {
namespace {

rule::Outcome outcome_of(const Verdicts& verdicts, std::size_t row) {
    if (verdicts.holds.test(row)) return rule::Outcome::holds;
    return verdicts.unknown.test(row) ? rule::Outcome::unknown : rule::Outcome::fails;
}

bool differs(const rule::Schema& schema, const std::string& text, const rule::Row& row) {
    const auto program = rule::compile(text, schema);
    if (!program) return false;
    Editor editor(schema);
    editor.append(row);
    const auto verdicts = decide(*editor.version(), *program, sample_day);
    return outcome_of(verdicts, 0) != rule::decide(*program, row, sample_day);
}

// The shortest part of the expression, and the row with the fewest values, that still differ.
std::string smallest(const rule::Schema& schema, std::string text, rule::Row row) {
    for (bool shorter = true; shorter;) {
        shorter = false;
        const auto program = rule::compile(text, schema);
        for (const auto& node : program->tree().nodes) {
            const auto part = program->source().substr(node.from, node.to - node.from);
            if (part.size() >= text.size() || !differs(schema, part, row)) continue;
            text = part;
            shorter = true;
            break;
        }
    }
    std::string values;
    for (std::size_t place = 0; place < schema.size(); ++place) {
        auto less = row;
        less.put(place, {});
        if (differs(schema, text, less)) row = less;
        if (rule::known(row[place]))
            values += "\n  " + schema.at(place).name + " = " + rule::to_json(row[place]).text;
    }
    return text + values + "\n  in its table of one row";
}

struct World {
    rule::Schema schema;
    std::vector<rule::Row> rows;
    std::vector<rule::Program> programs;
    Shared<Table> table;

    [[nodiscard]] Plan plan() const {
        std::vector<const rule::Program*> all;
        for (const auto& program : programs)
            all.push_back(&program);
        return {schema, all, sample_day};
    }
};

std::unique_ptr<World> make_world(Sampler& sampler, std::size_t rows, std::size_t rules) {
    auto world = std::make_unique<World>(World{sampler.schema(), {}, {}, {}});
    Editor editor(world->schema);
    const int missing = static_cast<int>(sampler.pick(0, 3)) * 15;
    for (std::size_t i = 0; i < rows; ++i) {
        world->rows.push_back(sampler.row(world->schema, missing));
        editor.append(world->rows.back());
    }
    // Some are changed later, beside the chunks that are there by then.
    for (auto rounds = sampler.pick(0, 2); rounds > 0; --rounds) {
        (void)editor.version();
        for (std::size_t i = 0; i < rows / 10; ++i) {
            const auto row = static_cast<std::size_t>(sampler.pick(0, static_cast<int>(rows) - 1));
            world->rows[row] = sampler.row(world->schema, missing);
            editor.put(row, world->rows[row]);
        }
    }
    world->table = editor.version();
    while (world->programs.size() < rules) {
        auto program = rule::compile(
            sampler.condition(world->schema, static_cast<int>(sampler.pick(0, 3))), world->schema);
        if (program) world->programs.push_back(std::move(*program));
    }
    return world;
}

TEST(Differential, columns_agree_with_the_one_row_evaluator) {
    Sampler sampler(sample_seed());
    std::int64_t counts[3] = {};
    std::int64_t compared = 0;
    for (int i = 0; i < sample_cases(25); ++i) {
        const auto world = make_world(sampler, static_cast<std::size_t>(sampler.pick(1, 300)), 60);
        const auto all = decide(*world->table, world->plan());
        for (std::size_t k = 0; k < all.size(); ++k) {
            const auto& program = world->programs[k];
            for (std::size_t row = 0; row < world->rows.size(); ++row) {
                const auto wanted = rule::decide(program, world->rows[row], sample_day);
                ASSERT_EQ(outcome_of(all[k], row), wanted)
                    << "row " << row << " of " << program.source()
                    << "\nsmaller: " << smallest(world->schema, program.source(), world->rows[row]);
                counts[static_cast<int>(wanted)] += 1;
                compared += 1;
            }
        }
    }
    std::printf("%lld pairs compared\n", static_cast<long long>(compared));
    for (const auto count : counts)
        EXPECT_GT(count, compared / 20); // all three happen
}

TEST(Differential, tallies_are_the_sizes_of_the_answers) {
    Sampler sampler(sample_seed() + 1);
    const auto world = make_world(sampler, 5'000, 30);
    const auto plan = world->plan();
    const auto all = decide(*world->table, plan);
    const auto counted = tally(*world->table, plan);
    for (std::size_t k = 0; k < all.size(); ++k) {
        EXPECT_EQ(counted[k].holds, static_cast<std::int64_t>(all[k].holds.count()));
        EXPECT_EQ(counted[k].unknown, static_cast<std::int64_t>(all[k].unknown.count()));
    }
}

// Columns over several blocks take other ways: bins, bitmaps by value, learned orders.
TEST(Differential, many_rules_over_several_blocks_agree) {
    Sampler sampler(sample_seed() + 2);
    const auto world = make_world(sampler, block_rows + 5'000, 250);
    const auto all = decide(*world->table, world->plan());
    for (std::size_t k = 0; k < all.size(); ++k) {
        for (int probe = 0; probe < 200; ++probe) {
            const auto row = static_cast<std::size_t>(
                sampler.pick(0, static_cast<std::int64_t>(world->rows.size()) - 1));
            const auto& program = world->programs[k];
            ASSERT_EQ(outcome_of(all[k], row), rule::decide(program, world->rows[row], sample_day))
                << "row " << row << " of " << program.source();
        }
    }
}

TEST(Differential, computed_values_agree) {
    Sampler sampler(sample_seed() + 3);
    static constexpr rule::Type types[] = {
        rule::Type::integer, rule::Type::money, rule::Type::rate, rule::Type::number};
    int compiled = 0;
    for (int i = 0; i < sample_cases(400); ++i) {
        const auto world = make_world(sampler, 80, 0);
        const auto type = types[sampler.pick(0, 3)];
        const auto program =
            rule::compile(sampler.computed(world->schema, type, 3), world->schema, type);
        if (!program) continue;
        const auto values = compute(*world->table, *program, sample_day);
        if (!values) continue;
        compiled += 1;
        for (std::size_t row = 0; row < world->rows.size(); ++row) {
            const auto wanted = rule::evaluate(*program, world->rows[row], sample_day);
            ASSERT_EQ(values->known.test(row), rule::known(wanted)) << program->source();
            if (!rule::known(wanted)) continue;
            const auto number = values->type == rule::Type::integer && type == rule::Type::number
                                    ? rule::Value(static_cast<double>(values->raws[row]))
                                    : value_of(values->type, values->raws[row]);
            ASSERT_EQ(number, wanted) << program->source();
        }
    }
    EXPECT_GT(compiled, 100);
}

TEST(Laws, of_three_valued_logic_hold_on_columns) {
    Sampler sampler(sample_seed() + 4);
    for (int i = 0; i < sample_cases(60); ++i) {
        const auto world = make_world(sampler, 200, 3);
        const auto a = "(" + world->programs[0].source() + ")";
        const auto b = "(" + world->programs[1].source() + ")";
        const auto c = "(" + world->programs[2].source() + ")";
        const auto same = [&](const std::string& x, const std::string& y) {
            const auto left = rule::compile(x, world->schema);
            const auto right = rule::compile(y, world->schema);
            if (!left || !right) return true; // longer than a rule may be
            const auto one = decide(*world->table, *left, sample_day);
            const auto other = decide(*world->table, *right, sample_day);
            return one.holds == other.holds && one.unknown == other.unknown;
        };
        ASSERT_TRUE(same("!(" + a + " && " + b + ")", "!" + a + " || !" + b)) << a << b;
        ASSERT_TRUE(same(a + " && " + b, b + " && " + a)) << a << b;
        ASSERT_TRUE(same(a + " || " + b, b + " || " + a)) << a << b;
        ASSERT_TRUE(same("!!" + a, a)) << a;
        ASSERT_TRUE(
            same("(" + a + " || " + b + ") && " + c, a + " && " + c + " || " + b + " && " + c))
            << a << b << c;
    }
}

TEST(Laws, learning_a_missing_datum_never_overturns_an_answer) {
    Sampler sampler(sample_seed() + 5);
    for (int i = 0; i < sample_cases(60); ++i) {
        const auto world = make_world(sampler, 200, 8);
        Editor editor(world->schema);
        for (auto row : world->rows) {
            for (std::size_t place = 0; place < world->schema.size(); ++place) {
                if (sampler.chance(30)) row.put(place, {});
            }
            editor.append(row);
        }
        const auto plan = world->plan();
        const auto full = decide(*world->table, plan);
        const auto less = decide(*editor.version(), plan);
        for (std::size_t k = 0; k < full.size(); ++k) {
            // has() is about what is known, not about the firm.
            if (world->programs[k].source().find("has(") != std::string::npos) continue;
            auto overturned = less[k].holds;
            overturned -= full[k].holds;
            ASSERT_EQ(overturned.count(), 0U) << world->programs[k].source();
            auto failing = full[k].holds;
            failing |= full[k].unknown;
            failing -= less[k].holds;
            failing -= less[k].unknown;
            ASSERT_EQ(failing.count(), 0U) << world->programs[k].source();
        }
    }
}

} // namespace
} // namespace column
