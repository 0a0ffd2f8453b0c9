#include "engine/column/decide.hpp"
#include "engine/column/kernel.hpp"
#include "engine/column/sample_test.hpp"

#include <gtest/gtest.h>

namespace column {
namespace {

rule::Attribute attribute(const char* name, rule::Type type) {
    rule::Attribute made;
    made.name = name;
    made.label = {name, name};
    made.type = type;
    return made;
}

Values of(const std::vector<std::optional<Raw>>& raws) {
    Values values;
    values.known.resize(words_for(raws.size()));
    for (std::size_t i = 0; i < raws.size(); ++i) {
        values.raws.push_back(raws[i].value_or(0));
        if (raws[i]) values.known[i / word_bits] |= std::uint64_t{1} << (i % word_bits);
    }
    return values;
}

TEST(Chunk, keeps_whole_numbers_in_the_least_room) {
    constexpr auto most = std::numeric_limits<Raw>::max();
    constexpr auto least = std::numeric_limits<Raw>::min();

    const struct {
        std::vector<std::optional<Raw>> raws;
        unsigned width;
        std::uint64_t scale;
    } cases[] = {
        {{}, 0, 1},
        {{std::nullopt, std::nullopt}, 0, 1},
        {{7, 7, std::nullopt}, 0, 1},
        {{-3, 252}, 1, 255},
        {{-3, 252, -2}, 1, 1},
        {{0, 256, 1}, 2, 1},
        {{0, 65'536, 1}, 4, 1},
        {{500'000'000'000, 1'500'000'000'000, 501'000'000'000}, 2, 1'000'000'000},
        {{0, 4'294'967'296, 1}, 8, 1},
        {{least, most, 0}, 8, 1},
        {{least, most}, 1, ~std::uint64_t{0}},
    };

    for (const auto& each : cases) {
        const auto values = of(each.raws);
        const Chunk chunk(Form::whole, values);
        EXPECT_EQ(chunk.width(), each.width);
        EXPECT_EQ(chunk.scale(), each.scale);
        const auto back = chunk.values(values.raws.size());
        EXPECT_EQ(back.raws, values.raws);
        EXPECT_EQ(back.known, values.known);
        for (std::size_t row = 0; row < each.raws.size(); ++row) {
            ASSERT_EQ(chunk.is_known(row), each.raws[row].has_value());
            if (each.raws[row]) {
                EXPECT_EQ(chunk.at(row), *each.raws[row]);
            }
        }
    }
}

TEST(Chunk, keeps_flags_doubles_and_codes) {
    const auto flags = of({1, 0, std::nullopt, 1});
    EXPECT_EQ(Chunk(Form::flag, flags).values(4).raws, (std::vector<Raw>{1, 0, 0, 1}));
    const auto numbers = of({std::bit_cast<Raw>(-0.5), std::nullopt, std::bit_cast<Raw>(1e300)});
    EXPECT_EQ(Chunk(Form::decimal, numbers).values(3).raws, numbers.raws);
    for (const Raw largest : {255, 256, 65'535, 65'536}) {
        const auto codes = of({0, largest, std::nullopt, 3});
        const Chunk chunk(Form::coded, codes);
        EXPECT_EQ(chunk.values(4).raws, codes.raws);
        EXPECT_EQ(chunk.width(), largest < 256 ? 1U : largest < 65'536 ? 2U : 4U);
    }
}

TEST(Chunk, holds_a_changed_row_where_it_has_room_for_it) {
    struct Case {
        const char* what;
        Form form;
        std::vector<std::optional<Raw>> raws;
        std::optional<Raw> becomes;
        bool fits;
    };

    const Case cases[] = {
        {"within", Form::whole, {100, 300, 200}, 250, false}, // no whole step of 100
        {"a step", Form::whole, {100, 300, 200}, 300, true},
        {"beyond, within a byte", Form::whole, {100, 300, 200}, 25'600, true},
        {"beyond a byte", Form::whole, {100, 300, 200}, 25'700, false},
        {"below the least", Form::whole, {100, 300, 200}, 0, false},
        {"no longer known", Form::whole, {100, 300, 200}, std::nullopt, true},
        {"the one value of all", Form::whole, {7, 7, std::nullopt}, 7, true},
        {"another than the one of all", Form::whole, {7, 7, 7}, 8, false},
        {"a wide one with bands", Form::whole, {0, 1 << 20, 3}, 77, true},
        {"a flag", Form::flag, {0, 1, std::nullopt}, 1, true},
        {"a double", Form::decimal, {0, 0, 0}, std::bit_cast<Raw>(-0.5), true},
        {"a code of a byte", Form::coded, {0, 255, 3}, 254, true},
        {"a wider code", Form::coded, {0, 255, 3}, 256, false}};
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        std::vector<std::optional<Raw>> raws = one.raws;
        const auto values = [&] {
            Values made{std::vector<Raw>(raws.size()), std::vector<std::uint64_t>(1)};
            for (std::size_t row = 0; row < raws.size(); ++row) {
                made.raws[row] = raws[row].value_or(0);
                if (raws[row]) made.known[0] |= std::uint64_t{1} << row;
            }
            return made;
        };
        const Chunk before(one.form, values());
        const Change change{0, one.becomes.has_value(), one.becomes.value_or(0)};
        const auto after = before.changed({&change, 1});
        ASSERT_EQ(after != nullptr, one.fits);
        EXPECT_EQ(before.values(3).raws, values().raws) << "the one before stays";
        if (!after) continue;
        raws[0] = one.becomes;
        EXPECT_EQ(after->values(3).raws, values().raws);
        EXPECT_EQ(after->values(3).known, values().known);
    }
}

TEST(Dictionary, numbers_values_in_the_order_they_come_and_never_moves_them) {
    auto choice = attribute("grade", rule::Type::choice);
    choice.choices = {{"A", {"A级", "A"}}, {"B", {"B级", "B"}}};
    Dictionary grades(choice);
    EXPECT_EQ(grades.size(), 2U);
    EXPECT_EQ(grades.code_of(std::string("B")), 1U);
    Dictionary texts(attribute("town", rule::Type::text));
    const auto first = texts.code_of(std::string("town 0"));
    const auto* kept = &texts.at(first);
    for (int i = 0; i < 5'000; ++i)
        EXPECT_EQ(texts.code_of("town " + std::to_string(i)), static_cast<Code>(i));
    EXPECT_EQ(kept, &texts.at(first));
    EXPECT_EQ(texts.at(4'321), rule::Value(std::string("town 4321")));
    Dictionary lists(attribute("days", rule::Type::integer_list));
    const rule::Value days = std::vector<std::int64_t>{1, 2};
    EXPECT_EQ(lists.code_of(days), 0U);
    EXPECT_EQ(lists.code_of(std::vector<std::int64_t>{}), 1U);
    EXPECT_EQ(lists.code_of(days), 0U);
}

TEST(Editor, gives_back_every_row_it_took) {
    Sampler sampler(sample_seed());
    const auto schema = sampler.schema();
    Editor editor(schema);
    std::vector<rule::Row> rows;
    for (std::size_t i = 0; i < block_rows + 700; ++i) {
        rows.push_back(sampler.row(schema, 20));
        EXPECT_EQ(editor.append(rows.back()), i);
    }
    const auto before = editor.version();
    const auto kept = rows;
    for (int i = 0; i < 300; ++i) {
        const auto row =
            static_cast<std::size_t>(sampler.pick(0, static_cast<std::int64_t>(rows.size()) - 1));
        rows[row] = sampler.row(schema, 20);
        editor.put(row, rows[row]);
        if (i == 100) {
            rows.push_back(sampler.row(schema, 20));
            editor.append(rows.back());
        }
    }
    const auto after = editor.version();
    ASSERT_EQ(before->rows(), kept.size());
    ASSERT_EQ(after->rows(), rows.size());
    for (std::size_t row = 0; row < rows.size(); row += row % 7 == 0 ? 3 : 1) {
        if (row < kept.size()) {
            ASSERT_EQ(before->row(row), kept[row]) << row;
        }
        ASSERT_EQ(after->row(row), rows[row]) << row;
    }
}

TEST(Editor, a_version_shares_what_did_not_change) {
    std::vector<rule::Attribute> attributes{
        attribute("a", rule::Type::integer), attribute("b", rule::Type::integer)};
    const auto schema = *rule::Schema::make(attributes);
    Editor editor(schema);
    rule::Row row(schema);
    row.put(0, std::int64_t{1});
    for (std::size_t i = 0; i < 2 * block_rows; ++i)
        editor.append(row);
    const auto one = editor.version();
    row.put(1, std::int64_t{5});
    editor.put(3, row);
    editor.put(4, one->row(4)); // nothing new
    const auto two = editor.version();
    EXPECT_EQ(one->blocks()[1], two->blocks()[1]);
    EXPECT_EQ(one->blocks()[0]->chunks[0], two->blocks()[0]->chunks[0]);
    EXPECT_NE(one->blocks()[0]->chunks[1], two->blocks()[0]->chunks[1]);
    EXPECT_EQ(editor.version()->blocks(), two->blocks());
}

TEST(Kernel, bins_count_the_cuts_that_are_reached) {
    Sampler sampler(sample_seed() + 1);
    for (int i = 0; i < 200; ++i) {
        const int bits = static_cast<int>(sampler.pick(1, 62));
        const auto most = (std::int64_t{1} << bits) - 1;
        std::vector<std::uint64_t> cuts;
        for (auto k = sampler.pick(1, kernel::steps_most); k > 0; --k)
            cuts.push_back(static_cast<std::uint64_t>(sampler.pick(1, most)));
        std::ranges::sort(cuts);
        cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
        std::vector<std::uint64_t> codes;
        for (const auto cut : cuts) {
            for (const auto code : {cut - 1, cut, cut + 1})
                codes.push_back(code);
        }
        for (int k = 0; k < 200; ++k)
            codes.push_back(static_cast<std::uint64_t>(sampler.pick(0, most)));
        // One band: the steps alone find the bin.
        const std::vector<std::uint8_t> bands(codes.size());
        const auto count = cuts.size();
        auto padded = cuts;
        padded.resize(2 * count, ~std::uint64_t{0});
        std::vector<std::uint8_t> bins(codes.size());
        const std::uint8_t start[] = {0};
        kernel::bins(
            codes.data(),
            bands.data(),
            codes.size(),
            start,
            padded.data(),
            static_cast<unsigned>(count),
            bins.data());
        for (std::size_t k = 0; k < codes.size(); ++k) {
            const auto wanted = std::upper_bound(cuts.begin(), cuts.end(), codes[k]) - cuts.begin();
            ASSERT_EQ(bins[k], wanted) << codes[k];
        }
    }
}

// Codes of every width, some of them in heaps; each bound at, before and after a cut and a code.
TEST(Kernel, bands_decide_as_their_codes_do) {
    Sampler sampler(sample_seed() + 2);
    for (int i = 0; i < 60; ++i) {
        const int bits = static_cast<int>(sampler.pick(17, 62));
        Values values;
        const auto rows = static_cast<std::size_t>(sampler.pick(2, 5'000));
        values.known.resize(words_for(rows));
        const auto heap = sampler.pick(0, (std::int64_t{1} << bits) - 1);
        for (std::size_t row = 0; row < rows; ++row) {
            const bool known = sampler.pick(0, 9) > 0;
            const auto far = sampler.pick(0, (std::int64_t{1} << sampler.pick(1, bits)) - 1);
            values.raws.push_back(!known ? 0 : sampler.pick(0, 3) == 0 ? heap : far);
            if (known) values.known[row / word_bits] |= std::uint64_t{1} << (row % word_bits);
        }
        const Chunk chunk(Form::whole, values);
        if (chunk.bands() == nullptr) continue; // all of them small
        ASSERT_LT(chunk.cuts().size(), 256U);
        for (std::size_t row = 0; row < rows; ++row) {
            if (!chunk.is_known(row)) continue;
            const auto far = static_cast<std::uint64_t>(values.raws[row] - chunk.base());
            const auto code = far / chunk.scale();
            const auto reached = std::ranges::upper_bound(chunk.cuts(), code);
            ASSERT_EQ(chunk.bands()[row], reached - chunk.cuts().begin()) << code;
            ASSERT_EQ(chunk.band_of(code), chunk.bands()[row]);
        }
    }
}

TEST(Plan, keeps_what_rules_share_once) {
    std::vector<rule::Attribute> attributes{
        attribute("a", rule::Type::integer), attribute("b", rule::Type::boolean)};
    const auto schema = *rule::Schema::make(attributes);
    const auto one = *rule::compile("a > 3 && b", schema);
    const auto two = *rule::compile("!(b && a >= 4) || a in [1]", schema);
    const rule::Program* const programs[] = {&one, &two};
    const Plan plan(schema, programs, sample_day);
    // a >= 4, b, their conjunction, a == 1, and the second rule.
    EXPECT_EQ(plan.nodes().size(), 6U);
}

} // namespace
} // namespace column
