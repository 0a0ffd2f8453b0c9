// Who acts: passed to every use case, written beside every event.
#pragma once

#include "base/id.hpp"

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>

namespace base {

enum class PartyKind { enterprise, institution, department, platform };
BOOST_DESCRIBE_ENUM(PartyKind, enterprise, institution, department, platform)

// What a role may be given. The closed list of rights; which role has which is the pack's
// roles.yaml.
enum class Right : std::uint8_t {
    need_post,          // 发布需求
    need_answer,        // 机构对接
    need_supervise,     // 督办
    loan_record,        // 登记借据
    product_edit,       // 维护产品
    consent_give,       // 授权
    fact_read,          // 查看数据 (scope and consent decided in domain/permission)
    fact_import,        // 导入数据
    fact_dispute,       // 数据异议
    indicator_read,     // 查看指标
    indicator_report,   // 填报指标
    task_read,          // 查看任务
    task_report,        // 填报任务进展
    people_manage,      // 本机构人员
    system_manage,      // 系统管理
    security_manage,    // 安全管理
    audit_read,         // 审计
    registry_register,  // 登记担保物权
    registry_search,    // 查询担保登记
    credit_manage,      // 战略合作授信与联合授信额度
    guarantee_issue,    // 出具担保
    budget_decide,      // 财政资金审核
    budget_pay,         // 财政资金拨付
    instrument_hold,    // 凭证: upload, confirm, pass on, pledge, pay
    instrument_fund,    // 凭证融资: intentions, discount, factoring, security
    instrument_oversee, // 凭证监管: see all, record freezes
    risk_handle,        // 处置风险预警
    count_              // how many there are; not a right
};
BOOST_DESCRIBE_ENUM(
    Right,
    need_post,
    need_answer,
    need_supervise,
    loan_record,
    product_edit,
    consent_give,
    fact_read,
    fact_import,
    fact_dispute,
    indicator_read,
    indicator_report,
    task_read,
    task_report,
    people_manage,
    system_manage,
    security_manage,
    audit_read,
    registry_register,
    registry_search,
    credit_manage,
    guarantee_issue,
    budget_decide,
    budget_pay,
    instrument_hold,
    instrument_fund,
    instrument_oversee,
    risk_handle)

class Rights {
public:
    Rights() = default;

    Rights(std::initializer_list<Right> rights) {
        for (const auto right : rights)
            add(right);
    }

    void add(Right right) { bits_ |= bit(right); }

    [[nodiscard]] bool has(Right right) const { return (bits_ & bit(right)) != 0; }

    friend Rights operator|(Rights a, Rights b) {
        a.bits_ |= b.bits_;
        return a;
    }

    friend bool operator==(const Rights&, const Rights&) = default;

private:
    static std::uint64_t bit(Right right) {
        return std::uint64_t{1} << static_cast<unsigned>(right);
    }

    std::uint64_t bits_ = 0;
};

struct Actor {
    Id<Person> person; // none for the platform's own clocks and imports
    Id<Party> party;   // the organisation the person acts for
    PartyKind kind = PartyKind::platform;
    Rights rights;
    std::string name; // shown in the audit trail
    std::string unit; // pack code of the department or institution, empty for enterprises

    static Actor platform(); // the platform itself: clocks, relays, demo and command-line imports
    friend bool operator==(const Actor&, const Actor&) = default;
};

} // namespace base
