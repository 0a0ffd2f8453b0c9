// The listener: HTTP/1.1 with keep-alive and pipelining, on loopback unless told otherwise. TLS and
// HTTP/2 are the business of the proxy in front (docs/deploy).
//
// Threads: `threads` of them accept and speak, each with its own event loop and its own listening
// socket on the same port; `workers` of them run the handlers that may block. Measured figures are
// in bench/README.md.
#pragma once

#include "edge/http/message.hpp"

#include <cstdint>

namespace http {

struct Limits {
    std::uint32_t header_bytes = 16 * 1024;
    std::int64_t header_ms = 10'000; // from the first byte of a request to the end of its head
    std::int64_t idle_ms = 60'000;   // between requests
    std::int64_t body_ms =
        30'000; // for a whole body in memory, and for every piece of a streamed one
    std::int64_t write_ms = 30'000;
    std::int64_t stop_ms = 10'000; // for requests under way when the server stops
    std::size_t connections_most = 4096;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080; // 0: any free one
    std::size_t threads = 2;
    std::size_t workers = 64;
    std::filesystem::path
        upload_folder; // for streamed bodies; made when absent, readable by the owner only
    Limits limits;
};

class Server {
public:
    Server(ServerOptions options, Handlers handlers);
    ~Server(); // stops

    // Listens and answers; returns the port. `http.address` when it cannot listen there.
    Result<std::uint16_t> start();
    // Returns when SIGINT or SIGTERM has come.
    void wait_for_signal();
    // Takes no more connections, ends idle ones, lets requests under way finish.
    void stop();
    [[nodiscard]] std::size_t connections() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace http
