#include "store/faults.hpp"

namespace store::faults {
namespace {

base::Error with(base::Error error, std::string detail) {
    error.detail = std::move(detail);
    return error;
}

} // namespace

base::Error command_id() {
    return base::invalid(
        "store.command_id",
        {"命令编号应为 1 至 128 个可见 ASCII 字符",
         "a command's id is 1 to 128 printable ASCII characters"},
        {"请为每次提交生成一个新编号，例如 UUID",
         "make a new id for each wish, for example a UUID"});
}

base::Error command_reused() {
    return base::conflict(
        "store.command_reused",
        {"这个命令编号已用于另一项内容", "this command id was used for something else"},
        {"请换一个新编号再提交", "send it again under a new id"});
}

base::Error busy() {
    return base::unavailable(
        "store.busy",
        {"系统正忙，未受理", "too much is waiting; nothing was done"},
        {"请稍后用同一编号重试", "send it again with the same id in a moment"});
}

base::Error fault(std::string detail) {
    base::Error error;
    error.kind = base::ErrorKind::internal;
    error.code = "store.fault";
    error.message = {
        "程序内部错误，未作任何更改", "a fault inside the program; nothing was changed"};
    error.cure = {"请联系管理员；日志中有详情", "tell the administrator; the log has the details"};
    return with(std::move(error), std::move(detail));
}

base::Error unavailable(std::string detail) {
    return with(
        base::unavailable(
            "store.unavailable",
            {"数据暂时无法保存", "the change could not be stored for now"},
            {"请稍后用同一编号重试；若一再出现，请检查磁盘",
             "send it again with the same id; when it persists, check the disk"}),
        std::move(detail));
}

base::Error locked(std::string detail) {
    return with(
        base::unavailable(
            "store.locked",
            {"数据库正被另一个进程使用", "another process uses the database"},
            {"请先停止那个进程", "stop that process first"}),
        std::move(detail));
}

base::Error newer(std::string detail) {
    return with(
        base::unavailable(
            "store.newer",
            {"数据库由更新版本的程序写成", "the database was written by a newer program"},
            {"请使用不低于该版本的程序", "use that program or a later one"}),
        std::move(detail));
}

base::Error damaged(std::string detail) {
    return with(
        base::unavailable(
            "store.damaged",
            {"数据库文件已损坏或不是本程序的文件",
             "the database file is damaged or not one of this program"},
            {"请从备份恢复", "restore a backup"}),
        std::move(detail));
}

base::Error log_damaged(std::string where, std::string detail) {
    return with(
        base::unavailable(
            "store.log_damaged",
            {"日志“" + where + "”已损坏，而且不是最后一次没写完的部分",
             "the log “" + where + "” is damaged, and not only in what was being written last"},
            {"请从备份恢复这个目录；不要删改其中的文件",
             "restore the folder from a backup; do not change its files"})
            .at(where),
        std::move(detail));
}

base::Error exists(std::string detail) {
    return with(
        base::conflict(
            "store.exists",
            {"目标文件已存在", "the target file exists already"},
            {"请换一个路径，或先移走原文件", "name another path, or move the file away first"}),
        std::move(detail));
}

} // namespace store::faults
