// How likely an institution says yes, from how its claims ended.
//
// A beta-binomial model in three steps: what is known of a kind of product is the prior of an
// institution, and that the prior of each of its products (Gelman et al., Bayesian Data Analysis,
// ch. 5, with fixed strengths). Each step looks at *other* claims than the next, so nothing counts
// twice; more yeses never lower an estimate. Without any history the answer is the prior and says
// so.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace match {

// Ended claims of one product. Claims that ended because another institution financed the need say
// nothing and are not counted.
struct Record {
    std::int64_t product = 0;     // 0: an institution's claims for no product in particular
    std::int64_t institution = 0; // id
    std::string kind;             // of the product; empty when there is none
    std::int64_t yes = 0;         // credit granted, or an offer made that was not taken back
    std::int64_t no = 0;          // refused, given back, or left without an answer until it lapsed
};

// The nearest place with any history.
enum class Basis { product, institution, kind, none };
BOOST_DESCRIBE_ENUM(Basis, product, institution, kind, none)

struct Chance {
    std::int64_t mean_ppm = 0;
    std::int64_t low_ppm = 0; // 90 % of the belief lies between
    std::int64_t high_ppm = 0;
    std::int64_t claims = 0; // of the basis
    Basis basis = Basis::none;
    friend bool operator==(const Chance&, const Chance&) = default;
};
BOOST_DESCRIBE_STRUCT(Chance, (), (mean_ppm, low_ppm, high_ppm, claims, basis))

// How many claims a prior is worth at each step, and where all begin.
struct Belief {
    double start = 0.5;
    double start_claims = 2;
    double kind_claims = 6;        // a kind, as the prior of an institution
    double institution_claims = 8; // an institution, as the prior of a product
};

// For a product of an institution and a kind; none of them need be among the records.
[[nodiscard]] Chance chance_of(
    std::span<const Record> records,
    std::int64_t product,
    std::int64_t institution,
    const std::string& kind,
    const Belief& belief = {});

} // namespace match
