// Patterns of small random graphs against enumeration of everything.
#include "engine/watch/flows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

namespace watch {
namespace {

constexpr FlowSpans small_spans{40, 60, 25, 800'000, 10, 0, 80};

struct Known {
    Payment payment;
    bool fresh = false;
};

bool passes(std::int64_t before, std::int64_t after) {
    return after <= before && after >= before * 8 / 10;
}

class Naive {
public:
    std::vector<Known> all;

    Flows::Seen take(const Payment& payment) {
        Flows::Seen seen{};
        const bool met = std::ranges::any_of(all, [&](const Known& each) {
            return !each.payment.guarantee && each.payment.payer == payment.payer &&
                   each.payment.payee == payment.payee;
        });
        if (payment.payer == payment.payee) return seen;
        all.push_back({payment, !met && !payment.guarantee});
        const auto put = [&](Sight sight, std::int64_t value) {
            seen[static_cast<std::size_t>(sight)] = value;
        };
        if (payment.guarantee) {
            put(Sight::circle_length, shortest_circle(payment));
            return seen;
        }
        if (!met || payment.amount >= small_spans.least)
            put(Sight::chain_length, met || payment.amount < 10 ? 0 : chain(all.back()));
        if (payment.amount < small_spans.least) return seen;
        put(Sight::fan_out_payees, fan(payment.payer, true, payment).first);
        put(Sight::fan_out_amount, fan(payment.payer, true, payment).second);
        put(Sight::fan_in_payers, fan(payment.payee, false, payment).first);
        put(Sight::fan_in_amount, fan(payment.payee, false, payment).second);
        put(Sight::gather_payers, fan(payment.payer, false, payment).first);
        put(Sight::cycle_length, shortest_cycle(payment));
        put(Sight::joint_middles, joint(payment));
        return seen;
    }

private:
    bool recent(const Known& each, const Payment& now) const {
        return each.fresh && each.payment.amount >= small_spans.least &&
               each.payment.time_ms > now.time_ms - small_spans.fan_ms &&
               each.payment.time_ms <= now.time_ms;
    }

    std::pair<std::int64_t, std::int64_t> fan(
        std::int64_t account, bool out, const Payment& now) const {
        std::set<std::int64_t> others;
        std::int64_t amount = 0;
        for (const auto& each : all) {
            const auto& payment = each.payment;
            if (!recent(each, now) || (out ? payment.payer : payment.payee) != account) continue;
            others.insert(out ? payment.payee : payment.payer);
            amount += payment.amount;
        }
        return {static_cast<std::int64_t>(others.size()), amount};
    }

    std::int64_t chain(const Known& last) const {
        std::int64_t best = 0;
        for (const auto& each : all) {
            const auto& before = each.payment;
            if (!each.fresh || before.amount < small_spans.least ||
                before.number >= last.payment.number || before.payee != last.payment.payer ||
                before.time_ms <= last.payment.time_ms - small_spans.hop_ms ||
                !passes(before.amount, last.payment.amount))
                continue;
            best = std::max(best, chain(each));
        }
        return best + 1;
    }

    std::int64_t shortest_cycle(const Payment& closing) const {
        std::int64_t best = 0;
        std::vector<std::int64_t> way{closing.payer};
        const std::function<void(const Payment&, std::int64_t)> back = [&](const Payment& last,
                                                                           std::int64_t length) {
            for (const auto& each : all) {
                const auto& before = each.payment;
                if (before.guarantee || before.amount < small_spans.least ||
                    before.number == closing.number || before.payee != last.payer ||
                    before.time_ms > last.time_ms ||
                    before.time_ms <= closing.time_ms - small_spans.cycle_ms ||
                    !passes(before.amount, last.amount))
                    continue;
                if (before.payer == closing.payee) {
                    if (length + 1 >= 3 && (best == 0 || length + 1 < best)) best = length + 1;
                    continue;
                }
                if (length + 1 >= 8 || std::ranges::find(way, before.payer) != way.end()) continue;
                way.push_back(before.payer);
                back(before, length + 1);
                way.pop_back();
            }
        };
        back(closing, 1);
        return best;
    }

    std::int64_t shortest_circle(const Payment& closing) const {
        std::set<std::int64_t> layer{closing.payee};
        for (std::int64_t length = 2; length <= 6; ++length) {
            std::set<std::int64_t> next;
            for (const auto& each : all) {
                if (!each.payment.guarantee || each.payment.number == closing.number ||
                    each.payment.time_ms <= closing.time_ms - small_spans.circle_ms ||
                    !layer.contains(each.payment.payer))
                    continue;
                if (each.payment.payee == closing.payer) return length;
                next.insert(each.payment.payee);
            }
            layer = next;
        }
        return 0;
    }

    std::int64_t joint(const Payment& now) const {
        if (fan(now.payee, false, now).first < 2) return 0;
        std::int64_t best = 0;
        for (const auto& source : all) {
            if (!recent(source, now) || source.payment.payee != now.payer ||
                source.payment.payer == now.payee)
                continue;
            std::set<std::int64_t> middles;
            for (const auto& second : all) {
                if (!recent(second, now) || second.payment.payee != now.payee ||
                    second.payment.payer == source.payment.payer)
                    continue;
                for (const auto& first : all) {
                    if (recent(first, now) && first.payment.payee == second.payment.payer &&
                        first.payment.payer == source.payment.payer &&
                        first.payment.time_ms <= second.payment.time_ms)
                        middles.insert(second.payment.payer);
                }
            }
            best = std::max(best, static_cast<std::int64_t>(middles.size()));
        }
        return best;
    }
};

void compare(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Flows flows(small_spans);
    Naive naive;
    const auto accounts = 3 + random() % 10;
    Flows::Seen got{};
    std::int64_t time = 1'000;
    for (std::uint64_t number = 1; number <= 70; ++number) {
        time += static_cast<std::int64_t>(random() % 4);
        Payment payment;
        payment.time_ms = time;
        payment.number = number;
        payment.payer = static_cast<std::int64_t>(random() % accounts);
        payment.payee = static_cast<std::int64_t>(random() % accounts);
        payment.amount =
            static_cast<std::int64_t>(100 - random() % 30 - (random() % 9 == 0 ? 68 : 0));
        payment.guarantee = random() % 4 == 0;
        flows.take(payment, got);
        const auto want = naive.take(payment);
        for (const auto sight :
             {Sight::fan_out_payees,
              Sight::fan_out_amount,
              Sight::fan_in_payers,
              Sight::fan_in_amount,
              Sight::gather_payers,
              Sight::joint_middles,
              Sight::cycle_length,
              Sight::chain_length,
              Sight::circle_length}) {
            const auto place = static_cast<std::size_t>(sight);
            ASSERT_EQ(got[place], want[place])
                << "seed " << seed << " payment " << number << " " << name_of(sight);
            if (got[place] == 0 || (sight != Sight::cycle_length && sight != Sight::circle_length &&
                                    sight != Sight::chain_length))
                continue;
            ASSERT_EQ(flows.evidence(sight, payment).size(), static_cast<std::size_t>(got[place]))
                << "seed " << seed << " payment " << number << " " << name_of(sight);
        }
    }
}

TEST(Flows, equal_enumeration_on_small_random_graphs) {
    for (std::uint64_t seed = 1; seed <= 200 && !HasFatalFailure(); ++seed)
        compare(seed);
}

TEST(Flows, an_account_that_passes_on_what_it_gathered_is_a_layer_of_one) {
    Flows flows({100, 100, 100, 850'000, 1, 0, 100});
    Flows::Seen seen{};
    const std::int64_t payments[][3] = {{1, 0, 500}, {2, 0, 500}, {0, 3, 480}, {0, 4, 480}};
    std::int64_t middles[4] = {};
    for (std::int64_t i = 0; i < 4; ++i) {
        const auto* each = payments[i];
        flows.take({10 + i, each[0], each[1], each[2], static_cast<std::uint64_t>(i), false}, seen);
        middles[i] = seen[static_cast<std::size_t>(Sight::stack_middles)];
    }
    EXPECT_EQ(middles[2], 0);
    EXPECT_EQ(middles[3], 1);
    EXPECT_EQ(flows.evidence(Sight::stack_middles, {13, 0, 4, 480, 3, false}).size(), 4U);
}

} // namespace
} // namespace watch
