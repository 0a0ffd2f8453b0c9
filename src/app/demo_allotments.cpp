// On the last day the supervisor opens an allotment of what nobody took on, and leaves it to be
// looked at and confirmed.
#include "app/demo_world.hpp"

namespace app::demo {
namespace {

constexpr std::int64_t places = 3; // an institution

Result<> open_allotment(World& world) {
    allotment::Terms terms;
    terms.title = "无人接单需求集中分配（演示）";
    for (const auto& desk : world.desks) {
        const bool lends = desk.kind == pack::InstitutionKind::bank ||
                           desk.kind == pack::InstitutionKind::guarantor;
        if (lends) terms.institutions.push_back({desk.id, 0, places});
    }
    if (terms.institutions.empty()) return {};
    TRY(world.county.allotments.open(world.by(world.supervisor), terms));
    return {};
}

} // namespace

Result<> plan_allotments(World& world) {
    world.at(world.end.plus_ms(-30 * 60'000), [&world] { return open_allotment(world); });
    return {};
}

} // namespace app::demo
