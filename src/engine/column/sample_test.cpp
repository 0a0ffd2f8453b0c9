#include "engine/column/sample_test.hpp"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

namespace column {

std::uint64_t sample_seed() {
    static const std::uint64_t value = [] {
        const char* given = std::getenv("RONGQIAO_SEED");
        const auto chosen =
            given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
        std::printf(
            "seed %llu (RONGQIAO_SEED=%llu repeats it)\n",
            static_cast<unsigned long long>(chosen),
            static_cast<unsigned long long>(chosen));
        return static_cast<std::uint64_t>(chosen);
    }();
    return value;
}

// How much more than usual to try: RONGQIAO_CASES=100 is a hundred times as much.
int sample_cases(int usual) {
    const char* times = std::getenv("RONGQIAO_CASES");
    return times == nullptr ? usual : usual * std::max(1, std::atoi(times));
}

class Sampler::Inside {
public:
    explicit Inside(std::uint64_t seed)
        : random_(seed) {}

    std::int64_t pick(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }

    bool chance(int percent) { return pick(1, 100) <= percent; }

    // One to three attributes of every type, in random order.
    rule::Schema schema() {
        using rule::Type;
        std::vector<rule::Attribute> all;
        for (const auto type :
             {Type::boolean,
              Type::integer,
              Type::number,
              Type::text,
              Type::choice,
              Type::date,
              Type::duration,
              Type::money,
              Type::rate,
              Type::text_list,
              Type::integer_list}) {
            const auto count = pick(1, 3);
            for (std::int64_t i = 0; i < count; ++i) {
                auto& made = all.emplace_back();
                made.type = type;
                if (type == Type::choice || (type == Type::text_list && chance(50))) {
                    made.ordered = chance(50);
                    const auto choices = pick(1, 6);
                    for (std::int64_t k = 0; k < choices; ++k) {
                        const std::string code(1, static_cast<char>('a' + k));
                        made.choices.push_back({code, {code + "项", "item " + code}});
                    }
                }
            }
        }
        std::ranges::shuffle(all, random_);
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i].name = "x" + std::to_string(i);
            all[i].label = {"项" + std::to_string(i), "x " + std::to_string(i)};
        }
        auto schema = rule::Schema::make(std::move(all));
        base::ensure(schema.has_value(), "a sample schema is sound");
        return std::move(*schema);
    }

    // Mostly small values, so that comparisons meet; some at the ends of what there is.
    rule::Value value(const rule::Attribute& attribute) {
        using rule::Type;
        switch (attribute.type) {
        case Type::boolean: return chance(50);
        case Type::integer: return whole();
        case Type::number: return decimal();
        case Type::text: return text();
        case Type::choice: return code(attribute);
        case Type::date: return date();
        case Type::duration: return rule::Duration{pick(-3, 3) * (chance(50) ? 86'400 : 1'800)};
        case Type::money: return base::Money{chance(50) ? pick(-3, 6) * 1'000'000 : amount()};
        case Type::rate: return base::Rate{chance(80) ? pick(-2, 10) * 10'000 : pick(0, 3)};
        case Type::text_list: {
            std::vector<std::string> list(static_cast<std::size_t>(pick(0, 3)));
            for (auto& item : list)
                item = attribute.choices.empty() ? text() : code(attribute);
            return list;
        }
        case Type::integer_list: {
            std::vector<std::int64_t> list(static_cast<std::size_t>(pick(0, 3)));
            for (auto& item : list)
                item = pick(-2, 4);
            return list;
        }
        default: return {};
        }
    }

    rule::Row row(const rule::Schema& schema, int missing_percent) {
        rule::Row made(schema);
        for (std::size_t place = 0; place < schema.size(); ++place) {
            if (!chance(missing_percent)) made.put(place, value(schema.at(place)));
        }
        return made;
    }

    // Text that may or may not compile: types are mostly, units always respected.
    std::string condition(const rule::Schema& schema, int depth) {
        if (depth <= 0) return leaf(schema);
        const auto kind = pick(0, 11);
        const auto below = [&] { return condition(schema, depth - 1); };
        if (kind <= 3) return "(" + below() + " && " + below() + " && " + below() + ")";
        if (kind <= 6) return "(" + below() + " || " + below() + ")";
        if (kind == 7) return "!(" + below() + ")";
        if (kind == 8) return "(" + below() + " ? " + below() + " : " + below() + ")";
        if (kind == 9)
            return "((" + below() + ") " + (chance(50) ? "==" : "!=") + " (" + below() + "))";
        return leaf(schema);
    }

    std::string computed(const rule::Schema& schema, rule::Type type, int depth) {
        using rule::Type;
        if (depth <= 0 || chance(40)) return chance(70) ? named(schema, type) : literal(type);
        const auto same = [&] { return computed(schema, type, depth - 1); };
        const auto kind = pick(0, 7);
        if (kind == 0) return "(" + condition(schema, 0) + " ? " + same() + " : " + same() + ")";
        if (type == Type::date) {
            return "(" + same() + (chance(50) ? " + " : " - ") +
                   computed(schema, Type::duration, depth - 1) + ")";
        }
        if (kind == 1) return (chance(50) ? "min(" : "max(") + same() + ", " + same() + ")";
        if (kind == 2) return "abs(" + same() + ")";
        if (kind == 3) return "-(" + same() + ")";
        if (kind == 4 && type == Type::integer) return counted(schema);
        if (kind == 4 && type == Type::number)
            return "(" + computed(schema, Type::money, depth - 1) + " / " +
                   computed(schema, Type::money, depth - 1) + ")";
        if (kind == 5 && type != Type::number)
            return "(" + same() + " * " + computed(schema, Type::integer, depth - 1) + ")";
        if (kind == 6 && (type == Type::integer || type == Type::number))
            return "(" + same() + (chance(70) || type == Type::number ? " / " : " % ") + same() +
                   ")";
        if (kind == 6 && type == Type::duration)
            return "(" + computed(schema, Type::date, 0) + " - " + computed(schema, Type::date, 0) +
                   ")";
        return "(" + same() + (chance(50) ? " + " : " - ") + same() + ")";
    }

private:
    std::int64_t whole() {
        if (chance(90)) return pick(-4, 8);
        if (chance(50)) return pick(-70'000, 70'000);
        return chance(50) ? std::numeric_limits<std::int64_t>::max() - pick(0, 2)
                          : std::numeric_limits<std::int64_t>::min() + pick(0, 2);
    }

    std::int64_t amount() {
        return chance(80) ? pick(-1'000, 300'000'000'000) : base::Money::limit_fen - pick(0, 2);
    }

    double decimal() {
        if (chance(80)) return static_cast<double>(pick(-6, 10)) / 2;
        return chance(50) ? 9007199254740992.0 + static_cast<double>(pick(0, 2)) * 2 : 1e300;
    }

    std::string text() {
        static const char* const texts[] = {"", "a", "b", "ab", "融桥", "桥"};
        return texts[pick(0, 5)];
    }

    std::string code(const rule::Attribute& attribute) {
        return attribute
            .choices[static_cast<std::size_t>(
                pick(0, static_cast<std::int64_t>(attribute.choices.size()) - 1))]
            .code;
    }

    base::Date date() {
        if (chance(5)) return base::Date{chance(50) ? -719'162 : 2'932'896};
        return base::Date{
            sample_day.days +
            static_cast<std::int32_t>(chance(50) ? pick(-70, 40) : pick(-900, 30))};
    }

    // Any attribute of the type; there is one of each.
    std::string named(const rule::Schema& schema, rule::Type type) {
        std::vector<std::string> names;
        for (const auto& attribute : schema.attributes()) {
            if (attribute.type == type) names.push_back(attribute.name);
        }
        return names[static_cast<std::size_t>(
            pick(0, static_cast<std::int64_t>(names.size()) - 1))];
    }

    std::string literal(rule::Type type) {
        using rule::Type;
        if (type == Type::integer) return std::to_string(chance(95) ? pick(-4, 8) : whole() / 2);
        if (type == Type::number) return std::to_string(static_cast<double>(pick(-6, 10)) / 2);
        if (type == Type::money) return std::to_string(pick(0, 6)) + "万元";
        if (type == Type::rate) return std::to_string(pick(0, 10)) + "%";
        if (type == Type::duration) return "duration(\"" + std::to_string(pick(0, 3)) + "d\")";
        if (type == Type::date) return chance(30) ? "today()" : "date(\"" + date().text() + "\")";
        return chance(50) ? "true" : "false";
    }

    std::string counted(const rule::Schema& schema) {
        using rule::Type;
        const auto kind = pick(0, 4);
        if (kind == 0) return "size(" + named(schema, Type::text_list) + ")";
        if (kind == 1) return "size(" + named(schema, Type::text) + ")";
        const char* const since[] = {"days_since(", "months_since(", "years_since("};
        if (kind == 2) return since[pick(0, 2)] + named(schema, Type::date) + ")";
        if (kind == 3) return "band(" + named(schema, Type::integer) + ", [0, 2, 5])";
        return "int(" + named(schema, Type::number) + ")";
    }

    std::string leaf(const rule::Schema& schema) {
        using rule::Type;
        const auto kind = pick(0, 11);
        if (kind == 0) return named(schema, Type::boolean);
        if (kind == 1)
            return "has(x" + std::to_string(pick(0, static_cast<std::int64_t>(schema.size()) - 1)) +
                   ")";
        if (kind == 2) return texts(schema);
        if (kind == 3) return choices(schema);
        if (kind == 4) return lists(schema);
        if (kind == 5) {
            const auto type = chance(50) ? Type::integer : Type::money;
            std::string list;
            for (auto i = pick(0, 3); i >= 0; --i)
                list += literal(type) + (i > 0 ? ", " : "");
            return named(schema, type) + " in [" + list + "]";
        }
        if (kind == 6) {
            const char* const since[] = {"days_since(", "months_since(", "years_since("};
            return since[pick(0, 2)] + named(schema, Type::date) + ")" + sign() +
                   std::to_string(pick(-3, 30));
        }
        static constexpr Type measured[] = {
            Type::integer, Type::number, Type::money, Type::rate, Type::date, Type::duration};
        const auto type = measured[pick(0, 5)];
        if (kind == 7) return named(schema, type) + sign() + literal(type);
        if (kind == 8) return literal(type) + sign() + named(schema, type);
        if (kind == 9) // whole and decimal meet
            return named(schema, Type::integer) + sign() + computed(schema, Type::number, 1);
        return computed(schema, type, 2) + sign() + computed(schema, type, 2);
    }

    std::string texts(const rule::Schema& schema) {
        const auto name = named(schema, rule::Type::text);
        const auto quoted = "\"" + text() + "\"";
        const auto kind = pick(0, 4);
        if (kind == 0) return name + ".contains(" + quoted + ")";
        if (kind == 1) return name + ".startsWith(" + quoted + ")";
        if (kind == 2) return name + " in [" + quoted + ", \"" + text() + "\"]";
        if (kind == 3) return name + sign() + named(schema, rule::Type::text);
        return name + sign() + quoted;
    }

    std::string choices(const rule::Schema& schema) {
        const auto name = named(schema, rule::Type::choice);
        const auto& attribute = schema.at(*schema.find(name));
        if (attribute.ordered) return name + sign() + "\"" + code(attribute) + "\"";
        if (chance(50))
            return name + " in [\"" + code(attribute) + "\", \"" + code(attribute) + "\"]";
        return name + (chance(50) ? " == " : " != ") + "\"" + code(attribute) + "\"";
    }

    std::string lists(const rule::Schema& schema) {
        const auto name = named(schema, rule::Type::integer_list);
        const auto bound =
            chance(50) ? std::to_string(pick(-2, 4)) : named(schema, rule::Type::integer);
        const auto kind = pick(0, 3);
        if (kind == 0) return bound + " in " + name;
        if (kind == 1) return name + ".exists(v, v" + sign() + bound + ")";
        if (kind == 2) return name + ".all(v, v" + sign() + bound + ")";
        const auto texts = named(schema, rule::Type::text_list);
        const auto& attribute = schema.at(*schema.find(texts));
        return "\"" + (attribute.choices.empty() ? text() : code(attribute)) + "\" in " + texts;
    }

    std::string sign() {
        static const char* const signs[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
        return signs[pick(0, 5)];
    }

    std::mt19937_64 random_;
};

Sampler::Sampler(std::uint64_t seed)
    : inside_(std::make_unique<Inside>(seed)) {}

Sampler::~Sampler() = default;

std::int64_t Sampler::pick(std::int64_t least, std::int64_t most) {
    return inside_->pick(least, most);
}

bool Sampler::chance(int percent) { return inside_->chance(percent); }

rule::Schema Sampler::schema() { return inside_->schema(); }

rule::Value Sampler::value(const rule::Attribute& attribute) { return inside_->value(attribute); }

rule::Row Sampler::row(const rule::Schema& schema, int missing_percent) {
    return inside_->row(schema, missing_percent);
}

std::string Sampler::condition(const rule::Schema& schema, int depth) {
    return inside_->condition(schema, depth);
}

std::string Sampler::computed(const rule::Schema& schema, rule::Type type, int depth) {
    return inside_->computed(schema, type, depth);
}

} // namespace column
