// What the endpoints stand on: the program's services, made by app/ and living as long as the
// server. A capability adds its own line (a pointer to its service, forward-declared) and its
// header where it is used. Never null in the program; a test sets what it uses.
#pragma once

#include "base/actor.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace base {
class Clock;
}

namespace store {
class Database;
}

namespace pack {
class Policy;
}

namespace identity {
class Identity;
}

namespace party {
class Parties;
}

namespace consent {
class Consents;
}

namespace fact {
class Facts;
}

namespace dossier {
class QualityBoard;
}

namespace census {
class Census;
}

namespace indicator {
class Indicators;
}

namespace plan {
class Plans;
}

namespace jobs {
class Imports;
class Replay;
class Sealer;
} // namespace jobs

namespace product {
class Products;
}

namespace loan {
class Loans;
}

namespace instrument {
class Instruments;
}

namespace finance {
class Finance;
class Tracks;
} // namespace finance

namespace allotment {
class Allotments;
}

namespace credit {
class Credit;
}

namespace guarantee {
class Guarantees;
}

namespace budget {
class Budgets;
}

namespace registry {
class Registry;
}

namespace risk {
class Listings;
class Risks;
class Watching;
} // namespace risk

namespace notice {
class Notices;
}

namespace http {
class Hub;
class Metrics;
} // namespace http

namespace api {

// A job that runs in the background: an import, a rebuild.
struct Job {
    std::string id;
    std::string kind;
    base::Text title;
    std::string state; // running done failed cancelled
    base::Rate progress;
    base::Instant started_at;
    std::optional<base::Text> message;
};
BOOST_DESCRIBE_STRUCT(Job, (), (id, kind, title, state, progress, started_at, message))

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
    party::Parties* parties = nullptr;
    consent::Consents* consents = nullptr;
    fact::Facts* facts = nullptr;
    census::Census* census = nullptr;
    dossier::QualityBoard* quality = nullptr;
    indicator::Indicators* indicators = nullptr;
    plan::Plans* plans = nullptr;
    jobs::Imports* imports = nullptr;
    product::Products* products = nullptr;
    loan::Loans* loans = nullptr;
    instrument::Instruments* instruments = nullptr;
    finance::Finance* finance = nullptr;
    const finance::Tracks* tracks = nullptr;
    allotment::Allotments* allotments = nullptr;
    registry::Registry* registry = nullptr;
    credit::Credit* credit = nullptr;
    guarantee::Guarantees* guarantees = nullptr;
    budget::Budgets* budgets = nullptr;
    notice::Notices* notices = nullptr;
    risk::Risks* risks = nullptr;
    risk::Listings* listings = nullptr;
    risk::Watching* watching = nullptr; // null where no payments are watched
    jobs::Replay* replay = nullptr;     // null but in a demo county
    jobs::Sealer* sealer = nullptr;     // null where no log is kept: tests, the generated documents
    http::Hub* hub = nullptr;
    http::Metrics* metrics = nullptr;
    std::function<std::int64_t(const base::Actor&)> unread; // notices that ask the person for work
    std::function<std::vector<Job>()> jobs;                 // running in the background
    std::vector<std::string> relays;                        // names of their cursors in the journal
};

} // namespace api
