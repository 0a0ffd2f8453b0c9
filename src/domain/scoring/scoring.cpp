#include "domain/scoring/scoring.hpp"

#include "base/digest.hpp"

#include <algorithm>

namespace scoring {
namespace {

constexpr std::size_t use_letters_most = 40;
constexpr std::size_t model_bytes_most = std::size_t{32} << 20U;

base::Error no_such_entry() {
    return base::not_found(
        "scoring.not_found",
        {"没有找到这个模型。", "There is no such model."},
        {"请先列出模型。", "List the models first."});
}

Result<> check_reason(const std::string& reason) {
    if (!reason.empty()) return {};
    return base::invalid(
               "scoring.no_reason",
               {"请写明理由。", "Say why."},
               {"理由会留在审计记录中。", "The reason is kept in the audit trail."})
        .at("/reason");
}

bool good_use(std::string_view use) {
    return !use.empty() && use.size() <= use_letters_most &&
           std::ranges::all_of(use, [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '-';
           });
}

} // namespace

base::Error no_champion(const std::string& use) {
    return base::not_found(
        "scoring.no_champion",
        {"“" + use + "”还没有正在使用的模型。", "\"" + use + "\" has no champion yet."},
        {"请先提议并发布一个模型。", "Propose a model and have it published."});
}

Result<score::Kept> check(const Propose& wish) {
    if (!good_use(wish.use))
        return base::invalid(
                   "scoring.use",
                   {"用途应为 1 至 40 个小写字母、数字或连字符。",
                    "A use is 1 to 40 small letters, digits or hyphens."},
                   {"例如 post-loan。", "For example post-loan."})
            .at("/use");
    TRY(check_reason(wish.reason));
    if (wish.model.size() > model_bytes_most)
        return base::invalid(
                   "scoring.too_large",
                   {"模型文件超过 32 MB。", "The model's file is larger than 32 MB."},
                   {"请减少树的数量后重新训练。", "Train it again with fewer trees."})
            .at("/model");
    return score::read_model(wish.model);
}

Result<> may_decide(const Entry& entry, const base::Actor& actor) {
    if (entry.state != State::challenger)
        return base::conflict(
            "scoring.not_challenger",
            {"这个模型不在待定状态。", "This model is not waiting for a decision."},
            {"请刷新模型列表。", "List the models again."});
    if (entry.proposed_by == actor.person)
        return base::forbidden(
            "scoring.same_person",
            {"提议人不能自己批准或否决。", "Who proposed a model does not decide about it."},
            {"请由另一位有权限的人员办理。", "Ask another person who has the right."});
    return {};
}

Result<store::Receipt> Scoring::propose(const store::Command& command, const Propose& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::system_manage));
        const auto kept = TRY(check(wish));
        const auto sha256 = base::hex(base::sha256(wish.model));
        for (const auto& entry : list(tx, wish.use))
            if (entry.sha256 == sha256 &&
                (entry.state == State::champion || entry.state == State::challenger))
                return base::conflict(
                    "scoring.known",
                    {"这个模型已经在这个用途中。", "This model stands for this use already."},
                    {"请查看模型列表。", "See the list of models."});
        const auto now = champion(tx, wish.use);
        if (now && (now->target != kept.model.target || now->positive != kept.model.positive))
            return base::invalid(
                       "scoring.other_target",
                       {"它预测的与正在使用的模型不同：" + now->target + " = " + now->positive,
                        "It tells something else than the champion, which tells " + now->target +
                            " = " + now->positive},
                       {"请用另一个用途代号。", "Take another use for it."})
                .at("/model");
        const Proposed event{
            {.id = tx.new_id<Entry>(),
             .use = wish.use,
             .sha256 = sha256,
             .target = kept.model.target,
             .positive = kept.model.positive,
             .rows = static_cast<std::int64_t>(kept.card.rows),
             .state = State::challenger,
             .proposed_at = tx.now(),
             .proposed_by = tx.actor().person,
             .proposed_name = tx.actor().name,
             .reason = wish.reason,
             .decided_at = {},
             .decided_by = {},
             .decided_name = {},
             .decision = {}},
            wish.model};
        tx.publish(event, event.entry.id);
        return std::to_string(event.entry.id.value);
    });
}

Result<store::Receipt> Scoring::decide(
    const store::Command& command, EntryId id, State state, const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::security_manage));
        TRY(check_reason(reason));
        const auto entry = find(tx, id);
        if (!entry) return no_such_entry();
        TRY(may_decide(*entry, tx.actor()));
        Decided event{
            .entry = id,
            .state = state,
            .instead_of = {},
            .instead_state = State::former,
            .name = tx.actor().name,
            .reason = reason};
        if (state == State::champion)
            if (const auto before = champion(tx, entry->use)) event.instead_of = before->id;
        tx.publish(event, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Scoring::publish(
    const store::Command& command, EntryId id, const std::string& reason) {
    return decide(command, id, State::champion, reason);
}

Result<store::Receipt> Scoring::refuse(
    const store::Command& command, EntryId id, const std::string& reason) {
    return decide(command, id, State::refused, reason);
}

Result<store::Receipt> Scoring::roll_back(
    const store::Command& command, const std::string& use, const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::security_manage));
        TRY(check_reason(reason));
        const auto now = champion(tx, use);
        if (!now) return no_champion(use);
        auto entries = list(tx, use);
        std::erase_if(entries, [](const Entry& entry) { return entry.state != State::former; });
        // The one that stood down last: its latest decision is the one that put another in.
        const auto before = std::ranges::max_element(
            entries, {}, [](const Entry& entry) { return std::pair(entry.decided_at, entry.id); });
        if (before == entries.end())
            return base::conflict(
                "scoring.no_former",
                {"没有更早的模型可以退回。", "There is no earlier model to go back to."},
                {"请提议一个新模型。", "Propose a new model."});
        tx.publish(
            Decided{
                .entry = before->id,
                .state = State::champion,
                .instead_of = now->id,
                .instead_state = State::refused,
                .name = tx.actor().name,
                .reason = reason},
            before->id);
        return std::to_string(before->id.value);
    });
}

} // namespace scoring
