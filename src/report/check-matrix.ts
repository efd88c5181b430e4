/** Cases x properties as one table: what the documentation publishes. */
import type { CaseRow, SimCheck } from './check-report.ts';
import { renderStory } from './story.ts';
import { renderTable } from './table.ts';

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** The properties of all cases, P2 before P10. */
const columnsOf = ({ cases }: SimCheck): string[] =>
  [...new Set(cases.flatMap(({ properties }) => properties.map(({ id }) => id)))].sort(BY_NUMBER.compare);

/** Verdict and length of the counterexample; a dash where the model does not state the property. */
function cell({ properties }: CaseRow, id: string): string {
  const property = properties.find((one) => one.id === id);
  if (property === undefined) return '-';
  const steps = property.counterexample?.story.steps.length;
  return steps === undefined ? property.verdict : `${property.verdict.toUpperCase()} (${steps})`;
}

/** Each run once, with all that it violates: how to see its story. */
function runLines({ name, properties }: CaseRow): string[] {
  const runs = new Map<string, string[]>();
  for (const { id, counterexample } of properties) {
    if (counterexample !== null) runs.set(counterexample.token, [...(runs.get(counterexample.token) ?? []), id]);
  }
  return [...runs].map(([token, ids]) => `| ${name} | ${ids.join(', ')} | \`ucodekit sim replay '${token}'\` |\n`);
}

/** Markdown: the table, then how to replay each violation. The number beside a violation is that of the steps of its shortest run. */
export function renderMatrix(check: SimCheck): string {
  const table = renderTable(
    [
      { title: 'case', value: ({ name }: CaseRow) => name },
      ...columnsOf(check).map((id) => ({ title: id, value: (row: CaseRow) => cell(row, id) })),
      { title: 'states', value: ({ states }: CaseRow) => String(states), align: 'right' as const },
    ],
    check.cases,
    'markdown',
  );
  const runs = check.cases.flatMap(runLines);
  return runs.length === 0
    ? table
    : `${table}\n| case | violates | its shortest run |\n| --- | --- | --- |\n${runs.join('')}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

const STYLE =
  'body{font:14px sans-serif}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 6px;text-align:left}' +
  '.holds{background:#e2f3e2}.violated{background:#f9d6d2}.unfinished,.not-reached{background:#fbf0c8}pre{background:#f5f5f5;padding:8px;overflow-x:auto}';

function htmlCell(row: CaseRow, index: number, id: string): string {
  const property = row.properties.find((one) => one.id === id);
  if (property === undefined) return '<td>-</td>';
  const text = escaped(cell(row, id));
  const linked = property.counterexample === null ? text : `<a href="#${index}-${escaped(id)}">${text}</a>`;
  return `<td class="${property.verdict.replace(' ', '-')}">${linked}</td>`;
}

function htmlStories(row: CaseRow, index: number, story: (row: CaseRow, id: string) => string): string {
  return row.properties
    .filter(({ counterexample }) => counterexample !== null)
    .map(
      ({ id, title }) =>
        `<h3 id="${index}-${escaped(id)}">${escaped(row.name)}: ${escaped(id)}, ${escaped(title)}</h3><pre>${escaped(story(row, id))}</pre>`,
    )
    .join('\n');
}

/** One self-contained page: the table, each violation linked to its story. */
export function renderMatrixHtml(check: SimCheck): string {
  const ids = columnsOf(check);
  const head = ['case', ...ids, 'states'].map((title) => `<th>${escaped(title)}</th>`).join('');
  const rows = check.cases.map((row, index) => {
    const cells = ids.map((id) => htmlCell(row, index, id)).join('');
    return `<tr><td>${escaped(row.name)}</td>${cells}<td>${row.states}</td></tr>`;
  });
  const tell = (row: CaseRow, id: string): string => {
    const trace = row.properties.find((one) => one.id === id)?.counterexample ?? null;
    return trace === null ? '' : `${renderStory(trace.story)}replay: ${trace.token}`;
  };
  const stories = check.cases.map((row, index) => htmlStories(row, index, tell));
  return `<!doctype html><meta charset="utf-8"><title>late-load protocols</title><style>${STYLE}</style>
<table><tr>${head}</tr>
${rows.join('\n')}
</table>
${stories.filter((text) => text !== '').join('\n')}
`;
}
