#include "domain/fact/fact.hpp"
#include "domain/loan/measures.hpp"
#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>

namespace loan {
namespace {

struct Ledger {
    base::ManualClock clock{*Instant::parse("2024-12-31T10:00:00+08:00")};
    std::unique_ptr<const pack::Policy> policy;
    std::filesystem::path folder;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<Loans> loans;
    Id<Party> bank;
    int commands = 0;

    Ledger() {
        auto loaded = pack::Policy::load(SOURCE_DIR "/packs/qingxi");
        if (!loaded) throw std::runtime_error(loaded.error().message.en);
        policy = *std::move(loaded);
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("ledger-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
        store::Schema schema;
        party::declare(schema);
        fact::declare(schema);
        declare(schema);
        store::Options options;
        options.file = folder / "county.db";
        options.durable = false;
        auto opened = store::Database::open(options, std::move(schema), clock);
        if (!opened) throw std::runtime_error(opened.error().message.en);
        database = *std::move(opened);
        party::Parties parties(*database, *policy);
        if (!parties.join_pack_organisations()) throw std::runtime_error("organisations");
        bank = database->read([](const store::Snapshot& db) {
            return party::find_code(db, base::PartyKind::institution, "stream_bank")->id;
        });
        loans = std::make_unique<Loans>(*database, *policy);
    }

    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    ~Ledger() {
        database.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    store::Command command() {
        return store::Command::internal("test-" + std::to_string(++commands));
    }

    Id<Party> enterprise(std::uint64_t seed, const std::string& industry, party::Size size) {
        party::Parties parties(*database, *policy);
        party::RegisterEnterprise wish;
        wish.credit_code = reference::synthetic_code({.seed = seed}).text();
        wish.name = "企业" + std::to_string(seed);
        wish.industry = industry;
        wish.founded = Date::of(2015, 1, 1);
        const auto registered = parties.register_enterprise(command(), wish);
        if (!registered) throw std::runtime_error(registered.error().message.en);
        const Id<Party> id{std::stoll(registered->subject)};
        if (!parties.set_size(command(), id, size)) throw std::runtime_error("size");
        return id;
    }

    Record wish(Id<Party> borrower, const std::string& number, std::int64_t wan, Date start) const {
        Record made;
        made.institution = bank;
        made.enterprise = borrower;
        made.number = number;
        made.amount = Money::wan(wan);
        made.rate = Rate::basis_points(400);
        made.start = start;
        made.due = start.plus_months(12);
        made.guarantee_mode = "credit";
        made.repayment_mode = "interest_then_principal";
        made.use = "purchase";
        return made;
    }

    // The id, or the code of the refusal.
    std::string record(const Record& made) {
        const auto receipt = loans->record(command(), made);
        return receipt ? receipt->subject : receipt.error().code;
    }

    Entry entry(const std::string& id) {
        return *database->read(
            [&](const store::Snapshot& db) { return find(db, {std::stoll(id)}); });
    }

    Figure look(Measure measure, std::optional<Date> from, Date until) {
        return database->read([&](const store::Snapshot& db) {
            return figure(db, measure, {.from = from, .until = until});
        });
    }
};

TEST(Loans, the_same_loan_twice_is_one_and_another_content_is_a_conflict_that_names_it) {
    Ledger ledger;
    const auto firm = ledger.enterprise(1, "1532", party::Size::small);
    auto wish = ledger.wish(firm, "JJ-1", 100, Date::of(2024, 3, 1));
    const auto id = ledger.record(wish);
    EXPECT_EQ(ledger.record(wish), id);
    wish.amount = Money::wan(90);
    wish.green = true;
    const auto refused = ledger.loans->record(ledger.command(), wish);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "loan.differs");
    EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
    EXPECT_NE(refused.error().message.en.find("amount, green"), std::string::npos);
    EXPECT_EQ(ledger.look(Measure::balance, {}, Date::of(2024, 12, 31)).loans, 1);
}

TEST(Loans, what_cannot_be_a_loan_is_refused_at_its_field) {
    Ledger ledger;
    const auto firm = ledger.enterprise(1, "1532", party::Size::small);
    const auto good = ledger.wish(firm, "JJ-1", 100, Date::of(2024, 3, 1));

    const struct {
        const char* want;
        std::function<void(Record&)> spoil;
    } cases[] = {
        {"loan.number", [](Record& it) { it.number = ""; }},
        {"loan.amount", [](Record& it) { it.amount = {}; }},
        {"loan.rate", [](Record& it) { it.rate = Rate::percent(37); }},
        {"loan.dates", [](Record& it) { it.due = it.start; }},
        {"loan.dates", [](Record& it) { it.start = Date::of(2025, 1, 1); }},
        {"loan.guarantee_mode", [](Record& it) { it.guarantee_mode = "promise"; }},
        {"loan.repayment_mode", [](Record& it) { it.repayment_mode = "never"; }},
        {"loan.use", [](Record& it) { it.use = "yacht"; }},
        {"loan.no_enterprise", [](Record& it) { it.enterprise = {7}; }},
        {"loan.no_institution", [](Record& it) { it.institution = it.enterprise; }},
    };

    for (const auto& one : cases) {
        auto wish = good;
        one.spoil(wish);
        EXPECT_EQ(ledger.record(wish), one.want);
    }
}

TEST(Loans, the_first_loan_is_the_earliest_even_when_it_turns_up_later) {
    Ledger ledger;
    const auto firm = ledger.enterprise(1, "1532", party::Size::small);
    const auto june = ledger.record(ledger.wish(firm, "JJ-6", 10, Date::of(2024, 6, 1)));
    EXPECT_TRUE(ledger.entry(june).first_loan);
    const auto july = ledger.record(ledger.wish(firm, "JJ-7", 10, Date::of(2024, 7, 1)));
    EXPECT_FALSE(ledger.entry(july).first_loan);
    const auto may = ledger.record(ledger.wish(firm, "JJ-5", 10, Date::of(2024, 5, 1)));
    EXPECT_TRUE(ledger.entry(may).first_loan);
    EXPECT_FALSE(ledger.entry(june).first_loan);
    EXPECT_EQ(
        ledger.look(Measure::first_loans, Date::of(2024, 1, 1), Date::of(2024, 12, 31)).value, 1);
}

TEST(Loans, a_balance_is_known_for_every_day) {
    Ledger ledger;
    const auto firm = ledger.enterprise(1, "1532", party::Size::small);
    const Id<Loan> id{
        std::stoll(ledger.record(ledger.wish(firm, "JJ-1", 100, Date::of(2024, 3, 1))))};
    ASSERT_TRUE(ledger.loans->repay(ledger.command(), id, Date::of(2024, 8, 1), Money::wan(30)));
    // Reported later for an earlier day.
    ASSERT_TRUE(ledger.loans->repay(ledger.command(), id, Date::of(2024, 6, 1), Money::wan(20)));
    EXPECT_EQ(
        ledger.loans->repay(ledger.command(), id, Date::of(2024, 9, 1), Money::wan(51))
            .error()
            .code,
        "loan.repaid_too_much");
    EXPECT_EQ(
        ledger.loans->repay(ledger.command(), id, Date::of(2024, 2, 1), Money::wan(1)).error().code,
        "loan.day");

    const struct {
        Date day;
        std::int64_t wan;
    } cases[] = {
        {Date::of(2024, 2, 29), 0},
        {Date::of(2024, 3, 1), 100},
        {Date::of(2024, 5, 31), 100},
        {Date::of(2024, 6, 1), 80},
        {Date::of(2024, 7, 31), 80},
        {Date::of(2024, 8, 1), 50}};

    for (const auto& one : cases) {
        EXPECT_EQ(
            ledger.database->read(
                [&](const store::Snapshot& db) { return balance_on(db, id, one.day); }),
            Money::wan(one.wan))
            << one.day.text();
        EXPECT_EQ(ledger.look(Measure::balance, {}, one.day).sum, Money::wan(one.wan));
    }
}

TEST(Loans, a_class_given_for_an_earlier_day_does_not_undo_a_later_one) {
    Ledger ledger;
    const auto firm = ledger.enterprise(1, "1532", party::Size::small);
    const auto id = ledger.record(ledger.wish(firm, "JJ-1", 100, Date::of(2024, 3, 1)));
    const Id<Loan> loan{std::stoll(id)};
    ASSERT_TRUE(
        ledger.loans->grade(ledger.command(), loan, Date::of(2024, 9, 30), Grade::substandard));
    ASSERT_TRUE(
        ledger.loans->grade(ledger.command(), loan, Date::of(2024, 6, 30), Grade::attention));
    EXPECT_EQ(ledger.entry(id).grade, Grade::substandard);
    EXPECT_EQ(ledger.look(Measure::npl_ratio, {}, Date::of(2024, 9, 29)).value, 0);
    EXPECT_EQ(ledger.look(Measure::npl_ratio, {}, Date::of(2024, 9, 30)).value, 1'000'000);
}

TEST(Measures, each_figure_counts_what_its_definition_says) {
    Ledger ledger;
    const auto maker = ledger.enterprise(1, "1532", party::Size::small);
    const auto shop = ledger.enterprise(2, "5211", party::Size::micro);
    const auto large = ledger.enterprise(3, "3311", party::Size::large);
    auto made = ledger.wish(maker, "A", 300, Date::of(2024, 2, 1));
    made.due = Date::of(2027, 2, 1);
    made.green = true;
    ledger.record(made);
    auto sold = ledger.wish(shop, "B", 100, Date::of(2024, 5, 1));
    sold.rate = Rate::basis_points(500);
    sold.guarantee_mode = "guarantee";
    ledger.record(sold);
    ledger.record(ledger.wish(large, "C", 5'000, Date::of(2024, 11, 1)));
    ledger.record(ledger.wish(shop, "D", 950, Date::of(2024, 12, 1)));
    const auto year = Date::of(2024, 1, 1);
    const auto end = Date::of(2024, 12, 31);
    const auto november = Date::of(2024, 11, 30);
    const auto wan = [](std::int64_t count) { return Money::wan(count).fen; };
    EXPECT_EQ(ledger.look(Measure::manufacturing_balance, {}, end).value, wan(5'300));
    EXPECT_EQ(ledger.look(Measure::manufacturing_medium_long_balance, {}, end).value, wan(300));
    EXPECT_EQ(ledger.look(Measure::green_balance, {}, end).value, wan(300));
    EXPECT_EQ(ledger.look(Measure::credit_balance, {}, november).value, wan(5'300));
    EXPECT_EQ(ledger.look(Measure::platform_count, year, end).value, 0);
    // The shop has 100 + 950 by the year's end and is then no client of at most 1000 万元.
    EXPECT_EQ(ledger.look(Measure::inclusive_small_balance, {}, november).value, wan(400));
    EXPECT_EQ(ledger.look(Measure::inclusive_small_balance, {}, end).value, wan(300));
    // (300 × 4 % + 100 × 5 %) ÷ 400 = 4.25 %
    EXPECT_EQ(ledger.look(Measure::inclusive_small_rate, year, november).value, 42'500);
    EXPECT_EQ(
        ledger.look(Measure::inclusive_small_rate, year, Date::of(2024, 1, 31)).value,
        std::nullopt);
    // On top of a balance reported for the end of March.
    EXPECT_EQ(
        ledger.look(Measure::manufacturing_balance, Date::of(2024, 4, 1), end).value, wan(5'000));
    EXPECT_EQ(measure_named("loan.green_balance"), Measure::green_balance);
    EXPECT_EQ(measure_named("loan.dreams"), std::nullopt);
}

// Random loans, repayments and classes: every figure equals the sum of its rows, page by page, and
// the rows equal a naive walk over what was done.
TEST(Measures, figures_equal_their_rows_and_a_naive_count) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Ledger ledger;
    const Id<Party> firms[] = {
        ledger.enterprise(1, "1532", party::Size::small),
        ledger.enterprise(2, "5211", party::Size::micro),
        ledger.enterprise(3, "3311", party::Size::large)};

    struct Naive {
        Record wish;
        std::vector<std::pair<Date, Money>> repaid;
        bool manufacturing = false;
    };

    std::vector<Naive> naive;
    for (int i = 0; i < 60; ++i) {
        const auto firm = random() % 3;
        const auto start = Date::of(2024, 1, 1).plus_days(static_cast<int>(random() % 300));
        auto wish = ledger.wish(
            firms[firm],
            "N" + std::to_string(i),
            static_cast<std::int64_t>(1 + random() % 400),
            start);
        wish.green = random() % 2 == 0;
        const Id<Loan> id{std::stoll(ledger.record(wish))};
        Naive one{wish, {}, firm != 1};
        auto left = wish.amount;
        while (left.fen > 0 && random() % 2 == 0) {
            const auto day = start.plus_days(static_cast<int>(random() % 60));
            const Money part{1 + static_cast<std::int64_t>(random()) % left.fen};
            ASSERT_TRUE(ledger.loans->repay(ledger.command(), id, day, part));
            one.repaid.emplace_back(day, part);
            left -= part;
        }
        naive.push_back(std::move(one));
    }
    for (int look = 0; look < 40; ++look) {
        const auto day = Date::of(2024, 1, 1).plus_days(static_cast<int>(random() % 365));
        Money made;
        Money green;
        for (const auto& one : naive) {
            if (one.wish.start > day) continue;
            auto balance = one.wish.amount;
            for (const auto& [when, part] : one.repaid) {
                if (when <= day) balance -= part;
            }
            if (one.manufacturing) made += balance;
            if (one.wish.green) green += balance;
        }
        ASSERT_EQ(ledger.look(Measure::manufacturing_balance, {}, day).value, made.fen);
        ASSERT_EQ(ledger.look(Measure::green_balance, {}, day).value, green.fen);
        Money sum;
        std::int64_t seen = 0;
        for (std::int32_t page = 1;; ++page) {
            const auto found = ledger.database->read([&](const store::Snapshot& db) {
                return rows(db, Measure::green_balance, {.from = {}, .until = day}, page, 7);
            });
            for (const auto& row : found.items)
                sum += row.counted;
            seen += static_cast<std::int64_t>(found.items.size());
            if (found.items.empty()) {
                ASSERT_EQ(seen, found.total);
                break;
            }
        }
        ASSERT_EQ(sum, green);
    }
}

} // namespace
} // namespace loan
