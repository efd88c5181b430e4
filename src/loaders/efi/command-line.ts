/** First series whose `microcode=` takes this word too; 6.12 passes over it (both booted), the releases between were not read. */
const WORD_IN_LIST_SINCE = 7;

/**
 * The word of a command line that turns Linux's loader off; null when there is none. Source: Linux check_loader_disabled_bsp.
 * @param major of the kernel
 */
export function loaderOffWord(commandLine: string | null, major: number): string | null {
  const words = (commandLine ?? '').split(/\s+/);
  return (
    words.find((word) => {
      if (word === 'dis_ucode_ldr') return true;
      const list = /^microcode=(.*)$/.exec(word)?.[1] ?? '';
      return major >= WORD_IN_LIST_SINCE && list.split(',').includes('dis_ucode_ldr');
    }) ?? null
  );
}
