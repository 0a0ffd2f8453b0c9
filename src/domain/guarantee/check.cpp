// The limits of a guarantor; no database.
#include "domain/guarantee/guarantee.hpp"

namespace guarantee {
namespace {

__extension__ using Wide = __int128;

std::string in_wan(Money amount) { return Money{amount.fen / 10'000}.yuan_text() + " 万元"; }

Money room(Money limit, Money used) { return used < limit ? limit - used : Money{}; }

base::Error over(const char* code, const Text& clause, Money limit, Money used) {
    const auto left = in_wan(room(limit, used));
    return base::rejected(
               code,
               {clause.zh + "。限额 " + in_wan(limit) + "，已用 " + in_wan(used) + "，余 " + left +
                    "。",
                clause.en + ". Limit " + in_wan(limit) + ", used " + in_wan(used) + ", room left " +
                    left + "."},
               {"请把担保金额减到余额以内，或与其他担保机构、再担保机构分担。",
                "Guarantee no more than the room left, or share it with another guarantor."})
        .at("/amount");
}

} // namespace

std::int32_t multiple(
    const pack::GuaranteeRules& rules, Money outstanding, Money outstanding_small) {
    const bool mostly_small =
        Wide{outstanding_small.fen} * 1'000'000 >= Wide{outstanding.fen} * rules.small_share.ppm;
    return outstanding.fen > 0 && mostly_small ? rules.multiple_small : rules.multiple;
}

std::optional<Rate> compensation_rate(const Position& position) {
    if (position.released_this_year.fen == 0) return std::nullopt;
    return Rate{static_cast<std::int64_t>(
        Wide{position.compensated_this_year.fen} * 1'000'000 / position.released_this_year.fen)};
}

namespace {

Result<> check_wish(const Issue& wish, const pack::GuaranteeRules& rules) {
    if (wish.amount.fen <= 0) {
        return base::invalid(
                   "guarantee.amount",
                   {"担保金额应大于零。", "The amount is above zero."},
                   {"请改填金额。", "Give another amount."})
            .at("/amount");
    }
    if (wish.paper.empty()) {
        return base::invalid(
                   "guarantee.paper",
                   {"请填写委托担保合同号。", "Give the contract's number."},
                   {"按合同填写。", "As the contract says."})
            .at("/paper");
    }
    if (wish.until <= wish.from) {
        return base::invalid(
                   "guarantee.term",
                   {"到期日应晚于起始日。", "It ends after it begins."},
                   {"请改选日期。", "Choose another day."})
            .at("/until");
    }
    if (wish.fee.ppm >= 0 && wish.fee <= rules.fee_most) return {};
    return base::rejected(
               "guarantee.fee",
               {rules.fee_clause.zh + "。年化费率 " + wish.fee.percent_text() + "% 超过 " +
                    rules.fee_most.percent_text() + "%。",
                rules.fee_clause.en + ". A fee of " + wish.fee.percent_text() +
                    "% a year is above " + rules.fee_most.percent_text() + "%."},
               {"请降低费率。", "Lower the fee."})
        .at("/fee");
}

} // namespace

Result<> check(
    const Issue& wish, bool small, const Position& position, const pack::GuaranteeRules& rules) {
    TRY(check_wish(wish, rules));
    const auto rate = compensation_rate(position);
    if (rate && *rate > rules.tolerance) {
        return base::rejected(
            "guarantee.tolerance",
            {rules.tolerance_clause.zh + "。本年代偿率 " + rate->percent_text() +
                 "%，暂停新增担保。",
             rules.tolerance_clause.en + ". This year's rate is " + rate->percent_text() +
                 "%: no new guarantees."},
            {"追偿入账、解除到期担保后再办理，或报主管部门。",
             "Recover, release what has ended, or ask the supervising department."});
    }
    const auto total = position.outstanding + wish.amount;
    const auto total_small = position.outstanding_small + (small ? wish.amount : Money{});
    const auto times = multiple(rules, total, total_small);
    const Money capacity{position.net_assets.fen * times};
    if (total > capacity)
        return over("guarantee.capacity", rules.multiple_clause, capacity, position.outstanding);
    const auto single = position.net_assets.share(rules.single_most, base::Rounding::down);
    if (position.of_client + wish.amount > single)
        return over("guarantee.single_client", rules.single_clause, single, position.of_client);
    const auto related = position.net_assets.share(rules.related_most, base::Rounding::down);
    if (position.of_group + wish.amount > related)
        return over("guarantee.related", rules.related_clause, related, position.of_group);
    return {};
}

std::vector<Money> borne(const Contract& contract, Money amount) {
    std::vector<std::int64_t> weights;
    for (const auto& bearer : contract.bearers)
        weights.push_back(bearer.share.ppm);
    return weights.empty() ? std::vector<Money>{} : amount.split(weights);
}

} // namespace guarantee
