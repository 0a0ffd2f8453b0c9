// What a rule does to all enterprises, as the endpoints answer it from columns, against one
// enterprise after another judged by its row.
#include "domain/census/census.hpp"
#include "domain/product/product.hpp"
#include "edge/api/county_test.hpp"
#include "engine/match/match.hpp"
#include "engine/reference/credit_code.hpp"

#include <cctype>
#include <numeric>
#include <random>

namespace api::test {
namespace {

using base::Date;
using base::Party;
using Ids = std::vector<std::int64_t>;

struct RuleWish {
    std::string expression;
    base::Id<base::Product> product;
};
BOOST_DESCRIBE_STRUCT(RuleWish, (), (expression, product))

struct Judged {
    std::int64_t id = 0;
    match::Standing standing = match::Standing::unknown;
    bool held = false; // by the rule in force
};

Ids ids_of(const boost::json::value& list, const char* member) {
    Ids ids;
    for (const auto& each : list.at(member).as_array())
        ids.push_back(std::stoll(std::string(each.at("enterprise").at("id").as_string())));
    return ids;
}

struct Effect : County {
    product::Products products{database(), policy()};
    census::Census census{database(), policy()};
    std::vector<base::Id<Party>> firms;
    std::mt19937_64 random{20'240'715};

    Effect() {
        clock.set(*base::Instant::parse("2024-07-15T01:00:00Z"));
        services.products = &products;
        services.census = &census;
        set_up();
        EXPECT_TRUE(products.publish_pack_products());
        add_person("boss", "supervisor");
        add_person("clerk", "account_manager");
        for (std::uint64_t i = 1; i <= 80; ++i)
            add(i);
    }

    void add(std::uint64_t number) {
        party::RegisterEnterprise wish;
        wish.credit_code = reference::synthetic_code({.seed = number}).text();
        wish.name = "企业" + std::to_string(number);
        wish.industry = "1530";
        wish.founded = Date::of(2015, 1, 1).plus_days(static_cast<int>(random() % 3'400));
        const auto made = services.parties->register_enterprise(
            store::Command::internal("firm" + std::to_string(number)), wish);
        EXPECT_TRUE(made);
        firms.push_back({std::stoll(made->subject)});
        learn("tax_office", "yearly_sales", std::to_string(random() % 30 * 10'000'000));
        learn("tax_office", "tax_grade", '"' + std::string(1, "ABMCD"[random() % 5]) + '"');
        learn("enterprise", "staff", std::to_string(random() % 12));
    }

    // Of the newest firm, or in one case of five nothing.
    void learn(const std::string& source, const std::string& attribute, const std::string& value) {
        if (random() % 5 == 0) return;
        const fact::Learn wish{
            .enterprise = firms.back(),
            .source = source,
            .as_of = Date::of(2024, 6, 30),
            .data = {{.attribute = attribute, .period = {}, .value = {value}}}};
        const auto id = attribute + std::to_string(firms.back().value);
        EXPECT_TRUE(services.facts->learn(store::Command::internal(id), wish));
    }

    [[nodiscard]] base::Id<base::Product> product_of(const std::string& code) {
        const auto today = Date::of(2024, 7, 15);
        for (const auto& version : database().read(
                 [&](const store::Snapshot& db) { return product::list(db, {}, today); })) {
            if (version.terms.code == code) return version.product;
        }
        ADD_FAILURE() << code;
        return {};
    }

    [[nodiscard]] std::vector<Judged> judge(const std::string& text, const std::string& before) {
        const auto today = Date::of(2024, 7, 15);
        const auto wanted = policy().compile(text);
        const auto held = policy().compile(before);
        EXPECT_TRUE(wanted && held);
        match::Offer offer;
        offer.eligibility = &*wanted;
        std::vector<Judged> all;
        database().read([&](const store::Snapshot& db) {
            for (const auto firm : firms) {
                const auto row = *dossier::row(db, policy(), firm);
                all.push_back(
                    {firm.value,
                     match::candidate(offer, row, today).standing,
                     rule::decide(*held, row, today) == rule::Outcome::holds});
            }
        });
        return all;
    }

    boost::json::value answer(const Ask& wish) {
        const auto response = ask(wish);
        EXPECT_EQ(response.status, 200) << response.body;
        auto value = base::json::parse(response.body);
        EXPECT_TRUE(value);
        return value ? *std::move(value) : boost::json::value();
    }

    boost::json::value preview(
        const std::string& login, const std::string& text, base::Id<base::Product> product) {
        return answer(
            {.method = http::Method::post,
             .path = "/v1/rules/preview",
             .body = base::json::text(RuleWish{text, product}),
             .token = sign_in(login)});
    }

    // Of "GET path?name=value&…": the values are encoded here.
    boost::json::value listed(
        const std::string& path, const std::vector<std::pair<std::string, std::string>>& query) {
        return answer({.path = path, .query = encoded(query), .token = sign_in("boss")});
    }

    static std::string encoded(const std::vector<std::pair<std::string, std::string>>& query) {
        std::string out;
        for (const auto& [name, value] : query) {
            out += (out.empty() ? "" : "&") + name + "=";
            for (const char c : value) {
                static constexpr char digits[] = "0123456789ABCDEF";
                const auto byte = static_cast<unsigned char>(c);
                if (std::isalnum(byte) != 0) {
                    out += c;
                } else {
                    out += {'%', digits[byte >> 4U], digits[byte & 15U]};
                }
            }
        }
        return out;
    }

    // The row of each enterprise, by its id.
    [[nodiscard]] std::map<std::int64_t, rule::Row> rows() {
        std::map<std::int64_t, rule::Row> all;
        database().read([&](const store::Snapshot& db) {
            for (const auto firm : firms)
                all.emplace(firm.value, *dossier::row(db, policy(), firm));
        });
        return all;
    }

    void consent(base::Id<Party> firm, const std::vector<std::string>& scopes) {
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
            .scopes = scopes,
            .valid_until = Date::of(2024, 7, 31),
            .need = {}};
        const auto id = "give" + std::to_string(firm.value);
        EXPECT_TRUE(services.consents->give(store::Command::internal(id, owner), wish));
    }
};

std::int64_t count_of(const std::vector<Judged>& all, match::Standing standing) {
    return std::ranges::count(all, standing, &Judged::standing);
}

void expect_counts(const boost::json::value& answer, const std::vector<Judged>& all) {
    EXPECT_EQ(answer.at("eligible").as_int64(), count_of(all, match::Standing::eligible));
    EXPECT_EQ(answer.at("nearly").as_int64(), count_of(all, match::Standing::nearly));
    EXPECT_EQ(answer.at("unknown").as_int64(), count_of(all, match::Standing::unknown));
    EXPECT_EQ(answer.at("not_eligible").as_int64(), count_of(all, match::Standing::not_eligible));
}

constexpr const char* workshop = "员工人数 >= 5 && 纳税信用级别 >= \"B\"";
constexpr const char* wishes[] = {
    "员工人数 >= 3 && 纳税信用级别 >= \"M\"",
    "员工人数 >= 9",
    "年销售额 >= 100万元 || 员工人数 > 10",
    "months_since(成立日期) >= 60 && 年销售额 < 50万元",
    "员工人数 < 0"};

TEST(EffectOfARule, is_that_of_each_enterprise_judged_by_itself) {
    Effect effect;
    const auto product = effect.product_of("workshop_loan");
    for (const auto* wish : wishes) {
        SCOPED_TRACE(wish);
        const auto all = effect.judge(wish, workshop);
        Ids entering;
        Ids leaving;
        Ids sampled;
        std::array<int, 4> listed{};
        std::int64_t enters = 0;
        std::int64_t leaves = 0;
        for (const auto& each : all) {
            const bool is_in = each.standing == match::Standing::eligible;
            if (is_in && !each.held && ++enters <= 20) entering.push_back(each.id);
            if (!is_in && each.held && ++leaves <= 20) leaving.push_back(each.id);
            if (listed[static_cast<std::size_t>(each.standing)]++ < 5) sampled.push_back(each.id);
        }
        const auto seen = effect.preview("boss", wish, product);
        EXPECT_EQ(seen.at("tried").as_int64(), static_cast<std::int64_t>(all.size()));
        expect_counts(seen, all);
        EXPECT_EQ(seen.at("enters").as_int64(), enters);
        EXPECT_EQ(seen.at("leaves").as_int64(), leaves);
        EXPECT_EQ(ids_of(seen, "entering"), entering);
        EXPECT_EQ(ids_of(seen, "leaving"), leaving);
        EXPECT_EQ(ids_of(seen, "sample"), sampled);
        // An institution sees the numbers alone.
        const auto masked = effect.preview("clerk", wish, product);
        expect_counts(masked, all);
        EXPECT_EQ(masked.at("enters").as_int64(), enters);
        EXPECT_TRUE(masked.at("entering").as_array().empty());
        for (const auto& row : masked.at("sample").as_array()) {
            EXPECT_TRUE(row.at("enterprise").at("id").is_null());
            EXPECT_TRUE(row.at("clauses").as_array().empty());
        }
    }
}

TEST(EnterprisesForAProduct, are_those_its_rule_does_not_refuse_and_a_bank_sees_whom_it_may) {
    Effect effect;
    const auto all = effect.judge(workshop, workshop);
    Ids wanted;
    Ids consented;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool whole = i % 3 == 0;
        if (whole) effect.consent(effect.firms[i], {"tax", "profile"});
        if (i % 3 == 1) effect.consent(effect.firms[i], {"tax"});
        if (all[i].standing == match::Standing::not_eligible) continue;
        wanted.push_back(all[i].id);
        if (whole) consented.push_back(all[i].id);
    }
    ASSERT_GT(consented.size(), 3U);
    const auto path =
        "/v1/products/" + std::to_string(effect.product_of("workshop_loan").value) + "/enterprises";
    const auto seen = effect.answer({.path = path, .token = effect.sign_in("boss")});
    expect_counts(seen, all);
    EXPECT_EQ(ids_of(seen, "items"), wanted);
    const auto readings = [&] {
        return effect.database().read(
            [](const store::Snapshot& db) { return consent::readings(db, {}).total; });
    };
    EXPECT_EQ(readings(), 0);
    const auto banks = effect.answer({.path = path, .token = effect.sign_in("clerk")});
    expect_counts(banks, all);
    EXPECT_EQ(ids_of(banks, "items"), consented);
    EXPECT_EQ(readings(), static_cast<std::int64_t>(consented.size())) << "each is written down";
}

std::vector<std::int64_t> ids_of(const boost::json::value& list) {
    std::vector<std::int64_t> ids;
    for (const auto& each : list.at("items").as_array())
        ids.push_back(std::stoll(std::string(each.at("id").as_string())));
    return ids;
}

TEST(ListsByRule, are_whom_the_rule_admits_one_by_one_page_after_page) {
    Effect effect;
    const auto rows = effect.rows();
    for (const auto* text : wishes) {
        SCOPED_TRACE(text);
        const auto program = effect.policy().compile(text);
        const auto sales = *effect.policy().schema().find("yearly_sales");
        std::map<rule::Outcome, Ids> wanted;
        for (const auto& [id, row] : rows)
            wanted[rule::decide(*program, row, Date::of(2024, 7, 15))].push_back(id);
        for (const auto& [outcome, name] :
             {std::pair(rule::Outcome::holds, "holds"),
              std::pair(rule::Outcome::unknown, "unknown"),
              std::pair(rule::Outcome::fails, "fails")}) {
            const auto size = static_cast<std::int64_t>(wanted[outcome].size());
            Ids seen;
            for (int page = 1; page <= 5; ++page) {
                const auto list = effect.listed(
                    "/v1/lists/enterprises",
                    {{"expression", text},
                     {"outcome", name},
                     {"page", std::to_string(page)},
                     {"per_page", "16"}});
                EXPECT_EQ(list.at("total").as_int64(), size);
                EXPECT_EQ(list.at(name).as_int64(), size);
                for (const auto id : ids_of(list))
                    seen.push_back(id);
            }
            EXPECT_EQ(seen, wanted[outcome]) << name;
        }
        // With the largest sales first, those of whom none are known last; their data beside them.
        auto sorted = wanted[rule::Outcome::holds];
        const auto sold = [&](std::int64_t id) {
            const auto* amount = std::get_if<base::Money>(&rows.at(id)[sales]);
            return amount == nullptr ? -1 : amount->fen;
        };
        std::ranges::stable_sort(sorted, std::ranges::greater{}, sold);
        const auto list = effect.listed(
            "/v1/lists/enterprises",
            {{"expression", text},
             {"columns", "staff"},
             {"columns", "年销售额"},
             {"sort", "-yearly_sales"},
             {"per_page", "200"}});
        EXPECT_EQ(ids_of(list), sorted);
        EXPECT_EQ(list.at("columns").as_array()[1].at("name").as_string(), "yearly_sales");
        for (const auto& item : list.at("items").as_array()) {
            const auto id = std::stoll(std::string(item.at("id").as_string()));
            const auto& value = item.at("values").as_array()[1].at("value");
            EXPECT_EQ(value.is_null() ? -1 : value.as_int64(), sold(id));
        }
    }
}

TEST(ListsByRule, groups_add_up_to_the_list) {
    Effect effect;
    const auto& schema = effect.policy().schema();
    const auto grade = *schema.find("tax_grade");
    const auto staff = *schema.find("staff");
    std::map<std::string, std::vector<std::int64_t>> wanted; // staff by grade
    std::map<std::string, std::int64_t> enterprises;
    const auto program = effect.policy().compile("员工人数 >= 3 || 年销售额 >= 100万元");
    for (const auto& [id, row] : effect.rows()) {
        if (rule::decide(*program, row, Date::of(2024, 7, 15)) != rule::Outcome::holds) continue;
        const auto key = rule::known(row[grade]) ? rule::display(row[grade], schema.at(grade)).zh
                                                 : std::string("未知");
        enterprises[key] += 1;
        if (const auto* people = std::get_if<std::int64_t>(&row[staff]))
            wanted[key].push_back(*people);
    }
    const auto found = effect.listed(
        "/v1/lists/groups",
        {{"expression", "员工人数 >= 3 || 年销售额 >= 100万元"},
         {"by", "tax_grade"},
         {"measure", "staff"}});
    std::int64_t all = 0;
    for (const auto& group : found.at("items").as_array()) {
        const std::string key(group.at("label").at("zh").as_string());
        auto& people = wanted[key];
        EXPECT_EQ(group.at("enterprises").as_int64(), enterprises[key]) << key;
        EXPECT_GE(group.at("of").as_int64(), enterprises[key]) << key;
        EXPECT_EQ(group.at("known").as_int64(), static_cast<std::int64_t>(people.size())) << key;
        all += enterprises[key];
        if (people.empty()) continue;
        std::ranges::sort(people);
        const auto sum = std::accumulate(people.begin(), people.end(), std::int64_t{0});
        EXPECT_EQ(group.at("sum").at("value").as_int64(), sum) << key;
        EXPECT_EQ(group.at("median").at("value").as_int64(), people[(people.size() - 1) / 2]);
        const auto average = static_cast<double>(sum) / static_cast<double>(people.size());
        EXPECT_NEAR(group.at("average").at("value").to_number<double>(), average, 0.005) << key;
    }
    EXPECT_EQ(found.at("all").at("enterprises").as_int64(), all);
    EXPECT_EQ(found.at("all").at("of").as_int64(), 80);
}

TEST(ListsByRule, come_ready_made_as_a_workbook_and_for_departments_alone) {
    Effect effect;
    const auto ready = effect.listed("/v1/lists", {});
    const auto& first = ready.as_array().at(0);
    const std::string rule(first.at("expression").as_string());
    const auto list = effect.listed("/v1/lists/enterprises", {{"expression", rule}});
    EXPECT_GT(list.at("total").as_int64(), 0);
    EXPECT_EQ(first.at("enterprises").as_int64(), list.at("total").as_int64());

    struct Case {
        const char* login;
        const char* path;
        std::vector<std::pair<std::string, std::string>> query;
        int status;
        const char* code;
    };

    const Case cases[] = {
        {"boss", "enterprises", {{"expression", rule}, {"format", "xlsx"}}, 200, ""},
        {"boss", "enterprises", {{"expression", "staff >"}}, 400, "rule.syntax"},
        {"boss", "enterprises", {{"columns", "shoe_size"}}, 400, "lists.no_attribute"},
        {"boss", "enterprises", {{"sort", "-shoe_size"}}, 400, "lists.no_attribute"},
        {"boss", "groups", {{"by", "staff"}}, 400, "lists.group"},
        {"boss", "groups", {{"by", "tax_grade"}, {"measure", "tax_grade"}}, 400, "lists.measure"},
        {"clerk", "enterprises", {{"expression", rule}}, 403, "permission.denied"},
        {"clerk", "groups", {{"by", "tax_grade"}}, 403, "permission.denied"}};
    for (const auto& one : cases) {
        const auto response = effect.ask(
            {.path = std::string("/v1/lists/") + one.path,
             .query = Effect::encoded(one.query),
             .token = effect.sign_in(one.login)});
        EXPECT_EQ(response.status, one.status) << response.body;
        if (one.status == 200) {
            EXPECT_TRUE(response.body.starts_with("PK")) << "a workbook is a zip file";
        } else {
            EXPECT_EQ(code(response), one.code);
        }
    }
}

} // namespace
} // namespace api::test
