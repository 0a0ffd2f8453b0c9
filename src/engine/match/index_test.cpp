// The index against plain evaluation: random catalogues, expressions and rows, edits in between. A
// failure is shrunk to one small program and one small row. The seed is printed; RONGQIAO_SEED
// repeats a run, RONGQIAO_CASES sets how many pairs of program and row are tried.
#include "engine/match/index.hpp"
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <random>
#include <thread>

namespace match {
namespace {

using rule::Outcome;
using rule::Type;

const base::Date today = base::Date::of(2026, 11, 23);

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

std::uint64_t seed() {
    static const std::uint64_t value = [] {
        const auto chosen = number_from("RONGQIAO_SEED", std::random_device{}());
        std::printf(
            "seed %llu (RONGQIAO_SEED=%llu repeats it)\n",
            static_cast<unsigned long long>(chosen),
            static_cast<unsigned long long>(chosen));
        return chosen;
    }();
    return value;
}

// A condition kept as a tree of texts, so that a failing one can be made smaller.
struct Condition {
    enum class Kind { leaf, every, any, none, choice } kind = Kind::leaf;
    std::string text; // of a leaf
    std::vector<Condition> parts;

    [[nodiscard]] std::string written() const {
        switch (kind) {
        case Kind::leaf: return text;
        case Kind::none: return "!(" + parts[0].written() + ")";
        case Kind::choice:
            return "(" + parts[0].written() + " ? " + parts[1].written() + " : " +
                   parts[2].written() + ")";
        case Kind::every: return joined(" && ");
        case Kind::any: return joined(" || ");
        }
        return "";
    }

    // Every condition one step smaller.
    [[nodiscard]] std::vector<Condition> smaller() const {
        std::vector<Condition> all = parts;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool list = kind == Kind::every || kind == Kind::any;
            if (list && parts.size() > 2) {
                all.push_back(*this);
                all.back().parts.erase(all.back().parts.begin() + static_cast<std::ptrdiff_t>(i));
            }
            for (auto& part : parts[i].smaller()) {
                all.push_back(*this);
                all.back().parts[i] = std::move(part);
            }
        }
        return all;
    }

private:
    [[nodiscard]] std::string joined(const char* sign) const {
        std::string all = "(";
        for (std::size_t i = 0; i < parts.size(); ++i)
            all += (i > 0 ? sign : "") + parts[i].written();
        return all + ")";
    }
};

class Maker {
public:
    explicit Maker(std::uint64_t from)
        : random_(from) {}

    std::int64_t pick(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }

    bool chance(int percent) { return pick(1, 100) <= percent; }

    rule::Schema schema() {
        std::vector<rule::Attribute> all;
        const auto count = pick(2, 9);
        for (std::int64_t i = 0; i < count; ++i) {
            rule::Attribute made;
            made.name = "a" + std::to_string(i);
            made.label = {"项" + std::to_string(i), made.name};
            made.type = static_cast<Type>(pick(0, 10));
            const bool listed = made.type == Type::choice ||
                                (made.type == Type::text_list && chance(50)) ||
                                (made.type == Type::text && chance(30));
            const auto choices = listed ? pick(2, 5) : 0;
            for (std::int64_t k = 0; k < choices; ++k) {
                const std::string code(1, static_cast<char>('a' + k));
                made.choices.push_back({code, {"第" + code, "label " + code}});
            }
            made.ordered = made.type == Type::choice && chance(60);
            all.push_back(std::move(made));
        }
        auto schema = rule::Schema::make(std::move(all));
        base::ensure(schema.has_value(), "the schema is sound");
        return std::move(*schema);
    }

    rule::Row row(const rule::Schema& schema) {
        rule::Row made(schema);
        const auto missing = static_cast<int>(pick(0, 50));
        for (std::size_t place = 0; place < schema.size(); ++place) {
            if (!chance(missing)) made.put(place, value(schema.at(place)));
        }
        return made;
    }

    Condition condition(const rule::Schema& schema, int depth) {
        const auto kind = depth == 0 ? 9 : pick(0, 9);
        Condition made;
        if (kind >= 7) {
            made.text = leaf(schema);
            return made;
        }
        made.kind = kind <= 3   ? Condition::Kind::every
                    : kind == 4 ? Condition::Kind::any
                    : kind == 5 ? Condition::Kind::none
                                : Condition::Kind::choice;
        const auto parts = kind == 5 ? 1 : kind == 6 ? 3 : pick(2, 5);
        for (std::int64_t i = 0; i < parts; ++i)
            made.parts.push_back(condition(schema, depth - 1));
        return made;
    }

private:
    std::string code(const rule::Attribute& attribute) {
        if (attribute.choices.empty()) return std::string(1, static_cast<char>('a' + pick(0, 5)));
        return attribute
            .choices[static_cast<std::size_t>(
                pick(0, static_cast<std::int64_t>(attribute.choices.size()) - 1))]
            .code;
    }

    rule::Value value(const rule::Attribute& attribute) {
        switch (attribute.type) {
        case Type::boolean: return chance(50);
        case Type::integer: return pick(-4, 8);
        case Type::number: return static_cast<double>(pick(-6, 12)) / 2;
        case Type::text:
        case Type::choice: return code(attribute);
        case Type::date:
            return base::Date{static_cast<std::int32_t>(today.days - pick(-400, 2'000))};
        case Type::duration: return rule::Duration::of_days(pick(-2, 6));
        case Type::money: return base::Money{pick(-1, 6) * 100'000'000 + pick(-1, 1)};
        case Type::rate: return base::Rate{pick(0, 6) * 100'000 + pick(-1, 1)};
        case Type::text_list: {
            std::vector<std::string> list;
            for (auto count = pick(0, 3); count > 0; --count)
                list.push_back(code(attribute));
            return list;
        }
        case Type::integer_list: {
            std::vector<std::int64_t> list;
            for (auto count = pick(0, 3); count > 0; --count)
                list.push_back(pick(-2, 6));
            return list;
        }
        }
        base::bug("type out of range");
    }

    std::string sign(bool ordered = true) {
        static const char* const signs[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
        return signs[pick(0, ordered ? 5 : 1)];
    }

    std::string either(const std::string& a, const std::string& op, const std::string& b) {
        return chance(85) ? a + op + b : b + op + a;
    }

    std::string leaf(const rule::Schema& schema) {
        if (chance(2)) return chance(50) ? "true" : "false";
        const auto place =
            static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(schema.size()) - 1));
        const auto& attribute = schema.at(place);
        const auto& name = attribute.name;
        if (chance(6)) return "has(" + name + ")";
        const auto whole = [&](std::int64_t least, std::int64_t most) {
            return std::to_string(pick(least, most));
        };
        switch (attribute.type) {
        case Type::boolean: return chance(60) ? name : either(name, sign(false), "true");
        case Type::integer:
            if (chance(15)) return name + " in [" + whole(-4, 8) + ", " + whole(-4, 8) + "]";
            if (chance(15)) return name + " * 2 - " + whole(0, 3) + sign() + whole(-4, 8);
            if (chance(10)) return name + " / " + name + sign() + "1";
            return either(name, sign(), chance(30) ? whole(-3, 7) + ".5" : whole(-4, 8));
        case Type::number:
            return either(name, sign(), chance(50) ? whole(-3, 6) + ".5" : whole(-3, 6));
        case Type::text:
            if (chance(20)) return name + ".startsWith(\"" + code(attribute) + "\")";
            [[fallthrough]];
        case Type::choice:
            if (chance(40))
                return name + " in [\"" + code(attribute) + "\", \"" + code(attribute) + "\"]";
            return either(name, sign(attribute.ordered), "\"" + code(attribute) + "\"");
        case Type::date:
            if (chance(60)) {
                const char* const since[] = {"days_since(", "months_since(", "years_since("};
                const auto unit = pick(0, 2);
                const auto most = unit == 0 ? 2'000 : unit == 1 ? 60 : 5;
                return since[unit] + name + ")" + sign() + whole(-1, most);
            }
            return name + sign() + "date(\"202" + whole(0, 7) + "-0" + whole(1, 9) + "-15\")";
        case Type::duration: return name + sign() + "duration(\"" + whole(0, 6) + "d\")";
        case Type::money:
            if (chance(15)) return name + " * 2 - 100万元" + sign() + whole(0, 6) + "00万元";
            return either(name, sign(), whole(0, 6) + "00万元");
        case Type::rate: return either(name, sign(), whole(0, 6) + "0%");
        case Type::text_list:
            if (chance(70)) return "\"" + code(attribute) + "\" in " + name;
            return "size(" + name + ")" + sign() + whole(0, 3);
        case Type::integer_list:
            if (chance(40)) return whole(-2, 6) + " in " + name;
            return name + (chance(50) ? ".exists" : ".all") + "(d, d > " + whole(-2, 6) + ")";
        }
        return name;
    }

    std::mt19937_64 random_;
};

// Only what one program and one row say, so that any difference can be shrunk.
struct Verdict {
    Outcome outcome = Outcome::fails;
    int misses = 3; // 3: more than two, or no way at all
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

Verdict plainly(const rule::Program& program, const rule::Row& row) {
    Verdict verdict;
    verdict.outcome = rule::decide(program, row, today);
    const auto misses = rule::misses(rule::normal(program), row, today);
    verdict.misses = std::min(3, misses.value_or(3));
    return verdict;
}

using Verdicts = std::map<std::int64_t, Verdict>;

Verdicts told(
    const Version& version,
    const std::vector<std::int64_t>& ids,
    const rule::Row& row,
    Workspace& workspace) {
    Verdicts all;
    for (const auto id : ids)
        all[id] = {};
    Sieved decided;
    Sieved near;
    version.ask(row, today, Version::Depth::decided, workspace, decided);
    version.ask(row, today, Version::Depth::near, workspace, near);
    EXPECT_EQ(decided.eligible.ids(), near.eligible.ids());
    EXPECT_EQ(decided.unknown.ids(), near.unknown.ids());
    EXPECT_EQ(near.failing, ids.size() - near.eligible.size() - near.unknown.size());
    for (const auto id : near.eligible.ids())
        all[id] = {Outcome::holds, 0};
    for (const auto id : near.unknown.ids())
        all[id] = {Outcome::unknown, 0};
    for (const auto id : near.one_off.ids())
        all[id].misses = 1;
    for (const auto id : near.two_off.ids())
        all[id].misses = 2;
    return all;
}

// Whether the two disagree on this text and row, alone in an index.
bool disagree(const rule::Schema& schema, const std::string& text, const rule::Row& row) {
    const auto program = rule::compile(text, schema);
    if (!program) return false;
    Index index;
    index.apply({.put = {{1, &*program}}, .removed = {}});
    Workspace workspace;
    return told(*index.version(), {1}, row, workspace).at(1) != plainly(*program, row);
}

std::string shrunk(const rule::Schema& schema, Condition condition, rule::Row row) {
    if (!disagree(schema, condition.written(), row))
        return condition.written() + " (agrees when alone in an index)";
    for (bool better = true; better;) {
        better = false;
        for (const auto& smaller : condition.smaller()) {
            if (!disagree(schema, smaller.written(), row)) continue;
            condition = smaller;
            better = true;
            break;
        }
        for (std::size_t place = 0; place < row.size(); ++place) {
            if (!rule::known(row[place])) continue;
            auto without = row;
            without.put(place, {});
            if (!disagree(schema, condition.written(), without)) continue;
            row = std::move(without);
            better = true;
        }
    }
    std::string text = condition.written();
    for (std::size_t place = 0; place < row.size(); ++place) {
        if (rule::known(row[place]))
            text += "\n  " + schema.at(place).name + " = " + rule::to_json(row[place]).text;
    }
    return text;
}

struct Market {
    std::map<std::int64_t, std::size_t> programs; // by id: place in `all`
    Held version;

    [[nodiscard]] std::vector<std::int64_t> ids() const {
        std::vector<std::int64_t> made;
        for (const auto& [id, place] : programs)
            made.push_back(id);
        return made;
    }
};

struct Round {
    explicit Round(Maker& maker, Shape shape)
        : schema(maker.schema())
        , index(shape) {}

    void edit(Maker& maker) {
        Index::Edit edit;
        for (auto count = maker.pick(0, 12); count > 0; --count) {
            const auto id = maker.pick(1, 40);
            if (maker.chance(35)) {
                edit.removed.push_back(id);
                now.programs.erase(id);
            }
        }
        for (auto count = maker.pick(1, 12); count > 0; --count) {
            const auto id = maker.pick(1, 40);
            const bool twice =
                std::ranges::any_of(edit.put, [&](const Entry& each) { return each.id == id; });
            if (twice) continue;
            auto condition = maker.condition(schema, static_cast<int>(maker.pick(0, 3)));
            auto program = rule::compile(condition.written(), schema);
            if (!program) {
                refused += 1;
                continue;
            }
            programs.push_back(std::move(*program));
            conditions.push_back(std::move(condition));
            edit.put.push_back({id, &programs.back()});
            now.programs[id] = programs.size() - 1;
        }
        index.apply(edit);
        now.version = index.version();
    }

    rule::Schema schema;
    Index index;
    std::deque<rule::Program> programs;
    std::deque<Condition> conditions;
    Market now;
    int refused = 0;
};

// Number of pairs compared.
std::size_t compare(
    const Round& round, const Market& market, const rule::Row& row, Workspace& workspace) {
    const auto all = told(*market.version, market.ids(), row, workspace);
    EXPECT_EQ(all.size(), market.version->size());
    for (const auto& [id, place] : market.programs) {
        const auto want = plainly(round.programs[place], row);
        if (all.at(id) == want) continue;
        ADD_FAILURE() << "index and evaluation differ:\n"
                      << shrunk(round.schema, round.conditions[place], row);
        return 0;
    }
    return all.size();
}

TEST(Index, answers_as_plain_evaluation_does) {
    const auto wanted = number_from("RONGQIAO_CASES", 60'000);
    Maker maker(seed());
    Workspace workspace;
    std::size_t done = 0;
    std::size_t refused = 0;
    std::size_t programs = 0;
    while (done < wanted && !testing::Test::HasFailure()) {
        Round round(
            maker,
            {.segment_programs = static_cast<std::size_t>(maker.pick(1, 40)),
             .flips_most = static_cast<std::size_t>(maker.pick(0, 6))});
        std::vector<Market> history;
        for (int step = 0; step < 4; ++step) {
            round.edit(maker);
            history.push_back(round.now);
            for (int i = 0; i < 6; ++i)
                done += compare(round, round.now, maker.row(round.schema), workspace);
        }
        // What a reader holds does not change under it.
        const auto row = maker.row(round.schema);
        for (const auto& market : history)
            done += compare(round, market, row, workspace);
        refused += static_cast<std::size_t>(round.refused);
        programs += round.programs.size();
    }
    EXPECT_GT(programs, refused * 4) << "the generator writes mostly what compiles";
}

TEST(Index, programs_that_fail_by_one_or_two_conditions_are_told_apart) {
    const auto schema = rule::sample_schema();
    const char* const texts[] = {
        "年销售额 >= 300万元 && 职工人数 >= 10",                       // holds
        "年销售额 >= 500万元 && 职工人数 >= 10",                       // one off
        "年销售额 >= 500万元 && 职工人数 >= 100",                      // two off
        "年销售额 >= 500万元 && 职工人数 >= 100 && 纳税信用 == \"A\"", // three off
        "年销售额 >= 500万元 && 职工人数 >= 100 || 纳税信用 == \"A\"", // one off, the other way
        "所在镇街 == \"姚庄镇\" && 年销售额 >= 300万元",               // unknown
        "false"};
    std::deque<rule::Program> programs;
    Index::Edit edit;
    for (const auto* text : texts) {
        programs.push_back(*rule::compile(text, schema));
        edit.put.push_back({static_cast<std::int64_t>(programs.size()), &programs.back()});
    }
    edit.put.push_back({99, nullptr});
    Index index;
    index.apply(edit);
    const auto row = rule::Row::of(
        schema,
        {{"annual_sales", base::Money::wan(380)},
         {"staff", std::int64_t{45}},
         {"tax_grade", std::string("B")}});
    Workspace workspace;
    Sieved out;
    index.version()->ask(*row, today, Version::Depth::near, workspace, out);
    const auto sorted = [](const Found& found) {
        auto ids = found.ids();
        std::ranges::sort(ids);
        return ids;
    };
    EXPECT_EQ(sorted(out.eligible), (std::vector<std::int64_t>{1, 99}));
    EXPECT_EQ(sorted(out.unknown), (std::vector<std::int64_t>{6}));
    EXPECT_EQ(sorted(out.one_off), (std::vector<std::int64_t>{2, 5}));
    EXPECT_EQ(sorted(out.two_off), (std::vector<std::int64_t>{3}));
    EXPECT_EQ(out.failing, 5U);
}

TEST(Index, what_was_replaced_may_be_gone) {
    const auto schema = rule::sample_schema();
    const auto row = *rule::Row::of(schema, {{"staff", std::int64_t{45}}});
    const auto compiled = [&](std::int64_t bound) {
        const auto text = "职工人数 * 2 - 1 >= " + std::to_string(bound);
        return std::make_unique<rule::Program>(*rule::compile(text, schema));
    };
    std::map<std::int64_t, std::unique_ptr<rule::Program>> programs;
    Index index({.segment_programs = 300, .flips_most = 4});
    Index::Edit all;
    for (std::int64_t id = 0; id < 700; ++id) {
        programs[id] = compiled(id);
        all.put.push_back({id, programs[id].get()});
    }
    index.apply(all);
    Workspace workspace;
    Sieved out;
    for (std::int64_t id = 0; id < 700; id += 5) {
        auto next = compiled(id % 10 == 0 ? 0 : 1'000);
        index.apply({.put = {{id, next.get()}}, .removed = {id + 1}});
        programs[id] = std::move(next);
        programs.erase(id + 1);
        index.version()->ask(row, today, Version::Depth::near, workspace, out);
        std::size_t holds = 0;
        for (const auto& [key, program] : programs)
            holds += rule::decide(*program, row, today) == Outcome::holds ? 1 : 0;
        ASSERT_EQ(out.eligible.size(), holds);
        ASSERT_EQ(out.eligible.size() + out.failing, programs.size());
    }
}

TEST(Index, readers_see_whole_edits_while_they_are_made) {
    const auto schema = rule::sample_schema();
    const auto yes = *rule::compile("职工人数 >= 10", schema);
    const auto no = *rule::compile("职工人数 < 10", schema);
    const auto row = *rule::Row::of(schema, {{"staff", std::int64_t{45}}});
    Index index({.segment_programs = 8, .flips_most = 4});
    const auto put_all = [&](const rule::Program& program) {
        Index::Edit edit;
        for (std::int64_t id = 1; id <= 50; ++id)
            edit.put.push_back({id, &program});
        index.apply(edit);
    };
    put_all(yes);
    std::thread writer([&] {
        for (int i = 0; i < 100; ++i)
            put_all(i % 2 == 0 ? no : yes);
    });
    Workspace workspace;
    Sieved out;
    for (int i = 0; i < 2'000; ++i) {
        index.version()->ask(row, today, Version::Depth::decided, workspace, out);
        ASSERT_TRUE(out.eligible.size() == 50 || out.eligible.empty());
        ASSERT_EQ(out.eligible.size() + out.failing, 50U);
    }
    writer.join();
}

} // namespace
} // namespace match
