// The county's stream: every acknowledged row raises its warnings once, whatever is sent again,
// stopped in between, or judged by newer rules.
#include "domain/identity/identity.hpp"
#include "domain/party/county_test.hpp"
#include "domain/risk/watching.hpp"
#include "engine/table/csv.hpp"
#include "engine/watch/generate.hpp"

#include <fstream>
#include <sstream>

namespace risk {
namespace {

namespace fs = std::filesystem;

const std::string& generated() {
    static const auto text = [] {
        std::ostringstream rows;
        std::ostringstream labels;
        const auto made = watch::generate(
            {.transactions = 6'000, .planted_ppm = 20'000, .days = 45, .seed = 3}, rows, labels);
        EXPECT_TRUE(made);
        return rows.str();
    }();
    return text;
}

struct Place : party::test::County {
    fs::path folder;
    Risks risks{*database, *policy, *load_desk(SOURCE_DIR "/packs/qingxi")};

    Place()
        : County({&identity::declare, &risk::declare}) {
        std::string name = fs::temp_directory_path() / "rongqiao_watching_XXXXXX";
        folder = ::mkdtemp(name.data());
        fs::copy(SOURCE_DIR "/packs/jiashan/watch", folder / "rules");
    }

    ~Place() { fs::remove_all(folder); }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] Watching::Settings settings() const {
        return {.folder = folder / "streams", .rules = folder / "rules", .group = 512};
    }

    static Batch send(Watching& watching, const std::string& csv) {
        const auto rows = table::open_csv_text(csv);
        const auto done = watching.take(base::Actor::platform(), **rows, {});
        EXPECT_TRUE(done) << (done ? "" : done.error().message.en);
        return done.value_or(Batch{});
    }

    [[nodiscard]] std::int64_t count(const char* what) const {
        return read([&](const store::Snapshot& db) {
            return *db.row<std::int64_t>(std::string("select count(*) from ") + what);
        });
    }
};

TEST(Watching, rows_sent_again_change_nothing_and_a_restart_goes_on) {
    Place place;
    std::int64_t warnings = 0;
    std::int64_t first_events = 0;
    {
        Watching watching(*place.database, *place.policy, place.risks, place.settings());
        const auto half = generated().find('\n', generated().size() * 4 / 5) + 1;
        const auto head = generated().substr(0, generated().find('\n') + 1);
        const auto first = Place::send(watching, generated().substr(0, half));
        EXPECT_GT(first.opened, 0);
        const auto second = Place::send(watching, head + generated().substr(half));
        EXPECT_EQ(second.known, 0);
        warnings = place.count("risk_warning");
        EXPECT_EQ(place.count("risk_case"), first.opened + second.opened);
        first_events = first.events + second.events;
        const auto again = Place::send(watching, generated());
        EXPECT_EQ(again.events, 0);
        EXPECT_EQ(again.known, first.events + second.events);
        EXPECT_EQ(again.opened + again.joined, 0);
        const auto it = place.read([](const store::Snapshot& db) {
            return list(
                       db,
                       {.state = {}, .outcome = {}, .source = {}, .owner = {}, .overdue_at = {}})
                .items.back();
        });
        const auto found =
            place.read([&](const store::Snapshot& db) { return risk::warnings(db, it.id); });
        ASSERT_FALSE(found.empty());
        EXPECT_FALSE(found[0].windows.empty());
        EXPECT_FALSE(found[0].windows[0].value.zh.empty());
        EXPECT_FALSE(found[0].windows[0].bound.en.empty());
        EXPECT_GE(found[0].payments.size(), 2U);
        EXPECT_EQ(found[0].payments_all, std::ssize(found[0].payments));
    }
    Watching watching(*place.database, *place.policy, place.risks, place.settings());
    ASSERT_TRUE(watching.open());
    EXPECT_EQ(watching.standing().events, first_events);
    EXPECT_EQ(Place::send(watching, generated()).events, 0);
    EXPECT_EQ(place.count("risk_warning"), warnings);
    place.expect_rebuilds();
}

TEST(Watching, what_was_acknowledged_before_a_crash_raises_its_warnings_upon_opening) {
    Place whole;
    Watching reference(*whole.database, *whole.policy, whole.risks, whole.settings());
    Place::send(reference, generated());
    Place place;
    {
        const auto book = watch::load(place.settings().rules);
        const auto made = watch::Watch::make(*book);
        const auto opened = stream::Stream::open(
            {.folder = place.settings().folder / (*made)->digest().substr(0, 16)}, *book);
        ASSERT_TRUE(opened);
        const auto rows = table::open_csv_text(generated());
        watch::Mapping mapping;
        mapping.needs_id = true;
        auto feed = watch::Feed::open(**rows, (*opened)->watch(), *book, mapping);
        watch::Given given;
        watch::Refused refused;
        while (*feed->next(given, refused) == watch::Feed::Next::event)
            (*opened)->take(given);
        ASSERT_TRUE((*opened)->commit()); // and here the process is killed
    }
    Watching watching(*place.database, *place.policy, place.risks, place.settings());
    ASSERT_TRUE(watching.open());
    EXPECT_GT(place.count("risk_case"), 0);
    EXPECT_EQ(place.count("risk_case"), whole.count("risk_case"));
    EXPECT_EQ(watching.standing().tally.alerts, reference.standing().tally.alerts);
}

TEST(Watching, newer_rules_take_over_the_rows_and_raise_nothing_of_the_past) {
    Place place;
    {
        Watching watching(*place.database, *place.policy, place.risks, place.settings());
        Place::send(watching, generated());
    }
    const auto warnings = place.count("risk_warning");
    {
        std::ofstream more(place.settings().rules / "zz.yaml");
        more << "alerts_per_day: 199\n";
    }
    Watching watching(*place.database, *place.policy, place.risks, place.settings());
    const auto opened = watching.open();
    ASSERT_TRUE(opened) << opened.error().message.en;
    EXPECT_GE(watching.standing().events, 6'000);
    EXPECT_EQ(place.count("risk_warning"), warnings);
    EXPECT_EQ(place.count("risk_stream"), 2);
    EXPECT_EQ(Place::send(watching, generated()).events, 0);
    EXPECT_EQ(place.count("risk_warning"), warnings);
}

TEST(Watching, a_pack_without_rules_says_so) {
    Place place;
    auto settings = place.settings();
    settings.rules = place.folder / "none";
    Watching watching(*place.database, *place.policy, place.risks, settings);
    EXPECT_EQ(watching.open().error().code, "risk.no_rules");
    EXPECT_FALSE(watching.standing().ready);
    EXPECT_EQ(watching.around({.account = "A", .first = {}}).nodes.size(), 1U);
}

} // namespace
} // namespace risk
