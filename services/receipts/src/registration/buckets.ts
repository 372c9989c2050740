/** Token buckets, one a client; a full one takes no room. Counted in each process for itself. */
export interface Buckets {
  /** Whole tokens of the clients that have not all of theirs. */
  left(now: number): Map<string, number>;
  /** Takes tokens; a bucket may go below nothing where more was taken than there was. */
  take(client: string, tokens: number, now: number): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** @param now, of the buckets: milliseconds of any clock that does not jump */
export function bucketsOf({ perSecond, burst }: { perSecond: number; burst: number }): Buckets {
  const buckets = new Map<string, Bucket>();
  const filled = ({ tokens, at }: Bucket, now: number) =>
    Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
  return {
    left(now) {
      const left = new Map<string, number>();
      for (const [client, bucket] of buckets) {
        const tokens = filled(bucket, now);
        if (tokens >= burst) buckets.delete(client);
        else left.set(client, Math.max(0, Math.floor(tokens)));
      }
      return left;
    },
    take(client, taken, now) {
      const bucket = buckets.get(client);
      const tokens = (bucket ? filled(bucket, now) : burst) - taken;
      buckets.set(client, { tokens, at: now });
    },
  };
}
