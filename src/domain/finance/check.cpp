#include "domain/finance/check.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace finance {
namespace {

constexpr auto amount_most = Money::yi(100);
constexpr std::int32_t term_months_most = 360;
constexpr std::size_t refusal_characters_least = 10;
constexpr std::size_t text_bytes_most = 6'000;
constexpr auto rate_most = Rate::percent(36);
constexpr std::int32_t consent_days_most = 731;

base::Error at_field(std::string code, std::string field, Text message, Text cure) {
    return base::invalid(std::move(code), std::move(message), std::move(cure)).at(std::move(field));
}

base::Error unknown_code(std::string field, const std::string& given) {
    return at_field(
        "finance.unknown_code",
        std::move(field),
        {"目录中没有“" + given + "”。", "The catalogue has no '" + given + "'."},
        {"请从列表中选择。", "Choose one from the list."});
}

base::Error missing(std::string field, const char* zh, const char* en) {
    return at_field(
        "finance.incomplete",
        std::move(field),
        {std::string("还没有填写") + zh + "。", std::string("Still missing: ") + en + "."},
        {"请补充后再提交；草稿已保存。", "Add it and submit again; the draft is kept."});
}

base::Error act_needs(std::string field, const char* zh, const char* en) {
    return at_field(
        "finance.act_needs",
        std::move(field),
        {std::string("办理此事须填写") + zh + "。", std::string("This needs ") + en + "."},
        {"请补充后重试。", "Add it and try again."});
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

template <class Known>
Result<> all_known(
    const std::vector<std::string>& codes, const std::string& field, const Known& known) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (!known(codes[i])) return unknown_code(field + "/" + std::to_string(i), codes[i]);
    }
    return {};
}

Result<> check_amounts(const DraftNeed& wish) {
    if (wish.amount.fen < 0 || wish.amount > amount_most) {
        return at_field(
            "finance.amount",
            "/amount",
            {"融资金额应在 0 至 100 亿元之间。", "The amount lies between 0 and 10 billion yuan."},
            {"请核对金额及单位。", "Check the amount and its unit."});
    }
    if (wish.term_months < 0 || wish.term_months > term_months_most) {
        return at_field(
            "finance.term",
            "/term_months",
            {"期限应在 1 至 360 个月之间。", "The term lies between 1 and 360 months."},
            {"请核对期限。", "Check the term."});
    }
    if (wish.rate_most && (wish.rate_most->ppm <= 0 || *wish.rate_most > rate_most)) {
        return at_field(
            "finance.rate",
            "/rate_most",
            {"期望利率上限应在 0 至 36% 之间。", "The highest rate lies between 0 and 36 %."},
            {"请填写年利率。", "Give a yearly rate."});
    }
    if (wish.purpose_text.size() > text_bytes_most) {
        return at_field(
            "finance.text",
            "/purpose_text",
            {"用途说明过长。", "The explanation of the purpose is too long."},
            {"请控制在 2000 字以内。", "Keep it within 2,000 characters."});
    }
    return {};
}

} // namespace

Result<> check_draft(const DraftNeed& wish, const pack::Policy& policy) {
    TRY(check_amounts(wish));
    if (!wish.purpose.empty() && policy.loan_use(wish.purpose) == nullptr)
        return unknown_code("/purpose", wish.purpose);
    TRY(all_known(wish.guarantee_modes, "/guarantee_modes", [&](const std::string& code) {
        return policy.guarantee_mode(code) != nullptr;
    }));
    TRY(all_known(wish.repayment_modes, "/repayment_modes", [&](const std::string& code) {
        return policy.repayment_modes().find(code).has_value();
    }));
    TRY(all_known(
        wish.tags, "/tags", [&](const std::string& code) { return policy.tag(code) != nullptr; }));
    return all_known(wish.scopes, "/scopes", [&](const std::string& code) {
        return policy.scope(code) != nullptr;
    });
}

Result<> check_complete(const DraftNeed& wish) {
    if (wish.amount.fen <= 0) return missing("/amount", "融资金额", "the amount");
    if (wish.term_months <= 0) return missing("/term_months", "期限", "the term");
    if (wish.purpose.empty()) return missing("/purpose", "资金用途", "the purpose");
    if (wish.guarantee_modes.empty())
        return missing("/guarantee_modes", "担保方式", "how it can be secured");
    return {};
}

Result<> check_consent(const ConsentWish& wish, const pack::Policy& policy, Date today) {
    TRY(all_known(wish.scopes, "/consent/scopes", [&](const std::string& code) {
        return policy.scope(code) != nullptr;
    }));
    if (wish.valid_until < today || wish.valid_until.days > today.days + consent_days_most) {
        return at_field(
            "finance.consent_validity",
            "/consent/valid_until",
            {"授权期限应在今天至两年之内。", "A consent lasts from today to two years at most."},
            {"请选择授权截止日期。", "Choose the day it ends."});
    }
    return {};
}

Result<Offer> make_offer(
    const Deed& deed, const NeedRow& need, const pack::Policy& policy, Date today) {
    if (!deed.amount || deed.amount->fen <= 0 || *deed.amount > need.amount) {
        return at_field(
            "finance.offer_amount",
            "/amount",
            {"报价金额应大于零且不超过需求金额 " + need.amount.yuan_text() + " 元。",
             "An offer is more than nothing and at most the " + need.amount.yuan_text() +
                 " yuan asked."},
            {"请核对金额。", "Check the amount."});
    }
    if (!deed.term_months || *deed.term_months <= 0 || *deed.term_months > term_months_most)
        return act_needs("/term_months", "期限", "the term");
    if (!deed.guarantee_mode || policy.guarantee_mode(*deed.guarantee_mode) == nullptr)
        return act_needs("/guarantee_mode", "担保方式", "a guarantee mode of the catalogue");
    if (!deed.repayment_mode || !policy.repayment_modes().find(*deed.repayment_mode))
        return act_needs("/repayment_mode", "还款方式", "a repayment mode of the catalogue");
    if (!deed.valid_until || *deed.valid_until < today)
        return act_needs("/valid_until", "今天或以后的报价有效期", "a day, today or later");
    if (!deed.spread_bp) return act_needs("/spread_bp", "加点", "the spread in basis points");
    Offer offer;
    offer.amount = *deed.amount;
    offer.base = deed.base.value_or(pack::PriceBase::lpr_1y);
    offer.spread_bp = *deed.spread_bp;
    offer.rate = Rate::basis_points(offer.spread_bp);
    if (offer.base != pack::PriceBase::fixed) {
        const auto lpr = TRY(policy.lpr().on(today));
        const bool one_year = offer.base == pack::PriceBase::lpr_1y;
        offer.rate = offer.rate + (one_year ? lpr.one_year : lpr.five_years);
        offer.lpr_date = lpr.from;
    }
    if (offer.rate.ppm < 0 || offer.rate > rate_most) {
        return at_field(
            "finance.offer_rate",
            "/spread_bp",
            {"折算年利率为 " + offer.rate.percent_text() + "%，超出合理范围。",
             "The yearly rate comes to " + offer.rate.percent_text() + " %, out of range."},
            {"请核对加点（单位为基点，1 基点 = 0.01%）。",
             "Check the spread; one basis point is 0.01 %."});
    }
    offer.term_months = *deed.term_months;
    offer.guarantee_mode = *deed.guarantee_mode;
    offer.repayment_mode = *deed.repayment_mode;
    offer.fee_rate = deed.fee_rate.value_or(Rate{});
    offer.valid_until = *deed.valid_until;
    offer.note = deed.note.value_or("");
    return offer;
}

Result<Refused> make_refusal(const Deed& deed, const pack::Policy& policy) {
    const auto* reason = deed.reason ? policy.refusal(*deed.reason) : nullptr;
    if (reason == nullptr) {
        return at_field(
            "finance.refusal_reason",
            "/reason",
            {"拒绝须选择原因代码。", "A refusal names one of the coded reasons."},
            {"请从拒绝原因目录中选择。", "Choose one from the catalogue of reasons."});
    }
    if (!deed.text || characters(*deed.text) < refusal_characters_least) {
        return at_field(
            "finance.refusal_text",
            "/text",
            {"拒绝说明至少 10 个字，企业可以看到。",
             "The explanation has at least ten characters; the enterprise reads it."},
            {"请具体说明原因及改进办法。", "Say what the reason is and what would help."});
    }
    return Refused{
        .reason = reason->code,
        .text = *deed.text,
        .repairable = reason->repairable,
        .owner = reason->owner,
        .repair_text = ""};
}

namespace {

Result<> choose_offer(ClaimRow& claim, const Case& of, Date today) {
    if (!claim.offer) return act_needs("/amount", "有效报价", "an offer that stands");
    if (claim.offer->valid_until < today) {
        return base::rejected(
            "finance.offer_lapsed",
            {"该报价已过有效期。", "The offer's last day has passed."},
            {"请联系机构重新报价。", "Ask the institution for a new one."});
    }
    Money chosen;
    for (const auto& other : of.claims) {
        if (other.accepted && other.id != claim.id && other.offer) chosen += other.offer->amount;
    }
    if (chosen >= of.need.amount) {
        return base::rejected(
            "finance.chosen_enough",
            {"已选用的报价已满足需求金额。", "The offers chosen already cover what was asked."},
            {"如需更换，请先与已选机构协商退出。",
             "To change, first agree with the institution already chosen."});
    }
    claim.accepted = true;
    return {};
}

Result<> grant_credit(ClaimRow& claim, const Deed& deed) {
    if (!deed.amount || deed.amount->fen <= 0 || !claim.offer ||
        *deed.amount > claim.offer->amount) {
        return at_field(
            "finance.grant_amount",
            "/amount",
            {"授信额应大于零且不超过已选用的报价金额。",
             "The credit is more than nothing and at most the offer that was chosen."},
            {"请核对授信额。", "Check the amount."});
    }
    claim.granted = *deed.amount;
    return {};
}

Result<> ask_documents(ClaimRow& claim, const Deed& deed) {
    if (!deed.documents || deed.documents->empty())
        return act_needs("/documents", "需补充的材料清单", "the list of documents");
    claim.documents = *deed.documents;
    return {};
}

} // namespace

Result<> put_deed(
    ClaimRow& claim,
    const Case& of,
    const std::string& act,
    const Deed& deed,
    const pack::Policy& policy,
    Instant now) {
    const auto today = policy.calendar().zone().date(now);
    if (act == "accept") {
        if (!deed.officer || deed.officer->name.empty() || deed.officer->phone.empty())
            return act_needs("/officer", "客户经理姓名和电话", "the officer's name and phone");
        claim.officer = deed.officer;
    } else if (act == "request_documents") {
        TRY(ask_documents(claim, deed));
    } else if (act == "supply_documents") {
        claim.documents.clear();
    } else if (act == "offer") {
        claim.offer = TRY(make_offer(deed, of.need, policy, today));
        if (!claim.answered_at) claim.answered_at = now;
    } else if (act == "choose") {
        TRY(choose_offer(claim, of, today));
    } else if (act == "grant") {
        TRY(grant_credit(claim, deed));
    } else if (act == "contract") {
        if (!deed.number || deed.number->empty())
            return act_needs("/number", "合同编号", "the number of the contract");
        claim.contract = deed.number;
    } else if (act == "refuse") {
        claim.refusal = TRY(make_refusal(deed, policy));
        if (!claim.answered_at) claim.answered_at = now;
    } else if (act == "repaired" && claim.refusal) {
        claim.refusal->repair_text = deed.text.value_or(deed.reason.value_or(""));
    }
    return {};
}

std::string deed_text(const std::string& act, const Deed& deed) {
    if (act == "offer" || act == "due_diligence" || act == "supply_documents")
        return deed.note.value_or("");
    if (act == "refuse" || act == "repaired") return deed.text.value_or(deed.reason.value_or(""));
    if (act == "contract") return deed.number.value_or("");
    if (act == "accept" && deed.officer) return deed.officer->name + " " + deed.officer->phone;
    if (act != "request_documents" || !deed.documents) return deed.reason.value_or("");
    std::string text = deed.reason.value_or("");
    for (const auto& document : *deed.documents)
        text += (text.empty() ? "" : "；") + document;
    return text;
}

} // namespace finance
