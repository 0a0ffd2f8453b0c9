// The parts of Run that compute values, as engine/rule/evaluate.cpp does for one row. What is not
// known computes with something; its bit in `known` says that nothing came of it.
#include "engine/column/run.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace column {
namespace {

using rule::Op;
using rule::Type;
__extension__ using Wide = __int128;

double number_of(Raw raw, Type type) {
    return type == Type::number ? std::bit_cast<double>(raw) : static_cast<double>(raw);
}

// A result that is not there: too large, divided by zero.
struct Outcome {
    Raw raw = 0;
    bool defined = true;
};

Outcome narrowed(Type type, Wide value) {
    const Wide most = type == Type::money ? Wide{base::Money::limit_fen}
                                          : Wide{std::numeric_limits<std::int64_t>::max()};
    const Wide least = type == Type::money ? -most : Wide{std::numeric_limits<std::int64_t>::min()};
    if (value > most || value < least) return {0, false};
    return {static_cast<Raw>(value), true};
}

Outcome decimal(double value) { return {std::bit_cast<Raw>(value), std::isfinite(value)}; }

// The order of a whole number and one with decimals, exactly: 2^53 + 1 is more than 2^53 as a
// double.
std::strong_ordering order_mixed(std::int64_t a, double b) {
    if (b >= 9223372036854775808.0) return std::strong_ordering::less;
    if (b < -9223372036854775808.0) return std::strong_ordering::greater;
    const auto floor = std::floor(b);
    const auto whole = static_cast<std::int64_t>(floor);
    if (a != whole) return a <=> whole;
    return floor < b ? std::strong_ordering::less : std::strong_ordering::equal;
}

struct Sides {
    const Raw* a;
    const Raw* b;
    Type left;
    Type right;
};

std::strong_ordering order_at(const Sides& sides, std::size_t row) {
    const auto a = sides.a[row];
    const auto b = sides.b[row];
    if (sides.left == Type::number && sides.right == Type::number) {
        const auto x = std::bit_cast<double>(a);
        const auto y = std::bit_cast<double>(b);
        return x < y   ? std::strong_ordering::less
               : x > y ? std::strong_ordering::greater
                       : std::strong_ordering::equal;
    }
    if (sides.left == Type::number) return 0 <=> order_mixed(b, std::bit_cast<double>(a));
    if (sides.right == Type::number) return order_mixed(a, std::bit_cast<double>(b));
    return a <=> b;
}

bool holds(Op op, std::strong_ordering order) {
    if (op == Op::less) return order < 0;
    if (op == Op::less_equal) return order <= 0;
    if (op == Op::greater) return order > 0;
    if (op == Op::greater_equal) return order >= 0;
    return order == 0;
}

// Calls f(row) for all rows; what f says is not defined leaves `known`.
template <class F>
void each_row(std::size_t words, Raw* out, Word* known, F&& f) {
    for (std::size_t w = 0; w < words; ++w) {
        Word defined = 0;
        for (std::size_t k = 0; k < word_bits; ++k) {
            const Outcome outcome = f(w * word_bits + k);
            out[w * word_bits + k] = outcome.raw;
            defined |= static_cast<Word>(outcome.defined) << k;
        }
        known[w] &= defined;
    }
}

Outcome arithmetic(TermKind kind, Type type, const Sides& sides, std::size_t row) {
    const auto a = sides.a[row];
    const auto b = sides.b[row];
    if (type == Type::number) {
        const auto x = number_of(a, sides.left);
        const auto y = number_of(b, sides.right);
        if (kind == TermKind::add) return decimal(x + y);
        if (kind == TermKind::subtract) return decimal(x - y);
        if (kind == TermKind::multiply) return decimal(x * y);
        return y == 0.0 ? Outcome{0, false} : decimal(x / y);
    }
    if (kind == TermKind::add) return narrowed(type, Wide{a} + b);
    if (kind == TermKind::subtract) {
        const bool dates = sides.left == Type::date && sides.right == Type::date;
        return narrowed(type, (Wide{a} - b) * (dates ? 86'400 : 1));
    }
    if (kind == TermKind::multiply) return narrowed(type, Wide{a} * b);
    if (b == 0) return {0, false};
    if (kind == TermKind::divide) return narrowed(type, Wide{a} / b);
    return {b == -1 ? 0 : a % b, true};
}

Outcome of_one(TermKind kind, Type from, Raw a, base::Date today) {
    if (kind == TermKind::days_since) return {today.days - a, true};
    if (kind == TermKind::to_number) return decimal(number_of(a, from));
    if (from == Type::number) {
        const auto x = std::bit_cast<double>(a);
        return decimal(kind == TermKind::absolute && !(x < 0) ? x : -x);
    }
    if (kind == TermKind::absolute && a >= 0) return {a, true};
    return narrowed(from, -Wide{a});
}

} // namespace

void Run::bind_term(std::uint32_t index) {
    const auto& term = plan_.terms()[index];
    auto& bound = coded_terms_[index];
    const auto distinct = table_.distinct(term.place);
    bound.raws.assign(distinct, 0);
    bound.known.assign(distinct, 0);
    for (std::size_t code = 0; code < distinct; ++code) {
        row_.put(term.place, table_.dictionary(term.place).at(static_cast<Code>(code)));
        const auto answer = rule::answer_at(*term.spot.tree, term.spot.index, row_, plan_.today());
        if (!rule::known(answer.value)) continue;
        bound.raws[code] = raw_of(answer.value);
        bound.known[code] = 1;
    }
}

Run::Vector Run::term_of(std::uint32_t index, const Word* live) {
    const bool shared = plan_.terms()[index].uses > 1;
    auto& raws = term_raws_[index];
    auto& known = term_known_[index];
    if (raws.empty()) {
        raws.resize(tile_words_ * word_bits);
        known.resize(tile_words_);
    }
    if (!shared || term_tile_[index] != tile_) {
        compute(index, shared ? nullptr : live, raws.data(), known.data());
        term_tile_[index] = tile_;
    }
    return {raws.data(), known.data()};
}

void Run::compute(std::uint32_t index, const Word* live, Raw* raws, Word* known) {
    const auto& term = plan_.terms()[index];
    if (term.kind == TermKind::one_row) return term_row(term, live, raws, known);
    if (term.kind == TermKind::coded) return term_coded(index, raws, known);
    std::memcpy(known, valid_, words_ * sizeof(Word));
    if (term.kind == TermKind::constant) {
        std::fill(raws, raws + words_ * word_bits, term.raw);
        return;
    }
    if (term.kind == TermKind::attribute) {
        chunk(term.place).decode(first_ * word_bits, {raws, words_ * word_bits});
        std::memcpy(known, this->known(term.place), words_ * sizeof(Word));
        return;
    }
    if (term.kind == TermKind::choice) {
        const Mark mark(*this);
        auto when = node(term.condition.node, live);
        if (term.condition.negated) std::swap(when.yes, when.no);
        const auto a = term_of(term.args[0], live);
        const auto b = term_of(term.args[1], live);
        for (std::size_t row = 0; row < words_ * word_bits; ++row)
            raws[row] = (when.yes[row / word_bits] >> (row % word_bits) & 1U) != 0 ? a.raws[row]
                                                                                   : b.raws[row];
        for (std::size_t w = 0; w < words_; ++w)
            known[w] = (when.yes[w] & a.known[w]) | (when.no[w] & b.known[w]);
        return;
    }
    const auto first = term_of(term.args[0], live);
    const auto type = plan_.terms()[term.args[0]].type;
    for (std::size_t w = 0; w < words_; ++w)
        known[w] &= first.known[w];
    if (term.args.size() == 1) {
        each_row(words_, raws, known, [&](std::size_t row) {
            return of_one(term.kind, type, first.raws[row], plan_.today());
        });
        return;
    }
    const bool extreme = term.kind == TermKind::least || term.kind == TermKind::greatest;
    const auto op = term.kind == TermKind::least ? Op::less : Op::greater;
    const Raw* best = first.raws;
    for (std::size_t i = 1; i < term.args.size(); ++i) {
        const auto next = term_of(term.args[i], live);
        for (std::size_t w = 0; w < words_; ++w)
            known[w] &= next.known[w];
        const Sides sides{best, next.raws, type, plan_.terms()[term.args[i]].type};
        each_row(words_, raws, known, [&](std::size_t row) -> Outcome {
            if (!extreme) return arithmetic(term.kind, term.type, sides, row);
            const bool better = holds(op, 0 <=> order_at(sides, row));
            return {better ? sides.b[row] : sides.a[row], true};
        });
        best = raws;
    }
}

void Run::term_row(const Term& term, const Word* live, Raw* raws, Word* known) {
    for (std::size_t w = 0; w < words_; ++w) {
        known[w] = 0;
        for (auto rest = live == nullptr ? valid_[w] : live[w]; rest != 0; rest &= rest - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
            fill_row(term.places, (first_ + w) * word_bits + bit);
            const auto answer =
                rule::answer_at(*term.spot.tree, term.spot.index, row_, plan_.today());
            if (!rule::known(answer.value)) continue;
            raws[w * word_bits + bit] = raw_of(answer.value);
            known[w] |= Word{1} << bit;
        }
    }
}

void Run::term_coded(std::uint32_t index, Raw* raws, Word* known) {
    const auto& term = plan_.terms()[index];
    const auto& bound = coded_terms_[index];
    const auto& column = chunk(term.place);
    column.decode(first_ * word_bits, {raws, words_ * word_bits});
    for (std::size_t w = 0; w < words_; ++w) {
        known[w] = 0;
        for (auto rest = this->known(term.place)[w]; rest != 0; rest &= rest - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
            auto& raw = raws[w * word_bits + bit];
            const auto code = static_cast<std::size_t>(raw);
            raw = bound.raws[code];
            known[w] |= static_cast<Word>(bound.known[code]) << bit;
        }
    }
}

void Run::compare(const Node& node, const Word* live, Planes out) {
    const auto a = term_of(node.terms[0], live);
    const auto b = term_of(node.terms[1], live);
    const Sides sides{
        a.raws, b.raws, plan_.terms()[node.terms[0]].type, plan_.terms()[node.terms[1]].type};
    for (std::size_t w = 0; w < words_; ++w) {
        const Word defined = a.known[w] & b.known[w];
        Word found = 0;
        const bool wanted = defined != 0 && (live == nullptr || live[w] != 0);
        for (std::size_t k = 0; k < word_bits && wanted; ++k)
            found |= static_cast<Word>(holds(node.op, order_at(sides, w * word_bits + k))) << k;
        out.yes[w] = found & defined;
        out.no[w] = wanted ? ~found & defined : 0;
    }
}

} // namespace column
