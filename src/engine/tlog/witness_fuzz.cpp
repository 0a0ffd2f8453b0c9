// Whatever body is posted to a witness: one of the statuses of the protocol, and nothing signed
// that is not signed by the log.
#include "engine/tlog/witnessing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static const auto key = *tlog::VerifierKey::read(
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    if (const auto wish = tlog::AddCheckpoint::read(bytes)) {
        base::ensure(wish->text() == bytes, "a request has one spelling");
    }
    const auto answer = tlog::decide_add_checkpoint(
        bytes, {&key, 1}, [](const std::string&) { return std::optional<tlog::Head>(); });
    const bool known = answer.status == 200 || answer.status == 400 || answer.status == 403 ||
                       answer.status == 404 || answer.status == 409 || answer.status == 422;
    base::ensure(known, "a status of the protocol");
    base::ensure(answer.next.has_value() == (answer.status == 200), "only what is good is kept");
    return 0;
}
