// One meaning, three ways: the same rules and rows through the one-row evaluator, the columns (many
// rules at once, and each alone) and the index of products.
#include "engine/column/decide.hpp"
#include "engine/column/sample_test.hpp"
#include "engine/column/shrink_test.hpp"
#include "engine/match/index.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace column {
namespace {

using rule::Outcome;

Outcome told(const Verdicts& verdicts, std::size_t row) {
    if (verdicts.holds.test(row)) return Outcome::holds;
    return verdicts.unknown.test(row) ? Outcome::unknown : Outcome::fails;
}

struct Ways {
    explicit Ways(Sampler& sampler)
        : schema(sampler.schema()) {
        Editor editor(schema);
        for (auto count = sampler.pick(1, 90); count > 0; --count) {
            rows.push_back(sampler.row(schema, static_cast<int>(sampler.pick(0, 40))));
            editor.append(rows.back());
        }
        table = editor.version();
        const auto wanted = static_cast<std::size_t>(sampler.pick(1, 80));
        match::Index::Edit edit;
        while (programs.size() < wanted) {
            const auto depth = static_cast<int>(sampler.pick(0, 3));
            auto program = rule::compile(sampler.condition(schema, depth), schema);
            if (!program) continue;
            programs.push_back(*std::move(program));
            edit.put.push_back({static_cast<std::int64_t>(programs.size() - 1), &programs.back()});
        }
        index.apply(edit);
    }

    [[nodiscard]] std::vector<Verdicts> by_columns() const {
        std::vector<const rule::Program*> all;
        for (const auto& program : programs)
            all.push_back(&program);
        return decide(*table, Plan(schema, all, sample_day));
    }

    // By program; asked for those who fail by little as well, or not, which other code answers.
    [[nodiscard]] std::vector<Outcome> by_index(std::size_t row, match::Workspace& space) const {
        match::Sieved found;
        const auto depth =
            row % 2 == 0 ? match::Version::Depth::near : match::Version::Depth::decided;
        index.version()->ask(rows[row], sample_day, depth, space, found);
        std::vector<Outcome> all(programs.size(), Outcome::fails);
        for (const auto id : found.eligible.ids())
            all[static_cast<std::size_t>(id)] = Outcome::holds;
        for (const auto id : found.unknown.ids())
            all[static_cast<std::size_t>(id)] = Outcome::unknown;
        return all;
    }

    rule::Schema schema;
    std::vector<rule::Row> rows;
    Shared<Table> table;
    std::deque<rule::Program> programs;
    match::Index index;
};

// Whether the example by itself is decided otherwise by columns or by the index than by the
// evaluator.
bool disagree(const rule::Schema& schema, const Example& example) {
    const auto program = rule::compile(example.text, schema);
    if (!program) return false;
    const auto plain = rule::decide(*program, example.row, sample_day);
    Editor editor(schema);
    editor.append(example.row);
    if (told(decide(*editor.version(), *program, sample_day), 0) != plain) return true;
    match::Index index;
    match::Index::Edit edit;
    edit.put.push_back({1, &*program});
    index.apply(edit);
    match::Workspace space;
    match::Sieved found;
    index.version()->ask(example.row, sample_day, match::Version::Depth::near, space, found);
    const auto indexed = !found.eligible.empty()  ? Outcome::holds
                         : !found.unknown.empty() ? Outcome::unknown
                                                  : Outcome::fails;
    return indexed != plain;
}

std::string written(const rule::Schema& schema, const Example& example) {
    std::string text = example.text;
    for (std::size_t place = 0; place < schema.size(); ++place) {
        const auto& value = example.row[place];
        if (rule::known(value))
            text += "\n  " + schema.at(place).name + " = " + rule::to_json(value).text;
    }
    return text;
}

// As small as it goes where the example disagrees by itself; as it is where it takes the other
// rules and rows.
std::string written(const Ways& ways, std::size_t program, std::size_t row) {
    Example example{.text = std::string(ways.programs[program].source()), .row = ways.rows[row]};
    const auto fails = [&](const Example& each) { return disagree(ways.schema, each); };
    if (!fails(example)) return "among others: " + written(ways.schema, example);
    return written(ways.schema, shrink(std::move(example), fails));
}

TEST(ThreeWays, row_columns_and_index_agree) {
    Sampler sampler(sample_seed() + 7);
    match::Workspace space;
    std::int64_t compared = 0;
    for (int i = 0; i < sample_cases(25); ++i) {
        const Ways ways(sampler);
        const auto together = ways.by_columns();
        for (std::size_t row = 0; row < ways.rows.size(); ++row) {
            const auto indexed = ways.by_index(row, space);
            for (std::size_t k = 0; k < ways.programs.size(); ++k) {
                const auto plain = rule::decide(ways.programs[k], ways.rows[row], sample_day);
                ASSERT_EQ(told(together[k], row), plain) << "columns: " << written(ways, k, row);
                ASSERT_EQ(indexed[k], plain) << "index: " << written(ways, k, row);
                compared += 1;
            }
        }
        const auto alone = static_cast<std::size_t>(
            sampler.pick(0, static_cast<std::int64_t>(ways.programs.size()) - 1));
        const auto verdicts = decide(*ways.table, ways.programs[alone], sample_day);
        ASSERT_EQ(verdicts.holds, together[alone].holds) << ways.programs[alone].source();
        ASSERT_EQ(verdicts.unknown, together[alone].unknown) << ways.programs[alone].source();
    }
    EXPECT_GT(compared, 0);
    std::printf("%lld pairs compared\n", static_cast<long long>(compared));
}

// Laws of three-valued logic that hold whatever the parts are.
TEST(ThreeWays, laws_hold_in_columns_and_index) {
    Sampler sampler(sample_seed() + 8);
    for (int i = 0; i < sample_cases(40); ++i) {
        const auto schema = sampler.schema();
        const auto part = [&] {
            for (;;) {
                auto text = sampler.condition(schema, 2);
                if (rule::compile(text, schema)) return "(" + text + ")";
            }
        };
        const auto a = part();
        const auto b = part();
        const std::string pairs[][2] = {
            {"!(" + a + " && " + b + ")", "!" + a + " || !" + b},
            {a + " && " + b, b + " && " + a},
            {a + " || " + b, b + " || " + a},
            {"!!" + a, a},
            {a + " && " + a, a},
            {a + " || (" + a + " && " + b + ")", a}};
        std::deque<rule::Program> programs;
        match::Index index;
        for (const auto& pair : pairs) {
            for (const auto& text : pair) {
                auto program = rule::compile(text, schema);
                if (program) programs.push_back(*std::move(program));
            }
        }
        // A law whose text grows beyond the limits of a rule is passed over.
        if (programs.size() != 2 * std::size(pairs)) continue;
        match::Index::Edit edit;
        std::vector<const rule::Program*> all;
        for (const auto& program : programs) {
            edit.put.push_back({static_cast<std::int64_t>(all.size()), &program});
            all.push_back(&program);
        }
        index.apply(edit);
        Editor editor(schema);
        std::vector<rule::Row> rows;
        for (int k = 0; k < 40; ++k) {
            rows.push_back(sampler.row(schema, 20));
            editor.append(rows.back());
        }
        const auto verdicts = decide(*editor.version(), Plan(schema, all, sample_day));
        for (std::size_t k = 0; k < programs.size(); k += 2) {
            EXPECT_EQ(verdicts[k].holds, verdicts[k + 1].holds) << programs[k].source();
            EXPECT_EQ(verdicts[k].unknown, verdicts[k + 1].unknown) << programs[k].source();
        }
        match::Workspace space;
        match::Sieved found;
        for (const auto& row : rows) {
            index.version()->ask(row, sample_day, match::Version::Depth::decided, space, found);
            for (const auto& ids : {found.eligible.ids(), found.unknown.ids()}) {
                for (const auto id : ids)
                    EXPECT_EQ(std::ranges::count(ids, id ^ 1), 1) << all[id]->source();
            }
        }
    }
}

} // namespace
} // namespace column
