#include "domain/census/census.hpp"

#include "base/log.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace census {
namespace {

// Texts that no row holds any more stay in the columns' dictionaries until all is read again: after
// this many changes a row.
constexpr std::size_t puts_a_row_most = 4;
constexpr std::size_t puts_least = 65'536;

} // namespace

void Census::Inbox::hear(std::span<const store::Event> events) {
    const std::scoped_lock lock(mutex);
    for (const auto& event : events) {
        heard = event.seq;
        const auto touch = dossier::touched_by(event);
        if (!touch) continue;
        if (touches.size() >= most) {
            touches.clear();
            lost = event.seq;
        } else {
            touches.push_back(*touch);
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
    std::vector<dossier::Touch> told;
    auto heard = after;
    {
        const std::scoped_lock lock(inbox_->mutex);
        auto& touches = inbox_->touches;
        const auto later = std::ranges::partition_point(
            touches, [&](const dossier::Touch& touch) { return touch.seq <= until; });
        told.assign(touches.begin(), later);
        touches.erase(touches.begin(), later);
        if (inbox_->lost > after) return std::nullopt;
        heard = std::clamp(inbox_->heard, after, until);
    }
    // Committed and visible here, but not told yet.
    auto found = dossier::touched_after(db, heard);
    if (!found) return std::nullopt;
    for (const auto& touch : told) {
        const auto enterprise =
            touch.seq > after ? dossier::enterprise_of(db, touch) : std::nullopt;
        if (enterprise) found->insert(*enterprise);
    }
    if (puts_ + found->size() > std::max(puts_least, puts_a_row_most * enterprises_.size()))
        return std::nullopt;
    return found;
}

bool Census::put_all(const store::Snapshot& db, const Touched& enterprises) {
    return std::ranges::all_of(enterprises, [&](Id<Party> id) {
        auto enterprise = party::find_enterprise(db, id);
        return !enterprise ||
               put(id, dossier::row(policy_, dossier::now(db, *std::move(enterprise))));
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
    dossier::each(db, [&](const dossier::Dossier& dossier) {
        const bool in_order = put(dossier.enterprise.id, dossier::row(policy_, dossier));
        base::ensure(in_order, "the register is read in the order of its numbers");
    });
    puts_ = 0;
    base::log::info(
        "census.started",
        {{"enterprises", static_cast<std::int64_t>(enterprises_.size())}, {"seq", db.seq()}});
}

} // namespace census
