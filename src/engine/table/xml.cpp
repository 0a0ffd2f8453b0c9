#include "engine/table/xml.hpp"

#include <new>

namespace table {

using base::Result;

namespace {

constexpr int depth_most = 64;
constexpr int piece_bytes = 64 * 1024;
constexpr std::size_t silent_bytes_most = 8U << 20U;

std::string_view local(std::string_view name) {
    return name.substr(name.find(':') + 1); // npos + 1 is 0: the whole name
}

} // namespace

std::optional<std::string_view> Attributes::get(std::string_view name) const {
    for (const auto* pair = pairs_; *pair != nullptr; pair += 2) {
        if (local(pair[0]) == name) return pair[1];
    }
    return std::nullopt;
}

XmlPass::XmlPass(Archive& archive, const XmlHandlers& handlers)
    : archive_(archive)
    , handlers_(handlers)
    , parser_(XML_ParserCreate(nullptr)) {
    if (parser_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_start, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
}

XmlPass::~XmlPass() { XML_ParserFree(parser_); }

void XmlPass::pause() {
    paused_ = true;
    XML_StopParser(parser_, XML_TRUE);
}

void XmlPass::fail(base::Error error) {
    if (!error_) error_ = std::move(error);
    XML_StopParser(parser_, XML_FALSE);
}

void XmlPass::on_start(void* self, const char* name, const char** attributes) {
    auto& pass = *static_cast<XmlPass*>(self);
    pass.silent_bytes_ = 0;
    if (++pass.depth_ > depth_most) {
        return pass.fail(xlsx_unsafe({"嵌套过深。", "its parts are nested too deeply."}));
    }
    pass.handlers_.start(local(name), Attributes(attributes));
}

void XmlPass::on_end(void* self, const char* name) {
    auto& pass = *static_cast<XmlPass*>(self);
    pass.silent_bytes_ = 0;
    --pass.depth_;
    if (!pass.error_) pass.handlers_.end(local(name));
}

void XmlPass::on_text(void* self, const char* text, int size) {
    auto& pass = *static_cast<XmlPass*>(self);
    pass.silent_bytes_ = 0;
    pass.handlers_.text({text, static_cast<std::size_t>(size)});
}

void XmlPass::on_doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<XmlPass*>(self)->fail(
        xlsx_unsafe({"含有文档类型声明（DTD）。", "it holds a document type declaration (DTD)."}));
}

Result<bool> XmlPass::outcome(XML_Status status) {
    if (error_) return *error_;
    if (status == XML_STATUS_ERROR) {
        return xlsx_broken(XML_ErrorString(XML_GetErrorCode(parser_)));
    }
    return status == XML_STATUS_SUSPENDED;
}

Result<bool> XmlPass::step() {
    if (paused_) {
        paused_ = false;
        const bool again = TRY(outcome(XML_ResumeParser(parser_)));
        if (again) return true;
    }
    while (!ended_) {
        void* buffer = XML_GetBuffer(parser_, piece_bytes);
        if (buffer == nullptr) throw std::bad_alloc();
        const auto got = TRY(archive_.read({static_cast<char*>(buffer), piece_bytes}));
        silent_bytes_ += got;
        if (silent_bytes_ > silent_bytes_most) {
            return xlsx_unsafe({"含有过长的标记。", "it holds a tag that is too long."});
        }
        ended_ = got == 0;
        const bool paused = TRY(outcome(XML_ParseBuffer(parser_, static_cast<int>(got), ended_)));
        if (paused) return true;
    }
    return false;
}

Result<bool> read_xml(Archive& archive, const std::string& entry, const XmlHandlers& handlers) {
    if (!archive.enter(entry)) return false;
    XmlPass pass(archive, handlers);
    TRY(pass.step());
    return true;
}

} // namespace table
