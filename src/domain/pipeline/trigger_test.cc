// What `on` says, and GitHub's own examples of patterns (its workflow syntax, "Filter pattern cheat
// sheet").
#include "domain/pipeline/trigger.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

using Texts = std::vector<std::string>;

struct Example {
  Texts patterns;
  Texts taken;
  Texts passed_over;
};
const Example kExamples[] = {
    {{"feature/*"}, {"feature/my-branch", "feature/your-branch"}, {"feature/a/b", "feature"}},
    {{"feature/**"},
     {"feature/beta-a/my-branch", "feature/your-branch", "feature/mona/the/octocat"},
     {"feature"}},
    {{"main", "releases/mona-the-octocat"},
     {"main", "releases/mona-the-octocat"},
     {"maine", "mai"}},
    {{"*"}, {"main", "releases"}, {"all/the/branches"}},
    {{"**"}, {"all/the/branches", "every/tag"}, {}},
    {{"*feature"}, {"mona-feature", "feature", "ver-10-feature"}, {"a/feature"}},
    {{"v2*"}, {"v2", "v2.0", "v2.9"}, {"v1", "v2/0"}},
    {{"v[12].[0-9]+.[0-9]+"}, {"v1.10.1", "v2.0.0"}, {"v3.0.0", "v1..0", "v1.0"}},
    {{"*.jsx?"}, {"page.js", "page.jsx"}, {"page.jsxx", "a/page.js"}},
    {{"*.js"}, {"app.js", "index.js"}, {"js/index.js"}},
    {{"**.js"}, {"index.js", "js/index.js", "src/js/app.js"}, {"index.ts"}},
    {{"docs/*"}, {"docs/README.md", "docs/file.txt"}, {"docs/a/b", "docs"}},
    {{"docs/**"}, {"docs/README.md", "docs/mona/octocat.txt"}, {"doc/README.md"}},
    {{"docs/**/*.md"},
     {"docs/README.md", "docs/mona/hello-world.md", "docs/a/markdown/file.md"},
     {"docs/a.txt", "README.md"}},
    {{"**/docs/**"},
     {"docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"},
     {"mydocs/hello.md"}},
    {{"**/README.md"}, {"README.md", "js/README.md"}, {"js/XREADME.md"}},
    {{"**/*src/**"}, {"a/src/app.js", "my-src/code/js/app.js"}, {"a/srcs/app.js"}},
    {{"**/*-post.md"}, {"my-post.md", "path/their-post.md"}, {"my-post.txt"}},
    {{"**/migrate-*.sql"},
     {"migrate-10909.sql", "db/migrate-v1.0.sql", "db/sept/migrate-v1.sql"},
     {"db/remigrate-1.sql"}},
    {{"*.md", "!README.md"}, {"hello.md"}, {"README.md", "docs/hello.md"}},
    {{"*.md", "!README.md", "README*"}, {"hello.md", "README.md", "README.doc"}, {"a.doc"}},
    {{"a\\*b"}, {"a*b"}, {"aXb"}},
};

TEST(Pattern, IsAsGitHubDescribesIt) {
  for (const Example& example : kExamples) {
    for (const std::string& name : example.taken) {
      EXPECT_TRUE(Takes(example.patterns, name)) << example.patterns.front() << " " << name;
    }
    for (const std::string& name : example.passed_over) {
      EXPECT_FALSE(Takes(example.patterns, name)) << example.patterns.front() << " " << name;
    }
  }
}

TEST(Pattern, TakesNoTimeThatGrowsWithItsStars) {
  std::string pattern;
  for (int at = 0; at < 100; ++at) pattern += "*a";
  EXPECT_FALSE(Takes(Texts{pattern}, std::string(2000, 'a') + "b"));
}

TEST(Pattern, SaysWhatIsWrong) {
  for (const char* wrong : {"", "!", "?a", "+", "a??", "**?", "[", "[]", "a[b", "[z-a]", "a\\"}) {
    EXPECT_FALSE(CheckPattern(wrong)) << wrong;
  }
  EXPECT_FALSE(CheckPattern(std::string(2000, 'a')));
}

Result<std::vector<Trigger>> Read(const std::string& text) {
  return TriggersOf(TRY(yaml::Parse(text, "galley.yaml")));
}

Texts Shown(const std::string& text) {
  const auto triggers = Read(text);
  if (!triggers) return {triggers.error().message};
  Texts shown;
  for (const Trigger& trigger : *triggers) {
    shown.push_back(trigger.kind + (trigger.Text().empty() ? "" : ": ") + trigger.Text());
  }
  return shown;
}

TEST(Trigger, IsReadInEveryForm) {
  EXPECT_EQ(Shown("jobs: {}\n"), Texts{});
  EXPECT_EQ(Shown("on: push\n"), Texts{"push: all branches"});
  EXPECT_EQ(Shown("on: [push, manual, drift, workflow_dispatch]\n"),
            (Texts{"push: all branches", "drift: any column, gives up after 3"}));
  EXPECT_EQ(Shown("on: alert\n"), Texts{"alert: any alert, gives up after 3"});
  EXPECT_EQ(Shown("on: {alert: accuracy}\n"), Texts{"alert: accuracy, gives up after 3"});
  EXPECT_EQ(
      Shown("on: {alert: {rules: [a, b], cooldown: 8, give_up_after: 2}, drift: {}}\n"),
      (Texts{"alert: a, b, cool-down 8, gives up after 2", "drift: any column, gives up after 3"}));
  EXPECT_EQ(Shown("on: {push: , workflow_dispatch: {inputs: {a: {}}}}\n"),
            Texts{"push: all branches"});
  EXPECT_EQ(Shown("on: {push: {branches: [main, 'rel/**'], paths-ignore: docs/**}}\n"),
            Texts{"push: branches main, rel/**; paths but docs/**"});
  EXPECT_EQ(Shown("on: {data: sales}\n"), Texts{"data: sales"});
  EXPECT_EQ(Shown("on: {data: [sales, {dataset: shops, change: any}]}\n"),
            (Texts{"data: sales", "data: shops"}));
  EXPECT_EQ(Shown("on:\n  schedule:\n    - cron: '0 3 * * *'\n    - {cron: '@daily', timezone: "
                  "+08:00, catchup: true}\n"),
            (Texts{"schedule: 0 3 * * * UTC", "schedule: @daily +08:00, catchup"}));
}

TEST(Trigger, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"on: [schedule]\n",
       "galley.yaml:1:6: 'on[0]': 'schedule' must say of what: write a mapping, on: {schedule: …}"},
      {"on: data\n",
       "galley.yaml:1:5: 'on': 'data' must say of what: write a mapping, on: {data: …}"},
      {"on: {data: }\n",
       "galley.yaml:1:6: 'on.data' must be a dataset or a list of them, not "
       "nothing"},
      {"on: {data: {change: any}}\n", "galley.yaml:1:12: 'on.data' must have the key 'dataset'"},
      {"on: {data: {dataset: a, change: rows}}\n",
       "galley.yaml:1:33: 'on.data.change' must be the word 'any', not 'rows'"},
      {"on: {data: [a, a]}\n", "galley.yaml:1:16: 'on.data[1]' stands there twice"},
      {"on: {data: a/b}\n",
       "galley.yaml:1:12: 'on.data' cannot be a dataset: 'a/b'; a name has letters, digits, '-', "
       "'_' and '.', at most 63 bytes"},
      {"on: {schedule: [{cron: '0 25 * * *'}]}\n",
       "galley.yaml:1:24: 'on.schedule[0].cron': the hour '25' is not understood: it is from 0 to "
       "23; as N, A-B, A-B/STEP, */STEP, or several with commas"},
      {"on: {schedule: [{cron: '@daily', timezone: Europe/Berlin}]}\n",
       "galley.yaml:1:44: 'on.schedule[0].timezone': 'Europe/Berlin' is not supported: a timezone "
       "is UTC or an offset from it such as +08:00, up to 14 hours; names of regions, with their "
       "summer times, are not known"},
      {"on: {schedule: [{crone: '@daily'}]}\n",
       "galley.yaml:1:18: there is no key 'on.schedule[0].crone'; there are: cron, timezone, "
       "catchup"},
      {"on: {push: {branches: ['[']}}\n",
       "galley.yaml:1:24: 'on.push.branches[0]': '[' has a '[' without characters and a ']'"},
      {"on: {push: {branches: ['!main']}}\n",
       "galley.yaml:1:23: 'on.push.branches' takes nothing: it must have a pattern without '!'"},
      {"on: {push: {paths: a, paths-ignore: b}}\n",
       "galley.yaml:1:23: 'on.push.paths-ignore' cannot stand beside 'paths': write '!' in front "
       "of its patterns there"},
      {"on: {push: {tags: v1}}\n",
       "galley.yaml:1:13: 'on.push.tags' is not supported yet: a pushed tag starts nothing"},
  };
  for (const auto& [text, message] : wrong) EXPECT_EQ(Shown(text), Texts{message}) << text;
}

TEST(Trigger, TakesPushesByBranchAndFiles) {
  const auto push = [](const std::string& text) {
    return Read("on: {push: " + text + "}\n")->at(0);
  };
  EXPECT_EQ(WhyNot(push("{branches: [main]}"), "main"), "");
  EXPECT_EQ(WhyNot(push("{branches: [main]}"), "dev"),
            "the branch 'dev' is none of 'branches': main");
  EXPECT_EQ(WhyNot(push("{branches-ignore: [wip/**]}"), "wip/a"),
            "the branch 'wip/a' is one of 'branches-ignore': wip/**");
  EXPECT_TRUE(TakesFiles(push("{}"), {}));
  EXPECT_TRUE(TakesFiles(push("{paths: 'src/**'}"), {"README.md", "src/a.py"}));
  EXPECT_FALSE(TakesFiles(push("{paths: 'src/**'}"), {"README.md"}));
  EXPECT_FALSE(TakesFiles(push("{paths-ignore: '*.md'}"), {"README.md"}));
  EXPECT_TRUE(TakesFiles(push("{paths-ignore: '*.md'}"), {"README.md", "a.py"}));
}

}  // namespace
}  // namespace galley::pipeline
