/**
 * The SHA-256 digests of the patches that Linux and Xen let an EntrySign-vulnerable CPU load. Linux:
 * arch/x86/kernel/cpu/microcode/amd_shas.c, 79 rows as of July 2025; Xen: xen/arch/x86/cpu/microcode/amd-patch-digests.c, 41 of them.
 * The first eight bytes of each were transcribed from amd_shas.c; the rest was completed from a patch, a catalogue row or Xen's row
 * that has that beginning and that level.
 */

export interface PatchDigest {
  readonly patchId: number;
  /** Over the patch as its container section delimits it, header first; lower-case hexadecimal. */
  readonly sha256: string;
  /** Whether Xen lists it too; Linux lists all. */
  readonly xen: boolean;
}

const LINUX_ONLY = false;
const BOTH = true;

// Level, digest, lists.
const ROWS: readonly (readonly [number, string, boolean])[] = [
  [0x08001227, '99c09b2bcc9f521b1a5f1d83a16cc446e26cda73fb2d23a877dc1531334a4618', LINUX_ONLY],
  [0x08001250, 'c00b6b19fd5c3960d5c3574654e4d1aaa8f71fa86a603ee327398e5330f84919', LINUX_ONLY],
  [0x0800126e, 'f38b2bb634e3c82cefec636dc87677b3255ab7528c8326e64cbebfe97d226a43', LINUX_ONLY],
  [0x0800126f, '2b5af29cddd27fecec960957b096298b2e2691f049334218dd4b655ad4153d33', BOTH],
  [0x0800820d, '689883cd220ddd59732c5b371f840e679643830c4644ab7c7b659e57b5904b0e', BOTH],
  [0x08301025, 'e47ddb1e14b45e368f3e48883c6d76a159c6c07242df6c306f0b281661fc7977', LINUX_ONLY],
  [0x08301055, '817b991bae2d4f9aef13ceb510af6aeae5b064981068343b9d7ad622775fb35b', LINUX_ONLY],
  [0x08301072, 'cf76a71a49df2a5e9e4070e5dd8aa82820dc91d82ca6a0b12d2226944b408530', LINUX_ONLY],
  [0x0830107a, '2a658c1a5e072172df90a65137d34b34c4da03e18a6cfb2004b28105d487f40a', LINUX_ONLY],
  [0x0830107b, 'b343136356c139ad10a62bcc02e6762a1e39583e236ea40495eaf96dc28a1319', LINUX_ONLY],
  [0x0830107c, '2164defb9f689647705ce28f18526aaca4d22ee0de6866c3eb1ed33fbc511d38', BOTH],
  [0x0860010d, '86b61583bc3b9ce0b3ef1d99843515f77c2ac642db73075c7dc302b543065ef8', BOTH],
  [0x08608108, '14fe578649c868e211a3cb6eff6ed538fe891ae067bfc4cc1b9f84772b9faabd', BOTH],
  [0x08701034, 'c31409a89c3f8d839b4ca5b7648b915d856a39261e1441a875eaa6f9c9d1ea2b', BOTH],
  [0x08a00008, 'd72a93dc052fa56e0c612c079f38e98eef7d2a054d56af72e756476e6027d58c', LINUX_ONLY],
  [0x08a0000a, '73312622d4f9ee3c0706e7b9add872443331aa7dc3670edb47b5aabcf5bbd920', BOTH],
  [0x0a00104c, '3c8afe0462d86dbea714286475c0a376b7920b970a8e9c5b1bc89d3a1e813d3b', LINUX_ONLY],
  [0x0a00104e, 'c4358267d286e5b2fd691238c877bae070f9778910a6744e565813f58470280b', LINUX_ONLY],
  [0x0a001053, '920ef469103bf99d311ba699087dd7257e1e89ba358daccb3ab4df5812cfc0c3', LINUX_ONLY],
  [0x0a001058, '337da9b54e621336ef66c9bd0aa63b19cbf5c2c3554720ec1f7ba1440e8ea4b2', LINUX_ONLY],
  [0x0a001075, '390282d07c2643e926a3d996f730130a8a0eace71ddce20fcb9e8dbcd2a244e0', LINUX_ONLY],
  [0x0a001078, '2d67c735caef2f254c45933f36018ccea85b07d3c1353c0420a2fcdce6ce263e', LINUX_ONLY],
  [0x0a001079, '43e2059cfdb75beb5be9eb3b96f4e49373453eac8d3be4db1031c1e4a2d05a8a', LINUX_ONLY],
  [0x0a00107a, '5f92caffc359225f02a0913b4a4510fd19e18a6d9a92c13f7578ac78031ddb18', BOTH],
  [0x0a001143, '56caf7438a4c4680ecdee59c50849a4227e551848f19c08d0c25b4b08f10f3f8', LINUX_ONLY],
  [0x0a001144, '42d59ba7d615294161c4723ff306784b65f30efa9c87de25bdb39af4751353dc', LINUX_ONLY],
  [0x0a00115d, 'd4c44936890b47ddfb2f883b5ff28e75c66c375a9025943e369cae02386cf505', LINUX_ONLY],
  [0x0a001173, '28bb9bd1a0a07e3a5920c0a9b25cc3355389e14c932f1dc3e5f7f3c89b61aa9e', LINUX_ONLY],
  [0x0a0011a8, '97c6166599a4853bf6ceaa494a3ac5b67825bc53af5dcff42312bbb1bc8a022e', LINUX_ONLY],
  [0x0a0011ce, 'cf1c90a3850abf71940e8086854fd786ae3823282b359b4efeb8cd3d3d39c96a', LINUX_ONLY],
  [0x0a0011d1, 'df0ecadef6ce5c1e4cecd77183cca809c7c5feb2f705d2c512dde4f3921c3db8', LINUX_ONLY],
  [0x0a0011d3, '91e610d757b0950b9a24eef7cf56c1a64a527d5f9fdff60065f7eae82a88e226', LINUX_ONLY],
  [0x0a0011d5, 'ed6989f4eb64c213e0511f0326527db7935d65cab8121d620d5b653469b26221', BOTH],
  [0x0a0011d7, '3507cd4094bc816bfc61561ae2db96121c1c31b1026fe5d2fe1b04032c8f4c36', BOTH],
  [0x0a001223, 'fb325fc6834f8cb8a405f971530116c4837594ddeb7eb7158e3b50298a9ccc45', LINUX_ONLY],
  [0x0a001224, '0e0cdfb489ee3525dd9edbc069830aad26a9aa9dfc3ceaf96cdcd56d8b6e854a', LINUX_ONLY],
  [0x0a001227, 'abc600694b5087ad5f0e8bea5738ce1d0f752602f6d696e987b9d620277cd2e0', LINUX_ONLY],
  [0x0a001229, '7f49494846a550a6288998e29eb47f7533a70402e482bfb4a53aba248d31101d', LINUX_ONLY],
  [0x0a00122e, '5694a95d0668feafdf7aff2ddf740f1566fb00b551979bfacb79854625b4d210', LINUX_ONLY],
  [0x0a001231, '0b46a5fc1815a09ea6dcb7ff17f73064d4da9e1bc3fc023be2c60e4154b518dd', LINUX_ONLY],
  [0x0a001234, '888dedabb5bd4ef77fd40e953491ffccfb2acdf7d5db4c9bd62e73508f83791a', LINUX_ONLY],
  [0x0a001236, '3d3000b971ba8778a84355c42659cf9d93ce640e8b72118ba38f51e9ca98aa25', LINUX_ONLY],
  [0x0a001238, '72f74b0c7d5865cc00cc57166816f82a1bb38be1b6838c7ec0cd33f28df9ef59', BOTH],
  [0x0a00123b, 'efa11e71f1c32ce2c3ef69417a54cac38f6284eec239d92895a712491e307172', BOTH],
  [0x0a00820c, 'a80c81c0a600e7f35f65d3b96fea9363f18c8845d78280d1e13b8db2f82203e2', BOTH],
  [0x0a00820d, 'f92ac0f49ea487a47d8700fdabda19ca265132c15791dfc105eb017c5a9521b7', BOTH],
  [0x0a10113e, '053c66d7a95a33101bf89c8fedfca7a015e33f4b1d0d0ad5fa90c4ed9d90af53', LINUX_ONLY],
  [0x0a101144, 'b30b269af87c0226358453a4d32c7c09687b96b693efdebcfd4b15d281d35147', LINUX_ONLY],
  [0x0a101148, '20d56f404af64890c2939ac2fdacef4ffac03d923c6d0108f15eb0deb498aec4', BOTH],
  [0x0a10114c, '9eb6a2d98738c564d888fa7898f96f7439901ba5cf5eb42a02ffd48c718be2c0', BOTH],
  [0x0a10123e, '03b92c764893c918fb56fdf7e21dca4d1d135363fe426ffc190ff1fca7dd891b', LINUX_ONLY],
  [0x0a101244, '7156b59f21bfb33c8cd736d034521bb1462f04f037d81e7224a28084836584c0', LINUX_ONLY],
  [0x0a101248, 'ed3b95a668a7773efc1726e27bd556222c1defeb56ddba6e1b7d649d4b531375', BOTH],
  [0x0a10124c, '29eaf12cb2e4ef90a4cd1d8697176146fc22cb577519c8cc0cf5bcac819d9ad2', BOTH],
  [0x0a108108, 'edc2eca115c665e9d0ef39aa7f5506c6f5d43f7b14d5602c281e9c5969994d16', BOTH],
  [0x0a108109, '85b4bd7c49a7bdfa49368081c5b7391b9aaa50de9be93235427e514f522c2859', BOTH],
  [0x0a20102d, 'f96ef232d30f5f1159a1fecccd9b42898b892fb5bb82ef238ce9193ecc3f7bb4', BOTH],
  [0x0a20102e, 'be1f32040d3c9cdde1a4bf763aecc2f61100a7af0fe502c5543a1f8c16b5ffbe', BOTH],
  [0x0a201210, 'e86d516a8e72f3fe6e16bc62594017e96d3d0e6ba7ace368f755f013bb22f641', BOTH],
  [0x0a201211, '69a117ecd0f66c95e21ec5591a520a27c4edd5591fbf00ff0888b5e112b6cc27', BOTH],
  [0x0a404107, 'bb044e47dd5e26451ac95624a44c82b08b0d9ff93adfc68113bcc525e4c5c399', BOTH],
  [0x0a404108, '69674306f80c62dca421304f0f212ccbcc37f11cc3f82f19df535346b115ea00', BOTH],
  [0x0a500011, '233d707d03c3c4f42b82c605da800af1d75b653a7dabdfa2115e967e71e9fc74', BOTH],
  [0x0a500012, 'eb740d47a18e09e4934cad03324c38161039dd06aaced60f62839d8e6455be63', BOTH],
  [0x0a601209, '6648d40905cb293266b79a76cd11f3301586cc5d970fc046e873e2d6dbd2771d', BOTH],
  [0x0a60120a, '0c8b3dfd5252857d203ae17ea4213b7b1786aeac13b8639d0601d0a0519a912c', BOTH],
  [0x0a704107, 'f3c65826eeac3fd6cea172473bba2b932aad8e6bea9bb7c26439718ccee74139', BOTH],
  [0x0a704108, 'd755152bfec4bc93ec91a0ae45b7c3984eff617788c27049e03a1d843852bf5a', BOTH],
  [0x0a705206, '8dc076bd589f8fa4129d21fb4821bce7676f0418ae20874b0335e9befb06dffc', BOTH],
  [0x0a705208, '301d5524bc6b5a190c7d1d74aad1ebd21662f75be11f18115cf0949026ec69ff', BOTH],
  [0x0a708007, '6b76cc78c58aa3e3322d79e4c380dbb207aa3ae057137280df927384873c7393', BOTH],
  [0x0a708008, '086ef0224b8ec4465834e647a228fdab223dddd8529e1d16fa016814793ee86b', BOTH],
  [0x0a70c005, '885dfb7964d8463b4a838e777ecfb30f1f1ff197ebfe5655ee49ace18b13c513', BOTH],
  [0x0a70c008, '0fdb37a110afd421940da4a2e9866c0e857c3630a33a78661810600d783d44d0', BOTH],
  [0x0aa00116, 'e84c2c88a1ac246365e5aa2d16a9c3f5fe1d5e65c7aa924d91ee76bb4c6678c9', BOTH],
  [0x0aa00212, 'bd575d0a0a30c17595585e9302284371ed4229c8ec342bb21a654bfe070f34a1', LINUX_ONLY],
  [0x0aa00213, 'ed58b776817fd93a1aff8b34b84a990f28496c562bdcb7ed96d59dc17ad4519b', LINUX_ONLY],
  [0x0aa00215, '55d328cb87a932e94e854b7c6bd57cd41b51713a0e0bdc9b682f46eefec66def', BOTH],
  [0x0aa00216, '79fb5b9fb6e6a8f54e7c4f8e1dadd008c2437c8be6dbd0d2e83926c1e55a48f1', BOTH],
];

/** By ascending level, as Linux's binary search needs them; no level occurs twice. */
export const PATCH_DIGESTS: readonly PatchDigest[] = ROWS.map(([patchId, sha256, xen]) => ({ patchId, sha256, xen }));

const BY_LEVEL: ReadonlyMap<number, PatchDigest> = new Map(PATCH_DIGESTS.map((row) => [row.patchId, row]));

/** The listed digest of the patch of this level; undefined when neither Linux nor Xen lists the level. */
export const patchDigest = (patchId: number): PatchDigest | undefined => BY_LEVEL.get(patchId);

export interface DigestListing {
  readonly linux: boolean;
  readonly xen: boolean;
}

/** Which lists hold the patch of this level with this SHA-256 (lower-case hexadecimal). */
export function digestListing(patchId: number, sha256: string): DigestListing {
  const row = patchDigest(patchId);
  const linux = row?.sha256 === sha256;
  return { linux, xen: linux && row.xen };
}
