// node examples/gate.mjs PATH...: exits 1 when something in the paths is wrong, or nothing is in them.
import { formatOrigin, openInputs, readCollection, shippedKnowledge, verify } from 'ucodekit';

const paths = process.argv.slice(2);
const { findings } = verify(await readCollection(openInputs(paths)), {
  paths,
  rules: { only: [], skip: [] },
  catalogue: shippedKnowledge().catalogue,
  policy: undefined,
  baseline: undefined,
  today: new Date().toISOString().slice(0, 10),
});
// A check of nothing would pass for the wrong reason, though the rule is only a warning.
const wrong = findings.filter(({ finding }) => finding.severity === 'error' || finding.rule === 'bundle/empty');
for (const { origin, finding } of wrong) console.log(`${formatOrigin(origin)}: ${finding.message} [${finding.rule}]`);
process.exitCode = wrong.length === 0 ? 0 : 1;
