#include "domain/party/county_test.hpp"
#include "domain/scoring/scoring.hpp"

#include <algorithm>

namespace scoring {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

// A model file that differs by `rows` only.
std::string model_text(std::uint64_t rows, const std::string& target = "default") {
    score::Kept kept;
    kept.model.shape = score::Shape::scorecard;
    kept.model.target = target;
    kept.model.positive = "1";
    kept.card.rows = rows;
    return score::write_model(kept);
}

struct Office : party::test::County {
    Scoring scoring{*database};
    Propose wish{.use = "post-loan", .model = model_text(1), .reason = "第一版"};

    Office()
        : County({&scoring::declare}) {}

    // Ada and Bo have both rights: being two people is asked all the same.
    [[nodiscard]] base::Actor person(std::int64_t id) const {
        auto actor = somebody(
            PartyKind::platform, {900'002}, {Right::system_manage, Right::security_manage});
        actor.person = {id};
        actor.name = id == 1 ? "Ada" : "Bo";
        return actor;
    }

    EntryId proposed(std::uint64_t rows) {
        wish.model = model_text(rows);
        const auto done = scoring.propose(command(person(1)), wish);
        EXPECT_TRUE(done) << code(done);
        return done ? EntryId{std::stoll(done->subject)} : EntryId{};
    }

    EntryId published(std::uint64_t rows) {
        const auto id = proposed(rows);
        clock.advance_ms(1000);
        EXPECT_EQ(code(scoring.publish(command(person(2)), id, "试运行三个月更好")), "ok");
        return id;
    }

    [[nodiscard]] std::string states() const {
        std::string made;
        for (const auto& entry : read([](const store::Snapshot& db) { return list(db, ""); }))
            made += (made.empty() ? "" : " ") + std::string(base::json::enum_name(entry.state));
        return made;
    }
};

TEST(Scoring, a_wish_is_refused_at_the_field_that_is_wrong) {
    Office office;

    struct Case {
        std::function<void(Propose&)> spoil;
        const char* code;
    };

    const Case cases[] = {
        {[](Propose&) {}, "ok"},
        {[](Propose& wish) { wish.use = ""; }, "scoring.use"},
        {[](Propose& wish) { wish.use = "Post loan"; }, "scoring.use"},
        {[](Propose& wish) { wish.use = std::string(41, 'a'); }, "scoring.use"},
        {[](Propose& wish) { wish.reason = ""; }, "scoring.no_reason"},
        {[](Propose& wish) { wish.model.pop_back(), wish.model += "x"; }, "score.model"},
        {[](Propose& wish) { wish.model.assign((32U << 20U) + 1, ' '); }, "scoring.too_large"}};
    for (const auto& [spoil, wanted] : cases) {
        auto wish = office.wish;
        spoil(wish);
        EXPECT_EQ(code(check(wish)), wanted);
    }
    EXPECT_EQ(
        code(office.scoring.propose(
            office.command(Office::somebody(PartyKind::department, {1}, {Right::fact_read})),
            office.wish)),
        "permission.denied");
}

TEST(Scoring, two_people_put_a_model_to_use) {
    Office office;
    const auto id = office.proposed(10);
    EXPECT_EQ(office.states(), "challenger");
    EXPECT_EQ(
        code(office.scoring.publish(office.command(office.person(1)), id, "我自己")),
        "scoring.same_person");
    EXPECT_EQ(
        code(office.scoring.refuse(office.command(office.person(1)), id, "我自己")),
        "scoring.same_person");
    EXPECT_EQ(
        code(office.scoring.publish(office.command(office.person(2)), id, "")),
        "scoring.no_reason");
    EXPECT_EQ(
        code(office.scoring.publish(office.command(office.person(2)), {5}, "?")),
        "scoring.not_found");
    EXPECT_EQ(office.states(), "challenger");
    EXPECT_EQ(code(office.scoring.publish(office.command(office.person(2)), id, "可")), "ok");
    EXPECT_EQ(office.states(), "champion");
    EXPECT_EQ(
        code(office.scoring.refuse(office.command(office.person(2)), id, "晚了")),
        "scoring.not_challenger");
    office.read([&](const store::Snapshot& db) {
        const auto entry = *champion(db, "post-loan");
        EXPECT_EQ(entry.proposed_name, "Ada");
        EXPECT_EQ(entry.decided_name, "Bo");
        EXPECT_EQ(model(db, id)->card.rows, 10U);
        EXPECT_FALSE(champion(db, "first-look"));
        return true;
    });
    EXPECT_EQ(
        code(office.scoring.propose(office.command(office.person(2)), office.wish)),
        "scoring.known");
    office.wish.model = model_text(3, "other");
    EXPECT_EQ(
        code(office.scoring.propose(office.command(office.person(2)), office.wish)),
        "scoring.other_target");
    office.expect_rebuilds();
}

TEST(Scoring, the_champion_before_comes_back_in_one_step) {
    Office office;
    const auto back = [&] {
        office.clock.advance_ms(1000);
        return code(
            office.scoring.roll_back(office.command(office.person(2)), "post-loan", "误报太多"));
    };
    EXPECT_EQ(back(), "scoring.no_champion");
    office.published(1);
    EXPECT_EQ(back(), "scoring.no_former");
    office.published(2);
    office.published(3);
    const auto waiting = office.proposed(4);
    EXPECT_EQ(office.states(), "challenger champion former former");
    EXPECT_EQ(back(), "ok");
    EXPECT_EQ(office.states(), "challenger refused champion former");
    EXPECT_EQ(back(), "ok");
    EXPECT_EQ(office.states(), "challenger refused refused champion");
    EXPECT_EQ(back(), "scoring.no_former");
    EXPECT_EQ(
        office.read(
            [](const store::Snapshot& db) { return challengers(db, "post-loan").front().id; }),
        waiting);
    office.expect_rebuilds();
}

} // namespace
} // namespace scoring
