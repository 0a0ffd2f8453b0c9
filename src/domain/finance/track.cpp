#include "domain/finance/track.hpp"

#include "domain/finance/league.hpp"
#include "domain/product/product.hpp"
#include "engine/pack/policy.hpp"

namespace finance {
namespace {

constexpr int years_back = 2;
constexpr std::int64_t kept_ms = 5 * 60'000;

// Working minutes of the day before which the median was taken; a full week has at least one.
Result<double> minutes_of_a_day(const calendar::BusinessCalendar& days, Instant now) {
    auto day = days.zone().date(now);
    for (int i = 0; i < 30; ++i) {
        day = day.plus_days(-1);
        if (!TRY(days.is_working_day(day))) continue;
        const auto minutes = TRY(days.business_minutes_between(
            days.zone().at(day, 0), days.zone().at(day.plus_days(1), 0)));
        return static_cast<double>(minutes);
    }
    return 480.0;
}

} // namespace

Result<Track> track(const store::Snapshot& db, const pack::Policy& policy, Instant now) {
    const auto& days = policy.calendar();
    const auto first = days.zone().date(now).plus_months(-12 * years_back);
    const auto from = days.zone().at(first, 0);
    const auto until = now.plus_ms(1);
    Track found;
    found.at = now;
    for (const auto& outcome : outcomes(db, from, until)) {
        auto& record = found.records.emplace_back();
        record.institution = outcome.institution.value;
        record.product = outcome.product;
        record.yes = outcome.yes;
        record.no = outcome.no;
        if (outcome.product == 0) continue;
        if (const auto version = product::newest(db, Id<Product>{outcome.product}))
            record.kind = version->terms.kind;
    }
    const auto day = TRY(minutes_of_a_day(days, now));
    for (const auto& row : TRY(league(db, days, from, until, now))) {
        if (row.median_answer_minutes)
            found.answer_days[row.institution] =
                static_cast<double>(*row.median_answer_minutes) / day;
    }
    return found;
}

void Track::put(
    match::Offer& offer,
    Id<Product> product,
    Id<Party> institution,
    const std::string& kind) const {
    offer.chance = match::chance_of(records, product.value, institution.value, kind);
    const auto answer = answer_days.find(institution);
    if (answer == answer_days.end()) return;
    offer.answer_days = answer->second;
    offer.answer_measured = true;
}

Result<Track> Tracks::at(const store::Snapshot& db, Instant now) const {
    const std::scoped_lock lock(mutex_);
    const bool fresh = kept_ && kept_->at <= now && now.ms - kept_->at.ms < kept_ms;
    if (!fresh) kept_ = TRY(track(db, policy_, now));
    return *kept_;
}

} // namespace finance
