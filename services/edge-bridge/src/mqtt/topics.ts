import type { Device } from '../fact/device.ts';

export type Channel = 'facts' | Heard;

/** What the bridge writes to. */
export type Heard = 'commands' | 'problems' | 'policy';

/** `dabba/{metro}/fridges/{fridge_id}/{channel}`: a fridge writes to its facts and reads the others, nothing else. */
export function topicOf({ metro, fridgeId }: Device, channel: Channel): string {
  return `dabba/${metro.id}/fridges/${fridgeId}/${channel}`;
}
