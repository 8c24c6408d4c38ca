// Nothing here: either nothing has been logged yet, or nothing matches and something can be taken away.
import { Button } from '@mantine/core';
import { serverUrl } from '../../../../api/base';
import { Snippet } from '../../../../kit/copy';
import { Empty } from '../../../../kit/state';
import { useT } from '../text';
import { lastClause, type View } from '../view';
import { withoutClause, clausesOf } from '../../../../kit/filtertext';

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

export function NoRuns({ experiment }: { experiment: string | undefined }) {
  const t = useT();
  const name = quoted(experiment ?? 'first');
  const code =
    `import mlflow; mlflow.set_tracking_uri(${quoted(serverUrl())}); mlflow.set_experiment(${name})\n` +
    'with mlflow.start_run():\n    mlflow.log_params({"lr": 0.01}); mlflow.log_metric("auc", 0.9)';
  return (
    <Empty title={t('nothing')}>
      <p>{t('nothingText')}</p>
      <Snippet text={code} label="mlflow" />
      <p className="meta">{t('token', { file: 'token', variable: 'MLFLOW_TRACKING_TOKEN' })}</p>
    </Empty>
  );
}

export function NoMatch({ view, change }: { view: View; change: (change: Partial<View>) => void }) {
  const t = useT();
  const clauses = clausesOf(view.q);
  return (
    <Empty title={t('noMatch')}>
      <p>{t('noMatchText')}</p>
      <div className="toolbar">
        {clauses.length > 1 && (
          <Button size="xs" variant="default" onClick={() => change({ q: withoutClause(view.q, clauses.length - 1) })}>
            {t('dropClause', { clause: lastClause(view.q) })}
          </Button>
        )}
        {clauses.length > 0 && (
          <Button size="xs" variant="default" onClick={() => change({ q: '' })}>
            {t('dropFilter')}
          </Button>
        )}
        {view.tr !== '' && (
          <Button size="xs" variant="default" onClick={() => change({ tr: '' })}>
            {t('dropTime')}
          </Button>
        )}
        {view.state !== 'active' && (
          <Button size="xs" variant="default" onClick={() => change({ state: 'active' })}>
            {t('dropState')}
          </Button>
        )}
        {view.hide.length > 0 && (
          <Button size="xs" variant="default" onClick={() => change({ hide: [] })}>
            {t('dropHidden')}
          </Button>
        )}
      </div>
    </Empty>
  );
}
