// Links that clients print keep their path behind a '#', which no server sees: this rewrites them to
// the page's own. One table; the first row that fits counts. `{name}` is one segment, `{name...}` the
// rest. What fits no row opens the page. What this page's own path has in front (a base path) stays there.
(function () {
  "use strict";
  const rows = [
    // MLflow
    ["experiments/{e}/runs/{run}/artifacts/{path...}", "/ui/runs/{run}?tab=files&path={path}"],
    ["experiments/{e}/runs/{run}/artifacts", "/ui/runs/{run}?tab=files"],
    ["experiments/{e}/runs/{run}/{part...}", "/ui/runs/{run}"],
    ["experiments/{e}/runs/{run}", "/ui/runs/{run}"],
    // Kubeflow Pipelines; 'details' is no number of an experiment and no id of a run.
    ["experiments/details/{e}", "/ui/experiments/{e}"],
    ["runs/details/{run}", "/ui/pipeline-runs/{run}"],
    ["pipelines/details/{name}/{part...}", "/ui/pipelines?p={name}"],
    ["pipelines/details/{name}", "/ui/pipelines?p={name}"],
    ["runs", "/ui/pipelines"],
    ["pipelines", "/ui/pipelines"],
    // MLflow
    ["experiments/{e}/{part...}", "/ui/experiments/{e}"],
    ["experiments/{e}", "/ui/experiments/{e}"],
    ["experiments", "/ui/experiments"],
    ["models/{model}/versions/{version}/{part...}", "/ui/models/{model}?version={version}"],
    ["models/{model}/versions/{version}", "/ui/models/{model}?version={version}"],
    ["models/{model}", "/ui/models/{model}"],
    ["models", "/ui/models"],
    ["compare-runs", "/ui/compare?runs={runs}"],
    ["metric/{part...}", "/ui/compare?runs={runs}"],
  ];

  // A list of ids, as MLflow writes it: ["a","b"].
  function idsOf(text) {
    try {
      const ids = JSON.parse(text);
      return Array.isArray(ids) ? ids.filter((id) => /^[0-9a-f]+$/.test(id)).join(",") : "";
    } catch (error) {
      return "";
    }
  }

  function decoded(segment) {
    try {
      return decodeURIComponent(segment);
    } catch (error) {
      return segment;
    }
  }

  // What a row's pattern captures of a path, or null.
  function matched(pattern, segments) {
    const wanted = pattern.split("/");
    const captured = {};
    for (let at = 0; at < wanted.length; at += 1) {
      const rest = /^\{(\w+)\.\.\.\}$/.exec(wanted[at]);
      const one = /^\{(\w+)\}$/.exec(wanted[at]);
      if (at >= segments.length) return null;
      if (rest !== null) {
        captured[rest[1]] = segments.slice(at).map(decoded).join("/");
        return captured;
      }
      if (one !== null) captured[one[1]] = decoded(segments[at]);
      else if (wanted[at] !== segments[at]) return null;
    }
    return segments.length === wanted.length ? captured : null;
  }

  function target(fragment) {
    const [path, query] = fragment.replace(/^#?\/?/, "").split("?", 2);
    const segments = path.split("/").filter((segment) => segment !== "");
    const runs = idsOf(new URLSearchParams(query || "").get("runs") || "");
    for (const [pattern, to] of rows) {
      const captured = matched(pattern, segments);
      if (captured === null) continue;
      captured.runs = runs;
      return to.replace(/\{(\w+)\}/g, (whole, name) =>
        encodeURIComponent(captured[name]).replace(/%2C/g, ","));
    }
    return "/ui/";
  }

  if (typeof location === "undefined") globalThis.target = target;
  else location.replace(location.pathname.replace(/\/+$/, "") + target(location.hash));
})();
