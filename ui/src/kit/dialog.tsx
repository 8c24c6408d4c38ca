// A modal dialog: the browser's own, which traps the focus, closes on Escape and gives the focus back.
import { useEffect, useRef } from 'react';
import { Icon } from './icon';
import { makeText } from './text';

const useT = makeText({ close: 'Close' }, { close: '关闭' });

export function Dialog({
  label,
  title,
  close,
  width = 560,
  children,
}: {
  label: string;
  title?: string;
  close: () => void;
  width?: number;
  children: React.ReactNode;
}) {
  const t = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    element?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-label={label}
      aria-modal="true"
      role="dialog"
      style={{ width: `min(92vw, ${width}px)` }}
      onClose={close}
      onCancel={close}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      <div className="dialog-body">
        {title && (
          <div className="dialog-title">
            <h2>{title}</h2>
            <button type="button" className="icon-button" aria-label={t('close')} title="Esc" onClick={close}>
              <Icon name="x" />
            </button>
          </div>
        )}
        {children}
      </div>
    </dialog>
  );
}
