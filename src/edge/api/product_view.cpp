#include "edge/api/product_view.hpp"

namespace api {
namespace {

match::WhenUnknown when_unknown(pack::WhenUnknown from) {
    switch (from) {
    case pack::WhenUnknown::ask: return match::WhenUnknown::ask;
    case pack::WhenUnknown::refuse: return match::WhenUnknown::refuse;
    case pack::WhenUnknown::pass: return match::WhenUnknown::pass;
    }
    base::bug("when_unknown out of range");
}

} // namespace

ProductView product_view(
    const product::Version& version, const pack::Policy& policy, PartyNames& names, Date today) {
    const auto& terms = version.terms;
    const auto* kind = policy.product_kind(terms.kind);
    ProductView view;
    view.id = version.product;
    view.code = terms.code;
    view.institution = names(version.institution);
    view.name = terms.name;
    view.kind = terms.kind;
    view.kind_label = kind != nullptr ? kind->label : Text{terms.kind, terms.kind};
    view.summary = terms.summary;
    view.amount_min = terms.amount_min;
    view.amount_max = terms.amount_max;
    view.term_min_months = terms.term_min_months;
    view.term_max_months = terms.term_max_months;
    view.price = {
        terms.price.base,
        terms.price.spread_bp,
        product::rate_on(terms.price, policy, today).value_or(Rate{})};
    view.fee_rate = terms.fee_rate;
    view.subsidy_rate = terms.subsidy_rate;
    view.guarantee_modes = terms.guarantee_modes;
    view.repayment_modes = terms.repayment_modes;
    view.answer_days = terms.answer_days;
    view.documents = terms.documents;
    view.scopes = terms.scopes;
    view.tags = terms.tags;
    view.valid_from = terms.valid_from;
    view.valid_to = terms.valid_to;
    view.eligibility = terms.eligibility;
    view.when_unknown = terms.when_unknown;
    view.state = version.state;
    view.effective_from = version.effective_from;
    view.version = version.version;
    return view;
}

std::vector<ClauseView> clause_views(const rule::Explanation& explanation) {
    std::vector<ClauseView> views;
    for (const auto& clause : explanation.clauses) {
        auto& view = views.emplace_back();
        view.text = clause.text;
        view.outcome = clause.outcome;
        view.sentence = clause.sentence;
        for (const auto& used : clause.used)
            view.attributes.push_back({used.name, used.label, used.shown});
        if (!clause.gap.zh.empty()) view.gap = clause.gap;
    }
    return views;
}

match::Offer offer_of(
    const product::Version& version,
    const product::Products& products,
    const pack::Policy& policy,
    Date today) {
    const auto& terms = version.terms;
    match::Offer offer;
    offer.id = version.product.value;
    offer.institution = terms.institution;
    offer.name = terms.name;
    offer.eligibility = products.eligibility(version);
    offer.when_unknown = when_unknown(terms.when_unknown);
    offer.amount_min = terms.amount_min;
    offer.amount_max = terms.amount_max;
    offer.term_min_months = terms.term_min_months;
    offer.term_max_months = terms.term_max_months;
    offer.rate = product::rate_on(terms.price, policy, today).value_or(Rate{});
    offer.fee_rate = terms.fee_rate;
    offer.subsidy_rate = terms.subsidy_rate;
    if (!terms.repayment_modes.empty())
        offer.repaid = match::repaid_by(terms.repayment_modes.front());
    offer.answer_days = static_cast<double>(terms.answer_days);
    offer.guarantee_modes = terms.guarantee_modes;
    offer.tags = terms.tags;
    return offer;
}

} // namespace api
