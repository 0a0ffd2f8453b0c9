// Whatever bytes lie in a file of a log: what is read is written back word for word. And whatever
// happens to a file that was whole: the groups read are the first of those written, and what is
// missing is said to be torn or damaged.
//
//   input = edits(1) {place(2) value(1)} payload…   each payload is a byte of length and its bytes
#include "store/group_log.hpp"

namespace {

void read_back(std::string_view bytes) {
    const auto file = store::read_log_file(bytes);
    if (!file) return;
    auto text = store::frame_text(true, file->begin, file->heading);
    for (const auto& group : file->groups)
        text += store::frame_text(false, group.at, group.payload);
    base::ensure(text == bytes.substr(0, file->whole_bytes), "a log has one spelling");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read_back(bytes);
    if (size == 0) return 0;
    const auto edits = std::min<std::size_t>(data[0] % 8, (size - 1) / 3);
    auto rest = bytes.substr(1 + edits * 3);
    std::vector<std::string_view> payloads;
    store::LogPlace at;
    auto text = store::frame_text(true, at, "fuzz");
    const auto head = text.size();
    while (!rest.empty() && payloads.size() < 16) {
        const auto length =
            std::min<std::size_t>(static_cast<unsigned char>(rest[0]), rest.size() - 1);
        payloads.push_back(rest.substr(1, length));
        rest.remove_prefix(1 + length);
        const auto frame = store::frame_text(false, at, payloads.back());
        at.group += 1;
        std::copy_n(frame.end() - std::ssize(at.digest), at.digest.size(), at.digest.begin());
        text += frame;
    }
    const auto whole = text;
    for (std::size_t i = 0; i < edits; ++i) {
        const auto place = data[1 + i * 3] + 256U * data[2 + i * 3];
        text[place % text.size()] ^= static_cast<char>(data[3 + i * 3]);
    }
    if (edits == 7) text.resize(text.size() * 3 / 4);
    read_back(text);
    const auto file = store::read_log_file(text);
    if (!file) {
        base::ensure(text.substr(0, head) != whole.substr(0, head), "a whole head is read");
        return 0;
    }
    base::ensure(file->groups.size() <= payloads.size(), "no group comes from nowhere");
    for (std::size_t i = 0; i < file->groups.size(); ++i)
        base::ensure(file->groups[i].payload == payloads[i], "a group is the one that was written");
    const bool all = file->whole_bytes == text.size() && !file->damaged;
    base::ensure(!all || whole.starts_with(text), "what was changed is found");
    return 0;
}
