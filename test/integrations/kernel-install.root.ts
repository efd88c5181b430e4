import { expect, test, type TestContext } from 'vitest';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dependencyOf } from '../../scripts/debian.ts';
import { debianRoot, inDebianRoot } from '../support/debian-root.ts';
import { debianPackage } from '../support/debian.ts';

/** A real kernel, which ukify asks for; where the root finds it. */
function kernelFor(context: Pick<TestContext, 'skip'>, root: string): string {
  const name = dependencyOf({ name: 'linux-image-amd64', components: ['main'] }, /^linux-image-\d/);
  const boot = join(debianPackage(context, { name, components: ['main'], only: ['./boot/*'] }).root, 'boot');
  const kernel = readdirSync(boot).find((file) => file.startsWith('vmlinuz-')) ?? '';
  copyFileSync(join(boot, kernel), join(root, 'opt/vmlinuz'));
  return '/opt/vmlinuz';
}

const script = (kernel: string): string => `
mkdir -p /etc/kernel/install.d /boot/EFI/Linux; cp $contrib/kernel-install/40-ucodekit.install /etc/kernel/install.d/
for generator in 50-dracut 55-initrd; do ln -sf /dev/null /etc/kernel/install.d/$generator.install; done
echo root=/dev/sda1 >/etc/kernel/cmdline; id=0123456789abcdef0123456789abcdef; echo $id >/etc/machine-id; printf x | gzip >/tmp/initrd
add() { try kernel-install add $K ${kernel} /tmp/initrd; }
image=/boot/EFI/Linux/$id-$K.efi

printf 'layout=bls\ninitrd_generator=none\n' >/etc/kernel/install.conf; mkdir -p /boot/loader/entries /boot/$id
add; result "type 1 entry" /boot/$id/$K/microcode-ucodekit.img; grep ^initrd /boot/loader/entries/*.conf
printf 'layout=uki\nuki_generator=ukify\ninitrd_generator=none\n' >/etc/kernel/install.conf
add; result "unified kernel" $image
ucodekit explain $image --cpu 0x906a4,0x80,0x421 --loader linux-6.12
echo UCODEKIT=nosuch >/etc/default/ucodekit; add; result "program missing" $image; rm /etc/default/ucodekit
add; echo UCODEKIT_REQUIRED=yes >/etc/default/ucodekit; damage; old=$(md5sum <$image); add
[ "$old" = "$(md5sum <$image)" ] && result "damaged, required, old image unchanged" $image
rm /etc/default/ucodekit; add; result "damaged" $image
rm -rf /lib/firmware/*-ucode/*; add; result "empty folders" $image
`;

test.for(['sid'])('kernel-install and ukify of %s', (suite, context) => {
  const root = debianRoot(context, suite);
  const { results, text } = inDebianRoot(root, script(kernelFor(context, root)));
  expect(results).toEqual([
    'type 1 entry: exit 0 intel=found amd=found',
    'unified kernel: exit 0 intel=found amd=found',
    'program missing: exit 0 intel=none amd=none',
    'damaged, required, old image unchanged: exit 1 intel=found amd=found',
    'damaged: exit 0 intel=none amd=none',
    'empty folders: exit 0 intel=none amd=none',
  ]);
  expect(text.match(/^initrd .*/gm)).toHaveLength(2);
  expect(text).toMatch(/^initrd .*microcode-ucodekit\.img$/m);
  expect(text).toContain('hands revision 0x');
});
