// Models, the chain of a prediction, lineage, views (src/domain/registry, src/domain/ledger, why.cc, lineage*.cc).
import type { Forms } from '../said.core';

export const ledgerZh: Forms = [
  // Gaps and links of a chain (why.cc).
  ['no gate looked at what the job made', '没有关卡检查过该任务的产物'],
  ['neither the job nor one before it read a dataset', '该任务及其之前的任务都没有读取数据集'],
  ['the model version names no run', '该模型版本没有指明运行'],
  ['the run logged none', '该运行没有记录参数'],
  ["'{}' of endpoint '{}'", '端点“{2}”的“{1}”'],
  ['{} (experiment {})', '{}（实验 {}）'],
  ["row {} of {} asked of endpoint '{}'", '向端点“{3}”请求的 {2} 行中的第 {1} 行'],
  ['incident {} of its endpoint is open', '其端点的事故 {} 尚未关闭'],
  ["'{}' of run {} of pipeline {} let it pass: {}", '流水线 {3} 的运行 {2} 中的“{1}”放行了它：{4}'],
  ["'{}' of run {} of pipeline {} preferred another: {}", '流水线 {3} 的运行 {2} 中的“{1}”选了另一个：{4}'],
  ["'{}' of run {} of pipeline {} refused it: {}", '流水线 {3} 的运行 {2} 中的“{1}”没有放行它：{4}'],
  ['champion: {}', '现任版本：{}'],
  ["'{}' of run {} of pipeline {}, started by {} ({}){?}", '流水线 {3} 的运行 {2} 中的“{1}”，由 {4} 启动（{5}）{6}'],
  ["'{}' of run {} of pipeline {}, {}", '流水线 {3} 的运行 {2} 中的“{1}”，{4}'],
  ["'{}' of run {} of pipeline {}, {}, {}", '流水线 {3} 的运行 {2} 中的“{1}”，{4}，{5}'],
  ['{}@{} is not what it was', '{}@{} 已与当时不同'],
  ['{}@{}, {} rows, checks: {}', '{}@{}，{} 行，检查：{}'],
  ["{}@{}, {} rows, checks: {}; read by '{}'", '{}@{}，{} 行，检查：{}；由“{}”读取'],
  ['passed', '通过'],
  ['warned', '有警告'],
  ['{!} by rollout {}', '{}（发布 {}）'],
  ['{!} by rollout {}: {}', '{}（发布 {}）：{}'],
  ['{created|set|promoted|undone}: {}', '{}：{}'],
  ['created', '创建'],
  [
    "row {} of {} asked of endpoint '{}', mirrored: the caller got {}",
    '向端点“{3}”镜像请求的 {2} 行中的第 {1} 行：调用者得到 {4}',
  ],
  ["'{}' of endpoint '{}', {} predictions", '端点“{2}”的“{1}”，{3} 个预测'],
  ['there is no job {}', '没有任务 {}'],
  ['no pipeline made it', '不是由流水线产生'],
  ['it names no run', '没有指明运行'],
  // Registered models.
  ['Registered Model (name={}) already exists.', '已有名为 {} 的注册模型。'],
  ['Registered Model with name={} not found', '没有名为 {} 的注册模型'],
  ['there is no registered model {}', '没有注册模型 {}'],
  ['Registered model alias {} not found.', '没有注册模型的别名 {}。'],
  ["Logged model with ID '{}' not found.", '没有 ID 为“{}”的记录过的模型。'],
  ['the model has more than {} files, the limit', '模型的文件超过上限 {} 个'],
  ["there are no files at '{}'; log the model before it is registered", '“{}”处没有文件：请先记录模型，再注册'],
  ['Model Version (name={}, version={}) not found', '没有模型 {} 的版本 {}'],
  ['there is no model version {}', '没有模型版本 {}'],
  [
    "Invalid model version source: '{}' is neither models:/m-ID nor models:/NAME/VERSION",
    '模型版本的来源无效：“{}”既不是 models:/m-ID 也不是 models:/NAME/VERSION',
  ],
  [
    'Invalid Model Version stage: {}. Value must be one of None, Staging, Production, Archived.',
    '模型版本的阶段无效：{}。必须是 None、Staging、Production 或 Archived。',
  ],
  [
    "Model version transition cannot archive existing model versions because '{}' is not an Active stage. Valid stages are Staging, Production",
    '不能归档已有的模型版本：“{}”不是活动阶段，活动阶段为 Staging 和 Production',
  ],
  // Lineage.
  ['a rejected version was never published: nothing read it', '被拒绝的版本从未发布，没有任何内容读取过它'],
  [
    "'node': '{}:{}' must be {}:NAME@VERSION, VERSION a whole number",
    '“node”：“{}:{}”必须写成 {}:名称@版本，版本为整数',
  ],
  ["'node': '{}:{}' must be {}:ID, ID 32 hexadecimal digits", '“node”：“{}:{}”必须写成 {}:ID，ID 为 32 个十六进制数字'],
  ["'node': '{}' must be pipeline-run:NUMBER", '“node”：“{}”必须写成 pipeline-run:编号'],
  ["'node': '{}' names nothing; it must be one of {}", '“node”：“{}”不指任何对象；必须是 {} 之一'],
  // Views and figures.
  ['the project keeps {} views already, the most allowed', '项目已保存 {} 个视图，达到上限'],
  ["there is no view '{}'", '没有视图“{}”'],
  [
    "'requests' and 'failed' must not be negative, nor more have failed than were sent; they are {} and {}",
    '“requests”和“failed”不能为负，失败数也不能多于请求数；现为 {} 和 {}',
  ],
  ["the monitor '{}' is of endpoint '{}', not of '{}'", '监控“{}”属于端点“{}”，而不是“{}”'],
  ["the endpoint '{}' has several monitors, name one: {}", '端点“{}”有多个监控，请指明一个：{}'],
];
