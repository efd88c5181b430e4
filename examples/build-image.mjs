// node examples/build-image.mjs OUTPUT PATH...: an early image of everything in the paths.
import { buildEarlyImage, collectUpdates, EVERYTHING, openInputs, writeAtomically } from 'ucodekit';

const [output, ...paths] = process.argv.slice(2);
const { updates, findings } = await collectUpdates(openInputs(paths));
const image = buildEarlyImage(updates, findings, { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: 0 });
if (image.kind === 'refused') {
  for (const { finding } of image.because) console.error(finding.message);
  process.exitCode = 3;
} else {
  console.log(`${output}: ${writeAtomically(output, image.chunks())} bytes, ${image.chosen.length} updates`);
}
