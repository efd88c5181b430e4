// node examples/build-image.mjs OUTPUT PATH...: an early image of everything in the paths.
import {
  buildEarlyImage,
  collectUpdates,
  EVERYTHING,
  Failure,
  formatOrigin,
  openInputs,
  writeAtomically,
} from 'ucodekit';

const [output, ...paths] = process.argv.slice(2);
const { updates, findings } = await collectUpdates(openInputs(paths));
const image = buildEarlyImage(updates, findings, { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: 0 });
if (image.kind === 'refused') {
  for (const { origin, finding } of image.because) console.error(`${formatOrigin(origin)}: ${finding.message}`);
  process.exitCode = 3;
} else {
  try {
    console.log(`${output}: ${writeAtomically(output, image.chunks())} bytes, ${image.chosen.length} updates`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`${error.message}. ${error.details.advice}`);
    process.exitCode = 4;
  }
}
