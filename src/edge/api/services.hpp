// What the endpoints stand on: the program's services, made by app/ and living as long as the
// server. A capability adds its own line (a pointer to its service, forward-declared) and its
// header where it is used. Never null in the program; a test sets what it uses.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace base {
class Clock;
struct Actor;
} // namespace base

namespace store {
class Database;
}

namespace pack {
class Policy;
}

namespace identity {
class Identity;
}

namespace http {
class Hub;
class Metrics;
} // namespace http

namespace api {

// What the program is, for /v1/about and /v1/system.
struct Program {
    std::string version = "0.1.0";
    bool demo = false;
    bool secure_cookie = false; // true behind TLS: the cookie is then sent over TLS only
    std::string database_file;
};

struct Services {
    Program program;
    const base::Clock* clock = nullptr;
    store::Database* database = nullptr;
    const pack::Policy* policy = nullptr;
    identity::Identity* identity = nullptr;
    http::Hub* hub = nullptr;
    http::Metrics* metrics = nullptr;
    std::function<std::int64_t(const base::Actor&)> unread; // notices that ask the person for work
};

} // namespace api
