#include "engine/column/shrink_test.hpp"

#include "engine/column/sample_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace column {
namespace {

bool is_word(char sign) {
    return std::isalnum(static_cast<unsigned char>(sign)) != 0 || sign == '_' || sign == '.' ||
           static_cast<unsigned char>(sign) >= 0x80;
}

// Where words, quoted texts and other signs begin, and the end of the text.
std::vector<std::size_t> borders(std::string_view text) {
    std::vector<std::size_t> all;
    for (std::size_t at = 0; at < text.size();) {
        all.push_back(at);
        const auto sign = text[at];
        if (sign == '"' || sign == '\'') {
            for (++at; at < text.size() && text[at] != sign; ++at) {
                if (text[at] == '\\') ++at;
            }
            at = std::min(at + 1, text.size());
        } else if (is_word(sign)) {
            while (at < text.size() && is_word(text[at]))
                ++at;
        } else {
            ++at;
        }
    }
    all.push_back(text.size());
    return all;
}

// All texts that are one step smaller, the smallest first. Most of them say nothing; compiling them
// tells.
std::vector<std::string> smaller(const std::string& text) {
    static constexpr std::string_view plain[] = {"true", "false", "0", "1"};
    const auto cuts = borders(text);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        for (std::size_t k = i + 1; k < cuts.size(); ++k) {
            const auto before = text.substr(0, cuts[i]);
            const auto part = text.substr(cuts[i], cuts[k] - cuts[i]);
            const auto after = text.substr(cuts[k]);
            if (part.size() < text.size()) all.push_back(part);
            for (const auto word : plain) {
                if (word.size() < part.size()) all.push_back(before + std::string(word) + after);
            }
        }
    }
    std::ranges::sort(all, [](const auto& a, const auto& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    all.erase(std::ranges::unique(all).begin(), all.end());
    return all;
}

bool shrink_text(Example& example, const std::function<bool(const Example&)>& fails) {
    for (auto& text : smaller(example.text)) {
        Example next{.text = std::move(text), .row = example.row};
        if (!fails(next)) continue;
        example = std::move(next);
        return true;
    }
    return false;
}

bool shrink_row(Example& example, const std::function<bool(const Example&)>& fails) {
    bool any = false;
    for (std::size_t place = 0; place < example.row.size(); ++place) {
        if (!rule::known(example.row[place])) continue;
        auto next = example;
        next.row.put(place, {});
        if (!fails(next)) continue;
        example = std::move(next);
        any = true;
    }
    return any;
}

} // namespace

Example shrink(Example example, const std::function<bool(const Example&)>& fails) {
    while (shrink_text(example, fails) || shrink_row(example, fails)) {
    }
    return example;
}

namespace {

rule::Schema numbers() {
    std::vector<rule::Attribute> all;
    for (const auto* name : {"a", "b", "c"}) {
        auto& made = all.emplace_back();
        made.name = name;
        made.label = {std::string("甲") + name, name};
        made.type = rule::Type::integer;
    }
    return *rule::Schema::make(std::move(all));
}

rule::Row row_of(const rule::Schema& schema, std::int64_t a, std::int64_t b, std::int64_t c) {
    return *rule::Row::of(schema, {{"a", a}, {"b", b}, {"c", c}});
}

// An evaluator that takes > for >=, found out on a long expression, leaves the one comparison that
// shows it and the one value it needs.
TEST(Shrink, a_planted_fault_is_left_alone) {
    const auto schema = numbers();
    const auto wrong = [&](const Example& example) {
        const auto right = rule::compile(example.text, schema);
        auto changed = example.text;
        for (auto at = changed.find("> "); at != std::string::npos; at = changed.find("> ", at + 3))
            changed.replace(at, 2, ">= ");
        const auto left = rule::compile(changed, schema);
        return right && left &&
               rule::decide(*right, example.row, sample_day) !=
                   rule::decide(*left, example.row, sample_day);
    };
    const std::string text =
        "(a == 1 && (b > 7 ? c < 5 || a > 5 : c != 4)) || (a + b > 100 && c in [1, 2])";
    const Example example{.text = text, .row = row_of(schema, 1, 7, 4)};
    ASSERT_TRUE(wrong(example));
    const auto small = shrink(example, wrong);
    EXPECT_TRUE(wrong(small));
    EXPECT_EQ(small.text, "b > 7");
    EXPECT_EQ(small.row, *rule::Row::of(schema, {{"b", std::int64_t{7}}}));
}

TEST(Shrink, keeps_what_the_failure_needs) {
    const auto schema = numbers();

    struct Case {
        const char* text;
        const char* needs;
        const char* left;
    };

    const Case cases[] = {
        {"a == 1 && b == 2 || c == 3", "b", "b == 2"},
        {"!(a == 1 && !(b == 2 && c == 3))", "!(", "!(true)"},
        {"a == 1", "a", "a == 1"}};
    for (const auto& each : cases) {
        const auto fails = [&](const Example& example) {
            return example.text.find(each.needs) != std::string::npos &&
                   rule::compile(example.text, schema).has_value();
        };
        const auto small = shrink({.text = each.text, .row = row_of(schema, 1, 2, 3)}, fails);
        EXPECT_TRUE(fails(small)) << small.text;
        EXPECT_LE(small.text.size(), std::string_view(each.left).size()) << small.text;
        EXPECT_EQ(small.row, rule::Row(schema));
    }
}

TEST(Shrink, what_fails_whatever_it_is_ends_at_one_sign) {
    const auto schema = numbers();
    const auto small =
        shrink({.text = "a == 1 && b == 2", .row = row_of(schema, 1, 2, 3)}, [](const Example&) {
            return true;
        });
    EXPECT_EQ(small.text.size(), 1U);
}

} // namespace
} // namespace column
