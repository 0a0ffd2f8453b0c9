// The county served: jobs, API, interface, live updates, until a signal comes.
#pragma once

#include "app/county.hpp"

#include <functional>

namespace app {

struct Serving {
    bool demo = false;
    std::function<void(std::uint16_t)> started; // told the port, once it answers
};

// Blocks until SIGINT or SIGTERM. Errors: `http.address`.
base::Result<> serve(
    County& county, const Config& config, const base::Clock& clock, const Serving& serving);

} // namespace app
