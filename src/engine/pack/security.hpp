// 动产和权利担保统一登记 as a pack says it: which interests may be registered, which may not and
// where they belong, for how long, and within which days what must be done. The law changes by
// day, so each regime says from when it holds.
#pragma once

#include "base/actor.hpp"
#include "base/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pack {

using base::Date;
using base::Text;

// By which rule of the Civil Code (民法典) an interest is ranked.
enum class Interest { mortgage, pledge, factoring, lease, retention, other };
BOOST_DESCRIBE_ENUM(Interest, mortgage, pledge, factoring, lease, retention, other)

struct SecurityKind { // 登记类型
    std::string code;
    Text label;
    Interest interest = Interest::mortgage;
    std::vector<std::string> assets; // codes of the regime's assets that it may encumber
    Text clause;
};
BOOST_DESCRIBE_STRUCT(SecurityKind, (), (code, label, interest, assets, clause))

struct AssetClass { // 担保财产类别
    std::string code;
    Text label;
    bool receivable = false; // ranked by art. 768 instead of arts. 414–416
    Text mark;               // what tells one from another: a serial number, an invoice number
};
BOOST_DESCRIBE_STRUCT(AssetClass, (), (code, label, receivable, mark))

struct SecurityExclusion { // 不在统一登记范围
    std::string code;      // chosen like an asset, and then refused
    Text label;
    Text registrar; // where it is registered instead
    Text clause;
};
BOOST_DESCRIBE_STRUCT(SecurityExclusion, (), (code, label, registrar, clause))

struct Registrar {
    std::string code;
    Text label;
    bool statutory = false; // only a statutory registration counts as registered in law
};
BOOST_DESCRIBE_STRUCT(Registrar, (), (code, label, statutory))

struct SecurityRegime {
    std::string code;
    Date from;
    Text source;
    std::vector<SecurityKind> kinds;
    std::vector<AssetClass> assets;
    std::vector<SecurityExclusion> exclusions;
    std::vector<Registrar> registrars;
    std::int32_t term_months_least = 1;
    std::int32_t term_months_most = 360;
    std::int32_t extend_days = 90;         // before the last day, from when it may be extended
    std::int32_t discharge_days = 10;      // working days after the claim has ended
    std::int32_t name_change_months = 4;   // to follow the debtor's new name
    std::int32_t purchase_money_days = 10; // calendar days after delivery, art. 416
    std::vector<std::int32_t> remind_days; // before the last day: 90, 30
};
BOOST_DESCRIBE_STRUCT(
    SecurityRegime,
    (),
    (code,
     from,
     source,
     kinds,
     assets,
     exclusions,
     registrars,
     term_months_least,
     term_months_most,
     extend_days,
     discharge_days,
     name_change_months,
     purchase_money_days,
     remind_days))

} // namespace pack
