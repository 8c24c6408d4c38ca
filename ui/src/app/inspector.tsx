import { Suspense } from 'react';
import { Icon } from '../kit/icon';
import { useKeys } from '../kit/keys';
import { usePeek } from '../kit/peek';
import { Loading } from '../kit/state';
import { Boundary } from './boundary';
import { features } from './features';
import { useT } from './text';

/** The panel on the right: one, without animation; `Esc` closes it. */
export function Inspector() {
  const t = useT();
  const [peek, setPeek] = usePeek();
  useKeys([{ keys: 'Escape', label: t('keyClose'), run: () => setPeek(null) }], peek !== null);
  if (peek === null) return null;
  const View = features.map((feature) => feature.peeks?.[peek.kind]).find((view) => view !== undefined);
  return (
    <aside className="inspector" aria-label={t('inspector')}>
      <button
        type="button"
        className="icon-button inspector-close"
        aria-label={t('close')}
        title="Esc"
        onClick={() => setPeek(null)}
      >
        <Icon name="x" />
      </button>
      <Boundary key={`${peek.kind}:${peek.id}`}>
        <Suspense fallback={<Loading />}>{View ? <View id={peek.id} /> : <p>{t('noPeek')}</p>}</Suspense>
      </Boundary>
    </aside>
  );
}
