#include "domain/invoice/book.hpp"
#include "domain/invoice/features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace invoice {
namespace {

class Draw {
public:
    explicit Draw(std::uint64_t seed)
        : random_(seed) {}

    std::int64_t below(std::int64_t most) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most));
    }

    Invoice one(Date first, int days) {
        Invoice made;
        made.date = first.plus_days(static_cast<std::int32_t>(below(days)));
        made.number = std::to_string(below(50));
        made.counterparty = "B" + std::to_string(below(7));
        made.net = {below(200'000) - 20'000};
        made.tax = {made.net.fen * 13 / 100};
        made.gross = made.net + made.tax;
        made.state = below(9) == 0 ? State::voided : State::valid;
        return made;
    }

    Invoices book(std::int64_t most, int days = 900) {
        Invoices made(static_cast<std::size_t>(below(most + 1)));
        for (auto& invoice : made)
            invoice = one(Date::of(2017, 1, 1), days);
        std::ranges::sort(made);
        return made;
    }

private:
    std::mt19937_64 random_;
};

std::uint64_t fresh_seed() { return std::random_device{}(); }

TEST(Book, comes_back_as_it_was_packed_whatever_the_order) {
    const auto seed = fresh_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    for (int round = 0; round < 60; ++round) {
        auto book = draw.book(200);
        if (!book.empty()) {
            book.front().net = {Money::limit_fen};
            book.front().gross = {-Money::limit_fen};
            book.back().counterparty = "";
            std::ranges::sort(book);
        }
        const auto bytes = pack_book(book);
        auto shuffled = book;
        std::ranges::reverse(shuffled);
        EXPECT_EQ(pack_book(shuffled), bytes);
        const auto back = unpack_book(bytes);
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, book);
    }
}

TEST(Book, damaged_bytes_are_refused_or_are_a_book) {
    const auto seed = fresh_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    int refused = 0;
    for (int round = 0; round < 3'000; ++round) {
        auto bytes = pack_book(draw.book(20));
        const auto changes = 1 + draw.below(3);
        for (std::int64_t i = 0; i < changes; ++i)
            bytes[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(bytes.size())))] =
                static_cast<char>(draw.below(256));
        if (draw.below(4) == 0) bytes.resize(static_cast<std::size_t>(draw.below(40)));
        const auto book = unpack_book(bytes);
        if (book) {
            EXPECT_TRUE(std::ranges::is_sorted(*book));
            EXPECT_EQ(*unpack_book(pack_book(*book)), *book);
        } else {
            EXPECT_EQ(book.error().code, "invoice.book_damaged");
            refused += 1;
        }
    }
    EXPECT_GT(refused, 1'000);
    EXPECT_FALSE(unpack_book(""));
}

using Counted = std::map<Invoice, std::int64_t>;

Counted counted(const Invoices& book) {
    Counted out;
    for (const auto& one : book)
        out[one] += 1;
    return out;
}

TEST(Book, what_is_beyond_is_counted_row_by_row) {
    const auto seed = fresh_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    for (int round = 0; round < 200; ++round) {
        // Few distinct rows, so that many repeat.
        const auto pool = draw.book(4);
        const auto pick = [&] {
            Invoices out;
            for (std::int64_t i = 0; !pool.empty() && i < draw.below(12); ++i)
                out.push_back(pool[static_cast<std::size_t>(
                    draw.below(static_cast<std::int64_t>(pool.size())))]);
            std::ranges::sort(out);
            return out;
        };
        const auto a = pick();
        const auto b = pick();
        auto most = counted(a);
        for (const auto& [row, count] : counted(b))
            most[row] = std::max(most[row], count);
        const auto ab = merged(a, beyond(b, a));
        EXPECT_EQ(counted(ab), most);
        EXPECT_EQ(ab, merged(b, beyond(a, b))) << "either order gives the same";
        EXPECT_TRUE(beyond(a, ab).empty());
        EXPECT_TRUE(beyond(b, ab).empty());
    }
}

int months_of(Date date) { return date.year() * 12 + static_cast<int>(date.month()); }

// The features once more, each by its own pass over the rows.
Features naive(const Invoices& output, const Invoices& input) {
    Features out;
    Date last;
    for (const auto& one : output)
        last = std::max(last, one.date);
    for (const auto& one : input)
        last = std::max(last, one.date);
    out.as_of = base::Period::containing(last, base::PeriodKind::month).last_day();
    const auto age = [&](const Invoice& one) { return months_of(last) - months_of(one.date); };
    const auto share = [](std::int64_t part, std::int64_t whole) -> std::optional<base::Rate> {
        if (whole <= 0) return std::nullopt;
        return base::Rate{part * 1'000'000 / whole};
    };
    std::int64_t red = 0, black = 0, voided = 0, all = 0, oldest = 0;
    std::map<std::string, std::int64_t> customers, suppliers;
    std::map<int, std::int64_t> by_month;
    for (const auto& one : output) {
        const bool valid = one.state == State::valid;
        oldest = std::max<std::int64_t>(oldest, age(one));
        if (valid && (!out.last_on || *out.last_on < one.date)) out.last_on = one.date;
        if (valid && age(one) >= 12 && age(one) < 24) out.sales_previous += one.net;
        if (age(one) >= 12) continue;
        all += 1;
        voided += valid ? 0 : 1;
        if (!valid) continue;
        out.sold_count += 1;
        out.sales += one.net;
        (one.net.fen < 0 ? red : black) += std::abs(one.net.fen);
        customers[one.counterparty] += one.net.fen;
        by_month[age(one)] += one.net.fen;
    }
    for (const auto& one : input) {
        if (one.state == State::voided || age(one) >= 12) continue;
        out.purchases += one.net;
        suppliers[one.counterparty] += one.net.fen;
    }
    out.months_since_first = oldest;
    out.active_months = static_cast<std::int64_t>(by_month.size());
    out.void_rate = share(voided, all);
    out.red_letter_rate = share(red, black);
    const auto tops = [&](const auto& sums, std::size_t first, std::int64_t* count) {
        std::multiset<std::int64_t, std::greater<>> sorted;
        std::int64_t whole = 0;
        for (const auto& [name, sum] : sums) {
            if (sum <= 0) continue;
            sorted.insert(sum);
            whole += sum;
        }
        std::int64_t top = 0;
        for (auto it = sorted.begin(); it != sorted.end() && first > 0; ++it, --first)
            top += *it;
        if (count != nullptr) *count = static_cast<std::int64_t>(sorted.size());
        return share(top, whole);
    };
    out.top_customer = tops(customers, 1, &out.customers);
    out.top_customers = tops(customers, 5, nullptr);
    out.top_supplier = tops(suppliers, 1, &out.suppliers);
    std::int64_t largest = 0;
    for (const auto& [month, sum] : by_month)
        largest = std::max(largest, sum);
    out.seasonality = share(largest, out.sales.fen);
    out.growth = share(out.sales.fen - out.sales_previous.fen, out.sales_previous.fen);
    return out;
}

TEST(Features, are_what_a_naive_count_finds) {
    const auto seed = fresh_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    for (int round = 0; round < 300; ++round) {
        const auto output = draw.book(round % 2 == 0 ? 8 : 150);
        const auto input = draw.book(60);
        const auto found = features(output, input);
        ASSERT_EQ(found.has_value(), !output.empty() || !input.empty());
        if (!found) continue;
        const auto want = naive(output, input);
        EXPECT_EQ(found->as_of, want.as_of);
        EXPECT_EQ(found->sales, want.sales);
        EXPECT_EQ(found->sales_previous, want.sales_previous);
        EXPECT_EQ(found->purchases, want.purchases);
        EXPECT_EQ(found->sold_count, want.sold_count);
        EXPECT_EQ(found->growth, want.growth);
        EXPECT_EQ(found->void_rate, want.void_rate);
        EXPECT_EQ(found->red_letter_rate, want.red_letter_rate);
        EXPECT_EQ(found->active_months, want.active_months);
        EXPECT_EQ(found->customers, want.customers);
        EXPECT_EQ(found->suppliers, want.suppliers);
        EXPECT_EQ(found->top_customer, want.top_customer);
        EXPECT_EQ(found->top_customers, want.top_customers);
        EXPECT_EQ(found->top_supplier, want.top_supplier);
        EXPECT_EQ(found->seasonality, want.seasonality);
        EXPECT_EQ(found->months_since_first, want.months_since_first);
        EXPECT_EQ(found->last_on, want.last_on);
    }
}

TEST(Features, months_of_a_chart_add_up_to_the_years_sales) {
    const auto seed = fresh_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    for (int round = 0; round < 50; ++round) {
        auto output = draw.book(100);
        output.push_back(draw.one(Date::of(2019, 6, 1), 20));
        const auto input = draw.book(100);
        const auto year = months(output, input, 12);
        const auto found = features(output, input);
        ASSERT_EQ(year.size(), 12U);
        EXPECT_TRUE(year.back().month.contains(found->as_of));
        Money sales, purchases;
        for (const auto& month : year) {
            sales += month.sales;
            purchases += month.purchases;
        }
        EXPECT_EQ(sales, found->sales);
        EXPECT_EQ(purchases, found->purchases);
    }
}

} // namespace
} // namespace invoice
