// 指标数值批量导入: a reporting unit's figures from a file, each reported by the same rule as one
// by one.
//
// Columns: 指标代码 (or its Chinese name) · 期间 · 数值 (in the indicator's unit: 亿元, %, 个) ·
// 数据日期 (optional) · 来源说明.
#pragma once

#include "domain/indicator/indicator.hpp"
#include "domain/intake/intake.hpp"

namespace indicator {

[[nodiscard]] intake::Prepare importer(
    const store::Database& database, const pack::Policy& policy, const Indicators& indicators);

} // namespace indicator
