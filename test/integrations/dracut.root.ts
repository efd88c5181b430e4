import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianRoot, inDebianRoot } from '../support/debian-root.ts';
import { CPUINFO } from '../support/initrd-hooks.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SCRIPT = `
mkdir -p /usr/lib/dracut/modules.d/90ucodekit /t; cp $contrib/dracut/90ucodekit/module-setup.sh /usr/lib/dracut/modules.d/90ucodekit/
dracut() { try /usr/bin/dracut --force --gzip --modules "base ucodekit" "$@" $K; }
dracut --no-hostonly /boot/a.img; result all /boot/a.img
dracut --no-hostonly --enhanced-cpio /boot/a.img; result "enhanced cpio" /boot/a.img
mkdir /tables; printf DSDTxx >/tables/a.aml; printf 'acpi_override=yes\nacpi_table_dir=/tables\n' >/etc/dracut.conf.d/acpi.conf
dracut --no-hostonly /boot/a.img; result "ACPI tables" /boot/a.img; rm /etc/dracut.conf.d/acpi.conf
ucodekit initrd inspect -q /boot/a.img | grep -o kernel/firmware/acpi/a.aml
if command -v 3cpio >/dev/null; then mv /usr/bin/3cpio /aside; dracut --no-hostonly /boot/a.img; result "without 3cpio" /boot/a.img; mv /aside /usr/bin/3cpio; fi
dracut --hostonly /boot/h.img; result hostonly /boot/h.img
ucodekit initrd inspect -q --json /boot/h.img | node -e '
  const { segments } = JSON.parse(require("fs").readFileSync(0)).initrds[0]; console.log("EARLY " + segments[0].end)'
dracut --no-hostonly --no-early-microcode /boot/a.img; result "switched off" /boot/a.img
echo UCODEKIT=nosuch >/etc/default/ucodekit; dracut --no-hostonly /boot/a.img; result "program missing" /boot/a.img
echo UCODEKIT_REQUIRED=yes >>/etc/default/ucodekit; cp /boot/h.img /boot/r.img; dracut --no-hostonly /boot/r.img
cmp /boot/h.img /boot/r.img && result "required, old initrd unchanged" /boot/r.img; rm /etc/default/ucodekit
mount -t tmpfs -o size=1m tmpfs /t; dracut --no-hostonly /t/o.img; result "no room" /t/o.img; umount /t
damage; echo UCODEKIT_REQUIRED=yes >/etc/default/ucodekit; cp /boot/h.img /boot/r.img; dracut --no-hostonly /boot/r.img
cmp /boot/h.img /boot/r.img && result "damaged, required, old initrd unchanged" /boot/r.img; rm /etc/default/ucodekit
rm -rf /lib/firmware/intel-ucode/*; dracut --no-hostonly /boot/a.img; result "empty folder" /boot/a.img
`;

test.for(['trixie', 'sid'])('dracut of %s', (suite, context) => {
  const cpuinfo = join(temporaryFolder(), 'cpuinfo');
  writeFileSync(cpuinfo, CPUINFO);
  const { results, text } = inDebianRoot(debianRoot(context, suite), SCRIPT, { SCRATCH_CPUINFO: cpuinfo });
  expect(results).toEqual([
    'all: exit 0 intel=found amd=found',
    'enhanced cpio: exit 0 intel=found amd=found',
    'ACPI tables: exit 0 intel=found amd=found',
    ...(suite === 'sid' ? ['without 3cpio: exit 0 intel=found amd=found'] : []),
    'hostonly: exit 0 intel=found amd=none',
    'switched off: exit 0 intel=none amd=none',
    // dracut's own, unchecked: that is said. It does not align.
    expect.stringMatching(/^program missing: exit 0 intel=(?:found|misaligned) amd=found$/),
    'required, old initrd unchanged: exit 1 intel=found amd=none',
    'no room: exit 1 unreadable',
    'damaged, required, old initrd unchanged: exit 1 intel=found amd=none',
    'empty folder: exit 0 intel=none amd=found',
  ]);
  expect(text).toContain('kernel/firmware/acpi/a.aml');
  expect(text).toContain('SAID ucodekit: early_microcode is off, so this initrd gets none');
  expect(text).toContain(
    'SAID ucodekit: nothing is added; early microcode is left to dracut, which packs what it finds unchecked',
  );
  expect(Number(/^EARLY (\d+)$/m.exec(text)?.[1])).toBeLessThan(1e6);
});
