import { type Kafka, PublishFailed } from '@dabba/kafka';

/** Kafka behind a wire that a test can cut: publishing fails, or hangs until the wire is whole again. */
export function cuttable(kafka: Kafka): { kafka: Kafka; cut(): void; mend(): void } {
  let whole = true;
  return {
    cut: () => {
      whole = false;
    },
    mend: () => {
      whole = true;
    },
    kafka: {
      ...kafka,
      publisher(options) {
        const publisher = kafka.publisher(options);
        return {
          close: () => publisher.close(),
          async publish(records) {
            if (!whole) throw new PublishFailed('The wire is cut');
            await publisher.publish(records);
          },
        };
      },
    },
  };
}
