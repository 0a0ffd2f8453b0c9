// Typed identifiers. An Id<Need> is not an Id<Claim> and turns into text only where it is asked to.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace base {

// A positive number, unique in a cell, growing with time: journal sequence × 1024 + a counter
// within the event. 0 means "none yet". Fits a double exactly, but travels as text in JSON, so that
// no reader rounds it.
template <class T>
struct Id {
    std::int64_t value = 0;

    explicit operator bool() const { return value != 0; }

    friend auto operator<=>(const Id&, const Id&) = default;
};

// The things that have identifiers. Declared here so that a lower module can name a higher one's
// id.
struct Party;         // 主体: an enterprise, institution, department or the platform itself
struct Person;        // 用户
struct Need;          // 融资需求
struct Claim;         // 对接 (one institution's handling of one need)
struct Loan;          // 借据
struct Consent;       // 授权
struct Product;       // 金融产品
struct Notice;        // 通知
struct Import;        // 导入批次
struct Session;       // 登录会话
struct Account;       // 账户 (of the ledger)
struct Transfer;      // 账务动作: anything posted to the ledger
struct Series;        // 资产系列: what one ledger counts
struct Registration;  // 担保登记
struct Certificate;   // 查询证明
struct Agreement;     // 战略合作授信协议
struct CreditProject; // 授信项目
struct CreditLine;    // 授信
struct Guarantee;     // 融资担保
struct BudgetCase;    // 财政资金申报
struct Instrument;    // 凭证: receivable, receipt, bill …

} // namespace base

template <class T>
struct std::hash<base::Id<T>> {
    std::size_t operator()(const base::Id<T>& id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
