// math.*
#include "engine/rule/functions.hpp"

namespace rule {

using namespace cells;

namespace {

Cell extreme_of(const Calling& calling, Cells args, bool greatest) {
    std::vector<Cell> listed;
    if (args.size() == 1 && is_list(args[0])) {
        const auto count = length(args[0]);
        if (!calling.scratch.charge(static_cast<std::int64_t>(count)))
            return fault(Fault::too_many_steps);
        for (std::size_t i = 0; i < count; ++i)
            listed.push_back(item(args[0], i));
        args = listed;
    }
    if (args.empty()) return fault(Fault::no_overload);
    Cell best = args[0];
    for (const auto& each : args) {
        if (!is_number(each.tag)) return fault(Fault::no_overload);
        const auto order = compare(best, each, calling.scratch.meeting());
        if (greatest ? order < 0 : order > 0) best = each;
    }
    return best;
}

std::optional<Cell> rounding(Call call, const Cell& a) {
    if (a.tag != Tag::number) return std::nullopt;
    if (call == Call::ceil) return decimal(std::ceil(a.number));
    if (call == Call::floor) return decimal(std::floor(a.number));
    if (call == Call::round) return decimal(std::round(a.number));
    if (call == Call::trunc) return decimal(std::trunc(a.number));
    if (call == Call::is_infinite) return truth(std::isinf(a.number));
    if (call == Call::is_nan) return truth(std::isnan(a.number));
    if (call == Call::is_finite) return truth(std::isfinite(a.number));
    return std::nullopt;
}

Cell size_of_number(const Cell& a) {
    if (a.tag == Tag::number) return decimal(std::abs(a.number));
    if (a.tag == Tag::unsigned_integer) return a;
    if (a.tag != Tag::integer) return fault(Fault::no_overload);
    if (a.integer == std::numeric_limits<std::int64_t>::min()) return fault(Fault::overflow);
    return whole(Tag::integer, a.integer < 0 ? -a.integer : a.integer);
}

Cell sign_of_number(const Cell& a) {
    if (a.tag == Tag::unsigned_integer) return whole(Tag::unsigned_integer, a.integer != 0 ? 1 : 0);
    if (a.tag == Tag::integer)
        return whole(Tag::integer, a.integer < 0 ? -1 : a.integer > 0 ? 1 : 0);
    if (a.tag != Tag::number) return fault(Fault::no_overload);
    if (std::isnan(a.number)) return a;
    return decimal(a.number < 0 ? -1 : a.number > 0 ? 1 : 0);
}

Cell square_root(const Cell& a) {
    if (a.tag == Tag::number) return decimal(std::sqrt(a.number));
    if (a.tag == Tag::integer) return decimal(std::sqrt(static_cast<double>(a.integer)));
    if (a.tag == Tag::unsigned_integer)
        return decimal(std::sqrt(static_cast<double>(a.unsigned_value())));
    return fault(Fault::no_overload);
}

Cell of_bits(const Cell& like, std::uint64_t bits) {
    return whole(like.tag, static_cast<std::int64_t>(bits));
}

Cell shifted(Call call, const Cell& a, const Cell& by) {
    if (!is_whole(a.tag) || by.tag != Tag::integer) return fault(Fault::no_overload);
    if (by.integer < 0) return fault(Fault::out_of_range);
    if (by.integer > 63) return of_bits(a, 0);
    const auto bits = a.unsigned_value();
    const auto count = static_cast<unsigned>(by.integer);
    return of_bits(a, call == Call::bit_left ? bits << count : bits >> count);
}

Cell bitwise(Call call, Cells args) {
    const auto& a = args[0];
    const auto& b = args.back();
    if (call == Call::bit_left || call == Call::bit_right) return shifted(call, a, b);
    if (!is_whole(a.tag) || a.tag != b.tag) return fault(Fault::no_overload);
    const auto x = a.unsigned_value();
    const auto y = b.unsigned_value();
    if (call == Call::bit_not) return of_bits(a, ~x);
    if (call == Call::bit_and) return of_bits(a, x & y);
    if (call == Call::bit_or) return of_bits(a, x | y);
    return of_bits(a, x ^ y);
}

} // namespace

std::optional<Cell> number_function(const Calling& calling, Call call, Cells args) {
    if (call == Call::greatest || call == Call::least)
        return extreme_of(calling, args, call == Call::greatest);
    if (call == Call::absolute) return size_of_number(args[0]);
    if (call == Call::sign) return sign_of_number(args[0]);
    if (call == Call::square_root) return square_root(args[0]);
    if (call >= Call::bit_and && call <= Call::bit_right) return bitwise(call, args);
    const bool rounds = (call >= Call::ceil && call <= Call::trunc) ||
                        (call >= Call::is_infinite && call <= Call::is_finite);
    if (!rounds) return std::nullopt;
    return rounding(call, args[0]).value_or(fault(Fault::no_overload));
}

} // namespace rule
