// The heat map as a picture: all columns that the server gave, in the order shown. Asked for by a click alone.
import { levelOf } from '../../../kit/heatmap';
import { save } from '../../../kit/save';
import type { Heatmap, HeatmapColumn } from '../api';

const [cell, left, top, foot, scale] = [22, 180, 56, 28, 2];

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function hatch(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.save();
  context.beginPath();
  context.rect(x + 1, y + 1, cell - 2, cell - 2);
  context.clip();
  context.strokeStyle = color;
  for (let at = -cell; at < cell; at += 4) {
    context.beginPath();
    context.moveTo(x + at, y + cell);
    context.lineTo(x + at + cell, y);
    context.stroke();
  }
  context.restore();
}

function drawCell(
  context: CanvasRenderingContext2D,
  column: HeatmapColumn,
  at: number,
  x: number,
  y: number,
  rows: number,
) {
  const distance = column.distances[at];
  if (distance === null || distance === undefined) return hatch(context, x, y, token('--g-control'));
  const level = levelOf(distance, column.threshold);
  context.fillStyle = token(`--g-seq-${level}`);
  context.fillRect(x + 1, y + 1, cell - 2, cell - 2);
  if (rows < column.rows_min) hatch(context, x, y, token('--g-page'));
  if (!column.alarms[at]) return;
  context.fillStyle = token(level > 3 ? '--g-page' : '--g-text');
  context.textAlign = 'center';
  context.fillText('▲', x + cell / 2, y + cell / 2);
}

export function heatPicture(
  heatmap: Heatmap,
  columns: readonly HeatmapColumn[],
  nameOf: (at: number) => string,
  words: { title: string; legend: string },
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const width = Math.max(560, left + heatmap.windows.length * cell + 16);
  const height = top + columns.length * cell + foot;
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.scale(scale, scale);
  context.fillStyle = token('--g-page');
  context.fillRect(0, 0, width, height);
  const font = token('--g-font') || 'sans-serif';
  context.textBaseline = 'middle';
  context.fillStyle = token('--g-text');
  context.font = `600 13px ${font}`;
  context.fillText(words.title, 8, 16);
  context.font = `11px ${font}`;
  const every = Math.ceil(56 / cell);
  context.textAlign = 'center';
  heatmap.windows.forEach((_, at) => {
    if (at % every === 0) context.fillText(nameOf(at), left + at * cell + cell / 2, top - 10);
  });
  columns.forEach((column, row) => {
    const y = top + row * cell;
    context.fillStyle = token('--g-text');
    context.textAlign = 'right';
    context.fillText(column.column, left - 8, y + cell / 2, left - 16);
    heatmap.windows.forEach((window, at) => drawCell(context, column, at, left + at * cell, y, window.rows));
  });
  context.fillStyle = token('--g-muted');
  context.textAlign = 'left';
  context.fillText(words.legend, 8, height - foot / 2);
  return canvas;
}

export function savePicture(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (blob) save(blob, name);
  });
}
