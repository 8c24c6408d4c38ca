#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "protocol/control/ui/messages.h"

namespace galley::cli {

Result<int> OpenPage(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(TellServer(server, "ui/sessions", "{}"));
  const auto link = TRY(Understood<ui::SessionLink>(body));
  SayDone(arguments, body, link.url);
  if (!arguments.json) {
    fmt::print(stderr,
               "Open it in a browser within two minutes: it works once, and signs the browser in "
               "for 12 hours.\n");
  }
  return 0;
}

}  // namespace galley::cli
