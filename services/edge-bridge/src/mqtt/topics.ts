import type { Device } from '../fact/device.ts';

export type Channel = 'facts' | 'commands' | 'problems';

/** `dabba/{metro}/fridges/{fridge_id}/{channel}`: a fridge writes to its facts and reads the other two, nothing else. */
export function topicOf({ metro, fridgeId }: Device, channel: Channel): string {
  return `dabba/${metro.id}/fridges/${fridgeId}/${channel}`;
}
