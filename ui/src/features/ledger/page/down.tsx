import { useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { usePage } from '../../../kit/page';
import { Empty, Loaded } from '../../../kit/state';
import type { Chain } from '../api';
import { ChainList } from '../parts/chain';
import { Graph } from '../parts/graph';
import { useT } from '../text';
import '../ledger.css';

export default function DownPage() {
  const t = useT();
  const { name = '', version = '' } = useParams<{ name: string; version: string }>();
  const whole = `${name}@${version}`;
  const read = useApi<Chain>(
    `lineage/datasets/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`,
    {},
    { keep: false },
  );
  usePage({
    title: t('down', { name: whole }),
    crumbs: [{ label: t('audit'), path: '/audit' }, { label: t('lineage') }, { label: whole }],
  });
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{t('down', { name: whole })}</h1>
          <p className="muted">{t('downText')}</p>
        </div>
      </div>
      <Loaded read={read} lines={6}>
        {({ chain }) => (
          <>
            <ChainList links={chain} />
            {chain.length <= 1 && <Empty title={t('downNone')} />}
            <Snippet text={`galley lineage --down ${whole}`} />
            <Graph node={`dataset:${whole}`} dir="both" />
          </>
        )}
      </Loaded>
    </>
  );
}
