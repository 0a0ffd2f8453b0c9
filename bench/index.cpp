// One firm against very many products: the index beside a plain scan of the same products in the
// same run, answers compared. Products and firms are made up by a fixed seed: 14 attributes (8 with
// an order, 6 listed), 5 to 12 conditions a product; bounds either from the round figures people
// write or each different from all others.
//
//   bench_index [--questions N] [--products N] [--segment N] [--asked] [--json]
//
// With --asked, only the index itself is measured.
#include "engine/match/index.hpp"

#include "engine/rule/reasons.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>

namespace bench {

struct Figure {
    std::string what;
    std::string bounds;
    std::int64_t products = 0;
    double p50_us = 0;
    double p99_us = 0;
    double cpu_us = 0; // mean, of this thread's processor time
    double found = 0;  // mean number of products answered
};
BOOST_DESCRIBE_STRUCT(Figure, (), (what, bounds, products, p50_us, p99_us, cpu_us, found))

struct Report {
    std::vector<Figure> figures;
    std::int64_t index_bytes = 0; // of the largest
    std::int64_t compared = 0;    // pairs of firm and product answered by both
};
BOOST_DESCRIBE_STRUCT(Report, (), (figures, index_bytes, compared))

namespace {

const base::Date today = base::Date::of(2023, 9, 12);
constexpr std::size_t firms = 200;
constexpr std::size_t shown = 20; // products whose reasons are given

class Dice {
public:
    explicit Dice(std::uint64_t from)
        : state_(from) {}

    std::int64_t below(std::int64_t bound) {
        state_ += 0x9e3779b97f4a7c15;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
        return static_cast<std::int64_t>(
            (mixed ^ (mixed >> 31U)) % static_cast<std::uint64_t>(bound));
    }

private:
    std::uint64_t state_;
};

constexpr rule::Type ordered_types[] = {
    rule::Type::money,
    rule::Type::money,
    rule::Type::money,
    rule::Type::rate,
    rule::Type::rate,
    rule::Type::integer,
    rule::Type::integer,
    rule::Type::date};
constexpr int set_sizes[] = {3, 5, 8, 12, 20, 31};
constexpr std::int64_t steps = 1'000'000; // a firm's value is one of so many, evenly

rule::Schema make_schema() {
    std::vector<rule::Attribute> all;
    for (const auto type : ordered_types) {
        auto& made = all.emplace_back();
        made.name = "range_" + std::to_string(all.size());
        made.label = {"数值" + std::to_string(all.size()), made.name};
        made.type = type;
        made.editable = type != rule::Type::date;
    }
    for (const auto size : set_sizes) {
        auto& made = all.emplace_back();
        made.name = "set_" + std::to_string(size);
        made.label = {"类别" + std::to_string(size), made.name};
        made.type = rule::Type::choice;
        for (int i = 0; i < size; ++i) {
            const auto code = "v" + std::to_string(i);
            made.choices.push_back({code, {"第" + code + "类", "kind " + code}});
        }
    }
    auto schema = rule::Schema::make(std::move(all));
    base::ensure(schema.has_value(), "the schema is sound");
    return std::move(*schema);
}

// The value at a step of an attribute's range.
rule::Value at_step(rule::Type type, std::int64_t step) {
    if (type == rule::Type::money) return base::Money{step * 10'000};
    if (type == rule::Type::rate) return base::Rate{step};
    if (type == rule::Type::integer) return step;
    return base::Date{today.days - static_cast<std::int32_t>(step / 100)};
}

std::string literal_at(rule::Type type, std::int64_t step) {
    if (type == rule::Type::money) return std::to_string(step * 100) + "元";
    if (type == rule::Type::rate) {
        auto decimals = std::to_string(step % 10'000);
        return std::to_string(step / 10'000) + "." + std::string(4 - decimals.size(), '0') +
               decimals + "%";
    }
    if (type == rule::Type::integer) return std::to_string(step);
    return "date(\"" + std::get<base::Date>(at_step(type, step)).text() + "\")";
}

rule::Row make_firm(const rule::Schema& schema, Dice& dice) {
    rule::Row row(schema);
    for (std::size_t place = 0; place < schema.size(); ++place) {
        const auto& attribute = schema.at(place);
        if (dice.below(25) == 0) continue; // not known
        if (attribute.choices.empty()) {
            row.put(place, at_step(attribute.type, dice.below(steps)));
        } else {
            const auto size = static_cast<std::int64_t>(attribute.choices.size());
            row.put(place, attribute.choices[static_cast<std::size_t>(dice.below(size))].code);
        }
    }
    return row;
}

enum class Bounds { round, all_different };

// A bound that most firms meet, as in real rules: 40 % to 95 % of them.
std::string ordered_condition(const rule::Attribute& attribute, Bounds bounds, Dice& dice) {
    auto kept = 400'000 + dice.below(550'000);
    if (bounds == Bounds::round) kept = kept / 50'000 * 50'000;
    const auto kind = dice.below(3);
    const auto& name = attribute.name;
    const auto at = [&](std::int64_t step) { return literal_at(attribute.type, step); };
    const bool turned = attribute.type == rule::Type::date; // later days are smaller steps
    if (kind == 0) return name + (turned ? " <= " : " >= ") + at(steps - kept);
    if (kind == 1) return name + (turned ? " >= " : " <= ") + at(kept);
    const auto least = (steps - kept) / 2;
    const auto most = least + kept;
    return name + " >= " + at(turned ? most : least) + " && " + name +
           " <= " + at(turned ? least : most);
}

std::string set_condition(const rule::Attribute& attribute, Dice& dice) {
    const auto size = static_cast<std::int64_t>(attribute.choices.size());
    const auto code = [&] {
        return "\"" + attribute.choices[static_cast<std::size_t>(dice.below(size))].code + "\"";
    };
    if (dice.below(3) == 0) return attribute.name + " != " + code();
    std::string text = attribute.name + " in [" + code();
    for (auto more = size / 2; more > 0; --more)
        text += ", " + code();
    return text + "]";
}

// One in eight products has an alternative: one condition or another.
std::string make_rule(const rule::Schema& schema, Bounds bounds, Dice& dice) {
    std::vector<std::size_t> places(schema.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = i;
    for (std::size_t i = places.size(); i > 1; --i)
        std::swap(
            places[i - 1],
            places[static_cast<std::size_t>(dice.below(static_cast<std::int64_t>(i)))]);
    const auto count = static_cast<std::size_t>(5 + dice.below(8));
    const auto condition = [&](std::size_t i) {
        const auto& attribute = schema.at(places[i]);
        return attribute.choices.empty() ? ordered_condition(attribute, bounds, dice)
                                         : set_condition(attribute, dice);
    };
    std::string text;
    std::size_t i = 0;
    if (dice.below(8) == 0) {
        text = "(" + condition(0) + " || " + condition(1) + ")";
        i = 2;
    }
    for (; i < count; ++i)
        text += (text.empty() ? "" : " && ") + condition(i);
    return text;
}

double cpu_us() {
    timespec spent{};
    base::ensure(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0, "a thread has a clock");
    return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

double wall_us() {
    timespec now{};
    base::ensure(::clock_gettime(CLOCK_MONOTONIC, &now) == 0, "the machine has a clock");
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// What a plain scan says.
struct Listed {
    std::vector<std::int64_t> eligible;
    std::vector<std::int64_t> unknown;
    std::vector<std::int64_t> one_off;
    std::vector<std::int64_t> two_off;
};

struct Bench {
    rule::Schema schema = make_schema();
    std::vector<rule::Row> rows;
    std::deque<rule::Program> programs;
    match::Shape shape;
    std::unique_ptr<match::Index> index;
    std::size_t questions = 20'000;
    bool asked_only = false;
    Report report;

    void make(std::size_t products, Bounds bounds) {
        Dice dice(20211011);
        match::Index::Edit edit;
        for (std::size_t i = 0; i < products; ++i) {
            auto program = rule::compile(make_rule(schema, bounds, dice), schema);
            base::ensure(program.has_value(), "the rule compiles");
            programs.push_back(*std::move(program));
            edit.put.push_back({static_cast<std::int64_t>(i), &programs.back()});
        }
        rows.clear();
        for (std::size_t i = 0; i < firms; ++i)
            rows.push_back(make_firm(schema, dice));
        index->apply(edit);
    }

    template <class F>
    void measure(const char* what, Bounds bounds, std::size_t times, F&& work) {
        std::vector<double> taken;
        taken.reserve(times);
        double found = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(times, 200); ++i)
            work(rows[i % rows.size()]);
        const auto from = cpu_us();
        for (std::size_t i = 0; i < times; ++i) {
            const auto start = wall_us();
            found += static_cast<double>(work(rows[i % rows.size()]));
            taken.push_back(wall_us() - start);
        }
        const auto spent = cpu_us() - from;
        std::sort(taken.begin(), taken.end());
        const auto count = static_cast<double>(times);
        report.figures.push_back(
            {what,
             bounds == Bounds::round ? "round" : "all different",
             static_cast<std::int64_t>(programs.size()),
             taken[times / 2],
             taken[times * 99 / 100],
             spent / count,
             found / count});
    }

    // The plain scan gives the same answers.
    void compare(std::size_t firms_compared) {
        match::Workspace workspace;
        match::Sieved out;
        const auto version = index->version();
        std::vector<rule::Normal> normals;
        for (const auto& program : programs)
            normals.push_back(rule::normal(program));
        for (std::size_t i = 0; i < firms_compared; ++i) {
            version->ask(rows[i], today, match::Version::Depth::near, workspace, out);
            Listed plain;
            for (std::size_t k = 0; k < programs.size(); ++k) {
                const auto id = static_cast<std::int64_t>(k);
                const auto outcome = rule::decide(programs[k], rows[i], today);
                if (outcome == rule::Outcome::holds) plain.eligible.push_back(id);
                if (outcome == rule::Outcome::unknown) plain.unknown.push_back(id);
                if (outcome != rule::Outcome::fails) continue;
                const auto misses = rule::misses(normals[k], rows[i], today).value_or(3);
                if (misses == 1) plain.one_off.push_back(id);
                if (misses == 2) plain.two_off.push_back(id);
            }
            const auto same = [](const match::Found& found, const std::vector<std::int64_t>& ids) {
                auto listed = found.ids();
                std::ranges::sort(listed);
                return listed == ids;
            };
            base::ensure(same(out.eligible, plain.eligible), "the eligible ones are the same");
            base::ensure(same(out.unknown, plain.unknown), "the unknown ones are the same");
            base::ensure(same(out.one_off, plain.one_off), "those one off are the same");
            base::ensure(same(out.two_off, plain.two_off), "those two off are the same");
            report.compared += static_cast<std::int64_t>(programs.size());
        }
    }

    // Of the twenty best: the eligible first, then those that fail by one condition and by two.
    void explain_best(Bounds bounds, const match::Version& version, std::size_t times) {
        std::vector<std::unique_ptr<rule::Reasons>> prepared(programs.size());
        match::Workspace workspace;
        match::Sieved out;
        std::vector<std::vector<std::size_t>> best;
        for (const auto& row : rows) {
            version.ask(row, today, match::Version::Depth::near, workspace, out);
            auto& twenty = best.emplace_back();
            for (const auto& ids : {out.eligible.ids(), out.one_off.ids(), out.two_off.ids()}) {
                for (std::size_t i = 0; i < ids.size() && twenty.size() < shown; ++i)
                    twenty.push_back(static_cast<std::size_t>(ids[i]));
            }
            for (const auto id : twenty) {
                if (prepared[id] == nullptr)
                    prepared[id] = std::make_unique<rule::Reasons>(programs[id], schema);
            }
        }
        std::vector<rule::Reasons::Reason> reasons;
        const auto best_of = [&](const rule::Row& row) -> const std::vector<std::size_t>& {
            return best[static_cast<std::size_t>(&row - rows.data())];
        };
        measure("reasons", bounds, times, [&](const rule::Row& row) {
            reasons.clear();
            for (const auto id : best_of(row))
                prepared[id]->of(row, today, reasons);
            return reasons.size();
        });
        measure("explain", bounds, times / 40, [&](const rule::Row& row) {
            std::size_t clauses = 0; // with every sentence in both languages
            for (const auto id : best_of(row))
                clauses += rule::explain(programs[id], row, today).clauses.size();
            return clauses;
        });
    }

    void run(std::size_t products, Bounds bounds) {
        index = std::make_unique<match::Index>(shape);
        programs.clear();
        make(products, bounds);
        const auto version = index->version();
        report.index_bytes =
            std::max(report.index_bytes, static_cast<std::int64_t>(version->bytes()));
        compare(products > 20'000 ? 5 : 50);
        match::Workspace workspace;
        match::Sieved out;
        const auto times = products > 20'000 ? questions / 4 : questions;
        using Depth = match::Version::Depth;
        measure("eligible", bounds, times, [&](const rule::Row& row) {
            version->ask(row, today, Depth::decided, workspace, out);
            return out.eligible.size();
        });
        std::vector<std::int64_t> ids;
        measure("listed", bounds, times, [&](const rule::Row& row) {
            version->ask(row, today, Depth::decided, workspace, out);
            ids.clear();
            out.eligible.append_ids(ids);
            return ids.size();
        });
        if (std::getenv("ONLY")) return;
        measure("near", bounds, times, [&](const rule::Row& row) {
            version->ask(row, today, Depth::near, workspace, out);
            return out.one_off.size() + out.two_off.size();
        });
        std::size_t next = 7;
        measure("edit", bounds, 2'000, [&](const rule::Row&) {
            next = (next + 7'919) % programs.size();
            index->apply(
                {.put = {{static_cast<std::int64_t>(next), &programs[next]}}, .removed = {}});
            return std::size_t{1};
        });
        const auto edited = index->version();
        measure("edited", bounds, times, [&](const rule::Row& row) {
            edited->ask(row, today, Depth::decided, workspace, out);
            return out.eligible.size();
        });
        if (asked_only) return;
        explain_best(bounds, *version, times);
        measure(
            "scan",
            bounds,
            std::max<std::size_t>(5, 200'000 / products),
            [&](const rule::Row& row) {
                std::size_t found = 0;
                for (const auto& program : programs)
                    found += rule::decide(program, row, today) == rule::Outcome::holds ? 1U : 0U;
                return found;
            });
    }
};

int run(int count, char** arguments) {
    Bench bench;
    bool json = false;
    std::size_t only = 0;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        if (word == "--json") {
            json = true;
        } else if (word == "--asked") {
            bench.asked_only = true;
        } else if (word == "--questions" && i + 1 < count) {
            bench.questions = std::max(400ULL, std::strtoull(arguments[++i], nullptr, 10));
        } else if (word == "--segment" && i + 1 < count) {
            bench.shape.segment_programs = std::strtoull(arguments[++i], nullptr, 10);
        } else if (word == "--products" && i + 1 < count) {
            only = std::strtoull(arguments[++i], nullptr, 10);
        } else {
            std::fputs("usage: bench_index [--questions N] [--products N] [--json]\n", stderr);
            return 2;
        }
    }
    const std::vector<std::size_t> sizes =
        only > 0 ? std::vector{only} : std::vector<std::size_t>{1'000, 10'000, 100'000};
    for (const auto bounds : {Bounds::round, Bounds::all_different}) {
        for (const auto products : sizes)
            bench.run(products, bounds);
    }
    if (json) {
        std::puts(base::json::text(bench.report).c_str());
        return 0;
    }
    for (const auto& figure : bench.report.figures) {
        std::printf(
            "%-9s %-14s %7d products  p50 %9.2f us  p99 %9.2f us  cpu %9.2f us  %8.1f found\n",
            figure.what.c_str(),
            figure.bounds.c_str(),
            static_cast<int>(figure.products),
            figure.p50_us,
            figure.p99_us,
            figure.cpu_us,
            figure.found);
    }
    std::printf(
        "index of the largest %.1f MB; %lld pairs compared\n",
        static_cast<double>(bench.report.index_bytes) / 1e6,
        static_cast<long long>(bench.report.compared));
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) { return bench::run(count, arguments); }
