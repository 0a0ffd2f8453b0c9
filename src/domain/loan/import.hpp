// 借据批量导入: an institution's loans from a file, each recorded by the same rule as one by one.
//
// Columns: 机构代码 · 借据号 · 统一社会信用代码 or 企业代号 · 金额 (yuan, or with 万元) · 年利率
// (percent) · 放款日 · 到期日 · 担保方式 · 还款方式 · 用途 (codes or Chinese labels) · 绿色 (是/否,
// optional).
#pragma once

#include "domain/intake/intake.hpp"
#include "domain/loan/loan.hpp"

namespace loan {

[[nodiscard]] intake::Prepare importer(
    const store::Database& database, const pack::Policy& policy, const Loans& loans);

} // namespace loan
