#include "base/actor.hpp"

namespace base {

Actor Actor::platform() {
    Actor actor;
    actor.kind = PartyKind::platform;
    actor.name = "platform";
    for (unsigned i = 0; i < static_cast<unsigned>(Right::count_); ++i) {
        actor.rights.add(static_cast<Right>(i));
    }
    return actor;
}

} // namespace base
