/** The RSA keys that published Zen patches are signed under, as found in the patches themselves (316 patches, families 17h to 1Ah). */

export interface AmdSigningKey {
  readonly name: string;
  /** 2048 bits, big-endian, lower-case hexadecimal. */
  readonly modulus: string;
  /**
   * The 16 bytes by which the silicon knows the key, where their function is published: AES-CMAC under the example key of SP 800-38B
   * over the modulus. Null where it is not.
   */
  readonly keyHash: string | null;
}

// sha256 of the 256 bytes: 4f2e81e9fe58531884bb46b2376c22aca4e5a53e952911711ee9d72cb720d247
const ZEN1_TO_4 = [
  'c79c8725def5d3877946dfb62895a5999bdb842ac58d794214d8ff37c8fe16cc',
  '3835823a7bfc9c2df746ae2d71cadb67f88a353c69ca4597e8475289d30f4dfd',
  '54ea699a35ca7da27ffec1717029a35f5220de4d15d0858e87889308cbe64b9c',
  '00aad6d0dc002a6d46541aca082e9d11271629adfa915a43ccecadf787543f34',
  '69c56e17205900aafe0baa894f4fe441ad77a37d5b1ba44f59795a1e2a97a44b',
  '8c3ed4c44fd7b6f18890933750735ac2731a158a43798dba7d19bd534155d95c',
  'f2123fa25ed21048612f4c229d9797e5d721d2381e8679ede977b8d2a080f0fc',
  'b15f1fb2cabcbbc2855a30230ac1d0c65da753ddcd0fc91cb96074f8baad80c3',
].join('');

// sha256 of the 256 bytes: 35481fb61448c522249620811f674f6d0bf221a1dfde1be6edb4907cf24a6fbe
const ZEN5 = [
  '989386b9cce0f2866bcee6a6c108f9d93e7fcbf6a4e2db2b2c654cd2d4a95514',
  'b32701d93be58cd2cfa70a585b1d16b23b11ee1ef0ec69f2a51df5460a91ce36',
  '891cc34babb53da36420c43003029e6a59b774a56861f646a6033c8fce32a994',
  'c1ac631174796ff4ba42074f3889ac55215b6cc5338a316b5ec639b800d2926a',
  'bd7fbf24128b91acb86851860632bd30c8b02abb8add72310877191df541822a',
  'c8178677c1cf2d1d4d09c4fe8e91472c856e3d80b7e134e1abe25d92d086a5ef',
  '20967eb84d8f98276b1ca697d2c8d52deafe4e2f032f2e024290bab1f2742c54',
  '69df55475ae36158248ac473f273e07677fc425fbddff11656a509bf31197e21',
].join('');

export const AMD_SIGNING_KEYS: readonly AmdSigningKey[] = [
  // Formats 8004, 8005 and 8010, before and after EntrySign: 264 patches.
  { name: 'Zen1-4', modulus: ZEN1_TO_4, keyHash: '9a3631fe88727fa8202dffa9a528730b' },
  // Formats 8015 and 8016: 52 patches.
  { name: 'Zen5', modulus: ZEN5, keyHash: null },
];
