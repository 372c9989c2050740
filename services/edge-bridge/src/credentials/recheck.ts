import type { Session } from '../mqtt/session.ts';

/** Milliseconds; spread, so that fridges that came back together do not ask together. */
const every = 600_000;

/** Asks identity about connected devices now and then, so that a revoked one does not stay for as long as it is on. */
export function rechecks(recheck: (clientId: string, secret: string) => Promise<void>) {
  const timers = new Map<Session, NodeJS.Timeout>();
  function begin(session: Session): void {
    const timer = setTimeout(
      () => {
        // Identity away is no news; it is asked again next time.
        void recheck(session.clientId, session.secret).catch(() => {});
        if (timers.has(session)) begin(session);
      },
      every * (0.75 + Math.random() / 2),
    );
    timers.set(session, timer.unref());
  }
  function end(session: Session): void {
    clearTimeout(timers.get(session));
    timers.delete(session);
  }
  return {
    begin,
    end,
    stop() {
      for (const session of [...timers.keys()]) end(session);
    },
  };
}
