#pragma once

#include <initializer_list>
#include <string_view>

namespace galley::telemetry {

/// Names this process in its log lines: `server`, `gateway`, `up`. The text must outlive the
/// process. Call once, before any thread starts.
void NameProcess(std::string_view name);

/// One more fact beside the message, named by Elastic Common Schema where that has a name.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Log one event on standard error: for people if that is a terminal, else one line of JSON after
/// the Elastic Common Schema (docs/formats/log.md). Any thread; a line is written whole.
void LogInfo(std::string_view message, std::initializer_list<Field> fields = {});
void LogWarn(std::string_view message, std::initializer_list<Field> fields = {});
void LogError(std::string_view message, std::initializer_list<Field> fields = {});

}  // namespace galley::telemetry
