#include "domain/party/party.hpp"
#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace party {
namespace {

struct Register {
    base::ManualClock clock{*Instant::parse("2024-03-05T10:00:00+08:00")};
    std::unique_ptr<const pack::Policy> policy;
    std::filesystem::path folder;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<Parties> parties;
    int commands = 0;

    Register() {
        auto loaded = pack::Policy::load(SOURCE_DIR "/packs/qingxi");
        if (!loaded) throw std::runtime_error(loaded.error().message.en);
        policy = *std::move(loaded);
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("register-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
        store::Schema schema;
        declare(schema);
        store::Options options;
        options.file = folder / "county.db";
        options.durable = false;
        auto opened = store::Database::open(options, std::move(schema), clock);
        if (!opened) throw std::runtime_error(opened.error().message.en);
        database = *std::move(opened);
        parties = std::make_unique<Parties>(*database, *policy);
    }

    Register(const Register&) = delete;
    Register& operator=(const Register&) = delete;

    ~Register() {
        database.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    static RegisterEnterprise wish(std::uint64_t seed) {
        RegisterEnterprise made;
        made.credit_code = reference::synthetic_code({.seed = seed}).text();
        made.name = "清溪" + std::to_string(seed) + "厂";
        made.industry = "C1532";
        made.founded = Date::of(2020, 1, 1);
        return made;
    }

    std::string take(const RegisterEnterprise& made) {
        const auto receipt = parties->register_enterprise(
            store::Command::internal("t" + std::to_string(++commands)), made);
        return receipt ? receipt->subject : receipt.error().code;
    }

    Enterprise one(const std::string& id) {
        return *database->read(
            [&](const store::Snapshot& db) { return find_enterprise(db, {std::stoll(id)}); });
    }
};

TEST(Parties, the_packs_organisations_join_once) {
    Register county;
    ASSERT_TRUE(county.parties->join_pack_organisations());
    ASSERT_TRUE(county.parties->join_pack_organisations());
    const auto count = [&](PartyKind kind) {
        return county.database->read(
            [&](const store::Snapshot& db) { return all_of(db, kind).size(); });
    };
    EXPECT_EQ(count(PartyKind::department), county.policy->pack().units.size());
    EXPECT_EQ(count(PartyKind::institution), county.policy->pack().institutions.size());
    EXPECT_EQ(count(PartyKind::platform), 1u);
}

TEST(Parties, a_registration_is_refused_by_code_and_a_wrong_check_digit_can_be_overridden) {
    Register county;
    const auto first = Register::wish(1);
    EXPECT_TRUE(std::isdigit(county.take(first)[0]));
    EXPECT_EQ(county.take(first), "party.code_taken");
    auto wish = Register::wish(2);
    wish.industry = "9999";
    EXPECT_EQ(county.take(wish), "party.industry_unknown");
    wish = Register::wish(2);
    wish.founded = Date::of(2024, 3, 6);
    EXPECT_EQ(county.take(wish), "party.founded");
    wish = Register::wish(2);
    wish.credit_code = "123";
    EXPECT_EQ(county.take(wish), "party.code_malformed");
    // A genuine early code whose check digits do not fit.
    wish.credit_code = "91350100M0001TGQXM";
    EXPECT_EQ(county.take(wish), "party.code_check_digit");
    wish.code_override = "营业执照原件核对一致";
    const auto id = county.take(wish);
    ASSERT_TRUE(std::isdigit(id[0])) << id;
    EXPECT_EQ(county.one(id).code_override, "营业执照原件核对一致");
}

TEST(Parties, a_change_needs_the_version_that_was_seen) {
    Register county;
    const auto id = county.take(Register::wish(1));
    auto wish = Register::wish(1);
    wish.name = "新名称";
    const auto change = [&](std::int64_t version) {
        const auto receipt = county.parties->change_enterprise(
            store::Command::internal("c" + std::to_string(++county.commands)),
            {std::stoll(id)},
            version,
            wish);
        return receipt ? std::string("ok") : receipt.error().code;
    };
    EXPECT_EQ(change(1), "ok");
    EXPECT_EQ(change(1), "party.version");
    EXPECT_EQ(county.one(id).name, "新名称");
    EXPECT_EQ(county.one(id).version, 2);
    EXPECT_EQ(county.one(id).industry, "1532");
}

TEST(Parties, a_list_is_narrowed_by_name_industry_and_size_and_cut_into_pages) {
    Register county;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        auto wish = Register::wish(seed);
        if (seed > 3) wish.industry = "5211";
        const auto id = county.take(wish);
        const auto size = seed == 1 ? Size::small : Size::micro;
        ASSERT_TRUE(county.parties->set_size(
            store::Command::internal("size" + id), {std::stoll(id)}, size));
    }
    const auto total = [&](const EnterpriseFilter& filter) {
        return county.database->read(
            [&](const store::Snapshot& db) { return list_enterprises(db, filter).total; });
    };
    EXPECT_EQ(total({}), 5);
    EXPECT_EQ(total({.text = "清溪3"}), 1);
    EXPECT_EQ(total({.industry = "15"}), 3);
    EXPECT_EQ(total({.divisions = {"52", "51"}}), 2);
    EXPECT_EQ(total({.size = Size::small}), 1);
    EXPECT_EQ(total({.text = "' or 1 = 1 --"}), 0);
    const auto page = county.database->read(
        [](const store::Snapshot& db) { return list_enterprises(db, {.page = 3, .per_page = 2}); });
    EXPECT_EQ(page.items.size(), 1u);
    EXPECT_EQ(page.total, 5);
}

} // namespace
} // namespace party
