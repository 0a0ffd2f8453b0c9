#include "app/county.hpp"
#include "app/demo.hpp"
#include "domain/loan/measures.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

namespace app {
namespace {

constexpr std::int64_t few = 64;

// A demo county of packs/jiashan, made once for all tests of this file, with what its journal says.
struct Made {
    std::filesystem::path folder;
    Demo demo;
    std::unique_ptr<base::ManualClock> clock;
    std::unique_ptr<County> county;

    explicit Made(std::uint64_t seed) {
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("demo-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
        const auto pack = std::filesystem::path(SOURCE_DIR) / "packs/jiashan";
        auto done = make_demo({.data = folder, .pack = pack, .enterprises = few, .seed = seed});
        if (!done) throw std::runtime_error(done.error().code + " " + done.error().message.en);
        demo = *std::move(done);
        const base::SystemClock machine(demo.clock_offset_ms);
        clock = std::make_unique<base::ManualClock>(machine.now());
        county = *County::open({.data = folder, .pack = pack, .durable = false}, *clock);
    }

    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;

    ~Made() {
        county.reset();
        std::filesystem::remove_all(folder);
    }

    template <class F>
    auto read(F&& f) const {
        return county->database->read(std::forward<F>(f));
    }

    [[nodiscard]] base::Date today() const { return county->policy->zone().date(clock->now()); }
};

const Made& made() {
    static const Made one(20211011);
    return one;
}

std::vector<store::Event> journal(const Made& of) {
    std::vector<store::Event> all;
    while (true) {
        const auto more = of.county->database->events_after(all.empty() ? 0 : all.back().seq, 4096);
        if (more.empty()) return all;
        all.insert(all.end(), more.begin(), more.end());
    }
}

TEST(Demo, the_same_seed_makes_the_same_journal_apart_from_passwords) {
    const Made again(20211011);
    const auto one = journal(made());
    const auto two = journal(again);
    ASSERT_EQ(one.size(), two.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        ASSERT_EQ(one[i].kind, two[i].kind) << i;
        ASSERT_EQ(one[i].at, two[i].at) << i;
        ASSERT_EQ(one[i].subject, two[i].subject) << i;
        if (!identity::sensitive(one[i].kind)) {
            ASSERT_EQ(one[i].body, two[i].body) << i;
        }
    }
}

TEST(Demo, every_table_can_be_rebuilt_from_the_journal) {
    const auto before = made().county->database->projection_digest();
    ASSERT_TRUE(made().county->database->rebuild());
    EXPECT_EQ(made().county->database->projection_digest(), before);
}

TEST(Demo, needs_stand_in_every_state_of_the_journey) {
    base::Actor office;
    office.kind = base::PartyKind::department;
    const auto count = [&](const std::string& state) {
        return made().read([&](const store::Snapshot& db) {
            finance::NeedFilter filter;
            filter.state = state;
            return finance::list_needs(db, office, filter, made().clock->now()).total;
        });
    };
    for (const auto* state :
         {"published",
          "claimed",
          "offered",
          "financed",
          "ended_unmet",
          "repairing",
          "withdrawn",
          "expired"})
        EXPECT_GT(count(state), 0) << state;
    const auto figures = made().read([&](const store::Snapshot& db) {
        return finance::counts(db, made().clock->now(), made().clock->now());
    });
    EXPECT_GT(figures.needs_breached + figures.claims_breached, 0);
}

TEST(Demo, the_first_demo_enterprise_has_two_offers_to_compare) {
    const auto offers = made().read([&](const store::Snapshot& db) {
        const auto person = identity::find_login(db, "qiye1");
        std::map<std::int64_t, int> of_need;
        for (const auto& claim : finance::claims_for(db, person->party, true))
            of_need[claim.need.value] += claim.state == "offered" ? 1 : 0;
        int most = 0;
        for (const auto& [need, number] : of_need)
            most = std::max(most, number);
        return most;
    });
    EXPECT_GE(offers, 2);
}

TEST(Demo, the_board_shows_a_mix) {
    const auto board = made().read([&](const store::Snapshot& db) {
        return made().county->indicators.board(db, made().today().year(), made().today());
    });
    ASSERT_FALSE(board.groups.empty());
    const auto& all = board.groups.front();
    EXPECT_GT(all.reached, 2);
    EXPECT_GT(all.near, 0);
    EXPECT_GT(all.behind, 2);
    EXPECT_GT(all.none, 0);
}

TEST(Demo, loans_of_every_kind_are_there_and_some_are_late) {
    const auto listed = made().read([](const store::Snapshot& db) {
        return loan::list(
            db,
            {.institution = {},
             .enterprise = {},
             .need = {},
             .from = {},
             .to = {},
             .page = 1,
             .per_page = 200});
    });
    int through = 0;
    int first = 0;
    int green = 0;
    int long_term = 0;
    for (const auto& one : listed.page.items) {
        through += one.through_platform ? 1 : 0;
        first += one.first_loan ? 1 : 0;
        green += one.green ? 1 : 0;
        long_term += one.medium_long ? 1 : 0;
    }
    EXPECT_GT(through, 0);
    EXPECT_GT(first, 0);
    EXPECT_GT(green, 0);
    EXPECT_GT(long_term, 0);
    EXPECT_LT(through, static_cast<int>(listed.page.items.size()));
}

TEST(Demo, everyone_told_can_sign_in) {
    ASSERT_GE(made().demo.people.size(), 12u);
    for (const auto& person : made().demo.people) {
        const auto done = made().county->identity.sign_in(
            {.login = person.login,
             .password = base::Secret(person.one_time_password),
             .from = "127.0.0.1"});
        EXPECT_TRUE(done) << person.login;
    }
}

} // namespace
} // namespace app
