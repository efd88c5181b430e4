/** Cases x properties as one table: what the documentation publishes. */
import type { CaseRow, PropertyRow, SimCheck } from './check.ts';
import { renderSteps } from './steps.ts';
import { machineText, memoryText, shortChecksum } from '../evidence-text.ts';
import { renderTable, type Column } from '../table.ts';

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

/** How far the searches went: what a page may say of all its verdicts together. */
export function extentText({ cases }: SimCheck): string {
  const cut = cases.filter(({ complete }) => !complete);
  const hashed = cases.some(({ expectedOmissions }) => expectedOmissions > 0);
  const how = hashed ? ' States were told apart by hashes alone, so some may have been missed.' : '';
  if (cut.length === 0) {
    return hashed
      ? `The search of each case went on until every verdict was settled.${how}`
      : 'Every interleaving of each case was explored, or as many as it took to be certain of every verdict.';
  }
  const names = cut.map(({ name, ending }) => `${name} (limit of ${ending})`).join(', ');
  return `NOT every interleaving was explored: a limit ended the search of ${cut.length} of ${cases.length} cases, ${names}. "unfinished" says nothing either way.${how}`;
}

/** How the search of a case went, and by which reductions. */
function searchText({ ending, symmetry, partialOrder, expectedOmissions }: CaseRow): string {
  const ends = { complete: 'every state', decided: 'until every verdict was certain', violation: 'to a violation' };
  const extent = ending in ends ? ends[ending as keyof typeof ends] : `UNFINISHED: limit of ${ending}`;
  const reductions = [symmetry ? 'symmetry' : '', partialOrder ? 'partial order' : ''].filter((name) => name !== '');
  return [
    extent,
    ...(expectedOmissions > 0 ? ['approximate'] : []),
    reductions.length === 0 ? 'no reductions' : `reduced by ${reductions.join(' and ')}`,
  ].join('; ');
}

const once = (lines: readonly string[]): readonly string[] => [...new Set(lines)];

/** What all verdicts together rest on: program, memory, sources and assumptions, each said once. */
function restingLines({ cases }: SimCheck): readonly string[] {
  const evidence = cases.map((row) => row.evidence);
  return [
    ...once(evidence.map(({ program }) => `Checked by: ${program}`)),
    ...once(evidence.map((one) => `Memory: ${memoryText(one)}`)),
    ...once(
      evidence.flatMap(({ assumptions }) => assumptions.map(({ id, sentence }) => `Assumption ${id}: ${sentence}`)),
    ),
    ...once(evidence.map(({ protocol, source }) => `Source of ${protocol}: ${source}`)),
  ];
}

const ABOUT: readonly Column<CaseRow>[] = [
  { title: 'case', value: ({ name }) => name },
  { title: 'model', value: ({ evidence }) => shortChecksum(evidence) },
  { title: 'machine', value: ({ evidence }) => machineText(evidence) },
  { title: 'search', value: searchText },
  { title: 'assumes', value: ({ evidence }) => evidence.assumptions.map(({ id }) => id).join(', ') || '-' },
  { title: 'notes', value: ({ remarks }) => remarks.join(' ') || '-' },
];

/**
 * Markdown: the table, then how to replay each violation, then what each row is about. The number beside a violation is that of the steps of
 * its shortest run.
 */
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
  const about = renderTable(ABOUT, check.cases, 'markdown');
  return [
    table,
    ...(runs.length === 0 ? [] : [`| case | violates | its shortest run |\n| --- | --- | --- |\n${runs.join('')}`]),
    `${extentText(check)}\n`,
    about,
    restingLines(check)
      .map((line) => `* ${line}\n`)
      .join(''),
  ].join('\n');
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
  'A violated promise shows the number of steps of the run that breaks it and leads to its story. ' +
  'A dash: the protocol does not state the property.';

function htmlCell(row: CaseRow, index: number, id: string): string {
  const property = row.properties.find((one) => one.id === id);
  if (property === undefined) return '<td class="unstated">-</td>';
  const text = escaped(cell(row, id));
  const linked = property.counterexample === null ? text : `<a href="#${index}-${escaped(id)}">${text}</a>`;
  return `<td class="${property.verdict.replace(' ', '-')}" title="${escaped(property.title)}">${linked}</td>`;
}

function htmlSteps(row: CaseRow, index: number, { id, title, matters, counterexample }: PropertyRow): string {
  if (counterexample === null) return '';
  const { story, token } = counterexample;
  return `<h3 id="${index}-${escaped(id)}">${escaped(row.name)}: ${escaped(id)}, ${escaped(title)}</h3>
<p>Why it matters: ${escaped(matters)}. <a href="#case-${index}">Back to the table</a></p>
<pre>${escaped(renderSteps(story))}
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
  const about = ABOUT.map(({ title }) => `<th>${escaped(title)}</th>`);
  const abouts = check.cases.map((row) => {
    const [name, ...more] = ABOUT.map(({ value }) => escaped(value(row)));
    return `<tr><th>${name ?? ''}</th>${more.map((text) => `<td>${text}</td>`).join('')}</tr>`;
  });
  const rests = restingLines(check)
    .map((line) => `<li>${escaped(line)}</li>`)
    .join('\n');
  const stories = check.cases.flatMap((row, index) =>
    row.properties.map((property) => htmlSteps(row, index, property)),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>late-load protocols</title><style>${STYLE}</style>
<h1>Which late-load protocol keeps which promise</h1>
<p>${escaped(extentText(check))} ${GUIDE}</p>
<table><thead><tr><th>case</th>${head}<th>states</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<h2>What each verdict is about</h2>
<table><thead><tr>${about.join('')}</tr></thead><tbody>
${abouts.join('\n')}
</tbody></table>
<ul>
${rests}
</ul>
<h2>What each promise says</h2>
<ul>
${legend}
</ul>
<h2>How each is broken</h2>
${stories.join('')}</html>
`;
}
