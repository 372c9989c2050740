/** Meals a demo fridge has place for. */
export const demoCapacity = 40;
