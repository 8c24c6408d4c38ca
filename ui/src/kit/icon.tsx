// Line icons from one sprite (tools/sprite.mjs makes it; names are Lucide's).
import sprite from './icons.svg?url';

export type IconName =
  | 'house'
  | 'database'
  | 'flask-conical'
  | 'sliders-horizontal'
  | 'workflow'
  | 'box'
  | 'radio-tower'
  | 'activity'
  | 'siren'
  | 'git-branch'
  | 'coins'
  | 'settings'
  | 'search'
  | 'copy'
  | 'check'
  | 'x'
  | 'chevron-right'
  | 'chevron-down'
  | 'chevron-left'
  | 'chevron-up'
  | 'arrow-up'
  | 'arrow-down'
  | 'arrow-right'
  | 'panel-left'
  | 'sun'
  | 'moon'
  | 'languages'
  | 'circle-help'
  | 'external-link'
  | 'download'
  | 'filter'
  | 'columns-3'
  | 'pin'
  | 'play'
  | 'pause'
  | 'rotate-ccw'
  | 'octagon-x'
  | 'circle-check'
  | 'triangle-alert'
  | 'info'
  | 'clock'
  | 'user'
  | 'ellipsis'
  | 'eye'
  | 'eye-off'
  | 'link'
  | 'table'
  | 'chart-line'
  | 'file'
  | 'folder'
  | 'history'
  | 'shield-check'
  | 'bell'
  | 'list'
  | 'maximize-2'
  | 'refresh-cw'
  | 'undo-2'
  | 'plus'
  | 'minus'
  | 'terminal'
  | 'hash'
  | 'layers'
  | 'git-compare'
  | 'scroll-text'
  | 'zap';

/** Decoration: what it means is said in words beside it, or in `label`. */
export function Icon({ name, label, size = 16 }: { name: IconName; label?: string; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <use href={`${sprite}#${name}`} />
    </svg>
  );
}
