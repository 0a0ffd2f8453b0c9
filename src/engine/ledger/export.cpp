#include "engine/ledger/export.hpp"

#include <bit>
#include <charconv>
#include <map>

namespace ledger {
namespace {

constexpr std::string_view first_line = "rongqiao ledger 1";
// More than are ever made. Their number bounds no memory: those that are over have no line.
constexpr std::int64_t holds_most = std::int64_t{1} << 60;

base::Error wrong_line(std::size_t number) {
    return base::invalid(
               "ledger.export",
               {"第 " + std::to_string(number) + " 行不是账本导出的内容。",
                "Line " + std::to_string(number) + " is not of a ledger's export."},
               {"请使用 rongqiao ledger export 的完整输出。",
                "Use the whole output of rongqiao ledger export."})
        .at("line " + std::to_string(number));
}

class Lines {
public:
    explicit Lines(std::string_view text)
        : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    [[nodiscard]] std::size_t number() const { return number_; }

    std::string_view next() {
        const auto end = std::min(rest_.find('\n'), rest_.size());
        const auto line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        ++number_;
        return line;
    }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

// The number after `word` and a space; none when the line does not begin so.
std::optional<std::int64_t> number_after(std::string_view line, std::string_view word) {
    if (!line.starts_with(word) || line.size() < word.size() + 2 || line[word.size()] != ' ')
        return std::nullopt;
    line.remove_prefix(word.size() + 1);
    const auto digits = line.substr(0, line.find(' '));
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    const bool plain = digits == "0" || (!digits.empty() && digits.front() > '0');
    if (!plain || error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

using Open = std::pair<std::int64_t, Digest>; // place among all holds, leaf

// The Merkle tree hash over leaves most of which are empty.
class Sparse {
public:
    Digest root(std::int64_t first, std::int64_t size, std::span<const Open> open) {
        if (size == 0) return merkle_root({});
        if (open.empty()) return empty(size);
        if (size == 1) return open.front().second;
        const auto left = half(size);
        const auto middle = std::ranges::lower_bound(open, first + left, {}, &Open::first);
        const auto count = static_cast<std::size_t>(middle - open.begin());
        return branch(
            root(first, left, open.first(count)),
            root(first + left, size - left, open.subspan(count)));
    }

private:
    static std::int64_t half(std::int64_t size) {
        return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(size - 1)));
    }

    Digest empty(std::int64_t size) {
        if (size == 1) return leaf({});
        if (const auto found = known_.find(size); found != known_.end()) return found->second;
        const auto made = branch(empty(half(size)), empty(size - half(size)));
        known_[size] = made;
        return made;
    }

    std::map<std::int64_t, Digest> known_;
};

} // namespace

std::string export_head(std::int64_t accounts, std::int64_t holds) {
    std::string text(first_line);
    text += "\naccounts ";
    text += std::to_string(accounts);
    text += "\nholds ";
    text += std::to_string(holds);
    text += '\n';
    return text;
}

base::Result<Digest> root_of_export(std::string_view text) {
    Lines lines(text);
    if (lines.next() != first_line) return wrong_line(1);
    const auto accounts = number_after(lines.next(), "accounts");
    const auto holds = number_after(lines.next(), "holds");
    if (!accounts || !holds) return wrong_line(accounts ? 3 : 2);
    // A line of an account is longer than ten letters.
    if (*accounts > std::ssize(text) / 10 || *holds > holds_most) return wrong_line(2);
    std::vector<Digest> account_leaves;
    while (std::ssize(account_leaves) < *accounts) {
        const auto line = lines.next();
        if (number_after(line, "account") != std::ssize(account_leaves) + 1)
            return wrong_line(lines.number());
        account_leaves.push_back(leaf(line));
    }
    std::vector<Open> open;
    while (!lines.at_end()) {
        const auto line = lines.next();
        const auto number = number_after(line, "hold");
        const auto last = open.empty() ? 0 : open.back().first + 1;
        if (!number || *number <= last || *number > *holds) return wrong_line(lines.number());
        open.emplace_back(*number - 1, leaf(line));
    }
    return state_root(
        {.accounts = *accounts,
         .accounts_root = merkle_root(account_leaves),
         .holds = *holds,
         .holds_root = Sparse().root(0, *holds, open)});
}

} // namespace ledger
