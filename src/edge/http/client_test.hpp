// A small blocking HTTP client for tests: sends what it is told, byte for byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace http::test {

struct Reply {
    int status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] std::string header(std::string_view name) const {
        const auto at = head.find("\r\n" + std::string(name) + ": ");
        if (at == std::string::npos) return {};
        const auto begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

class Client {
public:
    explicit Client(std::uint16_t port)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        connected_ =
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    ~Client() { ::close(socket_); }

    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // The next whole answer; status 0 when the connection ended first.
    Reply read(bool has_body = true) {
        Reply reply;
        while (buffer_.find("\r\n\r\n") == std::string::npos) {
            if (!more()) return reply;
        }
        const auto end = buffer_.find("\r\n\r\n") + 4;
        reply.head = buffer_.substr(0, end);
        buffer_.erase(0, end);
        const auto length = reply.header("Content-Length");
        const std::size_t size = has_body && !length.empty() ? std::stoul(length) : 0;
        while (buffer_.size() < size) {
            if (!more()) return reply;
        }
        reply.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        reply.status = std::stoi(reply.head.substr(9, 3));
        return reply;
    }

    // What comes until `mark`; for streams.
    std::string read_until(std::string_view mark) {
        while (buffer_.find(mark) == std::string::npos) {
            if (!more()) break;
        }
        return std::exchange(buffer_, {});
    }

    // Whether the server has closed its side.
    bool ended() {
        char byte = 0;
        return buffer_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
    }

    Reply get(std::string_view path, std::string_view headers = {}) {
        send(
            "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) +
            "\r\n");
        return read();
    }

    Reply send_body(
        std::string_view method,
        std::string_view path,
        std::string_view headers,
        std::string_view body) {
        send(
            std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" +
            std::string(headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
            std::string(body));
        return read();
    }

private:
    bool more() {
        char bytes[16'384];
        const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }

    int socket_;
    bool connected_ = false;
    std::string buffer_;
};

} // namespace http::test
