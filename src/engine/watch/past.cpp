#include "engine/watch/past.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace watch {

void Past::add(const Deal& deal) {
    const auto id = ids_.meet(deal.id);
    if (!id.first) return;
    const auto code = [&](std::string_view word) {
        return word.empty() ? std::int64_t{-1} : words_.meet(word).code;
    };
    const auto at = static_cast<std::uint32_t>(deals_.size());
    const Row row{
        deal.time_ms, deal.amount, id.code, code(deal.payer), code(deal.payee), code(deal.kind)};
    deals_.push_back(row);
    of_.resize(words_.size());
    if (row.payer >= 0) of_[static_cast<std::size_t>(row.payer)].push_back(at);
    if (row.payee >= 0 && row.payee != row.payer)
        of_[static_cast<std::size_t>(row.payee)].push_back(at);
}

Past::Deal Past::deal(const Row& row) const {
    const auto word = [&](std::int64_t code) {
        return code < 0 ? std::string_view() : words_.of(code);
    };
    return {
        ids_.of(row.id), row.time_ms, word(row.payer), word(row.payee), row.amount, word(row.kind)};
}

std::optional<Past::Deal> Past::find(std::string_view id) const {
    const auto code = ids_.find(id);
    if (!code) return {};
    return deal(deals_[static_cast<std::size_t>(*code)]);
}

bool Past::within(const Row& row, const Asked& asked) {
    return row.time_ms >= asked.from_ms && row.time_ms <= asked.until_ms && row.payer >= 0 &&
           row.payee >= 0 && row.payer != row.payee;
}

// The latest payments of an account in time; a hub has more than anybody looks at.
std::vector<std::uint32_t> Past::latest(std::int64_t account, const Asked& asked) const {
    std::vector<std::uint32_t> found;
    const auto& all = of_[static_cast<std::size_t>(account)];
    for (auto at = all.rbegin(); at != all.rend() && found.size() < looked_at_most; ++at) {
        if (within(deals_[*at], asked)) found.push_back(*at);
    }
    return found;
}

std::vector<Past::Reached> Past::reach(std::int64_t start, const Asked& asked) const {
    std::vector<Reached> all{{start, 0, 0, true}};
    std::set<std::int64_t> known{start};
    std::vector<std::int64_t> ring{start};
    for (int hops = 1; hops <= 2; ++hops) {
        std::map<std::int64_t, std::int64_t> next;
        for (const auto account : ring) {
            for (const auto at : latest(account, asked)) {
                const auto& row = deals_[at];
                const auto other = row.payer == account ? row.payee : row.payer;
                if (!known.contains(other)) next[other] += row.amount;
            }
        }
        ring.clear();
        for (const auto& [account, amount] : next) {
            const auto name = words_.of(account);
            const bool first = std::ranges::find(asked.first, name) != asked.first.end();
            all.push_back({account, hops, amount, first});
            known.insert(account);
            ring.push_back(account);
        }
    }
    std::ranges::sort(all, {}, [](const Reached& each) {
        return std::tuple(each.hops != 0, !each.first, each.hops, -each.amount, each.account);
    });
    return all;
}

Past::Tie Past::tie(std::vector<std::uint32_t> deals) const {
    std::ranges::stable_sort(
        deals, std::greater<>{}, [&](std::uint32_t at) { return deals_[at].time_ms; });
    const auto& last = deals_[deals.front()];
    Tie made;
    made.from = words_.of(last.payer);
    made.to = words_.of(last.payee);
    made.last_ms = last.time_ms;
    made.first_ms = deals_[deals.back()].time_ms;
    made.kind = deal(last).kind;
    for (const auto at : deals) {
        ++made.count;
        made.amount += deals_[at].amount;
        if (made.of.size() < shown_most) made.of.emplace_back(ids_.of(deals_[at].id));
    }
    return made;
}

Past::Web Past::around(const Asked& asked) const {
    Web web;
    const auto start = words_.find(asked.account);
    if (!start) {
        web.nodes.push_back({std::string(asked.account), 0});
        return web;
    }
    auto reached = reach(*start, asked);
    if (reached.size() > asked.nodes_most) {
        web.left_out = static_cast<std::int64_t>(reached.size() - asked.nodes_most);
        reached.resize(asked.nodes_most);
    }
    std::set<std::int64_t> shown;
    for (const auto& each : reached) {
        web.nodes.push_back({std::string(words_.of(each.account)), each.hops});
        shown.insert(each.account);
    }
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::uint32_t>> ties;
    for (const auto account : shown) {
        for (const auto at : latest(account, asked)) {
            const auto& row = deals_[at];
            if (row.payer == account && shown.contains(row.payee))
                ties[{row.payer, row.payee}].push_back(at);
        }
    }
    for (auto& [ends, deals] : ties)
        web.ties.push_back(tie(std::move(deals)));
    return web;
}

} // namespace watch
