/** docs/late-load-verdicts.md: what exploring every interleaving says of every bundled protocol. Generated. */
import { checkCases } from '../sim/check-cases.ts';
import { everyCase } from '../sim/subject.ts';
import { renderMatrix } from './check-matrix.ts';
import { type SimCheck, simCheck } from './check-report.ts';

const HEAD = `# Which late-load protocol keeps which promise

Every bundled protocol on a machine of 2 cores with 2 threads each, all interleavings: without faults, and with each
fault that can befall it (\`nmi\`: an unrelated NMI on any CPU at any time; \`timeout\`: waits may give up; \`reject\`: a load is
refused; \`hang\`: a load never retires; \`breakpoint\`: an exception inside an NMI handler's wait loop; \`mce\`: a
machine check on any CPU; \`hotplug\`: the OS takes a CPU offline when nothing keeps it from doing so). A number in brackets is
the length of the shortest run that breaks the promise; the second table replays it. The states are those the search had
to look at after its reductions.

This page is written by \`npm run generate\` from \`ucodekit sim check --all --format markdown\`; a test compares the two.
`;

function meanings({ cases }: SimCheck): string {
  const titles = new Map<string, string>();
  for (const { id, title } of cases.flatMap(({ properties }) => properties)) {
    // Some protocols word one for themselves; what most say comes first.
    if (!titles.has(id)) titles.set(id, title);
  }
  const order = new Intl.Collator('en', { numeric: true });
  return [...titles]
    .sort(([left], [right]) => order.compare(left, right))
    .map(([id, title]) => `* **${id}**: ${title}\n`)
    .join('');
}

export function verdictsDocument(): string {
  const check = simCheck(checkCases(everyCase({ topology: '2x2' }), null, {}));
  return `${HEAD}\n${meanings(check)}\n${renderMatrix(check)}`;
}
