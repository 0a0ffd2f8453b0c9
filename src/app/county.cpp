#include "app/county.hpp"

#include "domain/account/account.hpp"
#include "domain/indicator/import.hpp"
#include "domain/instrument/import.hpp"
#include "domain/intake/reading.hpp"
#include "domain/invoice/invoice.hpp"
#include "domain/loan/import.hpp"
#include "domain/loan/measures.hpp"

namespace app {
namespace {

// Every name a pack may compute an indicator by.
constexpr std::string_view loan_measures[] = {
    "loan.platform_amount",
    "loan.platform_count",
    "loan.first_loans",
    "loan.balance",
    "loan.manufacturing_balance",
    "loan.manufacturing_medium_long_balance",
    "loan.green_balance",
    "loan.credit_balance",
    "loan.inclusive_small_balance",
    "loan.inclusive_small_rate",
    "loan.npl_ratio"};

indicator::Computations computations() {
    indicator::Computations all;
    for (const auto name : loan_measures) {
        const auto measure = loan::measure_named(name);
        base::ensure(measure.has_value(), "every computation's name is a measure");
        all.emplace(
            name,
            [measure = *measure](const store::Snapshot& db, base::Date after, base::Date until) {
                loan::Window window{.from = after.plus_days(1), .until = until};
                if (after == base::Date{}) window.from = std::nullopt; // no reported base
                return loan::figure(db, measure, window).value;
            });
    }
    // 应收账款融资额: what clients were paid on instruments.
    all.emplace(
        "instrument.financed", [](const store::Snapshot& db, base::Date after, base::Date until) {
            const auto from = after == base::Date{} ? after : after.plus_days(1);
            return std::optional(instrument::financed_fen(db, from, until));
        });
    // 产融合作平台（个）: this one.
    all.emplace("platform.count", [](const store::Snapshot&, base::Date, base::Date) {
        return std::optional<std::int64_t>(1);
    });
    return all;
}

} // namespace

std::filesystem::path database_file(const std::filesystem::path& data) {
    return data / "rongqiao.sqlite";
}

store::Schema schema() {
    store::Schema all;
    account::declare(all);
    party::declare(all);
    identity::declare(all);
    consent::declare(all);
    fact::declare(all);
    intake::declare(all);
    invoice::declare(all);
    product::declare(all);
    notice::declare(all);
    loan::declare(all);
    instrument::declare(all);
    finance::declare(all);
    allotment::declare(all);
    registry::declare(all);
    credit::declare(all);
    guarantee::declare(all);
    budget::declare(all);
    risk::declare(all);
    indicator::declare(all);
    plan::declare(all);
    scoring::declare(all);
    evidence::declare(all); // last: it follows every event
    return all;
}

base::Result<std::unique_ptr<County>> County::open(const Place& place, const base::Clock& clock) {
    auto policy = TRY(pack::Policy::load(place.pack));
    std::error_code error;
    std::filesystem::create_directories(place.data, error);
    std::filesystem::permissions(
        place.data,
        std::filesystem::perms::owner_all,
        std::filesystem::perm_options::replace,
        error);
    auto database = TRY(store::Database::open(
        {.file = database_file(place.data), .durable = place.durable}, schema(), clock));
    auto desk = TRY(risk::load_desk(place.pack));
    return std::make_unique<County>(
        std::move(policy), std::move(database), std::move(desk), place.pack, clock);
}

County::County(
    std::unique_ptr<const pack::Policy> the_policy,
    std::unique_ptr<store::Database> the_database,
    std::optional<risk::Desk> desk,
    const std::filesystem::path& pack,
    const base::Clock& clock)
    : policy(std::move(the_policy))
    , database(std::move(the_database))
    , parties(*database, *policy)
    , identity(*database, clock, policy->pack().roles)
    , consents(*database, *policy)
    , facts(*database, *policy)
    , census(*database, *policy)
    , quality(*policy)
    , intake(*database)
    , products(*database, *policy)
    , loans(*database, *policy)
    , instruments(*database, *policy)
    , finance(*database, *policy, loans, products)
    , tracks(*policy)
    , allotments(*database, *policy, products, finance)
    , registry(*database, *policy)
    , credit(*database, *policy)
    , guarantees(*database, *policy)
    , budgets(*database, *policy)
    , notices(*database)
    , risks(*database, *policy, std::move(desk))
    , signals(*database, *policy, risks, census)
    , drifts(*database, risks)
    , listings(*database, *policy, risks, pack)
    , indicators(*database, *policy, computations())
    , plans(*database, *policy, indicators)
    , scoring(*database)
    , evidence(*database, [](store::Transaction& tx) { return base::hex(account::seal(tx)); }) {
    intake.offer(intake::Kind::vat_invoices, invoice::importer(*database, *policy));
    intake.offer(intake::Kind::enterprises, intake::enterprise_importer(*database, *policy));
    intake.offer(intake::Kind::facts, intake::fact_importer(*database, *policy, clock));
    intake.offer(intake::Kind::loans, loan::importer(*database, *policy, loans));
    intake.offer(
        intake::Kind::receivables, instrument::importer(*database, *policy, instruments, clock));
    intake.offer(
        intake::Kind::indicator_values, indicator::importer(*database, *policy, indicators));
}

base::Result<> County::settle() {
    TRY(parties.join_pack_organisations());
    TRY(products.publish_pack_products());
    return intake.mend();
}

} // namespace app
