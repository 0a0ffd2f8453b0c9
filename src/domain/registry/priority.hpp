// Who is paid first out of the same property: the order of the Civil Code (民法典), computed and
// explained pair by pair.
//
// Movables and their documents: art. 456 (a right of retention before all), art. 416 (purchase
// money, registered within the days after delivery), art. 415 (mortgage against pledge: by the
// time of registration or delivery), art. 414 (mortgages, and any other registrable security:
// registered before unregistered, among the registered by time, else pro rata). Receivables:
// art. 768 (registered before unregistered; among the registered by time; else the first notice
// to the debtor; else pro rata), applied to pledges and assignments as well (法释〔2020〕28号
// art. 66).
//
// Everything here is a function of what is told. Whether a registration counts in law, and until
// when purchase money could be registered, is worked out by the caller (registry.cpp).
#pragma once

#include "base/date.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "engine/pack/security.hpp"

#include <optional>
#include <string>
#include <vector>

namespace registry {

using base::Date;
using base::Instant;
using base::Money;
using base::Rate;
using base::Text;

struct Contender {
    std::string number; // of its registration, or another name that tells it from the rest
    Text holder;
    pack::Interest interest = pack::Interest::mortgage;
    Money claim;                          // weighs when shares are pro rata
    std::optional<Instant> registered_at; // in law; none: unregistered
    std::optional<Instant> delivered_at;  // of the pledged thing or its document to the pledgee
    std::optional<Instant> notified_at; // the notice of assignment reached the receivable's debtor
    // 担保价款: the last day on which registering kept the precedence of art. 416.
    std::optional<Date> purchase_money_until;
    bool retention = false; // 留置
};

// Why one stands before, or beside, another.
enum class Ground {
    retention,         // art. 456
    purchase_money,    // art. 416
    registered_first,  // 414(1)(1), 415, 768: by time
    delivered_first,   // 415
    published_at_once, // the same moment: pro rata
    registered_only,   // 414(1)(2), 768: registered before unregistered
    delivered_only,    // 415: delivered before what is neither registered nor delivered
    notified_first,    // 768
    notified_only,     // 768
    pro_rata           // 414(1)(3), 768: neither
};
BOOST_DESCRIBE_ENUM(
    Ground,
    retention,
    purchase_money,
    registered_first,
    delivered_first,
    published_at_once,
    registered_only,
    delivered_only,
    notified_first,
    notified_only,
    pro_rata)

struct Reason {
    std::string first; // numbers
    std::string second;
    bool equal = false; // neither precedes: they share
    Ground ground = Ground::pro_rata;
    std::string article; // "414", "768"
    Text explains;
};
BOOST_DESCRIBE_STRUCT(Reason, (), (first, second, equal, ground, article, explains))

struct Standing {
    std::string number;
    std::int32_t rank = 1; // equals share a rank; the next is after all of them
    Rate share;            // of what that rank gets: all of it, or pro rata of the claims
};
BOOST_DESCRIBE_STRUCT(Standing, (), (number, rank, share))

struct Ranking {
    std::vector<Standing> order; // first paid first
    std::vector<Reason> reasons; // every pair, the preceding one first
};
BOOST_DESCRIBE_STRUCT(Ranking, (), (order, reasons))

[[nodiscard]] Ranking rank(
    const std::vector<Contender>& contenders, bool receivable, base::Zone zone);

} // namespace registry
