import { Args, Flags } from '@oclif/core';
import type { Located } from '../bundle/collect.ts';
import { narrowCollection } from '../bundle/select/narrow.ts';
import { nothingFound } from '../bundle/nothing.ts';
import { namesHost, withHost } from '../bundle/policy-host.ts';
import { readCollection, verify, withFindings } from '../bundle/verify/verify.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { formatFlag } from '../cli/flags/format.ts';
import { namedCpus } from '../cli/cpus.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg, SELECTION_FLAGS, selectionOf } from '../cli/flags/inputs.ts';
import { shippedKnowledge } from '../knowledge.ts';
import { dayOf, knownRules, RULE_FLAGS } from '../cli/flags/rules.ts';
import { readTextFile } from '../cli/input/one-file.ts';
import { verifyExitCode } from '../cli/exit-codes.ts';
import { toolOf } from '../cli/tool.ts';
import { Failure } from '../findings/failure.ts';
import { matchesRule } from '../findings/rule-pattern.ts';
import { initrdFindings } from '../initrd/inspect/inspect.ts';
import type { WholeFile } from '../inputs/open.ts';
import { readInputs } from '../cli/terminal/reading.ts';
import type { Width } from '../report/table.ts';
import { renderRules, renderRuleTable, type RuleList, ruleList } from '../report/verify/rule-list.ts';
import { renderVerification, VERIFY_FORMATS } from '../report/verify/verify-formats.ts';
import { type VerifyReport, verifyReport } from '../report/verify/verify.ts';
import { readPolicy } from '../schemas/policy-file.ts';

export default class Verify extends BaseCommand<VerifyReport | RuleList> {
  static override summary = 'check microcode for damage, contradictions and what a policy forbids';
  static override description =
    'Reads everything as one collection and reports what is wrong with it, what each loader would do about it and what helps. Exits 1 when a finding reaches --fail-on, 3 when an input cannot be read.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode /lib/firmware/amd-ucode',
    '<%= config.bin %> <%= command.id %> --policy fleet.json --format sarif firmware/',
    '<%= config.bin %> <%= command.id %> --explain intel/checksum',
    '<%= config.bin %> <%= command.id %> --skip bundle/no-late-name --fail-on warning GenuineIntel.bin',
  ];
  static override strict = false;
  // Required unless it is about rules; run() looks.
  static override args = { path: Args.string({ description: pathArg.description ?? '' }) };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    ...RULE_FLAGS,
    policy: Flags.string({ summary: 'what the collection must be like', helpValue: 'FILE' }),
    baseline: Flags.string({ summary: 'an older release that this one must not fall behind', helpValue: 'PATH' }),
    today: Flags.string({ summary: 'the day by which suppressions run out, instead of the clock', helpValue: 'DATE' }),
    'list-rules': Flags.boolean({ summary: 'list every rule; no input is read', helpGroup: 'RULES' }),
    explain: Flags.string({
      summary: 'say what a rule or topic is about, what each loader does and what helps; no input is read; repeatable',
      helpValue: 'RULE',
      helpGroup: 'RULES',
      multiple: true,
      multipleNonGreedy: true,
    }),
    format: formatFlag(VERIFY_FORMATS, 'text'),
  };

  async run(): Promise<VerifyReport | RuleList> {
    const { argv, flags } = await this.parse(Verify);
    const paths = argv as string[];
    if (flags['list-rules'] || flags.explain !== undefined) return this.rules(flags.explain);
    if (paths.length === 0) {
      const message = 'missing: PATH, a file or folder';
      throw new Failure({
        kind: 'usage',
        code: 'usage/no-path',
        message,
        advice: '`ucodekit verify --help` shows how it is used.',
      });
    }
    const rules = { only: knownRules(flags.only), skip: knownRules(flags.skip) };
    const today = dayOf(flags.today);
    const policyFile =
      flags.policy === undefined ? undefined : { path: flags.policy, text: await readTextFile(flags.policy) };
    const read = policyFile === undefined ? undefined : readPolicy(policyFile.text, policyFile.path);
    const policy = read !== undefined && namesHost(read) ? withHost(read, namedCpus('--policy', ['host'])) : read;
    const selection = selectionOf(flags);
    const images: Located[] = [];
    const onFile = async (file: WholeFile): Promise<void> => void images.push(...(await initrdFindings(file)));
    const everything = await readCollection(readInputs(paths, { ...openOptionsOf(flags), onFile }));
    const collection = narrowCollection(selection, everything);
    const nothing = nothingFound(everything.updates.length, collection.updates.length, everything.findings);
    const baseline =
      flags.baseline === undefined
        ? undefined
        : narrowCollection(selection, await readCollection(readInputs([flags.baseline], openOptionsOf(flags))));
    const { catalogue } = shippedKnowledge();
    const verdict = verify(withFindings(collection, [...images, ...nothing]), {
      paths,
      rules,
      catalogue,
      policy,
      baseline,
      today,
    });
    const failOn = flags['fail-on'] ?? policy?.policy.failOn ?? 'error';
    const report = verifyReport(verdict, collection.updates.length, failOn);
    const files = [...new Set(everything.updates.map(({ origin }) => origin.path))];
    return this.present({
      result: report,
      text: () =>
        renderVerification(report, flags.format, {
          verbose: flags.verbose,
          paths,
          files,
          tool: toolOf(this.config),
          folder: process.cwd(),
          policy: policyFile,
        }),
      exit: verifyExitCode(report),
    });
  }

  private rules(patterns: readonly string[] | undefined): VerifyReport | RuleList {
    const known = knownRules(patterns);
    const list = ruleList((id) => patterns === undefined || known.some((pattern) => matchesRule(pattern, id)));
    const text = (width: Width): string => (patterns === undefined ? renderRuleTable(list, width) : renderRules(list));
    return this.present({ result: list, text });
  }
}
