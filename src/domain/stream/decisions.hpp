// The file of decisions, a line of JSON each. It follows from the log, so it need not be on the
// disk before it is read: what is missing or torn after a crash is written again, byte for byte.
#pragma once

#include "base/result.hpp"
#include "store/group_log.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace stream {

class Decisions {
public:
    // Up to `held_bytes` the file is right; `stream.decisions` when it is shorter. `flush` stands
    // in for the system's in tests.
    static base::Result<Decisions> open(
        const std::filesystem::path& file, std::uint64_t held_bytes, store::Flush flush = {});

    Decisions(Decisions&& other) noexcept;
    Decisions(const Decisions&) = delete;
    Decisions& operator=(const Decisions&) = delete;
    ~Decisions();

    // Puts lines into their place: nothing is written where the file says it already.
    base::Result<> put(std::string_view lines);
    // After the last line that the log gives: whatever the file has beyond it goes.
    base::Result<> end();
    base::Result<> flush();

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; } // put

    [[nodiscard]] std::uint64_t rewritten() const { return rewritten_; } // bytes that were wrong

private:
    Decisions(int descriptor, store::Flush flush)
        : descriptor_(descriptor)
        , flush_(std::move(flush)) {}

    base::Result<> cut();

    int descriptor_;
    store::Flush flush_;
    std::uint64_t bytes_ = 0;
    std::uint64_t size_ = 0; // of the file
    std::uint64_t rewritten_ = 0;
    std::string there_;
};

} // namespace stream
