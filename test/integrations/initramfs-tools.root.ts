import { expect, test } from 'vitest';
import { debianRoot, inDebianRoot } from '../support/debian-root.ts';

const SCRIPT = `
image=/boot/initrd.img-$K
mkdir -p /etc/initramfs-tools/hooks /etc/initramfs/post-update.d
update() { try update-initramfs "$@" -k "$K"; }
reconfigure() { try dpkg-reconfigure amd64-microcode; dpkg -s amd64-microcode | sed -n 's/^Status: /DPKG /p'; }
state() { md5sum <"$image"; }
unchanged() { [ "$1" = "$(state)" ] && echo "RESULT $2: old initrd unchanged"; }

cp $contrib/initramfs-tools/hooks/ucodekit /etc/initramfs-tools/hooks/
update -c; result "hook beside the vendors'" $image
echo UCODEKIT=nosuch >/etc/default/ucodekit; update -u; result "hook, program missing" $image
echo UCODEKIT_REQUIRED=yes >>/etc/default/ucodekit; old=$(state); update -u; result "hook, required" $image; unchanged "$old" "hook, required"
rm /etc/default/ucodekit /etc/initramfs-tools/hooks/ucodekit

cp $contrib/initramfs-tools/post-update.d/ucodekit /etc/initramfs/post-update.d/
update -u; result "post-update" $image
echo UCODEKIT=nosuch >/etc/default/ucodekit; reconfigure; result "post-update by dpkg, program missing" $image; rm /etc/default/ucodekit
damage; reconfigure; result "post-update by dpkg, damaged file" $image
rm -rf /lib/firmware/intel-ucode/*; update -u; result "post-update, empty folder" $image

full=$(($(stat -c %s $image) * 3 / 2)); cp -a /boot /aside; mount -t tmpfs -o size=$full tmpfs /boot; cp -a /aside/* /boot/; old=$(state)
head -c $full /dev/zero >/boot/filler 2>/dev/null; try /etc/initramfs/post-update.d/ucodekit $K $image; result "post-update, no room" $image; unchanged "$old" "post-update, no room"
umount /boot; mount --bind /boot /boot; mount -o remount,ro,bind /boot; old=$(state)
try /etc/initramfs/post-update.d/ucodekit $K $image; result "post-update, read-only" $image; unchanged "$old" "post-update, read-only"
`;

test.for(['trixie', 'sid'])('initramfs-tools of %s', (suite, context) => {
  const { results, text } = inDebianRoot(debianRoot(context, suite), SCRIPT);
  expect(results).toEqual([
    "hook beside the vendors': exit 0 intel=found amd=found",
    'hook, program missing: exit 0 intel=found amd=found',
    'hook, required: exit 1 intel=found amd=found',
    'hook, required: old initrd unchanged',
    'post-update: exit 0 intel=found amd=found',
    'post-update by dpkg, program missing: exit 0 intel=found amd=found',
    'post-update by dpkg, damaged file: exit 0 intel=none amd=found',
    'post-update, empty folder: exit 0 intel=none amd=found',
    'post-update, no room: exit 0 intel=none amd=found',
    'post-update, no room: old initrd unchanged',
    'post-update, read-only: exit 0 intel=none amd=found',
    'post-update, read-only: old initrd unchanged',
  ]);
  expect(text.match(/^DPKG .*/gm)).toEqual(['DPKG install ok installed', 'DPKG install ok installed']);
  expect(text).toContain('stays as update-initramfs made it');
});
