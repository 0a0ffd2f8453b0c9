// Time zones: fixed offsets as they are written, names from the machine's zone files (TZif, RFC
// 9636).
#include "engine/rule/time.hpp"

#include <fstream>
#include <iterator>

namespace rule {
namespace {

constexpr std::size_t zone_file_limit_bytes = 64 * 1'024;

// "+08:00", "-09:30", "02:00".
std::optional<std::int64_t> fixed_offset(std::string_view zone) {
    const bool minus = zone.starts_with("-");
    if (minus || zone.starts_with("+")) zone.remove_prefix(1);
    const auto digit_at = [&](std::size_t i) { return zone[i] >= '0' && zone[i] <= '9'; };
    if (zone.size() != 5 || zone[2] != ':') return std::nullopt;
    if (!digit_at(0) || !digit_at(1) || !digit_at(3) || !digit_at(4)) return std::nullopt;
    const int hours = (zone[0] - '0') * 10 + (zone[1] - '0');
    const int minutes = (zone[3] - '0') * 10 + (zone[4] - '0');
    if (hours > 23 || minutes > 59) return std::nullopt;
    const std::int64_t seconds = hours * 3'600 + minutes * 60;
    return minus ? -seconds : seconds;
}

// A name that stays below the folder of zones.
bool safe_zone_name(std::string_view name) {
    if (name.empty() || name.size() > 64 || name.front() == '/' ||
        name.find("..") != std::string_view::npos)
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    });
}

// Reads numbers off a file's bytes; false once they end too early.
class Bytes {
public:
    explicit Bytes(std::string_view bytes)
        : rest_(bytes) {}

    std::int64_t number(std::size_t width) {
        if (rest_.size() < width) {
            short_ = true;
            return 0;
        }
        std::uint64_t value = (static_cast<unsigned char>(rest_[0]) & 0x80U) != 0 ? ~0ULL : 0;
        for (std::size_t i = 0; i < width; ++i)
            value = value << 8U | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(width);
        return static_cast<std::int64_t>(value);
    }

    void skip(std::size_t count) {
        short_ = short_ || rest_.size() < count;
        rest_.remove_prefix(std::min(count, rest_.size()));
    }

    [[nodiscard]] bool fine() const { return !short_; }

    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    bool short_ = false;
};

struct Counts {
    std::size_t ut = 0, standard = 0, leaps = 0, changes = 0, kinds = 0, letters = 0;
};

std::optional<Counts> header_of(Bytes& bytes) {
    if (!bytes.rest().starts_with("TZif")) return std::nullopt;
    bytes.skip(20);
    Counts counts;
    for (auto* count :
         {&counts.ut,
          &counts.standard,
          &counts.leaps,
          &counts.changes,
          &counts.kinds,
          &counts.letters}) {
        const auto number = bytes.number(4);
        if (number < 0 || number > 100'000) return std::nullopt;
        *count = static_cast<std::size_t>(number);
    }
    return bytes.fine() ? std::optional(counts) : std::nullopt;
}

// The rule a zone follows after its last listed change, as POSIX writes it: CST6CDT,M3.2.0,M11.1.0.
class Rule {
public:
    explicit Rule(std::string_view text)
        : rest_(text) {}

    std::optional<std::int64_t> offset_at(std::int64_t seconds) {
        if (!name()) return std::nullopt;
        const auto standard = clock();
        if (!standard) return std::nullopt;
        if (rest_.empty()) return -*standard;
        if (!name()) return std::nullopt;
        std::int64_t summer = *standard - 3'600;
        if (!rest_.starts_with(",")) {
            const auto given = clock();
            if (!given) return std::nullopt;
            summer = *given;
        }
        const auto year = moment_of(seconds - *standard).year;
        const auto begins = change(year);
        const auto ends = change(year);
        if (!begins || !ends) return std::nullopt;
        const auto from = *begins + *standard;
        const auto to = *ends + summer;
        const bool inside =
            from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
        return inside ? -summer : -*standard;
    }

private:
    bool name() {
        std::size_t length = 0;
        if (rest_.starts_with("<")) {
            const auto close = rest_.find('>');
            if (close == std::string_view::npos) return false;
            length = close + 1;
        } else {
            while (length < rest_.size() &&
                   ((rest_[length] | 0x20) >= 'a' && (rest_[length] | 0x20) <= 'z'))
                length += 1;
        }
        rest_.remove_prefix(length);
        return length > 0;
    }

    std::optional<std::int64_t> whole() {
        std::int64_t value = 0;
        std::size_t length = 0;
        while (length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9' && length < 4)
            value = value * 10 + (rest_[length++] - '0');
        rest_.remove_prefix(length);
        return length > 0 ? std::optional(value) : std::nullopt;
    }

    bool sign(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // [+-]hh[:mm[:ss]] in seconds.
    std::optional<std::int64_t> clock() {
        const bool minus = sign('-');
        if (!minus) sign('+');
        std::int64_t seconds = 0;
        std::int64_t unit = 3'600;
        do {
            const auto part = whole();
            if (!part) return std::nullopt;
            seconds += *part * unit;
            unit /= 60;
        } while (unit > 0 && sign(':'));
        return minus ? -seconds : seconds;
    }

    // ,Mm.w.d[/time] or ,Jn or ,n: local seconds since 1970.
    std::optional<std::int64_t> change(std::int64_t year) {
        if (!sign(',')) return std::nullopt;
        std::int64_t days = 0;
        if (sign('M')) {
            const auto month = whole();
            if (!month || *month < 1 || *month > 12 || !sign('.')) return std::nullopt;
            const auto week = whole();
            if (!week || *week < 1 || *week > 5 || !sign('.')) return std::nullopt;
            const auto weekday = whole();
            if (!weekday || *weekday > 6) return std::nullopt;
            days = nth_weekday(year, *month, *week, *weekday);
        } else {
            const bool skips_leap_day = sign('J');
            const auto day = whole();
            if (!day) return std::nullopt;
            days = days_of(year, 1, 1) + *day - (skips_leap_day ? 1 : 0);
            const bool leap = days_of(year, 3, 1) - days_of(year, 2, 1) == 29;
            if (skips_leap_day && leap && *day >= 60) days += 1;
        }
        std::int64_t time = 7'200;
        if (sign('/')) {
            const auto given = clock();
            if (!given) return std::nullopt;
            time = *given;
        }
        return days * 86'400 + time;
    }

    static std::int64_t nth_weekday(
        std::int64_t year, std::int64_t month, std::int64_t week, std::int64_t weekday) {
        const auto first = days_of(year, static_cast<unsigned>(month), 1);
        const auto first_weekday = static_cast<std::int64_t>(moment_of(first * 86'400).weekday);
        auto day = first + (weekday - first_weekday + 7) % 7 + (week - 1) * 7;
        const auto next = month == 12 ? days_of(year + 1, 1, 1)
                                      : days_of(year, static_cast<unsigned>(month) + 1, 1);
        while (day >= next)
            day -= 7;
        return day;
    }

    std::string_view rest_;
};

std::optional<std::int64_t> offset_in_file(std::string_view file, std::int64_t seconds) {
    Bytes bytes(file);
    auto counts = header_of(bytes);
    if (!counts) return std::nullopt;
    // The first part has 32-bit times, for old readers; the second says the same with 64 bits.
    bytes.skip(
        counts->changes * 5 + counts->kinds * 6 + counts->letters + counts->leaps * 8 +
        counts->standard + counts->ut);
    counts = header_of(bytes);
    if (!counts || counts->kinds == 0) return std::nullopt;
    std::vector<std::int64_t> times(counts->changes);
    for (auto& time : times)
        time = bytes.number(8);
    std::vector<std::size_t> kinds(counts->changes);
    for (auto& kind : kinds)
        kind = static_cast<std::size_t>(bytes.number(1)) & 0xFFU;
    std::vector<std::int64_t> offsets(counts->kinds);
    for (auto& offset : offsets) {
        offset = bytes.number(4);
        bytes.skip(2);
    }
    bytes.skip(counts->letters + counts->leaps * 12 + counts->standard + counts->ut);
    if (!bytes.fine()) return std::nullopt;
    const auto after = std::upper_bound(times.begin(), times.end(), seconds);
    if (after == times.end()) {
        auto rule = bytes.rest();
        if (rule.starts_with("\n")) rule.remove_prefix(1);
        rule = rule.substr(0, rule.find('\n'));
        if (!rule.empty()) return Rule(rule).offset_at(seconds);
    }
    const auto index = static_cast<std::size_t>(after - times.begin());
    const auto kind = index == 0 ? 0 : kinds[index - 1];
    return kind < offsets.size() ? std::optional(offsets[kind]) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> offset_of(std::string_view zone, std::int64_t seconds) {
    if (zone == "UTC" || zone == "GMT" || zone == "Z") return 0;
    if (const auto fixed = fixed_offset(zone)) return fixed;
    if (!safe_zone_name(zone)) return std::nullopt;
    std::ifstream in("/usr/share/zoneinfo/" + std::string(zone), std::ios::binary);
    if (!in) return std::nullopt;
    std::string file;
    char buffer[4'096];
    while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
        file.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (file.size() > zone_file_limit_bytes) return std::nullopt;
    }
    return offset_in_file(file, seconds);
}

} // namespace rule
