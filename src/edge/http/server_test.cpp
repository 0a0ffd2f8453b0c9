#include "base/clock.hpp"
#include "edge/http/client_test.hpp"
#include "edge/http/hub.hpp"
#include "edge/http/metrics.hpp"
#include "edge/http/problem.hpp"
#include "edge/http/server.hpp"
#include "edge/http/site.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace http {
namespace {

using test::Client;

// A folder of its own for one test.
class Folder {
public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "rongqiao_http_XXXXXX";
        path = ::mkdtemp(name.data());
    }

    ~Folder() { std::filesystem::remove_all(path); }

    void write(const std::string& name, const std::string& bytes) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << bytes;
    }

    std::filesystem::path path;
};

// Says back what it was asked, where it was told to run.
class EchoServer {
public:
    explicit EchoServer(Limits limits = {})
        : server_(options(limits), {.admit = admit, .answer = [this](Request& request) {
                                        return answer(request);
                                    }}) {
        const auto port_found = server_.start();
        EXPECT_TRUE(port_found);
        port = *port_found;
    }

    Server& server() { return server_; }

    std::uint16_t port = 0;
    Hub hub;
    std::atomic<bool> alive{true};
    Folder uploads;

private:
    ServerOptions options(Limits limits) const {
        return {
            .port = 0,
            .threads = 2,
            .workers = 4,
            .upload_folder = uploads.path / "in",
            .limits = limits};
    }

    static Admission admit(const Request& request) {
        Admission admission{.place = Place::workers, .body_most = 1000};
        if (request.path == "/here") admission.place = Place::here;
        if (request.path == "/stranger") admission.skip_body = true;
        if (request.path == "/upload") {
            admission.to_file = true;
            admission.body_most = 1'000'000;
        }
        return admission;
    }

    Response answer(Request& request) {
        Response response;
        response.content_type = "text/plain";
        if (request.path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(200));
        if (request.path == "/live") {
            response.content_type = "text/event-stream";
            response.live = hub.subscribe(
                [](const Signal& signal) { return "{\"id\":\"" + signal.id + "\"}"; },
                [this] { return alive.load(); });
            return response;
        }
        response.body = std::string(text(request.method)) + " " + std::string(request.path) + "?" +
                        std::string(request.query) + " " + std::string(request.headers["X-Mark"]) +
                        " " + request.body;
        if (!request.file.empty()) {
            response.body += std::to_string(request.file_size) + " of " +
                             std::to_string(std::filesystem::file_size(request.file));
        }
        return response;
    }

    Server server_;
};

TEST(Server, answers_requests_on_one_connection_one_after_another) {
    EchoServer echo;
    Client client(echo.port);
    EXPECT_EQ(client.get("/here?a=1", "X-Mark: m\r\n").body, "GET /here?a=1 m ");
    EXPECT_EQ(client.get("/there").body, "GET /there?  ");
    const auto posted = client.send_body("POST", "/there", "X-Mark: later\r\n", "body");
    EXPECT_EQ(posted.status, 200);
    EXPECT_EQ(posted.body, "POST /there? later body");
    EXPECT_FALSE(posted.header("Date").empty());
    client.send("HEAD /here HTTP/1.1\r\nHost: test\r\n\r\n");
    const auto head = client.read(false);
    EXPECT_EQ(head.header("Content-Length"), "13");
    EXPECT_EQ(client.get("/here").body, "GET /here?  ");
}

TEST(Server, answers_pipelined_requests_in_their_order) {
    EchoServer echo;
    Client client(echo.port);
    std::string all;
    for (int i = 0; i < 50; ++i) {
        const auto* path = i % 2 == 0 ? "/here" : "/there";
        all +=
            "GET " + std::string(path) + "?" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\n\r\n";
    }
    client.send(all);
    for (int i = 0; i < 50; ++i)
        EXPECT_NE(client.read().body.find("?" + std::to_string(i) + " "), std::string::npos);
}

TEST(Server, refuses_what_is_too_large_or_no_http) {
    EchoServer echo;

    struct Case {
        std::string bytes;
        int status;
    };

    const std::string start = "POST /there HTTP/1.1\r\nHost: t\r\n";
    const Case cases[] = {
        {start + "Content-Length: 1001\r\n\r\n", 413},
        {start + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
             "\r\n0\r\n\r\n",
         413},
        {"GET /here HTTP/1.1\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n", 413},
        {"nonsense\r\n\r\n", 400},
        {"GET /here HTTP/7.9\r\n\r\n", 400},
        {start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
    };
    for (const auto& each : cases) {
        Client client(echo.port);
        client.send(each.bytes);
        const auto reply = client.read();
        EXPECT_EQ(reply.status, each.status) << each.bytes.substr(0, 80);
        EXPECT_EQ(reply.header("Connection"), "close");
        EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    }
    Client client(echo.port);
    EXPECT_EQ(client.get("/here").status, 200);
}

TEST(Server, streams_an_upload_into_a_file_that_is_gone_afterwards) {
    EchoServer echo;
    Client client(echo.port);
    const std::string bytes(300'000, 'y');
    EXPECT_NE(
        client.send_body("POST", "/upload", "", bytes).body.find("300000 of 300000"),
        std::string::npos);
    client.send(
        "POST /upload HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    EXPECT_EQ(client.read().status, 100);
    client.send("abcd");
    EXPECT_NE(client.read().body.find("4 of 4"), std::string::npos);
    EXPECT_EQ(client.send_body("POST", "/upload", "", std::string(1'000'001, 'z')).status, 413);
    Client stranger(echo.port);
    const auto reply = stranger.send_body("POST", "/stranger", "", std::string(2'000'000, 's'));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("Connection"), "close");
    EXPECT_EQ(reply.body, "POST /stranger?  ");
    EXPECT_TRUE(std::filesystem::is_empty(echo.uploads.path / "in"));
}

TEST(Server, ends_connections_that_are_slow_to_say_what_they_want) {
    EchoServer echo({.header_ms = 150, .idle_ms = 300});
    const auto begun = base::monotonic_ns();
    Client slow(echo.port);
    slow.send("GET /here HT");
    EXPECT_TRUE(slow.ended());
    EXPECT_LT(base::monotonic_ns() - begun, 5'000'000'000);
    Client silent(echo.port);
    EXPECT_TRUE(silent.ended());
}

TEST(Server, takes_no_more_connections_than_allowed) {
    EchoServer echo({.connections_most = 2});
    Client first(echo.port);
    Client second(echo.port);
    EXPECT_EQ(first.get("/here").status, 200);
    EXPECT_EQ(second.get("/here").status, 200);
    Client third(echo.port);
    third.send("GET /here HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(third.read().status, 0);
    EXPECT_EQ(first.get("/here").status, 200);
}

TEST(Server, stopping_lets_requests_finish_and_ends_idle_connections) {
    EchoServer echo;
    Client idle(echo.port);
    EXPECT_EQ(idle.get("/here").status, 200);
    Client busy(echo.port);
    busy.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto begun = base::monotonic_ns();
    echo.server().stop();
    EXPECT_LT(base::monotonic_ns() - begun, 5'000'000'000);
    EXPECT_EQ(busy.read().status, 200);
    EXPECT_TRUE(idle.ended());
    EXPECT_FALSE(Client(echo.port).connected());
}

TEST(Server, stopping_ends_live_streams_at_once) {
    EchoServer echo;
    Client client(echo.port);
    client.send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
    client.read_until("\r\n\r\n");
    const auto begun = base::monotonic_ns();
    echo.server().stop();
    EXPECT_LT(base::monotonic_ns() - begun, 3'000'000'000);
    EXPECT_TRUE(client.ended());
}

TEST(Server, streams_live_events_and_drops_readers_that_do_not_keep_up) {
    EchoServer echo;
    Client client(echo.port);
    client.send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_NE(client.read_until("\r\n\r\n").find("text/event-stream"), std::string::npos);
    for (int i = 0; i < 100 && echo.hub.clients() == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    echo.hub.publish({.topic = "need", .id = "7"});
    EXPECT_EQ(client.read_until("\n\n"), "event: change\ndata: {\"id\":\"7\"}\n\n");
    echo.hub.publish({.topic = "need", .id = "8"});
    EXPECT_NE(client.read_until("\n\n").find("\"8\""), std::string::npos);
    EXPECT_EQ(echo.hub.clients(), 1);

    // Nobody reads this one: it is closed at the limit instead of growing.
    const auto idle = echo.hub.subscribe([](const Signal&) { return "x"; }, [] { return true; });
    for (std::size_t i = 0; i <= live_waiting_most; ++i)
        echo.hub.publish({.topic = "need", .id = "9"});
    EXPECT_TRUE(idle->closed());
    echo.hub.close();
    EXPECT_EQ(echo.hub.clients(), 0);
}

TEST(Server, many_connections_at_once_get_their_own_answers) {
    EchoServer echo;
    std::atomic<int> wrong{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            Client client(echo.port);
            for (int i = 0; i < 100; ++i) {
                const auto mark = std::to_string(t) + "-" + std::to_string(i);
                const auto* path = i % 3 == 0 ? "/here" : "/there";
                const auto body = client.get(std::string(path) + "?" + mark).body;
                if (body.find("?" + mark + " ") == std::string::npos) ++wrong;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(wrong.load(), 0);
}

TEST(Site, serves_files_compressed_cached_and_under_a_strict_policy) {
    Folder folder;
    folder.write("index.html", "<html>home</html>");
    folder.write("assets/app-1.js", "let a = 1");
    folder.write("assets/app-1.js.gz", "GZ");
    folder.write("assets/app-1.js.br", "BR");
    const Site site(folder.path);
    const auto ask = [&](std::string_view path, Headers::List list = {}) {
        Request request;
        request.path = path;
        request.headers = Headers(list);
        return site.answer(request);
    };
    const auto value = [](const Response& response, std::string_view name) {
        for (const auto& [key, text] : response.headers) {
            if (key == name) return text;
        }
        return std::string();
    };
    const auto home = ask("/");
    EXPECT_EQ(*home.fixed, "<html>home</html>");
    EXPECT_EQ(value(home, "Cache-Control"), "no-cache");
    EXPECT_EQ(value(home, "Content-Security-Policy"), content_security_policy);
    EXPECT_EQ(*ask("/needs/7").fixed, "<html>home</html>");
    EXPECT_EQ(ask("/missing.js").status, 404);
    EXPECT_EQ(ask("/../secret.txt").status, 404);
    const auto plain = ask("/assets/app-1.js");
    EXPECT_EQ(*plain.fixed, "let a = 1");
    EXPECT_NE(value(plain, "Cache-Control").find("immutable"), std::string::npos);
    EXPECT_EQ(*ask("/assets/app-1.js", {{"Accept-Encoding", "gzip"}}).fixed, "GZ");
    EXPECT_EQ(*ask("/assets/app-1.js", {{"Accept-Encoding", "gzip, br"}}).fixed, "BR");
    EXPECT_EQ(*ask("/assets/app-1.js", {{"Accept-Encoding", "gzip;q=0"}}).fixed, "let a = 1");
    EXPECT_EQ(ask("/", {{"If-None-Match", value(home, "ETag")}}).status, 304);
    EXPECT_EQ(Site("/nowhere").answer({}).status, 503);
}

TEST(Problem, says_kind_place_and_cure_in_the_readers_language) {
    auto error = base::invalid("x.y", {"中文", "English"}, {"办法", "cure"}).at("/a/0");
    const auto zh = problem(error, Language::zh, "r-1", {{"/a/0", {"错", "wrong"}}});
    EXPECT_EQ(zh.status, 400);
    EXPECT_NE(
        zh.body.find("\"detail\":\"中文\",\"cure\":\"办法\",\"field\":\"/a/0\""),
        std::string::npos);
    EXPECT_NE(
        zh.body.find("\"errors\":[{\"pointer\":\"/a/0\",\"message\":\"错\"}]"), std::string::npos);
    const auto en = problem(error, Language::en, "r-1");
    EXPECT_NE(en.body.find("\"detail\":\"English\",\"cure\":\"cure\""), std::string::npos);
    error.detail = "secret";
    EXPECT_EQ(problem(error, Language::en, "r-1").body.find("secret"), std::string::npos);

    EXPECT_EQ(status_of(base::conflict("need.version", {})), 412);
    EXPECT_EQ(status_of(base::conflict("need.taken", {})), 409);
    EXPECT_EQ(status_of(base::rejected("need.closed", {})), 422);
    EXPECT_EQ(status_of(base::unauthenticated("a.b", {})), 401);
    EXPECT_EQ(status_of(base::forbidden("a.b", {})), 403);
    EXPECT_EQ(status_of(base::not_found("a.b", {})), 404);
    EXPECT_EQ(status_of(base::unavailable("a.b", {})), 503);
    EXPECT_EQ(status_of(base::invalid("http.precondition_required", {})), 428);
}

TEST(Metrics, count_requests_by_endpoint_status_and_time) {
    Metrics metrics;
    metrics.endpoints({"GET /a", "GET /b"});
    metrics.request(0, 200, 90'000);
    metrics.request(0, 404, 3'000'000);
    metrics.commit(5);
    metrics.gauge("rongqiao_x", "An example.", [] { return 1.5; });
    const auto text = metrics.text();
    for (const auto* line :
         {"rongqiao_requests_total{endpoint=\"GET /a\",status=\"2xx\"} 1\n",
          "rongqiao_requests_total{endpoint=\"GET /a\",status=\"4xx\"} 1\n",
          "rongqiao_request_seconds_bucket{endpoint=\"GET /a\",le=\"0.0001\"} 1\n",
          "rongqiao_request_seconds_bucket{endpoint=\"GET /a\",le=\"0.005\"} 2\n",
          "rongqiao_request_seconds_count{endpoint=\"GET /a\"} 2\n",
          "rongqiao_commits_total 1\n",
          "rongqiao_events_total 5\n",
          "rongqiao_x 1.5\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    EXPECT_EQ(text.find("GET /b"), std::string::npos);
    EXPECT_GT(resident_bytes(), 1'000'000);
}

} // namespace
} // namespace http
