// The payments a watch has taken, kept by account: who paid whom around an account, and the rows
// behind a decision. 48 bytes a payment beside its id.
#pragma once

#include "base/json.hpp"
#include "engine/watch/words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace watch {

class Past {
public:
    struct Deal {
        std::string_view id; // as long as the Past lives
        std::int64_t time_ms = 0;
        std::string_view payer; // empty where there was none
        std::string_view payee;
        std::int64_t amount = 0; // 分
        std::string_view kind;
    };

    void add(const Deal& deal);

    [[nodiscard]] std::size_t size() const { return deals_.size(); }

    [[nodiscard]] std::optional<Deal> find(std::string_view id) const;

    // All payments from one account to another within the time asked.
    struct Tie {
        std::string from;
        std::string to;
        std::int64_t count = 0;
        std::int64_t amount = 0;
        std::int64_t first_ms = 0;
        std::int64_t last_ms = 0;
        std::string kind;            // of the last one
        std::vector<std::string> of; // ids of payments, the latest first, `shown_most` at most
    };

    struct Node {
        std::string account;
        int hops = 0; // from the subject
    };

    struct Web {
        std::vector<Node> nodes; // the subject first, then by hops and amount
        std::vector<Tie> ties;
        std::int64_t left_out = 0; // accounts within two hops that are not shown
    };

    struct Asked {
        std::string_view account;
        std::int64_t from_ms = 0;
        std::int64_t until_ms = 0; // both ends included
        std::size_t nodes_most = 40;
        std::vector<std::string> first; // accounts that come before others
    };

    // Who is within two payments of the account, in either direction. Of too many those with the
    // greatest amounts on the way.
    [[nodiscard]] Web around(const Asked& asked) const;

    static constexpr std::size_t shown_most = 20;

private:
    struct Row {
        std::int64_t time_ms;
        std::int64_t amount;
        std::int64_t id;
        std::int64_t payer; // or -1
        std::int64_t payee; // or -1
        std::int64_t kind;  // or -1
    };

    struct Reached {
        std::int64_t account;
        int hops;
        std::int64_t amount; // of the payments that led here
        bool first;
    };

    static constexpr std::size_t looked_at_most = 2'000; // payments of one account

    [[nodiscard]] Deal deal(const Row& row) const;
    [[nodiscard]] static bool within(const Row& row, const Asked& asked);
    [[nodiscard]] std::vector<std::uint32_t> latest(std::int64_t account, const Asked& asked) const;
    [[nodiscard]] std::vector<Reached> reach(std::int64_t start, const Asked& asked) const;
    [[nodiscard]] Tie tie(std::vector<std::uint32_t> deals) const;

    Words ids_;
    Words words_;
    std::vector<Row> deals_;                     // by the code of the id
    std::vector<std::vector<std::uint32_t>> of_; // deals by the code of an account
};

} // namespace watch
