#include "base/log.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"

#include <unistd.h>

#include <atomic>

namespace base::log {
namespace {

std::atomic<Level>& threshold() {
    static std::atomic<Level> level{Level::info};
    return level;
}

std::string_view name(Level level) {
    switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
    }
    bug("level out of range");
}

} // namespace

void set_level(Level level) { threshold() = level; }

bool enabled(Level level) { return level >= threshold().load(); }

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    std::string line = "{\"at\":";
    json::write(line, SystemClock().now());
    line += ",\"level\":";
    json::write(line, name(level));
    line += ",\"event\":";
    json::write(line, event);
    for (const auto& field : fields) {
        line += ',';
        json::write(line, field.name);
        line += ':';
        std::visit([&](const auto& value) { json::write(line, value); }, field.value);
    }
    line += "}\n";
    // One write a line, so that lines of different threads do not mix. A lost log line stops
    // nobody.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace base::log
