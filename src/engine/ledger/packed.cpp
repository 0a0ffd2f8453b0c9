#include "engine/ledger/packed.hpp"

#include "base/result.hpp"

namespace ledger {
namespace {

constexpr std::uint8_t keep_bit = 0x80;

void put_byte(std::string& out, std::uint8_t byte) { out += static_cast<char>(byte); }

void put_number(std::string& out, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7)
        put_byte(out, static_cast<std::uint8_t>(number | 0x80));
    put_byte(out, static_cast<std::uint8_t>(number));
}

std::uint64_t plain_bits(std::int64_t number) { return static_cast<std::uint64_t>(number); }

// Small numbers of either sign become small ones without.
void put_signed(std::string& out, std::int64_t number) {
    put_number(out, (plain_bits(number) << 1) ^ plain_bits(number >> 63));
}

// As a difference that may wrap round, so that every pair of numbers has one.
void put_near(std::string& out, std::int64_t number, std::int64_t other) {
    put_signed(out, static_cast<std::int64_t>(plain_bits(number) - plain_bits(other)));
}

// Unlimited comes first: most accounts are so, or have a small limit.
void put_limit(std::string& out, Amount limit) { put_number(out, limit + 1); }

class PackedBytes {
public:
    explicit PackedBytes(std::string_view bytes)
        : rest_(bytes) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::uint8_t byte() {
        base::ensure(!rest_.empty(), "packed bytes are whole");
        const auto found = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return found;
    }

    std::uint64_t number() {
        std::uint64_t found = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto next = byte();
            found |= static_cast<std::uint64_t>(next & 0x7f) << shift;
            if (next < 0x80) return found;
        }
        base::bug("a packed number is too long");
    }

    std::int64_t signed_number() {
        const auto found = number();
        return static_cast<std::int64_t>((found >> 1) ^ (~(found & 1) + 1));
    }

    std::int64_t near(std::int64_t other) {
        return static_cast<std::int64_t>(plain_bits(other) + plain_bits(signed_number()));
    }

    template <class T>
    base::Id<T> id() {
        return {static_cast<std::int64_t>(number())};
    }

    Amount limit() { return number() - 1; }

private:
    std::string_view rest_;
};

bool names_hold(Kind kind) {
    return kind == Kind::post || kind == Kind::release || kind == Kind::adjust ||
           kind == Kind::expire;
}

void put_line(std::string& out, const Line& line, std::int64_t near) {
    const auto& act = line.act;
    const auto kind = static_cast<std::uint8_t>(act.kind);
    put_byte(out, act.keep ? kind | keep_bit : kind);
    put_near(out, act.id.value, near);
    put_number(out, act.code);
    if (act.kind == Kind::refused) return;
    put_signed(out, act.about);
    put_number(out, plain_bits(line.debit.value));
    put_number(out, plain_bits(line.credit.value));
    put_number(out, act.amount);
    put_signed(out, line.pending);
    put_signed(out, line.posted);
    put_number(out, plain_bits(act.hold.value));
    put_signed(out, act.expires);
    put_near(out, line.debit_previous.value, act.id.value);
    put_near(out, line.credit_previous.value, act.id.value);
}

Line take_line(PackedBytes& bytes, std::int64_t near) {
    Line line;
    auto& act = line.act;
    const auto first = bytes.byte();
    act.kind = static_cast<Kind>(first & ~keep_bit);
    base::ensure(act.kind <= Kind::refused, "a packed act has a kind");
    act.keep = (first & keep_bit) != 0;
    act.id = {bytes.near(near)};
    act.code = static_cast<std::uint32_t>(bytes.number());
    if (act.kind == Kind::refused) return line;
    act.about = bytes.signed_number();
    line.debit = bytes.id<base::Account>();
    line.credit = bytes.id<base::Account>();
    act.amount = bytes.number();
    line.pending = bytes.signed_number();
    line.posted = bytes.signed_number();
    act.hold = bytes.id<base::Transfer>();
    act.expires = bytes.signed_number();
    line.debit_previous = {bytes.near(act.id.value)};
    line.credit_previous = {bytes.near(act.id.value)};
    if (names_hold(act.kind)) return line; // its sender named no accounts
    act.debit = line.debit;
    act.credit = line.credit;
    return line;
}

} // namespace

void pack(std::string& out, const Account& account) {
    put_number(out, plain_bits(account.series.value));
    put_byte(out, static_cast<std::uint8_t>(account.state));
    put_limit(out, account.debit_limit);
    put_limit(out, account.credit_limit);
    put_number(out, account.debits_pending);
    put_number(out, account.debits_posted);
    put_number(out, account.credits_pending);
    put_number(out, account.credits_posted);
    put_number(out, plain_bits(account.last.value));
    put_number(out, plain_bits(account.lines));
}

std::vector<Account> unpack_accounts(std::string_view packed, AccountId first) {
    std::vector<Account> accounts;
    accounts.reserve(packed.size() / 20 + 1);
    for (PackedBytes bytes(packed); !bytes.empty(); ++first.value) {
        auto& account = accounts.emplace_back();
        account.id = first;
        account.series = bytes.id<base::Series>();
        account.state = static_cast<State>(bytes.byte());
        base::ensure(account.state <= State::closed, "a packed account has a state");
        account.debit_limit = bytes.limit();
        account.credit_limit = bytes.limit();
        account.debits_pending = bytes.number();
        account.debits_posted = bytes.number();
        account.credits_pending = bytes.number();
        account.credits_posted = bytes.number();
        account.last = bytes.id<base::Transfer>();
        account.lines = static_cast<std::int64_t>(bytes.number());
    }
    return accounts;
}

std::string pack(std::span<const Line> lines) {
    std::string out;
    out.reserve(lines.size() * 40);
    std::int64_t near = 0;
    for (const auto& line : lines) {
        put_line(out, line, near);
        near = line.act.id.value;
    }
    return out;
}

std::vector<Line> unpack_lines(std::string_view packed, Stamp first) {
    std::vector<Line> lines;
    std::int64_t near = 0;
    for (PackedBytes bytes(packed); !bytes.empty(); ++first) {
        lines.push_back(take_line(bytes, near));
        lines.back().stamp = first;
        near = lines.back().act.id.value;
    }
    return lines;
}

} // namespace ledger
