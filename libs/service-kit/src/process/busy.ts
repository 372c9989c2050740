import { cpus } from 'node:os';

/** Share of their time that this machine's processors were busy since it was asked last, by whatever process. 0 to 1. */
export function busyMeter(): () => number {
  let before = spent();
  return () => {
    const after = spent();
    const share = 1 - (after.idle - before.idle) / Math.max(1, after.total - before.total);
    before = after;
    return share;
  };
}

function spent() {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, cpu) => sum + cpu.idle, 0);
  return {
    idle,
    total: times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle),
  };
}
