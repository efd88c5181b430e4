/** Cases x properties as one table: what the documentation publishes. */
import type { CaseRow, PropertyRow, SimCheck } from './check-report.ts';
import { renderStory } from './story.ts';
import { renderTable } from './table.ts';

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** What each property says, once. Some protocols word one for themselves; what the first says stands. */
export function meanings({ cases }: SimCheck): readonly (readonly [string, string])[] {
  const titles = new Map<string, string>();
  for (const { id, title } of cases.flatMap(({ properties }) => properties)) {
    if (!titles.has(id)) titles.set(id, title);
  }
  return [...titles].sort(([left], [right]) => BY_NUMBER.compare(left, right));
}

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
      ...meanings(check).map(([id]) => ({ title: id, value: (row: CaseRow) => cell(row, id) })),
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

const STYLE = [
  'body{font:14px sans-serif;margin:1em}table{border-collapse:separate;border-spacing:0}',
  'td,th{border:solid #ddd;border-width:0 1px 1px 0;padding:2px 6px;text-align:left;white-space:nowrap}thead th{position:sticky;top:0;background:#eee;z-index:1}',
  // The name of the case stays in sight however far one scrolls to the right.
  'tbody th{position:sticky;left:0;background:#fff;font-weight:normal}.number{text-align:right}.unstated{color:#999}',
  '.holds{background:#e2f3e2}.violated{background:#f9d6d2}.unfinished,.not-reached{background:#fbf0c8}',
  'pre{background:#f5f5f5;padding:8px;overflow-x:auto}h3{font-size:15px;margin-bottom:4px}:target{background:#fff3b0}',
].join('');

const GUIDE =
  'Every interleaving of each case was explored. A violated promise shows the number of steps of the run that breaks it and leads to its story. ' +
  'A dash: the protocol does not state the property.';

function htmlCell(row: CaseRow, index: number, id: string): string {
  const property = row.properties.find((one) => one.id === id);
  if (property === undefined) return '<td class="unstated">-</td>';
  const text = escaped(cell(row, id));
  const linked = property.counterexample === null ? text : `<a href="#${index}-${escaped(id)}">${text}</a>`;
  return `<td class="${property.verdict.replace(' ', '-')}" title="${escaped(property.title)}">${linked}</td>`;
}

function htmlStory(row: CaseRow, index: number, { id, title, matters, counterexample }: PropertyRow): string {
  if (counterexample === null) return '';
  const { story, token } = counterexample;
  return `<h3 id="${index}-${escaped(id)}">${escaped(row.name)}: ${escaped(id)}, ${escaped(title)}</h3>
<p>Why it matters: ${escaped(matters)}. <a href="#case-${index}">Back to the table</a></p>
<pre>${escaped(renderStory(story))}
ucodekit sim replay '${escaped(token)}'</pre>
`;
}

/** One self-contained page: the table, each violation linked to its story. */
export function renderMatrixHtml(check: SimCheck): string {
  const titles = meanings(check);
  const head = titles.map(([id, title]) => `<th title="${escaped(title)}">${escaped(id)}</th>`).join('');
  const rows = check.cases.map((row, index) => {
    const cells = titles.map(([id]) => htmlCell(row, index, id)).join('');
    return `<tr id="case-${index}"><th>${escaped(row.name)}</th>${cells}<td class="number">${row.states}</td></tr>`;
  });
  const legend = titles.map(([id, title]) => `<li><b>${escaped(id)}</b>: ${escaped(title)}</li>`).join('\n');
  const stories = check.cases.flatMap((row, index) =>
    row.properties.map((property) => htmlStory(row, index, property)),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>late-load protocols</title><style>${STYLE}</style>
<h1>Which late-load protocol keeps which promise</h1>
<p>${GUIDE}</p>
<table><thead><tr><th>case</th>${head}<th>states</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<h2>What each promise says</h2>
<ul>
${legend}
</ul>
<h2>How each is broken</h2>
${stories.join('')}</html>
`;
}
