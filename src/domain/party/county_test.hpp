// A throw-away county for the tests of domain modules: a pack, its organisations, enterprises, and
// people with the rights a test needs.
#pragma once

#include "base/clock.hpp"
#include "domain/party/party.hpp"
#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

#include <gtest/gtest.h>

namespace party::test {

class County {
public:
    using Declare = void (*)(store::Schema&);

    explicit County(std::initializer_list<Declare> modules, const std::string& pack = "qingxi") {
        policy = &loaded(pack);
        store::Schema schema;
        party::declare(schema);
        for (const auto module : modules)
            module(schema);
        auto opened = store::Database::open({.file = {}}, std::move(schema), clock);
        if (!opened) throw std::runtime_error(opened.error().message.en);
        database = *std::move(opened);
        if (!Parties(*database, *policy).join_pack_organisations())
            throw std::runtime_error("organisations");
        const auto banks = database->read(
            [](const store::Snapshot& db) { return all_of(db, PartyKind::institution); });
        bank = banks.front().id;
    }

    store::Command command(base::Actor actor = base::Actor::platform()) {
        return store::Command::internal("test-" + std::to_string(++commands_), std::move(actor));
    }

    // Somebody of that organisation with those rights.
    static base::Actor somebody(PartyKind kind, Id<Party> party, base::Rights rights) {
        return {.person = {7}, .party = party, .kind = kind, .rights = rights, .name = "某人"};
    }

    static base::Actor of_unit(const std::string& unit, base::Rights rights) {
        auto actor = somebody(PartyKind::department, {900'001}, rights);
        actor.unit = unit;
        return actor;
    }

    Id<Party> enterprise(std::uint64_t seed, const std::string& industry = "3311") {
        RegisterEnterprise wish;
        wish.credit_code = reference::synthetic_code({.seed = seed}).text();
        wish.name = "企业" + std::to_string(seed);
        wish.industry = industry;
        wish.founded = Date::of(2015, 1, 1);
        const auto done = Parties(*database, *policy).register_enterprise(command(), wish);
        if (!done) throw std::runtime_error(done.error().message.en);
        return {std::stoll(done->subject)};
    }

    template <class F>
    auto read(F&& f) const {
        return database->read(std::forward<F>(f));
    }

    // Applying the whole journal again gives the same tables.
    void expect_rebuilds() {
        const auto before = database->projection_digest();
        const auto events = database->rebuild();
        ASSERT_TRUE(events) << events.error().message.en;
        EXPECT_GT(*events, 0);
        EXPECT_EQ(base::hex(database->projection_digest()), base::hex(before));
    }

    base::ManualClock clock{*Instant::parse("2024-07-15T10:00:00+08:00")};
    const pack::Policy* policy = nullptr;
    std::unique_ptr<store::Database> database;
    Id<Party> bank;

private:
    // A pack is read once for all the counties of a test program: reading it is most of their work.
    static const pack::Policy& loaded(const std::string& pack) {
        static std::map<std::string, std::unique_ptr<const pack::Policy>> packs;
        auto& place = packs[pack];
        if (place == nullptr) {
            auto read_pack = pack::Policy::load(SOURCE_DIR "/packs/" + pack);
            if (!read_pack) throw std::runtime_error(read_pack.error().message.en);
            place = *std::move(read_pack);
        }
        return *place;
    }

    int commands_ = 0;
};

// The code of a refusal, or "ok".
template <class T>
std::string code(const base::Result<T>& result) {
    return result ? "ok" : result.error().code;
}

} // namespace party::test
