// Any bytes as a text of protocol buffers: read or refused, never a crash, and whatever is read of
// a test file can be run.
#include "engine/conformance/run.hpp"
#include "engine/conformance/textproto.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto message = conformance::read_textproto(text);
    if (!message) {
        base::ensure(!message.error().code.empty(), "a refusal has a code");
        return 0;
    }
    const auto report = conformance::run_text(text);
    base::ensure(report.has_value(), "what can be read can be run");
    base::ensure(
        report->counts.passed + report->counts.failed + report->counts.outside >= 0,
        "cases are counted");
    return 0;
}
