// Claims: an institution's handling of a need, step by step, up to the loan.
#include "edge/api/capabilities.hpp"
#include "edge/api/finance_view.hpp"

namespace api {
namespace {

Result<ClaimView> one_claim(const Services& services, const Call& call, Id<Claim> id) {
    return services.database->read([&](const store::Snapshot& db) -> Result<ClaimView> {
        const auto row = finance::find_claim(db, id);
        const auto& actor = call.actor;
        const bool seen =
            row && (actor.kind == base::PartyKind::department || actor.party == row->enterprise ||
                    actor.party == row->institution);
        if (!seen) {
            return base::not_found(
                "finance.no_claim",
                {"没有找到该对接，或您无权查看。", "No such claim, or it is not yours to see."},
                {"请核对编号。", "Check the number."});
        }
        FinanceViews views(services.finance->book(), db, call);
        return views.claim(*row, finance::clocks_of(db, row->need));
    });
}

} // namespace

void declare_claims(Endpoints& all, Services& services) {
    all.capability("claims");
    const auto parties =
        Access::any_of({Right::need_post, Right::need_answer, Right::need_supervise});
    all.get("/v1/claims/{id}", parties, {"对接", "A claim"}, [&](Call& call) -> Result<ClaimView> {
        const auto id = TRY(call.id<Claim>());
        return one_claim(services, call, id);
    });
    all.post(
        "/v1/claims/{id}/acts/{act}",
        parties,
        {"办理对接：受理、尽调、补件、报价、选用、授信、签约、拒绝、退出、结清、修复",
         "Act on a claim: accept, due_diligence, request_documents, supply_documents, offer, "
         "choose, decline, grant, contract, refuse, withdraw, settle, repaired"},
        [&](Call& call, const finance::Deed& deed) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Claim>());
            return services.finance->act_on_claim(call.command(), id, call.text("act"), deed);
        });
    all.post(
        "/v1/claims/{id}/loans",
        Right::loan_record,
        {"登记放款借据", "Record a loan that was disbursed under the claim"},
        [&](Call& call, const finance::RecordLoan& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Claim>());
            return services.finance->disburse(call.command(), id, wish);
        });
}

} // namespace api
