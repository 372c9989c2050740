import type { Hour } from './clock.ts';
import { conference } from './conference.ts';
import { deliver } from './courier.ts';
import { come } from './crowd.ts';
import { openUp } from './dawn.ts';
import type { District, Today } from './district.ts';
import { warmUp } from './excursion.ts';
import { forget } from './expiry.ts';
import { cook, mistype } from './kitchen.ts';
import { bringBack } from './leftovers.ts';
import { serve } from './orders/serve.ts';
import { loseNetwork } from './outage.ts';
import { setPars } from './par.ts';
import { recall } from './recall.ts';
import { misread, vanish } from './slips.ts';

interface Act {
  at: Hour;
  play(today: Today): Promise<void>;
}

/** Everything later needs food in the fridges. */
const morning: Act = {
  at: '04:30',
  play: (today) =>
    today.clock.hold(today.day, '07:00', async () => {
      await openUp(today);
      await setPars(today);
      await cook(today);
      await deliver(today);
    }),
};

/** A day of a metro, by its own walls. Acts that begin before another has ended go on beside it. */
const acts: readonly Act[] = [
  { at: '07:00', play: (today) => come(today, 8, '11:00') },
  { at: '08:30', play: mistype },
  { at: '09:30', play: vanish },
  { at: '10:00', play: warmUp },
  { at: '10:40', play: misread },
  { at: '11:00', play: (today) => come(today, 20, '14:00') },
  { at: '11:40', play: (today) => loseNetwork(today, '13:20') },
  { at: '12:00', play: conference },
  { at: '12:30', play: forget },
  { at: '14:00', play: recall },
  { at: '14:00', play: (today) => come(today, 8, '18:30') },
];

/** Shops and trucks go their own way, beside the fridges. */
const counters: Act = { at: '07:00', play: (today) => serve(today, 1.2, '20:00') };

const evening: Act = { at: '19:00', play: bringBack };

/** Plays a day to its end; an act that fails is trouble, and the others go on. */
export async function playDay(district: District, day: number, today: Today): Promise<void> {
  const play = async ({ at, play: act }: Act) => {
    try {
      await district.clock.until(day, at, district.signal);
      await act(today);
    } catch (error) {
      if (district.signal.aborted) return;
      district.tally.complain(error instanceof Error ? error.message : String(error));
    }
  };
  await play(morning);
  const served = play(counters);
  await Promise.all(acts.map(play));
  await play(evening);
  await served;
}
