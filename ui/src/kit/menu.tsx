// A button that opens a menu (WAI-ARIA's menu button pattern): arrows move, Escape closes, the focus returns.
import { useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';

export type MenuItem = {
  label: string;
  group?: string; // Its heading, where it differs from the item before.
  path?: string; // Leads there, or
  run?: () => void; // does this.
  checked?: boolean; // Of several that exclude each other: which one holds. The menu stays open.
};

export function MenuButton({
  label,
  items,
  children,
  align = 'end',
  className = 'icon-button',
}: {
  label: string;
  items: MenuItem[];
  children: React.ReactNode;
  align?: 'start' | 'end';
  className?: string;
}) {
  const id = useId();
  const [opened, setOpened] = useState(false);
  const [, navigate] = useLocation();
  const root = useRef<HTMLSpanElement>(null);
  const all = () => [...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  useEffect(() => {
    if (!opened) return undefined;
    (all().find((item) => item.getAttribute('aria-checked') === 'true') ?? all()[0])?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpened(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [opened]);
  const close = () => {
    setOpened(false);
    root.current?.querySelector('button')?.focus();
  };
  const onKey = (event: React.KeyboardEvent) => {
    if (!opened) return;
    const list = all();
    const at = list.findIndex((item) => item === document.activeElement);
    if (event.key === 'ArrowDown') list[(at + 1) % list.length]?.focus();
    else if (event.key === 'ArrowUp') list[(at + list.length - 1) % list.length]?.focus();
    else if (event.key === 'Home') list[0]?.focus();
    else if (event.key === 'End') list[list.length - 1]?.focus();
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') return setOpened(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const choose = (item: MenuItem) => {
    if (item.checked === undefined) close();
    if (item.path !== undefined) navigate(item.path);
    item.run?.();
  };
  return (
    <span className="menu" ref={root} onKeyDown={onKey}>
      <button
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        onClick={() => setOpened(!opened)}
      >
        {children}
      </button>
      {opened && (
        <div role="menu" id={id} aria-label={label} className={`menu-list menu-${align}`}>
          {items.map((item, at) => (
            <div key={`${item.group ?? ''} ${item.label}`} role="none">
              {item.group !== undefined && item.group !== items[at - 1]?.group && (
                <div className="menu-group" role="presentation">
                  {item.group}
                </div>
              )}
              <button
                type="button"
                tabIndex={-1}
                className="menu-item"
                onClick={() => choose(item)}
                {...(item.checked === undefined
                  ? { role: 'menuitem' }
                  : { role: 'menuitemradio', 'aria-checked': item.checked })}
              >
                {item.checked !== undefined && (
                  <span aria-hidden="true" className="menu-check">
                    {item.checked ? '✓' : ''}
                  </span>
                )}
                {item.label}
              </button>
            </div>
          ))}
        </div>
      )}
    </span>
  );
}
