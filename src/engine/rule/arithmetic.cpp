#include "engine/rule/arithmetic.hpp"

namespace rule {

using namespace cells;

namespace {

// Half to even, as money is rounded everywhere.
Cell rounded(Tag tag, double value) {
    const auto nearest = std::nearbyint(value);
    if (!(nearest >= -9.2e18 && nearest <= 9.2e18)) return fault(Fault::overflow);
    return narrowed(tag, static_cast<Wide>(nearest));
}

Wide divided_half_even(Wide a, Wide b) {
    const Wide quotient = a / b;
    const Wide rest = a % b;
    const Wide twice = (rest < 0 ? -rest : rest) * 2;
    const Wide size = b < 0 ? -b : b;
    const bool away = twice > size || (twice == size && quotient % 2 != 0);
    if (!away) return quotient;
    return quotient + ((a < 0) == (b < 0) ? 1 : -1);
}

Cell date_at(Wide days) {
    // 0001-01-01 … 9999-12-31
    if (days < -719'162 || days > 2'932'896) return fault(Fault::out_of_range);
    return whole(Tag::date, static_cast<std::int64_t>(days));
}

Wide floor_days(Wide seconds) {
    const Wide days = seconds / 86'400;
    return seconds % 86'400 < 0 ? days - 1 : days;
}

bool plain(Tag tag) { return tag == Tag::integer || tag == Tag::number; }

Cell unsigned_from(Wide value) {
    if (value < 0 || value > Wide{std::numeric_limits<std::uint64_t>::max()})
        return fault(Fault::overflow);
    return whole(
        Tag::unsigned_integer, static_cast<std::int64_t>(static_cast<std::uint64_t>(value)));
}

Cell unsigned_product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return fault(Fault::overflow);
    return whole(Tag::unsigned_integer, static_cast<std::int64_t>(product));
}

Cell multiplied_time(const Cell& duration, std::int64_t factor) {
    if (duration.text_bytes == 0) return narrowed(Tag::duration, Wide{duration.integer} * factor);
    Wide product = 0;
    if (__builtin_mul_overflow(nanos_of(duration), Wide{factor}, &product))
        return fault(Fault::overflow);
    return duration_from(product, false);
}

// Durations and timestamps with parts of a second, or with the limits of CEL.
Cell add_times(int sign, const Cell& a, const Cell& b, bool limited) {
    const Wide sum = nanos_of(a) + sign * nanos_of(b);
    if (a.tag == Tag::duration && b.tag == Tag::duration) return duration_from(sum, limited);
    if (a.tag == Tag::timestamp && b.tag == Tag::timestamp)
        return sign < 0 ? duration_from(sum, true) : fault(Fault::no_overload);
    const bool backwards = a.tag == Tag::duration && sign < 0;
    return backwards ? fault(Fault::no_overload) : timestamp_from(sum);
}

// By IEEE in plain CEL; otherwise nothing is divided by zero.
Cell divide_numbers(const Cell& a, const Cell& b, bool plain_cel) {
    if (plain_cel) {
        if (a.tag != b.tag) return fault(Fault::no_overload);
        return decimal(a.number / b.number);
    }
    return as_double(b) == 0.0 ? fault(Fault::division_by_zero)
                               : decimal(as_double(a) / as_double(b));
}

} // namespace

bool timely(Tag tag) { return tag == Tag::duration || tag == Tag::timestamp; }

Cell add_or_subtract(Op op, const Cell& a, const Cell& b, bool plain_cel) {
    const int sign = op == Op::add ? 1 : -1;
    if (a.tag == Tag::integer && b.tag == Tag::integer)
        return narrowed(Tag::integer, Wide{a.integer} + Wide{sign} * b.integer);
    if (plain(a.tag) && plain(b.tag) && (a.tag == b.tag || !plain_cel))
        return decimal(as_double(a) + sign * as_double(b));
    if (a.tag == Tag::date && b.tag == Tag::date && sign < 0)
        return narrowed(Tag::duration, Wide{a.integer - b.integer} * 86'400);
    if (a.tag == Tag::date && b.tag == Tag::duration)
        return date_at(Wide{a.integer} + floor_days(Wide{sign} * b.integer));
    if (a.tag == Tag::duration && b.tag == Tag::date && sign > 0)
        return date_at(Wide{b.integer} + floor_days(a.integer));
    if (a.tag == Tag::unsigned_integer && b.tag == Tag::unsigned_integer)
        return unsigned_from(Wide{a.unsigned_value()} + Wide{sign} * Wide{b.unsigned_value()});
    if (timely(a.tag) && timely(b.tag)) return add_times(sign, a, b, plain_cel);
    if (a.tag == b.tag && (a.tag == Tag::money || a.tag == Tag::rate))
        return narrowed(a.tag, Wide{a.integer} + Wide{sign} * b.integer);
    return fault(Fault::no_overload);
}

bool unit(Tag tag) { return tag == Tag::money || tag == Tag::rate || tag == Tag::duration; }

Cell multiply(const Cell& a, const Cell& b, bool plain_cel) {
    if (plain(a.tag) && plain(b.tag)) {
        if (a.tag == Tag::integer && b.tag == Tag::integer)
            return narrowed(Tag::integer, Wide{a.integer} * b.integer);
        if (a.tag != b.tag && plain_cel) return fault(Fault::no_overload);
        return decimal(as_double(a) * as_double(b));
    }
    if (a.tag == Tag::unsigned_integer && b.tag == Tag::unsigned_integer)
        return unsigned_product(a.unsigned_value(), b.unsigned_value());
    const auto& amount = plain(a.tag) ? b : a;
    const auto& factor = plain(a.tag) ? a : b;
    if (plain_cel || !unit(amount.tag)) return fault(Fault::no_overload);
    if (factor.tag == Tag::number)
        return rounded(amount.tag, static_cast<double>(amount.integer) * factor.number);
    if (factor.tag == Tag::integer && amount.tag == Tag::duration)
        return multiplied_time(amount, factor.integer);
    if (factor.tag == Tag::integer)
        return narrowed(amount.tag, Wide{amount.integer} * factor.integer);
    if (!unit(factor.tag)) return fault(Fault::no_overload);
    return narrowed(Tag::money, divided_half_even(Wide{a.integer} * b.integer, 1'000'000));
}

Cell divide(const Cell& a, const Cell& b, bool plain_cel) {
    if (plain(a.tag) && plain(b.tag) && (a.tag == Tag::number || b.tag == Tag::number))
        return divide_numbers(a, b, plain_cel);
    if (a.tag == Tag::integer && b.tag == Tag::integer) {
        if (b.integer == 0) return fault(Fault::division_by_zero);
        return narrowed(Tag::integer, Wide{a.integer} / b.integer);
    }
    if (a.tag == Tag::unsigned_integer && b.tag == Tag::unsigned_integer) {
        if (b.integer == 0) return fault(Fault::division_by_zero);
        return unsigned_from(Wide{a.unsigned_value() / b.unsigned_value()});
    }
    if (plain_cel || !unit(a.tag)) return fault(Fault::no_overload);
    if (b.tag == Tag::number) {
        if (b.number == 0.0) return fault(Fault::division_by_zero);
        return rounded(a.tag, static_cast<double>(a.integer) / b.number);
    }
    if (b.integer == 0 && b.text_bytes == 0) return fault(Fault::division_by_zero);
    if (b.tag == Tag::integer) return narrowed(a.tag, divided_half_even(a.integer, b.integer));
    if (a.tag == Tag::duration)
        return decimal(static_cast<double>(nanos_of(a)) / static_cast<double>(nanos_of(b)));
    return decimal(static_cast<double>(a.integer) / static_cast<double>(b.integer));
}

Cell remainder(const Cell& a, const Cell& b) {
    if (a.tag != b.tag || !is_whole(a.tag)) return fault(Fault::no_overload);
    if (b.integer == 0) return fault(Fault::division_by_zero);
    if (a.tag == Tag::unsigned_integer)
        return unsigned_from(Wide{a.unsigned_value() % b.unsigned_value()});
    return b.integer == -1 ? whole(Tag::integer, 0) : whole(Tag::integer, a.integer % b.integer);
}

Cell negated(const Cell& a) {
    if (a.tag == Tag::number) return decimal(-a.number);
    if (a.tag == Tag::duration) return duration_from(-nanos_of(a), false);
    if (a.tag != Tag::integer && !unit(a.tag)) return fault(Fault::no_overload);
    return narrowed(a.tag, -Wide{a.integer});
}

std::int64_t months_between(base::Date since, base::Date today) {
    int months = (today.year() - since.year()) * 12 + static_cast<int>(today.month()) -
                 static_cast<int>(since.month());
    if (since.plus_months(months) > today) months -= 1;
    return months;
}

} // namespace rule
