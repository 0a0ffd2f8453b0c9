// Every endpoint, asked by nobody and by everybody: the declaration decides, and nothing else.
#include "edge/api/county_test.hpp"

#include <algorithm>

namespace api {
namespace {

using test::Ask;
using test::County;

// The declared path with something in the place of its parameters.
std::string sample_path(std::string path) {
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
        path.replace(at, path.find('}', at) - at + 1, "1");
    return path;
}

Ask sample(const Endpoint& endpoint, const std::string& token = {}) {
    return {
        .method = endpoint.method,
        .path = sample_path(endpoint.path),
        .query = {},
        .body = "{}",
        .token = token,
        .headers = {{"Idempotency-Key", "k"}, {"If-Match", "\"1\""}}};
}

class Access : public testing::Test {
protected:
    void SetUp() override { county.set_up(); }

    County county;
};

TEST_F(Access, nobody_gets_401_from_everything_that_is_not_open) {
    std::size_t asked = 0;
    for (const auto& endpoint : county.api().endpoints().list()) {
        if (endpoint.access.kind == api::Access::Kind::open) continue;
        const auto response = county.ask(sample(endpoint));
        EXPECT_EQ(response.status, 401) << http::text(endpoint.method) << " " << endpoint.path;
        EXPECT_EQ(test::code(response), "permission.not_signed_in") << endpoint.path;
        ++asked;
    }
    EXPECT_GT(asked, 10U);
}

TEST_F(Access, a_role_without_the_right_gets_403_from_everything_that_asks_for_one) {
    std::size_t refused = 0;
    for (const auto& role : county.policy().pack().roles) {
        county.add_person("p-" + role.code, role.code);
        const auto token = county.sign_in("p-" + role.code);
        const auto bearer = county.identity().bearer(token);
        ASSERT_TRUE(bearer);
        for (const auto& endpoint : county.api().endpoints().list()) {
            const auto& access = endpoint.access;
            if (access.kind != api::Access::Kind::rights) continue;
            const bool may = std::ranges::any_of(
                access.any, [&](Right right) { return bearer->actor.rights.has(right); });
            if (may) continue;
            const auto response = county.ask(sample(endpoint, token));
            EXPECT_EQ(response.status, 403) << role.code << " " << endpoint.path;
            EXPECT_EQ(test::code(response), "permission.denied") << endpoint.path;
            ++refused;
        }
    }
    EXPECT_GT(refused, 10U);
}

TEST_F(Access, only_a_few_named_endpoints_are_open) {
    std::vector<std::string> open;
    for (const auto& endpoint : county.api().endpoints().list()) {
        if (endpoint.access.kind != api::Access::Kind::open) continue;
        open.push_back(std::string(http::text(endpoint.method)) + " " + endpoint.path);
    }
    const std::vector<std::string> want{
        "GET /v1/about", "POST /v1/setup", "POST /v1/session", "GET /v1/log"};
    EXPECT_EQ(open, want);
}

TEST_F(Access, every_change_must_come_from_our_own_page) {
    for (const auto& endpoint : county.api().endpoints().list()) {
        if (endpoint.method == http::Method::get) continue;
        auto ask = sample(endpoint);
        ask.headers.emplace_back("X-Rongqiao", "0");
        EXPECT_EQ(test::code(county.ask(ask)), "http.cross_site") << endpoint.path;
        ask = sample(endpoint);
        ask.headers.emplace_back("Sec-Fetch-Site", "cross-site");
        EXPECT_EQ(test::code(county.ask(ask)), "http.cross_site") << endpoint.path;
    }
}

TEST_F(Access, every_declaration_is_complete) {
    for (const auto& endpoint : county.api().endpoints().list()) {
        EXPECT_FALSE(endpoint.summary.zh.empty()) << endpoint.path;
        EXPECT_FALSE(endpoint.summary.en.empty()) << endpoint.path;
        EXPECT_TRUE(endpoint.path.starts_with("/v1/")) << endpoint.path;
        EXPECT_FALSE(endpoint.is_edited && !endpoint.is_command) << endpoint.path;
    }
}

TEST(AccessBeforeSetUp, everything_but_about_and_setup_answers_503) {
    County county;
    for (const auto& endpoint : county.api().endpoints().list()) {
        const auto response = county.ask(sample(endpoint));
        if (endpoint.before_set_up) {
            EXPECT_NE(response.status, 503) << endpoint.path;
        } else {
            EXPECT_EQ(test::code(response), "identity.set_up_first") << endpoint.path;
        }
    }
}

} // namespace
} // namespace api
