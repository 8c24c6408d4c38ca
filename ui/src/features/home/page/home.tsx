import { useLocation } from 'wouter';
import { useApi } from '../../../api/client';
import { useKeys } from '../../../kit/keys';
import { usePage } from '../../../kit/page';
import { Loaded } from '../../../kit/state';
import { stagePaths, type Home } from '../api';
import { Activity } from '../parts/activity';
import { Champions } from '../parts/champions';
import { Loop } from '../parts/loop';
import { Needs } from '../parts/needs';
import { Setup } from '../parts/setup';
import { useT } from '../text';
import '../home.css';

export default function HomePage() {
  const t = useT();
  const [, navigate] = useLocation();
  const read = useApi<Home>('home', {}, { topics: ['home', 'alert'] });
  usePage({ title: t('home'), crumbs: [{ label: t('home') }] });
  useKeys(
    Object.entries(stagePaths).map(([stage, path], at) => ({
      keys: String(at + 1),
      label: t('openStage', { stage: t(stage as keyof typeof stagePaths) }),
      run: () => navigate(path),
    })),
  );
  return (
    <>
      <div className="page-head">
        <h1>{t('home')}</h1>
      </div>
      <Loaded read={read} lines={8}>
        {(home) => (
          <>
            <Loop stages={home.stages} />
            {home.setup.some((step) => !step.done) && <Setup steps={home.setup} />}
            <Needs needs={home.needs} more={home.needs_has_more} />
            <Champions champions={home.champions} />
            <Activity events={home.activity} />
          </>
        )}
      </Loaded>
    </>
  );
}
