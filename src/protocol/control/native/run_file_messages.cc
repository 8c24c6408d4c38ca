#include "protocol/control/native/run_file_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kTextMax = 1024;

constexpr Field kListRunFiles[] = {
    Of<&ListRunFiles::path>("path").Bytes(kTextMax),
    Of<&ListRunFiles::after>("after").Bytes(kTextMax),
    Of<&ListRunFiles::limit>("limit"),
};
constexpr Field kRunFile[] = {
    Of<&RunFile::name>("name"),   Of<&RunFile::path>("path"), Of<&RunFile::is_folder>("is_folder"),
    Of<&RunFile::files>("files"), Of<&RunFile::size>("size"), Of<&RunFile::preview>("preview"),
};
constexpr Field kRunFilesAnswer[] = {
    Of<&RunFilesAnswer::path>("path"),         Of<&RunFilesAnswer::root_uri>("root_uri"),
    Of<&RunFilesAnswer::is_here>("is_here"),   Of<&RunFilesAnswer::entries>("entries"),
    Of<&RunFilesAnswer::has_more>("has_more"),
};
constexpr Field kGetRunFile[] = {
    Of<&GetRunFile::path>("path").Required().Bytes(kTextMax),
};
constexpr Field kRunLogFile[] = {
    Of<&RunLogFile::path>("path"),
    Of<&RunLogFile::size>("size"),
};
constexpr Field kRunLogAttempt[] = {
    Of<&RunLogAttempt::number>("number"),
    Of<&RunLogAttempt::ending>("ending"),
};
constexpr Field kRunLogJob[] = {
    Of<&RunLogJob::pipeline>("pipeline"), Of<&RunLogJob::run>("run"),
    Of<&RunLogJob::job>("job"),           Of<&RunLogJob::attempts>("attempts"),
    Of<&RunLogJob::is_live>("is_live"),
};
constexpr Field kRunLogsAnswer[] = {
    Of<&RunLogsAnswer::root_uri>("root_uri"), Of<&RunLogsAnswer::is_here>("is_here"),
    Of<&RunLogsAnswer::files>("files"),       Of<&RunLogsAnswer::has_more>("has_more"),
    Of<&RunLogsAnswer::job>("job"),
};
constexpr Field kReadRunLog[] = {
    Of<&ReadRunLog::path>("path").Required().Bytes(kTextMax),
    Of<&ReadRunLog::offset>("offset"),
    Of<&ReadRunLog::limit>("limit"),
    Of<&ReadRunLog::errors>("errors"),
    Of<&ReadRunLog::q>("q").Bytes(200),
    Of<&ReadRunLog::from>("from"),
};
constexpr Field kBaselineMetric[] = {
    Of<&BaselineMetric::key>("key"),
    Of<&BaselineMetric::value>("value"),
};
constexpr Field kRunBaseline[] = {
    Of<&RunBaseline::kind>("kind"),       Of<&RunBaseline::run>("run"),
    Of<&RunBaseline::name>("name"),       Of<&RunBaseline::model>("model"),
    Of<&RunBaseline::version>("version"), Of<&RunBaseline::metrics>("metrics"),
};
constexpr Field kRunBaselineAnswer[] = {Of<&RunBaselineAnswer::baseline>("baseline")};
constexpr Field kReproduceCode[] = {
    Of<&ReproduceCode::commit>("commit"), Of<&ReproduceCode::has_changes>("has_changes"),
    Of<&ReproduceCode::branch>("branch"), Of<&ReproduceCode::repository>("repository"),
    Of<&ReproduceCode::source>("source"),
};
constexpr Field kReproduceDataset[] = {
    Of<&ReproduceDataset::name>("name"),
    Of<&ReproduceDataset::version>("version"),
    Of<&ReproduceDataset::digest>("digest"),
    Of<&ReproduceDataset::how>("how"),
};
constexpr Field kReproducePipeline[] = {
    Of<&ReproducePipeline::pipeline>("pipeline"),
    Of<&ReproducePipeline::run>("run"),
    Of<&ReproducePipeline::job>("job"),
    Of<&ReproducePipeline::folder>("folder"),
};
constexpr Field kReproduceMissing[] = {
    Of<&ReproduceMissing::what>("what"),
    Of<&ReproduceMissing::why>("why"),
};
constexpr Field kReproduceAnswer[] = {
    Of<&ReproduceAnswer::commands>("commands"), Of<&ReproduceAnswer::code>("code"),
    Of<&ReproduceAnswer::datasets>("datasets"), Of<&ReproduceAnswer::pipeline>("pipeline"),
    Of<&ReproduceAnswer::params>("params"),     Of<&ReproduceAnswer::missing>("missing"),
};

}  // namespace

const schema::Message ListRunFiles::kSchema{"ListRunFiles", kListRunFiles};
const schema::Message RunFile::kSchema{"RunFile", kRunFile};
const schema::Message RunFilesAnswer::kSchema{"RunFilesAnswer", kRunFilesAnswer};
const schema::Message GetRunFile::kSchema{"GetRunFile", kGetRunFile};
const schema::Message RunLogFile::kSchema{"RunLogFile", kRunLogFile};
const schema::Message RunLogAttempt::kSchema{"RunLogAttempt", kRunLogAttempt};
const schema::Message RunLogJob::kSchema{"RunLogJob", kRunLogJob};
const schema::Message RunLogsAnswer::kSchema{"RunLogsAnswer", kRunLogsAnswer};
const schema::Message ReadRunLog::kSchema{"ReadRunLog", kReadRunLog};
const schema::Message BaselineMetric::kSchema{"BaselineMetric", kBaselineMetric};
const schema::Message RunBaseline::kSchema{"RunBaseline", kRunBaseline};
const schema::Message RunBaselineAnswer::kSchema{"RunBaselineAnswer", kRunBaselineAnswer};
const schema::Message ReproduceCode::kSchema{"ReproduceCode", kReproduceCode};
const schema::Message ReproduceDataset::kSchema{"ReproduceDataset", kReproduceDataset};
const schema::Message ReproducePipeline::kSchema{"ReproducePipeline", kReproducePipeline};
const schema::Message ReproduceMissing::kSchema{"ReproduceMissing", kReproduceMissing};
const schema::Message ReproduceAnswer::kSchema{"ReproduceAnswer", kReproduceAnswer};

}  // namespace galley::native
