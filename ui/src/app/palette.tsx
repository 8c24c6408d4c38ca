// Ctrl+K: go to, search, act. What there is stands in palette.items.ts.
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../kit/dialog';
import { resolve, useItems } from './palette.items';
import { looksPasted } from './recents';
import { useT } from './text';

export function Palette({ close }: { close: () => void }) {
  const t = useT();
  return (
    <Dialog label={t('palette')} close={close}>
      <PaletteBody close={close} />
    </Dialog>
  );
}

function PaletteBody({ close }: { close: () => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [, navigate] = useLocation();
  // Not deferred: Enter right after a letter must mean what is written.
  const items = useItems(text, close);
  const list = useRef<HTMLDivElement>(null);
  const index = Math.min(at, Math.max(0, items.length - 1));
  useEffect(() => {
    void list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  // What was pasted leads where it says, also before the list has it.
  const jump = async (pasted: string) => {
    const [hit] = await resolve(pasted);
    close();
    navigate(hit ? hit.path.replace(/^\/ui/, '') : `/search?q=${encodeURIComponent(pasted)}`);
  };
  const onKey = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((index + 1) % Math.max(1, items.length));
    else if (event.key === 'ArrowUp') setAt((index + items.length - 1) % Math.max(1, items.length));
    else if (event.key === 'Enter' && at === 0 && looksPasted(text.trim())) void jump(text.trim());
    else if (event.key === 'Enter' && items[index] && !items[index].disabledWhy) items[index].run();
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette">
      <input
        data-autofocus
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-label={t('palette')}
        aria-activedescendant={items[index] ? `palette-${index}` : undefined}
        placeholder={t('placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div ref={list} id="palette-list" role="listbox" aria-label={t('results')} className="palette-list">
        {items.map((item, position) => (
          <div
            key={item.key}
            id={`palette-${position}`}
            role="option"
            aria-selected={position === index}
            aria-disabled={item.disabledWhy !== undefined}
            className="palette-item"
            onMouseMove={() => setAt(position)}
            onClick={() => !item.disabledWhy && item.run()}
          >
            <span className="palette-group">{item.group !== items[position - 1]?.group ? item.group : ''}</span>
            <span className="palette-title">{item.title}</span>
            <span className="muted palette-detail">{item.detail}</span>
            {item.shortcut && <kbd>{item.shortcut}</kbd>}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className="palette-none">{t('nothing', { text })}</p>}
      <p className="palette-hint muted">{t('paletteHint')}</p>
    </div>
  );
}
