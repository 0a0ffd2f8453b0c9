// The county served: jobs, API, interface, live updates, until a signal comes.
#pragma once

#include "app/county.hpp"

#include <functional>

namespace app {

struct Serving {
    bool demo = false;
    std::filesystem::path watch_rules = {};     // a folder; the pack's
    std::int64_t seal_gap_ms = 50;              // between two checkpoints of the log
    std::function<void(std::uint16_t)> started; // told the port, once it answers
};

// Makes the log's keys where there are none; an empty origin gives a name of the pack and chance.
base::Result<> prepare_log(
    const County& county, const std::filesystem::path& data, const std::string& origin);

// Blocks until SIGINT or SIGTERM. Errors: `http.address`.
base::Result<> serve(
    County& county, const Config& config, const base::Clock& clock, const Serving& serving);

} // namespace app
