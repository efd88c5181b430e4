import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { writeBelow } from '../../io/write/texts.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import { refusal } from '../../cli/output/remarks.ts';
import { bootLoaderFlag, fileBelow, releaseFlag, rootFlag, xenRelease } from '../../cli/flags/xen.ts';
import { renderXenStanza, type XenStanzaReport, xenStanzaReport } from '../../report/xen/stanza.ts';
import { linuxWords, xenWords } from '../../xen/boot-loaders/raw-line.ts';
import { planStanza } from '../../xen/stanza/stanza.ts';
import { proveStanza } from '../../xen/stanza/proof.ts';

export default class XenStanza extends BaseCommand<XenStanzaReport> {
  static override summary = 'write the boot entry that makes a release of Xen load microcode';
  static override description =
    'Chooses between an index, a scan and the key of xen.cfg by what the release can do and what is in the files, computes the index, and says why in comments. What cannot work is refused with the reason.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --boot-loader grub2 --release 4.17.5 --xen /boot/xen.gz --kernel /boot/vmlinuz --kernel-args "root=/dev/sda1 ro" --initrd /boot/initrd.img --microcode /boot/ucode.bin',
    '<%= config.bin %> <%= command.id %> --boot-loader xen-cfg --release 4.20 --kernel vmlinuz --initrd initrd.img --mode scan --root esp/EFI/xen --check',
  ];
  static override flags = {
    'boot-loader': bootLoaderFlag({ required: true, summary: 'boot loader to write for' }),
    release: releaseFlag,
    xen: Flags.string({ default: '/boot/xen.gz', summary: 'the hypervisor', helpValue: 'PATH' }),
    'xen-args': Flags.string({ default: '', summary: 'options for Xen besides ucode=', helpValue: 'WORDS' }),
    kernel: Flags.string({ required: true, summary: 'the kernel of dom0', helpValue: 'PATH' }),
    'kernel-args': Flags.string({ default: '', summary: 'command line of dom0', helpValue: 'WORDS' }),
    initrd: Flags.string({ summary: 'the initrd of dom0; it may begin with an early archive', helpValue: 'PATH' }),
    microcode: Flags.string({ summary: 'raw updates of one vendor, or an early archive', helpValue: 'PATH' }),
    xsm: Flags.string({ summary: 'the XSM policy', helpValue: 'PATH' }),
    mode: Flags.option({
      options: ['auto', 'index', 'scan', 'efi'] as const,
      default: 'auto',
      summary: 'how Xen shall find the microcode',
    })(),
    title: Flags.string({ default: 'xen', summary: 'title of the entry; name of the section in xen.cfg' }),
    root: rootFlag,
    check: Flags.boolean({
      summary: 'read the result back and check it as xen check does; refuse it if anything is wrong',
    }),
    output: Flags.string({ char: 'o', summary: 'write the files below this folder', helpValue: 'DIR' }),
  };

  async run(): Promise<XenStanzaReport> {
    const { flags } = await this.parse(XenStanza);
    const release = xenRelease(flags.release);
    const file = async (path: string | undefined) =>
      path === undefined ? undefined : { path, bytes: await readOneFile(fileBelow(flags.root, path)) };
    const request = {
      loader: flags['boot-loader'],
      release,
      mode: flags.mode,
      title: flags.title,
      hypervisor: flags.xen,
      xenArguments: xenWords(flags['xen-args']),
      kernel: { path: flags.kernel, arguments: linuxWords(flags['kernel-args']) },
      initrd: await file(flags.initrd),
      microcode: await file(flags.microcode),
      xsm: flags.xsm === undefined ? undefined : { path: flags.xsm },
    };
    const stanza = planStanza(request);
    if (!stanza.ok) throw refusal('there is no such entry', stanza.refusals);
    if (flags.check) {
      const wrong = proveStanza(request, stanza);
      if (wrong.length > 0) throw refusal('the entry does not pass its own check', wrong);
    }
    const report = xenStanzaReport(release, flags['boot-loader'], stanza);
    if (flags.output !== undefined) writeBelow(flags.output, stanza.files);
    return this.present({ result: report, text: () => (flags.output === undefined ? renderXenStanza(report) : '') });
  }
}
