import { Dialog } from '../kit/dialog';
import { allBindings } from '../kit/keys';
import { useT } from './text';

/** `?`: every key that works here now. */
export function KeySheet({ close }: { close: () => void }) {
  const t = useT();
  return (
    <Dialog label={t('keys')} title={t('keys')} close={close} width={560}>
      <dl className="keysheet">
        {allBindings().map((binding) => (
          <div key={binding.keys}>
            <dt>
              <kbd>{binding.keys}</kbd>
            </dt>
            <dd>{binding.label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
