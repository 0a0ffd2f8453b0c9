// Whatever bytes stand for a group of events or for a state: they are refused, or taken by a watch
// that then goes on and can be written and read again.
#include "domain/stream/streams_test.hpp"

namespace {

void go_on(watch::Watch& watch, std::int64_t time_ms) {
    const auto drop = [](std::string_view) {};
    const auto payer = watch.meet("a1");
    const auto payee = watch.meet("a3");
    for (int i = 0; i < 3; ++i) {
        const std::int64_t fields[] = {payer, payee, 50'000 + i, watch.meet("cash")};
        watch.take({"fuzz" + std::to_string(i), time_ms + i * 1'000, fields}, drop);
    }
    watch::ByteWriter out;
    watch.write(out);
    const auto again = watch::Watch::make(stream_tests::book()).value();
    watch::ByteReader in(out.bytes());
    base::ensure(again->read(in) && in.done(), "what was written is read");
    base::ensure(
        stream::state_digest(*again) == stream::state_digest(watch), "and is written the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto watch = watch::Watch::make(stream_tests::book()).value();
    if (data[0] % 2 == 0) {
        std::int64_t last_ms = 0;
        stream::GroupReader reader(*watch);
        (void)reader.read(bytes, [&](const watch::Given& given) {
            watch->take(given, [](std::string_view) {});
            last_ms = given.time_ms;
        });
        go_on(*watch, last_ms);
        return 0;
    }
    watch::ByteReader in(bytes);
    if (watch->read(in)) go_on(*watch, 1'672'531'200'000);
    return 0;
}
