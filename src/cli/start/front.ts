/**
 * The thin front: runs one command class without oclif's discovery of plugins, topics and manifests, which costs more than the work
 * of most commands. Parsing, flags, JSON and errors stay oclif's. Everything unusual (help, version, unknown words) never comes here.
 */
import type { Command, Interfaces } from '@oclif/core';

interface CommandClass {
  id: string;
  new (argv: string[], config: Interfaces.Config): Command;
}

export interface Program {
  readonly name: string;
  readonly version: string;
  /** Where it is at home, when package.json says so. */
  readonly homepage?: string;
}

/** Runs `command`, known to oclif as `id`, with the words after its name. */
export async function runCommand(command: CommandClass, id: string, argv: string[], program: Program): Promise<void> {
  command.id = id;
  // What Command and its parser ask of a loaded configuration; oclif has no smaller type for it.
  const config = {
    bin: program.name,
    name: program.name,
    version: program.version,
    pjson: program,
    userAgent: `${program.name}/${program.version} ${process.platform}-${process.arch} node-${process.version}`,
    runHook: () => Promise.resolve({ failures: [], successes: [] }),
    scopedEnvVarKey: scopedName,
    scopedEnvVarKeys: (name: string) => [scopedName(name)],
    scopedEnvVar: (name: string) => process.env[scopedName(name)],
  } as unknown as Interfaces.Config;
  const instance = new command(argv, config) as unknown as { _run(): Promise<unknown> };
  await instance._run();
}

const scopedName = (name: string): string => `UCODEKIT_${name}`;
