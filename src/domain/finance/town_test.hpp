// A small county for tests: the pack packs/qingxi, a database of its own, a clock that stands
// still, one enterprise, and three institutions.
#pragma once

#include "domain/fact/fact.hpp"
#include "domain/finance/book.hpp"
#include "domain/finance/finance.hpp"
#include "domain/product/product.hpp"
#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace finance::testing {

using base::Date;
using base::PartyKind;
using base::Right;

inline base::Rights all_rights() { return Actor::platform().rights; }

struct Town {
    base::ManualClock clock{*Instant::parse("2024-03-05T10:00:00+08:00")}; // a Tuesday
    std::unique_ptr<const pack::Policy> policy;
    std::filesystem::path folder;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<party::Parties> parties;
    std::unique_ptr<product::Products> products;
    std::unique_ptr<loan::Loans> loans;
    std::unique_ptr<Finance> finance;
    Actor enterprise;
    Actor bank;
    Actor bank_2;
    Actor bank_3;
    Actor office; // the supervising department
    int commands = 0;
    std::function<void(store::Schema&)> more; // tables of modules above this one

    explicit Town(std::function<void(store::Schema&)> declare_more = {})
        : more(std::move(declare_more)) {
        auto loaded = pack::Policy::load(SOURCE_DIR "/packs/qingxi");
        if (!loaded) throw std::runtime_error(loaded.error().message.en);
        policy = *std::move(loaded);
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("town-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
        open();
        settle();
    }

    Town(const Town&) = delete;
    Town& operator=(const Town&) = delete;

    ~Town() {
        database.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    void open() {
        store::Schema schema;
        party::declare(schema);
        fact::declare(schema);
        product::declare(schema);
        loan::declare(schema);
        finance::declare(schema);
        if (more) more(schema);
        store::Options options;
        options.file = folder / "county.db";
        options.durable = false;
        auto opened = store::Database::open(options, std::move(schema), clock);
        if (!opened) throw std::runtime_error(opened.error().message.en);
        database = *std::move(opened);
        parties = std::make_unique<party::Parties>(*database, *policy);
        products = std::make_unique<product::Products>(*database, *policy);
        loans = std::make_unique<loan::Loans>(*database, *policy);
        finance = std::make_unique<Finance>(*database, *policy, *loans, *products);
    }

    store::Command by(const Actor& actor) {
        return {.id = "test-" + std::to_string(++commands), .actor = actor, .digest = {}};
    }

    template <class F>
    auto read(F&& f) {
        return database->read(std::forward<F>(f));
    }

    static Actor actor(PartyKind kind, Id<Party> party, std::int64_t person, std::string unit) {
        Actor made;
        made.person = {person};
        made.party = party;
        made.kind = kind;
        made.rights = all_rights();
        made.name = "person " + std::to_string(person);
        made.unit = std::move(unit);
        return made;
    }

    void settle() {
        if (auto joined = parties->join_pack_organisations(); !joined)
            throw std::runtime_error(joined.error().message.en);
        if (auto published = products->publish_pack_products(); !published)
            throw std::runtime_error(published.error().message.en);
        const auto stream = read([](const store::Snapshot& db) {
            return party::find_code(db, PartyKind::institution, "stream_bank")->id;
        });
        const auto unit = read([](const store::Snapshot& db) {
            return party::find_code(db, PartyKind::department, "finance_office")->id;
        });
        bank = actor(PartyKind::institution, stream, 11, "stream_bank");
        bank_2 = actor(PartyKind::institution, join("hill_bank"), 12, "hill_bank");
        bank_3 = actor(PartyKind::institution, join("lake_bank"), 13, "lake_bank");
        office = actor(PartyKind::department, unit, 21, "finance_office");
        enterprise = actor(PartyKind::enterprise, register_enterprise(1), 31, "");
    }

    Id<Party> join(const std::string& code) {
        const auto receipt = database->write(
            store::Command::internal("join:" + code),
            [&](store::Transaction& tx) -> Result<std::string> {
                party::Organisation made;
                made.id = tx.new_id<Party>();
                made.kind = PartyKind::institution;
                made.code = code;
                made.name = {code, code};
                made.institution_kind = pack::InstitutionKind::bank;
                made.since = Date::of(2024, 1, 1);
                tx.publish(party::OrganisationJoined{made}, made.id);
                return std::to_string(made.id.value);
            });
        return {std::stoll(receipt->subject)};
    }

    Id<Party> register_enterprise(std::uint64_t seed) {
        party::RegisterEnterprise wish;
        wish.credit_code = reference::synthetic_code({.seed = seed}).text();
        wish.name = "清溪第" + std::to_string(seed) + "茶厂";
        wish.industry = "1532";
        wish.founded = Date::of(2019, 6, 1);
        wish.legal_representative = "林";
        wish.contact = "林";
        wish.phone = "0573-0000000";
        const auto receipt = parties->register_enterprise(by(Actor::platform()), wish);
        if (!receipt) throw std::runtime_error(receipt.error().message.en);
        return {std::stoll(receipt->subject)};
    }

    static DraftNeed wish(std::int64_t yuan = 500'000) {
        DraftNeed made;
        made.amount = Money::yuan(yuan);
        made.term_months = 12;
        made.purpose = "purchase";
        made.purpose_text = "春茶鲜叶收购";
        made.guarantee_modes = {"credit"};
        return made;
    }

    // A need that is published and open to all.
    Id<Need> posted(const DraftNeed& content) {
        const auto drafted = finance->draft(by(enterprise), content);
        EXPECT_TRUE(drafted) << (drafted ? "" : drafted.error().message.en);
        const Id<Need> id{std::stoll(drafted->subject)};
        const auto submitted = finance->submit(by(enterprise), id, std::nullopt);
        EXPECT_TRUE(submitted) << (submitted ? "" : submitted.error().message.en);
        return id;
    }

    Id<Claim> claimed(Id<Need> need, const Actor& institution) {
        const auto receipt = finance->claim(by(institution), need, std::nullopt);
        EXPECT_TRUE(receipt) << (receipt ? "" : receipt.error().message.en);
        return {receipt ? std::stoll(receipt->subject) : 0};
    }

    // The code of the refusal, or the state of the claim after the act.
    std::string act(const Actor& actor, Id<Claim> claim, const std::string& act, const Deed& deed) {
        const auto receipt = finance->act_on_claim(by(actor), claim, act, deed);
        return receipt ? claim_row(claim).state : receipt.error().code;
    }

    std::string act(
        const Actor& actor, Id<Need> need, const std::string& act, const std::string& reason) {
        const auto receipt = finance->act_on_need(by(actor), need, act, reason);
        return receipt ? need_row(need).state : receipt.error().code;
    }

    static Deed acceptance() {
        Deed deed;
        deed.officer = Officer{"周", "0573-1111111"};
        return deed;
    }

    Deed offering(std::int64_t yuan) const {
        Deed deed;
        deed.amount = Money::yuan(yuan);
        deed.base = pack::PriceBase::lpr_1y;
        deed.spread_bp = 40;
        deed.term_months = 12;
        deed.guarantee_mode = "credit";
        deed.repayment_mode = "interest_then_principal";
        deed.valid_until = policy->calendar().zone().date(clock.now()).plus_days(10);
        return deed;
    }

    static Deed refusing(const std::string& reason) {
        Deed deed;
        deed.reason = reason;
        deed.text = "纳税信用级别未达到本产品要求，修复后可再来。";
        return deed;
    }

    static Deed of_amount(std::int64_t yuan) {
        Deed deed;
        deed.amount = Money::yuan(yuan);
        return deed;
    }

    RecordLoan loan_of(const std::string& number, std::int64_t yuan) const {
        const auto today = policy->calendar().zone().date(clock.now());
        return {
            .number = number,
            .amount = Money::yuan(yuan),
            .rate = Rate::basis_points(385),
            .start = today,
            .due = today.plus_months(12),
            .guarantee_mode = "credit",
            .repayment_mode = "interest_then_principal",
            .use = "purchase",
            .green = false};
    }

    NeedRow need_row(Id<Need> id) {
        return *read([&](const store::Snapshot& db) { return find_need(db, id); });
    }

    ClaimRow claim_row(Id<Claim> id) {
        return *read([&](const store::Snapshot& db) { return find_claim(db, id); });
    }

    std::vector<ClockRow> clocks(Id<Need> id) {
        return read([&](const store::Snapshot& db) { return clocks_of(db, id); });
    }

    // The newest clock of a rule on a claim (or on the need, without one).
    ClockRow clock_of(Id<Need> need, Id<Claim> claim, const std::string& rule) {
        ClockRow found;
        for (const auto& row : clocks(need)) {
            if (row.claim == claim && row.rule == rule && row.round >= found.round) found = row;
        }
        EXPECT_EQ(found.rule, rule);
        return found;
    }

    void go_to(std::string_view local) { // "2024-03-06 09:00" in the county's time
        std::string text(local);
        text[10] = 'T';
        clock.set(*Instant::parse(text + ":00+08:00"));
    }
};

} // namespace finance::testing
