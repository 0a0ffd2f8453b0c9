#include "edge/api/capabilities.hpp"

namespace api {

void declare_all(Endpoints& all, Services& services) {
    declare_session(all, services);
    declare_people(all, services);
    declare_audit(all, services);
    declare_system(all, services);
    declare_live(all, services);
    declare_enterprises(all, services);
    declare_portrait(all, services);
    declare_lists(all, services);
    declare_consents(all, services);
    declare_indicators(all, services);
    declare_tasks(all, services);
    declare_imports(all, services);
    declare_quality(all, services);
    declare_catalogue(all, services);
    declare_overview(all, services);
    declare_products(all, services);
    declare_matching(all, services);
    declare_needs(all, services);
    declare_claims(all, services);
    declare_allotments(all, services);
    declare_loans(all, services);
    declare_instruments(all, services);
    declare_league(all, services);
    declare_credit(all, services);
    declare_guarantees(all, services);
    declare_budgets(all, services);
    declare_registrations(all, services);
    declare_risks(all, services);
    declare_risk_lists(all, services);
    declare_streams(all, services);
    declare_accounts(all, services);
    declare_notices(all, services);
    declare_evidence(all, services);
}

} // namespace api
