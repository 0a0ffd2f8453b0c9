#include "engine/watch/flows.hpp"

#include <algorithm>

namespace watch {
namespace {

constexpr std::string_view sight_names[sights] = {
    "fan_out_payees",
    "fan_out_amount",
    "fan_in_payers",
    "fan_in_amount",
    "gather_payers",
    "gather_amount",
    "scatter_payees",
    "scatter_amount",
    "joint_middles",
    "cycle_length",
    "chain_length",
    "stack_middles",
    "circle_length"};

constexpr std::int64_t part(std::int64_t amount, std::int64_t ppm) {
    return amount / 1'000'000 * ppm + amount % 1'000'000 * ppm / 1'000'000;
}

std::int64_t& seen_of(Flows::Seen& seen, Sight sight) {
    return seen[static_cast<std::size_t>(sight)];
}

} // namespace

std::string_view name_of(Sight sight) { return sight_names[static_cast<std::size_t>(sight)]; }

std::int64_t Flows::keep_ms() const {
    return std::max({spans_.fan_ms, spans_.cycle_ms, spans_.hop_ms});
}

void Flows::insert(std::vector<Edge>& edges, const Edge& edge, std::int64_t keep_ms) {
    // Old payments go in one sweep when the list would grow anyway.
    if (edges.size() == edges.capacity() && !edges.empty()) {
        const auto cutoff = horizon_ms(keep_ms);
        const auto first =
            std::ranges::find_if(edges, [&](const Edge& each) { return each.time_ms > cutoff; });
        edges.erase(edges.begin(), first);
    }
    auto place = edges.end();
    while (place != edges.begin() && std::prev(place)->time_ms > edge.time_ms)
        --place;
    edges.insert(place, edge);
}

// Distinct other accounts and the sum of fresh payments in (after, until].
Flows::Sum Flows::fresh_sum(
    const std::vector<Edge>& edges, std::int64_t after_ms, std::int64_t until_ms) const {
    Sum sum;
    for (auto each = edges.rbegin(); each != edges.rend() && each->time_ms > after_ms; ++each) {
        if (each->time_ms > until_ms || !each->fresh) continue;
        sum.accounts += 1; // a pair is fresh once
        sum.amount += each->amount;
    }
    return sum;
}

// The payment whose money this one may pass on: fresh, rested no longer than a hop, little kept
// back. Of several the one with the longest chain, then the latest.
const Flows::Edge* Flows::hop_before(const Payment& payment) const {
    const Edge* best = nullptr;
    const auto& in = at(payment.payer).in;
    std::size_t looked = 0;
    for (auto each = in.rbegin(); each != in.rend() && looked < near_most; ++each, ++looked) {
        if (each->time_ms <= payment.time_ms - spans_.hop_ms) break;
        if (each->time_ms > payment.time_ms || each->number >= payment.number || !each->fresh)
            continue;
        const bool passed =
            payment.amount <= each->amount && payment.amount >= part(each->amount, spans_.keep_ppm);
        if (passed && (best == nullptr || each->chain > best->chain)) best = &*each;
    }
    return best;
}

// Backwards from the payer of the closing payment to its payee, each payment earlier than the next
// and a little larger.
void Flows::seek_cycle(
    std::int64_t account,
    std::int64_t before_ms,
    std::int64_t amount,
    const Payment& closing,
    Path& path) const {
    const auto& in = at(account).in;
    std::size_t looked = 0;
    for (auto each = in.rbegin(); each != in.rend() && looked < near_most; ++each) {
        if (each->time_ms <= closing.time_ms - spans_.cycle_ms) break;
        if (each->time_ms > before_ms || each->number == closing.number) continue;
        ++looked;
        if (++path.steps > steps_most) return;
        if (amount > each->amount || amount < part(each->amount, spans_.keep_ppm)) continue;
        const auto length = path.numbers.size() + 2; // with this one and the closing one
        if (!path.best.empty() && length > path.best.size()) continue;
        if (each->other == closing.payee) {
            if (length < 3 || (!path.best.empty() && length >= path.best.size() + 1)) continue;
            path.best = path.numbers;
            path.best.push_back(each->number);
            continue;
        }
        if (length >= path_most || each->other == closing.payer ||
            std::ranges::find(path.accounts, each->other) != path.accounts.end())
            continue;
        path.numbers.push_back(each->number);
        path.accounts.push_back(each->other);
        seek_cycle(each->other, each->time_ms, each->amount, closing, path);
        path.numbers.pop_back();
        path.accounts.pop_back();
    }
}

// Forwards over guarantees that hold, from the guaranteed back to the guarantor.
void Flows::seek_circle(
    std::int64_t account, const Payment& closing, std::size_t most, Path& path) const {
    for (const auto& each : at(account).guarantees) {
        if (each.time_ms > closing.time_ms || each.time_ms <= closing.time_ms - spans_.circle_ms ||
            each.number == closing.number)
            continue;
        if (++path.steps > steps_most) return;
        const auto length = path.numbers.size() + 2;
        if (length > most || (!path.best.empty() && length > path.best.size())) continue;
        if (each.other == closing.payer) {
            path.best = path.numbers;
            path.best.push_back(each.number);
            continue;
        }
        if (each.other == closing.payee ||
            std::ranges::find(path.accounts, each.other) != path.accounts.end())
            continue;
        path.numbers.push_back(each.number);
        path.accounts.push_back(each.other);
        seek_circle(each.other, closing, most, path);
        path.numbers.pop_back();
        path.accounts.pop_back();
    }
}

// Sources of the payer, and for the one with the most of them the accounts that carried its money
// to this payee. `each` gets the two payments of every middle of the best source.
template <class Each>
std::int64_t Flows::joint(const Payment& payment, Each each) const {
    const auto after_ms = payment.time_ms - spans_.fan_ms;
    const auto& middles = at(payment.payee).in;
    std::int64_t best = 0;
    std::int64_t chosen = -1;
    const auto count = [&](std::int64_t source, auto report) {
        std::int64_t found = 0;
        std::size_t looked = 0;
        for (auto second = middles.rbegin(); second != middles.rend() && looked < near_most;
             ++second) {
            if (second->time_ms <= after_ms) break;
            if (second->time_ms > payment.time_ms || !second->fresh || second->other == source)
                continue;
            ++looked;
            for (auto first = at(second->other).in.rbegin(); first != at(second->other).in.rend();
                 ++first) {
                if (first->time_ms <= after_ms) break;
                if (first->other != source || !first->fresh || first->time_ms > second->time_ms)
                    continue;
                ++found;
                report(first->number, second->number);
                break;
            }
        }
        return found;
    };
    std::size_t tried = 0;
    const auto& sources = at(payment.payer).in;
    for (auto source = sources.rbegin(); source != sources.rend() && tried < 8; ++source) {
        if (source->time_ms <= after_ms) break;
        if (source->time_ms > payment.time_ms || !source->fresh || source->other == payment.payee)
            continue;
        ++tried;
        const auto found = count(source->other, [](auto, auto) {});
        if (found <= best) continue;
        best = found;
        chosen = source->other;
    }
    if (chosen >= 0) count(chosen, each);
    return best;
}

std::int64_t Flows::first_fresh_ms(std::int64_t account, std::int64_t after_ms) const {
    std::int64_t first = watermark_ms_ + 1;
    const auto& in = at(account).in;
    for (auto each = in.rbegin(); each != in.rend() && each->time_ms > after_ms; ++each) {
        if (each->fresh) first = each->time_ms;
    }
    return first;
}

// At least two fresh payers, then two fresh payees, and nearly all of it gone again.
bool Flows::passes_on(std::int64_t account, std::int64_t now_ms) const {
    const auto after_ms = now_ms - spans_.fan_ms;
    const auto got = fresh_sum(at(account).in, after_ms, now_ms);
    if (got.accounts < 2) return false;
    const auto gave = fresh_sum(at(account).out, first_fresh_ms(account, after_ms), now_ms);
    return gave.accounts >= 2 && gave.amount <= got.amount &&
           gave.amount >= part(got.amount, spans_.keep_ppm);
}

// The accounts that share a source with the payer and passed on what they got, the payer among
// them.
template <class Each>
std::int64_t Flows::stack(const Payment& payment, Each each) const {
    if (!passes_on(payment.payer, payment.time_ms)) return 0;
    const auto after_ms = payment.time_ms - spans_.fan_ms;
    others_.clear();
    const auto& sources = at(payment.payer).in;
    for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
        if (source->time_ms <= after_ms) break;
        if (source->time_ms > payment.time_ms || !source->fresh) continue;
        const auto& layer = at(source->other).out;
        std::size_t looked = 0;
        for (auto middle = layer.rbegin(); middle != layer.rend() && looked < near_most; ++middle) {
            if (middle->time_ms <= after_ms) break;
            if (middle->time_ms > payment.time_ms || !middle->fresh) continue;
            ++looked;
            if (std::ranges::find(others_, middle->other) != others_.end()) continue;
            if (middle->other == payment.payer || passes_on(middle->other, payment.time_ms))
                others_.push_back(middle->other);
        }
    }
    for (const auto middle : others_)
        each(middle);
    return static_cast<std::int64_t>(others_.size());
}

void Flows::see(const Payment& payment, Seen& seen) const {
    const auto now_ms = payment.time_ms;
    const auto after_ms = now_ms - spans_.fan_ms;
    const auto fan_out = fresh_sum(at(payment.payer).out, after_ms, now_ms);
    const auto fan_in = fresh_sum(at(payment.payee).in, after_ms, now_ms);
    const auto gathered = fresh_sum(at(payment.payer).in, after_ms, now_ms);
    seen_of(seen, Sight::fan_out_payees) = fan_out.accounts;
    seen_of(seen, Sight::fan_out_amount) = fan_out.amount;
    seen_of(seen, Sight::fan_in_payers) = fan_in.accounts;
    seen_of(seen, Sight::fan_in_amount) = fan_in.amount;
    seen_of(seen, Sight::gather_payers) = gathered.accounts;
    seen_of(seen, Sight::gather_amount) = gathered.amount;
    if (gathered.accounts > 0) {
        const auto scattered =
            fresh_sum(at(payment.payer).out, first_fresh_ms(payment.payer, after_ms) - 1, now_ms);
        seen_of(seen, Sight::scatter_payees) = scattered.accounts;
        seen_of(seen, Sight::scatter_amount) = scattered.amount;
        if (fan_in.accounts >= 2)
            seen_of(seen, Sight::joint_middles) = joint(payment, [](auto, auto) {});
        seen_of(seen, Sight::stack_middles) = stack(payment, [](auto) {});
    }
    Path path;
    path.accounts.push_back(payment.payer);
    seek_cycle(payment.payer, now_ms, payment.amount, payment, path);
    if (!path.best.empty())
        seen_of(seen, Sight::cycle_length) = static_cast<std::int64_t>(path.best.size()) + 1;
}

void Flows::take(const Payment& payment, Seen& seen) {
    seen.fill(0);
    watermark_ms_ = std::max(watermark_ms_, payment.time_ms);
    const auto needed = static_cast<std::size_t>(std::max(payment.payer, payment.payee)) + 1;
    if (accounts_.size() < needed) accounts_.resize(std::max(needed, accounts_.size() * 2));
    if (payment.payer == payment.payee) return;
    auto& payer = accounts_[static_cast<std::size_t>(payment.payer)];
    auto& payee = accounts_[static_cast<std::size_t>(payment.payee)];
    if (payment.guarantee) {
        insert(
            payer.guarantees,
            {payment.time_ms, payment.payee, payment.amount, payment.number, 0, false},
            spans_.circle_ms);
        Path path;
        seek_circle(payment.payee, payment, circle_most, path);
        if (!path.best.empty())
            seen_of(seen, Sight::circle_length) = static_cast<std::int64_t>(path.best.size()) + 1;
        return;
    }
    const auto pair = pairs_.add(payment.payer, payment.payee);
    const bool met = pair < since_.size();
    if (!met) since_.push_back(payment.time_ms);
    // A late payment that is earlier than the first one known is fresh too.
    const bool fresh = !met || payment.time_ms < since_[pair];
    since_[pair] = std::min(since_[pair], payment.time_ms);
    if (payment.amount < spans_.least) return;
    const auto* before = fresh ? hop_before(payment) : nullptr;
    const std::int32_t chain = fresh ? (before == nullptr ? 1 : before->chain + 1) : 0;
    if (before != nullptr) hops_[payment.number] = before->number;
    seen_of(seen, Sight::chain_length) = chain;
    insert(
        payer.out,
        {payment.time_ms, payment.payee, payment.amount, payment.number, chain, fresh},
        keep_ms());
    insert(
        payee.in,
        {payment.time_ms, payment.payer, payment.amount, payment.number, chain, fresh},
        keep_ms());
    see(payment, seen);
}

std::vector<std::uint64_t> Flows::evidence(Sight sight, const Payment& payment) const {
    std::vector<std::uint64_t> numbers{payment.number};
    const auto now_ms = payment.time_ms;
    const auto after_ms = now_ms - spans_.fan_ms;
    const auto fresh = [&](const std::vector<Edge>& edges, std::int64_t from_ms) {
        for (const auto& each : edges) {
            if (each.fresh && each.time_ms > from_ms && each.time_ms <= now_ms)
                numbers.push_back(each.number);
        }
    };
    Path path;
    path.accounts.push_back(payment.payer);
    switch (sight) {
    case Sight::fan_out_payees:
    case Sight::fan_out_amount: fresh(at(payment.payer).out, after_ms); break;
    case Sight::fan_in_payers:
    case Sight::fan_in_amount: fresh(at(payment.payee).in, after_ms); break;
    case Sight::gather_payers:
    case Sight::gather_amount:
    case Sight::scatter_payees:
    case Sight::scatter_amount:
        fresh(at(payment.payer).in, after_ms);
        fresh(at(payment.payer).out, first_fresh_ms(payment.payer, after_ms) - 1);
        break;
    case Sight::joint_middles:
        joint(payment, [&](std::uint64_t first, std::uint64_t second) {
            numbers.push_back(first);
            numbers.push_back(second);
        });
        break;
    case Sight::cycle_length:
        seek_cycle(payment.payer, now_ms, payment.amount, payment, path);
        numbers.insert(numbers.end(), path.best.begin(), path.best.end());
        break;
    case Sight::chain_length: {
        for (auto hop = hops_.find(payment.number); hop != hops_.end() && numbers.size() <= 64;
             hop = hops_.find(hop->second))
            numbers.push_back(hop->second);
        break;
    }
    case Sight::stack_middles:
        stack(payment, [&](std::int64_t middle) {
            fresh(at(middle).in, after_ms);
            fresh(at(middle).out, first_fresh_ms(middle, after_ms) - 1);
        });
        break;
    case Sight::circle_length:
        path.accounts.clear();
        seek_circle(payment.payee, payment, circle_most, path);
        numbers.insert(numbers.end(), path.best.begin(), path.best.end());
        break;
    }
    std::ranges::sort(numbers);
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    return numbers;
}

} // namespace watch
