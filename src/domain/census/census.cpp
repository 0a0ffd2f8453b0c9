#include "domain/census/census.hpp"

#include "base/log.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace census {
namespace {

// Reading so many lines of the journal costs about what reading ten thousand enterprises does.
constexpr std::int64_t lines_most = 20'000;
// Texts that no row holds any more stay in the columns' dictionaries until all is read again: after
// this many changes a row.
constexpr std::size_t puts_a_row_most = 4;
constexpr std::size_t puts_least = 65'536;

// The enterprise whose row the event may have changed. Its number is the subject of all of these.
std::optional<Id<Party>> touched_by(const store::Event& event) {
    if (event.kind != fact::Learned::kind && event.kind != party::EnterpriseRegistered::kind &&
        event.kind != party::EnterpriseChanged::kind)
        return std::nullopt;
    return Id<Party>{std::stoll(event.subject)};
}

} // namespace

void Census::Inbox::hear(std::span<const store::Event> events) {
    const std::scoped_lock lock(mutex);
    for (const auto& event : events) {
        heard = event.seq;
        const auto enterprise = touched_by(event);
        if (!enterprise) continue;
        if (touches.size() >= most) {
            touches.clear();
            lost = event.seq;
        } else {
            touches.push_back({event.seq, *enterprise});
        }
    }
}

Census::Census(store::Database& database, const pack::Policy& policy, Options options)
    : database_(database)
    , policy_(policy)
    , inbox_(std::make_unique<Inbox>(options.touched_most)) {
    if (!options.listens) return;
    database_.listen(
        [inbox = inbox_](std::span<const store::Event> events) { inbox->hear(events); });
}

void Census::follow(const store::Snapshot& db) {
    const auto until = db.seq();
    if (version_.table && version_.seq == until) return;
    // A fault on the way leaves no version behind, so that the next read starts again.
    auto next = std::exchange(version_, {});
    const auto enterprises = next.table ? touched(db, next.seq, until) : std::nullopt;
    if (!enterprises || !put_all(db, *enterprises)) {
        start(db);
        next = {};
    }
    if (!next.table || !enterprises->empty()) next.table = editor_->version();
    if (!next.enterprises || next.enterprises->size() != enterprises_.size())
        next.enterprises = std::make_unique<const std::vector<Id<Party>>>(enterprises_);
    next.seq = until;
    version_ = std::move(next);
}

// Nothing when all must be read again, or may as well be.
std::optional<Census::Touched> Census::touched(
    const store::Snapshot& db, std::int64_t after, std::int64_t until) {
    Touched found;
    {
        const std::scoped_lock lock(inbox_->mutex);
        auto& touches = inbox_->touches;
        const auto later = std::ranges::partition_point(
            touches, [&](const Touch& touch) { return touch.seq <= until; });
        for (auto touch = touches.begin(); touch != later; ++touch) {
            if (touch->seq > after) found.insert(touch->enterprise);
        }
        touches.erase(touches.begin(), later);
        if (inbox_->lost > after) return std::nullopt;
        after = std::clamp(inbox_->heard, after, until);
    }
    if (until - after > lines_most) return std::nullopt;
    // Committed and visible here, but not told yet.
    for (auto seq = after + 1; seq <= until; ++seq) {
        const auto line = db.journal_line(seq);
        const auto enterprise = line ? touched_by(*line) : std::nullopt;
        if (enterprise) found.insert(*enterprise);
    }
    if (puts_ + found.size() > std::max(puts_least, puts_a_row_most * enterprises_.size()))
        return std::nullopt;
    return found;
}

bool Census::put_all(const store::Snapshot& db, const Touched& enterprises) {
    return std::ranges::all_of(enterprises, [&](Id<Party> id) {
        const auto enterprise = party::find_enterprise(db, id);
        return !enterprise || put(id, fact::row(policy_, *enterprise, fact::current(db, id)));
    });
}

// False for a new enterprise that belongs among those that are there: rows keep the order of the
// register. Numbers grow with the journal, so that no command of today brings one.
bool Census::put(Id<Party> enterprise, const rule::Row& row) {
    const auto place = std::ranges::lower_bound(enterprises_, enterprise);
    if (place == enterprises_.end()) {
        editor_->append(row);
        enterprises_.push_back(enterprise);
    } else if (*place == enterprise) {
        editor_->put(static_cast<std::size_t>(place - enterprises_.begin()), row);
    } else {
        return false;
    }
    puts_ += 1;
    return true;
}

void Census::start(const store::Snapshot& db) {
    editor_.emplace(policy_.schema());
    enterprises_.clear();
    fact::each_row(
        db,
        policy_,
        [&](const party::Enterprise& enterprise, const fact::CurrentFacts&, const rule::Row& row) {
            const bool in_order = put(enterprise.id, row);
            base::ensure(in_order, "the register is read in the order of its numbers");
        });
    puts_ = 0;
    base::log::info(
        "census.started",
        {{"enterprises", static_cast<std::int64_t>(enterprises_.size())}, {"seq", db.seq()}});
}

} // namespace census
