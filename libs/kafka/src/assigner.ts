import type { PartitionAssigner } from 'kafkajs';
import kafkajs from './kafkajs.ts';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/**
 * Hands out only the wanted partitions of each topic, evenly over the members. All members of a group have to want
 * the same; the wish is part of the protocol's name, so that others cannot join it.
 * @param wanted all partitions where undefined
 */
export function assignerOf(wanted: readonly number[] | undefined): PartitionAssigner {
  const name = wanted ? `dabba:${[...wanted].sort((a, b) => a - b).join(',')}` : 'dabba';
  return ({ cluster }) => ({
    name,
    version: 1,
    async assign({ members, topics }) {
      const partitions = topics.flatMap((topic) =>
        cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ topic, partition: partitionId }))
          .filter(({ partition }) => wanted === undefined || wanted.includes(partition)),
      );
      const shares = deal(partitions, members.map(({ memberId }) => memberId).sort());
      return [...shares].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: 1, assignment, userData: Buffer.alloc(0) }),
      }));
    },
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
    }),
  });
}

/** Partition by partition and not topic by topic, so that one partition of all topics lands on one member. */
export function deal(
  partitions: readonly { topic: string; partition: number }[],
  members: readonly string[],
): Map<string, Record<string, number[]>> {
  const shares = new Map<string, Record<string, number[]>>(members.map((member) => [member, {}]));
  const numbers = [...new Set(partitions.map(({ partition }) => partition))].sort((a, b) => a - b);
  for (const { topic, partition } of partitions) {
    const member = members[numbers.indexOf(partition) % members.length];
    const share = member === undefined ? undefined : shares.get(member);
    if (!share) continue;
    share[topic] = [...(share[topic] ?? []), partition].sort((a, b) => a - b);
  }
  return shares;
}
