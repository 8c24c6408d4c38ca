#include "protocol/control/native/log_answer.h"

#include <vector>

namespace galley::native {
namespace {

constexpr std::int64_t kLogBytesMax = std::int64_t{1} << 20U;
constexpr std::int64_t kLogBytesMin = 4;

std::vector<PipelineLogLine> ToMessage(const std::vector<pipeline::LogLine>& lines) {
  std::vector<PipelineLogLine> message;
  for (const auto& line : lines) message.push_back({line.offset, line.number, line.text});
  return message;
}

}  // namespace

Result<PipelineLogAnswer> AnswerLog(const LogAsked& asked, const pipeline::LogReader& read,
                                    const LogFinder& find) {
  const pipeline::LogQuestion& question = asked.question;
  const bool has_text = asked.limit != 0;
  if ((has_text && asked.limit < kLogBytesMin) || asked.limit > kLogBytesMax || asked.offset < 0 ||
      question.from < 0) {
    return Fail(Code::kInvalidArgument,
                "'limit' must be from {} to {} bytes, or 0, and 'offset' and 'from' not negative",
                kLogBytesMin, kLogBytesMax);
  }
  const auto page = TRY(read(asked.offset, has_text ? asked.limit : kLogBytesMin));
  PipelineLogAnswer answer{.next_offset = asked.offset, .size = page.size};
  if (has_text) {
    answer.text = page.bytes;
    answer.next_offset = page.next_offset;
  }
  if (!question.errors && question.text.empty()) return answer;
  const auto found = TRY(find(question));
  answer.is_cut = found.is_cut;
  if (question.errors) {
    answer.errors = ToMessage(found.errors);
    answer.errors_have_more = found.errors_have_more;
    const auto& first = found.first_error;
    if (first) answer.first_error = PipelineLogLine{first->offset, first->number, first->text};
  }
  if (question.text.empty()) return answer;
  answer.matches = ToMessage(found.matches);
  answer.matches_have_more = found.matches_have_more;
  return answer;
}

}  // namespace galley::native
