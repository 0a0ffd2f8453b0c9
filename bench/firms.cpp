#include "firms.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <numeric>

namespace bench {
namespace {

constexpr int cards[Firms::choices] = {
    2, 2, 2, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 31, 40, 50, 60, 64};
constexpr std::size_t sample_rows = 20'000;

// Uniform in [0, 1), by row, place and which of several draws.
double draw(std::size_t row, std::size_t place, std::uint64_t which) {
    const auto number = mixed(row * 256 + place * 4 + which);
    return static_cast<double>(number >> 11U) / 9007199254740992.0;
}

double normal(std::size_t row, std::size_t place) {
    const double a = std::max(draw(row, place, 1), 1e-300);
    return std::sqrt(-2 * std::log(a)) * std::cos(2 * std::numbers::pi * draw(row, place, 2));
}

// One value in so many is unknown; some columns have all.
double missing(std::size_t place) { return place % 8 == 0 ? 0 : place % 8 == 1 ? 0.25 : 0.05; }

std::string code(std::int64_t value) { return "k" + std::to_string(value); }

} // namespace

const base::Date Firms::today = base::Date::of(2026, 11, 23);

std::uint64_t mixed(std::uint64_t number) {
    number = (number + 1) * 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27U)) * 0x94d049bb133111eb;
    return number ^ (number >> 31U);
}

Firms::Firms() {
    std::vector<rule::Attribute> all(count);
    for (std::size_t place = 0; place < count; ++place) {
        auto& attribute = all[place];
        const char* const letter = place < choices ? "c" : place < choices + amounts ? "m" : "d";
        attribute.name = letter + std::to_string(place);
        attribute.label = {attribute.name, attribute.name};
        attribute.type = place < choices             ? rule::Type::choice
                         : place < choices + amounts ? rule::Type::money
                                                     : rule::Type::date;
        if (place >= choices) continue;
        double sum = 0;
        auto& weights = weights_.emplace_back();
        for (int i = 0; i < cards[place]; ++i) {
            attribute.choices.push_back({code(i), {code(i), code(i)}});
            sum += 1.0 / (1 + i * 0.3);
            weights.push_back(sum);
        }
    }
    auto schema = rule::Schema::make(std::move(all));
    base::ensure(schema.has_value(), "the schema of the measurements is sound");
    schema_ = *std::move(schema);
    sorted_.resize(count);
    for (std::size_t place = choices; place < count; ++place) {
        for (std::size_t row = 0; row < sample_rows; ++row) {
            if (const auto found = value(row, place)) sorted_[place].push_back(*found);
        }
        std::ranges::sort(sorted_[place]);
    }
}

std::optional<std::int64_t> Firms::value(std::size_t row, std::size_t place) const {
    if (draw(row, place, 3) < missing(place)) return std::nullopt;
    if (place < choices) {
        const auto& weights = weights_[place];
        const auto at = draw(row, place, 0) * weights.back();
        return std::upper_bound(weights.begin(), weights.end() - 1, at) - weights.begin();
    }
    if (place < choices + amounts) {
        const double fen = std::exp(20 + static_cast<double>(place % 4) + 1.6 * normal(row, place));
        // Half of the columns are of books kept in whole yuan; every fifth column has losses.
        const auto whole = static_cast<std::int64_t>(std::min(fen, 9e15));
        const auto amount = place % 2 == 0 ? whole / 100 * 100 : whole;
        return place % 5 == 0 && draw(row, place, 0) < 1.0 / 6 ? -amount : amount;
    }
    return 12'000 + static_cast<std::int64_t>(draw(row, place, 0) * 8'000);
}

void Firms::fill(std::size_t row, rule::Row& out) const {
    for (std::size_t place = 0; place < count; ++place) {
        const auto found = value(row, place);
        if (!found) {
            out.put(place, {});
        } else if (place < choices) {
            out.put(place, code(*found));
        } else if (place < choices + amounts) {
            out.put(place, base::Money{*found});
        } else {
            out.put(place, base::Date{static_cast<std::int32_t>(*found)});
        }
    }
}

std::int64_t Firms::at_share(std::size_t place, double share) const {
    const auto& sorted = sorted_[place];
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(at, sorted.size() - 1)];
}

std::string Firms::literal(std::size_t place, std::int64_t value) const {
    if (place >= choices + amounts)
        return "date(\"" + base::Date{static_cast<std::int32_t>(value)}.text() + "\")";
    return base::Money{value}.yuan_text() + "元";
}

Condition Firms::of_choice(std::size_t place, std::uint64_t dice) const {
    const auto& name = schema_.at(place).name;
    const auto card = static_cast<std::uint64_t>(cards[place]);
    const auto several = card <= 3 || dice % 3 == 0 ? 1 : 1 + (dice >> 8U) % (card / 2);
    std::vector<std::uint64_t> values;
    for (std::uint64_t i = 0; i < several; ++i)
        values.push_back(mixed(dice + i) % card);
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (values.size() == 1)
        return {
            name + " == \"k" + std::to_string(values[0]) + "\"",
            name + " = " + std::to_string(values[0])};
    Condition made{name + " in [", name + " in ("};
    for (std::size_t i = 0; i < values.size(); ++i) {
        made.text += (i > 0 ? ", \"k" : "\"k") + std::to_string(values[i]) + "\"";
        made.sql += (i > 0 ? "," : "") + std::to_string(values[i]);
    }
    return {made.text + "]", made.sql + ")"};
}

Condition Firms::predicate(std::size_t place, std::uint64_t dice) const {
    if (place < choices) return of_choice(place, dice);
    const auto& name = schema_.at(place).name;
    const double share = static_cast<double>(1 + dice % 18) / 20;
    const auto kind = (dice >> 8U) % 4;
    const auto low = at_share(place, share * (kind == 3 ? 0.6 : 0.7));
    const auto high = at_share(place, kind == 0 ? share : std::min(0.99, share * 0.6 + 0.4));
    const Condition least{name + " >= " + literal(place, low), name + " >= " + std::to_string(low)};
    const Condition most{
        name + " <= " + literal(place, high), name + " <= " + std::to_string(high)};
    if (kind == 0) return most;
    if (kind != 3) return least;
    return {
        "(" + least.text + " && " + most.text + ")", "(" + least.sql + " and " + most.sql + ")"};
}

std::vector<Condition> Firms::rules(std::size_t wanted) const {
    std::vector<Condition> all;
    std::uint64_t state = 2;
    const auto dice = [&] { return mixed(state++); };
    const auto one = [&](std::size_t place) {
        const double early = std::pow(static_cast<double>(dice() % 10'000) / 1e4, 2.0);
        auto made =
            predicate(place, mixed(1'000 * (place + 1) + static_cast<std::uint64_t>(early * 32)));
        if (dice() % 8 == 0) return Condition{"!(" + made.text + ")", "not (" + made.sql + ")"};
        return made;
    };
    const auto joined = [](Condition& to, const Condition& more, bool all_of) {
        if (!to.text.empty()) {
            to.text += all_of ? " && " : " || ";
            to.sql += all_of ? " and " : " or ";
        }
        to.text += more.text;
        to.sql += more.sql;
    };
    while (all.size() < wanted) {
        std::vector<std::size_t> places(count);
        for (std::size_t i = 0; i < count; ++i)
            places[i] = i;
        for (std::size_t i = count; i > 1; --i)
            std::swap(places[i - 1], places[dice() % i]);
        const auto predicates = 5 + dice() % 8;
        const bool any_of = dice() % 10 == 0;
        Condition rule;
        for (std::size_t used = 0; used < predicates;) {
            const auto left = predicates - used;
            const bool nested = any_of || (left >= 2 && dice() % 3 == 0);
            const auto size = nested ? std::min<std::uint64_t>(left, 2 + dice() % 3) : 1;
            Condition part;
            for (std::uint64_t i = 0; i < size; ++i)
                joined(part, one(places[used++]), any_of);
            joined(rule, {"(" + part.text + ")", "(" + part.sql + ")"}, !any_of);
        }
        all.push_back(std::move(rule));
    }
    return all;
}

std::string Firms::of_share(int per_mille, std::size_t parts) const {
    std::string text;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto place = choices + i;
        text += (i > 0 ? " && " : "") + schema_.at(place).name +
                " >= " + literal(place, at_share(place, 1 - per_mille / 1e3));
    }
    return text;
}

std::vector<GroupWish> Firms::groupings() const {
    const auto m = money_place();
    return {
        {{12}, {}, "select c12, count(*) from firms group by all"},
        {{12}, {m}, "select c12, count(*), sum(m19) from firms group by all"},
        {{12, 9},
         {m, m + 1},
         "select c12, c9, count(*), sum(m19), sum(m20) from firms group by all"},
        {{17, 16, 15}, {m}, "select c17, c16, c15, count(*), sum(m19) from firms group by all"},
        {{34}, {m}, "select d34, count(*), sum(m19) from firms group by all"}};
}

std::string Firms::write(
    const std::filesystem::path& file, std::size_t rows, std::vector<std::size_t> places) const {
    if (places.empty()) {
        places.resize(count);
        std::iota(places.begin(), places.end(), std::size_t{0});
    }
    std::string table = "create table firms (";
    std::string line;
    for (const auto place : places) {
        table += (line.empty() ? "" : ", ") + schema_.at(place).name +
                 (place < choices             ? " tinyint"
                  : place < choices + amounts ? " bigint"
                                              : " integer");
        line += (line.empty() ? "" : ",") + schema_.at(place).name;
    }
    std::ofstream out(file);
    out << line << '\n';
    for (std::size_t row = 0; row < rows; ++row) {
        line.clear();
        for (const auto place : places) {
            if (place != places.front()) line += ',';
            if (const auto found = value(row, place)) line += std::to_string(*found);
        }
        out << line << '\n';
    }
    base::ensure(static_cast<bool>(out.flush()), "the firms could be written");
    return table + ")";
}

} // namespace bench
