// A small county over a throw-away database: the pack of Qingxi, its administrators, a bank clerk
// and an enterprise, and a dispatcher over all declared endpoints. For tests of the edge.
#pragma once

#include "base/clock.hpp"
#include "domain/consent/consent.hpp"
#include "domain/credit/credit.hpp"
#include "domain/fact/fact.hpp"
#include "domain/guarantee/guarantee.hpp"
#include "domain/identity/identity.hpp"
#include "domain/invoice/invoice.hpp"
#include "domain/loan/loan.hpp"
#include "domain/party/party.hpp"
#include "domain/product/product.hpp"
#include "domain/registry/registry.hpp"
#include "domain/risk/risk.hpp"
#include "edge/api/api.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/http/hub.hpp"
#include "edge/http/metrics.hpp"
#include "engine/pack/policy.hpp"

#include <gtest/gtest.h>

namespace api::test {

struct Ask {
    http::Method method = http::Method::get;
    std::string path;
    std::string query;
    std::string body;
    std::string token;
    http::Headers::List headers;
};

class County {
public:
    static constexpr std::string_view password = "Sesame-2026";

    County() {
        std::string name = std::filesystem::temp_directory_path() / "rongqiao_api_XXXXXX";
        folder_ = ::mkdtemp(name.data());
        policy_ = *pack::Policy::load(SOURCE_DIR "/packs/qingxi");
        store::Schema schema;
        party::declare(schema);
        identity::declare(schema);
        consent::declare(schema);
        fact::declare(schema);
        loan::declare(schema);
        product::declare(schema);
        credit::declare(schema);
        guarantee::declare(schema);
        registry::declare(schema);
        risk::declare(schema);
        invoice::declare(schema);
        database_ = *store::Database::open(
            {.file = folder_ / "county.db", .durable = false}, std::move(schema), clock);
        parties_.emplace(*database_, *policy_);
        identity::Settings settings;
        settings.cost = {.memory_kib = 64, .passes = 1};
        identity_.emplace(*database_, clock, policy_->pack().roles, settings);
        services.clock = &clock;
        services.database = database_.get();
        services.policy = policy_.get();
        services.identity = &*identity_;
        services.parties = &*parties_;
        consents_.emplace(*database_, *policy_);
        services.consents = &*consents_;
        facts_.emplace(*database_, *policy_);
        services.facts = &*facts_;
        services.hub = &hub;
        services.metrics = &metrics;
        Endpoints all;
        declare_all(all, services);
        api_.emplace(std::move(all), services, http::Site("/nowhere"));
        follow_commits(*database_, hub, metrics);
    }

    ~County() {
        database_.reset();
        std::filesystem::remove_all(folder_);
    }

    County(const County&) = delete;
    County& operator=(const County&) = delete;

    Api& api() { return *api_; }

    identity::Identity& identity() { return *identity_; }

    store::Database& database() { return *database_; }

    [[nodiscard]] const pack::Policy& policy() const { return *policy_; }

    // The three administrators: root (system), guard (security), audit; then the pack's
    // organisations.
    void set_up() {
        const auto roles = identity_->administrator_roles();
        const base::Secret secret{std::string(password)};
        const std::vector<identity::FirstPerson> people{
            {.login = "root", .name = "Root", .password = secret, .role = roles.at(0)},
            {.login = "guard", .name = "Guard", .password = secret, .role = roles.at(1)},
            {.login = "audit", .name = "Audit", .password = secret, .role = roles.at(2)}};
        const auto done = identity_->set_up(
            store::Command::internal("set-up"), identity_->set_up_code(), people, "127.0.0.1");
        ASSERT_TRUE(done) << done.error().code;
        ASSERT_TRUE(parties_->join_pack_organisations());
    }

    // Somebody with that role of the pack, in the first organisation of the role's kind.
    void add_person(const std::string& login, const std::string& role) {
        const auto kind = policy_->role(role)->kind;
        identity::RegisterPerson wish{
            .login = login, .name = login, .kind = kind, .roles = {role}, .must_change = false};
        if (kind != base::PartyKind::platform) {
            const auto all =
                database_->read([&](const store::Snapshot& db) { return party::all_of(db, kind); });
            if (!all.empty()) wish.party = all.front().id;
        }
        const auto done = identity_->register_person(
            store::Command::internal("person:" + login), wish, base::Secret(std::string(password)));
        ASSERT_TRUE(done) << done.error().code << " " << done.error().message.en;
    }

    std::string sign_in(const std::string& login) {
        auto done = identity_->sign_in(
            {.login = login, .password = base::Secret(std::string(password)), .from = "127.0.0.1"});
        EXPECT_TRUE(done) << login;
        return done ? done->token.reveal() : std::string();
    }

    http::Response ask(const Ask& wish) {
        auto headers = wish.headers;
        const auto absent = [&](std::string_view name) {
            return http::Headers(headers)[name].empty();
        };
        if (!wish.token.empty()) headers.emplace_back("Cookie", "rongqiao=" + wish.token);
        if (wish.method != http::Method::get && absent("X-Rongqiao")) {
            headers.emplace_back("X-Rongqiao", "1");
        }
        if (absent("Content-Type")) headers.emplace_back("Content-Type", "application/json");
        http::Request request;
        request.method = wish.method;
        request.path = wish.path;
        request.query = wish.query;
        request.body = wish.body;
        request.headers = http::Headers(headers);
        request.peer = "127.0.0.1";
        return api_->answer(request);
    }

    base::ManualClock clock{*base::Instant::parse("2023-07-03T01:00:00Z")};
    Services services;
    http::Hub hub;
    http::Metrics metrics;

private:
    std::filesystem::path folder_;
    std::unique_ptr<const pack::Policy> policy_;
    std::unique_ptr<store::Database> database_;
    std::optional<party::Parties> parties_;
    std::optional<identity::Identity> identity_;
    std::optional<consent::Consents> consents_;
    std::optional<fact::Facts> facts_;
    std::optional<Api> api_;
};

inline std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return {};
}

// The `code` of a problem document.
inline std::string code(const http::Response& response) {
    const auto value = base::json::parse(response.body);
    if (!value || !value->is_object()) return "";
    const auto* found = base::json::detail::member(*value, "code");
    std::string text;
    if (found != nullptr) base::json::detail::read_text(*found, text);
    return text;
}

} // namespace api::test
