/** Others may be using the machine. */
export const patient = { within: 45_000, every: 50 };
