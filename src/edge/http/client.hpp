// A request to another server, without waiting longer than told: for asking witnesses and reading a
// log. HTTP/1.1, one connection a request, http and https (TLS 1.2 and above, certificates and
// names checked by the system's authorities).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

struct Wish {
    std::string method = "GET";
    std::string url; // "https://host[:port]/path"
    std::string body;
    std::string content_type = "text/plain; charset=utf-8";
    std::int64_t most_ms = 10'000; // for all of it
    std::size_t body_most = std::size_t{64} << 20U;
};

struct Fetched {
    int status = 0;
    std::string content_type;
    std::string body;
};

struct Address {
    bool secure = false;
    std::string host;
    std::string port;
    std::string path; // with the query
};

// `http.url`.
base::Result<Address> read_url(std::string_view url);
// An answer of any status. `http.url`, `http.unreachable`, `http.bad_answer`.
base::Result<Fetched> fetch(const Wish& wish);

// What came back over a connection that was read to its end, or to where the answer ends; the
// parser of fetch(). Nothing while the answer is not whole.
base::Result<std::optional<Fetched>> read_answer(std::string_view bytes, bool ended);

} // namespace http
