"""Pictures of every page, in two themes and two languages, of a server with something of everything.

    PYTHON tests/page/screenshots.py FOLDER [--runs N]    all of them into FOLDER
    PYTHON tests/page/screenshots.py --readme             those of the README into docs/images

PYTHON is that of tests/environments/kitchen.txt, Node's packages are those of ui/package-lock.json.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tests/common", "tests/page"):
    sys.path.insert(0, str(ROOT / folder))
from browser import link_to_enter, run_walk  # noqa: E402
from data_fixture import seed_datasets  # noqa: E402
from fixture import seed_runs  # noqa: E402
from monitor_fixture import seed_monitor  # noqa: E402
from pipeline_fixture import seed_pipelines  # noqa: E402
from rollout_fixture import seed_rollout  # noqa: E402
from servers import Galley  # noqa: E402

README = {"rollout": ("rollout", {}), "rollout-zh": ("rollout", {"language": "zh"}),
          "runs-dark": ("runs", {"theme": "dark"})}


def seed(server, folder, runs):
    """Fills a server with something of everything; {name: path} of its pages."""
    token = (server.data / "token").read_text(encoding="ascii").strip()
    seed_runs(server.url, runs)
    rollout = seed_rollout(server.url, server.gateway, token)
    monitor = seed_monitor(server.url, server.gateway, token)
    pipelines = seed_pipelines(server.url, token, folder / "pipelines")
    datasets = seed_datasets(server.url, token, folder / "datasets")
    return pages(server, rollout, monitor, pipelines, datasets)


def pages(server, rollout, monitor, pipelines, datasets):
    from conftest import Api
    api = Api(server.url)
    found = api.query(sort=["-metrics.auc"], columns=["metrics.auc"])["rows"]
    prediction = api.get(f"endpoints/{monitor['endpoint']}/predictions", limit=1)["requests"][0]["id"]
    compared = ",".join(row["id"] for row in found[:6])
    model = api.get("registered-models")["models"][0]["name"]
    return {"home": "/ui/home", "datasets": "/ui/datasets", "dataset": f"/ui/datasets/{datasets['dataset']}",
            "experiments": "/ui/experiments", "runs": f"/ui/experiments/{found[0]['experiment']}?cols=metrics.auc,params.lr,params.opt&sort=-metrics.auc",
            "run": f"/ui/runs/{found[0]['id']}", "charts": f"/ui/runs/{found[0]['id']}?tab=charts",
            "logs": f"/ui/runs/{found[0]['id']}?tab=logs", "system": f"/ui/runs/{found[0]['id']}?tab=system",
            "compare": f"/ui/compare?runs={compared}", "scatter": "/ui/compare?rows=all&tab=scatter&sx=params.lr&sy=metrics.auc&pareto=1",
            "boxes": "/ui/compare?rows=all&tab=box&bv=metrics.auc&bc=params.opt",
            "lineage-graph": f"/ui/lineage/graph?node=model:{rollout['endpoint']}@1",
            "versions": f"/ui/models/{rollout['endpoint']}?a=1&b=2&version=2", "report": f"/ui/datasets/{datasets['dataset']}?tab=report",
            "pipelines": "/ui/pipelines",
            "pipeline-run": f"/ui/pipeline-runs/{pipelines['failed_run']}", "models": "/ui/models", "model": f"/ui/models/{model}",
            "endpoints": "/ui/endpoints", "endpoint": f"/ui/endpoints/{rollout['endpoint']}", "rollout": f"/ui/rollouts/{rollout['rollout']}",
            "monitors": "/ui/monitors", "monitor": f"/ui/monitors/{monitor['monitor']}", "incidents": "/ui/incidents",
            "incident": f"/ui/incidents/{monitor['incident']}", "alerts": "/ui/alerts", "lineage": f"/ui/lineage/prediction/{prediction}",
            "search": "/ui/search?q=auc", "audit": "/ui/audit", "settings": "/ui/settings"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--runs", type=int, default=3000)
    options = parser.parse_args()
    if (options.folder is None) == (not options.readme):
        parser.error("FOLDER or --readme")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        server = Galley(scratch)
        try:
            found = seed(server, scratch, options.runs)
            folder = scratch if options.readme else options.folder
            folder.mkdir(parents=True, exist_ok=True)
            wanted = {name: found[name] for name, _ in README.values()} if options.readme else found
            for theme in ("light", "dark"):
                for language in ("en", "zh"):
                    result = run_walk("shots", server.url, theme=theme, language=language, height=900, enter=link_to_enter(server),
                                      data={"pages": wanted, "folder": str(folder), "axe": True})
                    print(theme, language, {key: result[key] for key in ("problem", "violations", "errors", "outside", "axe")})
            if options.readme:
                (ROOT / "docs/images").mkdir(exist_ok=True)
                for name, (page, mode) in README.items():
                    shot = folder / f"{page}-{mode.get('theme', 'light')}-{mode.get('language', 'en')}.png"
                    (ROOT / f"docs/images/{name}.png").write_bytes(shot.read_bytes())
        finally:
            server.stop()


if __name__ == "__main__":
    main()
