import type { KeyBinding } from '../../../kit/keys';
import { useKeys } from '../../../kit/keys';
import './curves.css';

/** Tabs whose choice stands in the URL; keys 1 to 9 choose one, arrow keys go on. */
export function Tabs<Name extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: {
  label: string;
  tabs: readonly (readonly [Name, string])[];
  value: Name;
  onChange: (tab: Name) => void;
  children: React.ReactNode;
}) {
  useKeys(
    tabs.map(([name, word], index): KeyBinding => ({
      keys: String(index + 1),
      label: word,
      run: () => onChange(name),
    })),
  );
  const at = tabs.findIndex(([name]) => name === value);
  const onKey = (event: React.KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (by === 0 || !next) return;
    event.preventDefault();
    onChange(next[0]);
    document.getElementById(`tab-${next[0]}`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
        {tabs.map(([name, word], index) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === value}
            aria-controls="tab-panel"
            tabIndex={name === value ? 0 : -1}
            title={String(index + 1)}
            onClick={() => onChange(name)}
          >
            {word}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${value}`} className="tab-panel">
        {children}
      </div>
    </>
  );
}
