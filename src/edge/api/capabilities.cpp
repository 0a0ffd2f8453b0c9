#include "edge/api/capabilities.hpp"

namespace api {

void declare_all(Endpoints& all, Services& services) {
    declare_session(all, services);
    declare_people(all, services);
    declare_audit(all, services);
    declare_system(all, services);
    declare_live(all, services);
    declare_enterprises(all, services);
    declare_consents(all, services);
    declare_indicators(all, services);
    declare_tasks(all, services);
}

} // namespace api
