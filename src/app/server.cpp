#include "app/server.hpp"

#include "base/log.hpp"
#include "edge/api/api.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/http/hub.hpp"
#include "edge/http/metrics.hpp"
#include "edge/http/server.hpp"
#include "edge/jobs/bulletins.hpp"
#include "edge/jobs/census_follower.hpp"
#include "edge/jobs/clock_timer.hpp"
#include "edge/jobs/due_dates.hpp"
#include "edge/jobs/imports.hpp"
#include "edge/jobs/instrument_bulletins.hpp"
#include "edge/jobs/money_bulletins.hpp"
#include "edge/jobs/relay.hpp"
#include "edge/jobs/replay.hpp"
#include "edge/jobs/risk_bulletins.hpp"
#include "edge/jobs/sealer.hpp"
#include "edge/jobs/security_bulletins.hpp"
#include "edge/jobs/signal_follower.hpp"

#include <fstream>

namespace app {
namespace {

constexpr const char* bulletin_relay = "bulletins";
constexpr const char* money_relay_name = "money_bulletins";
constexpr const char* security_relay_name = "security_bulletins";
constexpr const char* risk_relay_name = "risk_bulletins";

// Resident bytes of this process, as the kernel counts them.
double resident_bytes() {
    std::ifstream in("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    in >> pages >> resident;
    return resident * 4096;
}

void add_gauges(http::Metrics& metrics, const County& county, const http::Hub& hub) {
    metrics.gauge("rongqiao_live_clients", "Open streams of live updates", [&hub] {
        return static_cast<double>(hub.clients());
    });
    metrics.gauge("rongqiao_sessions", "People signed in", [&county] {
        return static_cast<double>(county.identity.sessions_open());
    });
    metrics.gauge("rongqiao_resident_bytes", "Memory of the process", resident_bytes);
}

api::Services services_of(
    County& county, const Config& config, const base::Clock& clock, const Serving& serving) {
    api::Services services;
    services.program.demo = serving.demo;
    services.program.secure_cookie = config.secure_cookie;
    services.program.database_file = database_file(config.data).string();
    services.clock = &clock;
    services.database = county.database.get();
    services.policy = county.policy.get();
    services.identity = &county.identity;
    services.parties = &county.parties;
    services.consents = &county.consents;
    services.facts = &county.facts;
    services.census = &county.census;
    services.quality = &county.quality;
    services.indicators = &county.indicators;
    services.plans = &county.plans;
    services.products = &county.products;
    services.loans = &county.loans;
    services.instruments = &county.instruments;
    services.finance = &county.finance;
    services.tracks = &county.tracks;
    services.allotments = &county.allotments;
    services.registry = &county.registry;
    services.credit = &county.credit;
    services.guarantees = &county.guarantees;
    services.budgets = &county.budgets;
    services.notices = &county.notices;
    services.risks = &county.risks;
    services.listings = &county.listings;
    services.unread = [&county](const base::Actor& actor) {
        return county.database->read(
            [&](const store::Snapshot& db) { return notice::unread(db, actor); });
    };
    services.jobs = [] { return std::vector<api::Job>{}; };
    services.relays = {bulletin_relay, security_relay_name, money_relay_name, risk_relay_name};
    return services;
}

// The log of the folder, made at the first start of a county from before there was one.
base::Result<std::unique_ptr<jobs::Sealer>> open_log(
    County& county, const Config& config, const base::Clock& clock, const Serving& serving) {
    TRY(prepare_log(county, config.data, {}));
    auto keeper = TRY(evidence::Keeper::open(config.data));
    const auto text = TRY(keeper.trust_text());
    auto trust = TRY(tlog::Trust::read(text.empty() ? "quorum none\n" : text));
    return std::make_unique<jobs::Sealer>(
        *county.database,
        county.evidence,
        std::move(keeper),
        std::move(trust),
        clock,
        jobs::Sealer::Options{.gap_ms = serving.seal_gap_ms});
}

// What was acknowledged before the last stop raises its warnings now. A pack without such rules, or
// a stream that cannot be opened, keeps nobody from the rest; whoever sends rows is told.
void watch_payments(risk::Watching& watching) {
    const auto opened = watching.open();
    if (opened || opened.error().code == "risk.no_rules") return;
    base::log::error(
        "risk.stream_unopened",
        {{"code", opened.error().code}, {"message", opened.error().message.en}});
}

} // namespace

base::Result<> prepare_log(
    const County& county, const std::filesystem::path& data, const std::string& origin) {
    if (evidence::Keeper::exists(data)) return {};
    const auto name = "rongqiao/" + county.policy->pack().header.code + "/" + base::random_hex(4);
    return evidence::Keeper::create(data, origin.empty() ? name : origin);
}

base::Result<> serve(
    County& county, const Config& config, const base::Clock& clock, const Serving& serving) {
    http::Hub hub;
    http::Metrics metrics;
    add_gauges(metrics, county, hub);
    api::follow_commits(*county.database, hub, metrics);
    const jobs::Bulletins bulletins(
        *county.database, *county.policy, county.finance.book(), county.notices, county.consents);
    const jobs::InstrumentBulletins on_instruments(
        *county.database, *county.policy, county.notices);
    jobs::Relay relay(
        *county.database,
        bulletin_relay,
        {[&](const store::Event& event) { return bulletins.handle(event); },
         [&](const store::Event& event) { return on_instruments.handle(event); }});
    const jobs::SecurityBulletins security(
        *county.database, *county.policy, county.notices, county.registry);
    jobs::Relay security_relay(
        *county.database, security_relay_name, {[&](const store::Event& event) {
            return security.handle(event);
        }});
    const jobs::MoneyBulletins money(*county.database, *county.policy, county.notices);
    jobs::Relay money_relay(*county.database, money_relay_name, {[&](const store::Event& event) {
        return money.handle(event);
    }});
    const jobs::RiskBulletins on_risks(
        *county.database, *county.policy, county.risks, county.notices);
    jobs::Relay risk_relay(*county.database, risk_relay_name, {[&](const store::Event& event) {
        return on_risks.handle(event);
    }});
    jobs::DueDates dates(
        *county.database,
        {jobs::registration_dates(*county.database, *county.policy, county.registry),
         jobs::budget_dates(*county.database, *county.policy, county.budgets),
         jobs::risk_dates(*county.database, *county.policy, county.risks)},
        clock);
    jobs::CensusFollower follower(*county.database, county.census);
    jobs::SignalFollower signals(*county.database, *county.policy, county.signals, clock);
    jobs::ClockTimer timer(*county.database, *county.policy, county.finance, clock);
    const auto sealer = TRY(open_log(county, config, clock, serving));
    jobs::Imports imports(county.intake, config.data / "imports");
    auto services = services_of(county, config, clock, serving);
    risk::Watching watching(
        *county.database,
        *county.policy,
        county.risks,
        {.folder = config.data / "streams", .rules = serving.watch_rules});
    jobs::Replay replay(watching, county.policy->zone(), clock);
    services.watching = &watching;
    if (serving.demo) services.replay = &replay;
    services.imports = &imports;
    services.sealer = sealer.get();
    services.hub = &hub;
    services.metrics = &metrics;
    api::Endpoints endpoints;
    api::declare_all(endpoints, services);
    api::Api api(std::move(endpoints), services, http::Site(config.site));
    http::Server server(
        {.address = config.address, .port = config.port, .upload_folder = config.data / "uploads"},
        api.handlers());
    watch_payments(watching);
    relay.start();
    security_relay.start();
    money_relay.start();
    risk_relay.start();
    timer.start();
    sealer->start();
    dates.start();
    follower.start();
    signals.start();
    const auto port = TRY(server.start());
    base::log::info("app.serving", {{"address", config.address}, {"port", port}});
    serving.started(port);
    server.wait_for_signal();
    base::log::info("app.stopping", {});
    hub.close();
    server.stop();
    return {};
}

} // namespace app
