#include "edge/jobs/clock_timer.hpp"

#include "base/log.hpp"
#include "domain/account/account.hpp"
#include "domain/finance/book.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <chrono>

namespace jobs {
namespace {

using base::Id;
using base::Instant;

constexpr std::int64_t kinds = 4; // room for Kind in the key of an alarm
constexpr std::int64_t look_every_ms = 250;
constexpr std::int64_t retry_after_ms = 1'000;

} // namespace

ClockTimer::ClockTimer(
    store::Database& database,
    const pack::Policy& policy,
    finance::Finance& finance,
    const base::Clock& clock)
    : database_(database)
    , policy_(policy)
    , finance_(finance)
    , clock_(clock)
    , inbox_(std::make_shared<Inbox>()) {
    database_.listen([inbox = inbox_](std::span<const store::Event> events) {
        const std::scoped_lock lock(inbox->mutex);
        if (inbox->stopping) return;
        for (const auto& event : events) {
            if (!event.kind.starts_with("finance.")) continue;
            inbox->needs.insert({std::stoll(event.subject)});
            inbox->wake.notify_one();
        }
    });
    load();
}

ClockTimer::~ClockTimer() {
    {
        const std::scoped_lock lock(inbox_->mutex);
        inbox_->stopping = true;
        inbox_->wake.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void ClockTimer::start() {
    thread_ = std::thread([this] { work(); });
}

std::size_t ClockTimer::waiting() const {
    const std::scoped_lock lock(mutex_);
    return alarms_.size();
}

void ClockTimer::set_clock(const finance::ClockRow& row) {
    const auto key = row.id.value * kinds + static_cast<std::int64_t>(Kind::rung);
    alarms_.clear(key);
    const auto* timing = finance_.book().timing(row.rule);
    if (timing == nullptr || row.phase != process::Phase::running) return;
    for (const auto percent : timing->rule.rungs) {
        const bool fired = std::ranges::any_of(
            row.fired, [&](const finance::Fired& each) { return each.percent == percent; });
        if (fired) continue;
        const auto at = process::reaches(row.clock(), percent, policy_.calendar());
        if (!at) {
            base::log::warn(
                "jobs.clock_beyond_calendar",
                {{"clock", row.id}, {"percent", percent}, {"code", at.error().code}});
            return;
        }
        if (*at) alarms_.set(key, **at);
        return;
    }
}

void ClockTimer::load() {
    database_.read([&](const store::Snapshot& db) {
        const std::scoped_lock lock(mutex_);
        for (const auto& row : finance::open_clocks(db))
            set_clock(row);
        for (const auto& need : finance::expiring_needs(db))
            alarms_.set(need.id * kinds + static_cast<std::int64_t>(Kind::expiry), need.at);
        for (const auto& claim : finance::open_offers(db)) {
            alarms_.set(
                claim.id.value * kinds + static_cast<std::int64_t>(Kind::lapse),
                policy_.calendar().zone().at(claim.offer->valid_until.plus_days(1), 0));
        }
    });
}

void ClockTimer::refresh(Id<base::Need> id) {
    const auto found =
        database_.read([&](const store::Snapshot& db) { return finance::find_case(db, id); });
    if (!found) return;
    const std::scoped_lock lock(mutex_);
    for (const auto& row : found->clocks)
        set_clock(row);
    const auto expiry = id.value * kinds + static_cast<std::int64_t>(Kind::expiry);
    alarms_.clear(expiry);
    if (found->need.open && found->need.expires_at) alarms_.set(expiry, *found->need.expires_at);
    for (const auto& claim : found->claims) {
        const auto lapse = claim.id.value * kinds + static_cast<std::int64_t>(Kind::lapse);
        alarms_.clear(lapse);
        if (!claim.ended_at && claim.offer && !claim.accepted) {
            alarms_.set(
                lapse, policy_.calendar().zone().at(claim.offer->valid_until.plus_days(1), 0));
        }
    }
}

void ClockTimer::take_inbox() {
    std::set<Id<base::Need>> needs;
    {
        const std::scoped_lock lock(inbox_->mutex);
        needs.swap(inbox_->needs);
    }
    for (const auto need : needs)
        refresh(need);
}

void ClockTimer::fire(std::int64_t key) {
    const auto id = key / kinds;
    const auto now = clock_.now();
    base::Result<store::Receipt> outcome = store::Receipt{};
    switch (static_cast<Kind>(key % kinds)) {
    case Kind::rung: {
        const auto row = database_.read(
            [&](const store::Snapshot& db) { return finance::find_clock(db, {id}); });
        if (!row) return;
        const auto* timing = finance_.book().timing(row->rule);
        if (timing == nullptr) return;
        for (const auto percent : timing->rule.rungs) {
            const auto at = process::reaches(row->clock(), percent, policy_.calendar());
            if (!at || !*at || **at > now) break;
            outcome = finance_.fire_rung({id}, percent, now);
        }
        refresh(row->need);
        break;
    }
    case Kind::expiry: {
        const auto need =
            database_.read([&](const store::Snapshot& db) { return finance::find_need(db, {id}); });
        if (need) outcome = finance_.expire({id}, need->round);
        break;
    }
    case Kind::lapse: {
        const auto claim = database_.read(
            [&](const store::Snapshot& db) { return finance::find_claim(db, {id}); });
        if (claim) outcome = finance_.lapse_offer({id}, claim->version);
        break;
    }
    }
    if (!outcome)
        base::log::error("jobs.clock_refused", {{"key", key}, {"code", outcome.error().code}});
}

std::size_t ClockTimer::run_due() {
    take_inbox();
    std::vector<std::int64_t> due;
    {
        const std::scoped_lock lock(mutex_);
        due = alarms_.take_due(clock_.now());
    }
    for (const auto key : due)
        fire(key);
    return due.size() + expire_holds();
}

// The ledger expires holds before whatever is decided; this is for when nothing is.
std::size_t ClockTimer::expire_holds() {
    const auto now = clock_.now();
    const auto seq = database_.read([&](const store::Snapshot& db) {
        return account::any_due(db, now) ? db.seq() : std::int64_t{-1};
    });
    if (seq < 0) return 0;
    const auto command = store::Command::internal("account.expire:" + std::to_string(seq));
    const auto done = account::Accounts(database_).expire(command);
    if (!done) base::log::error("jobs.expire_refused", {{"code", done.error().code}});
    return 1;
}

// The job runner: one of the two places that catch what nobody can act on (style §4). What a fault
// left undone comes back when everything open is loaded again.
bool ClockTimer::run_safely() {
    try {
        if (broken_) load();
        broken_ = false;
        run_due();
    } catch (const std::exception& fault) {
        broken_ = true;
        base::log::error("jobs.clock_fault", {{"what", fault.what()}});
    }
    return !broken_;
}

void ClockTimer::work() {
    while (true) {
        std::int64_t wait_ms = look_every_ms;
        if (!run_safely()) wait_ms = retry_after_ms;
        {
            const std::scoped_lock lock(mutex_);
            const auto next = alarms_.next();
            if (next && !broken_)
                wait_ms = std::clamp<std::int64_t>(next->ms - clock_.now().ms, 0, look_every_ms);
        }
        std::unique_lock lock(inbox_->mutex);
        if (inbox_->stopping) return;
        inbox_->wake.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] {
            return inbox_->stopping || (!broken_ && !inbox_->needs.empty());
        });
        if (inbox_->stopping) return;
    }
}

} // namespace jobs
