// node examples/gate.mjs PATH...: exits 1 when something in the paths is wrong.
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
const errors = findings.filter(({ finding }) => finding.severity === 'error');
for (const { origin, finding } of errors) console.log(`${formatOrigin(origin)}: ${finding.message} [${finding.rule}]`);
process.exitCode = errors.length === 0 ? 0 : 1;
