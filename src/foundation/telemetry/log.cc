#include "foundation/telemetry/log.h"

#include <unistd.h>

#include <ctime>
#include <string>

#include <fmt/core.h>

#include "foundation/json/writer.h"

namespace galley::telemetry {
namespace {

enum class Level { kInfo, kWarn, kError };

std::string_view process_name = "galley";  // Set once at start, read from then on.

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kInfo: return "info";
    case Level::kWarn: return "warn";
    case Level::kError: return "error";
  }
  return "error";
}

struct WallTime {
  std::tm fields{};
  int ms = 0;
};

WallTime Now(bool local) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  WallTime time;
  time.ms = static_cast<int>(now.tv_nsec / 1'000'000);
  local ? localtime_r(&now.tv_sec, &time.fields) : gmtime_r(&now.tv_sec, &time.fields);
  return time;
}

std::string TextLine(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const auto time = Now(true);
  std::string line =
      fmt::format("{:02}:{:02}:{:02}.{:03} {:<5} {:<8} {}", time.fields.tm_hour, time.fields.tm_min,
                  time.fields.tm_sec, time.ms, LevelName(level), process_name, message);
  for (const auto& [name, value] : fields) line += fmt::format(" {}={}", name, value);
  return line;
}

std::string JsonLine(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const auto time = Now(false);
  json::Writer writer;
  writer.BeginObject();
  writer.Key("@timestamp")
      .String(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", time.fields.tm_year + 1900,
                          time.fields.tm_mon + 1, time.fields.tm_mday, time.fields.tm_hour,
                          time.fields.tm_min, time.fields.tm_sec, time.ms));
  writer.Key("log.level").String(LevelName(level)).Key("message").String(message);
  writer.Key("ecs.version").String("8.11.0");
  writer.Key("service.name").String("galley").Key("process.name").String(process_name);
  writer.Key("process.pid").Int(::getpid());
  for (const auto& [name, value] : fields) writer.Key(name).String(value);
  writer.EndObject();
  return std::move(writer).Take();
}

void Log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  static const bool for_people = ::isatty(STDERR_FILENO) == 1;
  std::string line =
      for_people ? TextLine(level, message, fields) : JsonLine(level, message, fields);
  line += '\n';
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void NameProcess(std::string_view name) {
  process_name = name;
}

void LogInfo(std::string_view message, std::initializer_list<Field> fields) {
  Log(Level::kInfo, message, fields);
}
void LogWarn(std::string_view message, std::initializer_list<Field> fields) {
  Log(Level::kWarn, message, fields);
}
void LogError(std::string_view message, std::initializer_list<Field> fields) {
  Log(Level::kError, message, fields);
}

}  // namespace galley::telemetry
