// 预警信号: rules over what is known of enterprises, each of which opens a risk case when it begins
// to hold for one (docs/packs.md, domain/risk/signals.hpp).
#pragma once

#include "base/json.hpp"

#include <string>

namespace pack {

// 贷后预警 and 名单命中: what sort of case it opens.
enum class SignalKind { post_loan, list };
BOOST_DESCRIBE_ENUM(SignalKind, post_loan, list)

struct Signal {
    std::string code;
    base::Text label;
    SignalKind kind = SignalKind::post_loan;
    std::string watches;       // whom it looks at, an expression; empty: every enterprise
    std::string when;          // an expression
    std::int32_t weight = 100; // the score of its warning
    bool trial = false;        // counted; opens nothing
    std::string source;        // the law it goes by, or whose experience
};
BOOST_DESCRIBE_STRUCT(Signal, (), (code, label, kind, watches, when, weight, trial, source))

} // namespace pack
