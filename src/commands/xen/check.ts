import { toolOf } from '../../cli/tool.ts';
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatFlag } from '../../cli/flags/format.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import {
  bootLoaderFlag,
  cpuFlag,
  filesBelow,
  loaderCpus,
  pathBelow,
  releaseFlag,
  rootFlag,
  xenRelease,
} from '../../cli/flags/xen.ts';
import { applyPolicy } from '../../bundle/verify/verdict.ts';
import { dayOf, knownRules, RULE_FLAGS } from '../../cli/flags/rules.ts';
import { VERIFY_FORMATS } from '../../report/verify/verify-formats.ts';
import { verifyReport } from '../../report/verify/verify.ts';
import { renderXenCheckAs, xenCheckFindings, type XenCheckReport, xenCheckReport } from '../../report/xen/check.ts';
import { checkXen } from '../../xen/check/check.ts';

export default class XenCheck extends BaseCommand<XenCheckReport> {
  static override summary = 'check a boot configuration that starts Xen, against the files it names';
  static override description =
    "Reads grub.cfg, menu.lst, syslinux.cfg, iPXE scripts, limine.conf, xen.cfg and loader entries as the boot loader does, opens the files, and says which module becomes dom0's initrd, which bytes are parsed for microcode and what is wrong.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/grub/grub.cfg --release 4.17.5',
    '<%= config.bin %> <%= command.id %> image/boot/grub/grub.cfg --root image --release 4.20 --cpu 0x906a4,0x80,0x421',
  ];
  static override args = { config: Args.string({ required: true, description: 'the configuration file' }) };
  static override flags = {
    release: releaseFlag,
    'boot-loader': bootLoaderFlag({ summary: 'boot loader that reads the file; guessed from its text when left out' }),
    root: rootFlag,
    cpu: cpuFlag,
    vendor: Flags.option({ options: ['intel', 'amd'] as const, summary: 'only for CPUs of this vendor' })(),
    'scan-default': Flags.boolean({ summary: 'this Xen was built to scan by default (4.21 and later)' }),
    ...RULE_FLAGS,
    format: formatFlag(VERIFY_FORMATS, 'text'),
  };

  async run(): Promise<XenCheckReport> {
    const { args, flags } = await this.parse(XenCheck);
    const release = xenRelease(flags.release);
    const cpus = loaderCpus(flags.cpu ?? []);
    const check = checkXen({
      config: await readOneFile(args.config),
      path: pathBelow(flags.root, args.config),
      loader: flags['boot-loader'],
      release,
      vendors: flags.vendor === undefined ? undefined : [flags.vendor],
      scanDefault: flags['scan-default'],
      open: filesBelow(flags.root),
    });
    const rules = { only: knownRules(flags.only), skip: knownRules(flags.skip) };
    const policyVerdict = applyPolicy(xenCheckFindings(args.config, check), rules, undefined, dayOf(undefined));
    const verdict = verifyReport(policyVerdict, 0, flags['fail-on'] ?? 'error');
    const report = xenCheckReport(args.config, release, check, cpus, verdict.findings);
    const context = {
      verbose: flags.verbose,
      paths: [args.config],
      files: [],
      tool: toolOf(this.config),
      folder: process.cwd(),
      policy: undefined,
    };
    return this.present({
      result: report,
      text: () => renderXenCheckAs(report, verdict, flags.format, context),
      exit: verdict.passed ? EXIT.fine : EXIT.found,
    });
  }
}
