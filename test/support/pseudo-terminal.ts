import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';
import { lacking, program } from './debian.ts';

/** Path of `script`, which runs a command at a pseudo-terminal; a skip with the reason where there is none. */
export function pseudoTerminal(context: Pick<TestContext, 'skip'>): string {
  const script = program(context, 'script');
  const { status, stderr } = spawnSync(script, ['-qec', 'true', '/dev/null'], { encoding: 'utf8' });
  return status === 0 ? script : lacking(context, `no pseudo-terminal is to be had: ${stderr.trim()}`);
}
