import { LogCommand } from '../cli/log-command.ts';

export default class Log extends LogCommand {
  static override summary = 'what a kernel or Xen log says about microcode, and what to do';
  static override description =
    'Reads dmesg, journalctl -k, xl dmesg and serial logs of any age: for each CPU the revisions before and after, and for each message about microcode why it was printed and what to do. A log without such a line is answered by the likely reason and exit code 3.';
  static override examples = [
    'dmesg | <%= config.bin %> <%= command.id %> -',
    'journalctl -k -b | <%= config.bin %> <%= command.id %> -',
    'xl dmesg | <%= config.bin %> <%= command.id %> - --json',
    '<%= config.bin %> <%= command.id %> serial.log --release 4.17.5',
  ];
}
