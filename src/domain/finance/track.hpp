// What institutions' past says of the future: how their claims ended and how long they took to
// answer. Ranking and allotments read it.
#pragma once

#include "domain/finance/finance.hpp"
#include "engine/match/match.hpp"

#include <map>
#include <mutex>

namespace finance {

// How one product's claims ended; product 0: claims for none in particular.
struct Outcome {
    Id<Party> institution;
    std::int64_t product = 0;
    std::int64_t yes = 0;
    std::int64_t no = 0;
};
BOOST_DESCRIBE_STRUCT(Outcome, (), (institution, product, yes, no))

// Of claims made in [from, until) that have an outcome.
std::vector<Outcome> outcomes(const store::Snapshot& db, Instant from, Instant until);

struct Track {
    std::vector<match::Record> records;
    std::map<Id<Party>, double> answer_days; // working days, the median with open claims
    Instant at;

    // Sets chance and answer time of an offer.
    void put(
        match::Offer& offer,
        Id<Product> product,
        Id<Party> institution,
        const std::string& kind) const;
};

// The last two years. Errors: `calendar.year_not_loaded`.
Result<Track> track(const store::Snapshot& db, const pack::Policy& policy, Instant now);

// The same kept for a while: a ranking needs no fresher one than of some minutes ago.
class Tracks {
public:
    explicit Tracks(const pack::Policy& policy)
        : policy_(policy) {}

    Result<Track> at(const store::Snapshot& db, Instant now) const;

private:
    const pack::Policy& policy_;
    mutable std::mutex mutex_;
    mutable std::optional<Track> kept_;
};

} // namespace finance
