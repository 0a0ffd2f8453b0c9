// Money on its way between accounts: laundering patterns in the order of time, found as each
// payment arrives, from the recent payments of the accounts it touches.
//
// A payment is *fresh* when its payer never paid its payee before it. Households and firms mostly
// pay whom they paid before; layering needs new ways. So fans, passages and layers count fresh
// payments only, while a cycle may use any.
#pragma once

#include "engine/watch/bytes.hpp"
#include "engine/watch/order.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace watch {

struct FlowSpans {
    std::int64_t fan_ms = 0;   // fans, gather–scatter, scatter–gather and stacks
    std::int64_t cycle_ms = 0; // from a cycle's first payment to its last
    std::int64_t hop_ms = 0;   // money rests so long at most in a chain
    std::int64_t keep_ppm = 0; // the least part of an amount that is passed on in a hop
    std::int64_t least = 0;    // smaller payments (分) belong to no pattern
    std::int64_t lateness_ms = 0;
    std::int64_t circle_ms = 0; // how long a guarantee holds
};

// What a payment shows. Counts of accounts or payments; amounts in 分.
enum class Sight {
    fan_out_payees, // fresh payees of the payer
    fan_out_amount,
    fan_in_payers, // fresh payers of the payee
    fan_in_amount,
    gather_payers, // fresh payers of the payer, who now pays on …
    gather_amount,
    scatter_payees, // … to so many fresh payees since the first of them paid
    scatter_amount,
    joint_middles, // accounts that carried money of one source to this payee
    cycle_length,  // payments of the shortest cycle that this one closes; 0 when none
    chain_length,  // payments of the longest chain of fresh hops that ends with this one
    stack_middles, // accounts of the payer's layer that passed on what they got from its sources
    circle_length  // guarantees of the shortest circle that this one closes
};
inline constexpr std::size_t sights = 13;
[[nodiscard]] std::string_view name_of(Sight sight);

struct Payment {
    std::int64_t time_ms = 0;
    std::int64_t payer = 0;
    std::int64_t payee = 0;
    std::int64_t amount = 0;
    std::uint64_t number = 0;
    bool guarantee = false; // no money moves: the payer guarantees the payee's debt
};

class Flows {
public:
    explicit Flows(const FlowSpans& spans)
        : spans_(spans) {}

    using Seen = std::array<std::int64_t, sights>;

    // Takes the payment and says what it shows, as at its time, of the payments received so far.
    void take(const Payment& payment, Seen& seen);
    // Everything that later sights depend on. The same payments give the same bytes.
    void write(ByteWriter& out) const;
    // False when the bytes are no such state, of accounts and payments below the bounds.
    [[nodiscard]] bool read(ByteReader& in, std::uint64_t accounts, std::uint64_t payments);
    // The payments behind a sight of the payment that was taken last, ascending.
    [[nodiscard]] std::vector<std::uint64_t> evidence(Sight sight, const Payment& payment) const;

private:
    struct Edge {
        std::int64_t time_ms;
        std::int64_t other;
        std::int64_t amount;
        std::uint64_t number;
        std::int32_t chain;
        bool fresh;
    };

    struct Account {
        std::vector<Edge> in; // by time
        std::vector<Edge> out;
        std::vector<Edge> guarantees; // given
    };

    struct Sum {
        std::int64_t accounts = 0;
        std::int64_t amount = 0;
    };

    struct Path {
        std::vector<std::uint64_t> numbers;
        std::vector<std::int64_t> accounts;
        std::vector<std::uint64_t> best;
        int steps = 0;
    };

    [[nodiscard]] const Account& at(std::int64_t account) const {
        return accounts_[static_cast<std::size_t>(account)];
    }

    // Up to then payments may be forgotten, so nothing may depend on them.
    [[nodiscard]] std::int64_t horizon_ms(std::int64_t keep_ms) const {
        return watermark_ms_ - spans_.lateness_ms - keep_ms;
    }

    [[nodiscard]] std::int64_t keep_ms() const;
    void write(ByteWriter& out, const std::vector<Edge>& edges, std::int64_t keep_ms) const;
    static bool read(
        ByteReader& in, std::vector<Edge>& edges, std::uint64_t accounts, std::uint64_t payments);
    void insert(std::vector<Edge>& edges, const Edge& edge, std::int64_t keep_ms);
    [[nodiscard]] Sum fresh_sum(
        const std::vector<Edge>& edges, std::int64_t after_ms, std::int64_t until_ms) const;
    [[nodiscard]] const Edge* hop_before(const Payment& payment) const;
    void seek_cycle(
        std::int64_t at,
        std::int64_t before_ms,
        std::int64_t amount,
        const Payment& closing,
        Path& path) const;
    void seek_circle(std::int64_t at, const Payment& closing, std::size_t most, Path& path) const;
    template <class Each>
    std::int64_t joint(const Payment& payment, Each each) const;
    template <class Each>
    std::int64_t stack(const Payment& payment, Each each) const;
    [[nodiscard]] bool passes_on(std::int64_t account, std::int64_t now_ms) const;
    [[nodiscard]] std::int64_t first_fresh_ms(std::int64_t account, std::int64_t after_ms) const;
    void see(const Payment& payment, Seen& seen) const;

    static constexpr std::size_t path_most = 8;   // payments of a cycle
    static constexpr std::size_t circle_most = 6; // guarantees of a circle
    static constexpr int steps_most = 4'000;      // of one search
    static constexpr std::size_t near_most = 96; // recent payments of one account a search looks at

    FlowSpans spans_;
    std::vector<Account> accounts_;
    Keys pairs_;
    std::vector<std::int64_t> since_; // of pairs: the time of the first payment
    // From a payment of a chain to the one before it, since a chain may be longer than edges are
    // kept.
    std::unordered_map<std::uint64_t, std::uint64_t> hops_;
    std::int64_t watermark_ms_ = 0;
    mutable std::vector<std::int64_t> others_; // room for counting distinct accounts
};

} // namespace watch
