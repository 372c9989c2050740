const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let entry = byte;
  for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? 0xedb88320 ^ (entry >>> 1) : entry >>> 1;
  return entry;
});

/** CRC-32 as zlib has it, which node's has from 20.15 on. */
export function crc32(data: Buffer | string): number {
  let sum = 0xffffffff;
  for (const byte of Buffer.from(data)) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
