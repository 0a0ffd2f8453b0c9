// Signing in as a browser does it: over a real socket, with cookies.
#include "edge/api/county_test.hpp"
#include "edge/http/client_test.hpp"
#include "edge/http/server.hpp"

#include <regex>
#include <thread>

namespace api {
namespace {

using http::test::Client;
using test::County;

constexpr std::string_view change =
    "X-Rongqiao: 1\r\nContent-Type: application/json\r\nIdempotency-Key: ";

class SessionTest : public testing::Test {
protected:
    SessionTest()
        : server_({.port = 0, .threads = 2, .workers = 4}, county.api().handlers()) {
        port = *server_.start();
    }

    ~SessionTest() override { server_.stop(); }

    static std::string cookie_of(const http::test::Reply& reply) {
        const auto line = reply.header("Set-Cookie");
        return line.substr(0, line.find(';'));
    }

    static std::string headers(const std::string& key, const std::string& cookie = {}) {
        return std::string(change) + key + "\r\n" +
               (cookie.empty() ? "" : "Cookie: " + cookie + "\r\n");
    }

    std::string sign_in(Client& client, const std::string& login) {
        const auto reply = client.send_body(
            "POST",
            "/v1/session",
            headers("-"),
            R"({"login":")" + login + R"(","password":"Sesame-2026"})");
        EXPECT_EQ(reply.status, 200) << reply.body;
        return cookie_of(reply);
    }

    County county;
    std::uint16_t port = 0;

private:
    http::Server server_;
};

TEST_F(SessionTest, first_start_registers_the_administrators_once) {
    Client client(port);
    EXPECT_NE(client.get("/v1/about").body.find("\"set_up\":false"), std::string::npos);
    const auto roles = county.identity().administrator_roles();
    std::string people;
    const char* logins[] = {"root", "guard", "audit"};
    for (int i = 0; i < 3; ++i) {
        people += (i == 0 ? "" : ",") + std::string(R"({"login":")") + logins[i] +
                  R"(","name":"n","password":"Sesame-2026","role":")" +
                  roles[static_cast<std::size_t>(i)] + "\"}";
    }
    const auto body = [&](const std::string& code) {
        return R"({"code":")" + code + R"(","people":[)" + people + "]}";
    };
    EXPECT_EQ(client.send_body("POST", "/v1/setup", headers("a"), body("wrong")).status, 403);
    const auto code = county.identity().set_up_code().reveal();
    EXPECT_EQ(client.send_body("POST", "/v1/setup", headers("b"), body(code)).status, 200);
    EXPECT_EQ(client.send_body("POST", "/v1/setup", headers("c"), body(code)).status, 422);
    EXPECT_NE(client.get("/v1/about").body.find("\"set_up\":true"), std::string::npos);
    EXPECT_FALSE(sign_in(client, "root").empty());
}

TEST_F(SessionTest, signing_in_gives_a_cookie_that_signing_out_ends) {
    county.set_up();
    Client client(port);
    const auto reply = client.send_body(
        "POST", "/v1/session", headers("-"), R"({"login":"Audit","password":"Sesame-2026"})");
    const auto line = reply.header("Set-Cookie");
    EXPECT_TRUE(std::regex_match(
        line, std::regex("rongqiao=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict")))
        << line;
    EXPECT_NE(reply.body.find("\"rights\":[\"audit_read\"]"), std::string::npos) << reply.body;
    const auto cookie = "Cookie: " + cookie_of(reply) + "\r\n";
    EXPECT_EQ(client.get("/v1/session", cookie).status, 200);
    EXPECT_EQ(client.get("/v1/audit", cookie).status, 200);
    EXPECT_EQ(client.get("/v1/system", cookie).status, 403);
    EXPECT_EQ(
        client.send_body("DELETE", "/v1/session", headers("-", cookie_of(reply)), "").status, 204);
    EXPECT_EQ(client.get("/v1/session", cookie).status, 401);
    EXPECT_EQ(client.get("/v1/session").status, 401);
}

TEST_F(SessionTest, a_person_registered_by_the_security_administrator_must_choose_a_password) {
    county.set_up();
    Client client(port);
    const auto guard = sign_in(client, "guard");
    const auto role = county.identity().administrator_roles().at(2);
    const auto wish = R"({"login":"second","name":"第二","roles":[")" + role + R"("]})";
    const auto made = client.send_body("POST", "/v1/people", headers("k1", guard), wish);
    ASSERT_EQ(made.status, 200) << made.body;
    const auto again = client.send_body("POST", "/v1/people", headers("k1", guard), wish);
    EXPECT_EQ(again.body, made.body);
    std::smatch found;
    ASSERT_TRUE(
        std::regex_search(made.body, found, std::regex(R"re("one_time_password":"([^"]+)")re")));
    const auto one_time = found[1].str();
    const auto reply = client.send_body(
        "POST",
        "/v1/session",
        headers("-"),
        R"({"login":"second","password":")" + one_time + "\"}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_NE(reply.body.find("\"must_change_password\":true"), std::string::npos);
    const auto cookie = cookie_of(reply);
    const auto refused = client.get("/v1/audit", "Cookie: " + cookie + "\r\n");
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.body.find("identity.change_password_first"), std::string::npos);
    const auto changed = client.send_body(
        "PUT",
        "/v1/session/password",
        headers("k2", cookie),
        R"({"old":")" + one_time + R"(","new":"Another-2026"})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    const auto trail = client.get("/v1/audit?kind=identity.", "Cookie: " + cookie + "\r\n");
    EXPECT_EQ(trail.status, 200);
    EXPECT_EQ(trail.body.find("argon2"), std::string::npos);
    EXPECT_NE(
        trail.body.find("\"kind\":\"identity.password_set\",\"label\":{\"zh\":\"设置密码\""),
        std::string::npos);
    EXPECT_NE(trail.body.find("\"body\":null"), std::string::npos);
}

TEST_F(SessionTest, live_updates_reach_whoever_is_signed_in) {
    county.set_up();
    Client client(port);
    const auto cookie = "Cookie: " + sign_in(client, "guard") + "\r\n";
    Client stream(port);
    stream.send("GET /v1/live HTTP/1.1\r\nHost: t\r\n" + cookie + "\r\n");
    EXPECT_NE(stream.read_until("\r\n\r\n").find("text/event-stream"), std::string::npos);
    for (int i = 0; i < 200 && county.hub.clients() == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto wish = party::RegisterEnterprise{
        .credit_code = "91330421MA2CUXKA3K", .name = "清溪精密有限公司", .industry = "3311"};
    party::Parties parties(county.database(), county.policy());
    auto registered = parties.register_enterprise(store::Command::internal("e1"), wish);
    if (!registered) {
        auto other = wish;
        other.code_override = "test";
        registered = parties.register_enterprise(store::Command::internal("e2"), other);
    }
    ASSERT_TRUE(registered) << registered.error().message.en;
    EXPECT_NE(stream.read_until("\n\n").find("\"topic\":\"party\""), std::string::npos);
}

TEST_F(SessionTest, a_stranger_uploads_nothing_and_is_told_why) {
    county.set_up();
    Client client(port);
    const auto reply = client.send_body(
        "POST", "/v1/imports?kind=facts&file=x.csv", headers("k"), std::string(3'000'000, 'x'));
    EXPECT_EQ(reply.status, 401) << reply.body;
    Client other(port);
    EXPECT_EQ(other.send_body("POST", "/v1/nothing", headers("k"), "{}").status, 404);
}

TEST_F(SessionTest, health_metrics_and_pages_need_no_session) {
    Client client(port);
    EXPECT_EQ(client.get("/healthz").body, "ok\n");
    EXPECT_EQ(client.get("/readyz").body, "ready\n");
    client.get("/v1/about");
    EXPECT_NE(
        client.get("/metrics").body.find("endpoint=\"GET /v1/about\",status=\"2xx\"} 1"),
        std::string::npos);
    EXPECT_EQ(client.get("/anything").status, 503); // no interface is built for this test
}

} // namespace
} // namespace api
