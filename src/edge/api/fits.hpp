// The products that suit an enterprise best, for its portrait: matching.cpp has all of them, with
// the clauses behind each.
#pragma once

#include "edge/api/looks.hpp"
#include "edge/api/product_view.hpp"

namespace api {

struct FitView {
    Id<Product> product;
    Text name;
    Text kind_label;
    NamedParty institution;
    match::Standing outcome = match::Standing::unknown;
    Text sentence;
    std::vector<Text> gaps; // what would have to change, or is not known
    Rate all_in_cost;
};
BOOST_DESCRIBE_STRUCT(
    FitView, (), (product, name, kind_label, institution, outcome, sentence, gaps, all_in_cost))

inline constexpr std::size_t fits_most = 6;

// Best first, without those the enterprise is not eligible for. As GET /v1/matches:
// `matching.no_consent` where an institution's consents cover no product of its own.
Result<std::vector<FitView>> fits(
    const Services& services,
    const store::Snapshot& db,
    const Call& call,
    Id<Party> enterprise,
    Looked& looked);

} // namespace api
