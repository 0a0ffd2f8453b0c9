// What a request says and what an answer holds, without a word about sockets.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

using base::Error;
using base::Result;
using base::Text;

enum class Method : std::uint8_t { get, head, post, put, del, other };

[[nodiscard]] std::string_view text(Method method); // "GET"
[[nodiscard]] Method method_of(std::string_view text);

enum class Language : std::uint8_t { zh, en };

[[nodiscard]] const std::string& in(Language language, const Text& text);

// Headers by name, whatever holds them: the parser of a connection, or a list in a test. Names are
// compared without regard to case; an absent header is an empty text.
class Headers {
public:
    using Find = std::string_view (*)(const void* held, std::string_view name);
    using List = std::vector<std::pair<std::string, std::string>>;

    Headers() = default;

    Headers(const void* held, Find find)
        : held_(held)
        , find_(find) {}

    explicit Headers(const List& list); // views `list`, which must live as long

    [[nodiscard]] std::string_view operator[](std::string_view name) const {
        return find_ == nullptr ? std::string_view() : find_(held_, name);
    }

private:
    const void* held_ = nullptr;
    Find find_ = nullptr;
};

// The views point into the connection's buffer and live until the request is answered.
struct Request {
    Method method = Method::get;
    std::string_view path;  // as sent, percent-encoding and all
    std::string_view query; // without the question mark
    Headers headers;
    std::string body;
    std::filesystem::path file;  // where a streamed body was put; removed after the answer
    std::string_view peer;       // the client's address
    std::uint64_t number = 0;    // counts requests since start
    std::uint64_t file_size = 0; // bytes in `file`
};

class Subscriber;

struct Response {
    int status = 200;
    std::string_view content_type = "application/json"; // outlives the answer: a constant
    std::string body;
    const std::string* fixed = nullptr; // a body that is kept elsewhere (a file of the interface)
    std::shared_ptr<const void> keeps;  // what `fixed` lies in, where that may go
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<Subscriber> live; // set: the connection becomes a stream of server-sent events
};

// What the server asks of the program above it.
enum class Place : std::uint8_t {
    here,    // on the connection's own thread: only for what takes microseconds
    workers, // on the pool: may block
};

struct Admission {
    Place place = Place::workers;
    std::uint64_t body_most = 1U << 20U; // bytes
    bool to_file = false;                // stream the body into a temporary file
    bool skip_body = false; // answer without it, then close: it would be refused anyway
};

struct Handlers {
    // Called when the header is complete; the body is still on its way.
    std::function<Admission(const Request&)> admit;
    // Must not throw; called from many threads.
    std::function<Response(Request&)> answer;
};

} // namespace http
