#include "edge/http/client.hpp"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(Url, is_read_into_its_parts) {
    struct Case {
        std::string url, host, port, path;
        bool secure;
    };

    const Case cases[] = {
        {"http://127.0.0.1:8080/log/checkpoint", "127.0.0.1", "8080", "/log/checkpoint", false},
        {"https://rq.example.gov.cn", "rq.example.gov.cn", "443", "/", true},
        {"http://[::1]:8090/a?b", "::1", "8090", "/a?b", false},
        {"http://[::1]/", "::1", "80", "/", false},
    };
    for (const auto& each : cases) {
        const auto read = read_url(each.url);
        ASSERT_TRUE(read) << each.url;
        EXPECT_EQ(read->host, each.host);
        EXPECT_EQ(read->port, each.port);
        EXPECT_EQ(read->path, each.path);
        EXPECT_EQ(read->secure, each.secure);
    }
    for (const auto* url :
         {"",
          "ftp://a",
          "http://",
          "http://:80/",
          "http://a:0/",
          "http://a:99999/",
          "http://a b/",
          "http://user@a/",
          "http://a/\r\nX: y"})
        EXPECT_FALSE(read_url(url)) << url;
}

TEST(Answer, is_whole_or_not_yet_or_refused) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

    struct Case {
        std::string bytes;
        std::string open; // "body …", "wait" or "no"
        std::string ended;
    };

    const Case cases[] = {
        {head + "Content-Length: 5\r\n\r\nhello", "body hello", "body hello"},
        {head + "content-length: 5\r\n\r\nhel", "wait", "no"},
        {head + "Content-Length: five\r\n\r\nhello", "no", "no"},
        {head + "\r\nhello", "wait", "body hello"},
        {head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
         "body abcde",
         "body abcde"},
        {head + "Transfer-Encoding: chunked\r\n\r\n3\r\nab", "wait", "no"},
        {head + "Transfer-Encoding: chunked\r\n\r\nx\r\n", "no", "no"},
        {"HTTP/1.1 200", "wait", "no"},
        {"nonsense\r\n\r\n", "no", "no"},
    };
    const auto shown = [](const base::Result<std::optional<Fetched>>& read) {
        if (!read) return std::string("no");
        return *read ? "body " + (*read)->body : std::string("wait");
    };
    for (const auto& each : cases) {
        EXPECT_EQ(shown(read_answer(each.bytes, false)), each.open) << each.bytes;
        EXPECT_EQ(shown(read_answer(each.bytes, true)), each.ended) << each.bytes;
    }
}

TEST(Fetch, says_when_nobody_answers) {
    EXPECT_EQ(
        fetch({.url = "http://127.0.0.1:1/", .body = {}, .most_ms = 2'000}).error().code,
        "http.unreachable");
}

} // namespace
} // namespace http
