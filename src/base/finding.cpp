#include "base/finding.hpp"

namespace base {

Error findings_error(std::string code, const std::vector<Finding>& findings) {
    ensure(!findings.empty(), "an error made of findings has at least one");
    constexpr std::size_t shown_most = 20;
    Text message;
    for (std::size_t i = 0; i < findings.size() && i < shown_most; ++i) {
        const auto& [pointer, what, cure] = findings[i];
        const auto place = pointer.empty() ? std::string("/") : pointer;
        message.zh += (i == 0 ? "" : "；") + place + "：" + what.zh;
        message.en += (i == 0 ? "" : "; ") + place + ": " + what.en;
    }
    auto error = invalid(std::move(code), std::move(message), findings.front().cure);
    return std::move(error).at(findings.front().pointer);
}

} // namespace base
