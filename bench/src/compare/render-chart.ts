import type { Comparison, ComparedRow } from './comparison.js';
import { OURS } from './peers.js';

const WIDTH = 900;
const LABEL_WIDTH = 212;
const GAP = 56;
const PANEL = (WIDTH - LABEL_WIDTH - GAP - 48) / 2;
const TOP = 124;
const LEGEND_WIDTH = 110;
const BAR = 13;
const BETWEEN = 12;
const TITLES = { s3: 'S3', oci: 'OCI' } as const;
/** For each peer in order; told apart also by those who see no red and green, on light and on dark. */
const COLOURS = [
  { light: '#2a6fbb', dark: '#6aa7e8' },
  { light: '#b8650b', dark: '#f0a04b' },
  { light: '#7a4fb0', dark: '#b794f4' },
  { light: '#2f7f6f', dark: '#5cc2ad' },
];

interface Panel {
  readonly title: string;
  readonly hint: string;
  readonly left: number;
  ratio(row: ComparedRow): number | undefined;
}

/** A chart of how much more or less than ours the peers do and use, as SVG: bars from the line at 1 ×, on a logarithmic scale. */
export function renderChart(comparisons: readonly Comparison[]): string {
  const panels: readonly Panel[] = [
    { title: 'operations a second', hint: 'left of the line: ours does more', left: LABEL_WIDTH, ratio: (row) => row.rateRatio },
    { title: 'processor time of one operation', hint: 'right of the line: ours needs less', left: LABEL_WIDTH + PANEL + GAP, ratio: (row) => row.cpuRatio },
  ];
  const rows = comparisons.flatMap((comparison) => comparison.rows).filter(({ target }) => target !== OURS);
  const peers = [...new Set(rows.map(({ target }) => target))];
  const most = mostOf(rows.flatMap((row) => panels.flatMap((panel) => panel.ratio(row) ?? [])));
  const pieces: string[] = [];
  let y = TOP;
  for (const { protocol, rows: all } of comparisons) {
    y += BETWEEN;
    pieces.push(text(8, y + 4, TITLES[protocol], 'group'));
    y += 16;
    for (const group of Map.groupBy(all.filter(({ target }) => target !== OURS), ({ work, clients }) => `${work}, ${clients === 1 ? '1 client' : `${clients} clients`}`)) {
      const [label, bars] = group;
      pieces.push(text(LABEL_WIDTH - 12, y + (bars.length * BAR) / 2 + 4, label, 'end'));
      for (const row of bars) {
        for (const panel of panels) pieces.push(bar(panel, panel.ratio(row), y, peers.indexOf(row.target), most));
        y += BAR;
      }
      y += BETWEEN;
    }
  }
  const height = y + 16;
  const legend = peers.map((peer, i) => `<rect class="c${i}" x="${8 + i * LEGEND_WIDTH}" y="36" width="12" height="12" rx="2"/>${text(26 + i * LEGEND_WIDTH, 46, peer)}`);
  const axes = panels.flatMap((panel) => axis(panel, most, height - 12));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
<title id="title">Operations a second and processor time of one operation of ${escape(peers.join(', '))}, as multiples of ours</title>
<style>
svg { font: 12px system-ui, sans-serif; }
.back { fill: #ffffff; } text { fill: #24292f; } .end { text-anchor: end; } .middle { text-anchor: middle; } .group, .head { font-weight: 600; } .quiet { fill: #57606a; font-size: 11px; }
.line { stroke: #d0d7de; } .one { stroke: #24292f; stroke-width: 1.5; }
${COLOURS.map(({ light }, i) => `.c${i} { fill: ${light}; }`).join(' ')}
@media (prefers-color-scheme: dark) {
.back { fill: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9198a1; } .line { stroke: #30363d; } .one { stroke: #e6edf3; }
${COLOURS.map(({ dark }, i) => `.c${i} { fill: ${dark}; }`).join(' ')}
}
</style>
<rect class="back" width="${WIDTH}" height="${height}" rx="6"/>
${text(8, 22, 'Peers as multiples of ours, which is the line at 1', 'head')}
${[...legend, ...axes, ...pieces].join('\n')}
</svg>
`;
}

/** The power of two that no ratio, nor its inverse, exceeds. */
function mostOf(ratios: readonly number[]): number {
  const furthest = Math.max(1, ...ratios.map((ratio) => Math.abs(Math.log2(ratio))));
  return 2 ** Math.ceil(furthest);
}

function place({ left }: Panel, ratio: number, most: number): number {
  return left + PANEL * (0.5 + Math.log2(ratio) / (2 * Math.log2(most)));
}

function axis(panel: Panel, most: number, bottom: number): readonly string[] {
  const furthest = Math.log2(most);
  // At most nine marks, the one at 1 among them.
  const step = Math.ceil(furthest / 4);
  const powers = Array.from({ length: 2 * Math.floor(furthest / step) + 1 }, (_, i) => (i - Math.floor(furthest / step)) * step);
  const marks = powers.map((power) => {
    const x = round(place(panel, 2 ** power, most));
    const line = `<line class="${power === 0 ? 'one' : 'line'}" x1="${x}" x2="${x}" y1="${TOP - 10}" y2="${bottom}"/>`;
    return line + text(x, TOP - 16, power < 0 ? `1/${2 ** -power}` : String(2 ** power), 'middle quiet');
  });
  const middle = panel.left + PANEL / 2;
  return [text(middle, TOP - 50, panel.title, 'middle head'), text(middle, TOP - 35, panel.hint, 'middle quiet'), ...marks];
}

function bar(panel: Panel, ratio: number | undefined, y: number, peer: number, most: number): string {
  const one = place(panel, 1, most);
  if (ratio === undefined) return text(one + 4, y + BAR - 3, 'not measured', 'quiet');
  const end = place(panel, ratio, most);
  const [x, width] = [Math.min(one, end), Math.max(1, Math.abs(end - one))];
  const label = ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(ratio < 1 ? 2 : 1);
  return `<rect class="c${peer % COLOURS.length}" x="${round(x)}" y="${y + 1}" width="${round(width)}" height="${BAR - 2}" rx="2"/>${ratio < 1 ? text(end - 4, y + BAR - 3, label, 'end quiet') : text(end + 4, y + BAR - 3, label, 'quiet')}`;
}

function text(x: number, y: number, content: string, style?: string): string {
  return `<text x="${round(x)}" y="${round(y)}"${style === undefined ? '' : ` class="${style}"`}>${escape(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
}
