// Decisions about registrations; no database.
#include "domain/registry/registry.hpp"
#include "engine/calendar/calendar.hpp"

#include <algorithm>

namespace registry {
namespace {

constexpr std::size_t items_most = 200;
constexpr std::size_t code_length = 18;

base::Error wrong(const char* code, Text message, Text cure, std::string field) {
    return base::invalid(code, std::move(message), std::move(cure)).at(std::move(field));
}

Result<const pack::SecurityKind*> kind_of(
    const pack::SecurityRegime& regime, const std::string& code) {
    const auto found = std::ranges::find(regime.kinds, code, &pack::SecurityKind::code);
    if (found != regime.kinds.end()) return &*found;
    const auto excluded =
        std::ranges::find(regime.exclusions, code, &pack::SecurityExclusion::code);
    if (excluded != regime.exclusions.end()) {
        return base::rejected(
                   "registry.excluded",
                   {excluded->label.zh + "不在动产和权利担保统一登记范围（" + excluded->clause.zh +
                        "）。",
                    excluded->label.en + " is outside unified registration (" +
                        excluded->clause.en + ")."},
                   {"请向" + excluded->registrar.zh + "办理登记。",
                    "Register it with " + excluded->registrar.en + "."})
            .at("/kind");
    }
    return wrong(
        "registry.kind_unknown",
        {"没有这种登记类型。", "There is no such kind of registration."},
        {"请从列表中选择。", "Choose it from the list."},
        "/kind");
}

Result<> check_item(
    const Item& item,
    const pack::SecurityKind& kind,
    const pack::SecurityRegime& regime,
    const std::string& place) {
    const auto excluded =
        std::ranges::find(regime.exclusions, item.asset, &pack::SecurityExclusion::code);
    if (excluded != regime.exclusions.end()) {
        return base::rejected(
                   "registry.excluded",
                   {excluded->label.zh + "不在动产和权利担保统一登记范围（" + excluded->clause.zh +
                        "）。",
                    excluded->label.en + " is outside unified registration (" +
                        excluded->clause.en + ")."},
                   {"请向" + excluded->registrar.zh + "办理登记。",
                    "Register it with " + excluded->registrar.en + "."})
            .at(place + "/asset");
    }
    if (std::ranges::find(kind.assets, item.asset) == kind.assets.end()) {
        return wrong(
            "registry.asset",
            {"“" + kind.label.zh + "”不能以这类财产作担保。",
             "This property cannot be given under “" + kind.label.en + "”."},
            {"请选择与登记类型相符的财产类别。", "Choose property that goes with the kind."},
            place + "/asset");
    }
    if (item.description.empty()) {
        return wrong(
            "registry.asset",
            {"请描述担保财产。", "Describe the property."},
            {"写明名称、规格、数量，能识别即可。",
             "Say what it is and how much, so that it can be told apart."},
            place + "/description");
    }
    return {};
}

Result<> check_term(
    std::int32_t months, const pack::SecurityRegime& regime, const std::string& field) {
    if (months >= regime.term_months_least && months <= regime.term_months_most) return {};
    const auto least = std::to_string(regime.term_months_least);
    const auto most = std::to_string(regime.term_months_most);
    return wrong(
        "registry.term",
        {"期限应为 " + least + " 至 " + most + " 个月（" + regime.source.zh + "）。",
         "A term is " + least + " to " + most + " months (" + regime.source.en + ")."},
        {"请改填期限。", "Give another term."},
        field);
}

Result<> check_debtor(const Register& wish) {
    const bool coded =
        wish.debtor_code.size() == code_length && std::ranges::all_of(wish.debtor_code, [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        });
    if (coded) return {};
    return wrong(
        "registry.debtor",
        {"担保人的统一社会信用代码应为 18 位。", "The debtor's credit code has 18 characters."},
        {"请核对代码。", "Check the code."},
        "/debtor_code");
}

std::string day_text(Date day) { return day.text(); }

} // namespace

Result<> check_filing(
    const Filing& filing,
    const pack::SecurityRegime& regime,
    Instant now,
    const std::string& field) {
    const auto known =
        std::ranges::find(regime.registrars, filing.registrar, &pack::Registrar::code);
    if (known == regime.registrars.end() || filing.number.empty() || now < filing.at) {
        return wrong(
            "registry.filing",
            {"登记证明要有登记机构、编号和不晚于现在的登记时间。",
             "A filing has a registrar, a number and a time that is not in the future."},
            {"请按登记证明填写。", "Fill it in as the registrar's certificate says."},
            field);
    }
    return {};
}

Status status(const Entry& entry, Date today) {
    if (entry.discharged_at) return Status::discharged;
    return today <= entry.expires_on ? Status::active : Status::expired;
}

Result<> check(const Register& wish, const pack::SecurityRegime& regime, Instant now) {
    const auto* kind = TRY(kind_of(regime, wish.kind));
    TRY(check_debtor(wish));
    if (wish.claim.fen <= 0) {
        return wrong(
            "registry.claim",
            {"主债权金额应大于零。", "The secured claim is above zero."},
            {"请填写金额。", "Give the amount."},
            "/claim");
    }
    if (wish.contract.empty()) {
        return wrong(
            "registry.contract",
            {"请填写担保合同号。", "Give the contract's number."},
            {"合同本身不用上传，由登记方负责。", "The contract itself is not uploaded."},
            "/contract");
    }
    if (wish.items.empty() || wish.items.size() > items_most) {
        return wrong(
            "registry.nothing",
            {"担保财产应为 1 至 200 项。", "One to 200 pieces of property are registered."},
            {"财产更多时请概括描述或分次登记。",
             "Describe more of them in general, or register twice."},
            "/items");
    }
    for (std::size_t i = 0; i < wish.items.size(); ++i)
        TRY(check_item(wish.items[i], *kind, regime, "/items/" + std::to_string(i)));
    TRY(check_term(wish.term_months, regime, "/term_months"));
    if (wish.filing) TRY(check_filing(*wish.filing, regime, now, "/filing"));
    if (wish.purchase_money && !wish.delivered_at) {
        return wrong(
            "registry.purchase_money",
            {"担保购买价款的，请填写标的物交付时间（民法典第四百一十六条）。",
             "Purchase money needs the time of delivery (Civil Code art. 416)."},
            {"请填写交付时间。", "Give the time of delivery."},
            "/delivered_at");
    }
    return {};
}

Result<> is_open(const Entry& entry, Date today) {
    if (status(entry, today) == Status::active) return {};
    return base::conflict(
        "registry.over",
        {entry.discharged_at ? "登记已经注销。" : "登记已经到期失效。",
         entry.discharged_at ? "The registration was discharged."
                             : "The registration's term has ended."},
        {"担保仍存续的，请重新登记。", "Register anew when the security still stands."});
}

Result<Entry> changed(
    const Entry& entry, const Change& change, const pack::SecurityRegime& regime) {
    auto next = entry;
    if (change.claim) {
        if (change.claim->fen <= 0) {
            return wrong(
                "registry.claim",
                {"主债权金额应大于零。", "The secured claim is above zero."},
                {"结清的请办理注销。", "Discharge it when it has been paid."},
                "/claim");
        }
        next.claim = *change.claim;
    }
    if (change.contract && !change.contract->empty()) next.contract = *change.contract;
    if (change.delivered_at) next.delivered_at = change.delivered_at;
    if (change.notified_at) next.notified_at = change.notified_at;
    if (change.debtor_name && !change.debtor_name->empty()) {
        next.debtor_name = *change.debtor_name;
        next.renamed_on.reset();
        next.rename_by.reset();
    }
    if (change.items) {
        const auto kind = std::ranges::find(regime.kinds, entry.kind, &pack::SecurityKind::code);
        for (std::size_t i = 0; i < change.items->size(); ++i) {
            const auto& item = (*change.items)[i];
            const auto place = "/items/" + std::to_string(i);
            const bool known = std::ranges::any_of(entry.items, [&](const Item& old) {
                return old.asset == item.asset && old.mark == item.mark;
            });
            if (!known) {
                return base::rejected(
                           "registry.new_collateral",
                           {"新增的担保财产不能通过变更登记取得在先的时间。",
                            "New property cannot take an earlier registration's time."},
                           {"请为新增财产办理一笔新的登记。", "Make a new registration for it."})
                    .at(place);
            }
            if (kind != regime.kinds.end()) TRY(check_item(item, *kind, regime, place));
        }
        if (change.items->empty()) {
            return wrong(
                "registry.nothing",
                {"变更后至少保留一项担保财产。", "At least one piece of property remains."},
                {"全部解除的请办理注销。", "Discharge it when all is released."},
                "/items");
        }
        next.items = *change.items;
    }
    if (base::json::text(next) == base::json::text(entry)) {
        return base::invalid(
            "registry.unchanged",
            {"没有改动任何内容。", "Nothing was changed."},
            {"请修改后再提交。", "Change something first."});
    }
    return next;
}

Date extension_opens(const Entry& entry, const pack::SecurityRegime& regime) {
    return entry.expires_on.plus_days(-regime.extend_days);
}

Result<Entry> extended(
    const Entry& entry, std::int32_t months, const pack::SecurityRegime& regime, Date today) {
    TRY(is_open(entry, today));
    TRY(check_term(months, regime, "/months"));
    const auto opens = extension_opens(entry, regime);
    if (today < opens) {
        return base::rejected(
            "registry.too_early",
            {"到期前 " + std::to_string(regime.extend_days) + " 日内才能展期：自 " + opens.text() +
                 " 起。",
             "It can be extended within " + std::to_string(regime.extend_days) +
                 " days before its end: from " + opens.text() + " on."},
            {"届时平台会提醒您。", "You will be reminded then."});
    }
    auto next = entry;
    next.expires_on = entry.expires_on.plus_months(months);
    return next;
}

std::vector<Duty> duties(
    const Entry& entry, const pack::SecurityRegime& regime, base::Zone zone, Date today) {
    std::vector<Duty> all;
    if (entry.discharged_at) return all;
    const auto last = day_text(entry.expires_on);
    for (const auto days : regime.remind_days) {
        if (entry.claim_ended_on || today > entry.expires_on) continue;
        // A term shorter than the notice needs none.
        if (entry.expires_on.plus_days(-days) <= zone.date(entry.registered_at)) continue;
        const auto left = std::to_string(days);
        all.push_back(
            {.what = "expiry:" + last + ":" + left,
             .from = entry.expires_on.plus_days(-days),
             .text = {
                 "登记 " + entry.number + " 将于 " + last + " 到期（提前 " + left +
                     " 日提醒），担保仍存续的请展期",
                 "registration " + entry.number + " ends on " + last + " (" + left +
                     " days' notice): extend it while the security stands"}});
    }
    if (!entry.claim_ended_on) {
        all.push_back(
            {.what = "expired:" + last,
             .from = entry.expires_on.plus_days(1),
             .text =
                 {"登记 " + entry.number + " 已于 " + last + " 到期失效",
                  "registration " + entry.number + " ended on " + last},
             .overdue = true});
    }
    if (entry.discharge_by) {
        const auto by = day_text(*entry.discharge_by);
        all.push_back(
            {.what = "discharge:" + by,
             .from = *entry.claim_ended_on,
             .text = {
                 "主债权已消灭，请于 " + by + " 前注销登记 " + entry.number,
                 "the claim has ended: discharge " + entry.number + " by " + by}});
        all.push_back(
            {.what = "discharge_overdue:" + by,
             .from = entry.discharge_by->plus_days(1),
             .text =
                 {"登记 " + entry.number + " 超过 " + by + " 仍未注销",
                  "registration " + entry.number + " was to be discharged by " + by},
             .overdue = true});
    }
    if (entry.rename_by) {
        const auto by = day_text(*entry.rename_by);
        all.push_back(
            {.what = "rename:" + by,
             .from = *entry.renamed_on,
             .text = {
                 "担保人名称已变更，请于 " + by + " 前变更登记 " + entry.number,
                 "the debtor has a new name: change " + entry.number + " by " + by}});
        all.push_back(
            {.what = "rename_overdue:" + by,
             .from = entry.rename_by->plus_days(1),
             .text =
                 {"担保人更名后超过 " + by + " 仍未变更登记 " + entry.number,
                  "registration " + entry.number + " was to follow the new name by " + by},
             .overdue = true});
    }
    return all;
}

Contender contender(
    const Entry& entry,
    const Text& holder,
    const pack::SecurityRegime& regime,
    const calendar::BusinessCalendar& calendar) {
    Contender one;
    one.number = entry.number;
    one.holder = holder;
    one.claim = entry.claim;
    one.notified_at = entry.notified_at;
    one.delivered_at = entry.delivered_at;
    const auto kind = std::ranges::find(regime.kinds, entry.kind, &pack::SecurityKind::code);
    if (kind != regime.kinds.end()) one.interest = kind->interest;
    if (entry.filing) {
        const auto registrar =
            std::ranges::find(regime.registrars, entry.filing->registrar, &pack::Registrar::code);
        if (registrar != regime.registrars.end() && registrar->statutory)
            one.registered_at = entry.filing->at;
    }
    if (entry.purchase_money && entry.delivered_at) {
        // 民法典 art. 203: a period that ends on a day off ends on the next working day. A year
        // without a calendar is counted as it stands.
        const auto counted =
            calendar.add_calendar_days(*entry.delivered_at, regime.purchase_money_days);
        const auto zone = calendar.zone();
        one.purchase_money_until =
            counted ? zone.date(*counted)
                    : zone.date(*entry.delivered_at).plus_days(regime.purchase_money_days);
    }
    return one;
}

bool overlap(const Entry& a, const Entry& b) {
    for (const auto& mine : a.items) {
        for (const auto& theirs : b.items) {
            if (mine.asset != theirs.asset) continue;
            if (mine.mark.empty() || theirs.mark.empty() || mine.mark == theirs.mark) return true;
        }
    }
    return false;
}

bool on_receivables(const Entry& entry, const pack::SecurityRegime& regime) {
    return std::ranges::any_of(entry.items, [&](const Item& item) {
        const auto asset = std::ranges::find(regime.assets, item.asset, &pack::AssetClass::code);
        return asset != regime.assets.end() && asset->receivable;
    });
}

} // namespace registry
