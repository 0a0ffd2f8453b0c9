#include "domain/identity/decide.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

namespace identity {
namespace {

using base::Actor;

std::vector<pack::Role> example_roles() {
    const auto role = [](std::string code, PartyKind kind, std::vector<std::string> rights) {
        return pack::Role{
            .code = code, .label = {code, code}, .kind = kind, .rights = std::move(rights)};
    };
    std::vector<pack::Role> roles{
        role("system", PartyKind::platform, {"system_manage"}),
        role("security", PartyKind::platform, {"security_manage"}),
        role("auditor", PartyKind::platform, {"audit_read"}),
        role("clerk", PartyKind::institution, {"need_answer"}),
        role("head", PartyKind::institution, {"need_answer", "people_manage"}),
        role("approver", PartyKind::institution, {"loan_record"})};
    roles[0].excludes = {"security", "auditor"};
    roles[1].excludes = {"auditor"};
    roles[3].excludes = {"approver"};
    return roles;
}

constexpr auto good = "Sesame-2026";
const base::Id<base::Party> bank{77};
const base::Id<base::Party> other_bank{78};

class IdentityTest : public testing::Test {
protected:
    IdentityTest() {
        std::string name = std::filesystem::temp_directory_path() / "rongqiao_identity_XXXXXX";
        folder_ = ::mkdtemp(name.data());
        settings.cost = {.memory_kib = 64, .passes = 1};
        settings.sessions_most = 2;
        settings.address_failures_free = 1000;
        open();
    }

    ~IdentityTest() override {
        identity_.reset();
        database.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() {
        identity_.reset();
        database.reset();
        store::Schema schema;
        declare(schema);
        database = *store::Database::open(
            {.file = folder_ / "test.db", .durable = false}, std::move(schema), clock);
        identity_.emplace(*database, clock, example_roles(), settings);
    }

    Identity& identity() { return *identity_; }

    store::Command command(const Actor& actor = Actor::platform()) {
        return store::Command::internal("c" + std::to_string(++count_), actor);
    }

    Result<store::Receipt> add(
        const std::string& login,
        std::vector<std::string> roles,
        const Actor& actor = Actor::platform(),
        base::Id<base::Party> party = bank) {
        RegisterPerson wish{.login = login, .name = login, .party = party};
        wish.kind = PartyKind::institution;
        wish.roles = std::move(roles);
        wish.must_change = false;
        return identity().register_person(command(actor), wish, Secret(good));
    }

    Result<SignedIn> sign_in(
        const std::string& login, const std::string& password = good, std::string from = "a") {
        return identity().sign_in(
            {.login = login, .password = Secret(password), .from = std::move(from)});
    }

    std::string refusal(const std::string& login, const std::string& password = good) {
        const auto outcome = sign_in(login, password);
        return outcome ? "" : outcome.error().code;
    }

    Actor actor_of(const std::string& login) {
        return identity().bearer(sign_in(login)->token.reveal())->actor;
    }

    Person person(const std::string& login) {
        return *database->read([&](const store::Snapshot& db) { return find_login(db, login); });
    }

    base::ManualClock clock{{1'700'000'000'000}};
    Settings settings;
    std::unique_ptr<store::Database> database;

private:
    std::filesystem::path folder_;
    std::optional<Identity> identity_;
    int count_ = 0;
};

TEST(Password, policy_names_what_is_missing) {
    struct Case {
        std::string password;
        bool fine;
    };

    const Case cases[] = {
        {"Abcdef12", true},
        {"abcdef-1", true},
        {"密码密码Ab", true},
        {"Abcde12", false},      // seven
        {"abcdefgh", false},     // one class
        {"abcdefg1", false},     // two
        {"Wang.Li-2026", false}, // holds the login, whatever its case
        {std::string(129, 'a') + "A1", false},
        {"", false},
    };
    for (const auto& each : cases)
        EXPECT_EQ(check_password(Secret(each.password), "wang.li").has_value(), each.fine)
            << each.password;
}

TEST(Password, hashes_are_salted_argon2id_and_verify) {
    const HashCost cost{.memory_kib = 64, .passes = 1};
    const auto one = hash_password(Secret(good), cost);
    EXPECT_TRUE(one.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << one;
    EXPECT_NE(one, hash_password(Secret(good), cost));
    EXPECT_TRUE(verify_password(Secret(good), one));
    EXPECT_FALSE(verify_password(Secret("sesame-2026"), one));
    EXPECT_FALSE(verify_password(Secret(good), "nonsense"));
    EXPECT_EQ(HashCost{}.memory_kib, 19U * 1024);
}

TEST_F(IdentityTest, registering_refuses_what_does_not_fit) {
    ASSERT_TRUE(add("first", {"clerk"}));

    struct Case {
        std::string login;
        std::vector<std::string> roles;
        std::string code;
    };

    const Case cases[] = {
        {"first", {"clerk"}, "identity.login_taken"},
        {"FIRST", {"clerk"}, "identity.login_taken"},
        {"ab", {"clerk"}, "identity.login_malformed"},
        {"王经理", {"clerk"}, "identity.login_malformed"},
        {"second", {}, "identity.no_role"},
        {"second", {"king"}, "identity.role_unknown"},
        {"second", {"auditor"}, "identity.role_other_kind"},
        {"second", {"clerk", "approver"}, "identity.roles_exclude"},
        {"second", {"approver", "clerk"}, "identity.roles_exclude"},
        {"second", {"clerk", "clerk"}, "identity.roles_exclude"},
        {"sesame", {"clerk"}, "identity.password_weak"}, // the password holds the login
    };
    for (const auto& each : cases) {
        const auto outcome = add(each.login, each.roles);
        ASSERT_FALSE(outcome) << each.login;
        EXPECT_EQ(outcome.error().code, each.code) << each.login;
        EXPECT_FALSE(outcome.error().cure.zh.empty());
    }
    EXPECT_TRUE(add("second", {"head", "clerk"}));
}

TEST_F(IdentityTest, the_three_administrators_exclude_each_other) {
    const auto roles = example_roles();
    const std::vector<std::string> three{"system", "security", "auditor"};
    EXPECT_EQ(administrator_roles(roles), three);
    for (const auto& one : three) {
        for (const auto& other : three) {
            const auto outcome = check_roles(roles, PartyKind::platform, {one, other});
            EXPECT_EQ(outcome.error().code, "identity.roles_exclude") << one << other;
        }
    }
}

TEST_F(IdentityTest, set_up_takes_the_code_and_three_different_administrators) {
    const auto first = [](std::string login, std::string role) {
        return FirstPerson{
            .login = std::move(login),
            .name = "n",
            .password = Secret(good),
            .role = std::move(role)};
    };
    const std::vector<FirstPerson> three{
        first("root", "system"), first("guard", "security"), first("audit", "auditor")};
    const auto code = identity().set_up_code();
    EXPECT_FALSE(identity().set_up_done());
    const auto refused = [&](const Secret& given, const std::vector<FirstPerson>& people) {
        return identity().set_up(command(), given, people, "a").error().code;
    };
    EXPECT_EQ(refused(Secret("x"), three), "identity.set_up_code");
    EXPECT_EQ(refused(code, {three[0], three[1]}), "identity.set_up_roles");
    EXPECT_EQ(refused(code, {three[0], three[1], three[1]}), "identity.set_up_roles");
    EXPECT_EQ(
        refused(code, {three[0], three[1], first("root", "auditor")}), "identity.login_taken");
    EXPECT_FALSE(identity().set_up_done());
    ASSERT_TRUE(identity().set_up(command(), code, three, "a"));
    EXPECT_TRUE(identity().set_up_done());
    EXPECT_EQ(refused(code, three), "identity.set_up_done");
    const auto guard = actor_of("guard");
    EXPECT_TRUE(guard.rights.has(Right::security_manage));
    EXPECT_FALSE(guard.rights.has(Right::audit_read));
}

TEST_F(IdentityTest, who_may_manage_whom) {
    ASSERT_TRUE(add("head", {"head"}));
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto head = actor_of("head");
    const auto clerk = actor_of("clerk");
    EXPECT_TRUE(add("own", {"clerk"}, head));
    EXPECT_EQ(add("x-1", {"clerk"}, head, other_bank).error().code, "permission.other_party");
    EXPECT_EQ(add("x-2", {"clerk"}, clerk).error().code, "permission.denied");
    RegisterPerson admin{.login = "x-3", .name = "x", .roles = {"auditor"}};
    EXPECT_EQ(
        identity().register_person(command(head), admin, Secret(good)).error().code,
        "permission.denied");
    ASSERT_TRUE(add("theirs", {"clerk"}, Actor::platform(), other_bank));
    const ChangePerson wish{.name = "n", .roles = {"clerk"}, .state = PersonState::disabled};
    const auto theirs = person("theirs").id;
    EXPECT_EQ(
        identity().change_person(command(head), theirs, 1, wish).error().code,
        "permission.other_party");
    EXPECT_EQ(
        identity().reset_password(command(head), theirs, Secret(good)).error().code,
        "permission.other_party");
    const auto self = person("head").id;
    EXPECT_EQ(
        identity().change_person(command(head), self, 1, wish).error().code, "identity.own_roles");
}

TEST_F(IdentityTest, wrong_passwords_lock_a_login_for_half_an_hour) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(refusal("clerk", "wrong"), "identity.wrong");
    EXPECT_EQ(refusal("clerk"), "identity.locked");
    EXPECT_EQ(state_at(person("clerk"), clock.now()), PersonState::locked);
    clock.advance_ms(30 * 60'000 - 1);
    EXPECT_EQ(refusal("clerk"), "identity.locked");
    clock.advance_ms(1);
    EXPECT_EQ(refusal("clerk", "wrong"), "identity.wrong"); // the count begins anew
    EXPECT_EQ(refusal("clerk"), "");
    EXPECT_EQ(person("clerk").failures, 0);
}

TEST_F(IdentityTest, a_login_nobody_has_answers_as_one_that_somebody_has) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(refusal("clerk", "wrong"), refusal("nobody", "wrong")) << i;
    clock.advance_ms(31 * 60'000);
    EXPECT_EQ(refusal("nobody", "wrong"), "identity.wrong");
}

TEST_F(IdentityTest, an_address_that_keeps_failing_must_wait_longer_and_longer) {
    settings.address_failures_free = 3;
    open();
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto from = [&](const std::string& address, const std::string& password) {
        const auto outcome = sign_in("clerk" + address, password, address);
        return outcome ? std::string() : outcome.error().code;
    };
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(from("b", "wrong"), "identity.wrong");
    EXPECT_EQ(from("b", "wrong"), "identity.slow_down");
    EXPECT_TRUE(sign_in("clerk", good, "c")); // others are not hindered
    clock.advance_ms(2'000);
    EXPECT_EQ(from("b", "wrong"), "identity.wrong");
    clock.advance_ms(2'000);
    EXPECT_EQ(from("b", "wrong"), "identity.slow_down"); // four seconds now
    clock.advance_ms(2'000);
    EXPECT_TRUE(sign_in("clerk", good, "b"));
}

TEST_F(IdentityTest, an_idle_session_ends_and_a_used_one_ends_after_half_a_day) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto token = sign_in("clerk")->token.reveal();
    EXPECT_TRUE(identity().bearer(token));
    clock.advance_ms(settings.idle_ms - 1);
    EXPECT_TRUE(identity().bearer(token));
    clock.advance_ms(settings.idle_ms - 1);
    EXPECT_TRUE(identity().alive(token)); // looking is no use
    clock.advance_ms(1);
    EXPECT_FALSE(identity().bearer(token));

    const auto busy = sign_in("clerk")->token.reveal();
    for (std::int64_t spent = 0; spent < settings.absolute_ms - 60'000; spent += 60'000) {
        clock.advance_ms(60'000);
        ASSERT_TRUE(identity().bearer(busy)) << spent;
    }
    clock.advance_ms(60'000);
    EXPECT_FALSE(identity().bearer(busy));
    for (const auto* wrong :
         {"", "x", "0000000000000000000000000000000000000000000000000000000000000000"})
        EXPECT_FALSE(identity().bearer(wrong));
}

TEST_F(IdentityTest, sessions_are_limited_listed_revoked_and_survive_a_restart) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto first = sign_in("clerk")->token.reveal();
    clock.advance_ms(1);
    const auto second = sign_in("clerk")->token.reveal();
    clock.advance_ms(1);
    const auto third = sign_in("clerk")->token.reveal();
    EXPECT_FALSE(identity().bearer(first)); // the limit is two
    const auto me = *identity().bearer(third);
    auto views = identity().sessions(me.actor.person, me.session);
    ASSERT_EQ(views.size(), 2U);
    EXPECT_FALSE(views[0].current);
    EXPECT_TRUE(views[1].current);
    open();
    EXPECT_TRUE(identity().bearer(second));
    EXPECT_TRUE(identity().bearer(third));
    ASSERT_TRUE(identity().revoke(command(me.actor), views[0].id));
    EXPECT_FALSE(identity().bearer(second));
    ASSERT_TRUE(add("other", {"clerk"}));
    EXPECT_EQ(
        identity().revoke(command(actor_of("other")), me.session).error().code,
        "identity.no_session");
    ASSERT_TRUE(identity().sign_out(me.actor, me.session));
    EXPECT_FALSE(identity().bearer(third));
}

TEST_F(IdentityTest, a_change_of_roles_holds_at_once_and_disabling_ends_sessions) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto token = sign_in("clerk")->token.reveal();
    const auto id = person("clerk").id;
    EXPECT_FALSE(identity().bearer(token)->actor.rights.has(Right::people_manage));
    ChangePerson wish{.name = "clerk", .roles = {"head"}};
    ASSERT_TRUE(identity().change_person(command(), id, 1, wish));
    EXPECT_TRUE(identity().bearer(token)->actor.rights.has(Right::people_manage));
    EXPECT_EQ(identity().change_person(command(), id, 1, wish).error().code, "identity.version");
    wish.state = PersonState::disabled;
    ASSERT_TRUE(identity().change_person(command(), id, 2, wish));
    EXPECT_FALSE(identity().bearer(token));
    EXPECT_EQ(refusal("clerk"), "identity.wrong");
    wish.state = PersonState::active;
    ASSERT_TRUE(identity().change_person(command(), id, 3, wish));
    EXPECT_FALSE(identity().bearer(token));
    EXPECT_EQ(refusal("clerk"), "");
}

TEST_F(IdentityTest, a_new_password_is_none_of_the_last_five_and_ends_other_sessions) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto other = sign_in("clerk")->token.reveal();
    clock.advance_ms(1);
    const auto token = sign_in("clerk")->token.reveal();
    const auto me = *identity().bearer(token);
    const auto change = [&](const std::string& before, const std::string& after) {
        const auto outcome = identity().change_password(
            command(me.actor), me.session, Secret(before), Secret(after));
        return outcome ? std::string() : outcome.error().code;
    };
    EXPECT_EQ(change("wrong", "Another-1"), "identity.old_password");
    EXPECT_EQ(change(good, "short"), "identity.password_weak");
    EXPECT_EQ(change(good, good), "identity.password_used");
    EXPECT_EQ(change(good, "Another-1"), "");
    EXPECT_FALSE(identity().bearer(other));
    EXPECT_TRUE(identity().bearer(token));
    for (int i = 1; i < 5; ++i)
        EXPECT_EQ(change("Another-" + std::to_string(i), "Another-" + std::to_string(i + 1)), "");
    EXPECT_EQ(change("Another-5", "Another-1"), "identity.password_used");
    EXPECT_EQ(change("Another-5", good), ""); // six ago
}

TEST_F(IdentityTest, one_time_passwords_pass_the_policy_and_force_a_change) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const auto password = identity().one_time_password("c" + std::to_string(i));
        EXPECT_TRUE(check_password(password, "clerk")) << i;
        seen.insert(password.reveal());
    }
    EXPECT_EQ(seen.size(), 200U);
    const auto password = identity().one_time_password("x");
    EXPECT_EQ(password.reveal(), identity().one_time_password("x").reveal());
    ASSERT_TRUE(identity().reset_password(command(), person("clerk").id, password));
    EXPECT_EQ(refusal("clerk"), "identity.wrong");
    const auto token = sign_in("clerk", password.reveal())->token.reveal();
    EXPECT_TRUE(identity().bearer(token)->must_change_password);
}

TEST_F(IdentityTest, tokens_are_asked_for_while_people_change) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    ASSERT_TRUE(add("other", {"clerk"}));
    const auto token = sign_in("clerk")->token.reveal();
    const auto id = person("clerk").id;
    std::atomic<bool> done{false};
    std::atomic<int> lost{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            while (!done.load()) {
                if (!identity().bearer(token)) ++lost;
                if (!identity().alive(token)) ++lost;
            }
        });
    }
    for (int version = 1; version <= 20; ++version) {
        const auto role = version % 2 == 0 ? "clerk" : "head";
        const ChangePerson wish{.name = "clerk", .roles = {role}};
        EXPECT_TRUE(identity().change_person(command(), id, version, wish));
        // What was answered holds for the next request.
        const bool manages = identity().bearer(token)->actor.rights.has(Right::people_manage);
        EXPECT_EQ(manages, version % 2 == 1);
        EXPECT_EQ(refusal("other"), "");
    }
    done = true;
    threads.clear();
    EXPECT_EQ(lost.load(), 0);
}

TEST_F(IdentityTest, the_journal_holds_no_password_and_rebuilds_the_tables) {
    ASSERT_TRUE(add("clerk", {"clerk"}));
    const auto token = sign_in("clerk")->token.reveal();
    refusal("clerk", "wrong-secret");
    for (const auto& event : database->events_after(0, 100)) {
        EXPECT_EQ(event.body.find(good), std::string::npos) << event.kind;
        EXPECT_EQ(event.body.find("wrong-secret"), std::string::npos) << event.kind;
        EXPECT_EQ(event.body.find(token), std::string::npos) << event.kind;
        EXPECT_EQ(sensitive(event.kind), event.body.find("argon2") != std::string::npos);
    }
    const auto before = database->projection_digest();
    ASSERT_TRUE(database->rebuild());
    EXPECT_EQ(database->projection_digest(), before);
    EXPECT_TRUE(identity().bearer(token));
}

} // namespace
} // namespace identity
