// Every capability's endpoints, in the order the documents list them. A new capability adds its
// line here and in capabilities.cpp.
#pragma once

#include "edge/api/endpoint.hpp"
#include "edge/api/services.hpp"

namespace api {

void declare_session(Endpoints& all, Services& services);
void declare_people(Endpoints& all, Services& services);
void declare_audit(Endpoints& all, Services& services);
void declare_system(Endpoints& all, Services& services);
void declare_live(Endpoints& all, Services& services);
void declare_enterprises(Endpoints& all, Services& services);
void declare_portrait(Endpoints& all, Services& services);
void declare_lists(Endpoints& all, Services& services);
void declare_consents(Endpoints& all, Services& services);
void declare_indicators(Endpoints& all, Services& services);
void declare_tasks(Endpoints& all, Services& services);
void declare_imports(Endpoints& all, Services& services);
void declare_quality(Endpoints& all, Services& services);
void declare_catalogue(Endpoints& all, Services& services);
void declare_overview(Endpoints& all, Services& services);
void declare_products(Endpoints& all, Services& services);
void declare_matching(Endpoints& all, Services& services);
void declare_needs(Endpoints& all, Services& services);
void declare_claims(Endpoints& all, Services& services);
void declare_allotments(Endpoints& all, Services& services);
void declare_loans(Endpoints& all, Services& services);
void declare_instruments(Endpoints& all, Services& services);
void declare_league(Endpoints& all, Services& services);
void declare_credit(Endpoints& all, Services& services);
void declare_guarantees(Endpoints& all, Services& services);
void declare_budgets(Endpoints& all, Services& services);
void declare_registrations(Endpoints& all, Services& services);
void declare_risks(Endpoints& all, Services& services);
void declare_risk_lists(Endpoints& all, Services& services);
void declare_streams(Endpoints& all, Services& services);
void declare_accounts(Endpoints& all, Services& services);
void declare_notices(Endpoints& all, Services& services);
void declare_evidence(Endpoints& all, Services& services);

// All of the above.
void declare_all(Endpoints& all, Services& services);

} // namespace api
