// The state of a whole watch as bytes and back: words, ids, windows, flows, what was decided. What
// no later record can depend on is left out, so that a watch that was stopped and read again writes
// the bytes of one that never stopped.
#include "engine/watch/watch.hpp"

namespace watch {
namespace {

constexpr std::uint64_t state_version = 1;

void write_words(ByteWriter& out, const Words& words) {
    out.number(words.size());
    for (std::size_t code = 0; code < words.size(); ++code)
        out.text(words.of(static_cast<std::int64_t>(code)));
}

bool below(std::int64_t code, std::uint64_t limit) {
    return code >= 0 && static_cast<std::uint64_t>(code) < limit;
}

} // namespace

void Flows::write(ByteWriter& out, const std::vector<Edge>& edges, std::int64_t keep_ms) const {
    const auto first = std::ranges::find_if(
        edges, [&](const Edge& each) { return each.time_ms > horizon_ms(keep_ms); });
    out.number(static_cast<std::uint64_t>(edges.end() - first));
    for (auto each = first; each != edges.end(); ++each) {
        out.whole(each->time_ms);
        out.whole(each->other);
        out.whole(each->amount);
        out.number(each->number);
        out.number(static_cast<std::uint64_t>(each->chain) << 1U | (each->fresh ? 1U : 0U));
    }
}

bool Flows::read(
    ByteReader& in, std::vector<Edge>& edges, std::uint64_t accounts, std::uint64_t payments) {
    const auto count = in.count();
    edges.reserve(count);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        Edge edge{};
        edge.time_ms = in.whole();
        edge.other = in.whole();
        edge.amount = in.whole();
        edge.number = in.number();
        const auto rest = in.number();
        edge.chain = static_cast<std::int32_t>(rest >> 1U & 0x7FFF'FFFFU);
        edge.fresh = (rest & 1U) != 0;
        const bool sane = possible_time(edge.time_ms) && below(edge.other, accounts) &&
                          edge.amount <= value_most && edge.amount >= -value_most &&
                          edge.number < payments && below(edge.chain, payments + 1) &&
                          (edges.empty() || edges.back().time_ms <= edge.time_ms);
        if (!sane) return false;
        edges.push_back(edge);
    }
    return !in.failed();
}

void Flows::write(ByteWriter& out) const {
    out.whole(watermark_ms_);
    const auto pairs = pairs_.listed();
    out.number(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        out.whole(pairs[i].first);
        out.whole(pairs[i].second);
        out.whole(since_[i]);
    }
    const std::map<std::uint64_t, std::uint64_t> hops(hops_.begin(), hops_.end());
    out.number(hops.size());
    for (const auto& [number, before] : hops) {
        out.number(number);
        out.number(before);
    }
    ByteWriter told;
    std::uint64_t count = 0;
    for (std::size_t account = 0; account < accounts_.size(); ++account) {
        const auto& each = accounts_[account];
        const auto needed = [](const std::vector<Edge>& edges, std::int64_t after_ms) {
            return !edges.empty() && edges.back().time_ms > after_ms;
        };
        if (!needed(each.in, horizon_ms(keep_ms())) && !needed(each.out, horizon_ms(keep_ms())) &&
            !needed(each.guarantees, horizon_ms(spans_.circle_ms)))
            continue;
        ++count;
        told.number(account);
        write(told, each.in, keep_ms());
        write(told, each.out, keep_ms());
        write(told, each.guarantees, spans_.circle_ms);
    }
    out.number(count);
    out.text(told.bytes());
}

bool Flows::read(ByteReader& in, std::uint64_t accounts, std::uint64_t payments) {
    watermark_ms_ = in.whole();
    if (!possible_time(watermark_ms_)) return false;
    const auto pairs = in.count();
    since_.reserve(pairs);
    for (std::size_t i = 0; i < pairs && !in.failed(); ++i) {
        const auto payer = in.whole();
        const auto payee = in.whole();
        const bool sane = below(payer, accounts) && below(payee, accounts);
        if (!sane || pairs_.add(payer, payee) != i) return false;
        since_.push_back(in.whole());
    }
    const auto hops = in.count();
    for (std::size_t i = 0; i < hops && !in.failed(); ++i) {
        const auto number = in.number();
        const auto before = in.number();
        if (before >= number || number >= payments) return false;
        hops_[number] = before;
    }
    const auto count = in.count();
    ByteReader told(in.text());
    accounts_.resize(accounts);
    std::uint64_t least = 0;
    for (std::size_t i = 0; i < count && !told.failed(); ++i) {
        const auto account = told.number();
        if (account < least || account >= accounts) return false;
        least = account + 1;
        auto& each = accounts_[account];
        if (!read(told, each.in, accounts, payments) || !read(told, each.out, accounts, payments) ||
            !read(told, each.guarantees, accounts, payments))
            return false;
    }
    return told.done() && !in.failed();
}

void Watch::write(ByteWriter& out) const {
    out.number(state_version);
    out.text(digest_);
    write_words(out, words_);
    write_words(out, ids_);
    windows_->write(out);
    flows_->write(out);
    const auto watermark_ms = windows_->watermark_ms();
    const auto heard_ms = watermark_ms == nothing ? nothing : watermark_ms - lateness_ms_;
    for (const auto& scored : scored_) {
        out.whole(scored.day);
        out.whole(scored.today);
        std::map<std::int64_t, std::int64_t> quiet;
        for (const auto& [subject, until_ms] : scored.quiet_until_ms) {
            if (until_ms > heard_ms) quiet.emplace(subject, until_ms);
        }
        out.number(quiet.size());
        for (const auto& [subject, until_ms] : quiet) {
            out.whole(subject);
            out.whole(until_ms);
        }
    }
    out.whole(first_ms_);
    out.whole(budget_day_);
    out.whole(budget_used_);
    std::vector<std::uint64_t> decided(decided_.begin(), decided_.end());
    std::ranges::sort(decided);
    out.number(decided.size());
    for (const auto number : decided)
        out.number(number);
    out.text(base::json::text(tally_));
}

bool Watch::read_words(ByteReader& in) {
    for (auto* words : {&words_, &ids_}) {
        const auto count = in.count();
        for (std::size_t code = 0; code < count && !in.failed(); ++code) {
            if (words->meet(in.text()).code != static_cast<std::int64_t>(code)) return false;
        }
        if (words->size() != count) return false;
    }
    return !in.failed();
}

bool Watch::read_scored(ByteReader& in) {
    for (auto& scored : scored_) {
        scored.day = in.whole();
        scored.today = in.whole();
        if (!below(scored.today, ids_.size() + 1)) return false;
        const auto quiet = in.count();
        for (std::size_t i = 0; i < quiet && !in.failed(); ++i) {
            const auto subject = in.whole();
            scored.quiet_until_ms[subject] = in.whole();
        }
    }
    return !in.failed();
}

bool Watch::read(ByteReader& in) {
    if (in.number() != state_version || in.text() != digest_ || !read_words(in)) return false;
    Bounds bounds{ids_.size(), {}};
    for (const auto& field : fields_) {
        const auto most = static_cast<std::int64_t>(words_.size()) - 1;
        const bool word = field.type == FieldType::word;
        bounds.fields.push_back({word ? 0 : -value_most, word ? most : value_most});
    }
    if (!windows_->read(in, bounds) || !flows_->read(in, words_.size(), ids_.size()) ||
        !read_scored(in))
        return false;
    first_ms_ = in.whole();
    budget_day_ = in.whole();
    budget_used_ = in.whole();
    if (!below(budget_used_, ids_.size() * scored_.size() + 1)) return false;
    if (first_ms_ != nothing && !possible_time(first_ms_)) return false;
    const auto decided = in.count();
    for (std::size_t i = 0; i < decided && !in.failed(); ++i) {
        const auto number = in.number();
        if (number >= ids_.size()) return false;
        decided_.insert(number);
    }
    const auto tally = base::json::from_text<Tally>(in.text());
    if (!tally || in.failed()) return false;
    tally_ = *tally;
    return true;
}

} // namespace watch
