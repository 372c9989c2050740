/**
 * Follows the sizes of MQTT packets through a stream of bytes: the parser behind collects a packet whole, however
 * large its header says it will be.
 * @param limit bytes a packet may have after its fixed header
 * @returns takes the next bytes; true once a packet is too large or its length is malformed
 */
export function packetGuard(limit: number): (bytes: Buffer) => boolean {
  let skip = 0;
  let length: number | undefined;
  let shift = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      if (skip > 0) {
        const step = Math.min(skip, bytes.length - at);
        skip -= step;
        at += step;
      } else if (length === undefined) {
        // Type and flags; the length follows, seven bits a byte.
        length = 0;
        shift = 0;
        at += 1;
      } else {
        const byte = bytes.readUInt8(at);
        at += 1;
        length += (byte & 0x7f) * 2 ** shift;
        shift += 7;
        if (length > limit || shift > 28) return true;
        if ((byte & 0x80) === 0) {
          skip = length;
          length = undefined;
        }
      }
    }
    return false;
  };
}
