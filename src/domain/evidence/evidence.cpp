#include "domain/evidence/evidence.hpp"

#include <algorithm>

namespace evidence {
namespace {

constexpr std::size_t opening_digits = 32;

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 20 &&
           std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
}

void add_line(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ' ';
    out += value;
    out += '\n';
}

// A line break in a value would make two lines of it.
std::string one_line(std::string_view text) {
    std::string out;
    for (const char letter : text)
        out += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
    return out;
}

} // namespace

std::string opening(std::string_view file_secret, std::int64_t seq) {
    const auto code = seal::keyed(file_secret, "evidence.opening " + std::to_string(seq));
    return base::hex(code).substr(0, opening_digits);
}

std::string act_file(const store::Event& event, std::string_view opening) {
    std::string out = "rongqiao.act/1\n";
    add_line(out, "opening", opening);
    add_line(out, "event", std::to_string(event.seq));
    add_line(out, "at", event.at.text());
    add_line(out, "command", event.command);
    add_line(out, "person", std::to_string(event.person.value));
    add_line(out, "party", std::to_string(event.party.value));
    add_line(out, "kind", event.kind);
    add_line(out, "subject", one_line(event.subject));
    out += '\n';
    out += event.body;
    out += '\n';
    return out;
}

std::string entry_text(const store::Event& event, const seal::Digests& digests) {
    std::string out = "rongqiao.entry/1\n";
    add_line(out, "event", std::to_string(event.seq));
    add_line(out, "at", event.at.text());
    add_line(out, "kind", event.kind);
    if (is_number(event.subject)) add_line(out, "subject", event.subject);
    add_line(out, "sha256", base::hex(digests.sha256));
    add_line(out, "sm3", base::hex(digests.sm3));
    if (event.kind == Sealed::kind) {
        const auto sealed = base::json::from_text<Sealed>(event.body);
        if (sealed && !sealed->state_root.empty()) add_line(out, "state", sealed->state_root);
    }
    base::ensure(out.size() <= entry_bytes_most, "an entry is short: it holds digests");
    return out;
}

Result<std::uint64_t> Evidence::seal() {
    const auto before = database_.read([](const store::Snapshot& db) { return size(db); });
    const auto last = database_.read([&](const store::Snapshot& db) {
        return before == 0 ? std::string() : entry(db, before - 1).value();
    });
    const auto mark = "\nkind " + std::string(Sealed::kind) + "\n";
    if (before == 0 || last.find(mark) != std::string::npos) return before;
    // The id names the size, so that a seal whose answer was lost is not made twice.
    const auto command = store::Command::internal("evidence.seal:" + std::to_string(before));
    const auto receipt =
        TRY(database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
            Sealed sealed;
            if (state_root_) sealed.state_root = state_root_(tx);
            sealed.entries = static_cast<std::int64_t>(size(tx));
            tx.publish(sealed, std::string());
            return std::string();
        }));
    const auto placed =
        database_.read([&](const store::Snapshot& db) { return find(db, receipt.seq); });
    base::ensure(placed.has_value(), "an event has its entry");
    return placed->index + 1;
}

} // namespace evidence
