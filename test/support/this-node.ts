import { delimiter, dirname } from 'node:path';

/** An environment in which a program that begins with `#!/usr/bin/env node` runs on the Node that runs the tests. */
export const onThisNode = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
});
