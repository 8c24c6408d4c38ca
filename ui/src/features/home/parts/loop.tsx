// The loop as one row: seven stages, each with its state, one number, seven days and the age of its last success.
import { Link } from 'wouter';
import { Icon, type IconName } from '../../../kit/icon';
import { formatAgo, formatCount } from '../../../kit/number';
import { Status, type StatusKind } from '../../../kit/status';
import { useNow } from '../../../kit/time';
import { stagePaths, type Stage, type StageName } from '../api';
import { useT } from '../text';

const icons: Record<StageName, IconName> = {
  data: 'database',
  runs: 'flask-conical',
  pipelines: 'workflow',
  registry: 'box',
  rollout: 'radio-tower',
  monitoring: 'siren',
  feedback: 'activity',
};
const kinds: Record<Stage['state'], StatusKind> = {
  good: 'succeeded',
  warn: 'warning',
  bad: 'failed',
  running: 'running',
  empty: 'no_data',
};

export function Loop({ stages }: { stages: Stage[] }) {
  const t = useT();
  return (
    <section aria-labelledby="loop-title">
      <h2 id="loop-title" className="sr-only">
        {t('loop')}
      </h2>
      <ol className="loop">
        {stages.map((stage) => (
          <LoopStage key={stage.stage} stage={stage} />
        ))}
      </ol>
      <p className="meta loop-hint">{t('loopHint')}</p>
    </section>
  );
}

function LoopStage({ stage }: { stage: Stage }) {
  const t = useT();
  const now = useNow();
  const { stage: name } = stage;
  const ago = stage.last_ms === undefined ? null : formatAgo(stage.last_ms, now);
  const last =
    ago === null
      ? t('never')
      : name === 'data' || name === 'registry'
        ? t('lastData', { ago })
        : name === 'feedback'
          ? t('lastFeedback', { ago })
          : name === 'monitoring'
            ? t('lastMonitoring', { ago })
            : t('lastGood', { ago });
  return (
    <li className={`loop-stage loop-${stage.state}`}>
      <Link href={stagePaths[name]} className="loop-link">
        <span className="loop-name">
          <Icon name={icons[name]} size={14} />
          {t(name)}
        </span>
        <Status kind={kinds[stage.state]}>{t(stage.state)}</Status>
        <span className="loop-number">{formatCount(stage.number)}</span>
        <span className="loop-unit">{t(`${name}Number`, { n: stage.number })}</span>
        <Bars days={stage.spark} />
        <span className="meta loop-last" title={stage.detail}>
          {stage.state === 'empty' ? ' ' : last}
        </span>
      </Link>
    </li>
  );
}

const width = 84;
const height = 20;

/** A bar for each day, from zero; what is none is a line. */
function Bars({ days }: { days: number[] }) {
  const t = useT();
  const most = Math.max(1, ...days);
  const step = width / Math.max(1, days.length);
  return (
    <svg
      className="loop-bars"
      width={width}
      height={height}
      role="img"
      aria-label={t('perDay', { days: days.join(', ') })}
    >
      {days.map((day, at) => {
        const high = day === 0 ? 1 : Math.max(3, (day / most) * height);
        return (
          <rect
            key={at}
            x={at * step}
            y={height - high}
            width={step - 2}
            height={high}
            className={day === 0 ? 'is-none' : ''}
          />
        );
      })}
    </svg>
  );
}
