// Figures against a naive model that goes row by row.
#include "engine/column/aggregate.hpp"
#include "engine/column/sample_test.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace column {
namespace {

__extension__ using Wide = __int128;

struct World {
    rule::Schema schema;
    std::vector<rule::Row> rows;
    Shared<Table> table;
    Bitmap chosen;

    [[nodiscard]] std::vector<std::size_t> places(std::initializer_list<rule::Type> types) const {
        std::vector<std::size_t> found;
        for (std::size_t place = 0; place < schema.size(); ++place) {
            if (std::ranges::find(types, schema.at(place).type) != types.end())
                found.push_back(place);
        }
        return found;
    }

    [[nodiscard]] std::vector<std::size_t> measured() const {
        using rule::Type;
        return places(
            {Type::integer, Type::number, Type::date, Type::duration, Type::money, Type::rate});
    }
};

std::unique_ptr<World> make_world(Sampler& sampler, std::size_t rows) {
    auto world = std::make_unique<World>(World{sampler.schema(), {}, {}, {}});
    Editor editor(world->schema);
    for (std::size_t i = 0; i < rows; ++i) {
        world->rows.push_back(sampler.row(world->schema, 20));
        editor.append(world->rows.back());
    }
    // Some are changed later, beside the chunks that are there by then.
    if (sampler.chance(50)) {
        (void)editor.version();
        for (std::size_t row = 0; row < rows; row += 9) {
            world->rows[row] = sampler.row(world->schema, 20);
            editor.put(row, world->rows[row]);
        }
    }
    world->table = editor.version();
    world->chosen = Bitmap(rows);
    const int percent = static_cast<int>(sampler.pick(0, 4)) * 25;
    for (std::size_t i = 0; i < rows; ++i) {
        if (sampler.chance(percent)) world->chosen.set(i);
    }
    return world;
}

double size_of(const rule::Value& value) {
    const auto* number = std::get_if<double>(&value);
    return number != nullptr ? *number : static_cast<double>(raw_of(value));
}

void expect_summary(
    const World& world,
    std::size_t place,
    const std::vector<std::size_t>& rows,
    const Summary& found) {
    const auto type = world.schema.at(place).type;
    std::vector<rule::Value> known;
    Wide sum = 0;
    double decimals = 0;
    for (const auto row : rows) {
        const auto& value = world.rows[row][place];
        if (!rule::known(value)) continue;
        known.push_back(value);
        if (type == rule::Type::number)
            decimals += size_of(value);
        else
            sum += raw_of(value);
    }
    ASSERT_EQ(found.rows, static_cast<std::int64_t>(rows.size()));
    ASSERT_EQ(found.known, static_cast<std::int64_t>(known.size()));
    ASSERT_EQ(found.least.has_value(), !known.empty());
    ASSERT_EQ(found.average.has_value(), !known.empty());
    if (!known.empty()) {
        ASSERT_EQ(*found.least, *std::ranges::min_element(known));
        ASSERT_EQ(*found.most, *std::ranges::max_element(known));
        const auto wanted = (type == rule::Type::number ? decimals : static_cast<double>(sum)) /
                            static_cast<double>(known.size());
        ASSERT_NEAR(*found.average, wanted, std::abs(wanted) * 1e-9);
    }
    const bool whole = type != rule::Type::number && type != rule::Type::date;
    ASSERT_EQ(found.total.has_value(), whole);
    ASSERT_TRUE(!whole || *found.total == sum);
    if (type == rule::Type::number) {
        ASSERT_NEAR(std::get<double>(*found.sum), decimals, std::abs(decimals) * 1e-9);
        return;
    }
    const Wide most = type == rule::Type::money ? Wide{base::Money::limit_fen}
                                                : Wide{std::numeric_limits<std::int64_t>::max()};
    const bool fits = type != rule::Type::date && sum <= most && sum >= -most;
    ASSERT_EQ(found.sum.has_value(), fits);
    if (fits) {
        ASSERT_EQ(*found.sum, value_of(type, static_cast<Raw>(sum)));
    }
}

TEST(Aggregate, summaries_quantiles_tops_and_distinct_values_equal_a_naive_count) {
    Sampler sampler(sample_seed() + 10);
    for (int i = 0; i < sample_cases(25); ++i) {
        const auto world = make_world(sampler, static_cast<std::size_t>(sampler.pick(0, 700)));
        std::vector<std::size_t> rows;
        world->chosen.each([&](std::size_t row) { rows.push_back(row); });
        for (const auto place : world->measured()) {
            expect_summary(*world, place, rows, summarize(*world->table, place, world->chosen));
            std::vector<std::pair<rule::Value, std::size_t>> known;
            for (const auto row : rows) {
                if (rule::known(world->rows[row][place]))
                    known.emplace_back(world->rows[row][place], row);
            }
            std::ranges::sort(known);
            for (const std::int64_t share : {0, 1, 250'000, 500'000, 900'000, 1'000'000}) {
                const auto found = quantile(*world->table, place, world->chosen, share);
                ASSERT_EQ(found.has_value(), !known.empty());
                if (!found) continue;
                // The definition, word for word.
                const auto within = std::ranges::count_if(
                    known, [&](const auto& each) { return each.first <= *found; });
                const auto below = std::ranges::count_if(
                    known, [&](const auto& each) { return each.first < *found; });
                const auto wanted = static_cast<Wide>(known.size()) * share;
                ASSERT_GE(static_cast<Wide>(within) * 1'000'000, wanted);
                ASSERT_TRUE(below == 0 || static_cast<Wide>(below) * 1'000'000 < wanted);
            }
            std::vector<std::size_t> smallest;
            for (std::size_t k = 0; k < std::min<std::size_t>(known.size(), 7); ++k)
                smallest.push_back(known[k].second);
            ASSERT_EQ(top(*world->table, place, world->chosen, 7, Order::smallest), smallest);
            std::ranges::stable_sort(
                known, [](const auto& a, const auto& b) { return a.first > b.first; });
            std::vector<std::size_t> largest;
            for (std::size_t k = 0; k < std::min<std::size_t>(known.size(), 7); ++k)
                largest.push_back(known[k].second);
            ASSERT_EQ(top(*world->table, place, world->chosen, 7, Order::largest), largest);
        }
        for (std::size_t place = 0; place < world->schema.size(); ++place) {
            std::vector<rule::Value> known;
            for (const auto row : rows) {
                const auto& value = world->rows[row][place];
                if (rule::known(value)) known.push_back(value);
            }
            std::ranges::sort(known);
            known.erase(std::unique(known.begin(), known.end()), known.end());
            ASSERT_EQ(
                distinct(*world->table, place, world->chosen),
                static_cast<std::int64_t>(known.size()));
        }
    }
}

TEST(Aggregate, groups_equal_a_naive_count) {
    using rule::Type;
    Sampler sampler(sample_seed() + 11);
    for (int i = 0; i < sample_cases(40); ++i) {
        const auto world = make_world(sampler, static_cast<std::size_t>(sampler.pick(0, 700)));
        auto keys = world->places(
            {Type::boolean,
             Type::choice,
             Type::text,
             Type::integer,
             Type::money,
             Type::date,
             Type::text_list});
        const auto measured = world->measured();
        Grouping grouping;
        for (auto k = sampler.pick(0, 3); k > 0; --k)
            grouping.keys.push_back(keys[static_cast<std::size_t>(
                sampler.pick(0, static_cast<std::int64_t>(keys.size()) - 1))]);
        for (auto k = sampler.pick(0, 2); k > 0; --k)
            grouping.measures.push_back(measured[static_cast<std::size_t>(
                sampler.pick(0, static_cast<std::int64_t>(measured.size()) - 1))]);
        std::map<std::vector<rule::Value>, std::vector<std::size_t>> wanted;
        world->chosen.each([&](std::size_t row) {
            std::vector<rule::Value> key;
            for (const auto place : grouping.keys)
                key.push_back(world->rows[row][place]);
            wanted[key].push_back(row);
        });
        const auto found = group_by(*world->table, grouping, world->chosen);
        ASSERT_EQ(found.size(), wanted.size());
        for (const auto& group : found) {
            const auto rows = wanted.find(group.keys);
            ASSERT_NE(rows, wanted.end());
            ASSERT_EQ(group.rows, static_cast<std::int64_t>(rows->second.size()));
            for (std::size_t m = 0; m < grouping.measures.size(); ++m)
                expect_summary(*world, grouping.measures[m], rows->second, group.measures[m]);
        }
    }
}

TEST(Aggregate, a_sum_beyond_what_one_amount_may_be_is_told_all_the_same) {
    rule::Attribute attribute;
    attribute.name = "m";
    attribute.label = {"金额", "m"};
    attribute.type = rule::Type::money;
    const auto schema = *rule::Schema::make({attribute});
    Editor editor(schema);
    for (int i = 0; i < 1'100; ++i) {
        rule::Row row(schema);
        row.put(0, base::Money{base::Money::limit_fen});
        editor.append(row);
    }
    const auto table = editor.version();
    const auto groups = group_by(*table, {{}, {0}}, all_rows(*table));
    ASSERT_EQ(groups.size(), 1U);
    for (const auto& found : {groups[0].measures[0], summarize(*table, 0, all_rows(*table))}) {
        EXPECT_FALSE(found.sum.has_value());
        ASSERT_TRUE(found.total.has_value());
        EXPECT_EQ(text(*found.total), "9900000000000000000"); // beyond 64 bits with a sign as well
    }
}

TEST(Aggregate, sums_are_written_as_whole_numbers) {
    EXPECT_EQ(text(0), "0");
    EXPECT_EQ(text(-10), "-10");
    EXPECT_EQ(text(Sum{1} << 100U), "1267650600228229401496703205376");
    const Sum most = ~(Sum{1} << 127U);
    EXPECT_EQ(text(-most - 1), "-170141183460469231731687303715884105728");
}

TEST(Aggregate, groups_come_in_the_order_of_their_keys_with_unknown_last) {
    rule::Attribute attribute;
    attribute.name = "n";
    attribute.label = {"数", "n"};
    attribute.type = rule::Type::integer;
    const auto schema = *rule::Schema::make({attribute});
    Editor editor(schema);
    for (const std::int64_t number : {7, -2, 7, 0}) {
        rule::Row row(schema);
        if (number != 0) row.put(0, number);
        editor.append(row);
    }
    const auto table = editor.version();
    const auto groups = group_by(*table, {{0}, {}}, all_rows(*table));
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].keys[0], rule::Value(std::int64_t{-2}));
    EXPECT_EQ(groups[1].rows, 2);
    EXPECT_FALSE(rule::known(groups[2].keys[0]));
}

} // namespace
} // namespace column
