// Matches a second: firms made up by a fixed seed against every product of a pack, and against the
// same products over and over until there are a thousand. A match is one firm and one product; a
// second is one of processor time, so that other work on the machine counts little.
//
//   bench_match PACK [--seconds N] [--products N] [--json]
#include "base/random.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace bench {

struct Figure {
    std::string what;
    std::int64_t products = 0;
    double per_second = 0;
    double firm_us = 0; // all products for one firm
};
BOOST_DESCRIBE_STRUCT(Figure, (), (what, products, per_second, firm_us))

struct Report {
    std::string pack;
    std::vector<Figure> figures;
};
BOOST_DESCRIBE_STRUCT(Report, (), (pack, figures))

namespace {

constexpr std::size_t firms = 200;
constexpr std::uint64_t missing_in = 8; // one value in so many is not known

struct Settings {
    std::string pack;
    double seconds = 2;
    std::size_t products = 1'000;
    bool json = false;
};

// The same firms on every machine.
class Dice : public base::Random {
public:
    Dice()
        : base::Random(20211011) {}
};

rule::Value value_for(const rule::Attribute& attribute, base::Date today, Dice& dice) {
    const auto number = [&](std::uint64_t bound) {
        return static_cast<std::int64_t>(dice.below(bound));
    };
    const auto code = [&] { return attribute.choices[dice.below(attribute.choices.size())].code; };
    switch (attribute.type) {
    case rule::Type::boolean: return number(2) == 1;
    case rule::Type::integer: return number(200);
    case rule::Type::number: return static_cast<double>(number(1'000)) / 100;
    case rule::Type::text: return std::string("text");
    case rule::Type::choice: return code();
    case rule::Type::date: return today.plus_days(-static_cast<std::int32_t>(number(6'000)));
    case rule::Type::duration: return rule::Duration::of_days(number(720));
    case rule::Type::money: return base::Money{number(20'000'000'000)};
    case rule::Type::rate: return base::Rate{number(1'000'000)};
    case rule::Type::text_list:
        return std::vector<std::string>{attribute.choices.empty() ? "text" : code()};
    case rule::Type::integer_list: return std::vector<std::int64_t>{number(100)};
    }
    base::bug("type out of range");
}

std::vector<rule::Row> make_firms(const rule::Schema& schema, base::Date today) {
    Dice dice;
    std::vector<rule::Row> rows;
    for (std::size_t i = 0; i < firms; ++i) {
        auto& row = rows.emplace_back(schema);
        for (std::size_t place = 0; place < schema.size(); ++place) {
            if (dice.below(missing_in) == 0) continue;
            row.put(place, value_for(schema.at(place), today, dice));
        }
    }
    return rows;
}

std::vector<match::Offer> make_offers(
    const pack::Policy& policy, std::size_t count, base::Date today) {
    const auto& products = policy.pack().products;
    base::ensure(!products.empty(), "the pack has products");
    std::vector<match::Offer> offers;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& product = products[i % products.size()];
        auto offer = policy.offer(product, policy.eligibility(product.code), today);
        base::ensure(offer.has_value(), "the day has a loan prime rate");
        offer->id = static_cast<std::int64_t>(i) + 1;
        offers.push_back(*std::move(offer));
    }
    return offers;
}

// Of this thread's processor time.
double cpu_us() {
    timespec spent{};
    base::ensure(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0, "a thread has a clock");
    return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

template <class F>
Figure measure(
    const Settings& settings,
    const char* what,
    const std::vector<rule::Row>& rows,
    std::size_t products,
    F&& work) {
    const double start = cpu_us();
    const double until = start + settings.seconds * 1e6;
    std::int64_t done = 0;
    std::size_t seen = 0;
    do {
        seen += work(rows[static_cast<std::size_t>(done) % rows.size()]);
        ++done;
    } while (cpu_us() < until);
    base::ensure(seen > 0, "there are answers");
    const double taken_us = cpu_us() - start;
    return {
        .what = what,
        .products = static_cast<std::int64_t>(products),
        .per_second = static_cast<double>(done) * static_cast<double>(products) / taken_us * 1e6,
        .firm_us = taken_us / static_cast<double>(done)};
}

Settings settings_of(int count, char** arguments) {
    Settings settings;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const bool more = i + 1 < count;
        if (word == "--json") {
            settings.json = true;
        } else if (word == "--seconds" && more) {
            settings.seconds = std::strtod(arguments[++i], nullptr);
        } else if (word == "--products" && more) {
            settings.products = std::strtoull(arguments[++i], nullptr, 10);
        } else {
            settings.pack = word;
        }
    }
    if (settings.pack.empty()) {
        std::fputs("usage: bench_match PACK [--seconds N] [--products N] [--json]\n", stderr);
        std::exit(2);
    }
    return settings;
}

int run(const Settings& settings) {
    const auto policy = pack::Policy::load(settings.pack);
    if (!policy) {
        std::fputs((policy.error().message.en + "\n").c_str(), stderr);
        return 1;
    }
    const auto today = base::Date::of(2023, 9, 12); // within the years every pack's tables cover
    const auto rows = make_firms((*policy)->schema(), today);
    const match::Wish wish{
        .amount = base::Money::wan(300),
        .term_months = 12,
        .guarantee_mode = {},
        .purpose = {},
        .rate_most = {}};
    Report report{.pack = (*policy)->version(), .figures = {}};
    const match::Weights weights;
    for (const auto products : {(*policy)->pack().products.size(), settings.products}) {
        const auto offers = make_offers(**policy, products, today);
        report.figures.push_back(measure(settings, "look", rows, products, [&](const auto& row) {
            return match::look(offers, row, wish, today, weights).size();
        }));
        report.figures.push_back(measure(settings, "match", rows, products, [&](const auto& row) {
            return match::match(offers, row, wish, today).verdicts.size();
        }));
    }
    if (settings.json) {
        std::puts(base::json::text(report).c_str());
        return 0;
    }
    for (const auto& figure : report.figures) {
        std::printf(
            "%-6s %5d products %12.0f/s  %10.1f us a firm\n",
            figure.what.c_str(),
            static_cast<int>(figure.products),
            figure.per_second,
            figure.firm_us);
    }
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) { return bench::run(bench::settings_of(count, arguments)); }
