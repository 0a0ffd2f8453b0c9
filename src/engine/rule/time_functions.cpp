// Parts of timestamps and durations.
#include "engine/rule/functions.hpp"
#include "engine/rule/time.hpp"

namespace rule {

using namespace cells;

namespace {

Cell duration_part(Call call, const Cell& a) {
    // Towards zero, as conversions are.
    const auto nanos = nanos_of(a);
    const auto in = [&](std::int64_t unit) {
        return whole(Tag::integer, static_cast<std::int64_t>(nanos / unit));
    };
    if (call == Call::hours) return in(3'600'000'000'000);
    if (call == Call::minutes) return in(60'000'000'000);
    if (call == Call::seconds) return in(1'000'000'000);
    if (call == Call::milliseconds)
        return whole(Tag::integer, static_cast<std::int64_t>(nanos % 1'000'000'000 / 1'000'000));
    return fault(Fault::no_overload);
}

std::int64_t part_of_moment(Call call, const Moment& moment, std::uint32_t nanos) {
    if (call == Call::full_year) return moment.year;
    if (call == Call::month) return std::int64_t{moment.month} - 1;
    if (call == Call::day_of_month) return std::int64_t{moment.day} - 1;
    if (call == Call::date_of_month) return moment.day;
    if (call == Call::day_of_week) return moment.weekday;
    if (call == Call::day_of_year) return moment.day_of_year;
    if (call == Call::hours) return moment.hour;
    if (call == Call::minutes) return moment.minute;
    if (call == Call::seconds) return moment.second;
    return nanos / 1'000'000;
}

} // namespace

std::optional<Cell> time_function(const Calling& calling, Call call, Cells args) {
    if (call < Call::full_year || call > Call::milliseconds) return std::nullopt;
    if (args[0].tag == Tag::duration && args.size() == 1) return duration_part(call, args[0]);
    if (args[0].tag != Tag::timestamp) return fault(Fault::no_overload);
    std::int64_t offset = 0;
    if (args.size() == 2) {
        if (args[1].tag != Tag::text) return fault(Fault::no_overload);
        // A zone's file is read each time.
        if (!calling.scratch.charge(1'000)) return fault(Fault::too_many_steps);
        const auto found = offset_of(args[1].text(), args[0].integer);
        if (!found) return fault(Fault::bad_conversion);
        offset = *found;
    }
    const auto moment = moment_of(args[0].integer + offset);
    return whole(Tag::integer, part_of_moment(call, moment, args[0].text_bytes));
}

} // namespace rule
