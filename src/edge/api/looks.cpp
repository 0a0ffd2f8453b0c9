#include "edge/api/looks.hpp"

#include "domain/consent/consent.hpp"

#include <algorithm>

namespace api {
namespace {

template <class T>
void add_once(std::vector<T>& all, const T& one) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

} // namespace

void Looked::add(Id<base::Consent> consent, const std::vector<std::string>& names) {
    if (!consent) return;
    add_once(consents, consent);
    for (const auto& name : names)
        add_once(attributes, name);
}

void Looked::add(const Looked& other) {
    for (const auto consent : other.consents)
        add(consent, other.attributes);
}

Result<> write_down(const Services& services, const Call& call, const std::vector<Looked>& all) {
    for (const auto& looked : all) {
        if (looked.consents.empty()) continue;
        // A request's number begins anew with the program; with its moment it is one of its own.
        const auto command = store::Command::internal(
            "look:" + call.request_id + ":" + std::to_string(call.now.ms) + ":" +
                std::to_string(looked.enterprise.value),
            call.actor);
        TRY(services.consents->record_reading(
            command, looked.enterprise, looked.consents, looked.attributes));
    }
    return {};
}

} // namespace api
