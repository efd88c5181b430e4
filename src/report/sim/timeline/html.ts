/** The timeline in a page of its own that zooms: nothing is loaded from anywhere. */
import type { Timeline } from '../../../sim/timed/timeline.ts';
import { escaped, timelineSvg } from './svg.ts';

/** One self-contained page: Ctrl and the wheel zoom at the pointer (the wheel alone scrolls), dragging moves, a double click shows all again. */
export function timelineHtml(timeline: Timeline, title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>body{margin:0;font-family:sans-serif}svg{display:block;width:100%;height:auto;cursor:grab}.lane:hover{stroke:#000}p{margin:4px 8px;font-size:12px}</style>
</head>
<body>
<p>Ctrl and wheel: zoom. Drag: move. Double click: all. Point at a bar to read it. The time axis is not linear.</p>
${timelineSvg(timeline, title)}
<script>
'use strict';
const svg = document.querySelector('svg');
const whole = svg.getAttribute('viewBox').split(' ').map(Number);
let view = whole.slice();
const show = () => svg.setAttribute('viewBox', view.join(' '));
const at = (event) => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
};
svg.addEventListener('wheel', (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  const [x, y] = at(event);
  const by = event.deltaY > 0 ? 1.2 : 1 / 1.2;
  view = [x - (x - view[0]) * by, y - (y - view[1]) * by, view[2] * by, view[3] * by];
  show();
}, { passive: false });
let from = null;
svg.addEventListener('pointerdown', (event) => { from = at(event); });
svg.addEventListener('pointermove', (event) => {
  if (from === null) return;
  const [x, y] = at(event);
  view[0] += from[0] - x;
  view[1] += from[1] - y;
  show();
});
window.addEventListener('pointerup', () => { from = null; });
svg.addEventListener('dblclick', () => { view = whole.slice(); show(); });
</script>
</body>
</html>
`;
}
