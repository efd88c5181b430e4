import { spawn } from 'node:child_process';

/**
 * What the program `command` writes when `input` is its standard input, as it comes.
 * @throws Error when the program cannot be started, or ends with another exit status than 0.
 */
export async function* pipedThrough(
  command: string,
  args: readonly string[],
  input: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<string>((resolve) => {
    child.once('error', () => resolve(`${command} is not installed`));
    child.once('close', (status, signal) => resolve(status === 0 ? '' : `${command} ended with ${status ?? signal}`));
  });
  // A program that gives up early closes its end; its exit status tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const failure = await ended;
    if (failure !== '') throw new Error(failure);
  } finally {
    child.kill();
  }
}
