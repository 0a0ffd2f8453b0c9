// A stream of payments for tests: invented, with late events, repeated ids and ties, made from a
// seed, the same bytes every time.
#pragma once

#include "domain/stream/stream.hpp"

#include <random>

namespace stream_tests {

inline watch::Book book() {
    watch::Book book;
    book.lateness = "1h";
    book.spans.fan = "6h";
    book.spans.cycle = "6h";
    book.spans.hop = "2h";
    const auto count = [&](std::string name,
                           watch::Aggregate of,
                           std::string field,
                           std::vector<std::string> key,
                           std::string length,
                           std::string where) {
        watch::Counted counted;
        counted.name = std::move(name);
        counted.of = of;
        counted.field = std::move(field);
        counted.key = std::move(key);
        counted.length = std::move(length);
        counted.where = std::move(where);
        book.counted.push_back(std::move(counted));
    };
    count("hour_sum", watch::Aggregate::sum, "amount", {"payer"}, "1h", "");
    count("hour_payees", watch::Aggregate::distinct, "payee", {"payer"}, "1h", "");
    count("day_sd", watch::Aggregate::sd, "amount", {"payee"}, "4h", "");
    count("day_median", watch::Aggregate::quantile, "amount", {"payer"}, "4h", "");
    book.counted.back().argument = 500'000;
    count("pair_cash", watch::Aggregate::count, "", {"payer", "payee"}, "4h", "kind == 'cash'");
    book.lists.push_back(
        {"bad",
         {"黑名单", "the black list"},
         watch::Colour::black,
         {{"a3", "court", base::Date::of(2022, 1, 1), {}, watch::Appeal::none, {}}}});
    book.rules.push_back({"much", {"多", "much"}, "hour_sum >= 900元", "hour_sum", "", false});
    book.rules.push_back({"many", {"广", "many"}, "hour_payees >= 4", "hour_payees", "", false});
    book.rules.push_back({"cash", {"现金", "cash"}, "pair_cash >= 2", "pair_cash", "", true});
    book.rules.push_back(
        {"chain", {"过账", "chain"}, "chain_length >= 3", "chain_length", "", false});
    book.rules.push_back({"listed", {"名单", "listed"}, "payee_on_bad", "", "", false});
    book.typologies.push_back(
        {"much", {"多", "much"}, {{"much", 60}, {"many", 60}}, 60, "payer", "1h", 40});
    book.typologies.push_back(
        {"chain", {"过账", "chain"}, {{"chain", 100}, {"listed", 100}}, 100, "payee", "", 0});
    return book;
}

class Payments {
public:
    explicit Payments(std::uint64_t seed)
        : random_(seed) {}

    // The next one; its words are met by the watch, in the order of the columns.
    watch::Given next(watch::Watch& watch) {
        const auto pick = [&](std::uint64_t of) { return random_() % of; };
        id_ = "e" + std::to_string(pick(20) == 0 && number_ > 0 ? pick(number_) : number_);
        ++number_;
        now_ms_ += static_cast<std::int64_t>(pick(120'000));
        const auto payer = watch.meet("a" + std::to_string(pick(12)));
        const auto payee = watch.meet("a" + std::to_string(pick(12) + pick(3) * number_));
        const auto amount = static_cast<std::int64_t>(pick(60'000)) + 1;
        const auto kind =
            pick(4) == 0 ? watch::nothing : watch.meet(pick(3) == 0 ? "cash" : "card");
        fields_ = {payer, payee, amount, kind};
        // A tenth comes late, and some of it too late.
        const auto behind = pick(10) == 0 ? static_cast<std::int64_t>(pick(5'000'000)) : 0;
        return {id_, now_ms_ - behind, fields_};
    }

private:
    std::mt19937_64 random_; // tidy-allow(randomness): from the seed it was made with
    std::uint64_t number_ = 0;
    std::int64_t now_ms_ = 1'672'531'200'000; // 2023-01-01
    std::string id_;
    std::vector<std::int64_t> fields_;
};

} // namespace stream_tests
