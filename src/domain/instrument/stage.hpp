// Where one act happens: a copy of the dossier it changes, and the ledger's acts it collects. Of
// use to turn.cpp only.
#pragma once

#include "domain/instrument/turn.hpp"

namespace instrument {

// The first part and its accounts: a promise of the issuer until the debtor confirms, and at once
// real when it is the debtor's own upload.
[[nodiscard]] Decided found(
    InstrumentRow row, const pack::InstrumentKind& kind, const Scene& scene);

class Stage {
public:
    Stage(
        const Dossier& file, const pack::InstrumentStep& step, const Deed& deed, const Scene& scene)
        : file_(file)
        , step_(step)
        , deed_(deed)
        , scene_(scene)
        , kind_(*scene.policy.instrument(file.instrument.kind)) {}

    Result<> perform();
    [[nodiscard]] Decided decided();

private:
    struct Named; // acts by name

    // stage_claim.cpp: the debtor's and the creditor's
    Result<> confirm();
    Result<> call_off(); // dispute, withdraw
    Result<> set_account();
    Result<> lock_account();
    Result<> unlock_account();
    Result<> pay();
    Result<> reject_payment();
    Result<> redeem();
    Result<> record_default();

    // stage_title.cpp: the holder's, and the court's
    Result<> split();
    Result<> transfer();
    Result<> recourse();
    Result<> freeze();
    Result<> unfreeze();
    Result<> retire();
    Result<> reissue();

    // stage_funding.cpp: between holder and funder
    Result<> push();
    Result<> recall();
    Result<> intend();
    Result<> decline();
    Result<> accept();
    Result<> notify();
    Result<> read_notice();
    Result<> record_registration();
    Result<> pledge();
    Result<> take_title(Way way);
    Result<> agree(DealRow& deal, PushRow& push);
    void add(DealRow deal);
    Result<> release();
    Result<> enforce();

    // stage.cpp
    Result<PartRow*> own_part();
    Result<PushRow*> push_of(Id<Party> PushRow::*whose);
    Result<DealRow*> own_pledge();
    Result<std::int64_t> amount_of(const PartRow& part);
    Result<> not_past_due();
    Result<std::string> needed(const std::optional<std::string>& text, const char* field);
    Result<Id<Party>> needed_party(); // `to`, who may receive
    Result<Date> day_of_payment();
    Result<party::Organisation> receiver(Id<Party> id, const char* field);
    Result<> may_finance(const PushRow& push, const std::string& registration);
    PartRow& new_part(
        const PartRow& from,
        Id<Party> holder,
        std::int64_t amount,
        std::optional<ledger::AccountId> account = std::nullopt);
    void take_from(PartRow& part, std::int64_t amount);
    void end_if_empty(PartRow& part);
    void end(PartRow& part);
    void to_part(const PartRow& from, const PartRow& to, std::int64_t amount);
    void finish_if_all_redeemed();

    void touch(const PartRow& part) { parts_.insert(part.id.value); }

    void touch(const DealRow& deal) { deals_.insert(deal.id.value); }

    void touch(const PushRow& push) { pushes_.insert(push.id.value); }

    PartRow& part(Id<PartMark> id);
    [[nodiscard]] std::string holders_text(const PartRow& part) const;

    Dossier file_;
    const pack::InstrumentStep& step_;
    const Deed& deed_;
    const Scene& scene_;
    const pack::InstrumentKind& kind_;
    std::vector<ledger::Act> chain_;
    LineRow line_;
    std::set<std::int64_t> parts_; // changed
    std::set<std::int64_t> deals_;
    std::set<std::int64_t> pushes_;
    std::string state_; // where the step leads, when it is not the step's own `to`
};

// A refusal in the words of its act.
[[nodiscard]] base::Error refused(
    const char* code, const char* field, Text message, Text cure = {});

[[nodiscard]] inline ledger::Amount units(std::int64_t amount) {
    return static_cast<ledger::Amount>(amount);
}

} // namespace instrument
