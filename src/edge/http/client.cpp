#include "edge/http/client.hpp"

#include "base/clock.hpp"

#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <functional>
#include <memory>

namespace http {
namespace {

constexpr std::size_t answer_head_most = 64 * 1024;

base::Error unreachable(const std::string& detail) {
    auto error = base::unavailable(
        "http.unreachable",
        {"无法连接对方服务器。", "The other server cannot be reached."},
        {"请核对网址与网络，稍后重试。", "Check the address and the network; try again later."});
    error.detail = detail;
    return error;
}

base::Error bad_answer(const std::string& detail) {
    auto error = base::unavailable(
        "http.bad_answer",
        {"对方服务器的回答无法识别。", "The other server's answer makes no sense."},
        {"请核对网址是否正确。", "Check that the address is right."});
    error.detail = detail;
    return error;
}

char lower_letter(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_word(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower_letter, lower_letter);
}

std::string_view header(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        const auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !same_word(line.substr(0, colon), name)) continue;
        auto value = line.substr(colon + 1);
        while (value.starts_with(' '))
            value.remove_prefix(1);
        return value;
    }
    return {};
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    const bool good = !text.empty() && error == std::errc{} && stop == end;
    return good ? std::optional(value) : std::nullopt;
}

// A body in chunks (RFC 9112 §7.1); nothing while it is not whole.
base::Result<std::optional<std::string>> read_chunks(std::string_view bytes) {
    std::string body;
    while (true) {
        const auto end = bytes.find("\r\n");
        if (end == std::string_view::npos) return std::optional<std::string>();
        const auto digits = bytes.substr(0, std::min(end, bytes.find(';')));
        const auto size = number(digits, 16);
        if (!size || *size > std::size_t{1} << 40U) return bad_answer("a chunk has no size");
        bytes.remove_prefix(end + 2);
        if (bytes.size() < *size + 2) return std::optional<std::string>();
        body += bytes.substr(0, *size);
        bytes.remove_prefix(*size + 2);
        if (*size == 0) return std::optional(std::move(body));
    }
}

struct Close {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }

    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

    void operator()(SSL* session) const { SSL_free(session); }
};

// A connection that gives up at its deadline.
class Wire {
public:
    explicit Wire(std::int64_t most_ms)
        : until_(base::monotonic_ns() + most_ms * 1'000'000) {}

    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    ~Wire() {
        session_.reset();
        if (socket_ >= 0) ::close(socket_);
    }

    base::Result<> open(const Address& address) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const int code = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
        if (code != 0) return unreachable(gai_strerror(code));
        const std::unique_ptr<addrinfo, Close> list(found);
        auto connected = connect_to(*list);
        for (const auto* next = list->ai_next; !connected && next != nullptr; next = next->ai_next)
            connected = connect_to(*next);
        if (!connected) return connected;
        return address.secure ? begin_tls(address.host) : base::Result<>();
    }

    base::Result<> send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto count = step(
                [&] {
                    return session_ ? SSL_write(session_.get(), bytes.data(), clamp(bytes.size()))
                                    : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                },
                POLLOUT);
            if (!count) return count.error();
            if (*count == 0) return unreachable("the connection was closed");
            bytes.remove_prefix(*count);
        }
        return {};
    }

    // How many bytes came; 0 at the end.
    base::Result<std::size_t> receive(std::string& into) {
        std::array<char, 16 * 1024> buffer;
        const auto count = step(
            [&] {
                return session_ ? SSL_read(session_.get(), buffer.data(), clamp(buffer.size()))
                                : ::recv(socket_, buffer.data(), buffer.size(), 0);
            },
            POLLIN);
        if (count) into.append(buffer.data(), *count);
        return count;
    }

private:
    static int clamp(std::size_t size) {
        return static_cast<int>(std::min<std::size_t>(size, 1U << 20U));
    }

    base::Result<> connect_to(const addrinfo& target) {
        if (socket_ >= 0) ::close(socket_);
        socket_ = ::socket(
            target.ai_family,
            target.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
            target.ai_protocol);
        if (socket_ < 0) return unreachable(std::strerror(errno));
        if (::connect(socket_, target.ai_addr, target.ai_addrlen) == 0) return {};
        if (errno != EINPROGRESS) return unreachable(std::strerror(errno));
        if (auto ready = wait(POLLOUT); !ready) return ready;
        int code = 0;
        socklen_t length = sizeof code;
        ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &code, &length);
        if (code != 0) return unreachable(std::strerror(code));
        return {};
    }

    base::Result<> begin_tls(const std::string& host) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        base::ensure(context_ != nullptr, "TLS is available");
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        SSL_CTX_set_default_verify_paths(context_.get());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        session_.reset(SSL_new(context_.get()));
        SSL_set_tlsext_host_name(session_.get(), host.c_str());
        SSL_set1_host(session_.get(), host.c_str());
        SSL_set_fd(session_.get(), socket_);
        const auto done = step([&] { return SSL_connect(session_.get()); }, POLLIN);
        if (!done) return done.error();
        if (*done == 0) return unreachable("the TLS handshake was broken off");
        return {};
    }

    // Repeats a call that would block until it does something; 0 at the end of the stream.
    base::Result<std::size_t> step(const std::function<std::int64_t()>& call, short events) {
        while (true) {
            const auto count = call();
            if (count > 0) return static_cast<std::size_t>(count);
            if (!session_) {
                if (count == 0) return std::size_t{0};
                if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
                    return unreachable(std::strerror(errno));
                TRY(wait(events));
                continue;
            }
            const int why = SSL_get_error(session_.get(), static_cast<int>(count));
            if (why == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
                const auto verdict = SSL_get_verify_result(session_.get());
                return unreachable(
                    verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : "TLS failed");
            }
            TRY(wait(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT));
        }
    }

    base::Result<> wait(short events) const {
        const auto left = (until_ - base::monotonic_ns()) / 1'000'000;
        pollfd one{.fd = socket_, .events = events, .revents = 0};
        if (left <= 0 ||
            ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 600'000))) <= 0)
            return unreachable("no answer in time");
        return {};
    }

    std::int64_t until_;
    int socket_ = -1;
    std::unique_ptr<SSL_CTX, Close> context_;
    std::unique_ptr<SSL, Close> session_;
};

} // namespace

base::Result<Address> read_url(std::string_view url) {
    const auto wrong = [&] {
        return base::invalid(
            "http.url",
            {"网址无效：" + std::string(url), "Not an address: " + std::string(url)},
            {"网址形如 https://主机/路径。", "An address looks like https://host/path."});
    };
    Address address;
    address.secure = url.starts_with("https://");
    if (!address.secure && !url.starts_with("http://")) return wrong();
    const bool printable =
        std::ranges::all_of(url, [](char letter) { return letter > ' ' && letter <= '~'; });
    if (!printable) return wrong();
    auto rest = url.substr(address.secure ? 8 : 7);
    const auto slash = std::min(rest.find('/'), rest.size());
    auto place = rest.substr(0, slash);
    address.path = slash == rest.size() ? "/" : std::string(rest.substr(slash));
    address.port = address.secure ? "443" : "80";
    if (place.find('@') != std::string_view::npos) return wrong();
    const auto bracket = place.rfind(']'); // [::1]:8080
    const auto colon = place.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port) {
        const auto port = number(place.substr(colon + 1), 10);
        if (!port || *port == 0 || *port > 65'535) return wrong();
        address.port = std::to_string(*port);
        place = place.substr(0, colon);
    }
    if (place.starts_with('[') && place.ends_with(']')) place = place.substr(1, place.size() - 2);
    if (place.empty()) return wrong();
    address.host = place;
    return address;
}

base::Result<std::optional<Fetched>> read_answer(std::string_view bytes, bool ended) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (ended || bytes.size() > answer_head_most) return bad_answer("no head");
        return std::optional<Fetched>();
    }
    const auto head = bytes.substr(0, end + 2);
    const auto body = bytes.substr(end + 4);
    if (!head.starts_with("HTTP/1.") || head.size() < 14) return bad_answer("no status line");
    const auto status = number(head.substr(9, 3), 10);
    if (!status || *status < 200) return bad_answer("no status");
    Fetched fetched{
        .status = static_cast<int>(*status),
        .content_type = std::string(header(head, "Content-Type")),
        .body = {}};
    if (same_word(header(head, "Transfer-Encoding"), "chunked")) {
        auto whole = TRY(read_chunks(body));
        if (!whole && ended) return bad_answer("cut off");
        if (!whole) return std::optional<Fetched>();
        fetched.body = *std::move(whole);
        return std::optional(std::move(fetched));
    }
    const auto length = header(head, "Content-Length");
    if (length.empty()) {
        if (!ended && *status != 204 && *status != 304) return std::optional<Fetched>();
        fetched.body = body;
        return std::optional(std::move(fetched));
    }
    const auto size = number(length, 10);
    if (!size) return bad_answer("no length");
    if (body.size() < *size && ended) return bad_answer("cut off");
    if (body.size() < *size) return std::optional<Fetched>();
    fetched.body = body.substr(0, *size);
    return std::optional(std::move(fetched));
}

base::Result<Fetched> fetch(const Wish& wish) {
    const auto address = TRY(read_url(wish.url));
    Wire wire(wish.most_ms);
    TRY(wire.open(address));
    auto request = wish.method + ' ' + address.path + " HTTP/1.1\r\nHost: " + address.host + ':' +
                   address.port + "\r\nConnection: close\r\nUser-Agent: rongqiao\r\n";
    if (wish.method != "GET") {
        request += "Content-Type: " + wish.content_type +
                   "\r\nContent-Length: " + std::to_string(wish.body.size()) + "\r\n";
    }
    TRY(wire.send(request + "\r\n" + wish.body));
    std::string bytes;
    while (true) {
        const auto count = TRY(wire.receive(bytes));
        auto whole = TRY(read_answer(bytes, count == 0));
        if (whole) return *std::move(whole);
        if (bytes.size() > wish.body_most) return bad_answer("too long");
    }
}

} // namespace http
