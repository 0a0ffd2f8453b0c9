#include "edge/api/county_test.hpp"
#include "engine/reference/credit_code.hpp"

namespace api::test {
namespace {

// An enterprise with a fact, and a bank clerk who is signed in.
struct Desk : County {
    base::Id<base::Party> firm;
    std::string token;

    Desk() {
        set_up();
        add_person("clerk", "account_manager");
        token = sign_in("clerk");
        party::RegisterEnterprise wish;
        wish.credit_code = reference::synthetic_code({.seed = 5}).text();
        wish.name = "清溪茶业";
        wish.industry = "1530";
        wish.founded = base::Date::of(2015, 1, 1);
        const auto made =
            services.parties->register_enterprise(store::Command::internal("firm"), wish);
        EXPECT_TRUE(made) << (made ? "" : made.error().code);
        firm = {std::stoll(made->subject)};
        const fact::Learn learn{
            .enterprise = firm,
            .source = "tax_office",
            .as_of = base::Date::of(2023, 6, 30),
            .data = {{.attribute = "yearly_sales", .period = {}, .value = {"100"}}}};
        EXPECT_TRUE(services.facts->learn(store::Command::internal("learn"), learn));
    }

    void consent_once() {
        const auto bank = database().read([](const store::Snapshot& db) {
            return party::find_code(db, base::PartyKind::institution, "stream_bank")->id;
        });
        const base::Actor owner{
            .person = {7},
            .party = firm,
            .kind = base::PartyKind::enterprise,
            .rights = {base::Right::consent_give}};
        const consent::Give wish{
            .receiver = bank,
            .purpose = "loan_application",
            .scopes = {"tax"},
            .mode = consent::Mode::once,
            .valid_until = base::Date::of(2023, 7, 31),
            .need = {}};
        EXPECT_TRUE(services.consents->give(store::Command::internal("give", owner), wish));
    }

    int look(const std::string& what) {
        return ask({.path = "/v1/enterprises/" + std::to_string(firm.value) + "/" + what,
                    .token = token})
            .status;
    }

    boost::json::value portrait() {
        const auto answer = ask(
            {.path = "/v1/enterprises/" + std::to_string(firm.value) + "/portrait",
             .token = token});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return *base::json::parse(answer.body);
    }

    std::int64_t readings() {
        return database().read(
            [](const store::Snapshot& db) { return consent::readings(db, {}).total; });
    }
};

TEST(Readings, a_history_is_written_down_and_uses_up_a_consent_for_one_look) {
    Desk desk;
    const std::string history = "facts/yearly_sales/history";
    EXPECT_NE(desk.look(history), 200) << "no consent";
    EXPECT_EQ(desk.readings(), 0);
    desk.consent_once();
    EXPECT_EQ(desk.look(history), 200);
    EXPECT_EQ(desk.readings(), 1);
    EXPECT_NE(desk.look(history), 200) << "used up";
    EXPECT_EQ(desk.readings(), 1);
}

TEST(Readings, a_portrait_is_one_look_and_shows_what_the_consent_opens) {
    Desk desk;
    const auto part = [](const boost::json::value& portrait, std::string_view name) {
        for (const auto& each : portrait.at("parts").as_array()) {
            if (each.at("part").as_string() == name) return each.at("extent").as_string();
        }
        return boost::json::string("missing");
    };
    const auto sales = [](const boost::json::value& portrait) {
        for (const auto& each : portrait.at("facts").at("facts").as_array()) {
            if (each.at("attribute").as_string() == "yearly_sales") return each;
        }
        return boost::json::value();
    };
    const auto before = desk.portrait();
    EXPECT_FALSE(sales(before).at("allowed").as_bool());
    EXPECT_EQ(part(before, "loans"), "own");
    EXPECT_EQ(part(before, "trends"), "none");
    EXPECT_EQ(part(before, "warnings"), "none");
    EXPECT_EQ(part(before, "products"), "none") << "consents cover no product";
    EXPECT_TRUE(before.at("consents").as_array().empty());
    EXPECT_EQ(desk.readings(), 0) << "nothing was opened, nothing is written down";
    desk.consent_once();
    const auto under = desk.portrait();
    EXPECT_TRUE(sales(under).at("allowed").as_bool());
    EXPECT_EQ(under.at("consents").as_array().size(), 1U);
    EXPECT_EQ(desk.readings(), 1);
    EXPECT_FALSE(sales(desk.portrait()).at("allowed").as_bool()) << "used up";
    EXPECT_EQ(desk.readings(), 1);
}

} // namespace
} // namespace api::test
