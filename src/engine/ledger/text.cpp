#include "engine/ledger/text.hpp"

#include <charconv>

namespace ledger {
namespace {

constexpr std::string_view letters = "thpraefucdlx"; // in the order of Kind

template <class T>
void add_number(std::string& out, T number) {
    char buffer[24];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

template <class T>
void add_field(std::string& out, T number) {
    out += ' ';
    add_number(out, number);
}

base::Error unreadable(std::size_t number) {
    return base::invalid(
               "ledger.text",
               {"第 " + std::to_string(number) + " 个动作无法读取。",
                "Act " + std::to_string(number) + " cannot be read."},
               {"请对照账本动作的文本格式检查。", "Compare it with the text form of acts."})
        .at("act " + std::to_string(number));
}

// The fields of one act, taken from the left. After something went wrong `fine` stays false.
class Fields {
public:
    explicit Fields(std::string_view rest)
        : rest_(rest) {}

    std::string_view word() {
        if (rest_.empty() || rest_.front() != ' ') fine_ = false;
        if (!fine_) return {};
        rest_.remove_prefix(1);
        const auto end = std::min(rest_.find(' '), rest_.size());
        const auto found = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return found;
    }

    template <class T>
    T number() {
        const auto digits = word();
        T value{};
        const auto* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, value);
        const bool plain = digits == "0" || (!digits.empty() && digits.front() > '0');
        if (!plain || error != std::errc{} || stop != end) fine_ = false;
        return fine_ ? value : T{};
    }

    template <class T>
    base::Id<T> id() {
        return {number<std::int64_t>()};
    }

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    [[nodiscard]] bool fine() const { return fine_; }

    void fail() { fine_ = false; }

private:
    std::string_view rest_;
    bool fine_ = true;
};

Amount read_limit(Fields& fields) {
    auto probe = fields;
    if (probe.word() != "-") return fields.number<Amount>();
    fields = probe;
    return unlimited;
}

std::uint32_t read_refusal(Fields& fields) {
    const auto refusal = refusal_from(fields.word());
    if (!refusal) fields.fail();
    return static_cast<std::uint32_t>(refusal.value_or(Refusal::none));
}

// Between the id and the code.
void read_middle(Act& act, Fields& fields) {
    switch (act.kind) {
    case Kind::transfer:
    case Kind::hold:
        act.debit = fields.id<base::Account>();
        act.credit = fields.id<base::Account>();
        act.amount = fields.number<Amount>();
        if (act.kind == Kind::hold) act.expires = fields.number<std::int64_t>();
        return;
    case Kind::post: {
        act.hold = fields.id<base::Transfer>();
        act.amount = fields.number<Amount>();
        const auto rest = fields.number<unsigned>();
        if (rest > 1) fields.fail();
        act.keep = rest == 1;
        return;
    }
    case Kind::adjust:
        act.hold = fields.id<base::Transfer>();
        act.amount = fields.number<Amount>();
        return;
    case Kind::release:
    case Kind::expire: act.hold = fields.id<base::Transfer>(); return;
    case Kind::freeze:
    case Kind::unfreeze:
    case Kind::close: act.debit = fields.id<base::Account>(); return;
    case Kind::debit_limit:
    case Kind::credit_limit:
        act.debit = fields.id<base::Account>();
        act.amount = read_limit(fields);
        return;
    case Kind::refused: act.code = read_refusal(fields); return;
    }
}

bool read_act(std::string_view text, Act& act) {
    if (text.empty()) return false;
    const auto kind = letters.find(text.front());
    if (kind == std::string_view::npos) return false;
    act.kind = static_cast<Kind>(kind);
    text.remove_prefix(1);
    act.linked = text.starts_with('+');
    if (act.linked) text.remove_prefix(1);
    Fields fields(text);
    act.id = fields.id<base::Transfer>();
    read_middle(act, fields);
    if (fields.fine() && !fields.at_end() && act.kind != Kind::refused) {
        act.code = fields.number<std::uint32_t>();
        act.about = fields.number<std::int64_t>();
        if (act.code == 0 && act.about == 0) fields.fail(); // one form for one act
    }
    return fields.fine() && fields.at_end();
}

void add_limit(std::string& out, Amount limit) {
    if (limit == unlimited) {
        out += " -";
    } else {
        add_field(out, limit);
    }
}

} // namespace

void write_act(std::string& out, const Act& act) {
    out += letters[static_cast<std::size_t>(act.kind)];
    if (act.linked) out += '+';
    add_field(out, act.id.value);
    switch (act.kind) {
    case Kind::transfer:
    case Kind::hold:
        add_field(out, act.debit.value);
        add_field(out, act.credit.value);
        add_field(out, act.amount);
        if (act.kind == Kind::hold) add_field(out, act.expires);
        break;
    case Kind::post:
        add_field(out, act.hold.value);
        add_field(out, act.amount);
        add_field(out, act.keep ? 1 : 0);
        break;
    case Kind::adjust:
        add_field(out, act.hold.value);
        add_field(out, act.amount);
        break;
    case Kind::release:
    case Kind::expire: add_field(out, act.hold.value); break;
    case Kind::freeze:
    case Kind::unfreeze:
    case Kind::close: add_field(out, act.debit.value); break;
    case Kind::debit_limit:
    case Kind::credit_limit:
        add_field(out, act.debit.value);
        add_limit(out, act.amount);
        break;
    case Kind::refused:
        out += ' ';
        out += name(static_cast<Refusal>(act.code));
        return;
    }
    if (act.code == 0 && act.about == 0) return;
    add_field(out, act.code);
    add_field(out, act.about);
}

Act plain(Act act) {
    using enum Kind;
    const auto is = [&](std::initializer_list<Kind> kinds) {
        return std::ranges::find(kinds, act.kind) != kinds.end();
    };
    const bool moves = is({transfer, hold});
    const bool of_hold = is({post, release, adjust, expire});
    if (of_hold) act.debit = {};
    if (!moves) act.credit = {};
    if (!of_hold) act.hold = {};
    if (!moves && !is({post, adjust, debit_limit, credit_limit})) act.amount = 0;
    if (act.kind != post) act.keep = false;
    if (act.kind != hold) act.expires = 0;
    return act;
}

std::string write_acts(std::span<const Act> acts) {
    std::string out;
    out.reserve(acts.size() * 48);
    for (const auto& act : acts) {
        if (!out.empty()) out += ';';
        write_act(out, act);
    }
    return out;
}

base::Result<std::vector<Act>> read_acts(std::string_view text, std::size_t most) {
    std::vector<Act> acts;
    if (text.empty()) return acts;
    acts.reserve(std::min(most, text.size() / 32 + 1));
    for (;;) {
        const auto end = std::min(text.find(';'), text.size());
        if (acts.size() == most) return unreadable(acts.size() + 1);
        if (!read_act(text.substr(0, end), acts.emplace_back())) return unreadable(acts.size());
        if (end == text.size()) return acts;
        text.remove_prefix(end + 1);
    }
}

} // namespace ledger
