#include "domain/registry/certificate.hpp"

#include "base/base64.hpp"
#include "engine/pack/policy.hpp"
#include "engine/paper/paper.hpp"

#include <algorithm>

namespace registry {
namespace {

constexpr std::size_t searched_code_length = 18;

std::string local_time(Instant at, base::Zone zone) {
    const auto minute = zone.minute_of_day(at);
    const auto two = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return zone.date(at).text() + " " + two(minute / 60) + ":" + two(minute % 60) + ":" +
           two(at.ms / 1000 % 60);
}

std::string property(const Entry& entry, const pack::SecurityRegime& rules) {
    std::string text;
    for (const auto& item : entry.items) {
        const auto asset = std::ranges::find(rules.assets, item.asset, &pack::AssetClass::code);
        if (!text.empty()) text += "；";
        text += (asset == rules.assets.end() ? item.asset : asset->label.zh) + "：" +
                item.description + (item.mark.empty() ? "（概括描述）" : "（" + item.mark + "）");
    }
    return text;
}

std::string state_text(const Entry& entry, Date today) {
    std::string text;
    switch (status(entry, today)) {
    case Status::active: text = "有效至 " + entry.expires_on.text(); break;
    case Status::expired: text = "已于 " + entry.expires_on.text() + " 到期"; break;
    case Status::discharged: text = "已注销"; break;
    }
    return entry.objected_at ? text + "，有异议" : text;
}

std::string filed(const Entry& entry, const pack::SecurityRegime& rules, base::Zone zone) {
    if (!entry.filing) return "未提供法定登记证明";
    const auto registrar =
        std::ranges::find(rules.registrars, entry.filing->registrar, &pack::Registrar::code);
    const auto name =
        registrar == rules.registrars.end() ? entry.filing->registrar : registrar->label.zh;
    return name + " " + entry.filing->number + "，" + local_time(entry.filing->at, zone);
}

struct Drawing {
    const store::Snapshot& db;
    const pack::Policy& policy;
    const pack::SecurityRegime& rules;
    Date today;

    [[nodiscard]] std::string holder(Id<Party> party) const {
        const auto found = party::find(db, party);
        return found ? found->name.zh : std::string("—");
    }

    void put(const Entry& entry, paper::Sheet& sheet) const;
    void put_order(const std::vector<Entry>& entries, paper::Sheet& sheet) const;
};

void Drawing::put(const Entry& entry, paper::Sheet& sheet) const {
    const auto kind = std::ranges::find(rules.kinds, entry.kind, &pack::SecurityKind::code);
    sheet.blocks.emplace_back(paper::Fields{
        {{"登记编号", entry.number},
         {"登记类型", kind == rules.kinds.end() ? entry.kind : kind->label.zh},
         {"担保权人", holder(entry.secured)},
         {"担保人", entry.debtor_name},
         {"主债权金额", entry.claim.yuan_text() + " 元"},
         {"担保合同号", entry.contract},
         {"担保财产", property(entry, rules)},
         {"本平台登记时间", local_time(entry.registered_at, policy.zone())},
         {"法定登记", filed(entry, rules, policy.zone())},
         {"状态", state_text(entry, today)}}});
}

// The order on each property on which two or more active registrations meet.
void Drawing::put_order(const std::vector<Entry>& entries, paper::Sheet& sheet) const {
    std::vector<std::string> told;
    for (const auto& entry : entries) {
        if (status(entry, today) != Status::active) continue;
        const auto ranking = registry::ranking(db, policy, entry, today);
        std::string group;
        for (const auto& standing : ranking.order)
            group += standing.number + " ";
        if (ranking.order.size() < 2 || std::ranges::find(told, group) != told.end()) continue;
        if (told.empty()) sheet.blocks.emplace_back(paper::Heading{"三、清偿顺序（按民法典推算）"});
        told.push_back(group);
        paper::Table table{.columns = {{"顺位", 1}, {"登记编号", 4}, {"份额", 2}}, .rows = {}};
        for (const auto& standing : ranking.order) {
            table.rows.push_back(
                {std::to_string(standing.rank),
                 standing.number,
                 standing.share.percent_text() + "%"});
        }
        sheet.blocks.emplace_back(std::move(table));
        for (const auto& reason : ranking.reasons) {
            sheet.blocks.emplace_back(paper::Paragraph{
                reason.first + (reason.equal ? " 与 " : " 先于 ") + reason.second + "：" +
                reason.explains.zh + "（民法典第 " + reason.article + " 条）。"});
        }
    }
}

} // namespace

Result<Proof> draw_certificate(
    const store::Snapshot& db, const pack::Policy& policy, const Search& search) {
    const auto zone = policy.zone();
    const auto today = zone.date(search.at);
    const auto* rules = policy.security_regime(today);
    if (search.debtor_code.size() != searched_code_length || rules == nullptr) {
        return base::invalid(
                   "registry.debtor",
                   {"请输入担保人的 18 位统一社会信用代码。",
                    "Give the debtor's credit code of 18 characters."},
                   {"代码在营业执照上。", "It is on the business licence."})
            .at("/debtor_code");
    }
    const auto entries = against(db, search.debtor_code);
    const auto enterprise = party::find_enterprise_code(db, search.debtor_code);
    Proof proof;
    auto day = today.text();
    std::erase(day, '-');
    proof.number = "CX" + day + "-" +
                   base::hex(base::sha256(search.command + "\n" + search.at.text())).substr(0, 10);
    proof.debtor_code = search.debtor_code;
    proof.debtor_name = enterprise        ? enterprise->name
                        : entries.empty() ? std::string()
                                          : entries.back().debtor_name;
    proof.at = search.at;
    proof.found = static_cast<std::int64_t>(entries.size());
    proof.as_of = db.seq();
    paper::Sheet sheet;
    sheet.title = "动产和权利担保登记查询证明";
    sheet.subtitle = proof.number;
    sheet.foot = policy.pack().header.title.zh + " · " + proof.number;
    sheet.made_at = search.at;
    sheet.blocks.emplace_back(paper::Heading{"一、查询条件"});
    sheet.blocks.emplace_back(paper::Fields{
        {{"担保人代码", search.debtor_code},
         {"担保人名称", proof.debtor_name.empty() ? "本县未登记该主体" : proof.debtor_name},
         {"查询时间", local_time(search.at, zone)},
         {"记录截至", "第 " + std::to_string(proof.as_of) + " 号记录"}}});
    sheet.blocks.emplace_back(
        paper::Heading{"二、查询结果：共 " + std::to_string(entries.size()) + " 笔"});
    const Drawing drawing{db, policy, *rules, today};
    for (const auto& entry : entries)
        drawing.put(entry, sheet);
    drawing.put_order(entries, sheet);
    sheet.blocks.emplace_back(paper::Heading{"说明"});
    sheet.blocks.emplace_back(paper::Paragraph{
        "登记内容由担保权人自行填写并负责，本平台不作实质审查。本平台不是法定登记系统：对抗效力以动"
        "产融资统一登记公示系统（中登网）的登记为准；没有法定登记证明的，推算时按未登记对待。"});
    const auto bytes = TRY(paper::pdf(sheet));
    proof.digest = base::hex(base::sha256(bytes));
    proof.pdf = base::base64(bytes);
    return proof;
}

} // namespace registry
