#include "domain/product/product.hpp"
#include "engine/pack/policy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace product {
namespace {

struct Shelf {
    base::ManualClock clock{*Instant::parse("2024-03-05T10:00:00+08:00")};
    std::unique_ptr<const pack::Policy> policy;
    std::filesystem::path folder;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<Products> products;
    base::Actor bank;
    int commands = 0;

    Shelf() {
        auto loaded = pack::Policy::load(SOURCE_DIR "/packs/qingxi");
        if (!loaded) throw std::runtime_error(loaded.error().message.en);
        policy = *std::move(loaded);
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("shelf-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
        store::Schema schema;
        party::declare(schema);
        declare(schema);
        store::Options options;
        options.file = folder / "county.db";
        options.durable = false;
        auto opened = store::Database::open(options, std::move(schema), clock);
        if (!opened) throw std::runtime_error(opened.error().message.en);
        database = *std::move(opened);
        party::Parties parties(*database, *policy);
        products = std::make_unique<Products>(*database, *policy);
        if (!parties.join_pack_organisations() || !products->publish_pack_products())
            throw std::runtime_error("the pack's organisations and products");
        bank = base::Actor::platform();
        bank.kind = base::PartyKind::institution;
        bank.person = {5};
        bank.party = database->read([](const store::Snapshot& db) {
            return party::find_code(db, base::PartyKind::institution, "stream_bank")->id;
        });
    }

    Shelf(const Shelf&) = delete;
    Shelf& operator=(const Shelf&) = delete;

    ~Shelf() {
        database.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    store::Command command() {
        return {.id = "t" + std::to_string(++commands), .actor = bank, .digest = {}};
    }

    template <class F>
    auto read(F&& f) {
        return database->read(std::forward<F>(f));
    }

    Id<Product> tea() {
        return *read([](const store::Snapshot& db) { return find_code(db, "tea_season_loan"); });
    }

    std::optional<Version> on(Id<Product> id, Date day) {
        return read([&](const store::Snapshot& db) { return in_force(db, id, day); });
    }
};

TEST(Products, the_packs_products_are_published_once_and_keep_what_was_changed_since) {
    Shelf shelf;
    const auto listed = [&] {
        return shelf.read(
            [](const store::Snapshot& db) { return list(db, {}, Date::of(2024, 3, 5)).size(); });
    };
    EXPECT_EQ(listed(), shelf.policy->pack().products.size());
    auto terms = shelf.on(shelf.tea(), Date::of(2024, 3, 5))->terms;
    terms.answer_days = 1;
    ASSERT_TRUE(shelf.products->change(shelf.command(), shelf.tea(), 1, terms));
    ASSERT_TRUE(shelf.products->publish(shelf.command(), shelf.tea(), Date::of(2024, 3, 5)));
    ASSERT_TRUE(shelf.products->publish_pack_products());
    EXPECT_EQ(listed(), shelf.policy->pack().products.size());
    EXPECT_EQ(shelf.on(shelf.tea(), Date::of(2024, 3, 5))->terms.answer_days, 1);
}

TEST(Products, a_published_version_holds_from_its_day_and_old_decisions_keep_theirs) {
    Shelf shelf;
    const auto id = shelf.tea();
    auto terms = shelf.on(id, Date::of(2024, 3, 5))->terms;
    terms.eligibility = "tax_grade in [\"A\"]";
    ASSERT_TRUE(shelf.products->change(shelf.command(), id, 1, terms));
    // A draft changes nothing for others.
    EXPECT_EQ(shelf.on(id, Date::of(2024, 3, 5))->version, 1);
    EXPECT_EQ(
        shelf.products->publish(shelf.command(), id, Date::of(2024, 3, 4)).error().code,
        "product.effective_in_past");
    ASSERT_TRUE(shelf.products->publish(shelf.command(), id, Date::of(2024, 4, 1)));
    EXPECT_EQ(shelf.on(id, Date::of(2024, 3, 31))->version, 1);
    EXPECT_EQ(shelf.on(id, Date::of(2024, 4, 1))->version, 2);
    const auto old = shelf.read([&](const store::Snapshot& db) { return at_version(db, id, 1); });
    ASSERT_TRUE(old);
    EXPECT_NE(shelf.products->eligibility(*old), nullptr);
    EXPECT_NE(
        shelf.products->eligibility(*old)->source(),
        shelf.on(id, Date::of(2024, 4, 1))->terms.eligibility);
    const auto changes = differences(old->terms, terms);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].field, "eligibility");
    EXPECT_EQ(
        shelf.products->publish(shelf.command(), id, Date::of(2024, 5, 1)).error().code,
        "product.nothing_to_publish");
}

TEST(Products, drafts_are_seen_by_their_institution_alone_and_the_slower_editor_is_told) {
    Shelf shelf;
    auto terms = shelf.on(shelf.tea(), Date::of(2024, 3, 5))->terms;
    terms.code = "autumn_loan";
    const auto drafted = shelf.products->draft(shelf.command(), terms);
    ASSERT_TRUE(drafted) << drafted.error().message.en;
    const Id<Product> id{std::stoll(drafted->subject)};
    const auto seen = [&](const Filter& filter) {
        return shelf
            .read([&](const store::Snapshot& db) { return list(db, filter, Date::of(2024, 3, 5)); })
            .size();
    };
    const auto published = shelf.policy->pack().products.size();
    EXPECT_EQ(seen({}), published);
    EXPECT_EQ(seen({.drafts_of = shelf.bank.party}), published + 1);
    ASSERT_TRUE(shelf.products->change(shelf.command(), id, 1, terms));
    EXPECT_EQ(
        shelf.products->change(shelf.command(), id, 1, terms).error().code, "product.version");
    EXPECT_EQ(shelf.products->draft(shelf.command(), terms).error().code, "product.code_taken");
    ASSERT_TRUE(shelf.products->retire(shelf.command(), shelf.tea(), "不再办理"));
    EXPECT_EQ(seen({}), published - 1);
    EXPECT_EQ(
        shelf.products->change(shelf.command(), shelf.tea(), 1, terms).error().code,
        "product.retired");
}

TEST(Products, what_cannot_be_offered_is_refused_at_its_field) {
    Shelf shelf;
    const auto good = shelf.on(shelf.tea(), Date::of(2024, 3, 5))->terms;

    const struct {
        const char* field;
        std::function<void(pack::Product&)> spoil;
    } cases[] = {
        {"/amount_max", [](pack::Product& it) { it.amount_max = {}; }},
        {"/term_max_months", [](pack::Product& it) { it.term_max_months = 0; }},
        {"/answer_days", [](pack::Product& it) { it.answer_days = 0; }},
        {"/kind", [](pack::Product& it) { it.kind = "unknown"; }},
        {"/tags/0", [](pack::Product& it) { it.tags = {"unknown"}; }},
        {"/eligibility", [](pack::Product& it) { it.eligibility = "yearly_sales >= 3"; }},
    };

    for (const auto& one : cases) {
        auto terms = good;
        one.spoil(terms);
        const auto outcome = check(terms, *shelf.policy);
        ASSERT_FALSE(outcome) << one.field;
        EXPECT_EQ(outcome.error().field, one.field);
    }
    EXPECT_TRUE(check(good, *shelf.policy));
}

} // namespace
} // namespace product
