#include "engine/ledger/root.hpp"

#include "base/result.hpp"

#include <bit>

namespace ledger {
namespace {

std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string limit_text(Amount limit) { return limit == unlimited ? "-" : std::to_string(limit); }

// Of leaves that are as many as a power of two.
Digest perfect(std::vector<Digest> row) {
    while (row.size() > 1) {
        for (std::size_t i = 0; i + 1 < row.size(); i += 2)
            row[i / 2] = branch(row[i], row[i + 1]);
        row.resize(row.size() / 2);
    }
    return row.front();
}

// Adds the roots of the perfect trees that so many nodes of one level make up, the largest first.
void add_peaks(std::vector<Digest>& peaks, std::span<const Digest> nodes) {
    while (!nodes.empty()) {
        const auto size = std::bit_floor(nodes.size());
        peaks.push_back(
            perfect({nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(size)}));
        nodes = nodes.subspan(size);
    }
}

Digest fold(const std::vector<Digest>& peaks) {
    if (peaks.empty()) return base::sha256({});
    auto root = peaks.back();
    for (auto peak = peaks.rbegin() + 1; peak != peaks.rend(); ++peak)
        root = branch(*peak, root);
    return root;
}

} // namespace

std::string leaf_text(const Account& account) {
    std::string text = "account " + std::to_string(account.id.value) + ' ' +
                       std::to_string(account.series.value) + ' ';
    text += boost::describe::enum_to_string(account.state, "?");
    text += ' ' + limit_text(account.debit_limit) + ' ' + limit_text(account.credit_limit);
    for (const auto sum :
         {account.debits_pending,
          account.debits_posted,
          account.credits_pending,
          account.credits_posted})
        text += ' ' + std::to_string(sum);
    return text;
}

std::string leaf_text(const Hold& hold) {
    if (hold.state != HoldState::open) return {};
    std::string text = "hold " + std::to_string(hold.number);
    for (const auto number : {hold.id.value, hold.debit.value, hold.credit.value})
        text += ' ' + std::to_string(number);
    return text + ' ' + std::to_string(hold.held) + ' ' + std::to_string(hold.expires);
}

Digest leaf(std::string_view text) {
    std::string bytes(1, '\0');
    bytes += text;
    return base::sha256(bytes);
}

Digest branch(const Digest& left, const Digest& right) {
    std::array<char, 65> bytes{};
    bytes[0] = 1;
    std::ranges::copy(bytes_of(left), bytes.begin() + 1);
    std::ranges::copy(bytes_of(right), bytes.begin() + 33);
    return base::sha256({bytes.data(), bytes.size()});
}

Digest merkle_root(std::span<const Digest> leaves) {
    std::vector<Digest> peaks;
    add_peaks(peaks, leaves);
    return fold(peaks);
}

Digest node(std::span<const Digest> children) {
    base::ensure(std::ssize(children) == node_width, "a complete node has sixteen children");
    return perfect({children.begin(), children.end()});
}

std::vector<Remainder> remainders(std::int64_t leaves) {
    std::vector<Remainder> shape;
    for (std::int32_t level = 0; leaves > 0; ++level, leaves /= node_width) {
        const auto count = leaves % node_width;
        if (count > 0) shape.push_back({.level = level, .first = leaves - count, .count = count});
    }
    std::ranges::reverse(shape);
    return shape;
}

Digest root_of(std::span<const Remainder> shape, std::span<const Digest> nodes) {
    std::vector<Digest> peaks;
    for (const auto& part : shape) {
        const auto count = static_cast<std::size_t>(part.count);
        add_peaks(peaks, nodes.first(count));
        nodes = nodes.subspan(count);
    }
    return fold(peaks);
}

Digest state_root(const Forest& forest) {
    return base::sha256(
        "rongqiao ledger 1\naccounts " + std::to_string(forest.accounts) + ' ' +
        base::hex(forest.accounts_root) + "\nholds " + std::to_string(forest.holds) + ' ' +
        base::hex(forest.holds_root) + '\n');
}

} // namespace ledger
