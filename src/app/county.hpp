// A county opened: its policy, its database and every service over it. The one place that knows
// every module.
#pragma once

#include "app/config.hpp"
#include "base/clock.hpp"
#include "domain/allotment/allotment.hpp"
#include "domain/budget/budget.hpp"
#include "domain/census/census.hpp"
#include "domain/consent/consent.hpp"
#include "domain/credit/credit.hpp"
#include "domain/dossier/quality.hpp"
#include "domain/evidence/evidence.hpp"
#include "domain/fact/fact.hpp"
#include "domain/finance/finance.hpp"
#include "domain/guarantee/guarantee.hpp"
#include "domain/identity/identity.hpp"
#include "domain/indicator/indicator.hpp"
#include "domain/instrument/instrument.hpp"
#include "domain/intake/intake.hpp"
#include "domain/loan/loan.hpp"
#include "domain/notice/notice.hpp"
#include "domain/party/party.hpp"
#include "domain/plan/plan.hpp"
#include "domain/product/product.hpp"
#include "domain/registry/registry.hpp"
#include "domain/risk/drifts.hpp"
#include "domain/risk/listings.hpp"
#include "domain/risk/signals.hpp"
#include "domain/scoring/scoring.hpp"
#include "engine/pack/policy.hpp"
#include "store/database.hpp"

namespace app {

struct Place {
    std::filesystem::path data;
    std::filesystem::path pack;
    bool durable = true; // false: tests and generators that throw the folder away on a crash
};

[[nodiscard]] std::filesystem::path database_file(const std::filesystem::path& data);

// Members in the order of need; each lives as long as the county.
struct County {
    std::unique_ptr<const pack::Policy> policy;
    std::unique_ptr<store::Database> database;
    party::Parties parties;
    identity::Identity identity;
    consent::Consents consents;
    fact::Facts facts;
    census::Census census;
    dossier::QualityBoard quality;
    intake::Intake intake;
    product::Products products;
    loan::Loans loans;
    instrument::Instruments instruments;
    finance::Finance finance;
    finance::Tracks tracks;
    allotment::Allotments allotments;
    registry::Registry registry;
    credit::Credit credit;
    guarantee::Guarantees guarantees;
    budget::Budgets budgets;
    notice::Notices notices;
    risk::Risks risks;
    risk::Signals signals;
    risk::Drifts drifts;
    risk::Listings listings;
    indicator::Indicators indicators;
    plan::Plans plans;
    scoring::Scoring scoring;
    evidence::Evidence evidence;

    // Opens or creates. Errors: those of Policy::load and Database::open.
    static base::Result<std::unique_ptr<County>> open(const Place& place, const base::Clock& clock);

    County(
        std::unique_ptr<const pack::Policy> the_policy,
        std::unique_ptr<store::Database> the_database,
        std::optional<risk::Desk> desk,
        const std::filesystem::path& pack,
        const base::Clock& clock);

    // What a new or updated pack brings: its organisations and products. Harmless to repeat.
    base::Result<> settle();
};

// The tables and events of every module, in the order of need.
[[nodiscard]] store::Schema schema();

} // namespace app
