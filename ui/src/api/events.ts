// The journal's events: what each is about, where that is shown, and its kind in words.
import { useCallback } from 'react';
import { makeText } from '../kit/text';

export type GalleyEvent = {
  sequence: number;
  at_ms: number;
  kind: string;
  subject: string;
  actor: string;
  detail: Record<string, unknown>;
};
export type EventObject = { name: string; path: string };

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const at = (page: string, id: string): string => `/${page}/${encodeURIComponent(id)}`;

/** A path of the page for each noun whose events say enough; null: they do not. */
function known(event: GalleyEvent): EventObject | null {
  const { detail, subject } = event;
  const noun = event.kind.split('.')[0] ?? '';
  const name = text(detail['name']);
  switch (noun) {
    case 'run':
      return { name: name || subject.slice(0, 8), path: at('runs', subject) };
    case 'experiment': {
      const number = text(detail['number']);
      return number ? { name: name || number, path: at('experiments', number) } : null;
    }
    case 'dataset': {
      const dataset = text(detail['dataset']) || name;
      return dataset
        ? {
            name: text(detail['version']) ? `${dataset}@${text(detail['version'])}` : dataset,
            path: at('datasets', dataset),
          }
        : null;
    }
    case 'model':
      return name ? { name, path: at('models', name) } : null;
    case 'model_version': {
      const model = text(detail['model']);
      return model
        ? {
            name: `${model}@${text(detail['version'])}`,
            path: `${at('models', model)}?version=${text(detail['version'])}`,
          }
        : null;
    }
    case 'endpoint':
      return name ? { name, path: at('endpoints', name) } : null;
    case 'plan':
    case 'drill': {
      const endpoint = text(detail['endpoint']) || name;
      return endpoint ? { name: endpoint, path: at('endpoints', endpoint) } : null;
    }
    case 'rollout': {
      const number = text(detail['rollout']);
      return number ? { name: name ? `${name} #${number}` : `#${number}`, path: at('rollouts', number) } : null;
    }
    case 'monitor':
      return name ? { name, path: at('monitors', name) } : null;
    case 'alert': {
      const rule = text(detail['rule']) || name;
      return rule ? { name: rule, path: `/alerts?rule=${encodeURIComponent(rule)}` } : null;
    }
    case 'incident': {
      const number = text(detail['incident']);
      return number ? { name: `#${number}`, path: at('incidents', number) } : null;
    }
    case 'pipeline_run': {
      const number = text(detail['number']);
      return number ? { name: `${text(detail['pipeline'])} #${number}`, path: at('pipeline-runs', number) } : null;
    }
    case 'job':
    case 'gate': {
      const run = text(detail['run']);
      return run ? { name: text(detail['job']) || `#${run}`, path: at('pipeline-runs', run) } : null;
    }
    case 'pipeline_trigger': {
      const pipeline = text(detail['pipeline']);
      return pipeline ? { name: pipeline, path: '/pipelines' } : null;
    }
    default:
      return null;
  }
}

/** What an event is about; else all events of its subject. */
export function objectOf(event: GalleyEvent): EventObject {
  const isId = /^[0-9a-f]{32}$/.test(event.subject);
  return (
    known(event) ?? {
      name: isId ? event.subject.slice(0, 8) : event.subject,
      path: `/audit?subject=${encodeURIComponent(event.subject)}`,
    }
  );
}

const words = {
  said: '{noun} {verb}',
  run: 'Run',
  experiment: 'Experiment',
  dataset: 'Dataset',
  model: 'Model',
  model_version: 'Model version',
  logged_model: 'Logged model',
  endpoint: 'Endpoint',
  rollout: 'Rollout',
  plan: 'Plan',
  drill: 'Drill',
  monitor: 'Monitor',
  alert: 'Alert',
  incident: 'Incident',
  pipeline_run: 'Pipeline run',
  job: 'Job',
  gate: 'Gate',
  pipeline_trigger: 'Trigger',
  artifact: 'File',
  segment: 'Log segment',
  ui_session: 'Session',
  session: 'Session',
  created: 'created',
  deleted: 'deleted',
  restored: 'restored',
  renamed: 'renamed',
  updated: 'updated',
  logged: 'logged',
  tagged: 'tagged',
  untagged: 'untagged',
  described: 'described',
  staged: 'staged',
  alias_set: 'alias set',
  alias_deleted: 'alias deleted',
  inputs_logged: 'inputs logged',
  outputs_logged: 'outputs logged',
  finalized: 'finalized',
  committed: 'committed',
  rejected: 'refused by its contract',
  contract_set: 'contract set',
  changed: 'given another version',
  configured: 'configured',
  started: 'started',
  acknowledged: 'acknowledged by the gateway',
  stepped: 'one step further',
  judged: 'judged',
  promoted: 'promoted',
  aborted: 'aborted',
  rolled_back: 'rolled back',
  undone: 'undone',
  paused: 'paused',
  resumed: 'resumed',
  retried: 'tried again',
  degraded: 'degraded',
  ended: 'ended',
  set: 'set',
  removed: 'removed',
  reference_set: 'reference set',
  reference_kept: 'reference kept',
  firing: 'firing',
  resolved: 'resolved',
  rule_set: 'rule set',
  rule_removed: 'rule removed',
  opened: 'opened',
  joined: 'joined by another alert',
  acked: 'acknowledged',
  cause_set: 'cause set',
  closed: 'closed',
  decided: 'decided',
  applied: 'applied',
  failed: 'failed',
  gave_up: 'gave up',
  stored: 'stored',
  taken: 'taken in',
};
const zh: { readonly [Key in keyof typeof words]: string } = {
  said: '{noun}{verb}',
  run: '运行',
  experiment: '实验',
  dataset: '数据集',
  model: '模型',
  model_version: '模型版本',
  logged_model: '已记录模型',
  endpoint: '端点',
  rollout: '发布',
  plan: '预案',
  drill: '演练',
  monitor: '监控',
  alert: '告警',
  incident: '事故',
  pipeline_run: '流水线运行',
  job: '任务',
  gate: '关卡',
  pipeline_trigger: '触发器',
  artifact: '文件',
  segment: '日志段',
  ui_session: '会话',
  session: '会话',
  created: '已创建',
  deleted: '已删除',
  restored: '已恢复',
  renamed: '已改名',
  updated: '已更新',
  logged: '已记录',
  tagged: '已加标签',
  untagged: '已去标签',
  described: '已更新说明',
  staged: '已变更阶段',
  alias_set: '已设置别名',
  alias_deleted: '已删除别名',
  inputs_logged: '已记录输入',
  outputs_logged: '已记录输出',
  finalized: '已定稿',
  committed: '已提交',
  rejected: '被契约拒绝',
  contract_set: '已设置契约',
  changed: '已更换版本',
  configured: '已配置',
  started: '已开始',
  acknowledged: '已由网关确认',
  stepped: '推进一步',
  judged: '已评判',
  promoted: '已晋升',
  aborted: '已中止',
  rolled_back: '已回滚',
  undone: '已撤销',
  paused: '已暂停',
  resumed: '已继续',
  retried: '已重试',
  degraded: '已降级',
  ended: '已结束',
  set: '已设置',
  removed: '已移除',
  reference_set: '已设置参照',
  reference_kept: '已保留参照',
  firing: '触发中',
  resolved: '已解除',
  rule_set: '规则已设置',
  rule_removed: '规则已移除',
  opened: '已打开',
  joined: '又有告警加入',
  acked: '已确认',
  cause_set: '已记录原因',
  closed: '已关闭',
  decided: '已决定',
  applied: '已生效',
  failed: '失败',
  gave_up: '已放弃',
  stored: '已存储',
  taken: '已收入',
};
const useT = makeText(words, zh);
type Word = keyof typeof words;

/** `rollout.promoted` in words; what has none is shown as it is. */
export function useEventWords(): (kind: string) => string {
  const t = useT();
  return useCallback(
    (kind: string) => {
      const [noun = '', verb = ''] = kind.split('.');
      return noun in words && verb in words ? t('said', { noun: t(noun as Word), verb: t(verb as Word) }) : kind;
    },
    [t],
  );
}
