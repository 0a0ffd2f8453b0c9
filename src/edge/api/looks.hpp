// What institutions look at under consent: written down before it is shown.
#pragma once

#include "edge/api/call.hpp"
#include "edge/api/services.hpp"

namespace api {

// What an institution looked at of one enterprise.
struct Looked {
    Id<base::Party> enterprise;
    std::vector<Id<base::Consent>> consents;
    std::vector<std::string> attributes;

    // Each consent and attribute once; nothing without a consent, which only others need.
    void add(Id<base::Consent> consent, const std::vector<std::string>& names);
    void add(const Looked& other);
};

// One reading for each enterprise that took a consent.
Result<> write_down(const Services& services, const Call& call, const std::vector<Looked>& all);

} // namespace api
