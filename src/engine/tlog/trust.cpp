#include "engine/tlog/trust.hpp"

#include <algorithm>
#include <set>

namespace tlog {
namespace {

constexpr std::size_t trust_bytes_most = 1U << 20U;
constexpr std::string_view no_quorum = "none";

base::Error no_trust(std::size_t line, const std::string& zh, const std::string& en) {
    return base::invalid(
               "tlog.trust",
               {"信任策略文件有误：" + zh, "The trust file is wrong: " + en},
               {"格式见 docs/log.md“信任策略”。", "docs/log.md shows the format under “Trust”."})
        .at("line " + std::to_string(line));
}

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    while (true) {
        const auto begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        const auto end = std::min(line.find_first_of(" \t"), line.size());
        words.emplace_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

bool is_allowed(char letter) {
    const auto octet = static_cast<unsigned char>(letter);
    return octet == '\t' || octet == '\n' || (octet >= 0x20 && octet != 0x7F);
}

} // namespace

// Reads line by line; a name is known from the line after the one that defines it.
class TrustReader {
public:
    Result<Trust> read(std::string_view bytes) {
        const bool sound =
            bytes.size() <= trust_bytes_most && std::ranges::all_of(bytes, is_allowed);
        if (!sound) return no_trust(1, "含有控制字符或过长", "control characters, or too long");
        while (!bytes.empty()) {
            ++line_;
            const auto end = std::min(bytes.find('\n'), bytes.size());
            const auto words = words_of(bytes.substr(0, end));
            bytes.remove_prefix(std::min(end + 1, bytes.size()));
            if (words.empty() || words[0].starts_with('#')) continue;
            TRY(take(words));
        }
        if (!has_quorum_) return no_trust(line_, "缺少 quorum 行", "there is no quorum line");
        return std::move(trust_);
    }

private:
    Result<> take(const std::vector<std::string>& words) {
        if (words[0] == "log") return log(words);
        if (words[0] == "witness") return witness(words);
        if (words[0] == "group") return group(words);
        if (words[0] == "quorum") return quorum(words);
        return wrong("不认识 " + words[0], "no such keyword: " + words[0]);
    }

    [[nodiscard]] base::Error wrong(const std::string& zh, const std::string& en) const {
        return no_trust(line_, zh, en);
    }

    Result<VerifierKey> key(const std::string& text, bool of_witness) {
        auto read = VerifierKey::read(text);
        if (!read) return wrong(read.error().message.zh, read.error().message.en);
        const bool cosigns = read->kind == KeyKind::cosignature;
        if (cosigns != of_witness) {
            return wrong("公钥类型与用途不符", "the key is of a kind that does not serve here");
        }
        auto& known = of_witness ? witness_keys_ : log_keys_;
        if (!known.insert(read->key.bytes()).second)
            return wrong("公钥重复", "the same key stands here twice");
        return read;
    }

    Result<> log(const std::vector<std::string>& words) {
        if (words.size() != 2 && words.size() != 3)
            return wrong("应为 log 公钥 [网址]", "expected log <vkey> [<url>]");
        auto read = TRY(key(words[1], false));
        trust_.logs_.push_back(
            {.key = std::move(read), .url = words.size() == 3 ? words[2] : std::string()});
        return {};
    }

    Result<> witness(const std::vector<std::string>& words) {
        if (words.size() != 3 && words.size() != 4)
            return wrong("应为 witness 名称 公钥 [网址]", "expected witness <name> <vkey> [<url>]");
        auto read = TRY(key(words[2], true));
        TRY(define(words[1]));
        trust_.witnesses_.push_back(
            {.name = words[1],
             .key = std::move(read),
             .url = words.size() == 4 ? words[3] : std::string()});
        return {};
    }

    Result<> define(const std::string& name) {
        if (name == no_quorum || !names_.insert(name).second)
            return wrong("名称重复：" + name, "the name is taken: " + name);
        return {};
    }

    Result<> group(const std::vector<std::string>& words) {
        if (words.size() < 4)
            return wrong("应为 group 名称 数目 成员…", "expected group <name> <k> <name>…");
        Trust::Group made{.name = words[1], .needed = 0, .members = {}};
        made.members.assign(words.begin() + 3, words.end());
        for (const auto& member : made.members) {
            if (!names_.contains(member))
                return wrong("尚未定义 " + member, "not defined above: " + member);
            if (!members_.insert(member).second)
                return wrong(member + " 已属于一个组", member + " is in a group already");
        }
        const auto needed = decimal(words[2]);
        made.needed = words[2] == "any"   ? 1
                      : words[2] == "all" ? made.members.size()
                                          : static_cast<std::size_t>(needed.value_or(0));
        if (made.needed < 1 || made.needed > made.members.size())
            return wrong("数目应为 1 至成员数", "expected any, all, or 1 to the number of members");
        TRY(define(made.name));
        trust_.groups_.push_back(std::move(made));
        return {};
    }

    Result<> quorum(const std::vector<std::string>& words) {
        if (words.size() != 2 || has_quorum_)
            return wrong("应有且仅有一行 quorum 名称", "expected one quorum line with one name");
        if (words[1] != no_quorum && !names_.contains(words[1]))
            return wrong("尚未定义 " + words[1], "not defined above: " + words[1]);
        has_quorum_ = true;
        trust_.quorum_ = words[1] == no_quorum ? std::string() : words[1];
        return {};
    }

    Trust trust_;
    std::size_t line_ = 0;
    bool has_quorum_ = false;
    std::set<std::string> names_;
    std::set<std::string> members_;
    std::set<std::string> log_keys_;
    std::set<std::string> witness_keys_;
};

Result<Trust> Trust::read(std::string_view bytes) { return TrustReader().read(bytes); }

Trust Trust::of(VerifierKey log) {
    Trust trust;
    trust.logs_.push_back({.key = std::move(log), .url = {}});
    return trust;
}

std::vector<VerifierKey> Trust::log_keys() const {
    std::vector<VerifierKey> keys;
    for (const auto& log : logs_)
        keys.push_back(log.key);
    return keys;
}

std::string Trust::text(std::string logs) const {
    for (const auto& witness : witnesses_)
        logs += "witness " + witness.name + ' ' + witness.key.text() + '\n';
    for (const auto& group : groups_) {
        logs += "group " + group.name + ' ' + std::to_string(group.needed);
        for (const auto& member : group.members)
            logs += ' ' + member;
        logs += '\n';
    }
    return logs + "quorum " + (quorum_.empty() ? std::string(no_quorum) : quorum_) + '\n';
}

bool Trust::satisfied(const std::vector<bool>& cosigned) const {
    if (quorum_.empty()) return true;
    std::set<std::string, std::less<>> good;
    for (std::size_t i = 0; i < witnesses_.size(); ++i) {
        if (cosigned[i]) good.insert(witnesses_[i].name);
    }
    for (const auto& group : groups_) { // members stand above their group
        const auto count = std::ranges::count_if(
            group.members, [&](const auto& member) { return good.contains(member); });
        if (static_cast<std::size_t>(count) >= group.needed) good.insert(group.name);
    }
    return good.contains(quorum_);
}

Result<Accepted> accept(std::string_view bytes, const Trust& trust) {
    Accepted accepted{.checkpoint = TRY(open_checkpoint(bytes, trust.log_keys())), .cosigned = {}};
    std::vector<bool> cosigned(trust.witnesses().size(), false);
    std::vector<VerifierKey> keys;
    for (const auto& witness : trust.witnesses())
        keys.push_back(witness.key);
    auto found = verify_note(accepted.checkpoint.note, keys);
    if (!found && found.error().code != "tlog.unsigned") return std::move(found).error();
    for (const auto& each : found.value_or(std::vector<Signed>{})) {
        cosigned[each.key] = true;
        accepted.cosigned.push_back(
            {.witness = trust.witnesses()[each.key].name, .seconds = each.seconds});
    }
    if (trust.satisfied(cosigned)) return accepted;
    return base::rejected(
        "tlog.quorum",
        {"见证方的联署不足：需满足 " + trust.quorum() + "，现有 " +
             std::to_string(accepted.cosigned.size()) + " 个。",
         "Too few witnesses have cosigned: " + trust.quorum() + " is needed, " +
             std::to_string(accepted.cosigned.size()) + " have."},
        {"请稍后取得联署齐全的检查点。", "Get a checkpoint with more cosignatures later."});
}

} // namespace tlog
