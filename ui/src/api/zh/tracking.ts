// Runs, experiments, metrics and artifacts (src/domain/tracking), and the calls that ask for them.
import type { Forms } from '../said.core';

export const trackingZh: Forms = [
  ["the artifact path '{}' is a folder", '文件路径“{}”是目录'],
  ["the artifact path '{}' lies beneath '{}', which is a file", '文件路径“{}”位于“{}”之下，而后者是文件'],
  ["there is no artifact '{}'", '没有文件“{}”'],
  ["the digest of the artifact '{}' is damaged", '文件“{}”的摘要已损坏'],
  ["the artifacts lie at '{}', outside of this server; read them there", '文件位于“{}”，不在本服务器上，请到那里读取'],
  ['the file has {} bytes, none of which is in the range', '文件有 {} 字节，都不在所要的范围内'],
  // Comparing.
  ["'runs' names the run {} more than once", '“runs”中多次出现运行 {}'],
  ["there is no attribute '{}'; there are: {}", '没有属性“{}”；可用的有：{}'],
  [
    "the column '{}' must begin with metrics., params., tags. or attributes.",
    '列“{}”必须以 metrics.、params.、tags. 或 attributes. 开头',
  ],
  [
    'must begin with metrics., params., tags., attributes. or dataset.',
    '必须以 metrics.、params.、tags.、attributes. 或 dataset. 开头',
  ],
  ['has no key behind its point', '的点之后没有键'],
  ["a dataset has no '{}'; there are: {}", '数据集没有“{}”；可用的有：{}'],
  ["'band' is of groups; say 'groups', or leave it out", '“band”只用于分组：请给出“groups”，或去掉它'],
  ["'baseline' is {}, which is none of 'runs'", '“baseline”为 {}，不在“runs”之中'],
  // Experiments and runs.
  ['there is no experiment {}', '没有实验 {}'],
  ["there is no experiment '{}'", '没有实验“{}”'],
  ["there is no experiment with the number or name '{}'", '没有编号或名称为“{}”的实验'],
  ["there is no run '{}'", '没有运行“{}”'],
  ['there is no such run', '没有这个运行'],
  ["the run {} has no metric '{}'", '运行 {} 没有指标“{}”'],
  ["there is no logged model '{}'", '没有记录过的模型“{}”'],
  ["more than one run begins with '{}': {}; give more digits", '不止一个运行以“{}”开头：{}；请多给几位'],
  ['{} and others', '{} 等'],
  ['it is archived; restore it first', '已归档，请先恢复'],
  ["its experiment '{}' is deleted; restore that", '所属实验“{}”已删除，请先恢复实验'],
  ['Experiment(name={}) already exists{?}.', '实验 {} 已存在{}。'],
  [' in deleted state; restore it or choose another name', '（已删除，请恢复它或换一个名称）'],
  [
    "The experiment {} must be in the 'active' state. Current state is deleted.",
    '实验 {} 必须处于活动状态，目前已删除。',
  ],
  ["The run {} must be in the 'active' state. Current state is deleted.", '运行 {} 必须处于活动状态，目前已归档。'],
  ['No Experiment with id={} exists', '没有 ID 为 {} 的实验'],
  ['No Experiment with id={} exists in the {} state', '没有 ID 为 {}、状态为 {} 的实验'],
  ["Could not find experiment with name '{}'", '没有名为“{}”的实验'],
  ['Cannot rename a non-active experiment.', '不能重命名已删除的实验。'],
  ['Run with id={} not found', '没有 ID 为 {} 的运行'],
  ['No tag with name: {} in run with id {}', '运行 {2} 没有标签 {1}'],
  ['No tag with name: {} in experiment with id {}', '实验 {2} 没有标签 {1}'],
  ["Logged model with ID 'm-{}' not found.", '没有 ID 为“m-{}”的记录过的模型。'],
  ["No tag with key '{}' found for model with ID 'm-{}'.", 'ID 为“m-{2}”的模型没有标签“{1}”。'],
  [
    "Changing param values is not allowed. Param with key='{}' was already logged with value='{}' for run ID='{}'. Attempted logging new value '{}'.",
    '参数的值不能更改：运行“{3}”的参数“{1}”已记录为“{2}”，不能改为“{4}”。',
  ],
  [
    "Changing param values is not allowed. Params were already logged='[{}]' for run ID='{}'.",
    '参数的值不能更改：运行“{2}”已记录“[{1}]”。',
  ],
  // The runs table.
  [
    "the project's runs have more than {} values, or {} bytes of different texts, the most that can be queried together",
    '项目的运行超过 {} 个值或 {} 字节的不同文本，超出一次查询的上限',
  ],
  ['only metrics have a last, min, max and best value', '只有指标才有最新、最小、最大和最佳值'],
  ["'from_ms' is {}, later than 'to_ms', {}", '“from_ms”为 {}，晚于“to_ms”的 {}'],
  [
    'the result {} is no longer kept (they are for {} minutes); ask again',
    '查询结果 {} 已不再保留（保留 {} 分钟），请重新查询',
  ],
  ['the result {} is no longer kept; ask again', '查询结果 {} 已不再保留，请重新查询'],
  ["must be an experiment's number or name, not {}", '必须是实验的编号或名称，而不是 {}'],
  [
    "must be metric, param, tag, attribute or dataset, not '{}'",
    '必须是 metric、param、tag、attribute 或 dataset，而不是“{}”',
  ],
  // Curves.
  ["'x_key' is '{}', a metric that none of the runs has", '“x_key”为“{}”，这些运行都没有此指标'],
  [
    'the runs and keys have {} points together; the most for one query are {}: ask for fewer runs or keys',
    '这些运行和键共有 {} 个点，一次查询最多 {} 个：请减少运行或键',
  ],
  [
    "'reduce' is raw, and there are more than {} positions, the most without reduction; look at a part with 'from' and 'to', or use m4",
    '“reduce”为 raw，而位置超过 {} 个（不缩减时的上限）；请用“from”和“to”取一部分，或使用 m4',
  ],
  ["'runs' must name from 1 to {} runs, not {}", '“runs”须有 1 到 {} 个运行，而不是 {}'],
  ["'keys' must name from 1 to {} metrics, not {}", '“keys”须有 1 到 {} 个指标，而不是 {}'],
  ["'x' is metric: name the metric with 'x_key'", '“x”为 metric：请用“x_key”指明指标'],
  [
    "'x_key' is '{}', but 'x' is not metric; say so, or leave 'x_key' out",
    '“x_key”为“{}”，但“x”不是 metric：请改为 metric，或去掉“x_key”',
  ],
  ["'from' is {} and 'to' {}; 'to' must not be smaller", '“from”为 {}，“to”为 {}；“to”不能更小'],
  // Changing many runs.
  ["'key' and 'value' belong to the actions tag and untag", '“key”和“value”只用于操作 tag 和 untag'],
  ["'key' is missing: which tag?", '没有给出“key”：是哪个标签？'],
  [
    "'key' is '{}': tags that begin with 'mlflow.' or 'galley.' are the clients'",
    '“key”为“{}”：以“mlflow.”或“galley.”开头的标签由客户端使用',
  ],
  ["'value' belongs to the action tag", '“value”只用于操作 tag'],
  ["either 'ids' or 'result' says which runs are meant", '请用“ids”或“result”之一指明运行'],
  ["'except' belongs to 'result'", '“except”只能与“result”一起使用'],
  ['{} runs are meant; the most for one call are {}', '涉及 {} 个运行，一次最多 {} 个'],
  // What is missing to repeat a run (reproduce.cc).
  ['the run read {}@{}, which is not here', '该运行读取了 {}@{}，而这里没有它'],
  ['the run names no dataset; mlflow.log_input would', '该运行没有指明数据集；mlflow.log_input 可以记录'],
  ['the run does not say which code it ran', '该运行没有说明所用的代码'],
  ['the code had changes that were not committed; they are not kept', '代码当时有未提交的改动，没有保留'],
  [
    "the client tells the script, not its arguments; the run's parameters may stand for them",
    '客户端只记录了脚本，没有记录其参数；运行的参数或可代替',
  ],
  ['the run does not say what started it', '该运行没有说明由什么启动'],
  ['the run came from {}, which is no command', '该运行来自 {}，它不是命令'],
  [
    'a run does not say which packages it had; of a model it logged, requirements.txt does',
    '运行没有说明所用的软件包；它所记录模型的 requirements.txt 有说明',
  ],
  // What many pages ask.
  [
    "'{}' names nothing here: give an id, the first {} digits or more of a run's, a dataset's digest, NAME@VERSION, NAME@ALIAS, models:/…, rollout N, or an address",
    '“{}”在这里不指任何对象：请给出 ID、运行 ID 的前 {} 位或更多、数据集的摘要、名称@版本、名称@别名、models:/…、rollout N 或地址',
  ],
  ["'types': there is no kind '{}'; there are: {}", '“types”：没有种类“{}”；可用的有：{}'],
  [
    'there are {} streams, the most allowed; close a page that is open elsewhere',
    '已有 {} 个事件流，达到上限；请关闭在别处打开的页面',
  ],
  ["there is no stream '{}'; it has ended", '没有事件流“{}”，它已结束'],
  [
    "'topics' has '{}'; there are {}and NOUN/* for all of a noun",
    '“topics”中有“{}”；可用的有 {}以及代表一类全部的 NOUN/*',
  ],
  ["'topics' has {}; the limit of a stream is {}", '“topics”有 {} 个，一个事件流的上限为 {}'],
];
