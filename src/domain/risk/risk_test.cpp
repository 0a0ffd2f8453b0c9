#include "domain/identity/identity.hpp"
#include "domain/party/county_test.hpp"
#include "domain/risk/risk.hpp"

#include <unistd.h>

#include <fstream>
#include <random>

namespace risk {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

constexpr std::int64_t risk_day_ms = 86'400'000;

struct Desk : party::test::County {
    Risks risks{*database, *policy, *load_desk(SOURCE_DIR "/packs/qingxi")};

    Desk()
        : County({&identity::declare, &risk::declare}) {}

    static base::Actor officer() { return of_unit("finance_office", {Right::risk_handle}); }

    [[nodiscard]] Warning warning(
        const std::string& key,
        const std::string& rule,
        const std::string& subject,
        std::int64_t day,
        std::int64_t score = 100) const {
        Warning made;
        made.key = key;
        made.rule = rule;
        made.label = {rule, rule};
        made.rules = "r1";
        made.subject = subject;
        made.at = {1'700'000'000'000 + day * risk_day_ms};
        made.event = "e" + key;
        made.score = score;
        return made;
    }

    Risks::Done raise(const Warning& one) {
        const auto done = risks.raise(
            command(),
            {.warnings = {one}, .continued = {}, .superseded = {}, .reached = {}, .turned = {}});
        EXPECT_TRUE(done) << code(done);
        return done.value_or(Risks::Done{});
    }

    [[nodiscard]] Case newest(const std::string& rule, const std::string& subject) const {
        return *read([&](const store::Snapshot& db) { return risk::newest(db, rule, subject); });
    }

    [[nodiscard]] std::vector<Case> all() const {
        return read([&](const store::Snapshot& db) {
            return list(
                       db,
                       {.state = {},
                        .outcome = {},
                        .source = {},
                        .owner = {},
                        .overdue_at = {},
                        .page = 1,
                        .per_page = 10'000})
                .items;
        });
    }

    std::string close(Id<RiskCase> id, Outcome outcome) {
        const char* reason = outcome == Outcome::confirmed     ? "suspicious"
                             : outcome == Outcome::false_alarm ? "ordinary_business"
                                                               : "declared";
        return code(risks.close(
            command(officer()), id, {.outcome = outcome, .reason = reason, .text = "核实过"}));
    }
};

// What joining means, said plainly: the newest case of the rule and subject takes a warning within
// thirty days of what its warnings are about, unless it was closed as confirmed or a false alarm.
struct PlainCase {
    std::string rule;
    std::string subject;
    std::vector<std::int64_t> days;
    std::optional<Outcome> closed;
};

std::size_t plain_raise(
    std::vector<PlainCase>& cases,
    const std::string& rule,
    const std::string& subject,
    std::int64_t day) {
    for (std::size_t i = cases.size(); i-- > 0;) {
        auto& it = cases[i];
        if (it.rule != rule || it.subject != subject) continue;
        const auto [first, last] = std::ranges::minmax(it.days);
        const bool near = day <= last + 30 && day >= first - 30;
        if (near && (!it.closed || *it.closed == Outcome::known)) {
            it.days.push_back(day);
            return i;
        }
        break;
    }
    cases.push_back({rule, subject, {day}, {}});
    return cases.size() - 1;
}

TEST(Risk, warnings_join_and_open_cases_as_a_plain_model_says) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed); // tidy-allow(randomness): printed
        const auto pick = [&](std::uint64_t of) { return random() % of; };
        Desk desk;
        std::vector<PlainCase> plain;
        std::vector<Id<RiskCase>> ids;
        std::int64_t day = 100;
        for (int step = 0; step < 60; ++step) {
            if (pick(3) == 0 && !plain.empty()) {
                const auto at = pick(plain.size());
                const auto outcome = static_cast<Outcome>(pick(3));
                const auto done = desk.close(ids[at], outcome);
                EXPECT_EQ(done, plain[at].closed ? "risk.closed" : "ok");
                if (!plain[at].closed) plain[at].closed = outcome;
                continue;
            }
            day += static_cast<std::int64_t>(pick(12));
            const auto late = pick(5) == 0 ? static_cast<std::int64_t>(pick(60)) : 0;
            const auto rule = "r" + std::to_string(pick(2));
            const auto subject = "a" + std::to_string(pick(2));
            const auto before = plain.size();
            const auto at = plain_raise(plain, rule, subject, day - late);
            const auto key = std::to_string(step);
            const auto done = desk.raise(desk.warning(key, rule, subject, day - late));
            EXPECT_EQ(done.opened, static_cast<std::int64_t>(plain.size() - before));
            EXPECT_EQ(done.joined, plain.size() == before ? 1 : 0);
            if (plain.size() > before) ids.push_back(desk.newest(rule, subject).id);
            const auto found =
                desk.read([&](const store::Snapshot& db) { return find(db, ids[at]); });
            EXPECT_EQ(found->warnings, std::ssize(plain[at].days));
        }
        EXPECT_EQ(desk.all().size(), plain.size());
        for (const auto& record :
             desk.read([](const store::Snapshot& db) { return records(db); })) {
            std::int64_t confirmed = 0;
            for (const auto& it : plain)
                confirmed += it.rule == record.rule && it.closed == Outcome::confirmed ? 1 : 0;
            EXPECT_EQ(record.confirmed, confirmed);
        }
        desk.expect_rebuilds();
    }
}

TEST(Risk, a_warning_sent_again_changes_nothing_and_a_continued_one_opens_nothing) {
    Desk desk;
    EXPECT_EQ(desk.raise(desk.warning("1", "fan_in", "A1", 0)).opened, 1);
    const auto again = desk.raise(desk.warning("1", "fan_in", "A1", 0));
    EXPECT_EQ(again.opened + again.joined, 0);
    const auto continued = [&](const Warning& one) {
        return desk.risks
            .raise(
                desk.command(),
                {.warnings = {}, .continued = {one}, .superseded = {}, .reached = {}, .turned = {}})
            .value_or(Risks::Done{});
    };
    EXPECT_EQ(continued(desk.warning("2", "fan_in", "A1", 3)).joined, 1);
    const auto nobody = continued(desk.warning("3", "fan_in", "A2", 3));
    EXPECT_EQ(nobody.opened + nobody.joined, 0);
    EXPECT_EQ(desk.newest("fan_in", "A1").warnings, 2);
}

TEST(Risk, a_case_has_clocks_in_working_time_and_a_severity_that_grows) {
    Desk desk;
    desk.raise(desk.warning("1", "fan_in", "A1", 0, 100));
    auto it = desk.newest("fan_in", "A1");
    EXPECT_EQ(it.severity, "serious");
    ASSERT_TRUE(it.due); // to be taken on within a working day: 2024-07-15 is a Monday
    EXPECT_EQ(desk.policy->zone().date(*it.due), base::Date::of(2024, 7, 16));
    EXPECT_EQ(code(desk.risks.take(desk.command(Desk::officer()), it.id)), "ok");
    it = desk.newest("fan_in", "A1");
    EXPECT_EQ(it.state, State::in_hand);
    EXPECT_EQ(it.owner_name, "某人");
    EXPECT_EQ(desk.policy->zone().date(*it.due), base::Date::of(2024, 7, 29)); // to be settled
    desk.raise(desk.warning("2", "fan_in", "A1", 1, 120));
    EXPECT_EQ(desk.newest("fan_in", "A1").severity, "grave");
    EXPECT_EQ(desk.close(it.id, Outcome::confirmed), "ok");
    it = desk.newest("fan_in", "A1");
    EXPECT_FALSE(it.due);
    desk.raise(desk.warning("3", "fan_in", "A1", 2));
    EXPECT_EQ(desk.newest("fan_in", "A1").follows, it.id);
}

TEST(Risk, whoever_may_not_or_says_too_little_is_refused_with_the_place) {
    Desk desk;
    desk.raise(desk.warning("1", "fan_in", "A1", 0));
    const auto id = desk.newest("fan_in", "A1").id;
    const auto officer = Desk::officer();
    const auto other = Desk::of_unit("finance_office", {Right::indicator_read});
    const auto bank =
        Desk::somebody(PartyKind::institution, desk.bank, {Right::risk_handle}); // no role gives it
    auto& risks = desk.risks;
    EXPECT_EQ(code(risks.take(desk.command(other), id)), "permission.denied");
    EXPECT_EQ(code(risks.take(desk.command(bank), id)), "risk.not_found");
    EXPECT_EQ(code(risks.take(desk.command(officer), {12})), "risk.not_found");
    EXPECT_EQ(code(risks.assign(desk.command(officer), id, {{12}})), "risk.person");
    EXPECT_EQ(code(risks.note(desk.command(officer), id, {"dance", "x"})), "risk.action");
    EXPECT_EQ(code(risks.note(desk.command(officer), id, {"verify", ""})), "risk.text");
    EXPECT_EQ(code(risks.note(desk.command(officer), id, {"verify", "打过电话"})), "ok");
    EXPECT_EQ(code(risks.reopen(desk.command(officer), id, {"再看"})), "risk.not_closed");
    const Close mixed{.outcome = Outcome::confirmed, .reason = "declared", .text = "x"};
    EXPECT_EQ(code(risks.close(desk.command(officer), id, mixed)), "risk.reason");
    const Close silent{.outcome = Outcome::confirmed, .reason = "suspicious", .text = ""};
    EXPECT_EQ(code(risks.close(desk.command(officer), id, silent)), "risk.text");
    EXPECT_EQ(desk.close(id, Outcome::false_alarm), "ok");
    EXPECT_EQ(desk.close(id, Outcome::known), "risk.closed");
    EXPECT_EQ(code(risks.reopen(desk.command(officer), id, {"再看"})), "ok");
    EXPECT_EQ(desk.newest("fan_in", "A1").state, State::open);
    EXPECT_EQ(desk.close(id, Outcome::known), "ok");
    desk.expect_rebuilds();
}

TEST(Risk, precision_counts_what_was_confirmed_and_what_was_a_false_alarm) {
    const Record record{
        .rule = "r",
        .warnings = 9,
        .cases = 6,
        .open = 1,
        .confirmed = 3,
        .false_alarm = 1,
        .known = 1};
    const auto found = precision(record);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->share.ppm, 750'000);
    EXPECT_LT(found->low.ppm, 320'000);
    EXPECT_GT(found->high.ppm, 950'000);
    EXPECT_FALSE(precision({.rule = "r", .warnings = 1, .cases = 1, .known = 1}));
}

TEST(Risk, a_clock_reminds_at_its_rungs_once_a_round_and_not_after_it_stopped) {
    Desk desk;
    desk.raise(desk.warning("1", "fan_in", "A1", 0));
    const auto id = desk.newest("fan_in", "A1").id;
    const auto& rules = *desk.risks.words();
    const auto next = [&] {
        return desk.read([&](const store::Snapshot& db) {
            return *next_rung(*find(db, id), reminders(db, id), rules, desk.policy->calendar());
        });
    };
    const auto told = [&] {
        const auto done = desk.risks.remind(desk.command(), id);
        EXPECT_TRUE(done) << code(done);
        std::vector<std::pair<std::string, std::int32_t>> all;
        for (const auto& each :
             desk.read([&](const store::Snapshot& db) { return reminders(db, id); }))
            all.emplace_back(each.clock + std::to_string(each.round), each.percent);
        return all;
    };
    using Told = std::vector<std::pair<std::string, std::int32_t>>;
    EXPECT_EQ(told(), Told{});
    // To be taken on by the end of Tuesday, 2024-07-16; to be settled in ten working days.
    ASSERT_TRUE(next());
    EXPECT_EQ(desk.policy->zone().date(*next()), base::Date::of(2024, 7, 16));
    desk.clock.set(next()->plus_ms(-1));
    EXPECT_EQ(told(), Told{});
    desk.clock.set(*next());
    EXPECT_EQ(told(), (Told{{"take1", 100}}));
    EXPECT_EQ(code(desk.risks.take(desk.command(Desk::officer()), id)), "ok");
    const auto half = *next();
    EXPECT_GT(half, desk.clock.now());
    desk.clock.set(half.plus_ms(6 * risk_day_ms)); // half and 80 % at once: the higher is told
    EXPECT_EQ(told(), (Told{{"settle1", 80}, {"take1", 100}}));
    EXPECT_GT(*next(), desk.clock.now());
    EXPECT_EQ(desk.close(id, Outcome::false_alarm), "ok");
    EXPECT_FALSE(next());
    desk.clock.set(desk.clock.now().plus_ms(30 * risk_day_ms));
    EXPECT_EQ(told().size(), 2U);
    EXPECT_EQ(code(desk.risks.reopen(desk.command(Desk::officer()), id, {"再看"})), "ok");
    ASSERT_TRUE(next());
    desk.clock.set(*next());
    EXPECT_EQ(told().size(), 3U);
    desk.expect_rebuilds();
}

TEST(Desk, its_schema_for_editors_is_current) {
    std::ifstream in(SOURCE_DIR "/docs/pack-schema/risk_desk.json");
    const std::string kept{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(kept, desk_schema()) << "run ./dev docs";
}

TEST(Desk, every_broken_one_is_found_at_its_line_with_a_cure) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/tests/packs/desks")) {
        const auto pack = std::filesystem::temp_directory_path() /
                          ("rongqiao_desk_" + std::to_string(::getpid()));
        std::filesystem::create_directories(pack / "risk");
        std::filesystem::copy_file(
            entry.path() / "desk.yaml",
            pack / "risk/desk.yaml",
            std::filesystem::copy_options::overwrite_existing);
        std::ifstream expected(entry.path() / "expect.txt");
        std::string wanted;
        std::getline(expected, wanted);
        std::string seen;
        bool found = false;
        for (const auto& one : examine_desk(pack)) {
            const auto place = "desk.yaml:" + std::to_string(one.line) + " " + one.code;
            seen += place + "\n";
            found = found || place == wanted;
            EXPECT_FALSE(one.message.zh.empty() || one.message.en.empty()) << wanted;
            EXPECT_FALSE(one.cure.zh.empty() || one.cure.en.empty()) << wanted;
        }
        EXPECT_TRUE(found) << entry.path().filename() << " wants " << wanted << ", got\n" << seen;
        EXPECT_EQ(code(load_desk(pack)), "risk.desk") << wanted;
        std::filesystem::remove_all(pack);
        ++count;
    }
    EXPECT_GE(count, 11U);
    for (const auto* name : {"qingxi", "jiashan"})
        EXPECT_TRUE(examine_desk(std::string(SOURCE_DIR "/packs/") + name).empty()) << name;
}

} // namespace
} // namespace risk
