#include "engine/ledger/refusal.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <array>

namespace ledger {
namespace {

using base::ErrorKind;
using base::Text;

struct Sentence {
    Refusal refusal = Refusal::none;
    ErrorKind kind = ErrorKind::rejected;
    Text message;
    Text cure;
};

const Text new_id = {"新的动作请使用新的编号。", "Use a new id for another act."};
const Text look_again = {"请刷新后查看最新状态。", "Refresh and look at the newest state."};
const Text correct = {"请改正后以新的编号重新提交。", "Correct it and send it under a new id."};

Sentence differs(Refusal refusal, std::string zh, std::string en) {
    return {
        refusal,
        ErrorKind::conflict,
        {"同一编号的动作已经存在，" + zh + "不同。",
         "An act with this id exists with a different " + en + "."},
        new_id};
}

// tidy-allow(long-function): a table, one row a refusal.
std::vector<Sentence> make_sentences() {
    using enum Refusal;
    using enum ErrorKind;
    return {
        differs(exists_with_different_kind, "类型", "kind"),
        differs(exists_with_different_debit, "借方账户", "debit account"),
        differs(exists_with_different_credit, "贷方账户", "credit account"),
        differs(exists_with_different_amount, "数额", "amount"),
        differs(exists_with_different_hold, "所指预留", "hold"),
        differs(exists_with_different_rest, "余额处理方式", "treatment of the rest"),
        differs(exists_with_different_expiry, "到期时间", "expiry"),
        differs(exists_with_different_code, "业务代码", "code"),
        differs(exists_with_different_about, "所属业务", "subject"),
        {id_already_refused,
         conflict,
         {"这个编号的动作已被拒绝，不会再生效。", "The act with this id was refused for good."},
         new_id},
        {id_missing, invalid, {"动作没有编号。", "The act has no id."}, new_id},
        {id_repeated,
         invalid,
         {"同一组动作中编号重复。", "The chain names one id twice."},
         {"请为每个动作使用不同的编号。", "Give every act an id of its own."}},
        {chain_open,
         invalid,
         {"最后一个动作仍标记为与下一个相连。", "The last act is linked to a next one."},
         {"请补全连环动作，或去掉标记。", "Complete the chain, or drop the mark."}},
        {chain_broken,
         rejected,
         {"同一组动作中有一个被拒绝，整组未生效。",
          "Another act of the chain was refused, so none of it happened."},
         {"请先解决被拒绝的那个动作。", "Mend the act that was refused."}},
        {account_not_found,
         not_found,
         {"没有这个账户。", "There is no such account."},
         {"请核对账户编号。", "Check the account's number."}},
        {same_account,
         invalid,
         {"借方与贷方是同一个账户。", "The act debits and credits the same account."},
         correct},
        {series_differ,
         invalid,
         {"两个账户不属于同一资产系列。", "The accounts belong to different series."},
         correct},
        {amount_zero, invalid, {"数额为零。", "The amount is zero."}, correct},
        {amount_too_large,
         invalid,
         {"数额超出可记账范围。", "The amount is larger than a ledger counts."},
         correct},
        {overflow,
         rejected,
         {"账户累计数将超出可记账范围。", "The account's sum would exceed what a ledger counts."},
         {"请另开账户办理。", "Use another account."}},
        {exceeds_debitable,
         rejected,
         {"可用余额不足（已预留的部分不能再用）。",
          "Not enough is available; what is held cannot be used again."},
         {"请减少数额，或等待预留释放后再办理。", "Use less, or wait until a hold is released."}},
        {exceeds_creditable,
         rejected,
         {"超出账户可接收的限额（含预留）。", "More than the account may take, holds included."},
         {"请减少数额，或先调整限额。", "Use less, or have the limit changed."}},
        {account_frozen,
         rejected,
         {"账户已冻结，只能释放预留或解除冻结。",
          "The account is frozen; holds may be released and nothing else."},
         {"请联系作出冻结的机关。", "Ask the authority that ordered it."}},
        {account_closed,
         rejected,
         {"账户已关闭。", "The account is closed."},
         {"请使用其他账户。", "Use another account."}},
        {account_in_use,
         rejected,
         {"账户仍有余额或预留，不能关闭。", "The account has a balance or holds."},
         {"请先结清余额和预留。", "Settle balance and holds first."}},
        {not_frozen, conflict, {"账户没有被冻结。", "The account is not frozen."}, look_again},
        {already_frozen, conflict, {"账户已经冻结。", "The account is frozen."}, look_again},
        {hold_not_found,
         not_found,
         {"没有这笔预留。", "There is no such hold."},
         {"请核对预留编号。", "Check the hold's id."}},
        {hold_posted, conflict, {"这笔预留已经入账。", "The hold has been posted."}, look_again},
        {hold_released,
         conflict,
         {"这笔预留已经释放。", "The hold has been released."},
         look_again},
        {hold_expired,
         conflict,
         {"这笔预留已经到期失效。", "The hold has expired."},
         {"需要时请重新预留。", "Make a new hold when it is needed."}},
        {hold_not_due, conflict, {"这笔预留尚未到期。", "The hold is not due."}, look_again},
        {exceeds_hold,
         rejected,
         {"数额超过尚在预留的部分。", "The amount is more than is held."},
         correct},
        {not_less, rejected, {"预留只能调减。", "A hold can only be made smaller."}, correct},
        {expiry_past, invalid, {"到期时间不晚于现在。", "The hold would expire at once."}, correct},
    };
}

} // namespace

std::string_view name(Refusal refusal) { return boost::describe::enum_to_string(refusal, "?"); }

std::optional<Refusal> refusal_from(std::string_view name) {
    // A comparison of C strings would end at the first zero byte and take what comes after it.
    if (name.find('\0') != std::string_view::npos) return std::nullopt;
    Refusal found{};
    const std::string text(name);
    if (!boost::describe::enum_from_string(text.c_str(), found)) return std::nullopt;
    return found;
}

base::Error error(const Outcome& outcome) {
    static const auto sentences = make_sentences();
    const auto of = [](Refusal refusal) -> const Sentence& {
        const auto found = std::ranges::find(sentences, refusal, &Sentence::refusal);
        base::ensure(found != sentences.end(), "a refusal has its sentence");
        return *found;
    };
    const auto& sentence = of(outcome.refusal);
    base::Error made{
        .kind = sentence.kind,
        .code = "ledger." + std::string(name(outcome.refusal)),
        .message = sentence.message,
        .cure = sentence.cure,
        .field = {},
        .detail = {}};
    if (outcome.refusal == Refusal::id_already_refused && outcome.reason != Refusal::none) {
        const auto& reason = of(outcome.reason).message;
        made.message.zh += "当时的原因：" + reason.zh;
        made.message.en += " The reason was: " + reason.en;
    }
    return made;
}

} // namespace ledger
