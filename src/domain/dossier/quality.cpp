#include "domain/dossier/quality.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace dossier {
namespace {

struct Subject {
    const pack::Policy& policy;
    const fact::CurrentFacts& current;
    const rule::Row& row;
    Date today;
};

Text labels(const pack::Policy& policy, const std::vector<std::string>& names) {
    Text out;
    for (const auto& name : names) {
        const auto* attribute = policy.attribute(name);
        const auto label = attribute == nullptr ? Text{name, name} : attribute->label;
        out.zh += (out.zh.empty() ? "" : "、") + label.zh;
        out.en += (out.en.empty() ? "" : ", ") + label.en;
    }
    return out;
}

std::vector<std::string> missing_of(const Subject& subject, const pack::QualityRule& rule) {
    std::vector<std::string> out;
    for (const auto& name : rule.attributes) {
        const auto place = subject.policy.schema().find(name);
        if (place && !rule::known(subject.row[*place])) out.push_back(name);
    }
    return out;
}

std::vector<std::string> stale_of(const Subject& subject, const pack::QualityRule& rule) {
    std::vector<std::string> out;
    for (const auto& name : rule.attributes) {
        const auto found = subject.current.find(name);
        if (found != subject.current.end() &&
            fact::stale(found->second, subject.policy, subject.today))
            out.push_back(name);
    }
    return out;
}

Finding finding_of(const pack::QualityRule& rule, Severity severity) {
    return {.rule = rule.code, .label = rule.label, .severity = severity, .cure = rule.cure};
}

std::optional<Finding> broken(const Subject& subject, const pack::QualityRule& rule) {
    const auto* must = subject.policy.must(rule.code);
    if (must == nullptr) return std::nullopt;
    if (rule::decide(*must, subject.row, subject.today) != rule::Outcome::fails)
        return std::nullopt;
    auto out = finding_of(rule, Severity::error);
    out.attributes = rule.attributes;
    out.message = rule::explain(*must, subject.row, subject.today).sentence;
    return out;
}

std::optional<Finding> judge(const Subject& subject, const pack::QualityRule& rule) {
    switch (rule.kind) {
    case pack::QualityKind::completeness: {
        auto out = finding_of(rule, Severity::warning);
        out.attributes = missing_of(subject, rule);
        if (out.attributes.empty()) return std::nullopt;
        const auto names = labels(subject.policy, out.attributes);
        out.message = {"缺少：" + names.zh, "Missing: " + names.en};
        return out;
    }
    case pack::QualityKind::freshness: {
        auto out = finding_of(rule, Severity::warning);
        out.attributes = stale_of(subject, rule);
        if (out.attributes.empty()) return std::nullopt;
        const auto names = labels(subject.policy, out.attributes);
        out.message = {"数据已过期：" + names.zh, "Out of date: " + names.en};
        return out;
    }
    case pack::QualityKind::range:
    case pack::QualityKind::cross_field: return broken(subject, rule);
    }
    base::bug("kind of quality rule out of range");
}

} // namespace

std::vector<Finding> findings(const pack::Policy& policy, const Dossier& dossier, Date today) {
    const auto values = row(policy, dossier);
    const Subject subject{policy, dossier.facts, values, today};
    std::vector<Finding> out;
    for (const auto& rule : policy.pack().quality) {
        if (auto found = judge(subject, rule)) out.push_back(*std::move(found));
    }
    return out;
}

void QualityBoard::look(const Dossier& dossier) {
    held_[dossier.enterprise.id] = {dossier.enterprise.name, findings(policy_, dossier, day_)};
}

void QualityBoard::refresh(const store::Snapshot& db, Date today) {
    const auto touched = seq_ && day_ == today ? touched_after(db, *seq_) : std::nullopt;
    day_ = today;
    if (touched) {
        for (const auto id : *touched) {
            if (auto enterprise = party::find_enterprise(db, id))
                look(now(db, *std::move(enterprise)));
        }
    } else {
        held_.clear();
        each(db, [&](const Dossier& dossier) { look(dossier); });
    }
    seq_ = db.seq();
}

party::Page<QualityBoard::Entry> QualityBoard::list(
    const store::Snapshot& db, Date today, const Filter& filter) {
    const std::scoped_lock lock(mutex_);
    refresh(db, today);
    party::Page<Entry> page;
    const auto first = static_cast<std::int64_t>(filter.page - 1) * filter.per_page;
    for (const auto& [id, held] : held_) {
        for (const auto& finding : held.findings) {
            if (!filter.rule.empty() && finding.rule != filter.rule) continue;
            if (page.total >= first && page.total < first + filter.per_page) {
                page.items.push_back({.enterprise = id, .name = held.name, .finding = finding});
            }
            page.total += 1;
        }
    }
    return page;
}

std::vector<std::int64_t> QualityBoard::counts(const store::Snapshot& db, Date today) {
    const std::scoped_lock lock(mutex_);
    refresh(db, today);
    std::map<std::string, std::int64_t> by_rule;
    for (const auto& [id, held] : held_) {
        for (const auto& finding : held.findings)
            by_rule[finding.rule] += 1;
    }
    std::vector<std::int64_t> out;
    for (const auto& rule : policy_.pack().quality)
        out.push_back(by_rule[rule.code]);
    return out;
}

} // namespace dossier
