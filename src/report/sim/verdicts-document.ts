/** docs/late-load-verdicts.md: what exploring every interleaving says of every bundled protocol. Generated. */
import { checkCases } from '../../sim/check-cases.ts';
import { everyCase } from '../../sim/subject.ts';
import { meanings, renderMatrix } from './verdict-table.ts';
import { simCheck } from './check.ts';

const HEAD = `# Which late-load protocol keeps which promise

Every bundled protocol on a machine of 2 cores with 2 threads each, all interleavings: without faults, and with each
fault that can befall it (\`nmi\`: an unrelated NMI on any CPU at any time; \`timeout\`: waits may give up; \`reject\`: a load is
refused; \`hang\`: a load never retires; \`breakpoint\`: an exception inside an NMI handler's wait loop; \`mce\`: a
machine check on any CPU; \`hotplug\`: the OS takes a CPU offline when nothing keeps it from doing so). A number in brackets is
the length of the shortest run that breaks the promise; the second table replays it, the third says what each row is about. The states are those the search had
to look at after its reductions.

This page is written by \`npm run generate\` from \`ucodekit sim check --all --format markdown\`; a test compares the two.
`;

/**
 * `program`: name and version of what checks. The page says which version wrote it; as long as the checksums of the models stay the same, so do
 * the verdicts, and another version need not write it again.
 */
export function verdictsDocument(program: string): string {
  const check = simCheck(checkCases(everyCase({ topology: '2x2' }).cases, null, {}), program);
  const said = meanings(check).map(([id, title]) => `* **${id}**: ${title}\n`);
  return `${HEAD}\n${said.join('')}\n${renderMatrix(check)}`;
}
