#include <algorithm>
#include <map>
#include <utility>

#include "protocol/control/native/api.h"
#include "protocol/control/native/lineage_nodes.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

using journal::View;
using schema::Field;
using schema::Of;

constexpr std::int64_t kDepthMax = 6;
constexpr std::size_t kNodeBytesMax = 300;

constexpr Field kAskLineage[] = {Of<&AskLineage::node>("node").Required().Bytes(kNodeBytesMax),
                                 Of<&AskLineage::dir>("dir"), Of<&AskLineage::depth>("depth"),
                                 Of<&AskLineage::limit>("limit")};
constexpr Field kLineageNode[] = {
    Of<&LineageNode::node>("node"),         Of<&LineageNode::kind>("kind"),
    Of<&LineageNode::name>("name"),         Of<&LineageNode::detail>("detail"),
    Of<&LineageNode::state>("state"),       Of<&LineageNode::at_ms>("at_ms"),
    Of<&LineageNode::path>("path"),         Of<&LineageNode::depth>("depth"),
    Of<&LineageNode::has_more>("has_more"),
};
constexpr Field kLineageEdge[] = {Of<&LineageEdge::from>("from"), Of<&LineageEdge::to>("to")};
constexpr Field kLineageAnswer[] = {
    Of<&LineageAnswer::node>("node"), Of<&LineageAnswer::position>("position"),
    Of<&LineageAnswer::nodes>("nodes"), Of<&LineageAnswer::edges>("edges"),
    Of<&LineageAnswer::has_more>("has_more")};

/// Goes from one node on in one direction, level by level.
class Walk {
 public:
  Walk(LineageNodes& nodes, const AskLineage& asked, LineageAnswer& answer)
      : nodes_(nodes), asked_(asked), answer_(answer) {}

  Status Go(bool up) {
    std::vector<std::size_t> level = {0};
    for (std::int64_t depth = 0; depth <= asked_.depth && !level.empty(); ++depth) {
      std::vector<std::size_t> next;
      for (const std::size_t at : level) {
        const LineageNode from = answer_.nodes[at];
        for (LineageNode& found : TRY(nodes_.Next(from, up))) {
          Meet(at, std::move(found), up, depth, next);
        }
      }
      level = std::move(next);
    }
    return {};
  }

 private:
  void Meet(std::size_t at, LineageNode found, bool up, std::int64_t depth,
            std::vector<std::size_t>& next) {
    const std::string from = answer_.nodes[at].node;
    const auto known = std::ranges::find(answer_.nodes, found.node, &LineageNode::node);
    if (known == answer_.nodes.end()) {
      const bool is_full = std::ssize(answer_.nodes) >= asked_.limit;
      if (depth == asked_.depth || is_full) {
        answer_.nodes[at].has_more = true;
        answer_.has_more = answer_.has_more || depth < asked_.depth;
        return;
      }
      found.depth = up ? -(depth + 1) : depth + 1;
      next.push_back(answer_.nodes.size());
    }
    LineageEdge edge = up ? LineageEdge{found.node, from} : LineageEdge{from, found.node};
    const auto same = [&edge](const LineageEdge& other) {
      return other.from == edge.from && other.to == edge.to;
    };
    if (std::ranges::none_of(answer_.edges, same)) answer_.edges.push_back(std::move(edge));
    if (known == answer_.nodes.end()) answer_.nodes.push_back(std::move(found));
  }

  LineageNodes& nodes_;
  const AskLineage& asked_;
  LineageAnswer& answer_;
};

Result<LineageAnswer> Graph(const View& view, const AskLineage& asked,
                            const http::Request& /*request*/) {
  TRY(CheckPage(asked.limit, kPageMax));
  if (asked.depth < 1 || asked.depth > kDepthMax) {
    return Fail(Code::kInvalidArgument, "'depth' must be from 1 to {} steps, not {}", kDepthMax,
                asked.depth);
  }
  if (asked.dir != "up" && asked.dir != "down" && asked.dir != "both") {
    return Fail(Code::kInvalidArgument, "'dir' must be up, down or both, not '{}'", asked.dir);
  }
  LineageNodes nodes(view);
  LineageAnswer answer;
  answer.nodes.push_back(TRY(nodes.Find(asked.node)));
  answer.node = answer.nodes.front().node;
  for (const auto& event :
       TRY(journal::ReadEvents(view.db, view.project, {.before = {}, .subject = {}, .limit = 1}))) {
    answer.position = event.sequence;
  }
  Walk walk(nodes, asked, answer);
  if (asked.dir != "down") TRY(walk.Go(true));
  if (asked.dir != "up") TRY(walk.Go(false));
  return answer;
}

}  // namespace

const schema::Message AskLineage::kSchema{"AskLineage", kAskLineage};
const schema::Message LineageNode::kSchema{"LineageNode", kLineageNode};
const schema::Message LineageEdge::kSchema{"LineageEdge", kLineageEdge};
const schema::Message LineageAnswer::kSchema{"LineageAnswer", kLineageAnswer};

std::vector<http::Route> LineageGraphRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "lineage", Graph);
  return routes;
}

}  // namespace galley::native
