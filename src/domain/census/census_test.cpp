// The columns against the rows they are made of, while the county goes on.
#include "domain/census/census.hpp"
#include "domain/party/county_test.hpp"
#include "engine/column/decide.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <thread>

namespace census {
namespace {

using base::Date;
using base::Instant;

// What a version shows, copied out of it.
struct Shown {
    std::int64_t seq = 0;
    std::vector<Id<Party>> enterprises;
    std::vector<rule::Row> rows;
    friend bool operator==(const Shown&, const Shown&) = default;
};

Shown shown(const Version& version) {
    Shown out{.seq = version.seq, .enterprises = *version.enterprises, .rows = {}};
    for (std::size_t row = 0; row < version.table->rows(); ++row)
        out.rows.push_back(version.table->row(row));
    return out;
}

struct Town : party::test::County {
    fact::Facts facts{*database, *policy};
    loan::Loans loans{*database, *policy};
    std::vector<Id<Party>> firms;
    std::vector<Id<base::Loan>> lent;

    explicit Town(std::uint64_t count = 0)
        : County({&fact::declare, &loan::declare}, "jiashan") {
        for (std::uint64_t i = 1; i <= count; ++i)
            add();
    }

    void add() { firms.push_back(enterprise(firms.size() + 1)); }

    // False when the catalogue refuses it.
    bool learn(Id<Party> firm, const std::string& name, const rule::Value& value, Date day) {
        const fact::Learn wish{
            .enterprise = firm,
            .source = policy->attribute(name)->source,
            .as_of = day,
            .data = {{.attribute = name, .period = {}, .value = rule::to_json(value)}}};
        return facts.learn(command(), wish).has_value();
    }

    void borrow(Id<Party> firm, std::int64_t wan) {
        loan::Record wish;
        wish.institution = bank;
        wish.enterprise = firm;
        wish.number = "JJ" + std::to_string(lent.size());
        wish.amount = base::Money::wan(wan);
        wish.rate = base::Rate::basis_points(400);
        wish.start = Date::of(2024, 3, 1);
        wish.due = Date::of(2025, 3, 1);
        wish.guarantee_mode = "credit";
        wish.repayment_mode = "interest_then_principal";
        wish.use = policy->pack().loan_uses.front().code;
        const auto done = loans.record(command(), wish);
        ASSERT_TRUE(done) << done.error().message.en;
        lent.push_back({std::stoll(done->subject)});
    }

    // Refused when more than is owed.
    void repay(Id<base::Loan> loan, std::int64_t wan) {
        (void)loans.repay(command(), loan, Date::of(2024, 6, 1), base::Money::wan(wan));
    }

    void change(Id<Party> firm, std::uint64_t draw) {
        const auto before =
            *read([&](const store::Snapshot& db) { return party::find_enterprise(db, firm); });
        const std::array industries{"3311", "5171", "0111", "2710"};
        party::RegisterEnterprise wish;
        wish.credit_code = before.credit_code;
        wish.name = before.name;
        wish.industry = industries[draw % industries.size()];
        wish.founded = Date::of(2000, 1, 1).plus_days(static_cast<int>(draw % 7'000));
        wish.registered_capital = base::Money::wan(static_cast<std::int64_t>(draw % 500));
        const auto done = party::Parties(*database, *policy)
                              .change_enterprise(command(), firm, before.version, wish);
        ASSERT_TRUE(done) << done.error().message.en;
    }

    // What the tables show, without any columns.
    [[nodiscard]] Shown told(const store::Snapshot& db) const {
        Shown out{.seq = db.seq(), .enterprises = {}, .rows = {}};
        party::each_enterprise(db, [&](const party::Enterprise& enterprise) {
            out.enterprises.push_back(enterprise.id);
            out.rows.push_back(*dossier::row(db, *policy, enterprise.id));
        });
        return out;
    }

    [[nodiscard]] std::size_t holding(const Version& version, const std::string& text) const {
        const auto program = policy->compile(text);
        if (!program) throw std::runtime_error(program.error().message.en);
        return column::decide(*version.table, *program, Date::of(2024, 7, 15)).holds.count();
    }
};

Version now(Census& census) {
    return census.read([](const store::Snapshot&, const Version& version) { return version; });
}

TEST(Census, follows_the_register_and_the_facts) {
    Town town(12);
    Census census(*town.database, *town.policy);
    EXPECT_EQ(town.holding(now(census), "employees > 20"), 0U);
    ASSERT_TRUE(town.learn(town.firms[0], "employees", std::int64_t{12}, Date::of(2024, 1, 5)));
    ASSERT_TRUE(town.learn(town.firms[1], "employees", std::int64_t{40}, Date::of(2024, 1, 5)));
    EXPECT_EQ(town.holding(now(census), "employees > 20"), 1U);
    ASSERT_TRUE(town.learn(town.firms[1], "employees", rule::Value{}, Date::of(2024, 1, 6)));
    EXPECT_EQ(town.holding(now(census), "employees > 20"), 0U) << "known to be missing";
    EXPECT_EQ(town.holding(now(census), "industry == \"5171\""), 0U);
    town.change(town.firms[2], 1);
    EXPECT_EQ(town.holding(now(census), "industry == \"5171\""), 1U);
    town.add();
    EXPECT_EQ(now(census).enterprises->back(), town.firms.back());
    EXPECT_EQ(now(census).table->rows(), 13U);
}

TEST(Census, follows_the_loans) {
    Town town(12);
    Census census(*town.database, *town.policy);
    EXPECT_EQ(town.holding(now(census), "!has_loan_here"), 12U);
    town.borrow(town.firms[4], 50);
    EXPECT_EQ(town.holding(now(census), "!has_loan_here"), 11U);
    EXPECT_EQ(town.holding(now(census), "loan_balance_here == 50万元"), 1U);
    town.repay(town.lent[0], 20);
    EXPECT_EQ(town.holding(now(census), "loan_balance_here == 30万元"), 1U);
    Census later(*town.database, *town.policy);
    EXPECT_EQ(shown(now(later)), shown(now(census)));
}

TEST(Census, a_version_stays_as_it_was_and_shares_what_did_not_change) {
    Town town(12);
    Census census(*town.database, *town.policy);
    const auto before = now(census);
    const auto then = shown(before);
    EXPECT_EQ(now(census).table, before.table) << "nothing happened";
    ASSERT_TRUE(town.learn(town.firms[3], "employees", std::int64_t{55}, Date::of(2024, 3, 1)));
    const auto after = now(census);
    EXPECT_EQ(shown(before), then);
    EXPECT_GT(after.seq, before.seq);
    EXPECT_EQ(after.enterprises, before.enterprises);
    const auto& chunks = before.table->blocks()[0]->chunks;
    std::size_t shared = 0;
    for (std::size_t place = 0; place < chunks.size(); ++place)
        shared += chunks[place] == after.table->blocks()[0]->chunks[place] ? 1U : 0U;
    EXPECT_EQ(shared, chunks.size() - 1);
}

// What the catalogue of another pack says of the same journal is what a program started with that
// pack shows.
TEST(Census, is_made_with_the_catalogue_of_its_program) {
    Town town(3);
    ASSERT_TRUE(town.learn(town.firms[0], "employees", std::int64_t{12}, Date::of(2024, 1, 5)));
    const party::test::County other({}, "qingxi");
    Census census(*town.database, *other.policy);
    census.read([&](const store::Snapshot& db, const Version& version) {
        EXPECT_EQ(&version.table->schema(), &other.policy->schema());
        for (std::size_t row = 0; row < version.table->rows(); ++row) {
            const auto enterprise = (*version.enterprises)[row];
            EXPECT_EQ(version.table->row(row), *dossier::row(db, *other.policy, enterprise));
        }
    });
}

TEST(Census, a_reader_that_fails_leaves_the_census_whole) {
    Town town(3);
    Census census(*town.database, *town.policy);
    (void)now(census);
    ASSERT_TRUE(town.learn(town.firms[0], "employees", std::int64_t{12}, Date::of(2024, 1, 5)));

    struct Fault {};

    EXPECT_THROW(census.read([](const store::Snapshot&, const Version&) { throw Fault{}; }), Fault);
    EXPECT_EQ(town.holding(now(census), "employees == 12"), 1U);
}

// A reader's snapshot may be older than what the listener was told by the time the reader asks.
TEST(Census, what_is_told_ahead_of_the_snapshot_is_kept_for_the_next) {
    Town town(3);
    Census census(*town.database, *town.policy, {.listens = false});
    const auto seq = now(census).seq;
    town.add();
    auto told = town.database->events_after(seq, 2);
    ASSERT_EQ(told.size(), 1U);
    auto& ahead = told.emplace_back();
    ahead.seq = seq + 2;
    ahead.kind = fact::Learned::kind;
    ahead.subject = std::to_string(town.firms[1].value);
    census.hear(told);
    EXPECT_EQ(now(census).seq, seq + 1);
    ASSERT_TRUE(town.learn(town.firms[1], "fixed_premises", true, Date::of(2024, 1, 5)));
    ASSERT_EQ(town.read([](const store::Snapshot& db) { return db.seq(); }), ahead.seq);
    EXPECT_EQ(town.holding(now(census), "fixed_premises"), 1U);
}

// --- random commands, and looks at random moments ------------------------------------------------

enum class Act {
    add,
    change,
    learn,
    borrow,
    repay,
    dispute,
    rebuild,
    look,
    look_deaf,
    look_late,
    hear,
    open,
    keep
};

struct Step {
    Act act = Act::add;
    std::uint64_t draw = 0;
};

std::vector<Step> steps_of(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 random(seed);
    std::discrete_distribution<int> acts({3, 4, 12, 4, 3, 1, 0.3, 4, 2, 3, 4, 1, 1});
    std::vector<Step> steps;
    for (std::size_t i = 0; i < count; ++i)
        steps.push_back({static_cast<Act>(acts(random)), random()});
    return steps;
}

rule::Value drawn(const rule::Attribute& attribute, std::uint64_t draw) {
    const auto small = static_cast<std::int64_t>(draw % 9);
    if (small == 8) return {};
    switch (attribute.type) {
    case rule::Type::boolean: return draw % 2 == 0;
    case rule::Type::integer: return small;
    case rule::Type::number: return static_cast<double>(small) / 4;
    case rule::Type::text: return "文字" + std::to_string(draw % 400);
    case rule::Type::choice: return attribute.choices[draw % attribute.choices.size()].code;
    case rule::Type::date: return Date::of(2020, 1, 1).plus_days(static_cast<int>(draw % 3'000));
    case rule::Type::duration: return rule::Duration::of_days(small);
    case rule::Type::money: return base::Money::wan(small);
    case rule::Type::rate: return base::Rate::percent(small);
    case rule::Type::text_list: return std::vector<std::string>{"甲", std::to_string(small)};
    case rule::Type::integer_list: return std::vector<std::int64_t>{small, 7};
    }
    return {};
}

// One that is told by the store, one that reads the journal only, one that is told late and
// forgets soon: all must show the tables, whenever they are looked at.
class Walk {
public:
    std::string run(const std::vector<Step>& steps) {
        for (std::size_t i = 0; i < steps.size() && wrong_.empty(); ++i)
            take(steps[i]);
        for (auto* census : {&told_, &deaf_, &late_, &*opened_})
            look(*census);
        look_at_kept();
        return wrong_;
    }

private:
    void take(const Step& step) {
        if (step.act == Act::add || town_.firms.empty()) return town_.add();
        const auto firm = town_.firms[step.draw % town_.firms.size()];
        switch (step.act) {
        case Act::add: break;
        case Act::change: town_.change(firm, step.draw / 64); break;
        case Act::learn: learn(firm, step.draw); break;
        case Act::borrow:
            town_.borrow(firm, 1 + static_cast<std::int64_t>(step.draw / 64 % 9));
            break;
        case Act::repay:
            if (!town_.lent.empty()) town_.repay(town_.lent[step.draw / 64 % town_.lent.size()], 1);
            break;
        case Act::dispute:
            (void)town_.facts.dispute(town_.command(), firm, "employees", "不对");
            break;
        case Act::rebuild: town_.expect_rebuilds(); break;
        case Act::look: look(told_); break;
        case Act::look_deaf: look(deaf_); break;
        case Act::look_late: look(late_); break;
        case Act::hear: hear(1 + step.draw % 12); break;
        case Act::open: opened_.emplace(*town_.database, *town_.policy); break;
        case Act::keep: {
            const auto version = now(told_);
            kept_.emplace_back(version, shown(version));
            break;
        }
        }
    }

    void learn(Id<Party> firm, std::uint64_t draw) {
        const auto& all = town_.policy->schema().attributes();
        const auto& attribute = all[draw / 64 % all.size()];
        if (fact::from_register(attribute.name)) return;
        const auto day = Date::of(2024, 1, 1).plus_days(static_cast<int>(draw / 8192 % 60));
        town_.learn(firm, attribute.name, drawn(attribute, draw / 1'000'003), day);
    }

    void hear(std::size_t count) {
        const auto events = town_.database->events_after(late_heard_, count);
        if (events.empty()) return;
        late_.hear(events);
        late_heard_ = events.back().seq;
    }

    void look(Census& census) {
        census.read([&](const store::Snapshot& db, const Version& version) {
            const auto wanted = town_.told(db);
            const auto seen = shown(version);
            std::ostringstream out;
            if (seen.seq != wanted.seq) out << "seq " << seen.seq << " at " << wanted.seq;
            if (seen.enterprises != wanted.enterprises) out << " other enterprises";
            if (seen.rows != wanted.rows) out << " other rows at " << wanted.seq;
            wrong_ += out.str();
        });
    }

    void look_at_kept() {
        for (const auto& [version, then] : kept_) {
            if (shown(version) != then)
                wrong_ += " version " + std::to_string(then.seq) + " changed";
        }
    }

    Town town_;
    Census told_{*town_.database, *town_.policy};
    Census deaf_{*town_.database, *town_.policy, {.listens = false}};
    Census late_{*town_.database, *town_.policy, {.listens = false, .touched_most = 5}};
    std::optional<Census> opened_{std::in_place, *town_.database, *town_.policy};
    std::int64_t late_heard_ = 0;
    std::vector<std::pair<Version, Shown>> kept_;
    std::string wrong_;
};

std::string fails(const std::vector<Step>& steps) { return Walk().run(steps); }

// Leaves out whatever the failure does not need.
std::vector<Step> shrunk(std::vector<Step> steps) {
    for (auto size = steps.size() / 2; size > 0; size /= 2) {
        for (std::size_t from = 0; from + size <= steps.size();) {
            auto fewer = steps;
            const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(from);
            fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
            if (fails(fewer).empty()) {
                from += size;
            } else {
                steps = std::move(fewer);
            }
        }
    }
    return steps;
}

TEST(Census, shows_the_tables_after_any_commands_looked_at_at_any_time) {
    const char* given = std::getenv("RONGQIAO_SEED");  // NOLINT(concurrency-mt-unsafe)
    const char* times = std::getenv("RONGQIAO_CASES"); // NOLINT(concurrency-mt-unsafe)
    const std::uint64_t first =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    const int cases = 6 * (times != nullptr ? std::max(1, std::atoi(times)) : 1);
    for (int i = 0; i < cases; ++i) {
        const auto seed = first + static_cast<std::uint64_t>(i);
        const auto steps = steps_of(seed, 150);
        const auto wrong = fails(steps);
        if (wrong.empty()) continue;
        std::ostringstream found;
        for (const auto& step : shrunk(steps))
            found << '\n' << static_cast<int>(step.act) << ' ' << step.draw;
        FAIL() << wrong << "; RONGQIAO_SEED=" << seed << " repeats it; steps:" << found.str();
    }
}

// --- readers beside the writer -------------------------------------------------------------------

// One command teaches two attributes at once: no version may show one without the other, nor go
// back behind an earlier one, nor lack what was acknowledged before it was asked for.
TEST(Census, readers_see_whole_commands_while_others_write) {
    Town town(12);
    Census census(*town.database, *town.policy);
    const auto differing = town.policy->compile("accounts_receivable != fixed_assets");
    const auto known = town.policy->compile("has(accounts_receivable)");
    ASSERT_TRUE(differing && known);
    std::atomic<bool> writing = true;
    std::atomic<std::int64_t> acknowledged = 0;
    std::atomic<int> torn = 0;
    std::atomic<int> seen = 0;
    const auto look = [&] {
        const auto today = Date::of(2024, 7, 15);
        std::size_t most = 0;
        std::int64_t seq = 0;
        while (writing) {
            const auto least = acknowledged.load();
            census.read([&](const store::Snapshot& db, const Version& version) {
                if (shown(version) != town.told(db) || version.seq < least) torn += 1;
                if (column::decide(*version.table, *differing, today).holds.count() > 0) torn += 1;
                const auto count = column::decide(*version.table, *known, today).holds.count();
                if (count < most || version.seq < seq) torn += 1;
                most = count;
                seq = version.seq;
            });
            seen += 1;
        }
    };
    {
        std::vector<std::jthread> readers;
        for (int i = 0; i < 3; ++i)
            readers.emplace_back(look);
        for (int i = 0; i < 150; ++i) {
            const auto amount = std::to_string(100 * (i * 7 % 50));
            const fact::Learn wish{
                .enterprise = town.firms[static_cast<std::size_t>(i * 5 % 12)],
                .source = "statements",
                .as_of = Date::of(2024, 1, 1).plus_days(i),
                .data = {
                    {.attribute = "accounts_receivable", .period = {}, .value = {amount}},
                    {.attribute = "fixed_assets", .period = {}, .value = {amount}}}};
            const auto done = town.facts.learn(town.command(), wish);
            EXPECT_TRUE(done);
            if (done) acknowledged = done->seq;
            if (i % 20 == 0) town.add();
        }
        writing = false;
    }
    EXPECT_EQ(torn, 0);
    EXPECT_GT(seen, 0);
    census.read([&](const store::Snapshot& db, const Version& version) {
        EXPECT_EQ(shown(version), town.told(db));
    });
}

} // namespace
} // namespace census
