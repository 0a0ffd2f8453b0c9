// Products and what rules say of enterprises, as answers show them.
#pragma once

#include "domain/product/product.hpp"
#include "edge/api/naming.hpp"
#include "engine/match/match.hpp"

namespace api {

using base::Date;
using base::Money;
using base::Party;
using base::Product;
using base::Rate;

struct PriceView {
    pack::PriceBase base = pack::PriceBase::lpr_1y;
    std::int32_t spread_bp = 0;
    Rate rate; // today's
};
BOOST_DESCRIBE_STRUCT(PriceView, (), (base, spread_bp, rate))

struct ProductView {
    Id<Product> id;
    std::string code;
    NamedParty institution;
    Text name;
    std::string kind;
    Text kind_label;
    Text summary;
    Money amount_min;
    Money amount_max;
    std::int32_t term_min_months = 1;
    std::int32_t term_max_months = 12;
    PriceView price;
    Rate fee_rate;
    Rate subsidy_rate;
    std::vector<std::string> guarantee_modes;
    std::vector<std::string> repayment_modes;
    std::int32_t answer_days = 3;
    std::vector<Text> documents;
    std::vector<std::string> scopes;
    std::vector<std::string> tags;
    Date valid_from;
    std::optional<Date> valid_to;
    std::string eligibility;
    pack::WhenUnknown when_unknown = pack::WhenUnknown::ask;
    product::State state = product::State::draft;
    std::optional<Date> effective_from;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    ProductView,
    (),
    (id,
     code,
     institution,
     name,
     kind,
     kind_label,
     summary,
     amount_min,
     amount_max,
     term_min_months,
     term_max_months,
     price,
     fee_rate,
     subsidy_rate,
     guarantee_modes,
     repayment_modes,
     answer_days,
     documents,
     scopes,
     tags,
     valid_from,
     valid_to,
     eligibility,
     when_unknown,
     state,
     effective_from,
     version))

struct ClauseAttribute {
    std::string name;
    Text label;
    Text display;
};
BOOST_DESCRIBE_STRUCT(ClauseAttribute, (), (name, label, display))

struct ClauseView {
    std::string text;
    rule::Outcome outcome = rule::Outcome::unknown;
    Text sentence;
    std::vector<ClauseAttribute> attributes;
    std::optional<Text> gap;
};
BOOST_DESCRIBE_STRUCT(ClauseView, (), (text, outcome, sentence, attributes, gap))

[[nodiscard]] ProductView product_view(
    const product::Version& version, const pack::Policy& policy, PartyNames& names, Date today);
[[nodiscard]] std::vector<ClauseView> clause_views(const rule::Explanation& explanation);

// What matching needs of a version; its program stays with `products`.
[[nodiscard]] match::Offer offer_of(
    const product::Version& version,
    const product::Products& products,
    const pack::Policy& policy,
    Date today);

} // namespace api
