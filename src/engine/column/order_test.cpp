// Order and parts of rows against a naive model that goes row by row.
#include "engine/column/order.hpp"
#include "engine/column/sample_test.hpp"

#include <gtest/gtest.h>

namespace column {
namespace {

struct Plot {
    rule::Schema schema;
    std::vector<rule::Row> rows;
    Shared<Table> table;
    Bitmap chosen;
};

std::unique_ptr<Plot> plot_of(Sampler& sampler, std::size_t rows) {
    auto plot = std::make_unique<Plot>(Plot{sampler.schema(), {}, {}, {}});
    Editor editor(plot->schema);
    plot->chosen = Bitmap(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        plot->rows.push_back(sampler.row(plot->schema, 20));
        editor.append(plot->rows.back());
        if (sampler.chance(60)) plot->chosen.set(i);
    }
    plot->table = editor.version();
    return plot;
}

// -1, 0, 1 as the values of one attribute stand to each other.
int against(const rule::Attribute& attribute, const rule::Value& a, const rule::Value& b) {
    const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
    const auto first = [](const auto& list) {
        return list.empty() ? typename std::decay_t<decltype(list)>::value_type{} : list.front();
    };
    switch (attribute.type) {
    case rule::Type::number: return sign(std::get<double>(a), std::get<double>(b));
    case rule::Type::text: return sign(std::get<std::string>(a), std::get<std::string>(b));
    case rule::Type::choice: {
        const auto rank = [&](const rule::Value& value) {
            const auto& code = std::get<std::string>(value);
            return std::ranges::find(attribute.choices, code, &rule::Choice::code) -
                   attribute.choices.begin();
        };
        return sign(rank(a), rank(b));
    }
    case rule::Type::text_list:
        return sign(
            first(std::get<std::vector<std::string>>(a)),
            first(std::get<std::vector<std::string>>(b)));
    case rule::Type::integer_list: return 0; // not put in order
    case rule::Type::boolean:
    case rule::Type::integer:
    case rule::Type::date:
    case rule::Type::duration:
    case rule::Type::money:
    case rule::Type::rate: return sign(raw_of(a), raw_of(b));
    }
    return 0;
}

TEST(Order, rows_come_as_one_by_one_comparison_puts_them) {
    const auto seed = sample_seed();
    for (int i = 0; i < sample_cases(4); ++i) {
        Sampler sampler(seed + static_cast<std::uint64_t>(i));
        const auto plot = plot_of(sampler, i == 0 ? block_rows + 100 : 200);
        for (std::size_t place = 0; place < plot->schema.size(); ++place) {
            for (const auto order : {Order::smallest, Order::largest}) {
                std::vector<std::size_t> wanted;
                plot->chosen.each([&](std::size_t row) { wanted.push_back(row); });
                std::ranges::stable_sort(wanted, [&](std::size_t a, std::size_t b) {
                    const auto& x = plot->rows[a][place];
                    const auto& y = plot->rows[b][place];
                    if (!rule::known(x) || !rule::known(y)) return rule::known(x) > rule::known(y);
                    const auto sign = against(plot->schema.at(place), x, y);
                    return order == Order::smallest ? sign < 0 : sign > 0;
                });
                const auto most = static_cast<std::size_t>(sampler.pick(0, 300));
                wanted.resize(std::min(wanted.size(), most));
                EXPECT_EQ(sorted(*plot->table, place, plot->chosen, most, order), wanted)
                    << plot->schema.at(place).name << " RONGQIAO_SEED=" << seed;
            }
        }
    }
}

TEST(Order, parts_hold_every_chosen_row_once_and_by_its_value) {
    const auto seed = sample_seed();
    for (int i = 0; i < sample_cases(4); ++i) {
        Sampler sampler(seed + static_cast<std::uint64_t>(i));
        const auto plot = plot_of(sampler, i == 0 ? block_rows + 100 : 200);
        for (std::size_t place = 0; place < plot->schema.size(); ++place) {
            const auto form = form_of(plot->schema.at(place).type);
            if (form != Form::flag && form != Form::coded) continue;
            std::vector<rule::Value> values; // two of them share a number
            const auto parts =
                partition(*plot->table, place, plot->chosen, [&](const rule::Value& value) {
                    EXPECT_EQ(std::ranges::find(values, value), values.end()) << "asked twice";
                    values.push_back(value);
                    return (values.size() - 1) / 2;
                });
            std::vector<Bitmap> wanted((values.size() + 1) / 2, Bitmap(plot->rows.size()));
            plot->chosen.each([&](std::size_t row) {
                const auto value = std::ranges::find(values, plot->rows[row][place]);
                ASSERT_NE(value, values.end());
                wanted[static_cast<std::size_t>(value - values.begin()) / 2].set(row);
            });
            EXPECT_EQ(parts, wanted) << "RONGQIAO_SEED=" << seed;
        }
    }
}

} // namespace
} // namespace column
